"""What a phrase promises, and what one unit then costs less: hits and near-misses, Chinese and English."""

from __future__ import annotations

import pytest

from core.values.promotion_rules import number, paid_share
from core.values.promotions import parse_promotion

ARITHMETIC = [
    # text, kind, unit discount, at most
    ("第二件半价", "nth_item_discount", 0.25, False),
    ("第2件5折", "nth_item_discount", 0.25, False),
    ("第二件0元", "nth_item_discount", 0.5, False),
    ("第三件1折", "nth_item_discount", 0.3, False),
    ("第二件9.9元", "nth_item_discount", None, False),
    ("第2件立减20", "nth_item_discount", None, False),
    ("买一送一", "bundle", 0.5, False),
    ("買一送一", "bundle", 0.5, False),
    ("买 2 送 1", "bundle", 0.3333, False),
    ("买3送1", "bundle", 0.25, False),
    ("买一送三", "bundle", None, False),
    ("买三免一", "bundle", 0.3333, False),
    ("拍2发3", "bundle", 0.3333, False),
    ("2件8折", "bundle", 0.2, False),
    ("满3件打7折", "threshold", 0.3, False),
    ("满300减50", "threshold", 0.1667, True),
    ("全场跨店每满200减20，可与店铺优惠券叠加使用", "threshold", 0.1, True),
    ("满199减20 满299减50", "threshold", 0.1672, True),
    ("满100打8折", "threshold", 0.2, False),
    ("5折", "discount", 0.5, False),
    ("85折", "discount", 0.15, False),
    ("8.5折", "discount", 0.15, False),
    ("八五折", "discount", 0.15, False),
    ("全场五折优惠", "discount", 0.5, False),
    ("低至3折", "discount", 0.7, True),
    ("3折起", "discount", 0.7, True),
    ("3-5折", "discount", 0.7, True),
    ("全场半价", "discount", 0.5, False),
    ("对折", "discount", 0.5, False),
    ("立减20%", "discount", 0.2, False),
    ("立减50元", "discount", None, False),
    ("直降100元", "discount", None, False),
    ("原价199现价99", "discount", 0.5025, False),
    ("加量20%不加价", "bundle", 0.1667, False),
    ("99元3件", "bundle", None, False),
    ("任选3件99元", "bundle", None, False),
    ("BUY ONE GET ONE FREE", "bundle", 0.5, False),
    ("BUYONEGETONEFREE", "bundle", 0.5, False),
    ("Buy 2 get 1 free", "bundle", 0.3333, False),
    ("BOGO", "bundle", 0.5, False),
    ("BOGO 50% OFF", "nth_item_discount", 0.25, False),
    ("Buy one get one half price", "nth_item_discount", 0.25, False),
    ("2nd item half price", "nth_item_discount", 0.25, False),
    ("Buy 2, save 30%", "bundle", 0.3, False),
    ("3 for 2", "bundle", 0.3333, False),
    ("2 for ¥99", "bundle", None, False),
    ("20% off", "discount", 0.2, False),
    ("UP TO 50% OFF", "discount", 0.5, True),
    ("save up to 30%", "discount", 0.3, True),
    ("-30%", "discount", 0.3, False),
    ("Half price", "discount", 0.5, False),
    ("$10 off", "discount", None, False),
    ("20% OFF ORDERS OVER $50", "threshold", 0.2, False),
    ("Spend $50 save $10", "threshold", 0.2, True),
    ("$10 off orders over $50", "threshold", 0.2, True),
    ("was $20 now $15", "discount", 0.25, False),
    ("20% extra free", "bundle", 0.1667, False),
    ("Reg. $4.79 Save $1.30", "discount", None, False),
    ("Buy 1 get 2nd half price", "nth_item_discount", 0.25, False),
    ("BUY 1 GET 1", "bundle", 0.5, False),
    ("2/$5", "bundle", None, False),
    ("定金膨胀 50元抵150元", "discount", None, False),
    ("定金¥100 抵200", "discount", None, False),
    ("充1000送300", "threshold", None, False),
    ("9块9包邮", "free_shipping", None, False),
    ("2+1 gratis", "bundle", 0.3333, False),
    ("3 achetés = 1 offert", "bundle", 0.25, False),
    ("3 für 2", "bundle", 0.3333, False),
    ("le 2ème à -50 %", "nth_item_discount", 0.25, False),
    ("2. Artikel zum halben Preis", "nth_item_discount", 0.25, False),
    ("bis zu 30 % Rabatt", "discount", 0.3, True),
    ("statt 39,99 € nur 24,99 €", "discount", 0.3751, False),
    ("9,99 € au lieu de 12,99 €", "discount", 0.2309, False),
]


