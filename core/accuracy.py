"""How often the machine was right, measured on verified records.

A record counts once a person has verified it. For each of its fields the machine's proposal at that
verification is set against the value that stands: what happened on the way (A typed over as B, then
C) does not matter, and what was typed back to the proposal counts as right. A field whose decisions
were all taken back says nothing.

    kept      proposed, and left as it was
    changed   proposed, and another value stands
    removed   proposed, and a person says it is not on the label
    missed    not proposed, and typed by a person: shown apart, for there was no value to be right

accuracy = kept / (kept + changed + removed).
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from sqlite_utils import Database

from core.feedback import KIND, Filters, day_bounds, shown
from core.schema import load_schema
from core.store.decisions import Action
from core.types import FieldValue, Frozen, Grade, Kind, Level, Source

MIN_JUDGED = 20
"""Proposed values of a field below which no accuracy is stated: with 18 of 20 right the 95 % interval
already spans 27 points, and with fewer it says hardly more than "somewhere above a half"."""

Z_95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""


class Outcome(StrEnum):
    """What became of one field of one verified record; see the module's text."""

    KEPT = "kept"
    CHANGED = "changed"
    REMOVED = "removed"
    MISSED = "missed"


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


_VERIFIED = f"""
    SELECT i.id AS item_id, {KIND} AS kind, v.prediction_id, v.seconds, p.engine
    FROM items i
    JOIN verdicts v ON v.id = (SELECT MAX(id) FROM verdicts WHERE item_id = i.id AND outcome = 'verified')
    LEFT JOIN predictions p ON p.id = v.prediction_id
    WHERE i.status = 'verified' AND i.deleted_at IS NULL
"""

# One decision, made on the very proposal that was verified, tells its outcome alone: that is all but a
# few, and they are counted here. The rest, outcome NULL, is folded by `_outcome_of_chain`.
_OUTCOMES = """
    WITH verified AS MATERIALIZED ({verified}),
    chains AS MATERIALIZED (
        SELECT v.kind, d.field, d.item_id, v.prediction_id, MIN(d.id) AS id,
               COUNT(*) = 1 AND MIN(d.prediction_id) IS v.prediction_id AS single, MIN(d.action) AS action
        FROM verified v JOIN decisions d ON d.item_id = v.item_id
        GROUP BY d.item_id, d.field
    )
    SELECT kind, field, 'kept' AS outcome, COUNT(*) AS n, NULL AS item_id, NULL AS prediction_id
    FROM chains WHERE single AND action = 'confirm' GROUP BY kind, field
    UNION ALL
    SELECT kind, field, CASE
               WHEN NOT single THEN NULL
               WHEN action = 'absent' THEN 'removed'
               WHEN action = 'reset' THEN 'none'
               WHEN (SELECT json_extract(before, '$.value') FROM decisions WHERE id = chains.id) IS NULL THEN 'missed'
               ELSE 'changed'
           END, 1, item_id, prediction_id
    FROM chains WHERE NOT (single AND action = 'confirm')
"""


def measure_quality(db: Database, filters: Filters) -> Quality:
    """Accuracy per field, in the order of the schemas, with straight-through rate and time per record.

    Of the filters, reviewer and days are those of the verification, engine that of the proposal; a
    `field` picks from `fields` and changes nothing else.
    """
    verified, values = _verified(filters)
    records = db.conn.execute(verified, values).fetchall()
    seconds = [row["seconds"] for row in records if row["seconds"] is not None]
    counts, touched = _count(db, db.conn.execute(_OUTCOMES.format(verified=verified), values))
    return Quality(
        fields=tuple(_in_schema_order(counts, filters.field)),
        straight_through=Share(hits=len(records) - len(touched), total=len(records)),
        median_seconds=statistics.median(seconds) if seconds else None,
        timed=len(seconds),
    )


def _verified(filters: Filters) -> tuple[str, list[Any]]:
    query, values = _VERIFIED, list[Any]()
    for column, wanted in {KIND: filters.kind, "v.reviewer": filters.reviewer, "p.engine": filters.engine}.items():
        if wanted:
            query += f" AND {column} = ?"
            values.append(wanted)
    for clause, day in day_bounds("v.at", filters):
        query += f" AND {clause}"
        values.append(day)
    return query, values


_COUNTED = frozenset(Outcome)
_Counts = dict[tuple[str, str], dict[str, int]]


def _count(db: Database, rows: Iterable[Any]) -> tuple[_Counts, set[int]]:
    """{(kind, field): {outcome: count}} and the items in which a person had to do anything."""
    counts: _Counts = {}
    touched: set[int] = set()
    for row in rows:
        outcome = row["outcome"] or _outcome_of_chain(db, row)
        if outcome not in _COUNTED:
            continue
        tally = counts.setdefault((row["kind"], row["field"]), {})
        tally[outcome] = tally.get(outcome, 0) + row["n"]
        if outcome != Outcome.KEPT:
            touched.add(row["item_id"])
    return counts, touched


