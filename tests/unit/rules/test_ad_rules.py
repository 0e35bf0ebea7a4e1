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
