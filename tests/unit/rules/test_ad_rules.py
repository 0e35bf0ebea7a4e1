"""Wording and price order of ads: hits and near-misses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.rules import run_rules
from core.types import FieldValue, Kind, Level


def findings(key: str, value: Any) -> list[tuple[str, Level]]:
    checked = run_rules(Kind.AD, {key: FieldValue(value=value)}, date(2026, 6, 1))
    return [(finding.rule, finding.level) for finding in checked[key].findings]


@pytest.mark.parametrize(
    "text",
    [
        "全国第一",
        "国家级品质",
        "全网最低价",
        "顶级享受",
        "唯一",
        "绝对正品",
        "永不褪色",
        "No.1 in China",
        "The best coffee",
        "根治脚气",
    ],
)
def test_absolute_term_is_for_review(text: str) -> None:
    assert findings("headline", text) == [("ad_wording", Level.REVIEW)]


@pytest.mark.parametrize(
    "text",
    [
        "第一步：涂抹",
        "第一次购买",
        "秋日第一口甘甜",
        "最佳食用时间",
        "最佳赏味期",
        "最高立减50元",
        "最大承重100kg",
        "国家级非物质文化遗产",
        "顾客第一",
        "最终解释权归商家",
        "完美搭配",
        "best before June",
        "perfect for parties",
        "permanent marker",
        "最新批次",
    ],
)
def test_known_exception_passes(text: str) -> None:
    assert findings("headline", text) == []


def test_each_term_is_said_once_over_all_entries() -> None:
    points = [{"text": "顶级面料", "theme": "material"}, {"text": "顶级做工", "theme": "craft"}]
    assert findings("selling_points", points) == [("ad_wording", Level.REVIEW)]


def price(value: Any, kind: str, currency: str = "CNY") -> dict[str, Any]:
    return {"value": value, "kind": kind, "currency": currency}


def test_present_price_above_the_original_is_a_warning() -> None:
    assert findings("price", [price(99, "original"), price(199, "coupon")]) == [("price_order", Level.WARNING)]


@pytest.mark.parametrize(
    "prices",
    [
        [price(199, "original"), price(99, "coupon")],
        [price(99, "original"), price(99, "current")],
        [price(99, "original"), price(199, "current", "USD")],
        [price(99, "original"), price(59, "original"), price(79, "current")],
        [price(99, "original"), price(150, "bundle")],
        [price(199, "current")],
    ],
)
def test_possible_prices_pass(prices: list[dict[str, Any]]) -> None:
    assert findings("price", prices) == []


def test_price_that_is_no_number_is_said_to_be_none() -> None:
    assert findings("price", [price("cheap", "current")]) == [("value_shape", Level.WARNING)]


def test_day_without_a_year_is_a_date() -> None:
    assert findings("offer_start", "--06-01") == []
    assert findings("offer_start", "--06-31") == [("value_shape", Level.WARNING)]


@pytest.mark.parametrize(
    "text",
    [
        "特级初榨橄榄油",
        "一级大豆油",
        "特级龙井",
        "本品牌最轻的一款",
        "Our lightest, the best in our range",
        "比上一代最高提升30%",
        "第一类医疗器械",
        "第一轮开售",
        "最佳观赏角度",
        "绝对® 伏特加",
        "Ultimate™ series",
    ],
)
def test_grades_numbering_and_comparison_within_the_brand_pass(text: str) -> None:
    assert findings("headline", text) == []


@pytest.mark.parametrize("text", ["本品牌全国第一", "our market leader", "Your best ever", "同系列最强，行业第一"])
def test_comparison_with_the_market_is_for_review(text: str) -> None:
    assert set(findings("headline", text)) == {("ad_wording", Level.REVIEW)}


def ad(key: str, **values: Any) -> list[tuple[str, Level]]:
    fields = {name: FieldValue(value=value) for name, value in values.items()}
    return [(finding.rule, finding.level) for finding in run_rules(Kind.AD, fields, date(2026, 6, 1))[key].findings]


def test_term_within_the_brands_name_passes_and_alone_does_not() -> None:
    assert ad("headline", brand="至尊宝", headline="至尊宝牛肉干") == []
    assert ad("headline", brand="至尊宝", headline="至尊享受") == [("ad_wording", Level.REVIEW)]
    assert ad("headline", brand="至尊", headline="至尊享受") == [("ad_wording", Level.REVIEW)]


def test_phrase_listed_for_review_passes_where_its_sentence_does() -> None:
    assert ad("compliance", headline="本品牌最轻的一款", compliance=["最轻"]) == []
    assert ad("compliance", headline="全网最轻", compliance=["最轻"]) == [("ad_wording", Level.REVIEW)]


def offer(text: str, kind: str = "discount", **more: Any) -> dict[str, Any]:
    return {"text": text, "kind": kind, **more}


ARITHMETIC = [("promotion_arithmetic", Level.REVIEW)]


@pytest.mark.parametrize(
    ("promotions", "now", "expected"),
    [
        ([offer("5折", unit_discount=0.5)], 99.5, []),
        ([offer("5折", unit_discount=0.5)], 99, []),
        ([offer("85折", unit_discount=0.15)], 169, []),
        ([offer("20% off", unit_discount=0.2)], 159.2, []),
        ([offer("立减100元", amount=100.0)], 99, []),
        ([offer("5折", unit_discount=0.5)], 139, ARITHMETIC),
        ([offer("85折", unit_discount=0.15)], 85, ARITHMETIC),
        ([offer("20% off", unit_discount=0.2)], 119, ARITHMETIC),
        ([offer("立减100元", amount=100.0)], 149, ARITHMETIC),
        ([offer("低至3折", unit_discount=0.7, at_most=True)], 139, []),
        ([offer("第二件半价", "nth_item_discount", unit_discount=0.25)], 139, []),
        ([offer("满300减50", "threshold", unit_discount=0.1667, at_most=True, amount=50.0)], 139, []),
        ([offer("再减10元", amount=10.0), offer("跨店可用", "coupon")], 139, []),
        ([offer("5折", unit_discount=0.5), offer("立减30元", amount=30.0)], 139, []),
        ([offer("原价199现价139", unit_discount=0.3, price=139.0)], 139, []),
        ([offer("全场包邮", "free_shipping")], 139, []),
        ([offer("立减500元", amount=500.0)], 139, []),
    ],
)
def test_stated_discount_leads_to_the_price_asked(promotions: list, now: float, expected: list) -> None:
    prices = [price(199, "original"), price(now, "current")]
    assert ad("promotion", promotion=promotions, price=prices) == expected


def test_discount_may_lead_to_any_of_the_prices() -> None:
    half = [offer("5折", unit_discount=0.5)]
    prices = [price(199, "original"), price(99, "current"), price(79, "final")]
    assert ad("promotion", promotion=half, price=prices) == []
    assert ad("promotion", promotion=half, price=[*prices, price(399, "original")]) == []
    assert ad("promotion", promotion=half, price=[price(199, "original")]) == []
    assert ad("promotion", promotion=half, price=[price(199, "original"), price(150, "current", "USD")]) == []