@pytest.mark.parametrize(("text", "kind", "share", "at_most"), ARITHMETIC)
def test_discount_follows_from_the_words(text: str, kind: str, share: float | None, at_most: bool) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert (promotion.kind.value, promotion.unit_discount, promotion.at_most) == (kind, share, at_most)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("领券再减", "coupon"),
        ("领券再减10元", "coupon"),
        ("用券立减20元", "coupon"),
        ("领取优惠券立减30", "coupon"),
        ("赠送现金券", "coupon"),
        ("¥50无门槛券", "coupon"),
        ("Use code SAVE10", "coupon"),
        ("买2送大礼包", "gift"),
        ("满199送好礼", "gift"),
        ("买就送收纳袋", "gift"),
        ("Free gift with purchase", "gift"),
        ("进店即送酸梅汤一扎", "gift"),
        ("12期0息", "other"),
        ("10月31日20:00开卖", "flash_sale"),
        ("livraison offerte", "free_shipping"),
        ("全场包邮", "free_shipping"),
        ("满99包邮", "free_shipping"),
        ("FREESHIPPING", "free_shipping"),
        ("限时秒杀", "flash_sale"),
        ("Limited time only", "flash_sale"),
        ("会员专享", "membership"),
        ("收藏或关注本店", "membership"),
        ("Members only", "membership"),
        ("假一赔十", "guarantee"),
        ("7天无理由退换", "guarantee"),
        ("极速发货", "guarantee"),
        ("送运费险", "guarantee"),
        ("今日活动价", "price_label"),
        ("券后价", "price_label"),
        ("正品促销", "other"),
        ("直击底价", "other"),
        ("大桶装更划算", "other"),
        ("打折", "discount"),
        ("MEGA SALE", "discount"),
    ],
)
def test_kind_follows_from_the_lexicon(text: str, kind: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert promotion.kind.value == kind
    assert promotion.unit_discount is None


@pytest.mark.parametrize(
    "text",
    [
        "抵达时间",
        "充电10分钟通话2小时",
        "2 für Frauen",
        "pour 2 personnes",
        "Aktionsradius",
        "第一步",
        "第一件衣服",
        "满意",
        "满意度99%",
        "百分百棉",
        "100%棉",
        "买单",
        "去买单",
        "送货上门",
        "5折叠",
        "三折叠屏",
        "对折门",
        "off-white",
        "Off White tee",
        "turn off 50 lights",
        "减压枕",
        "满月礼",
        "一件代发",
        "第二人生",
        "free range eggs",
        "gluten free",
        "2 for you",
        "buyer protection",
        "get one look",
        "5 to 9",
        "满满果肉",
        "百分百棉",
        "100%桑蚕丝",
        "折叠",
        "可折叠收纳",
        "三折伞",
        "折射率",
        "不折不扣",
        "送礼佳品",
        "送长辈",
        "送货到家",
        "减脂",
        "专业减震",
        "直降10℃",
        "省电30%",
        "买手推荐",
        "原版正品",
        "日常价",
        "10.0起",
        "免洗",
        "免打孔",
        "3秒速热",
        "每100克",
        "99%除菌",
        "24小时持久",
        "2件套",
        "一件顶三件",
        "礼盒装",
        "性价比",
        "10折",
        "很美",
        "100% cotton",
        "gluten free",
        "off-white",
        "Save 30% energy",
        "50% less fat",
        "24 hours for two",
        "Free range eggs",
        "wholesale",
        "reduced fat",
        "3 in 1",
        "up to 8 hours",
        "Pairs in seconds",
        "Serves 2 for dinner",
        "IT'S A GOOD START",
    ],
)
def test_near_miss_is_no_promotion(text: str) -> None:
    assert parse_promotion(text) is None


def test_only_what_is_said_is_given() -> None:
    promotion = parse_promotion("满300减50")
    assert promotion is not None
    assert promotion.as_value() == {
        "text": "满300减50",
        "kind": "threshold",
        "unit_discount": 0.1667,
        "at_most": True,
        "threshold": 300.0,
        "amount": 50.0,
    }


@pytest.mark.parametrize(
    ("zhe", "paid"), [("5", 0.5), ("8.5", 0.85), ("85", 0.85), ("八五", 0.85), ("0", None), ("10", None)]
)
def test_zhe_is_tenths_of_the_price_paid(zhe: str, paid: float | None) -> None:
    assert paid_share(zhe) == paid


@pytest.mark.parametrize(
    ("printed", "value"), [("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("2nd", 2), ("two", 2)]
)
def test_number_words_are_read(printed: str, value: float) -> None:
    assert number(printed) == value


PARAMETERS = [
    ("第二件半价", {"pieces": 2}),
    ("第3件5折", {"pieces": 3}),
    ("买2送1", {"pieces": 3}),
    ("买三免一", {"pieces": 3}),
    ("2件8折", {"pieces": 2}),
    ("满3件打7折", {"pieces": 3}),
    ("满300减50", {"threshold": 300, "amount": 50}),
    ("每满200减20", {"threshold": 200, "amount": 20}),
    ("满199减20 满299减50", {"threshold": 299, "amount": 50}),
    ("满100打8折", {"threshold": 100}),
    ("满99包邮", {"threshold": 99}),
    ("满199送好礼", {"threshold": 199}),
    ("立减50元", {"amount": 50}),
    ("¥50无门槛券", {"amount": 50}),
    ("50元优惠券", {"amount": 50}),
    ("领券再减10元", {"amount": 10}),
    ("领取优惠券立减30", {"amount": 30}),
    ("99元3件", {"price": 99, "pieces": 3}),
    ("任选3件99元", {"price": 99, "pieces": 3}),
    ("定金50抵150", {"price": 50, "amount": 150}),
    ("充1000送300", {"threshold": 1000}),
    ("原价199现价99", {"price": 99}),
    ("5折", {}),
    ("Buy 2 get 1 free", {"pieces": 3}),
    ("3 for 2", {"pieces": 3}),
    ("2 for $99", {"price": 99, "pieces": 2}),
    ("10/$10", {"price": 10, "pieces": 10}),
    ("Spend $50 save $10", {"threshold": 50, "amount": 10}),
    ("$10 off orders over $50", {"threshold": 50, "amount": 10}),
    ("20% OFF ORDERS OVER $50", {"threshold": 50}),
    ("Free shipping over $35", {"threshold": 35}),
    ("$10 off", {"amount": 10}),
    ("$5 coupon", {"amount": 5}),
    ("was $20 now $15", {"price": 15}),
    ("2nd item half price", {"pieces": 2}),
    ("20% off", {}),
]


@pytest.mark.parametrize(("text", "figures"), PARAMETERS)
def test_the_figures_of_an_offer_are_kept_and_no_others(text: str, figures: dict[str, float]) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    names = ("threshold", "amount", "price", "pieces")
    found = {name: getattr(promotion, name) for name in names}
    assert {name: figure for name, figure in found.items() if figure is not None} == figures
