"""A record as its editors show it: plain data for the page, and for what the browser asks between two acts.

Words of our own are left to whoever shows it; messages of rules come in both languages.
"""

from __future__ import annotations

from typing import Any

from core.learning.confidence import as_percent
from core.reviewing.review import RecordView
from core.rules import energy_sums, reference_share
from core.schema import FieldSpec, FieldType
from core.store.records import is_doubtful
from core.types import FieldValue, Finding, Source
from core.values.typed import plain_number, row_parts, show_value

AMOUNTS = {FieldType.QUANTITY, FieldType.DURATION}
LISTS = {FieldType.LIST, FieldType.PRICES, FieldType.PROMOTIONS, FieldType.SELLING_POINTS}


def describe(view: RecordView) -> dict[str, Any]:
    """{"version", "fields": {key: state}, "findings"}: every field of the schema, read or not."""
    return {
        "version": view.item.version,
        "fields": {spec.key: _state(view, spec) for spec in view.schema.fields},
        "findings": [_finding(finding) for finding in view.findings],
    }


def _state(view: RecordView, spec: FieldSpec) -> dict[str, Any]:
    field = view.fields.get(spec.key)
    proposed = view.proposed.get(spec.key)
    text, machine = view.text(spec.key), show_value(spec, proposed) if proposed is not None else ""
    state: dict[str, Any] = {"text": text, "read": field is not None, "parts": _parts(spec, field)}
    if field is None:
        return state
    return state | {
        "absent": field.value is None,
        "raw": field.raw or "",
        "grade": field.grade,
        "sources": [str(source) for source in field.sources],
        "likely": None if field.confidence is None else as_percent(field.confidence),
        "inferred": field.inferred,
        "cut": field.truncated,
        "doubtful": is_doubtful(field),
        "findings": [_finding(finding) for finding in field.findings],
        "box": field.box,
        "photo": field.photo,
        "machine": machine if machine != text else None,
        "offers": [] if Source.HUMAN in field.sources else _offers(spec, field),
        "sums": [sum_._asdict() for sum_ in energy_sums(field)] if spec.type is FieldType.NUTRITION else [],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"rule": finding.rule, "level": finding.level, **finding.message.model_dump()}


def _parts(spec: FieldSpec, field: FieldValue | None) -> Any:
    """What the field's own editor shows apart: amount and unit, entries, rows, colours.

    None where the value has not the field's shape: it is shown as text then, just as it was typed.
    """
    value = field.value if field is not None else None
    if spec.type in LISTS:
        if field is None or value is None:
            return []
        return show_value(spec, field).splitlines() if isinstance(value, list | tuple) else None
    if field is None or value is None:
        return None
    if spec.type in AMOUNTS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"value": plain_number(float(value)), "unit": field.unit or ""} if number else None
    if spec.type is FieldType.NUTRITION:
        rows = value.get("rows") if isinstance(value, dict) else None
        return [row_parts(row) | {"share": reference_share(row)} for row in rows] if rows is not None else None
    if spec.type is FieldType.PALETTE:
        return value if isinstance(value, list | tuple) else None
    return None


def _offers(spec: FieldSpec, field: FieldValue) -> list[dict[str, Any]]:
    """Every other value seen for the field: by another reader, on another photo, by another decoder; each once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for other in field.alternatives:
        offer = _offer(spec, other)
        found.setdefault((offer["source"], offer["photo"], offer["text"]), offer)
    return list(found.values())


def _offer(spec: FieldSpec, other: Any) -> dict[str, Any]:
    named = isinstance(other, dict) and ("source" in other or "photo" in other)
    if not named:
        return {"text": show_value(spec, FieldValue(value=other)), "source": None, "photo": None, "box": None}
    value = FieldValue(value=other["value"], unit=other.get("unit"), raw=other.get("raw"))
    return {
        "text": show_value(spec, value),
        "source": other.get("source"),
        "photo": other.get("photo"),
        "box": other.get("box"),
    }
