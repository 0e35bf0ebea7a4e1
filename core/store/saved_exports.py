"""Exports that were made: who, when, of what, and where the file is kept."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.store.records import Filters
from core.types import Bilingual, Frozen

EXPORT = Bilingual(en="Export", zh="导出")
MAKE_ANOTHER = Bilingual(en="Make it again.", zh="请重新导出。")


class SavedExport(Frozen):
    """`file` is the file's name in the folder of exports."""

    id: int = 0
    profile: str
    filters: Filters
    style: str
    lang: str
    records: int
    file: str
    reviewer: str
    at: str = ""


def add_export(db: Database, saved: SavedExport) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO exports (profile, filters, style, lang, records, file, reviewer, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                saved.profile,
                saved.filters.model_dump_json(),
                saved.style,
                saved.lang,
                saved.records,
                saved.file,
                saved.reviewer,
                now(),
            ),
        )
        return int(cursor.lastrowid or 0)


def list_exports(db: Database, limit: int = 10) -> list[SavedExport]:
    """The newest exports, newest first."""
    return [_export(row) for row in db.conn.execute("SELECT * FROM exports ORDER BY id DESC LIMIT ?", (limit,))]


def get_export(db: Database, export_id: int) -> SavedExport:
    row = db.conn.execute("SELECT * FROM exports WHERE id = ?", (export_id,)).fetchone()
    if row is None:
        raise NotFound(what=EXPORT, key=export_id, hint=MAKE_ANOTHER)
    return _export(row)


def _export(row: Any) -> SavedExport:
    values = dict(row)
    return SavedExport(**{**values, "filters": Filters.model_validate_json(values["filters"])})
