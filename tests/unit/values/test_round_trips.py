"""Values written in the ways labels write them are read back as themselves, and what is shown can be typed again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schema import load_schema
from core.types import FieldValue, Kind
from core.values.dates import parse_date, parse_duration
from core.values.lexicons import lexicon_tables
from core.values.periods import find_period
from core.values.quantities import parse_quantity
from core.values.typed import show_value, understand

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)
DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31))
TENTHS = st.integers(1, 99_999).map(lambda n: n / 10)

WRITTEN = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y.%m.%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y}年{0:%m}月{0:%d}日",
)
"""Forms that have one meaning only; day first or month first is a question of its own
(tests/unit/values/test_dates.py)."""


@pytest.mark.parametrize("form", WRITTEN)
@given(day=DAYS)
def test_a_date_in_any_plain_form_is_that_day(form: str, day: date) -> None:
    found = parse_date(form.format(day))
    assert found is not None and found.value == day.isoformat()


@given(DAYS)
def test_a_shown_date_typed_again_is_the_same_day(day: date) -> None:
    assert again(PRODUCT.field("expiry_date"), FieldValue(value=day.isoformat())).value == day.isoformat()


@given(st.sampled_from(["g", "kg", "ml", "L"]), TENTHS)
def test_an_amount_printed_with_or_without_a_space_is_that_amount(unit: str, amount: float) -> None:
    for printed in (f"{amount:g}{unit}", f"{amount:g} {unit}", f"{amount:g} {unit}".replace(".", ",")):
        found = parse_quantity(printed)
        assert found is not None and (found.value, found.unit) == (amount, unit.lower()), printed


@given(st.integers(1, 60), st.sampled_from([("个月", "month"), ("天", "day"), ("年", "year"), ("小时", "hour")]))
def test_a_shelf_life_is_read_and_shown_in_the_language_of_its_label(count: int, unit: tuple[str, str]) -> None:
    printed = f"{count}{unit[0]}"
    found = parse_duration(printed)
    assert found is not None and (found.value, found.unit) == (count, unit[1])
    spec = PRODUCT.field("shelf_life")
    read = FieldValue(value=found.value, unit=found.unit, raw=printed)
    assert show_value(spec, read) == printed
    assert (again(spec, read).value, again(spec, read).unit) == (count, unit[1])


def rows() -> st.SearchStrategy[dict[str, Any]]:
    core = lexicon_tables("nutrients")["core"]
    # Energy is printed in two units; every other nutrient in its own.
    names = st.sampled_from([(key, table["names"][0], table["unit"]) for key, table in core.items() if key != "energy"])
    parts = st.tuples(
        names, st.none() | TENTHS, st.sampled_from(["", "100g", "serving"]), st.none() | st.integers(0, 99)
    )
    return parts.map(lambda part: row(*part))


def row(name: tuple[str, str, str], value: float | None, per: str, percent: int | None) -> dict[str, Any]:
    made: dict[str, Any] = {"nutrient": name[0], "name": name[1], "value": value, "unit": name[2], "per": per}
    if value is None:
        return {**made, "truncated": True}
    return made if percent is None else {**made, "nrv_percent": float(percent)}


@given(st.lists(rows(), min_size=1, max_size=12))
def test_a_shown_nutrition_table_typed_again_is_the_same_table(table: list[dict[str, Any]]) -> None:
    basis = next((each["per"] for each in table if each["per"]), "")
    value = {"basis": basis, "rows": table}
    assert again(PRODUCT.field("nutrition"), FieldValue(value=value)).value == value


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "value": st.integers(1, 9_999_99).map(lambda cents: cents / 100),
                "currency": st.sampled_from(["CNY", "EUR", "USD", "GBP", None]),
                "kind": st.sampled_from(["current", "original", "deposit"]),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_shown_prices_typed_again_are_the_same_prices(prices: list[dict[str, Any]]) -> None:
    assert again(AD.field("price"), FieldValue(value=prices)).value == prices


@given(st.tuples(DAYS, DAYS).map(sorted))
def test_a_period_between_two_full_dates_has_both(days: list[date]) -> None:
    first, last = days
    found = find_period(f"{first:%Y.%m.%d}-{last:%Y.%m.%d}")
    assert found is not None
    assert (found.start, found.end) == (first.isoformat(), last.isoformat())


WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" %-"), min_size=1, max_size=30)


@given(st.lists(WORDS.map(str.strip).filter(bool), min_size=1, max_size=6))
def test_a_shown_list_typed_again_is_the_same_list(claims: list[str]) -> None:
    assert again(PRODUCT.field("claims"), FieldValue(value=claims)).value == claims


def again(spec: Any, field: FieldValue) -> FieldValue:
    return understand(spec, show_value(spec, field))
