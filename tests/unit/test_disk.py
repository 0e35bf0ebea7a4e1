"""What people are told where the disk stands in the way."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from core.errors import DatabaseDamaged, StorageDenied, StorageFull
from core.files import file_error, write_whole
from core.settings import Settings
from core.store.db import open_store
from core.store.disk import database_error


@pytest.mark.parametrize(
    ("number", "kind", "en", "zh"),
    [
        (errno.ENOSPC, StorageFull, "the disk is full", "磁盘已满"),
        (errno.EDQUOT, StorageFull, "the disk is full", "磁盘已满"),
        (errno.EACCES, StorageDenied, "it may not be written", "没有写入权限"),
        (errno.EROFS, StorageDenied, "the disk is read-only", "磁盘为只读"),
        (errno.EIO, StorageDenied, "Input/output error", "Input/output error"),
    ],
)
def test_failed_write_of_a_file_is_explained(number: int, kind: type, en: str, zh: str, tmp_path: Path) -> None:
    error = file_error(OSError(number, "Input/output error"), "牛奶.jpg", tmp_path)
    assert type(error) is kind
    for words, reason in ((error.message.en, en), (error.message.zh, zh)):
        assert reason in words and "牛奶.jpg" in words and str(tmp_path) in words


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_IOERR_WRITE, StorageDenied),
        (sqlite3.SQLITE_READONLY_DBMOVED, StorageDenied),
        (sqlite3.SQLITE_CANTOPEN, StorageDenied),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged),
        (sqlite3.SQLITE_BUSY, type(None)),
        (sqlite3.SQLITE_ERROR, type(None)),
    ],
)
def test_only_errors_of_disk_and_file_are_explained(code: int, kind: type, tmp_path: Path) -> None:
    err = sqlite3.OperationalError("words")
    err.sqlite_errorcode = code
    assert type(database_error(err, "shelflens.db", tmp_path)) is kind


def test_damaged_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.database.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseDamaged, match=r"shelflens\.db is damaged"), open_store(settings):
        pass
    assert settings.database.read_bytes() == b"no database" * 1000


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageDenied, match="a file stands where a folder should be"),
        open_store(Settings(data=tmp_path / "file" / "data")),
    ):
        pass


def test_file_that_cannot_be_finished_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):  # a folder cannot be replaced by a file
        write_whole(tmp_path / "taken", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
