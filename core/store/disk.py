"""What to tell people where the disk stands in the database's way."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from core.errors import DatabaseDamaged, ShelfLensError, StorageDenied, StorageFull
from core.files import NO_PERMISSION
from core.types import Bilingual

DATABASE_REASONS = {
    sqlite3.SQLITE_READONLY: NO_PERMISSION,
    sqlite3.SQLITE_CANTOPEN: Bilingual(en="the database cannot be opened", zh="无法打开数据库"),
    sqlite3.SQLITE_IOERR: Bilingual(en="the disk reports an error", zh="磁盘读写错误"),
}
SHARED_MEMORY = 64 * 1024
"""Bytes SQLite needs for the index of its write-ahead log; with fewer left it reports an I/O error, not a full disk."""


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
