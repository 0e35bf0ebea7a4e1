"""Where a field's value stands on a photo, by the type of the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.evidence.amounts import find_date, find_duration, find_prices_on, find_quantity, find_table
from core.evidence.page import Page, Stretch
from core.evidence.words import NOWHERE, ORDER, How, Seen, find_words
from core.schema import FieldSpec, FieldType
from core.types import FieldValue
from core.values.terms import load_terms

TERMS = {"audience": "audiences", "emotion": "emotions"}
"""Inferred field -> the lexicon with the words that speak for its values."""
UNPRINTED = frozenset({"languages"})
"""Fields whose values are codes that no label prints."""


def is_judged(spec: FieldSpec) -> bool:
    """True for fields whose values cannot be expected on the photo word for word."""
    return spec.inferred or spec.key in UNPRINTED or spec.type is FieldType.PALETTE


def look(page: Page, spec: FieldSpec, field: FieldValue) -> Seen:
    """How the photo shows the value; of a judgement, the words that speak for it."""
    if is_judged(spec):
        return _find_signs(page, spec, field)
    find = _FIND.get(spec.type)
    return find(page, field) if find else find_words(page, str(field.value))


def entry_text(entry: Any) -> str:
    """The words of one entry of a list."""
    if isinstance(entry, dict):
        return str(entry.get("text") or "")
    return "" if entry is None else str(entry)


def entries_of(field: FieldValue) -> list[Any]:
    return list(field.value) if isinstance(field.value, list | tuple) else [field.value]


def _find_entries(page: Page, field: FieldValue) -> Seen:
    """Every entry by itself. `printed` is the list as the photo has it, one entry a line."""
    seen = [(entry_text(entry), find_words(page, entry_text(entry))) for entry in entries_of(field)]
    there = [found for _, found in seen if found.how is not How.NOT]
    if not there:
        return Seen(How.NOT, missing=tuple(text for text, _ in seen))
    missing = tuple(text for text, found in seen if found.how is How.NOT)
    weakest = min((found.how for found in there), key=ORDER.index)
    return Seen(
        How.NOT if missing else weakest,
        tuple(dict.fromkeys(stretch for found in there for stretch in found.stretches)),
        "\n".join(text if found.how in (How.EXACT, How.NOT) else found.printed for text, found in seen),
        missing,
    )


def _find_signs(page: Page, spec: FieldSpec, field: FieldValue) -> Seen:
    """The words on the photo that the lexicon of an inferred field takes for signs of its value."""
    if spec.key not in TERMS:
        return NOWHERE
    values = {entry_text(entry) for entry in entries_of(field)}
    lexicon = load_terms(TERMS[spec.key])
    found = [
        Stretch(index, match.start, match.end)
        for index, line in enumerate(page.lines)
        for match in lexicon.find(line.text)
        if match.key in values
    ]
    return Seen(How.EXACT, tuple(found)) if found else NOWHERE


_FIND: dict[FieldType, Callable[[Page, FieldValue], Seen]] = {
    FieldType.DATE: find_date,
    FieldType.QUANTITY: find_quantity,
    FieldType.DURATION: find_duration,
    FieldType.LIST: _find_entries,
    FieldType.SELLING_POINTS: _find_entries,
    FieldType.PROMOTIONS: _find_entries,
    FieldType.PRICES: find_prices_on,
    FieldType.NUTRITION: find_table,
}
