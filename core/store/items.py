"""Items (one product or one ad) and the photos that show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.store.judgements import forget_item
from core.types import Bilingual, Frozen, Status

PRIORITY_NORMAL = 0
PRIORITY_HIGH = 10
"""New launches and best sellers: read before everything of normal priority."""

LARGEST_ID = 2**63 - 1
"""SQLite's largest integer; an address or an API call may ask for more."""

ITEM = Bilingual(en="Item", zh="条目")
ITEM_GONE = Bilingual(en="It may have been merged or deleted.", zh="可能已被合并或删除。")


class Photo(Frozen):
    id: int
    item_id: int
    blob: str
    position: int
    name: str
    source: str


class Item(Frozen):
    """One product or ad. `kind` is "auto" until the first reading decides it."""

    id: int
    kind: str
    status: Status
    priority: int
    competitor: str
    campaign: str
    seen_on: str | None
    platform: str
    url: str
    error: Bilingual | None
    reason: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


def create_item(
    db: Database,
    *,
    kind: str,
    priority: int = PRIORITY_NORMAL,
    competitor: str = "",
    campaign: str = "",
    seen_on: str | None = None,
    platform: str = "",
    url: str = "",
    group_key: str | None = None,
) -> int:
    """Makes an empty item and returns its id; with a `group_key` in use, the id of that group's item."""
    stamp = now()
    with write(db):
        if group_key is not None:
            row = db.conn.execute(
                "SELECT id FROM items WHERE group_key = ? AND deleted_at IS NULL", (group_key,)
            ).fetchone()
            if row is not None:
                return int(row["id"])
        cursor = db.conn.execute(
            "INSERT INTO items (kind, status, priority, competitor, campaign, seen_on, platform, url, group_key,"
            " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, Status.QUEUED, priority, competitor, campaign, seen_on, platform, url, group_key, stamp, stamp),
        )
        return int(cursor.lastrowid or 0)


def add_photo(db: Database, item_id: int, blob: str, name: str, source: str = "") -> bool:
    """Puts a stored photo behind the item's others; False where the item has it already."""
    with write(db):
        cursor = db.conn.execute(
            "INSERT OR IGNORE INTO photos (item_id, blob, position, name, source) VALUES (?, ?, "
            "(SELECT COALESCE(MAX(position) + 1, 0) FROM photos WHERE item_id = ?), ?, ?)",
            (item_id, blob, item_id, name, source),
        )
        return cursor.rowcount == 1


def get_item(db: Database, item_id: int) -> Item:
    """The item; raises NotFound where it does not exist or was deleted."""
    row = None
    if item_id <= LARGEST_ID:
        row = db.conn.execute("SELECT * FROM items WHERE id = ? AND deleted_at IS NULL", (item_id,)).fetchone()
    if row is None:
        raise NotFound(what=ITEM, key=item_id, hint=ITEM_GONE)
    return _item(row)


def find_items(db: Database, item_ids: Iterable[int]) -> dict[int, Item]:
    """The living ones among these items, by id."""
    rows = db.conn.execute(
        "SELECT * FROM items WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return {row["id"]: _item(row) for row in rows}


def _item(row: Any) -> Item:
    values = {key: row[key] for key in Item.model_fields}
    return Item(**{**values, "error": json.loads(row["error"]) if row["error"] else None})


def list_photos(db: Database, item_id: int) -> list[Photo]:
    """The item's photos in order."""
    rows = db.conn.execute("SELECT * FROM photos WHERE item_id = ? ORDER BY position, id", (item_id,))
    return [Photo(**dict(row)) for row in rows]


def find_items_with_blob(db: Database, blob: str) -> list[int]:
    """Living items that show this very photo, oldest first."""
    rows = db.conn.execute(
        "SELECT item_id FROM photos JOIN items ON items.id = item_id"
        " WHERE blob = ? AND deleted_at IS NULL ORDER BY item_id",
        (blob,),
    )
    return [row["item_id"] for row in rows]


def set_status(db: Database, item_id: int, status: Status, *, error: Bilingual | None = None, reason: str = "") -> None:
    """Moves an item on. Counts as a change of its version only where a person acts (`touch`)."""
    with write(db):
        db.conn.execute(
            "UPDATE items SET status = ?, error = ?, reason = ?, updated_at = ? WHERE id = ?",
            (status, error.model_dump_json() if error else None, reason or None, now(), item_id),
        )


def set_kind(db: Database, item_id: int, kind: str) -> None:
    with write(db):
        db.conn.execute("UPDATE items SET kind = ?, updated_at = ? WHERE id = ?", (kind, now(), item_id))


SEEN = ("competitor", "campaign", "seen_on", "platform", "url")
"""What a person says about where, when and of whom a photo was seen."""


def set_seen(db: Database, item_id: int, changes: Mapping[str, str]) -> None:
    """Writes those columns of `SEEN` that `changes` names; an empty `seen_on` is stored as none."""
    columns = [name for name in SEEN if name in changes]
    values = [changes[name] or (None if name == "seen_on" else "") for name in columns]
    sets = ", ".join(f"{name} = ?" for name in (*columns, "updated_at"))
    with write(db):
        db.conn.execute(f"UPDATE items SET {sets} WHERE id = ?", (*values, now(), item_id))


def touch(db: Database, item_id: int) -> int:
    """Raises the item's version by one and returns it: whoever held the old one has to look again."""
    with write(db):
        row = db.conn.execute(
            "UPDATE items SET version = version + 1, updated_at = ? WHERE id = ? RETURNING version", (now(), item_id)
        ).fetchone()
        return int(row["version"])


def move_photos(db: Database, photo_ids: list[int], to_item: int) -> None:
    """Moves photos behind those of another item; a photo that item already has is dropped."""
    with write(db):
        for photo_id in photo_ids:
            row = db.conn.execute("SELECT * FROM photos WHERE id = ?", (photo_id,)).fetchone()
            if row is None or row["item_id"] == to_item:
                continue
            db.conn.execute("DELETE FROM photos WHERE id = ?", (photo_id,))
            add_photo(db, to_item, row["blob"], row["name"], row["source"])


def delete_item(db: Database, item_id: int) -> None:
    """Hides an item. Its photos, predictions and decisions stay in the database; it teaches nothing any more."""
    with write(db):
        db.conn.execute("UPDATE items SET deleted_at = ? WHERE id = ?", (now(), item_id))
        db.conn.execute("DELETE FROM records WHERE item_id = ?", (item_id,))
        forget_item(db, item_id)


def page_items(db: Database, *, below: int | None, limit: int, status: str = "", kind: str = "") -> list[Item]:
    """Living items, newest first, at most `limit` of them, all with ids below `below`."""
    rows = db.conn.execute(
        "SELECT * FROM items WHERE deleted_at IS NULL AND id < ? AND (? = '' OR status = ?) AND (? = '' OR kind = ?)"
        " ORDER BY id DESC LIMIT ?",
        (LARGEST_ID if below is None else below, status, status, kind, kind, limit),
    )
    return [_item(row) for row in rows]


def photos_of(db: Database, item_ids: Iterable[int]) -> dict[int, list[Photo]]:
    """The photos of several items, each in order."""
    found: dict[int, list[Photo]] = {item_id: [] for item_id in item_ids}
    rows = db.conn.execute(
        "SELECT * FROM photos WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY position, id",
        (json.dumps(list(found)),),
    )
    for row in rows:
        found[row["item_id"]].append(Photo(**dict(row)))
    return found
