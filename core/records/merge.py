"""Several photos of one product or ad -> one set of fields. Differences are kept, not hidden."""

from __future__ import annotations

from typing import Any

from core.schema import FieldType, Schema
from core.types import Bilingual, Fields, FieldValue, Finding, Grade, Level, Source

RULE = "photos_agree"
VERSION = 1

GRADE_ORDER = {Grade.HIGH: 2, Grade.MEDIUM: 1, Grade.LOW: 0}
UNION_TYPES = {FieldType.LIST, FieldType.SELLING_POINTS, FieldType.PRICES, FieldType.PROMOTIONS}
"""Fields whose entries add up over the photos instead of contradicting each other."""
SAID_LENGTH = 80
"""Characters of a value that a finding quotes; the whole value stands beside it as an alternative."""
MEASURED_TYPES = {FieldType.PALETTE}
"""Fields that describe a photo, not the product: the first photo's stands."""


def merge_photos(per_photo: list[Fields], schema: Schema) -> Fields:
    """The item's fields from those of its photos, in the order of the photos.

    Of differing values the best supported one is proposed; the others become its `alternatives`
    and a finding asks a person to look.
    """
    located = [
        {key: field.model_copy(update={"photo": index}) for key, field in fields.items()}
        for index, fields in enumerate(per_photo)
    ]
    if len(located) == 1:
        return located[0]
    merged: Fields = {}
    for spec in schema.fields:
        seen = [fields[spec.key] for fields in located if spec.key in fields]
        if seen:
            merged[spec.key] = _merge_field(seen, spec.type)
    return merged


def _merge_field(seen: list[FieldValue], kind: FieldType) -> FieldValue:
    if len(seen) == 1 or kind in MEASURED_TYPES:
        return seen[0]
    if kind in UNION_TYPES:
        return _union(seen)
    if kind is FieldType.NUTRITION:
        best = max(seen, key=lambda field: len(_cells(field)))
        others = [field for field in seen if _contradicts(field, best)]
    else:
        best = max(seen, key=_support)
        others = [field for field in seen if not same_value(field, best)]
    if not others:
        return best
    return best.model_copy(
        update={
            "grade": Grade.LOW,
            "alternatives": (*best.alternatives, *(_plain(field) for field in others)),
            "findings": (*best.findings, _disagreement(best, others)),
        }
    )


def _support(field: FieldValue) -> tuple[int, int, int]:
    return (Source.BARCODE in field.sources, GRADE_ORDER[field.grade], len(field.sources))


def same_value(a: FieldValue, b: FieldValue) -> bool:
    """True where two values say the same, spaces and letter case apart."""
    return _fold(a.value) == _fold(b.value) and (a.unit or "") == (b.unit or "")


def _fold(value: Any) -> Any:
    return "".join(value.split()).casefold() if isinstance(value, str) else value


def _cells(table: FieldValue) -> dict[tuple[Any, ...], Any]:
    """The amounts of a nutrition table by nutrient, unit and basis; rows that the photo's edge cuts say nothing."""
    rows = table.value.get("rows", ()) if isinstance(table.value, dict) else ()
    whole = (row for row in rows if not row.get("truncated"))
    return {(row.get("nutrient"), row.get("unit"), row.get("per")): row.get("value") for row in whole}


def _contradicts(table: FieldValue, other: FieldValue) -> bool:
    """True where both tables have an amount for the same cell and the amounts differ; a shorter table is no
    contradiction of a longer one."""
    mine, theirs = _cells(table), _cells(other)
    return any(mine[cell] != theirs[cell] for cell in mine.keys() & theirs.keys())


def _plain(field: FieldValue) -> dict[str, Any]:
    """What the other photo says, and where it says so, for a person to compare."""
    said = {"value": field.value, "unit": field.unit, "raw": field.raw, "photo": field.photo}
    return {**said, "box": list(field.box)} if field.box else said


def _union(seen: list[FieldValue]) -> FieldValue:
    entries: list[Any] = []
    for field in seen:
        entries.extend(entry for entry in field.value if entry not in entries)
    weakest = min(seen, key=lambda field: GRADE_ORDER[field.grade])
    return seen[0].model_copy(
        update={
            "value": entries,
            "raw": "\n".join(field.raw for field in seen if field.raw) or None,
            "grade": weakest.grade,
            "findings": tuple(finding for field in seen for finding in field.findings),
            "alternatives": tuple(other for field in seen for other in field.alternatives),
        }
    )


def _said(field: FieldValue) -> str:
    """The value in a sentence: as printed, short enough to read."""
    text = field.raw or (str(field.value) if isinstance(field.value, str | int | float) else "…")
    return " ".join(text.split())[:SAID_LENGTH]


def _disagreement(best: FieldValue, others: list[FieldValue]) -> Finding:
    sides = [best, *others]
    en = "; ".join(f"photo {field.photo + 1}: {_said(field)}" for field in sides)
    zh = "；".join(f"照片 {field.photo + 1}：{_said(field)}" for field in sides)
    return Finding(
        rule=RULE,
        version=VERSION,
        level=Level.REVIEW,
        message=Bilingual(en=f"The photos disagree. {en}.", zh=f"照片之间不一致。{zh}。"),
    )
