"""The present value of every item, one row each, and the questions pages ask of them.

The table is derived: `core.records.standing.refresh_record` writes an item's row in the transaction that
changed its prediction or a decision about it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from core.store import claims
from core.store.db import write
from core.store.decisions import Action, list_decisions
from core.store.items import get_item, list_photos
from core.store.runs import dump_fields, load_fields
from core.store.statements import put_statements
from core.types import Fields, FieldValue, Frozen, Grade, Source, Status

SEARCH_LIMIT = 4000
"""Characters of folded text kept per record for searching."""


class Record(Frozen):
    """An item as tables show it."""

    item_id: int
    kind: str
    status: Status
    priority: int
    brand: str
    name: str
    gtin: str
    campaign: str
    seen_on: str | None
    platform: str
    url: str
    thumb: str
    photos: int
    doubts: int
    findings: int
    corrections: int
    fields: Fields
    created_at: str
    updated_at: str


class Tile(NamedTuple):
    """An item as a wall of photos shows it."""

    item_id: int
    thumb: str
    name: str
    status: str


class Filters(Frozen):
    """Which records are wanted. Empty means no limit."""

    kind: str = ""
    status: str = ""
    brand: str = ""
    campaign: str = ""
    text: str = ""
    flags: Literal["", "doubts", "findings", "corrected"] = ""
    items: tuple[int, ...] = ()


def is_doubtful(field: FieldValue) -> bool:
    """True where a person should look: weak support or a finding, and nobody has spoken yet, nor a rule of theirs."""
    if {Source.HUMAN, Source.AUTO} & set(field.sources):
        return False
    return field.grade is Grade.LOW or bool(field.findings)


def put_record(db: Database, item_id: int, fields: Fields) -> str:
    """Writes the item's row and returns its brand; `fields` are those that stand, value None for one decided absent."""
    with write(db):
        item = get_item(db, item_id)
        photos = list_photos(db, item_id)
        shown = {key: field for key, field in fields.items() if field.value is not None}
        file_name = photos[0].name if photos else ""
        brand = _brand(item.kind, item.competitor, shown)
        row = {
            "item_id": item_id,
            "kind": item.kind,
            "status": item.status,
            "priority": item.priority,
            "brand": brand,
            "name": _title(item.kind, shown) or file_name,
            "gtin": _text(shown.get("gtin")),
            "campaign": item.campaign,
            "seen_on": item.seen_on,
            "platform": item.platform,
            "url": item.url,
            "thumb": photos[0].blob if photos else "",
            "photos": len(photos),
            "doubts": sum(is_doubtful(field) for field in shown.values()),
            "findings": sum(len(field.findings) for field in shown.values()),
            "corrections": _corrected(db, item_id),
            "search": _search_text([brand, item.campaign, item.platform, *(photo.name for photo in photos)], shown),
            "fields": dump_fields(fields),
            "created_at": item.created_at,
            "updated_at": item.updated_at,
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        db.conn.execute(f"INSERT OR REPLACE INTO records ({names}) VALUES ({marks})", row)
        put_statements(db, row, shown)
        return brand


def follow_status(db: Database, item_id: int) -> None:
    """Takes over the item's state where nothing else about its row changes: reading begins."""
    with write(db):
        db.conn.execute(
            "UPDATE records SET (status, updated_at) = (SELECT status, updated_at FROM items WHERE id = item_id)"
            " WHERE item_id = ?",
            (item_id,),
        )


def _corrected(db: Database, item_id: int) -> int:
    """How many fields a person changed. Those taken back since do not count."""
    last = {decision.field: decision.action for decision in list_decisions(db, item_id)}
    return sum(action in (Action.CORRECT, Action.ABSENT) for action in last.values())


def _text(field: FieldValue | None) -> str:
    return "" if field is None or field.value is None else str(field.value)


def _brand(kind: str, competitor: str, fields: Fields) -> str:
    field = fields.get("brand")
    read = _text(field)
    if field is not None and field.sources == (Source.HUMAN,):
        return read
    # An uploader who names the competitor knows better than OCR of a logo does.
    return (competitor or read) if kind == "ad" else (read or competitor)


def _title(kind: str, fields: Fields) -> str:
    keys = ("headline", "product") if kind == "ad" else ("name", "legal_name")
    return next((text for key in keys if (text := _text(fields.get(key)))), "")


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    elif value is not None:
        yield str(value)


def search_form(text: str) -> str:
    """Text as searching compares it: NFKC, case-folded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _search_text(extra: list[str], fields: Fields) -> str:
    parts = [*extra]
    for field in fields.values():
        parts.extend(_leaves(field.value))
        parts.append(field.raw or "")
    return search_form(" ".join(parts))[:SEARCH_LIMIT]


def _where(filters: Filters) -> tuple[str, list[Any]]:
    clauses, values = ["1"], list[Any]()
    for column in ("kind", "status", "campaign"):
        if wanted := getattr(filters, column):
            clauses.append(f"{column} = ?")
            values.append(wanted)
    if filters.brand:
        clauses.append("brand = ? COLLATE NOCASE")
        values.append(filters.brand)
    for word in search_form(filters.text).split():
        clauses.append("instr(search, ?) > 0")
        values.append(word)
    if filters.flags:
        column = {"doubts": "doubts", "findings": "findings", "corrected": "corrections"}[filters.flags]
        clauses.append(f"{column} > 0")
    if filters.items:
        clauses.append(f"item_id IN ({', '.join('?' * len(filters.items))})")
        values.extend(filters.items)
    return " AND ".join(clauses), values


ORDERS = {
    "newest": "item_id DESC",
    "oldest": "item_id",
    "queue": "priority DESC, doubts DESC, item_id",
    "brand": "brand COLLATE NOCASE, item_id",
}
"""Orders a caller may ask for."""


def list_records(
    db: Database,
    filters: Filters | None = None,
    *,
    order: str = "newest",
    limit: int = 50,
    offset: int = 0,
    past: int | None = None,
) -> list[Record]:
    """The records that pass the filters, `limit` of them (-1 for all) from `offset` on.

    `past`, for the orders newest and oldest, names the item behind which they begin.
    """
    where, values = _where(filters or Filters())
    if past is not None:
        where = f"{where} AND item_id {'<' if order == 'newest' else '>'} ?"
        values.append(past)
    rows = db.conn.execute(
        f"SELECT * FROM records WHERE {where} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?", [*values, limit, offset]
    )
    return [_record(row) for row in rows]


TILE_NAME = 60
"""Characters of a name on a tile."""


def list_tiles(db: Database, filters: Filters, *, order: str = "newest", limit: int) -> list[Tile]:
    """The records that pass, as tiles: without their fields, which are most of a record."""
    where, values = _where(filters)
    rows = db.conn.execute(
        f"SELECT item_id, thumb, substr(name, 1, {TILE_NAME}) AS name, status FROM records WHERE {where}"
        f" ORDER BY {ORDERS[order]} LIMIT ?",
        [*values, limit],
    )
    return [Tile(*row) for row in rows]


def iter_records(db: Database, filters: Filters | None = None, *, order: str = "oldest") -> Iterator[Record]:
    """The same, one at a time in bounded memory: what exports read."""
    where, values = _where(filters or Filters())
    for row in db.conn.execute(f"SELECT * FROM records WHERE {where} ORDER BY {ORDERS[order]}", values):
        yield _record(row)


def _record(row: Any) -> Record:
    values = {key: row[key] for key in Record.model_fields}
    return Record(**{**values, "fields": load_fields(row["fields"])})


def find_record(db: Database, item_id: int) -> Record | None:
    row = db.conn.execute("SELECT * FROM records WHERE item_id = ?", (item_id,)).fetchone()
    return _record(row) if row is not None else None


def count_records(db: Database, filters: Filters | None = None) -> int:
    where, values = _where(filters or Filters())
    return int(db.conn.execute(f"SELECT COUNT(*) AS n FROM records WHERE {where}", values).fetchone()["n"])


def count_by_status(db: Database) -> dict[str, dict[str, int]]:
    """{kind: {status: number of records}}."""
    counts: dict[str, dict[str, int]] = {}
    for row in db.conn.execute("SELECT kind, status, COUNT(*) AS n FROM records GROUP BY kind, status"):
        counts.setdefault(row["kind"], {})[row["status"]] = row["n"]
    return counts


def count_statuses(db: Database, filters: Filters) -> dict[str, int]:
    """{status: number of records} among those that pass the filters, whatever status these ask for."""
    where, values = _where(filters.model_copy(update={"status": ""}))
    rows = db.conn.execute(f"SELECT status, COUNT(*) AS n FROM records WHERE {where} GROUP BY status", values)
    return {row["status"]: row["n"] for row in rows}


def list_brands(db: Database, kind: str = "") -> list[str]:
    """Brands in use, in alphabetical order, for filters."""
    rows = db.conn.execute(
        "SELECT DISTINCT brand FROM records WHERE brand <> '' AND (? = '' OR kind = ?) ORDER BY brand COLLATE NOCASE",
        (kind, kind),
    )
    return [row["brand"] for row in rows]


def count_verified_brands(db: Database, prefix: str, *, without: int) -> dict[str, int]:
    """{brand: verified products} whose GTIN-13 begins with `prefix`, item `without` left out.

    A GTIN-12 is stored without the leading 0 of its GTIN-13.
    """
    rows = db.conn.execute(
        "SELECT brand, COUNT(*) AS n FROM records WHERE kind = 'product' AND status = 'verified' AND brand <> ''"
        " AND item_id <> ? AND COALESCE(json_extract(fields, '$.brand.sources'), '') NOT LIKE '%auto%'"
        " AND (CASE WHEN length(gtin) = 12 THEN '0' || gtin ELSE gtin END) LIKE ? || '%'"
        " GROUP BY brand COLLATE NOCASE",
        (without, prefix),
    )
    return {row["brand"]: row["n"] for row in rows}


def list_campaigns(db: Database) -> list[str]:
    rows = db.conn.execute("SELECT DISTINCT campaign FROM records WHERE campaign <> '' ORDER BY campaign")
    return [row["campaign"] for row in rows]


def list_platforms(db: Database) -> list[str]:
    """Platforms in use, in alphabetical order, for choices."""
    rows = db.conn.execute(
        "SELECT DISTINCT platform FROM records WHERE platform <> '' ORDER BY platform COLLATE NOCASE"
    )
    return [row["platform"] for row in rows]


def list_nutrients(db: Database, filters: Filters) -> list[tuple[str, str, str, bool]]:
    """(nutrient, unit, basis, has NRV %) of every kind of row in the nutrition tables of these records, each once."""
    where, values = _where(filters)
    rows = db.conn.execute(
        "SELECT json_extract(line.value, '$.nutrient') AS nutrient, json_extract(line.value, '$.unit') AS unit,"
        " COALESCE(NULLIF(json_extract(line.value, '$.per'), ''), json_extract(fields, '$.nutrition.value.basis'))"
        " AS basis, MAX(json_extract(line.value, '$.nrv_percent') IS NOT NULL) AS percent"
        f" FROM records, json_each(fields, '$.nutrition.value.rows') AS line WHERE {where} GROUP BY 1, 2, 3",
        values,
    )
    return [(row["nutrient"] or "", row["unit"] or "", row["basis"] or "", bool(row["percent"])) for row in rows]


def list_price_kinds(db: Database, filters: Filters) -> list[str]:
    """The kinds of price (current, original, coupon …) these records have, in alphabetical order."""
    where, values = _where(filters)
    rows = db.conn.execute(
        "SELECT DISTINCT json_extract(price.value, '$.kind') AS kind"
        f" FROM records, json_each(fields, '$.price.value') AS price WHERE {where} AND price.type = 'object'",
        values,
    )
    return sorted(row["kind"] for row in rows if row["kind"])


def next_in_queue(
    db: Database,
    *,
    after: int | None = None,
    kind: str = "",
    skip: tuple[int, ...] = (),
    reviewer: str | None = None,
    filters: Filters | None = None,
) -> int | None:
    """The item to review next: high value first, then most doubts; never `after` or one of `skip`.

    With `reviewer` none that somebody else has open, either; with `filters` only one that passes them, whatever status
    these ask for.
    """
    wanted = (filters or Filters(kind=kind)).model_copy(update={"status": Status.REVIEW})
    where, values = _where(wanted)
    held, holders = claims.held_by_others(reviewer)
    left_out = json.dumps([*skip, *([after] if after is not None else [])])
    row = db.conn.execute(
        f"SELECT item_id FROM records WHERE {where}"
        " AND item_id NOT IN (SELECT value FROM json_each(?))"
        f" AND item_id NOT IN ({held})"
        " ORDER BY priority DESC, doubts DESC, item_id LIMIT 1",
        [*values, left_out, *holders],
    ).fetchone()
    return row["item_id"] if row is not None else None
