"""Which amounts in a printed text are prices, in what currency, of what kind."""

from __future__ import annotations

import pytest

from core.values.prices import find_prices, parse_amount, price_label


def found(text: str) -> list[tuple[float, str | None, str]]:
    return [(price.value, price.currency, price.kind) for price in find_prices(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¥168", [(168, "CNY", "current")]),
        ("￥５９．９", [(59.9, "CNY", "current")]),
        ("168元", [(168, "CNY", "current")]),
        ("RMB 88", [(88, "CNY", "current")]),
        ("HK$128", [(128, "HKD", "current")]),
        ("$1,299.00", [(1299, "USD", "current")]),
        ("1.299,00 €", [(1299, "EUR", "current")]),
        ("12,99 €", [(12.99, "EUR", "current")]),
        ("£3.50 each", [(3.5, "GBP", "current")]),
        ("Rs. 499", [(499, "INR", "current")]),
        ("499/-", [(499, "INR", "current")]),
        ("1.2万元", [(12000, "CNY", "current")]),
        ("10.0起", [(10, None, "from")]),
        ("199元起", [(199, "CNY", "from")]),
        ("from $99", [(99, "USD", "from")]),
        ("低至9.9元", [(9.9, "CNY", "from")]),
        ("降至100元", [(100, "CNY", "from")]),
        ("99-199元", [(99, "CNY", "from"), (199, "CNY", "to")]),
        ("¥99~¥199", [(99, "CNY", "from"), (199, "CNY", "to")]),
        ("日常价￥10.0起", [(10, "CNY", "original")]),
        ("168元今日活动价", [(168, "CNY", "activity")]),
        ("原价199 现价99", [(199, None, "original"), (99, None, "current")]),
        ("Was $19.99 Now $9.99", [(19.99, "USD", "original"), (9.99, "USD", "current")]),
        ("到手价:129", [(129, None, "final")]),
        ("领券后99元", [(99, "CNY", "coupon")]),
        ("定金20元", [(20, "CNY", "deposit")]),
        ("9.9元/斤", [(9.9, "CNY", "unit")]),
        ("$4.99/lb", [(4.99, "USD", "unit")]),
        ("¥5.80/500ml", [(5.8, "CNY", "unit")]),
        ("2 for ¥99", [(99, "CNY", "bundle")]),
        ("99元3件", [(99, "CNY", "bundle")]),
        ("¥29.9包邮", [(29.9, "CNY", "current")]),
        ("£18 £24", [(18, "GBP", "current"), (24, "GBP", "current")]),
        ("¥59元", [(59, "CNY", "current")]),
        ("9块9包邮", [(9.9, "CNY", "current")]),
        ("到手约￥45.9", [(45.9, "CNY", "final")]),
        ("10/$10", [(10, "USD", "bundle")]),
        ("statt 39,99 € nur 24,99 €", [(39.99, "EUR", "original"), (24.99, "EUR", "current")]),
        ("9,99 € au lieu de 12,99 €", [(9.99, "EUR", "current"), (12.99, "EUR", "original")]),
        ("UVP 49,99 €", [(49.99, "EUR", "original")]),
        ("à partir de 4,99 €", [(4.99, "EUR", "from")]),
    ],
)
def test_price_is_found_with_currency_and_kind(text: str, expected: list[tuple[float, str | None, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "定金膨胀50元抵150元",
        "Gutschein 10 €",
        "5 € de réduction",
        "Nur 3 Zutaten",
        "ab 3 Jahren",
        "Only 3 ingredients",
        "满200减20",
        "满300元减50元",
        "立减50元",
        "直降100元",
        "50元优惠券",
        "领50元红包",
        "价值199元礼品",
        "加9.9元换购",
        "$10 off",
        "save $20",
        "spend $50",
        "free delivery over $35",
        "$5 coupon",
        "6.01-6.03",
        "6.18起",
        "2024.06.18",
        "3折起",
        "全场5折",
        "now 50% off",
        "only 2 days",
        "Only 3 left",
        "100%桑蚕丝",
        "304不锈钢",
        "买3送1",
        "SPF50",
        "30天无理由",
        "第2件半价",
        "性价比9分",
        "36-40码",
        "活动价",
        "日常价¥",
    ],
)
def test_amount_that_is_no_price_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_price_word_and_unit_are_kept_as_printed() -> None:
    price = find_prices("今日活动价 ¥ 39.9/500g")[0]
    assert price.as_value() == {
        "value": 39.9,
        "currency": "CNY",
        "kind": "activity",
        "label": "今日活动价",
        "unit": "500g",
    }


@pytest.mark.parametrize("text", ["日常价¥", "今日活动价", "NOW ONLY", "券后价"])
def test_phrase_that_only_names_a_price_is_a_label(text: str) -> None:
    assert price_label(text) is not None


@pytest.mark.parametrize("text", ["性价比之王", "现价购买更有豪礼相送", "半价", "好评如潮"])
def test_phrase_that_says_more_is_no_label(text: str) -> None:
    assert price_label(text) is None


def test_amount_with_any_separators_is_read() -> None:
    assert [parse_amount(text) for text in ("1,299", "1.299,00", "12,99", "168")] == [1299, 1299, 12.99, 168]


def test_amount_without_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        parse_amount("free")
