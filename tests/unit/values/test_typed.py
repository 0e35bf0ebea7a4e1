"""Values survive being shown as text and typed again; what is not understood is kept as typed."""

from __future__ import annotations

import pytest

from core.schema import load_schema
from core.types import FieldValue, Kind
from core.values.typed import show_value, understand

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)

ROUND_TRIPS = [
    (PRODUCT, "name", "燕麦片 原味", None),
    (PRODUCT, "net_content", 500.0, "g"),
    (PRODUCT, "net_content", 1.5, "l"),
    (PRODUCT, "shelf_life", 12.0, "month"),
    (PRODUCT, "shelf_life", 270.0, "day"),
    (PRODUCT, "production_date", "2026-05-01", None),
    (PRODUCT, "expiry_date", "2027-05", None),
    (PRODUCT, "claims", ["0 蔗糖", "高纤维"], None),
    (
        PRODUCT,
        "nutrition",
        {
            "basis": "100g",
            "rows": [
                {
                    "nutrient": "energy",
                    "name": "能量",
                    "value": 1850.0,
                    "unit": "kJ",
                    "per": "100g",
                    "nrv_percent": 22.0,
                },
                {"nutrient": "protein", "name": "蛋白质", "value": 0.5, "unit": "g", "per": "100g", "less_than": True},
                {"nutrient": "sodium", "name": "Sodium", "value": 15.0, "unit": "mg", "per": "serving"},
            ],
        },
        None,
    ),
    (
        AD,
        "price",
        [
            {"value": 168.0, "currency": "CNY", "kind": "current"},
            {"value": 9.9, "currency": "USD", "kind": "original"},
        ],
        None,
    ),
    (AD, "promotion", [{"text": "6.01-6.03", "kind": "period"}, {"text": "双11厨房焕新", "kind": "other"}], None),
    (AD, "promotion", [{"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25, "pieces": 2}], None),
]


@pytest.mark.parametrize(("schema", "key", "value", "unit"), ROUND_TRIPS, ids=lambda part: str(part)[:30])
def test_a_shown_value_typed_again_is_the_same_value(schema, key, value, unit) -> None:
    spec = schema.field(key)
    typed = understand(spec, show_value(spec, FieldValue(value=value, unit=unit)))
    assert typed.value == value
    assert typed.unit == unit


@pytest.mark.parametrize(
    ("raw", "unit", "shown"),
    [
        ("9个月", "month", "9个月"),
        ("保质期270天", "day", "9天"),
        ("9 months", "month", "9 month"),
        (None, "week", "9 week"),
    ],
)
def test_a_duration_is_shown_in_the_language_of_its_label(raw: str | None, unit: str, shown: str) -> None:
    spec = PRODUCT.field("shelf_life")
    text = show_value(spec, FieldValue(value=9.0, unit=unit, raw=raw))
    assert text == shown
    typed = understand(spec, text)
    assert (typed.value, typed.unit) == (9.0, unit)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("net_content", "some"),
        ("production_date", "next week"),
        ("shelf_life", "long"),
        ("nutrition", "protein: much"),
        ("nutrition", "protein: 8 g\nand more"),
    ],
)
def test_text_that_is_not_understood_is_kept_as_typed(key: str, text: str) -> None:
    spec = PRODUCT.field(key)
    typed = understand(spec, text)
    assert typed.value == text
    assert show_value(spec, typed) == text


@pytest.mark.parametrize(("typed", "kept"), [("Oat\ud83d\ude00", "Oat😀"), ("Oat\ud83d bar", "Oat\ufffd bar")])
def test_half_a_character_is_kept_in_a_form_that_can_be_stored(typed: str, kept: str) -> None:
    field = understand(PRODUCT.field("name"), typed)
    assert (field.value, field.raw) == (kept, kept)
    assert FieldValue.model_validate_json(field.model_dump_json()) == field


def test_an_emptied_field_is_absent() -> None:
    assert understand(PRODUCT.field("name"), "  ").value is None


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [("¥99", 99.0, "CNY"), ("￥99", 99.0, "CNY"), ("99元", 99.0, "CNY"), ("$4.5", 4.5, "USD"), ("12", 12.0, None)],
)
def test_a_typed_price_is_read_with_its_sign(text: str, value: float, currency: str | None) -> None:
    prices = understand(AD.field("price"), text).value
    assert prices == [{"value": value, "currency": currency, "kind": "current"}]


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("¥168 current", {"value": 168.0, "currency": "CNY", "kind": "current"}),
        ("168 original", {"value": 168.0, "currency": None, "kind": "original"}),
        ("168 USD coupon", {"value": 168.0, "currency": "USD", "kind": "coupon"}),
    ],
)
def test_the_kind_of_a_typed_price_is_not_taken_for_its_currency(text: str, price: dict[str, object]) -> None:
    assert understand(AD.field("price"), text).value == [price]


def test_a_typed_selling_point_gets_the_theme_of_its_words() -> None:
    points = understand(AD.field("selling_points"), "100%桑蚕丝\nxyz").value
    assert [point["text"] for point in points] == ["100%桑蚕丝", "xyz"]
    assert points[0]["theme"] != "other"
    assert points[1]["theme"] == "other"
