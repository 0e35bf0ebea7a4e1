"""The register of exported data sets: where each was written and whose rows it holds, so that erasing reaches them.

A row is one photo of one record, as in the data set's own `examples.jsonl`. It is due once its record or photo was
erased here; it leaves the register when it has left the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Bilingual, Frozen

DATA_SET = Bilingual(en="Data set", zh="数据集")
KNOWN = Bilingual(
    en="python -m core datasets lists those that are known.", zh="python -m core datasets 可列出已登记的数据集。"
)

RowKey = tuple[int, str]
"""(item, blob)."""


class Registered(Frozen):
    """A data set as it was written. `made_at` is what its manifest says, and tells it from another one in its place."""

    id: int
    folder: str
    made_at: str
    rows: int
    due: int
    """Rows that have to leave the folder."""


_FROM = (
    "SELECT id, folder, made_at,"
    " (SELECT COUNT(*) FROM data_set_rows WHERE data_set_id = id) AS rows,"
    " (SELECT COUNT(*) FROM data_set_rows WHERE data_set_id = id AND due_at IS NOT NULL) AS due"
    " FROM data_sets"
)


def put_data_set(db: Database, folder: str, made_at: str, rows: Iterable[RowKey]) -> int:
    """Notes a data set and returns its number. One that was noted in the same folder is gone: nothing is written over.

    Rows whose photo is nobody's any more are due at once.
    """
    with write(db):
        db.conn.execute("DELETE FROM data_sets WHERE folder = ?", (folder,))
        cursor = db.conn.execute("INSERT INTO data_sets (folder, made_at) VALUES (?, ?)", (folder, made_at))
        number = int(cursor.lastrowid or 0)
        db.conn.executemany(
            "INSERT OR IGNORE INTO data_set_rows (data_set_id, item_id, blob, due_at) VALUES (?, ?, ?,"
            " CASE WHEN EXISTS (SELECT 1 FROM photos WHERE blob = ?) THEN NULL ELSE ? END)",
            ((number, item, blob, blob, now()) for item, blob in rows),
        )
        return number


def list_data_sets(db: Database) -> list[Registered]:
    """Every data set that is known, the newest first."""
    return [Registered(**dict(row)) for row in db.conn.execute(f"{_FROM} ORDER BY id DESC")]


def get_data_set(db: Database, number: int) -> Registered:
    """Raises NotFound."""
    row = db.conn.execute(f"{_FROM} WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFound(what=DATA_SET, key=number, hint=KNOWN)
    return Registered(**dict(row))


_OF_ITEMS = (
    "item_id IN (SELECT value FROM json_each(:items)) AND blob IN"
    " (SELECT blob FROM photos WHERE item_id IN (SELECT value FROM json_each(:items)))"
)
"""Rows of these items. A photo that was moved to another record since is that one's."""
_MOVED = (
    "blob IN (SELECT blob FROM photos AS own WHERE item_id IN (SELECT value FROM json_each(:items)) AND NOT EXISTS"
    " (SELECT 1 FROM photos WHERE photos.blob = own.blob AND item_id NOT IN (SELECT value FROM json_each(:items))))"
)
"""Rows of photos that only these items have now, under whatever item they were exported."""
_HELD = f"(({_OF_ITEMS}) OR ({_MOVED}))"


def count_held(db: Database, items: Sequence[int]) -> dict[int, int]:
    """{data set: rows of these items in it}; those that hold none are left out."""
    rows = db.conn.execute(
        f"SELECT data_set_id, COUNT(*) AS n FROM data_set_rows WHERE {_HELD} GROUP BY data_set_id",
        {"items": json.dumps(list(items))},
    )
    return {row["data_set_id"]: row["n"] for row in rows}


def mark_due(db: Database, items: Sequence[int]) -> int:
    """Says that the rows of these items have to leave every folder; returns how many. Call it while the items still
    have their photos."""
    with write(db):
        cursor = db.conn.execute(
            f"UPDATE data_set_rows SET due_at = :now WHERE due_at IS NULL AND {_HELD}",
            {"now": now(), "items": json.dumps(list(items))},
        )
        return int(cursor.rowcount)


def due_rows(db: Database, number: int) -> frozenset[RowKey]:
    """The rows of one data set that have to leave it."""
    return frozenset(map(_key, db.conn.execute(
        "SELECT item_id, blob FROM data_set_rows WHERE data_set_id = ? AND due_at IS NOT NULL", (number,)
    )))  # fmt: skip


def _key(row: Any) -> RowKey:
    return row["item_id"], row["blob"]


def strike_rows(db: Database, number: int, rows: Iterable[RowKey]) -> None:
    """Takes rows that have left the folder out of the register; a data set without any leaves it, too."""
    with write(db):
        db.conn.executemany(
            "DELETE FROM data_set_rows WHERE data_set_id = ? AND item_id = ? AND blob = ?",
            ((number, item, blob) for item, blob in rows),
        )
        left = db.conn.execute("SELECT 1 FROM data_set_rows WHERE data_set_id = ? LIMIT 1", (number,)).fetchone()
        if left is None:
            forget_data_set(db, number)


def forget_data_set(db: Database, number: int) -> None:
    """Strikes a data set off the register; its folder, if there is one, stays as it is."""
    with write(db):
        db.conn.execute("DELETE FROM data_set_rows WHERE data_set_id = ?", (number,))
        db.conn.execute("DELETE FROM data_sets WHERE id = ?", (number,))
