"""What people corrected, one row per change, and the same as CSV.

How often the machine was right in the first place is `core/learning/accuracy.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, BinaryIO

from sqlite_utils import Database

from core.exports.cells import Style, write_cell
from core.learning.judging import shown
from core.store.decisions import Action
from core.store.items import list_photos
from core.types import Box, FieldValue, Frozen


class Change(StrEnum):
    """What a person did to a field."""

    CHANGED = "changed"
    """One value replaced by another."""
    ADDED = "added"
    """A value typed where there was none."""
    REMOVED = "removed"
    """The field is not on the label: what was proposed is wrong."""
    TAKEN_BACK = "taken_back"
    """Earlier changes undone: the machine's value counts again."""


class Filters(Frozen):
    """Which feedback is wanted; empty means no limit. Days are UTC, `until` is included."""

    kind: str = ""
    field: str = ""
    reviewer: str = ""
    engine: str = ""
    brand: str = ""
    since: date | None = None
    until: date | None = None


class Correction(Frozen):
    """One change of one field. `before` and `after` are texts as the editor shows them, "" for none.

    `blob` and `box` say where on which photo the value stands, as far as known. `name` is "" and
    `living` False where the record has been deleted or merged into another since.
    """

    id: int
    item_id: int
    name: str
    living: bool
    kind: str
    field: str
    change: Change
    before: str
    after: str
    reviewer: str
    engine: str
    at: str
    blob: str = ""
    box: Box | None = None


KIND = "CASE i.kind WHEN 'auto' THEN 'product' ELSE i.kind END"
"""An item's schema in SQL, as `core.records.standing.kind_of` has it: one nothing was read of counts as a product."""

BRAND = "(SELECT brand FROM records WHERE item_id = d.item_id)"
"""The record's brand as it stands."""

# The partial index decisions_corrections answers what is asked of `decisions` here without the table
# itself, as long as this condition is written exactly as in the index.
_FROM = (
    " FROM decisions d JOIN items i ON i.id = d.item_id LEFT JOIN predictions p ON p.id = d.prediction_id"
    f" WHERE d.action <> 'confirm' AND d.action <> '{Action.AUTO}'"
)


def count_corrections(db: Database, filters: Filters) -> int:
    where, values = _where(filters)
    return int(db.conn.execute(f"SELECT COUNT(*) AS n{_FROM}{where}", values).fetchone()["n"])


def list_corrections(db: Database, filters: Filters, *, limit: int, offset: int = 0) -> list[Correction]:
    """`limit` corrections from `offset` on, newest first, with the place of each on its photo."""
    return [_place(db, correction, seen) for correction, seen in _corrections(db, filters, limit, offset)]


def page_corrections(db: Database, filters: Filters, *, below: int | None, limit: int) -> list[Correction]:
    """At most `limit` corrections with ids below `below`, newest first, with the place of each on its photo."""
    return [_place(db, correction, seen) for correction, seen in _corrections(db, filters, limit, 0, below)]


def iter_corrections(db: Database, filters: Filters) -> Iterator[Correction]:
    """Every correction that passes, newest first, one at a time and without its place."""
    for correction, _ in _corrections(db, filters, -1, 0):
        yield correction


CSV_COLUMNS = ("at", "reviewer", "kind", "item_id", "name", "field", "change", "before", "after", "engine")


