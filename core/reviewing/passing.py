"""Which records could be accepted without a look, and what error that implies by what has been measured.

A record passes when nothing about it asks for a person: it has been read, no field is doubtful or has a finding, and
no rule misses anything on the record as a whole. How often that is wrong nobody knows beforehand: the figures of
`core/learning/calibration.py`, learned from verified records, say it, and only for fields that have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlite_utils import Database

from core.learning.calibration import calibrated_records
from core.records.standing import record_findings
from core.store.db import snapshot
from core.store.items import Item, find_items
from core.store.records import Filters, Record, iter_records
from core.types import Kind, Source, Status

CHUNK = 500
"""Records whose engines and versions are looked up together."""


class Held(StrEnum):
    """Why a record that waits for review does not pass: the first that applies."""

    EMPTY = "empty"
    """Nothing was read on it."""
    PARTIAL = "partial"
    """Its reading broke off, or its engine did not answer."""
    DOUBTS = "doubts"
    """A field with weak support or a finding."""
    LACKS = "lacks"
    """A rule misses something on the record as a whole."""


@dataclass(frozen=True)
class Implied:
    """What accepting unseen comes to. `expected_wrong` sums over the `known` values that have a measured figure."""

    values: int = 0
    known: int = 0
    expected_wrong: float = 0.0

    @property
    def share(self) -> float | None:
        """The share of wrong values to be expected, of those with a figure; None where none has one."""
        return self.expected_wrong / self.known if self.known else None


@dataclass(frozen=True)
class Passing:
    """`versions` are the records that pass, as they were seen; `held` counts the others by why they do not."""

    versions: dict[int, int]
    held: dict[Held, int]
    implied: Implied


def find_passing(db: Database, filters: Filters) -> Passing:
    """The records waiting for review, among those that pass the filters, that nothing speaks against."""
    versions: dict[int, int] = {}
    held: Counter[Held] = Counter()
    passed: list[Implied] = []
    with snapshot(db):
        for chunk in _chunks(db, filters.model_copy(update={"status": Status.REVIEW})):
            found = find_items(db, [record.item_id for record in chunk])
            reasons = {record.item_id: why_held(record, found[record.item_id]) for record in chunk}
            held.update(reason for reason in reasons.values() if reason is not None)
            passing = [record for record in chunk if reasons[record.item_id] is None]
            versions.update({record.item_id: found[record.item_id].version for record in passing})
            passed += map(_implied, calibrated_records(db, passing))
    return Passing(versions, dict(held), _sum(passed))


def _chunks(db: Database, filters: Filters) -> Iterator[list[Record]]:
    found = iter_records(db, filters)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def why_held(record: Record, item: Item) -> Held | None:
    """Why a person has to look at a record that waits for review; None where nothing asks for it."""
    if record.kind not in list(Kind) or not any(field.value is not None for field in record.fields.values()):
        return Held.EMPTY
    if item.error is not None:
        return Held.PARTIAL
    if record.doubts:
        return Held.DOUBTS
    return Held.LACKS if record_findings(Kind(record.kind), record.fields) else None


def _implied(record: Record) -> Implied:
    """Of one record. What a person gave or decided is no longer the machine's to be wrong about."""
    values = [
        field for field in record.fields.values() if field.value is not None and Source.HUMAN not in field.sources
    ]
    figures = [field.confidence for field in values if field.confidence is not None]
    return Implied(len(values), len(figures), sum(1 - figure for figure in figures))


def _sum(parts: list[Implied]) -> Implied:
    return Implied(
        sum(part.values for part in parts),
        sum(part.known for part in parts),
        sum(part.expected_wrong for part in parts),
    )
