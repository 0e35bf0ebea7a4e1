"""Where dates, amounts, prices and table rows stand on a photo. Compared as values: 0.5 kg is seen in "500 g", and
1.5 is not seen in 15."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from core.evidence.page import Page, Stretch
from core.evidence.words import NOWHERE, How, Seen, find_words
from core.types import FieldValue
from core.values.dates import parse_date, parse_duration
from core.values.nutrition import Atom, AtomKind, read_atoms
from core.values.prices import find_prices, parse_amount
from core.values.quantities import parse_quantity, to_base
from core.values.text import fold_aligned, squash
from core.values.typed import plain_number

MISREAD_DATE = 2
"""Most characters of a date that differ where it is the same print read otherwise, and not another date."""
DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0}
MONTHS = {"month": 1.0, "year": 12.0}
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*(?![.,]?\d)")
_NO_MONEY = re.compile(r"\s*(?:[%％折件年月日天克升号期]|(?:g|kg|ml|l|cm|mm|oz|day|hour)\b)")


@dataclass(frozen=True)
class Printed:
    """A value on a line, as it is printed there."""

    value: Any
    unit: str | None
    stretch: Stretch
    raw: str


def find_date(page: Page, field: FieldValue) -> Seen:
    """A date wherever it is printed in any form; "see package" and what is no date by its words."""
    if not _is_iso(field.value):
        return find_words(page, field.raw or str(field.value))
    dates = [date for date in _each(page, _dates) if _is_iso(date.value)]
    if same := [date for date in dates if date.value == field.value]:
        return Seen(How.EXACT, (same[0].stretch,), same[0].raw)
    near = [(Levenshtein.distance(str(field.value), str(date.value)), date) for date in dates]
    return _otherwise([date for distance, date in near if distance <= MISREAD_DATE])


def find_quantity(page: Page, field: FieldValue) -> Seen:
    return _find_amount(page, field, _quantities, same_quantity)


def find_duration(page: Page, field: FieldValue) -> Seen:
    return _find_amount(page, field, _durations, same_duration)


def find_prices_on(page: Page, field: FieldValue) -> Seen:
    """Every price by its amount: with its sign, or as a bare number that measures nothing else."""
    entries = field.value if isinstance(field.value, list) else []
    amounts = [entry["value"] for entry in entries if isinstance(entry, dict) and _is_number(entry.get("value"))]
    if not amounts or len(amounts) < len(entries):
        return find_words(page, field.raw or "")
    printed = [*_each(page, _prices), *_each(page, _bare_numbers)]
    places = {amount: next((p.stretch for p in printed if p.value == amount), None) for amount in map(float, amounts)}
    missing = tuple(plain_number(amount) for amount, stretch in places.items() if stretch is None)
    found = tuple(dict.fromkeys(stretch for stretch in places.values() if stretch))
    return Seen(How.NOT if missing else How.EXACT, found, missing=missing)


def find_table(page: Page, field: FieldValue) -> Seen:
    """A nutrition table row by row: the nutrient's name and its amount on one row of print."""
    rows = field.value.get("rows") if isinstance(field.value, dict) else None
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
    if not rows:
        return find_words(page, field.raw or "")
    places = [(str(row.get("name") or row.get("nutrient") or ""), _find_row(page, row)) for row in rows]
    missing = tuple(name for name, stretches in places if not stretches)
    found = tuple(dict.fromkeys(stretch for _, stretches in places for stretch in stretches))
    return Seen(How.NOT if missing else How.EXACT, found, missing=missing)


def same_quantity(one: Any, unit: str | None, other: Any, other_unit: str | None) -> bool:
    if not (_is_number(one) and _is_number(other)):
        return False
    mine, theirs = to_base(float(one), unit or ""), to_base(float(other), other_unit or "")
    if mine is None or theirs is None:
        return (one, unit or "") == (other, other_unit or "")
    return mine[1] == theirs[1] and abs(mine[0] - theirs[0]) < 1e-6


def same_duration(one: Any, unit: str | None, other: Any, other_unit: str | None) -> bool:
    """One year is twelve months, and no number of days: labels mean the calendar."""
    if not (_is_number(one) and _is_number(other)):
        return False
    for scale in (DAYS, MONTHS):
        if unit in scale and other_unit in scale:
            return abs(one * scale[unit] - other * scale[other_unit]) < 1e-6
    return (one, unit) == (other, other_unit)


