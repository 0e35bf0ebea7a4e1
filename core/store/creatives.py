"""Which posters are one creative, and the lines of print by which look-alikes are found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Frozen, Kind, Status

_READ = "records.kind = ? AND records.status NOT IN (?, ?)"
_READ_VALUES = (Kind.AD, Status.QUEUED, Status.READING)


class Member(Frozen):
    """A poster as part of a creative."""

    item_id: int
    title: str
    thumb: str
    platform: str
    seen_on: str | None
    created_at: str


def new_creative(db: Database) -> int:
    with write(db):
        return int(db.conn.execute("INSERT INTO creatives (created_at) VALUES (?)", (now(),)).lastrowid or 0)


def put_member(db: Database, item_id: int, creative: int, *, by: str = "") -> None:
    """Places a poster in a creative, out of any other."""
    with write(db):
        db.conn.execute(
            "INSERT INTO creative_members (item_id, creative, placed_by, at) VALUES (?, ?, ?, ?) ON CONFLICT (item_id)"
            " DO UPDATE SET creative = excluded.creative, placed_by = excluded.placed_by, at = excluded.at",
            (item_id, creative, by, now()),
        )


def find_creative(db: Database, item_id: int) -> int | None:
    row = db.conn.execute("SELECT creative FROM creative_members WHERE item_id = ?", (item_id,)).fetchone()
    return int(row["creative"]) if row is not None else None


def list_members(db: Database, creative: int) -> list[Member]:
    """The posters of a creative that have been read, oldest first."""
    rows = db.conn.execute(
        "SELECT records.item_id, name AS title, thumb, platform, seen_on, created_at"
        " FROM records JOIN creative_members USING (item_id)"
        f" WHERE {_READ} AND creative = ? ORDER BY COALESCE(seen_on, created_at), records.item_id",
        (*_READ_VALUES, creative),
    )
    return [Member(**dict(row)) for row in rows]


def list_unplaced(db: Database, limit: int) -> list[int]:
    """Posters that have been read and not been compared with the others yet, oldest first."""
    rows = db.conn.execute(
        f"SELECT item_id FROM records WHERE {_READ} AND item_id NOT IN (SELECT item_id FROM creative_members)"
        " ORDER BY item_id LIMIT ?",
        (*_READ_VALUES, limit),
    )
    return [row["item_id"] for row in rows]


def put_keys(db: Database, item_id: int, keys: Iterable[str]) -> None:
    """Makes a poster findable by the lines printed on it."""
    with write(db):
        db.conn.execute("DELETE FROM poster_keys WHERE item_id = ?", (item_id,))
        db.conn.executemany("INSERT OR IGNORE INTO poster_keys VALUES (?, ?)", [(key, item_id) for key in keys])


def sharing_keys(db: Database, item_id: int, keys: Iterable[str], *, least: int, limit: int) -> list[int]:
    """Living posters with at least `least` of these lines, those with most of them first."""
    rows = db.conn.execute(
        "SELECT poster_keys.item_id, COUNT(*) AS n FROM poster_keys JOIN records USING (item_id)"
        " WHERE key IN (SELECT value FROM json_each(?)) AND poster_keys.item_id <> ?"
        " GROUP BY 1 HAVING n >= ? ORDER BY n DESC, 1 LIMIT ?",
        (json.dumps(list(keys)), item_id, least, limit),
    )
    return [row["item_id"] for row in rows]


def showing(db: Database, blob_ids: Iterable[str]) -> list[int]:
    """Living posters whose first photo is one of these, in the order of the photos."""
    wanted = list(blob_ids)
    rows: list[Any] = db.conn.execute(
        "SELECT item_id, thumb FROM records WHERE kind = ? AND thumb IN (SELECT value FROM json_each(?))",
        (Kind.AD, json.dumps(wanted)),
    ).fetchall()
    order = {blob: place for place, blob in enumerate(wanted)}
    return [row["item_id"] for row in sorted(rows, key=lambda row: (order[row["thumb"]], row["item_id"]))]
