"""Barcode, dates, shelf life, net content, shape of values: hits and near-misses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.rules import run_rules
from core.rules.calendar_dates import add_months
from core.types import FieldValue, Kind, Level

TODAY = date(2026, 6, 1)


def findings(key: str, **values: Any) -> list[tuple[str, Level]]:
    """(rule, level) of the findings on field `key`; a pair is a value and its unit."""
    fields = {
        name: FieldValue(value=value[0], unit=value[1]) if isinstance(value, tuple) else FieldValue(value=value)
        for name, value in values.items()
    }
    checked = run_rules(Kind.PRODUCT, fields, TODAY)
    return [(finding.rule, finding.level) for finding in checked[key].findings]


@pytest.mark.parametrize("gtin", ["6901234567892", "96385074", "036000291452", "690 1234 567892", "10614141000415"])
def test_right_check_digit_passes(gtin: str) -> None:
    assert findings("gtin", gtin=gtin) == []


@pytest.mark.parametrize("gtin", ["6901234567891", "6901234567829", "0000000000000"])
def test_wrong_check_digit_is_an_error(gtin: str) -> None:
    assert findings("gtin", gtin=gtin) == [("gtin_check_digit", Level.ERROR)]


@pytest.mark.parametrize("gtin", ["690123456789", "12345", "69012345678??", "see package"])
def test_what_is_no_barcode_is_for_review(gtin: str) -> None:
    assert findings("gtin", gtin=gtin) in ([("gtin_check_digit", Level.REVIEW)], [("gtin_check_digit", Level.ERROR)])


def test_expiry_before_production_is_an_error() -> None:
    assert findings("expiry_date", production_date="2026-05-01", expiry_date="2026-04-30") == [
        ("date_order", Level.ERROR)
    ]


@pytest.mark.parametrize(
    ("made", "expires"),
    [("2026-05-01", "2026-05-01"), ("2026-05-20", "2026-05"), ("2026-05", "2027-05"), ("see_package", "2020-01-01")],
)
def test_possible_dates_pass(made: str, expires: str) -> None:
    assert findings("expiry_date", production_date=made, expiry_date=expires) == []


def test_production_in_the_future_is_for_review_on_that_day_only() -> None:
    assert findings("production_date", production_date="2026-06-02") == [("date_order", Level.REVIEW)]
    assert findings("production_date", production_date="2026-06-01") == []


@pytest.mark.parametrize(
    ("made", "life", "expires", "fits"),
    [
        ("2026-01-31", (1, "month"), "2026-02-28", True),
        ("2026-05-01", (12, "month"), "2027-04-30", True),
        ("2026-05-01", (12, "month"), "2027-05-03", True),
        ("2026-05-01", (12, "month"), "2027-05", True),
        ("2026-05", (12, "month"), "2027-05-20", True),
        ("2026-05-01", (1.5, "year"), "2027-11-01", True),
        ("2026-05-01", (180, "day"), "2026-10-28", True),
        ("2026-05-01", (12, "month"), "2028-05-01", False),
        ("2026-05-01", (12, "month"), "2027-05-20", False),
        ("2026-05-01", (180, "day"), "2027-10-28", False),
        ("2024-02-29", (12, "month"), "2025-02-28", True),
        ("2023-02-28", (12, "month"), "2024-02-28", True),
        ("2026-08-31", (6, "month"), "2027-02-28", True),
        ("2026-12-31", (2, "month"), "2027-02-28", True),
        ("2026-03-31", (1, "month"), "2026-05-15", False),
        ("2026-12-01", (1, "year"), "2027-11-30", True),
        ("2026-12-01", (1, "year"), "2026-12-01", False),
        ("2026-05-30", (48, "hour"), "2026-06-01", True),
        ("2026-05-30", (48, "hour"), "2026-06-05", False),
        ("2026-02-20", (3, "week"), "2026-03-13", True),
        ("2026-01", (1, "month"), "2026-02", True),
        ("2026-01", (30, "day"), "2026-03-02", True),
        ("2026-01", (30, "day"), "2026-05", False),
        ("9999-12-31", (1, "month"), "9999-12-31", True),
        ("see_package", (12, "month"), "2030-01-01", True),
        ("2026-05-01", (12, "month"), "see_package", True),
        ("2026-05-01", (12, "moon"), "2030-01-01", True),
        ("2026-05-01", (10**9, "month"), "2030-01-01", True),
    ],
)
def test_production_plus_shelf_life_is_expiry(made: str, life: tuple[float, str], expires: str, fits: bool) -> None:
    expected = [] if fits else [("shelf_life_sum", Level.WARNING)]
    assert findings("expiry_date", production_date=made, shelf_life=life, expiry_date=expires) == expected


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 31), 14) == date(2028, 2, 29)
    assert add_months(date(2026, 5, 31), 0) == date(2026, 5, 31)


def test_dates_printed_elsewhere_are_kept_and_compared_with_nothing() -> None:
    assert findings("production_date", production_date="see_package", expiry_date="2020-01-01") == []
    assert findings("expiry_date", production_date="2026-05-01", expiry_date="see_package") == []


@pytest.mark.parametrize("amount", [(500, "g"), (1, "g"), (10, "kg"), (1.5, "l"), (12, "pc"), (1, "mg"), (25, "kg")])
def test_unusual_net_content_is_for_review(amount: tuple[float, str]) -> None:
    expected = [("net_content_range", Level.REVIEW)] if amount in ((1, "mg"), (25, "kg")) else []
    assert findings("net_content", net_content=amount) == expected


def test_serving_above_the_pack_is_for_review() -> None:
    assert findings("serving_size", net_content=(50, "g"), serving_size=(60, "g")) == [
        ("net_content_range", Level.REVIEW)
    ]
    assert findings("serving_size", net_content=(50, "g"), serving_size=(60, "ml")) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("production_date", "some day in May"),
        ("expiry_date", "2026-02-30"),
        ("expiry_date", 20260501),
        ("shelf_life", "long"),
        ("net_content", (500, None)),
        ("net_content", "about half a kilo"),
        ("nutrition", "energy 5"),
        ("allergens", "milk"),
    ],
)
def test_value_of_the_wrong_shape_is_said_to_be_one(key: str, value: Any) -> None:
    assert ("value_shape", Level.WARNING) in findings(key, **{key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("production_date", "2026-05"),
        ("expiry_date", "see_package"),
        ("shelf_life", (18, "month")),
        ("net_content", (500, "g")),
        ("allergens", ["milk"]),
        ("name", "anything at all"),
        ("gtin", None),
    ],
)
def test_value_of_the_right_shape_passes(key: str, value: Any) -> None:
    assert findings(key, **{key: value}) == []
