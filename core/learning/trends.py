"""Accuracy over time and by engine version, and the confusions and contradictions among verified records.

Counted in SQL over the rows of `core.store.judgements`; the filters mean what they mean for `core.learning.accuracy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from core.learning.accuracy import Share, Tally, judged_where
from core.learning.feedback import Filters
from core.types import Frozen


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


def accuracy_over_time(tallies: Sequence[Tally], field: str = "") -> list[PeriodAccuracy]:
    """The accuracy of every field, or of one, by the periods of `core.learning.accuracy.count_outcomes`, oldest
    first."""
    added: dict[tuple[str, str, str], tuple[int, int]] = {}
    for each in tallies:
        if field in ("", each.field):
            hits, total = added.get((each.start, each.kind, each.field), (0, 0))
            judged = each.kept + each.changed + each.removed
            added[each.start, each.kind, each.field] = (hits + each.kept, total + judged)
    return [
        PeriodAccuracy(start=date.fromisoformat(start), kind=kind, field=key, right=Share(hits=hits, total=total))
        for (start, kind, key), (hits, total) in sorted(added.items())
        if total
    ]


def accuracy_by_version(db: Database, filters: Filters, tallies: Sequence[Tally]) -> list[VersionAccuracy]:
    """Every engine with its model revisions and prompt versions, the newest first; `tallies` are of these filters."""
    added: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for each in tallies:
        if filters.field in ("", each.field):
            scope = (each.kind, each.engine, each.revision, each.prompt)
            hits, total = added.get(scope, (0, 0))
            added[scope] = (hits + each.kept, total + each.kept + each.changed + each.removed)
    where, values = judged_where(filters)
    rows = db.conn.execute(
        "SELECT r.kind, r.engine, r.revision, r.prompt, MIN(r.at) AS since, SUM(r.touched = 0) AS hits,"
        f" COUNT(*) AS total FROM judged_records r WHERE 1{where} GROUP BY 1, 2, 3, 4 ORDER BY MAX(r.at) DESC",
        values,
    )
    return [
        VersionAccuracy(
            **{key: row[key] for key in ("kind", "engine", "revision", "prompt", "since")},
            right=_share(added.get(tuple(row)[:4], (0, 0))),
            through=Share(hits=row["hits"], total=row["total"]),
        )
        for row in rows
    ]


def _share(counted: tuple[int, int]) -> Share:
    return Share(hits=counted[0], total=counted[1])


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
