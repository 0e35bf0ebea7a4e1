"""The form of a model's answer: one compact JSON object with a key for every field asked for, null where absent.

    text, longtext, date, duration, quantity    "as printed"
    list, promotions, selling_points            ["one wording", "another"]
    prices                                      ["¥168 current", "199元 original"]
    nutrition                                   {"per":"100g","rows":["能量: 1850 kJ, 22%"]}

`answer_schema` gives it as JSON Schema, for a grammar that lets a model say nothing else; `write_answer`
writes what a perfect model would say, and `core.engines.language.parse` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from core.schema import FieldSpec, FieldType, Schema
from core.types import Fields, FieldValue
from core.values.terms import shipped_terms
from core.values.typed import show_value, understand

ALL_TEXT = "all_text"
"""Key of the extra list that holds every line of text on the photo."""

LIMITS: dict[FieldType, int] = {
    FieldType.TEXT: 240,
    FieldType.LONGTEXT: 3000,
    FieldType.DATE: 80,
    FieldType.DURATION: 80,
    FieldType.QUANTITY: 80,
    FieldType.LIST: 160,
    FieldType.NUTRITION: 100,
    FieldType.PRICES: 80,
    FieldType.PROMOTIONS: 240,
    FieldType.SELLING_POINTS: 160,
}
"""Most characters of a value, or of one entry of a list.

About twice the longest that labels print, so that no label meets a limit and a runaway does: legal names
stay under 120 characters in four languages, ingredient lists of assorted packs under 1,500, "see the lid"
sentences under 40, a nutrition row with its remark under 50.
"""
ENTRIES: dict[FieldType, int] = {
    FieldType.LIST: 40,
    FieldType.NUTRITION: 80,
    FieldType.PRICES: 60,
    FieldType.PROMOTIONS: 40,
    FieldType.SELLING_POINTS: 40,
}
"""Most entries of a list, in the same spirit: the fullest table is 40 rows (two columns with vitamins), the
fullest flyer of the test set has 30 prices."""
ALL_TEXT_LIMIT, ALL_TEXT_ENTRIES = 240, 400
"""The same for `all_text`: a flyer has 150 lines."""
PER_LIMIT = 30

CHOICES: dict[str, str] = {"audience": "audiences", "emotion": "emotions"}
"""Inferred field -> the lexicon whose keys it is answered in, so that ads read by any engine count together."""
LANGUAGE_CODES = "languages"
"""Key of the field that is answered in two-letter codes (ISO 639-1), as every engine writes them."""

SEPARATORS = (",", ":")
"""JSON without spaces: each would be a token."""
GRAMMAR_OVERRIDES: Any = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}
"""What llguidance's `grammar_from_json_schema` has to be told for the same form."""

PREFIX_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


def asked_fields(schema: Schema, keys: Sequence[str] | None = None) -> tuple[FieldSpec, ...]:
    """The fields a model is asked for, in the order of the schema; of these only `keys` where they are given.

    A palette is measured from the pixels (`core.palette`), so nobody is asked for it.
    """
    asked = (spec for spec in schema.fields if spec.type is not FieldType.PALETTE)
    return tuple(spec for spec in asked if keys is None or spec.key in keys)


def answer_schema(schema: Schema, keys: Sequence[str] | None = None, all_text: bool = False) -> dict[str, Any]:
    """The JSON Schema of an answer. Every key is required and in order, so that a grammar forces all of them."""
    properties = {spec.key: _form(spec) for spec in asked_fields(schema, keys)}
    if all_text:
        properties[ALL_TEXT] = _array(_string(ALL_TEXT_LIMIT), ALL_TEXT_ENTRIES)
    return _object(properties)


def write_answer(schema: Schema, fields: Fields, keys: Sequence[str] | None = None) -> str:
    """The answer a model should give for `fields`, null for those that are absent."""
    absent = FieldValue(value=None)
    asked = asked_fields(schema, keys)
    return write_json({spec.key: answer_value(spec, fields.get(spec.key, absent)) for spec in asked})


