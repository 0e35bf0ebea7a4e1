"""What verified records say about the machine: one row per record and per field, derived as `records` is.

`core.learning.judging` makes the rows; `put_judgement` writes them in the transaction that changed a record, and
`forget_item` takes them away with the verification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from core.store.db import write
from core.types import Frozen


class JudgedRecord(Frozen):
    """One verified record. `revision` and `prompt` are of the engine that read it, `at` is its verification.

    `touched` counts the fields in which a person had to do anything, `unseen` those accepted without a look.
    """

    item_id: int
    version: int
    kind: str
    engine: str
    revision: str
    prompt: str
    brand: str
    reviewer: str
    seconds: float | None
    at: str
    touched: int
    unseen: int


class JudgedField(Frozen):
    """What became of one field of it; `outcome` is a `core.learning.judging.Outcome`, `score` that of the proposal."""

    field: str
    outcome: str
    score: float


class Lesson(Frozen):
    """What one field of a verified record teaches: what was read, and what stands. See `core.memory`."""

    field: str
    kind: str
    product: str
    prefix: str
    read: str
    read_key: str
    taught: str
    taught_key: str


class Confusion(Frozen):
    """A character that was read for another one in a field of a verified record."""

    field: str
    kind: str
    wrong: str
    meant: str


class Judgement(Frozen):
    """All that one verified record says."""

    record: JudgedRecord
    fields: tuple[JudgedField, ...]
    lessons: tuple[Lesson, ...]
    confusions: tuple[Confusion, ...]


def put_judgement(db: Database, judgement: Judgement) -> None:
    """Writes what a record says in place of what it said before."""
    item_id = judgement.record.item_id
    with write(db):
        before = _products(db, item_id)
        _clear(db, item_id)
        _insert(db, "judged_records", [judgement.record.model_dump()])
        for table, rows in (
            ("judged_fields", judgement.fields),
            ("lessons", judgement.lessons),
            ("confusions", judgement.confusions),
        ):
            _insert(db, table, [{"item_id": item_id, **row.model_dump()} for row in rows])
        _settle_contests(db, before | _products(db, item_id))


def forget_item(db: Database, item_id: int) -> None:
    """What the item said counts no more, and what it contradicted teaches again."""
    with write(db):
        products = _products(db, item_id)
        _clear(db, item_id)
        _settle_contests(db, products)


def _clear(db: Database, item_id: int) -> None:
    for table in ("judged_records", "judged_fields", "lessons", "confusions"):
        db.conn.execute(f"DELETE FROM {table} WHERE item_id = ?", (item_id,))


def _insert(db: Database, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        db.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _products(db: Database, item_id: int) -> set[str]:
    rows = db.conn.execute("SELECT DISTINCT product FROM lessons WHERE item_id = ? AND product <> ''", (item_id,))
    return {row["product"] for row in rows}


def _settle_contests(db: Database, products: set[str]) -> None:
    """Marks the fields in which verified records of one product say different things, and unmarks settled ones."""
    for product in products:
        db.conn.execute(
            "UPDATE lessons SET contested = (SELECT COUNT(DISTINCT taught_key) > 1 FROM lessons AS other"
            " WHERE other.product = lessons.product AND other.field = lessons.field AND other.product <> '')"
            " WHERE product = ?",
            (product,),
        )


def list_unjudged(db: Database, version: int, limit: int) -> list[int]:
    """Verified items whose rows are missing or of an older version, at most `limit` of them."""
    rows = db.conn.execute(
        "SELECT i.id FROM items i LEFT JOIN judged_records j ON j.item_id = i.id AND j.version = ?"
        " WHERE i.status = 'verified' AND i.deleted_at IS NULL AND j.item_id IS NULL"
        " AND EXISTS (SELECT 1 FROM verdicts WHERE item_id = i.id AND outcome = 'verified') LIMIT ?",
        (version, limit),
    )
    return [row["id"] for row in rows]
