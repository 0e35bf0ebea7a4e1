"""What a lesson is about: which fields teach, what makes two values the same, how a remembered value looks."""

from __future__ import annotations

from typing import Any

from core.rules import company_prefix
from core.schema import FieldSpec, FieldType
from core.types import Bilingual, Fields, FieldValue, Finding, Grade, Level, Source
from core.values.gtin import normalise_gtin
from core.values.text import fold
from core.values.typed import show_value, understand

RULE = "history"
VERSION = 1
SAID_LENGTH = 60
"""Characters of a reading that a finding quotes."""

LOT_BOUND = frozenset({"production_date", "expiry_date"})
"""Printed anew on every lot: what one record says of them says nothing about the next."""
UNTAUGHT_TYPES = frozenset({FieldType.PALETTE, FieldType.PRICES, FieldType.DATE})
"""Measured from the photo, or true for one day."""
EXACT_TYPES = frozenset({FieldType.QUANTITY, FieldType.DURATION, FieldType.NUTRITION})
"""Amounts: one digit makes another product of them, so what is read is never replaced."""
LEXICON = frozenset({"brand", "manufacturer", "address", "storage"})
"""Fields whose values come back on many products, so that a reading close to a known value is that value. Product
names are not among them: 原味 and 咸味 are as close as any misreading."""
OF_COMPANY = ("brand", "manufacturer", "address")
"""Fields that belong to the company whose prefix the barcode has."""


def teaches(spec: FieldSpec) -> bool:
    """True for a field whose verified values say something about other records."""
    return spec.key not in LOT_BOUND | {"gtin"} and spec.type not in UNTAUGHT_TYPES and not spec.inferred


def value_key(text: str) -> str:
    """What two spellings of one value share: letters, digits and signs without case, width and spaces."""
    return "".join(fold(text).split())


def product_of(fields: Fields) -> str:
    """What tells this product from others: its GTIN, else brand, name and content together; "" where unknown."""
    gtin = _text(fields, "gtin")
    if digits := normalise_gtin(gtin) if gtin else None:
        return digits.zfill(14)
    parts = [value_key(_text(fields, key)) for key in ("brand", "name", "net_content")]
    return "|".join(parts) if all(parts) else ""


def prefix_of(fields: Fields) -> str:
    """The company prefix of the barcode, "" where none is known."""
    field = fields.get("gtin")
    return (company_prefix(field.value) if field else None) or ""


def _text(fields: Fields, key: str) -> str:
    field = fields.get(key)
    return "" if field is None or field.value is None else f"{field.value} {field.unit or ''}".strip()


def as_read(field: FieldValue | None) -> FieldValue | None:
    """The machine's own reading behind a proposal, before memory had a say; None for nothing."""
    if field is None or Source.HISTORY not in field.sources:
        return field
    if all(finding.rule != RULE for finding in field.findings):
        return field if len(set(field.sources) - {Source.HUMAN}) > 1 else None
    printed = next(iter(field.alternatives), None)
    if not isinstance(printed, dict):
        return None
    return FieldValue(value=printed.get("value"), unit=printed.get("unit"), raw=printed.get("raw"))


def backed(field: FieldValue) -> FieldValue:
    """A reading that memory knows: history agrees, and says no more than that."""
    sources = tuple(dict.fromkeys((*field.sources, Source.HISTORY)))
    return field.model_copy(update={"sources": sources})


def replaced(spec: FieldSpec, field: FieldValue, text: str, records: int) -> FieldValue:
    """The remembered value in place of the reading, which stays visible as `raw`, alternative and in a finding."""
    known = understand(spec, text)
    shown = show_value(spec, field)
    printed: dict[str, Any] = {"value": field.value, "unit": field.unit, "raw": field.raw, "photo": field.photo}
    return field.model_copy(
        update={
            "value": known.value,
            "unit": known.unit,
            "raw": field.raw if field.raw is not None else shown,
            "sources": tuple(dict.fromkeys((*field.sources, Source.HISTORY))),
            "grade": Grade.LOW if field.grade is Grade.LOW or records < 2 else Grade.MEDIUM,
            "findings": (*field.findings, _read_otherwise(shown, records)),
            "alternatives": (printed, *field.alternatives),
        }
    )


def filled(spec: FieldSpec, text: str, records: int, grade: Grade, **place: Any) -> FieldValue:
    """A remembered value for a field in which nothing was read."""
    known = understand(spec, text)
    return FieldValue(
        value=known.value,
        unit=known.unit,
        sources=(*place.pop("sources", ()), Source.HISTORY),
        grade=grade,
        findings=(_not_read(records),),
        **place,
    )


def _read_otherwise(shown: str, records: int) -> Finding:
    said = " ".join(shown.split())[:SAID_LENGTH]
    return _finding(
        f"Read as '{said}'. This value is from verified records ({records}); check it against the photo.",
        f"识别结果为“{said}”，当前值来自已审核记录（{records} 条），请对照照片核对。",
    )


def _not_read(records: int) -> Finding:
    return _finding(
        f"Not read on the photo. This value is from verified records ({records}); check that it applies.",
        f"照片中未识别到，当前值来自已审核记录（{records} 条），请核对是否适用。",
    )


def _finding(en: str, zh: str) -> Finding:
    return Finding(rule=RULE, version=VERSION, level=Level.REVIEW, message=Bilingual(en=en, zh=zh))
