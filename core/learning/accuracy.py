"""How often the machine was right, measured on verified records.

A record counts once a person has verified it; `core/learning/judging.py` says what became of each of its fields.

accuracy = kept / (kept + changed + removed).
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from datetime import date
from math import sqrt
from typing import Any, NamedTuple

from sqlite_utils import Database

from core.learning.feedback import Filters, conditions
from core.learning.judging import Outcome
from core.schema import load_schema
from core.types import Frozen, Kind

MIN_JUDGED = 20
"""Proposed values of a field below which no accuracy is stated: with 18 of 20 right the 95 % interval
already spans 27 points, and with fewer it says hardly more than "somewhere above a half"."""

Z_95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""


class Share(Frozen):
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the rate, (0, 1) where nothing was counted. Wilson, JASA 22 (1927), p. 209."""
        n = self.total
        if n == 0:
            return 0.0, 1.0
        p, z2 = self.hits / n, Z_95 * Z_95
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z_95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


class FieldAccuracy(Frozen):
    """Counts of one field over the verified records."""

    kind: str
    field: str
    kept: int = 0
    changed: int = 0
    removed: int = 0
    missed: int = 0

    @property
    def right(self) -> Share:
        return Share(hits=self.kept, total=self.kept + self.changed + self.removed)

    @property
    def needed(self) -> int:
        """How many more proposed values have to be judged before an accuracy is stated."""
        return max(0, MIN_JUDGED - self.right.total)


class Quality(Frozen):
    """What verified records say about the machine.

    `straight_through` counts records in which nothing was changed, removed or missed.
    `median_seconds` is from opening a record to its verification, over the `timed` records that
    have it; None where none has.
    """

    fields: tuple[FieldAccuracy, ...]
    straight_through: Share
    median_seconds: float | None
    timed: int


JUDGED = " FROM judged_records r JOIN judged_fields f ON f.item_id = r.item_id WHERE 1"


class Tally(Frozen):
    """Outcomes of one field under one engine version in one week or month, that begins on `start`."""

    kind: str
    engine: str
    revision: str
    prompt: str
    start: str
    field: str
    kept: int
    changed: int
    removed: int
    missed: int


def count_outcomes(db: Database, filters: Filters) -> list[Tally]:
    """All that was judged on verified records, by week, or by month where they span more than `MOST_PERIODS` weeks.

    What `measure_quality` and `core.learning.trends` say is added up from it: the table is read once, 0.25 s of
    processor time for 200,000 judged values. Reviewer and days of the filters are those of the verification, engine
    that of the proposal; a `field` is left to those who add up.
    """
    where, values = judged_where(filters)
    scope = f"r.kind, r.engine, r.revision, r.prompt, {_bucket(db, filters)}"
    # Records are numbered by what they are grouped by, so that the many fields are sorted by two small keys alone.
    rows = db.conn.execute(
        f"WITH r AS MATERIALIZED (SELECT r.item_id, DENSE_RANK() OVER (ORDER BY {scope}) AS scope"
        f" FROM judged_records r WHERE 1{where})"
        " SELECT MIN(r.item_id) AS example, f.field, SUM(f.outcome = 'kept') AS kept,"
        " SUM(f.outcome = 'changed') AS changed, SUM(f.outcome = 'removed') AS removed,"
        " SUM(f.outcome = 'missed') AS missed"
        " FROM r JOIN judged_fields f ON f.item_id = r.item_id GROUP BY r.scope, f.field",
        values,
    ).fetchall()
    scopes = _scopes(db, filters, {row["example"] for row in rows})
    return [
        Tally(
            **scopes[row["example"]], **{name: row[name] for name in ("field", "kept", "changed", "removed", "missed")}
        )
        for row in rows
    ]


def _scopes(db: Database, filters: Filters, examples: set[int]) -> dict[int, dict[str, str]]:
    """What each of these records is grouped by."""
    rows = db.conn.execute(
        f"SELECT r.item_id, r.kind, r.engine, r.revision, r.prompt, {_bucket(db, filters)} AS start"
        " FROM judged_records r WHERE r.item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(examples)),),
    )
    names = ("kind", "engine", "revision", "prompt", "start")
    return {row["item_id"]: {name: row[name] for name in names} for row in rows}


MOST_PERIODS = 30
"""Points a line can hold: longer histories are counted by month."""
WEEK = "date(substr(r.at, 1, 10), 'weekday 0', '-6 days')"
"""The Monday of the week, UTC, as SQLite reckons it: forward to Sunday, then back."""
MONTH = "substr(r.at, 1, 7) || '-01'"


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


def measure_quality(db: Database, filters: Filters, tallies: Sequence[Tally] | None = None) -> Quality:
    """Accuracy per field, in the order of the schemas, with straight-through rate and time per record.

    `tallies` are those of `count_outcomes`, where they have been counted already; a `field` of the filters picks
    from `fields` and changes nothing else.
    """
    where, values = judged_where(filters)
    records = db.conn.execute(f"SELECT r.seconds, r.touched FROM judged_records r WHERE 1{where}", values).fetchall()
    seconds = [row["seconds"] for row in records if row["seconds"] is not None]
    counts: _Counts = {}
    for each in count_outcomes(db, filters) if tallies is None else tallies:
        tally = counts.setdefault((each.kind, each.field), dict.fromkeys(Outcome, 0))
        for outcome in Outcome:
            tally[outcome] += getattr(each, outcome)
    return Quality(
        fields=tuple(_in_schema_order(counts, filters.field)),
        straight_through=Share(hits=sum(row["touched"] == 0 for row in records), total=len(records)),
        median_seconds=statistics.median(seconds) if seconds else None,
        timed=len(seconds),
    )


def judged_where(filters: Filters) -> tuple[str, list[Any]]:
    """Conditions on `judged_records r` for everything but the field, as " AND ..." with their values."""
    columns = {"r.kind": filters.kind, "r.brand": filters.brand}
    columns |= {"r.reviewer": filters.reviewer, "r.engine": filters.engine}
    return conditions(columns, "r.at", filters)


_Counts = dict[tuple[str, str], dict[Outcome, int]]


class Proposal(NamedTuple):
    """A value that was proposed on a verified record: its evidence score, and what became of it."""

    kind: str
    engine: str
    version: str
    """Revision and prompt of the engine, as `core.store.runs.version_of` has it."""
    field: str
    item_id: int
    score: float
    outcome: Outcome


def list_proposals(db: Database, filters: Filters) -> Iterator[Proposal]:
    """Every value that was proposed on a verified record that passes; missed values are none.

    The filters mean what they mean for `measure_quality`.
    """
    where, values = judged_where(filters)
    if filters.field:
        where, values = f"{where} AND f.field = ?", [*values, filters.field]
    rows = db.conn.execute(
        "SELECT r.kind, r.engine, TRIM(r.revision || ' ' || r.prompt) AS version, f.field, f.item_id, f.score,"
        f" f.outcome{JUDGED}{where}"
        f" AND f.outcome <> '{Outcome.MISSED}' ORDER BY f.item_id",
        values,
    )
    for row in rows:
        yield Proposal(**{**dict(row), "outcome": Outcome(row["outcome"])})


def _in_schema_order(counts: _Counts, wanted: str) -> list[FieldAccuracy]:
    places = {(kind.value, key): n for kind in Kind for n, key in enumerate(load_schema(kind).keys)}
    keys = sorted(counts, key=lambda key: (key[0] != Kind.PRODUCT, places.get(key, len(places)), key))
    return [
        FieldAccuracy(kind=kind, field=field, **counts[kind, field])
        for kind, field in keys
        if not wanted or field == wanted
    ]
