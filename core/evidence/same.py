"""Whether two readers say the same about a field: by the meaning of its type, whatever the shape of a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from core.evidence.amounts import same_duration, same_quantity
from core.evidence.look import entries_of, entry_text
from core.evidence.words import DOUBT, may_differ, same_numbers
from core.schema import FieldSpec, FieldType
from core.types import FieldValue
from core.values.gtin import normalise_gtin
from core.values.text import squash

GTIN = "gtin"
CODES = frozenset({GTIN, "licence", "standard_code"})
"""Texts that are codes: as with numbers, one character makes another one of them."""
PLAIN = "current"
"""The role of a price that nothing is said about."""
WORDS = (FieldType.TEXT, FieldType.LONGTEXT)
ALIKE = 95.0
"""Likeness (0 to 100) of long texts that are one text, misread here and there; a missing ingredient costs more."""
LONG = 64


def is_same(spec: FieldSpec, one: FieldValue, other: FieldValue) -> bool:
    """True where both mean the same value. A nutrition table that says more than the other is not the same one."""
    if one.value == other.value and (one.unit or "") == (other.unit or ""):
        return True
    if spec.key == GTIN:
        return _same_code(one, other)
    if spec.type in _COMPARE:
        return _COMPARE[spec.type](one, other)
    return _same_words(str(one.value), str(other.value)) or _same_words(one.raw or "", other.raw or "")


def differs_in_form(spec: FieldSpec, one: FieldValue, other: FieldValue) -> bool:
    """True where two texts were taken from the same printed words and yet are not the same words themselves."""
    same_print = _same_words(one.raw or "", other.raw or "")
    return spec.type in WORDS and same_print and not _same_words(str(one.value), str(other.value))


def is_near(spec: FieldSpec, one: FieldValue, other: FieldValue) -> bool:
    """True where both are one text, misread by a letter or two by one of them. Digits are never near."""
    if spec.type not in WORDS or spec.key in CODES:
        return False
    mine, theirs = (squash(str(field.value)).text for field in (one, other))
    if not same_numbers(str(one.value), str(other.value)):
        return False
    if min(len(mine), len(theirs)) > LONG:
        return fuzz.ratio(mine, theirs) >= ALIKE
    return Levenshtein.distance(mine, theirs) <= may_differ(min(mine, theirs, key=len))


def says_more(spec: FieldSpec, one: FieldValue, other: FieldValue) -> bool:
    """True where table `one` has all that `other` has, and more: that contradicts nothing."""
    if spec.type is not FieldType.NUTRITION:
        return False
    mine, theirs = _cells(one), _cells(other)
    return bool(theirs) and len(mine) > len(theirs) and all(mine.get(cell) == theirs[cell] for cell in theirs)


LISTS = (FieldType.LIST, FieldType.SELLING_POINTS, FieldType.PROMOTIONS)


def detail(field: FieldValue) -> int:
    """How much is said about the prices or rows of a value: what they cost per piece, their share of a day."""
    entries = field.value.get("rows") if isinstance(field.value, dict) else field.value
    found = entries if isinstance(entries, list | tuple) else ()
    return sum(part not in (None, "", PLAIN) for entry in found if isinstance(entry, dict) for part in entry.values())


def _same_words(one: str, other: str) -> bool:
    doubtful = bool(DOUBT.search(one)) != bool(DOUBT.search(other))
    return squash(one).text == squash(other).text != "" and same_numbers(one, other) and not doubtful


def _same_code(one: FieldValue, other: FieldValue) -> bool:
    """UPC-A is EAN-13 with a leading zero."""
    codes = [normalise_gtin(str(field.value)) for field in (one, other)]
    mine, theirs = (code.lstrip("0") if code else "" for code in codes)
    return mine == theirs != ""


def _same_entries(one: FieldValue, other: FieldValue) -> bool:
    """The same entries in any order, or the same words divided otherwise."""
    if _entries(one) == _entries(other):
        return True
    mine, theirs = ("".join(map(entry_text, entries_of(field))) for field in (one, other))
    return squash(mine).text == squash(theirs).text != ""


def _entries(field: FieldValue) -> set[str]:
    return {squash(entry_text(entry)).text or entry_text(entry) for entry in entries_of(field)}


def _same_prices(one: FieldValue, other: FieldValue) -> bool:
    """The same amounts; a sign or a role that only one of them saw is no other price."""
    mine, theirs = (_prices(field) for field in (one, other))
    if mine is None or theirs is None or len(mine) != len(theirs):
        return False
    return all(
        amount == its_amount and _fit(role, its_role, unsaid=PLAIN) and _fit(currency, its_currency, unsaid="")
        for (amount, role, currency), (its_amount, its_role, its_currency) in zip(mine, theirs, strict=True)
    )


def _fit(one: str, other: str, *, unsaid: str) -> bool:
    return one == other or unsaid in (one, other)


def _prices(field: FieldValue) -> list[tuple[str, str, str]] | None:
    entries = entries_of(field)
    if not all(isinstance(entry, dict) for entry in entries):
        return None
    return sorted(
        (_number(entry.get("value")), str(entry.get("kind") or PLAIN), str(entry.get("currency") or ""))
        for entry in entries
    )


def _same_cells(one: FieldValue, other: FieldValue) -> bool:
    """The same amounts; a share of a day that only one of them has is no other table."""
    mine, theirs = _cells(one), _cells(other)
    shares, its_shares = _cells(one, "nrv_percent"), _cells(other, "nrv_percent")
    return (
        bool(mine) and mine == theirs and all(shares[cell] == its_shares[cell] for cell in shares.keys() & its_shares)
    )


def _cells(field: FieldValue, part: str = "value") -> dict[tuple[str, ...], str]:
    """The amounts of a nutrition table, or another part of its rows, by nutrient, unit and basis."""
    rows = field.value.get("rows") if isinstance(field.value, dict) else None
    return {
        tuple(str(row.get(key) or "") for key in ("nutrient", "unit", "per")): _number(row[part])
        for row in (rows if isinstance(rows, list | tuple) else ())
        if isinstance(row, dict) and row.get(part) is not None
    }


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _amounts(
    same: Callable[[Any, str | None, Any, str | None], bool],
) -> Callable[[FieldValue, FieldValue], bool]:
    return lambda one, other: same(one.value, one.unit, other.value, other.unit)


_COMPARE: dict[FieldType, Callable[[FieldValue, FieldValue], bool]] = {
    FieldType.QUANTITY: _amounts(same_quantity),
    FieldType.DURATION: _amounts(same_duration),
    FieldType.LIST: _same_entries,
    FieldType.SELLING_POINTS: _same_entries,
    FieldType.PROMOTIONS: _same_entries,
    FieldType.PRICES: _same_prices,
    FieldType.NUTRITION: _same_cells,
}
