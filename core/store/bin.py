"""Deleted items until they are deleted for good: who deleted them and when, the way back, and the erasing.

An item in the bin is hidden from everything (`items.deleted_at`); one that was merged into another is hidden as well
but is in no bin, because its photos live on.
"""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store import items
from core.store.blobs import Blob, find_blob
from core.store.data_sets import mark_due
from core.store.db import now, write
from core.store.idempotency import forget_answers
from core.types import Bilingual, Frozen

BINNED = Bilingual(en="Deleted item", zh="回收站中的条目")
NOT_IN_BIN = Bilingual(en="It may have been restored or deleted for good.", zh="可能已被还原或彻底删除。")


class Binned(Frozen):
    """An item in the bin. `name` and `thumb` are as the records table showed them."""

    item_id: int
    kind: str
    name: str
    thumb: str
    photos: int
    deleted_by: str
    deleted_at: str


_FROM = (
    "SELECT bin.item_id, items.kind, bin.name, bin.thumb, bin.deleted_by, items.deleted_at,"
    " (SELECT COUNT(*) FROM photos WHERE photos.item_id = bin.item_id) AS photos"
    " FROM bin JOIN items ON items.id = bin.item_id"
)


def put_in_bin(db: Database, item_id: int, deleted_by: str) -> None:
    """Hides a living item and everything about it. Raises NotFound where there is none."""
    with write(db):
        items.get_item(db, item_id)
        photos = items.list_photos(db, item_id)
        record = db.conn.execute("SELECT name, thumb FROM records WHERE item_id = ?", (item_id,)).fetchone()
        name, thumb = (record["name"], record["thumb"]) if record else ("", photos[0].blob if photos else "")
        db.conn.execute(
            "INSERT INTO bin (item_id, name, thumb, deleted_by) VALUES (?, ?, ?, ?)", (item_id, name, thumb, deleted_by)
        )
        db.conn.execute("DELETE FROM claims WHERE item_id = ?", (item_id,))
        # A group that is still open takes its next photo into an item of its own, not into one nobody sees.
        db.conn.execute("UPDATE items SET group_key = NULL WHERE id = ?", (item_id,))
        items.touch(db, item_id)
        items.delete_item(db, item_id)


def take_out(db: Database, item_id: int) -> None:
    """Brings an item back as it was; whoever calls this writes its record anew. Raises NotFound."""
    with write(db):
        get_binned(db, item_id)
        db.conn.execute("DELETE FROM bin WHERE item_id = ?", (item_id,))
        db.conn.execute("UPDATE items SET deleted_at = NULL WHERE id = ?", (item_id,))
        items.touch(db, item_id)


def get_binned(db: Database, item_id: int) -> Binned:
    """The item in the bin; raises NotFound."""
    row = db.conn.execute(f"{_FROM} WHERE bin.item_id = ?", (min(item_id, items.LARGEST_ID),)).fetchone()
    if row is None:
        raise NotFound(what=BINNED, key=item_id, hint=NOT_IN_BIN)
    return _binned(row)


def list_bin(db: Database, *, limit: int = 50, offset: int = 0) -> list[Binned]:
    """What is in the bin, last deleted first; `limit` -1 for all."""
    rows = db.conn.execute(
        f"{_FROM} ORDER BY items.deleted_at DESC, bin.item_id DESC LIMIT ? OFFSET ?", (limit, offset)
    )
    return [_binned(row) for row in rows]


def page_bin(db: Database, *, below: int | None, limit: int) -> list[Binned]:
    """At most `limit` items in the bin, those with the highest numbers first, from `below` on downwards."""
    rows = db.conn.execute(
        f"{_FROM} WHERE bin.item_id < ? ORDER BY bin.item_id DESC LIMIT ?",
        (below if below is not None else items.LARGEST_ID, limit),
    )
    return [_binned(row) for row in rows]


def count_bin(db: Database) -> int:
    return int(db.conn.execute("SELECT COUNT(*) AS n FROM bin").fetchone()["n"])


def list_deleted_before(db: Database, moment: str, limit: int) -> list[int]:
    """At most `limit` items in the bin that were deleted before `moment` (UTC, ISO 8601), the oldest first."""
    rows = db.conn.execute(
        "SELECT item_id FROM bin JOIN items ON items.id = item_id WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?",
        (moment, limit),
    )
    return [row["item_id"] for row in rows]


def _binned(row: Any) -> Binned:
    return Binned(**dict(row))


