"""Offers as shops print them, beyond the first table (test_promotions.py), and wordings that only look like them."""

from __future__ import annotations

import pytest

from core.values.prices import find_prices
from core.values.promotions import parse_promotion

SHARES = [
    # text, kind, unit discount, at most
    ("第一件9折 第二件8折", "nth_item_discount", 0.15, False),
    ("首件9折，第2件7折", "nth_item_discount", 0.2, False),
    ("第二杯半价", "nth_item_discount", 0.25, False),
    ("连住第三晚免费", "nth_item_discount", 0.3333, False),
    ("Bundle two sets, save 25%", "bundle", 0.25, False),
    ("两人同行一人免单", "bundle", 0.5, False),
    ("3人同行1人免票", "bundle", 0.3333, False),
    ("买3付2", "bundle", 0.3333, False),
    ("两件七五折", "bundle", 0.25, False),
    ("满500享9折", "threshold", 0.1, False),
    ("跨店满减 每300减50", "threshold", 0.1667, True),
    ("会员日全场88折", "discount", 0.12, False),
    ("Buy 2 get 3rd free", "nth_item_discount", 0.3333, False),
    ("50% off your second item", "nth_item_discount", 0.25, False),
    ("Save 10% when you buy 2", "bundle", 0.1, False),
    ("Buy 3, get 20% off", "bundle", 0.2, False),
    ("Buy one, get one 40% off", "nth_item_discount", 0.2, False),
    ("2-for-1", "bundle", 0.5, False),
    ("Two for one", "bundle", 0.5, False),
    ("1/3 off", "discount", 0.3333, False),
    ("Up to 1/2 off", "discount", 0.5, True),
    ("BOGO 1/2 off", "nth_item_discount", 0.25, False),
    ("$15 OFF $75", "threshold", 0.2, True),
    ("£10 off £50 spend", "threshold", 0.2, True),
    ("Save £5 when you spend £30", "threshold", 0.1667, True),
]

FIGURES = [
    ("满2件减30元", "threshold", {"pieces": 2, "amount": 30}),
    ("拍2件立减10元", "bundle", {"pieces": 2, "amount": 10}),
    ("以旧换新至高抵800元", "discount", {"amount": 800}),
    ("旧机折价最高3000元", "discount", {"amount": 3000}),
    ("晒单返5元", "coupon", {"amount": 5}),
    ("连续包月首月6元", "discount", {"price": 6}),
    ("加9.9元换购", "gift", {"price": 9.9}),
    ("两人报名减1000", "discount", {"amount": 1000}),
    ("旧灯抵200", "discount", {"amount": 200}),
    ("Trade in your old phone, get up to £300", "discount", {"amount": 300}),
    ("Trade-in up to $500", "discount", {"amount": 500}),
    ("Earn $10 for every $50 spent", "coupon", {"amount": 10}),
    ("£50 bill credit", "coupon", {"amount": 50}),
    ("Get $10 back", "coupon", {"amount": 10}),
    ("3 months for $9.99", "bundle", {"pieces": 3, "price": 9.99}),
]

KINDS = [
    ("满减", "threshold"),
    ("满额立减", "threshold"),
    ("买手机送耳机", "gift"),
    ("买大送小", "gift"),
    ("前1000名送电动牙刷", "gift"),
    ("满额赠", "gift"),
    ("配镜送第二副", "gift"),
    ("签约送全屋家电", "gift"),
    ("0元设计", "other"),
    ("Kids travel free", "other"),
    ("First day free", "guarantee"),
    ("100-night trial", "guarantee"),
    ("老带新各送一个月", "gift"),
    ("Free express delivery", "free_shipping"),
    ("0% financing available", "other"),
    ("Bank holiday special", "discount"),
    ("付尾款享12期免息", "other"),
    ("买贵双倍赔", "guarantee"),
    ("邀请好友得20元", "membership"),
    ("积分翻倍", "membership"),
    ("First month free", "guarantee"),
    ("First 3 months free", "guarantee"),
    ("Try free for 30 days", "guarantee"),
    ("0% interest for 24 months", "other"),
    ("48-hour sale", "flash_sale"),
    ("While quantities last", "flash_sale"),
    ("New subscribers only", "membership"),
    ("Kids eat free", "other"),
    ("No joining fee", "other"),
    ("Weekend special", "discount"),
]

