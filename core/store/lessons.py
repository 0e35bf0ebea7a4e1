"""What verified records teach, as questions about the table `lessons`. Contested lessons answer none of them.

Every question leaves out one item, the one that is being read: a record is no witness for itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlite_utils import Database


class Taught(NamedTuple):
    """A value that `records` verified records show; "" for "not on the label". `text` is as the newest has it."""

    field: str
    key: str
    text: str
    records: int
    prefix: str = ""


class Pair(NamedTuple):
    """A character read for another one in so many records."""

    wrong: str
    meant: str
    records: int


_COUNTED = "taught_key AS key, taught AS text, COUNT(*) AS records, MAX(item_id)"
"""With MAX, SQLite takes the other columns from the row that has the maximum: the newest record's spelling."""


def count_values(db: Database, kind: str, field: str, *, without: int) -> dict[str, int]:
    """{key: records} of every value that a field has had. Answered by an index: 5 ms for 25,000 records."""
    rows = db.conn.execute(
        "SELECT taught_key AS key, COUNT(*) AS records FROM lessons WHERE kind = ? AND field = ? AND contested = 0"
        " AND taught_key <> '' AND item_id <> ? GROUP BY taught_key",
        (kind, field, without),
    )
    return {row["key"]: row["records"] for row in rows}


def find_value(db: Database, kind: str, field: str, key: str, *, without: int) -> Taught | None:
    """The value with this key as the newest record has it; None where no record shows it."""
    row = db.conn.execute(
        f"SELECT {_COUNTED} FROM lessons WHERE kind = ? AND field = ? AND contested = 0 AND taught_key = ?"
        " AND item_id <> ? GROUP BY taught_key",
        (kind, field, key, without),
    ).fetchone()
    return Taught(field, row["key"], row["text"], row["records"]) if row is not None else None


def is_known(db: Database, kind: str, field: str, key: str, *, without: int) -> bool:
    """True where any verified record shows the value."""
    row = db.conn.execute(
        "SELECT 1 FROM lessons WHERE kind = ? AND field = ? AND contested = 0 AND taught_key = ?"
        " AND item_id <> ? LIMIT 1",
        (kind, field, key, without),
    ).fetchone()
    return row is not None


def list_read_as(db: Database, kind: str, field: str, read_key: str, *, without: int) -> list[Taught]:
    """What became of readings like this one, by company prefix; `text` "" where it is not on the label."""
    rows = db.conn.execute(
        f"SELECT {_COUNTED}, prefix FROM lessons WHERE kind = ? AND field = ? AND read_key = ? AND contested = 0"
        " AND item_id <> ? GROUP BY taught_key, prefix ORDER BY 3 DESC, 1",
        (kind, field, read_key, without),
    )
    return [Taught(field, row["key"], row["text"], row["records"], row["prefix"]) for row in rows]


def list_of_product(db: Database, product: str, *, without: int) -> list[Taught]:
    """What verified records of one product say, all fields."""
    rows = db.conn.execute(
        f"SELECT field, {_COUNTED} FROM lessons WHERE product = ? AND product <> '' AND contested = 0 AND item_id <> ?"
        " GROUP BY field, taught_key",
        (product, without),
    )
    return [Taught(row["field"], row["key"], row["text"], row["records"]) for row in rows]


def list_of_prefix(db: Database, kind: str, prefix: str, fields: Sequence[str], *, without: int) -> list[Taught]:
    """What verified records under a company prefix say in these fields."""
    rows = db.conn.execute(
        f"SELECT field, {_COUNTED} FROM lessons WHERE kind = ? AND prefix = ? AND prefix <> '' AND contested = 0"
        " AND field IN (SELECT value FROM json_each(?)) AND item_id <> ? GROUP BY field, taught_key",
        (kind, prefix, json.dumps(list(fields)), without),
    )
    return [Taught(row["field"], row["key"], row["text"], row["records"], prefix) for row in rows]


def count_of_prefix(db: Database, kind: str, prefix: str, *, without: int) -> int:
    """How many verified records there are under a company prefix."""
    row = db.conn.execute(
        "SELECT COUNT(DISTINCT item_id) AS n FROM lessons WHERE kind = ? AND prefix = ? AND prefix <> ''"
        " AND item_id <> ?",
        (kind, prefix, without),
    ).fetchone()
    return int(row["n"])


def list_pairs(db: Database, kind: str, field: str, *, least: int, without: int) -> list[Pair]:
    """Characters that were read for others in at least so many records."""
    rows = db.conn.execute(
        "SELECT wrong, meant, COUNT(*) AS records FROM confusions WHERE kind = ? AND field = ? AND item_id <> ?"
        " GROUP BY wrong, meant HAVING COUNT(*) >= ? ORDER BY 3 DESC",
        (kind, field, without, least),
    )
    return [Pair(row["wrong"], row["meant"], row["records"]) for row in rows]


def count_reads_with(db: Database, kind: str, field: str, character: str, *, without: int) -> int:
    """In how many records the field was read with this character in it, rightly or not."""
    row = db.conn.execute(
        "SELECT COUNT(*) AS n FROM lessons WHERE kind = ? AND field = ? AND item_id <> ? AND instr(read, ?) > 0",
        (kind, field, without, character),
    ).fetchone()
    return int(row["n"])


def items_of_prefix(db: Database, kind: str, prefix: str, limit: int) -> list[int]:
    """The newest verified items under a company prefix."""
    rows = db.conn.execute(
        "SELECT DISTINCT item_id FROM lessons WHERE kind = ? AND prefix = ? AND prefix <> ''"
        " ORDER BY item_id DESC LIMIT ?",
        (kind, prefix, limit),
    )
    return [row["item_id"] for row in rows]


def items_of_product(db: Database, product: str, limit: int) -> list[int]:
    """The newest verified items that show a product, named as `core.memory.base.product_of` names it."""
    rows = db.conn.execute(
        "SELECT DISTINCT item_id FROM lessons WHERE product = ? AND product <> '' ORDER BY item_id DESC LIMIT ?",
        (product, limit),
    )
    return [row["item_id"] for row in rows]


def items_with_value(db: Database, kind: str, field: str, key: str, limit: int) -> list[int]:
    """The newest verified items that show a value."""
    rows = db.conn.execute(
        "SELECT item_id FROM lessons WHERE kind = ? AND field = ? AND contested = 0 AND taught_key = ?"
        " ORDER BY item_id DESC LIMIT ?",
        (kind, field, key, limit),
    )
    return [row["item_id"] for row in rows]


def items_showing(db: Database, photos: Sequence[str]) -> list[int]:
    """The verified items that show any of these photos."""
    rows = db.conn.execute(
        "SELECT DISTINCT p.item_id FROM photos p JOIN judged_records r ON r.item_id = p.item_id"
        " WHERE p.blob IN (SELECT value FROM json_each(?)) ORDER BY p.item_id",
        (json.dumps(list(photos)),),
    )
    return [row["item_id"] for row in rows]
