"""From a proposal to what memory makes of it, field by field; the first of these that has an answer gives it.

A reading:  1 records of the same product agree on a value it is near to, or was corrected to before
            2 it is a value that people verified: right as it is, and named as known for this company
            3 readings like it became the same other value, twice or for this company
            4 it is near to one known value of a field whose values come back (`LEXICON`)
            5 characters in it are certainly confused
A gap:      6 records of the same product agree
            7 records under the same company prefix agree, nine in ten of them; printed on the photo or not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlite_utils import Database

from core.memory import base, confusions, near
from core.schema import FieldSpec, FieldType, load_schema
from core.store import lessons
from core.store.lessons import Taught
from core.types import Fields, FieldValue, Grade, Kind, Line, Source
from core.values.text import squash
from core.values.typed import show_value

LEAST_ALIKE = 2
"""Records on which a correction has to stand before it counts for other companies, or a value for its company."""
PRESENT = 0.9
"""Share of a company's records that have to show a value before it fills a gap."""


@dataclass(frozen=True)
class Reading:
    """What is being read: the item, and the lines of its photos in their order."""

    item_id: int = 0
    lines: tuple[Sequence[Line], ...] = ()


@dataclass(frozen=True)
class _Recall:
    """What memory is asked with, and what it knows of this product and company: looked up once."""

    db: Database
    kind: Kind
    reading: Reading
    gtin_product: str
    prefix: str

    @cached_property
    def product(self) -> dict[str, list[Taught]]:
        found = lessons.list_of_product(self.db, self.gtin_product, without=self.reading.item_id)
        return _by_field(found) if self.gtin_product else {}

    @cached_property
    def company(self) -> dict[str, list[Taught]]:
        found = lessons.list_of_prefix(
            self.db, self.kind, self.prefix, base.OF_COMPANY, without=self.reading.item_id
        )  # fmt: skip
        return _by_field(found) if self.prefix else {}

    @cached_property
    def company_records(self) -> int:
        return lessons.count_of_prefix(self.db, self.kind, self.prefix, without=self.reading.item_id)

    def is_known(self, field: str, key: str) -> bool:
        """True where people verified this value of the field on another record."""
        return lessons.is_known(self.db, self.kind, field, key, without=self.reading.item_id)


def remember(db: Database, kind: Kind, fields: Fields, reading: Reading) -> Fields:
    """The proposed fields as memory sees them. Reads only; a few milliseconds with 25,000 verified records."""
    has_gtin = bool(fields.get("gtin") and fields["gtin"].value)
    product = base.product_of(fields) if has_gtin else ""
    recall = _Recall(db, kind, reading, "" if "|" in product else product, base.prefix_of(fields))
    remembered = {}
    for spec in load_schema(kind).fields:
        seen = fields.get(spec.key)
        if not base.teaches(spec):
            value = seen
        elif seen is None or seen.value is None:
            value = _fill(recall, spec) or seen
        else:
            value = _reread(recall, spec, seen)
        if value is not None:
            remembered[spec.key] = value
    return {**fields, **remembered}


def _by_field(found: list[Taught]) -> dict[str, list[Taught]]:
    grouped: dict[str, list[Taught]] = {}
    for one in found:
        grouped.setdefault(one.field, []).append(one)
    return grouped


# Readings


def _reread(recall: _Recall, spec: FieldSpec, seen: FieldValue) -> FieldValue:
    text = show_value(spec, seen)
    key = base.value_key(text)
    same = _agreed(recall.product.get(spec.key, ()))
    if same is not None and same.key == key:
        return base.backed(seen)
    if spec.type in base.EXACT_TYPES or not key:
        return seen
    became = lessons.list_read_as(recall.db, recall.kind, spec.key, key, without=recall.reading.item_id)
    if same is not None and (near.is_near(key, same.key) or any(one.key == same.key for one in became)):
        return base.replaced(spec, seen, same.text, same.records)
    if recall.is_known(spec.key, key):
        known_here = any(one.key == key for one in recall.company.get(spec.key, ()))
        return base.backed(seen) if known_here else seen
    if better := _corrected(recall, became) or _near_miss(recall, spec, key):
        return base.replaced(spec, seen, better.text, better.records)
    return _mended(recall, spec, seen, text)


def _agreed(taught: Sequence[Taught]) -> Taught | None:
    """The one value that all of these records show; None where they differ, or say that it is not on the label."""
    return taught[0] if len(taught) == 1 and taught[0].key else None


def _corrected(recall: _Recall, became: Sequence[Taught]) -> Taught | None:
    """What readings like this one became: for this company, else everywhere."""
    here = [one for one in became if recall.prefix and one.prefix == recall.prefix]
    for group, least in ((here, 1), (became, LEAST_ALIKE)):
        keys = {one.key for one in group}
        total = sum(one.records for one in group)
        if len(keys) == 1 and total >= least and group[0].key:
            return group[0]._replace(records=total)
    return None


def _near_miss(recall: _Recall, spec: FieldSpec, key: str) -> Taught | None:
    """The known value that a reading is near to; one record is enough within a company, elsewhere two."""
    if spec.key not in base.LEXICON:
        return None
    ours = {one.key: one for one in recall.company.get(spec.key, ()) if one.key}
    if (best := near.nearest(key, ours)) is not None:
        return ours[best]
    everywhere = lessons.count_values(recall.db, recall.kind, spec.key, without=recall.reading.item_id)
    best = near.nearest(key, everywhere)
    if best is None or everywhere[best] < LEAST_ALIKE:
        return None
    return lessons.find_value(recall.db, recall.kind, spec.key, best, without=recall.reading.item_id)


def _mended(recall: _Recall, spec: FieldSpec, seen: FieldValue, text: str) -> FieldValue:
    pairs = confusions.sure_pairs(recall.db, recall.kind, spec.key, text, without=recall.reading.item_id)
    better, records = confusions.mended(text, pairs)
    return base.replaced(spec, seen, better, records) if pairs else seen


# Gaps


def _fill(recall: _Recall, spec: FieldSpec) -> FieldValue | None:
    same = _agreed(recall.product.get(spec.key, ()))
    if same is not None:
        grade = Grade.MEDIUM if same.records >= LEAST_ALIKE else Grade.LOW
        return base.filled(spec, same.text, same.records, grade)
    ours = _agreed(recall.company.get(spec.key, ()))
    if ours is None or ours.records < max(LEAST_ALIKE, PRESENT * recall.company_records):
        return None
    if place := _printed(recall, spec, ours.text):
        photo, index, line = place
        found = {"box": line.box, "photo": photo, "lines": (index,), "raw": line.text, "sources": (Source.OCR,)}
        return base.filled(spec, ours.text, ours.records, Grade.MEDIUM, **found, clarity=round(line.score, 4))
    return base.filled(spec, ours.text, ours.records, Grade.LOW)


def _printed(recall: _Recall, spec: FieldSpec, text: str) -> tuple[int, int, Line] | None:
    """(photo, number, line) of the first line that shows the value whole."""
    wanted = squash(text).text
    if spec.type is not FieldType.TEXT or len(wanted) < 2:
        return None
    for photo, lines in enumerate(recall.reading.lines):
        for index, line in enumerate(lines):
            if wanted in squash(line.text).text:
                return photo, index, line
    return None