def write_corrections(db: Database, filters: Filters, *, out: BinaryIO) -> None:
    """Writes every correction that passes as CSV: UTF-8 with BOM, cells harmless to spreadsheets."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for correction in iter_corrections(db, filters):
        writer.writerow([write_cell(getattr(correction, name), Style.SPREADSHEET) for name in CSV_COLUMNS])
    text.flush()
    text.detach()  # the caller's stream stays open


def _corrections(
    db: Database, filters: Filters, limit: int, offset: int, below: int | None = None
) -> Iterator[tuple[Correction, FieldValue | None]]:
    where, values = _where(filters)
    if below is not None:
        where, values = f"{where} AND d.id < ?", [*values, below]
    rows = db.conn.execute(
        f"SELECT d.*, {KIND} AS kind, i.deleted_at IS NULL AS living, COALESCE(p.engine, '') AS engine,"
        " COALESCE((SELECT name FROM records WHERE item_id = d.item_id), '') AS name"
        f"{_FROM}{where} ORDER BY d.id DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    for row in rows:
        yield _correction(row)


def _where(filters: Filters) -> tuple[str, list[Any]]:
    columns = {KIND: filters.kind, "d.field": filters.field, "d.reviewer": filters.reviewer}
    columns |= {"p.engine": filters.engine, BRAND: filters.brand}
    return conditions(columns, "d.at", filters)


def conditions(columns: dict[str, str], at: str, filters: Filters) -> tuple[str, list[Any]]:
    """Columns that have the value that is wanted of them ("": any), `at` within the filters' days: as " AND ..." with
    the values."""
    clauses, values = [""], list[Any]()
    for column, wanted in columns.items():
        if wanted:
            clauses.append(f"{column} = ?")
            values.append(wanted)
    for clause, day in day_bounds(at, filters):
        clauses.append(clause)
        values.append(day)
    return " AND ".join(clauses), values


def day_bounds(column: str, filters: Filters) -> Iterator[tuple[str, str]]:
    """Conditions, each with its one value, that keep a column of ISO moments within the filters' days."""
    if filters.since:
        yield f"{column} >= ?", filters.since.isoformat()
    if filters.until:
        yield f"{column} < ?", (filters.until + timedelta(days=1)).isoformat()


def _correction(row: Any) -> tuple[Correction, FieldValue | None]:
    before, after = (FieldValue.model_validate_json(row[side]) if row[side] else None for side in ("before", "after"))
    kind, key = row["kind"], row["field"]
    correction = Correction(
        **{
            name: row[name] for name in ("id", "item_id", "name", "living", "kind", "field", "reviewer", "engine", "at")
        },
        change=_change(Action(row["action"]), before),
        before=shown(kind, key, before),
        after=shown(kind, key, after),
    )
    return correction, next((value for value in (before, after) if value and value.box), None)


def _change(action: Action, before: FieldValue | None) -> Change:
    if action is Action.RESET:
        return Change.TAKEN_BACK
    if action is Action.ABSENT:
        return Change.REMOVED
    return Change.CHANGED if before is not None and before.value is not None else Change.ADDED


def _place(db: Database, correction: Correction, seen: FieldValue | None) -> Correction:
    """The correction with the photo its box is on, where that photo is still the item's."""
    if seen is None:
        return correction
    photos = list_photos(db, correction.item_id)
    if seen.photo >= len(photos):
        return correction
    return correction.model_copy(update={"blob": photos[seen.photo].blob, "box": seen.box})


def list_reviewers(db: Database) -> list[str]:
    """Everybody who ever gave a verdict or changed a field, for filters."""
    rows = db.conn.execute(
        "SELECT reviewer FROM verdicts UNION SELECT reviewer FROM decisions d WHERE d.action <> 'confirm' ORDER BY 1"
    )
    return [row["reviewer"] for row in rows]


def list_engines(db: Database) -> list[str]:
    """Every engine that ever made a proposal, for filters."""
    return [row["engine"] for row in db.conn.execute("SELECT DISTINCT engine FROM predictions ORDER BY engine")]


def change_key(db: Database) -> tuple[int, int, int]:
    """Differs after every decision, verdict or deletion: what answers about feedback may be cached by."""
    row = db.conn.execute(
        "SELECT COALESCE((SELECT MAX(id) FROM decisions), 0) AS decision,"
        " COALESCE((SELECT MAX(id) FROM verdicts), 0) AS verdict,"
        " (SELECT COUNT(*) FROM items WHERE deleted_at IS NULL) AS living"
    ).fetchone()
    return row["decision"], row["verdict"], row["living"]