def _find_amount(
    page: Page,
    field: FieldValue,
    read: Callable[[str], Iterator[tuple[Any, str | None, str]]],
    same: Callable[[Any, str | None, Any, str | None], bool],
) -> Seen:
    """An amount wherever it is printed on a line; over several lines only as it is printed."""
    if not _is_number(field.value):
        return find_words(page, field.raw or str(field.value))
    amounts = _each(page, read)
    if fits := [amount for amount in amounts if same(field.value, field.unit, amount.value, amount.unit)]:
        return Seen(How.EXACT, (fits[0].stretch,), fits[0].raw)
    words = find_words(page, field.raw) if field.raw else NOWHERE
    if words.how is How.EXACT:
        return words
    return _otherwise([amount for amount in amounts if _is_misread(field, amount)])


def _is_misread(field: FieldValue, amount: Printed) -> bool:
    """True for the same unit and one digit of several read otherwise: 500 g and 600 g, not 500 g and 50 g."""
    mine, theirs = plain_number(float(field.value)), plain_number(float(amount.value))
    same_form = amount.unit == field.unit and len(mine) == len(theirs) > 1
    return same_form and Levenshtein.distance(mine, theirs) == 1


def _otherwise(candidates: list[Printed]) -> Seen:
    if not candidates:
        return NOWHERE
    return Seen(How.DIFFERS, (candidates[0].stretch,), candidates[0].raw)


def _each(page: Page, read: Callable[[str], Iterator[tuple[Any, str | None, str]]]) -> list[Printed]:
    """Everything of one sort on the page, line by line."""
    found = []
    for index, line in enumerate(page.lines):
        position = 0
        for value, unit, raw in read(line.text):
            start = line.text.find(raw, position)
            start = start if start >= 0 else max(line.text.find(raw), 0)  # another reading of what came before
            position = start + len(raw)
            found.append(Printed(value, unit, Stretch(index, start, position), raw))
    return found


def _dates(text: str) -> Iterator[tuple[Any, str | None, str]]:
    """Each date of a line; of one that can be read in another order both readings."""
    while found := parse_date(text):
        for value in (found.value, *found.alternatives):
            yield value, None, found.raw
        text = _behind(text, found.raw)


def _quantities(text: str) -> Iterator[tuple[Any, str | None, str]]:
    while found := parse_quantity(text):
        yield found.value, found.unit, found.raw
        text = _behind(text, found.raw)


def _durations(text: str) -> Iterator[tuple[Any, str | None, str]]:
    while found := parse_duration(text):
        yield found.value, found.unit, found.raw
        text = _behind(text, found.raw)


def _prices(text: str) -> Iterator[tuple[Any, str | None, str]]:
    for price in find_prices(text):
        yield price.value, price.currency, text[price.start : price.end]


def _bare_numbers(text: str) -> Iterator[tuple[Any, str | None, str]]:
    folded = fold_aligned(text)
    for match in _NUMBER.finditer(folded):
        if not _NO_MONEY.match(folded, match.end()):
            try:
                yield parse_amount(match.group()), None, match.group()
            except ValueError:  # 1.2.3 is no amount
                continue


def _behind(text: str, raw: str) -> str:
    """What stands behind `raw`; always shorter than `text`."""
    return text[text.find(raw) + max(len(raw), 1) :] if raw in text else ""


def _find_row(page: Page, row: dict[str, Any]) -> tuple[Stretch, ...]:
    for line in range(len(page.lines)):
        if _names(page.lines[line].text, row):
            for other in sorted(page.row_of(line), key=lambda index: index != line):
                if _has_amount(page.lines[other].text, row):
                    return (page.whole(line),) if other == line else (page.whole(line), page.whole(other))
    return ()


def _names(text: str, row: dict[str, Any]) -> bool:
    name = squash(str(row.get("name") or "")).text
    if name and name in squash(text).text:
        return True
    nutrient = row.get("nutrient")
    return bool(nutrient) and any(atom.kind is AtomKind.NAME and atom.nutrient == nutrient for atom in _atoms(text))


def _has_amount(text: str, row: dict[str, Any]) -> bool:
    """The amount with its unit, or without one where the table prints units in a head of their own."""
    return _is_number(row.get("value")) and any(
        atom.kind is AtomKind.AMOUNT and atom.value == float(row["value"]) and atom.unit in ("", row.get("unit"))
        for atom in _atoms(text)
    )


@lru_cache(maxsize=2048)
def _atoms(text: str) -> tuple[Atom, ...]:
    """Each line of a table is asked about once for every row of it."""
    return tuple(read_atoms(text))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _is_iso(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", value) is not None
