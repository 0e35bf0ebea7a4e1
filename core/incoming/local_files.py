"""Files of this machine that a request may name: only below folders that the settings allow."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.errors import FileTooLarge, PathNotAllowed
from core.images import MEGABYTE
from core.settings import Settings

LONGEST_PATH = 4096


def read_allowed(named: str, settings: Settings) -> tuple[str, bytes]:
    """Name and bytes of the file that a path or file: URL means.

    Raises PathNotAllowed, in the same words for a file outside the folders as for one that does not exist, so that
    nobody finds out what lies on the disk by asking; FileTooLarge for one of another size than photos have.
    """
    shown = named[:200]
    try:
        path = Path(_path_in(named)).resolve(strict=True)  # without links and dots: where it really lies
    except (OSError, ValueError, RuntimeError) as err:
        raise PathNotAllowed(path=shown) from err
    if not any(path.is_relative_to(folder) for folder in allowed_folders(settings)):
        raise PathNotAllowed(path=shown)
    try:
        return path.name, _read(path, settings)
    except OSError as err:
        raise PathNotAllowed(path=shown) from err


def allowed_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of SHELFLENS_IMAGE_FOLDERS, where they really lie; none by default."""
    named = [part.strip() for part in settings.image_folders.split(os.pathsep) if part.strip()]
    return tuple(Path(part).expanduser().resolve() for part in named)


def _path_in(named: str) -> str:
    if len(named) > LONGEST_PATH:
        raise ValueError("too long for a path")
    return unquote(urlsplit(named).path) if named.startswith("file:") else named


def _read(path: Path, settings: Settings) -> bytes:
    """The bytes of a regular file. Pipes and devices, which may never end, are not opened for reading."""
    limit = settings.max_file_mb * MEGABYTE
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("no regular file")
        if found.st_size > limit:
            raise FileTooLarge(name=path.name, size_mb=found.st_size / MEGABYTE, limit_mb=settings.max_file_mb)
        return file.read(limit)
