"""Accuracy over time and by engine version, and the confusions and contradictions among verified records.

Counted in SQL over the rows of `core.store.judgements`; the filters mean what they mean for `core.accuracy`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlite_utils import Database

from core.accuracy import JUDGED, Share, judged_where
from core.feedback import Filters
from core.types import Frozen

MOST_PERIODS = 30
"""Points a line can hold: longer histories are counted by month."""
WEEK = "date(substr(r.at, 1, 10), 'weekday 0', '-6 days')"
"""The Monday of the week, UTC, as SQLite reckons it: forward to Sunday, then back."""
MONTH = "substr(r.at, 1, 7) || '-01'"


class PeriodAccuracy(Frozen):
    """One field in one week or month that begins on `start`."""

    start: date
    kind: str
    field: str
    right: Share


class VersionAccuracy(Frozen):
    """One version of an engine, all fields. `through` are records in which nothing had to be done."""

    kind: str
    engine: str
    revision: str
    prompt: str
    since: str
    right: Share
    through: Share


class Confusion(Frozen):
    """A character, or a whole value, that was read for another one, in so many records."""

    kind: str
    field: str
    wrong: str
    meant: str
    records: int


class Side(Frozen):
    """One of the values that records of a product show, and those records, newest first; "" is "not on the label"."""

    text: str
    items: tuple[int, ...]
    reviewers: tuple[str, ...]


class Contradiction(Frozen):
    """A field in which verified records of one product say different things. Neither side teaches."""

    kind: str
    field: str
    product: str
    sides: tuple[Side, ...]


def accuracy_over_time(db: Database, filters: Filters) -> list[PeriodAccuracy]:
    """Every field's accuracy by week, or by month where the records span more than `MOST_PERIODS` weeks."""
    where, values = _with_field(filters)
    rows = db.conn.execute(
        f"SELECT {_bucket(db, filters)} AS start, r.kind, f.field, SUM(f.outcome = 'kept') AS hits, COUNT(*) AS total"
        f"{JUDGED}{where} AND f.outcome <> 'missed' GROUP BY start, r.kind, f.field ORDER BY start",
        values,
    )
    return [
        PeriodAccuracy(
            start=date.fromisoformat(row["start"]),
            kind=row["kind"],
            field=row["field"],
            right=Share(hits=row["hits"], total=row["total"]),
        )
        for row in rows
    ]


def _bucket(db: Database, filters: Filters) -> str:
    where, values = judged_where(filters)
    row = db.conn.execute(
        "SELECT MIN(substr(r.at, 1, 10)) AS first, MAX(substr(r.at, 1, 10)) AS last FROM judged_records r"
        f" WHERE 1{where}",
        values,
    ).fetchone()
    if not row["first"]:
        return WEEK
    days = (date.fromisoformat(row["last"]) - date.fromisoformat(row["first"])).days
    return WEEK if days <= 7 * MOST_PERIODS else MONTH


def accuracy_by_version(db: Database, filters: Filters) -> list[VersionAccuracy]:
    """Every engine with its model revisions and prompt versions, the newest first."""
    where, values = _with_field(filters)
    scope = "r.kind, r.engine, r.revision, r.prompt"
    counted = db.conn.execute(
        f"SELECT {scope}, SUM(f.outcome = 'kept') AS hits, SUM(f.outcome <> 'missed') AS total{JUDGED}{where}"
        f" GROUP BY {scope}",
        values,
    )
    right = {tuple(row)[:4]: Share(hits=row["hits"], total=row["total"]) for row in counted}
    bare, values = judged_where(filters)
    rows = db.conn.execute(
        f"SELECT {scope}, MIN(r.at) AS since, SUM(r.touched = 0) AS hits, COUNT(*) AS total FROM judged_records r"
        f" WHERE 1{bare} GROUP BY {scope} ORDER BY MAX(r.at) DESC",
        values,
    )
    return [
        VersionAccuracy(
            **{key: row[key] for key in ("kind", "engine", "revision", "prompt", "since")},
            right=right.get(tuple(row)[:4], Share(hits=0, total=0)),
            through=Share(hits=row["hits"], total=row["total"]),
        )
        for row in rows
    ]


def _with_field(filters: Filters) -> tuple[str, list[Any]]:
    where, values = judged_where(filters)
    return (f"{where} AND f.field = ?", [*values, filters.field]) if filters.field else (where, values)


def list_confusions(db: Database, filters: Filters, *, limit: int = 25) -> list[Confusion]:
    """The characters that are most often read for others."""
    where, values = _with_field(filters)
    rows = db.conn.execute(
        "SELECT f.kind, f.field, f.wrong, f.meant, COUNT(*) AS records FROM confusions f"
        f" JOIN judged_records r ON r.item_id = f.item_id WHERE 1{where}"
        " GROUP BY f.kind, f.field, f.wrong, f.meant ORDER BY records DESC, f.field, f.wrong LIMIT ?",
        [*values, limit],
    )
    return [Confusion(**dict(row)) for row in rows]


def list_misreadings(db: Database, filters: Filters, *, limit: int = 25) -> list[Confusion]:
    """The whole values that are most often read for others, twice at least; gaps and removals are none."""
    where, values = _with_field(filters)
    rows = db.conn.execute(
        "SELECT f.kind, f.field, f.read AS wrong, f.taught AS meant, COUNT(*) AS records FROM lessons f"
        " JOIN judged_records r ON r.item_id = f.item_id"
        f" WHERE f.read_key <> f.taught_key AND f.read_key <> '' AND f.taught_key <> ''{where}"
        " GROUP BY f.kind, f.field, f.read_key, f.taught_key HAVING COUNT(*) > 1"
        " ORDER BY records DESC, f.field, f.read LIMIT ?",
        [*values, limit],
    )
    return [Confusion(**dict(row)) for row in rows]


def count_contradictions(db: Database) -> int:
    row = db.conn.execute(
        "SELECT COUNT(*) AS n FROM (SELECT DISTINCT product, field FROM lessons WHERE contested = 1)"
    ).fetchone()
    return int(row["n"])


def list_contradictions(db: Database, filters: Filters, *, limit: int = 50) -> list[Contradiction]:
    """Fields in which verified records of one product say different things, those changed last first.

    Of the filters kind, field and brand apply: a contradiction has several reviewers and days.
    """
    where, values = _with_field(Filters(kind=filters.kind, field=filters.field, brand=filters.brand))
    rows = db.conn.execute(
        "SELECT f.kind, f.field, f.product, f.taught, f.taught_key, f.item_id, r.reviewer, r.at FROM lessons f"
        f" JOIN judged_records r ON r.item_id = f.item_id WHERE f.contested = 1{where} ORDER BY r.at DESC",
        values,
    )
    found: dict[tuple[str, str, str], dict[str, list[Any]]] = {}
    for row in rows:
        sides = found.setdefault((row["kind"], row["field"], row["product"]), {})
        sides.setdefault(row["taught_key"], []).append(row)
    return [
        Contradiction(kind=kind, field=field, product=product, sides=tuple(_side(rows) for rows in sides.values()))
        for (kind, field, product), sides in list(found.items())[:limit]
    ]


def _side(rows: list[Any]) -> Side:
    return Side(
        text=rows[0]["taught"],
        items=tuple(row["item_id"] for row in rows),
        reviewers=tuple(dict.fromkeys(row["reviewer"] for row in rows)),
    )