def write_json(value: Any) -> str:
    """`value` in the compact form that the grammar asks for, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=SEPARATORS)


def answer_value(spec: FieldSpec, field: FieldValue) -> Any:
    """What a model would write for this value, in printed words where those mean the same; None for an absent one."""
    if field.value is None:
        return None
    write = _WRITE.get(spec.type)
    return write(spec, field) if write else show_value(spec, field)


@lru_cache
def choices(key: str) -> tuple[str, ...]:
    """The words an inferred field is answered in; () where any may come. Those of the shipped lexicon: a word that
    somebody adds here must not cost a model's seconds for every photo."""
    return shipped_terms(CHOICES[key]).keys if key in CHOICES else ()


def _form(spec: FieldSpec) -> dict[str, Any]:
    limit = LIMITS[spec.type]
    if spec.type is FieldType.NUTRITION:
        rows = _array(_string(limit), ENTRIES[spec.type], nullable=False)
        return {"anyOf": [_object({"per": _string(PER_LIMIT, nullable=True), "rows": rows}), {"type": "null"}]}
    if spec.type in ENTRIES:
        return _array(_entry_form(spec, limit), ENTRIES[spec.type])
    return _string(limit, nullable=True)


def _entry_form(spec: FieldSpec, limit: int) -> dict[str, Any]:
    if spec.key in CHOICES:
        return {"enum": list(choices(spec.key))}
    if spec.key == LANGUAGE_CODES:
        return {"type": "string", "pattern": "^[a-z]{2}$"}
    return _string(limit)


def _string(limit: int, *, nullable: bool = False) -> dict[str, Any]:
    """Never empty: what is absent is null, in one way only."""
    return {"type": ["string", "null"] if nullable else "string", "minLength": 1, "maxLength": limit}


def _array(items: dict[str, Any], most: int, *, nullable: bool = True) -> dict[str, Any]:
    return {"type": ["array", "null"] if nullable else "array", "items": items, "minItems": 1, "maxItems": most}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _write_printed(spec: FieldSpec, field: FieldValue) -> str:
    """The printed words of a date or an amount, where they are understood as the same value."""
    if field.raw:
        again = understand(spec, field.raw)
        if (again.value, again.unit) == (field.value, field.unit):
            return field.raw.strip()
    return show_value(spec, field)


def _write_entries(spec: FieldSpec, field: FieldValue) -> list[str] | None:
    return _entries(show_value(spec, field))


def _entries(text: str) -> list[str] | None:
    """The lines of `text`; None, not an empty list, where there are none."""
    return [line.strip() for line in text.splitlines() if line.strip()] or None


def _write_prices(spec: FieldSpec, field: FieldValue) -> list[str] | None:
    if not isinstance(field.value, list | tuple):
        return _entries(str(field.value))
    return [_price_words(spec, price) for price in field.value] or None


def _price_words(spec: FieldSpec, price: dict[str, Any]) -> str:
    """The amount as printed, or with its sign, and its kind; in ISO 4217 where neither means the same price."""
    wanted = {key: price.get(key) for key in ("value", "currency", "kind")}
    plain = show_value(spec, FieldValue(value=[price]))
    sign = PREFIX_SIGNS.get(price.get("currency") or "")
    for amount in (price.get("raw"), sign and sign + plain.split(" ")[0]):
        words = f"{amount} {price.get('kind')}"
        if amount and understand(spec, words).value == [wanted]:
            return words
    return plain


def _write_nutrition(spec: FieldSpec, field: FieldValue) -> dict[str, Any] | None:
    """Rows name their basis only where it is not the table's own."""
    if not isinstance(field.value, dict):
        lines = _entries(str(field.value))
        return {"per": None, "rows": lines} if lines else None
    rows: list[dict[str, Any]] = field.value.get("rows") or []
    if not rows:
        return None
    basis = field.value.get("basis") or None
    if any(not row.get("per") for row in rows):
        basis = None  # said once for the table, it would be taken for the basis of the rows that have none
    bare = [{**row, "per": ""} if row.get("per") == basis else row for row in rows]
    return {"per": basis, "rows": _entries(show_value(spec, FieldValue(value={"rows": bare})))}


_WRITE: dict[FieldType, Callable[[FieldSpec, FieldValue], Any]] = {
    FieldType.DATE: _write_printed,
    FieldType.DURATION: _write_printed,
    FieldType.QUANTITY: _write_printed,
    FieldType.LIST: _write_entries,
    FieldType.NUTRITION: _write_nutrition,
    FieldType.PRICES: _write_prices,
    FieldType.PROMOTIONS: _write_entries,
    FieldType.SELLING_POINTS: _write_entries,
}
