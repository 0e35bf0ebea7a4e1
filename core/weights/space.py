"""Disk and memory before a long task begins, and one task at a time on one model."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.errors import ModelBusy, NotEnoughDisk, NotEnoughMemory
from core.files import file_error
from core.types import Bilingual

GIB = 1 << 30
SPARE = 256 << 20
"""Bytes of disk left alone: the database and the photos lie on the same one."""


def free_bytes(folder: Path) -> int:
    """What may still be written in `folder`, or in the nearest folder above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def ensure_disk(what: Bilingual, needed: int, folder: Path) -> None:
    """Raises NotEnoughDisk, naming both figures, where `needed` bytes would not leave `SPARE`."""
    free = free_bytes(folder)
    if needed and needed + SPARE > free:
        raise NotEnoughDisk(what=what, needs_gib=(needed + SPARE) / GIB, has_gib=free / GIB, folder=folder)


def ensure_memory(what: Bilingual, needed: int) -> None:
    """Raises NotEnoughMemory, naming both figures. A system that does not tell what is free is trusted."""
    free = free_memory()
    if free is not None and needed > free:
        raise NotEnoughMemory(what=what, needs_gib=needed / GIB, has_gib=free / GIB)


def free_memory() -> int | None:
    """Bytes a new process may take without pushing others out; None where the system does not tell.

    Linux: MemAvailable, or less where a control group (a container) allows less.
    """
    available = _meminfo().get("MemAvailable")
    group = _group_room()
    known = [value for value in (available, group) if value is not None]
    return min(known, default=None)


def _meminfo() -> dict[str, int]:
    with contextlib.suppress(OSError, ValueError):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return {key: int(rest.split()[0]) * 1024 for key, _, rest in (line.partition(":") for line in lines)}
    return {}


def _group_room(group: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes left under the limit of the control group, page cache that can go counted as free."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        limit, used = (int((group / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
        stats = (group / "memory.stat").read_text("ascii").splitlines()
        cache = next(int(line.split()[1]) for line in stats if line.startswith("inactive_file "))
        return max(limit - used + cache, 0)
    return None


@contextlib.contextmanager
def only_one(folder: Path, model_id: str) -> Iterator[None]:
    """Holds the model while a task works on it. Raises ModelBusy where another process or thread does.

    The lock is the operating system's: it is gone with its holder, however that ended.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as err:
        raise ModelBusy(model=model_id) from err
    except OSError as err:
        raise file_error(err, model_id, folder) from err
    try:
        yield
    finally:
        lock.release()


def remove_tree(folder: Path) -> None:
    """Deletes a folder and what is in it; where it is a link, the link alone."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