def erase(db: Database, item_id: int) -> list[Blob]:
    """Erases an item in the bin and returns the blobs that are gone with it: their files are the caller's to remove.

    Its photos, what was read on them, what was proposed, decided, asked and answered about it, what webhooks were told
    of it or were still to be told, and every stored answer of the API, for each may hold its words: all of it goes.
    Photos that another item has stay, and so does what was read on them. Of the item itself remains its number, so
    that it is never given to another one, and of the verdicts who, when and how long, because they count as work done.
    Its rows in data sets that were exported are due to leave them (`core.store.data_sets`).
    Raises NotFound where it is not in the bin.
    """
    with write(db):
        get_binned(db, item_id)
        mark_due(db, [item_id])
        gone = _own_blobs(db, item_id)
        _erase_questions(db, item_id, gone)
        _erase_words(db, item_id)
        forget_answers(db)
        db.conn.execute("DELETE FROM photos WHERE item_id = ?", (item_id,))
        db.conn.execute("DELETE FROM bin WHERE item_id = ?", (item_id,))
        return _erase_blobs(db, gone)


def erase_loose(db: Database, before: str, limit: int) -> list[Blob]:
    """Erases photos that were only asked about and belong to no item, the last time before `before` (UTC, ISO
    8601), with what was asked; returns at most `limit` blobs, whose files are the caller's to remove."""
    with write(db):
        rows = db.conn.execute(
            "SELECT id FROM blobs WHERE created_at < :before"
            " AND NOT EXISTS (SELECT 1 FROM photos WHERE photos.blob = blobs.id)"
            " AND NOT EXISTS (SELECT 1 FROM question_photos AS asked JOIN questions ON questions.id = asked.question_id"
            " WHERE asked.blob = blobs.id AND (questions.created_at >= :before OR state IN ('queued', 'running')))"
            " ORDER BY created_at LIMIT :limit",
            {"before": before, "limit": limit},
        )
        loose = [row["id"] for row in rows]
        _erase_questions(db, None, loose)
        if loose:
            forget_answers(db)
        return _erase_blobs(db, loose)


def _erase_blobs(db: Database, blob_ids: list[str]) -> list[Blob]:
    """Erases the rows of photos and of all that was read on them; the blobs as they were."""
    blobs = [blob for blob_id in blob_ids if (blob := find_blob(db, blob_id)) is not None]
    gone = json.dumps(blob_ids)
    for table, column in (("readings", "blob"), ("runs", "blob"), ("files", "blob"), ("blobs", "id")):
        db.conn.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (gone,))
    return blobs


def _own_blobs(db: Database, item_id: int) -> list[str]:
    """The blobs that only this item has, in the bin or out of it."""
    rows = db.conn.execute(
        "SELECT DISTINCT blob FROM photos AS own WHERE item_id = ?"
        " AND NOT EXISTS (SELECT 1 FROM photos WHERE photos.blob = own.blob AND item_id <> own.item_id)",
        (item_id,),
    )
    return [row["blob"] for row in rows]


def _erase_questions(db: Database, item_id: int | None, blobs: list[str]) -> None:
    """Questions asked about the item, or about a photo that goes with it; what follows them loses only the link."""
    asked = (
        "SELECT id FROM questions WHERE item_id = :item UNION SELECT question_id FROM question_photos"
        " WHERE blob IN (SELECT value FROM json_each(:blobs))"
    )
    values = {"item": item_id, "blobs": json.dumps(blobs)}
    db.conn.execute(f"UPDATE questions SET follows = NULL WHERE follows IN ({asked})", values)
    ids = json.dumps([row["id"] for row in db.conn.execute(asked, values)])
    for table, column in (("question_photos", "question_id"), ("questions", "id")):
        db.conn.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))


def _erase_words(db: Database, item_id: int) -> None:
    """What machines proposed and people decided about the item, and what it was called."""
    db.conn.execute("UPDATE verdicts SET prediction_id = NULL, reason = '' WHERE item_id = ?", (item_id,))
    told = ("decisions", "predictions", "jobs", "claims", "records", "creative_members", "poster_keys", "deliveries")
    for table in told:
        db.conn.execute(f"DELETE FROM {table} WHERE item_id = ?", (item_id,))
    db.conn.execute(
        "UPDATE items SET competitor = '', campaign = '', seen_on = NULL, platform = '', url = '', error = NULL,"
        " reason = NULL, updated_at = ?"
        " WHERE id = ?",
        (now(), item_id),
    )