def _outcome_of_chain(db: Database, chain: Any) -> Outcome | None:
    """The outcome where a field was decided more than once, or on another proposal than was verified."""
    rows = db.conn.execute(
        "SELECT action, before, after, prediction_id FROM decisions WHERE item_id = ? AND field = ? ORDER BY id",
        (chain["item_id"], chain["field"]),
    ).fetchall()
    taken_back = [n for n, row in enumerate(rows) if row["action"] == Action.RESET]
    rows = rows[taken_back[-1] + 1 :] if taken_back else rows
    if not rows:
        return None
    if rows[0]["prediction_id"] == chain["prediction_id"]:
        proposed = rows[0]["before"]
    else:
        proposed = _proposal(db, chain["prediction_id"], chain["field"])
    key = (chain["kind"], chain["field"])
    return compare(shown(*key, _field(proposed)), shown(*key, _field(rows[-1]["after"])))


def _proposal(db: Database, prediction_id: int | None, field: str) -> str | None:
    """What a prediction says of one field, as JSON."""
    row = db.conn.execute(
        "SELECT json_extract(fields, ?) AS field FROM predictions WHERE id = ?",
        (f"$.{json.dumps(field)}", prediction_id),
    ).fetchone()
    return row["field"] if row is not None else None


def _field(text: str | None) -> FieldValue | None:
    return FieldValue.model_validate_json(text) if text else None


def compare(proposed: str, final: str) -> Outcome | None:
    """The outcome for a proposed and a final value, both as shown; None where there never was any."""
    if proposed == final:
        return Outcome.KEPT if proposed else None
    if not proposed:
        return Outcome.MISSED
    return Outcome.CHANGED if final else Outcome.REMOVED


@dataclass(frozen=True)
class Proposal:
    """A value that was proposed on a verified record, with what spoke for it and what became of it."""

    kind: str
    engine: str
    field: str
    item_id: int
    outcome: Outcome
    grade: Grade
    clarity: float | None
    sources: list[Source]
    """Machines only."""
    levels: list[Level]
    """Of its findings."""
    rivals: int
    """Other values seen for the field."""


# One decision made on the very proposal that was verified holds that proposal as `before`; see _OUTCOMES.
_PROPOSALS = """
    WITH verified AS MATERIALIZED ({verified}),
    chains AS MATERIALIZED (
        SELECT v.kind, v.engine, d.field, d.item_id, v.prediction_id, MIN(d.id) AS id,
               COUNT(*) = 1 AND MIN(d.prediction_id) IS v.prediction_id AS single
        FROM verified v JOIN decisions d ON d.item_id = v.item_id
        GROUP BY d.item_id, d.field
    )
    SELECT c.kind, c.engine, c.field, c.item_id, c.prediction_id, c.single, d.action,
           json_extract(d.before, '$.grade', '$.clarity', '$.sources', '$.findings', '$.alternatives',
                        '$.value') AS evidence
    FROM chains c JOIN decisions d ON d.id = c.id
"""


def list_proposals(db: Database, filters: Filters) -> Iterator[Proposal]:
    """Every value that was proposed on a verified record that passes; missed values are none.

    The filters mean what they mean for `measure_quality`.
    """
    verified, values = _verified(filters)
    for row in db.conn.execute(_PROPOSALS.format(verified=verified), values).fetchall():
        if filters.field and row["field"] != filters.field:
            continue
        proposal = _single(row) if row["single"] else _chained(db, row)
        if proposal is not None:
            yield proposal


def _single(row: Any) -> Proposal | None:
    """The proposal that one decision was made about; None where there was none or the decision was taken back."""
    evidence = json.loads(row["evidence"]) if row["evidence"] else None
    if evidence is None or evidence[5] is None or row["action"] == Action.RESET:
        return None
    outcome = {Action.CONFIRM: Outcome.KEPT, Action.ABSENT: Outcome.REMOVED}.get(row["action"], Outcome.CHANGED)
    return _proposal_of(row, outcome, evidence)


def _chained(db: Database, row: Any) -> Proposal | None:
    outcome = _outcome_of_chain(db, row)
    proposed = _proposal(db, row["prediction_id"], row["field"])
    if outcome in (None, Outcome.MISSED) or proposed is None:
        return None
    whole = json.loads(proposed)
    keys = ("grade", "clarity", "sources", "findings", "alternatives", "value")
    return _proposal_of(row, outcome, [whole.get(key) for key in keys])


def _proposal_of(row: Any, outcome: Outcome, evidence: list[Any]) -> Proposal:
    grade, clarity, sources, findings, alternatives, _ = evidence
    return Proposal(
        kind=row["kind"],
        engine=row["engine"] or "",
        field=row["field"],
        item_id=row["item_id"],
        outcome=outcome,
        grade=Grade(grade or Grade.LOW),
        clarity=clarity,
        sources=[Source(source) for source in sources or () if source != Source.HUMAN],
        levels=[Level(finding["level"]) for finding in findings or ()],
        rivals=len(alternatives or ()),
    )


def _in_schema_order(counts: _Counts, wanted: str) -> list[FieldAccuracy]:
    places = {(kind.value, key): n for kind in Kind for n, key in enumerate(load_schema(kind).keys)}
    keys = sorted(counts, key=lambda key: (key[0] != Kind.PRODUCT, places.get(key, len(places)), key))
    return [
        FieldAccuracy(kind=kind, field=field, **counts[kind, field])
        for kind, field in keys
        if not wanted or field == wanted
    ]
