"""The list of a folder's files with their hashes. It is written last: a folder without one is not complete."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from core.files import file_error, write_whole
from core.types import Bilingual, Frozen
from core.weights.catalogue import Form
from core.weights.progress import HasStopped, Stopped, never

MANIFEST = "manifest.json"
PLAN = "pull.json"
"""What a pull that has begun is to fetch, and at which commit: a pull that goes on later fetches the same."""
DAMAGED = "damaged.json"
"""Left by a check that found a wrong file, so that nothing loads it until it was fetched again."""
OWN_FILES = {MANIFEST, PLAN, DAMAGED}

CHUNK = 1 << 20

Record = TypeVar("Record", bound=Frozen)


class Entry(Frozen):
    """One file: its name, its size, and the hash it must have, as far as it is known."""

    name: str
    bytes: int
    sha256: str = ""
    git_sha1: str = ""
    """The hub's hash of a file that is not in its large-file storage: that of a git blob."""


class Manifest(Frozen):
    """What a folder of weights consists of and where it came from."""

    model_id: str
    form: Form
    revision: str
    """The hub's commit, or 12 hex digits over the weights where no commit is known. An export has its own."""
    source_revision: str = ""
    """Of the checkpoint an export was made from."""
    source: str
    """The hub's address or the folder."""
    made_at: str
    made_with: dict[str, str] = {}
    """Packages and versions that made an export."""
    files: tuple[Entry, ...]

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files)


class Plan(Frozen):
    """What a pull is to fetch. `revision` is a commit, whatever was asked for."""

    model_id: str
    revision: str
    source: str
    files: tuple[Entry, ...]

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files)


class Damage(Frozen):
    """What a check found."""

    file: str
    reason: Bilingual


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest; None where there is none. Raises ValueError for one that cannot be read."""
    return _read(folder / MANIFEST, Manifest)


def readable_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest; one that cannot be read counts as none."""
    try:
        return read_manifest(folder)
    except ValueError:
        return None


def read_plan(folder: Path) -> Plan | None:
    """What a pull into `folder` has begun to fetch; None where none has, or where its plan cannot be read."""
    try:
        return _read(folder / PLAN, Plan)
    except ValueError:
        return None


def read_damage(folder: Path) -> Damage | None:
    """What the last check found wrong; None where nothing is known to be."""
    try:
        return _read(folder / DAMAGED, Damage)
    except ValueError:
        return None


def _read(path: Path, kind: type[Record]) -> Record | None:
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError) as err:
        raise ValueError(f"{path.name} cannot be read") from err


def write_record(folder: Path, name: str, record: Frozen) -> None:
    """Writes one of `OWN_FILES` whole or not at all. Raises StorageFull or StorageDenied."""
    try:
        # Not .part: a file of that name in a folder of weights is a download that has not ended.
        write_whole(folder / name, record.model_dump_json(indent=2).encode(), suffix=".tmp")
    except OSError as err:
        raise file_error(err, name, folder) from err


def size_fault(folder: Path, entry: Entry) -> Bilingual | None:
    """What is wrong with a file as far as its size tells; None where nothing is."""
    path = folder / entry.name
    if not path.is_file():
        return Bilingual(en=f"{entry.name} is missing", zh=f"缺少 {entry.name}")
    size = path.stat().st_size
    if size == entry.bytes:
        return None
    return Bilingual(
        en=f"{entry.name} has {size} bytes instead of {entry.bytes}",
        zh=f"{entry.name} 为 {size} 字节，应为 {entry.bytes} 字节",
    )


def sha256_of(path: Path, on_bytes: Callable[[int], None], stopped: HasStopped = never) -> str:
    """The file's SHA-256 as hex digits. Raises Stopped."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            if stopped():
                raise Stopped
            digest.update(piece)
            on_bytes(len(piece))
    return digest.hexdigest()


def git_sha1_of(path: Path) -> str:
    """The hash git gives the file as a blob: SHA-1 over "blob", its length, a zero byte and its content."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
