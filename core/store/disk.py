"""Files that appear whole or not at all, and what to tell people where the disk stands in the way."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from core.errors import DatabaseDamaged, ShelfLensError, StorageDenied, StorageFull
from core.types import Bilingual

NO_PERMISSION = Bilingual(en="it may not be written", zh="没有写入权限")

FILE_REASONS = {
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: Bilingual(en="the disk is read-only", zh="磁盘为只读"),
    errno.ENOENT: Bilingual(en="the folder does not exist", zh="目录不存在"),
    errno.ENOTDIR: Bilingual(en="a file stands where a folder should be", zh="路径中有文件而非目录"),
    errno.EEXIST: Bilingual(en="a file stands where a folder should be", zh="路径中有文件而非目录"),
}
DATABASE_REASONS = {
    sqlite3.SQLITE_READONLY: NO_PERMISSION,
    sqlite3.SQLITE_CANTOPEN: Bilingual(en="the database cannot be opened", zh="无法打开数据库"),
    sqlite3.SQLITE_IOERR: Bilingual(en="the disk reports an error", zh="磁盘读写错误"),
}
SHARED_MEMORY = 64 * 1024
"""Bytes SQLite needs for the index of its write-ahead log; with fewer left it reports an I/O error, not a full disk."""


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file under a temporary name, makes sure it is on disk, and renames it.

    Raises OSError and leaves nothing behind where that fails; `file_error` says it plainly.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def file_error(err: OSError, name: str, folder: Path) -> ShelfLensError:
    """The error to show where the file `name` could not be written in `folder`."""
    if err.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(name=name, folder=folder)
    words = err.strerror or str(err)
    return StorageDenied(
        name=name, reason=FILE_REASONS.get(err.errno or 0, Bilingual(en=words, zh=words)), folder=folder
    )


def database_error(err: sqlite3.DatabaseError, name: str, folder: Path) -> ShelfLensError | None:
    """The error to show where SQLite could not store `name`; None where neither disk nor file is to blame."""
    # The low byte is the kind of error; the rest says where it happened (sqlite.org/rescode.html).
    code = getattr(err, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _free(folder) < SHARED_MEMORY):
        return StorageFull(name=name, folder=folder)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamaged(name=name, folder=folder)
    if code in DATABASE_REASONS:
        return StorageDenied(name=name, reason=DATABASE_REASONS[code], folder=folder)
    return None


def _free(folder: Path) -> float:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return float("inf")