NEAR_MISSES = [
    "让您满意",
    "买得放心",
    "buy with confidence",
    "shop with confidence",
    "第二代升级",
    "半价位",
    "一折就收",
    "赠言",
    "免费WiFi",
    "换季维稳",
    "买菜送到家",
    "买花送妈妈",
    "往返50元",
    "2个月减10斤",
    "三人同行",
    "质保",
    "只换不修",
    "For early birds",
    "Deal with it",
    "Fits 1/2 inch pipes",
    "2 for you",
    "First class fit",
    "Free of charge cables",
    "95% say softer skin",
    "From farm to table",
]

NO_PRICES = [
    "第2杯1元",
    "第二件仅9.9元",
    "邀请好友得50元",
    "旧机折价最高800元",
    "以旧换新至高抵500元",
    "送价值39元小样",
    "£10 off £50 spend",
    "Earn $10 for every $50 spent",
    "Trade-in up to $500",
    "Get $5 back",
    "£50 bill credit",
    "$5 delivery",
    "$100 value",
]


@pytest.mark.parametrize(("text", "kind", "share", "at_most"), SHARES)
def test_what_one_unit_costs_less_follows_from_the_words(
    text: str, kind: str, share: float | None, at_most: bool
) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert (promotion.kind.value, promotion.unit_discount, promotion.at_most) == (kind, share, at_most)


@pytest.mark.parametrize(("text", "kind", "figures"), FIGURES)
def test_an_offer_that_sets_no_share_keeps_its_figures(text: str, kind: str, figures: dict[str, float]) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert promotion.as_value() == {"text": text, "kind": kind, **figures}


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_an_offer_without_figures_has_its_kind(text: str, kind: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert (promotion.kind.value, promotion.unit_discount) == (kind, None)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_looks_like_an_offer_is_none(text: str) -> None:
    assert parse_promotion(text) is None


@pytest.mark.parametrize("text", NO_PRICES)
def test_what_an_offer_gives_or_asks_for_is_no_price(text: str) -> None:
    assert find_prices(text) == []


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("8折价¥99", 99, "current"),
        ("2 pizzas for £15", 15, "bundle"),
        ("Any 4 for $5", 5, "bundle"),
        ("$49 back in stock", 49, "current"),
        ("Dinner for $20", 20, "current"),
        ("From $19.99/mo", 19.99, "from"),
    ],
)
def test_a_price_beside_such_words_stays_one(text: str, value: float, kind: str) -> None:
    (price,) = find_prices(text)
    assert (price.value, price.kind) == (value, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tenth cup on us", "gift"),
        ("Swatches on the house", "gift"),
        ("Buy a cake and the candles are free", "gift"),
        ("Get a free tote", "gift"),
        ("Members get 20% back", "coupon"),
        ("Every 4th change is free", "bundle"),
        ("Buy 5, the 6th is free", "bundle"),
        ("Refer a neighbour, get £50", "membership"),
        ("Free assembly", "guarantee"),
        ("充五百得六百五", "threshold"),
    ],
)
def test_offers_in_a_shop_keepers_words_have_their_kind(text: str, kind: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert promotion.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "You can count on us",
        "Rely on us",
        "Get a free quote",
        "Get a free no-obligation estimate",
        "旧梦抵心",
        "充电五分钟",
    ],
)
def test_wordings_close_to_those_offers_offer_nothing(text: str) -> None:
    assert parse_promotion(text) is None
