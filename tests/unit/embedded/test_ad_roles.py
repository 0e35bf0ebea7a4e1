"""Where the model of wordings puts the rules right, and where they stand against it."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads_roles import judged, likely_promotion, may_be_claim
from core.values.promotions import Promotion, PromotionKind, parse_promotion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("慢火熬足八小时", True),
        ("Machine washable wool", True),
        ("营业时间 10:00-22:00", False),
        ("本活动不与其他优惠同享", False),
        ("Offer excludes sale items", False),
        ("蓝莓味希腊酸奶 135g", False),
        ("立即见效", True),
    ],
)
def test_what_is_most_likely_something_else_is_no_claim(text: str, expected: bool) -> None:
    assert may_be_claim(text, likely=False) is expected


def test_a_word_of_a_lexicon_makes_a_claim_likelier_but_not_of_anything() -> None:
    assert may_be_claim("本活动不与其他优惠同享", likely=True) is False


def test_what_no_rule_knows_is_an_offer_of_its_likeliest_kind() -> None:
    promotion = likely_promotion("迟到必赔")
    assert promotion is not None
    assert (promotion.kind, promotion.unit_discount) == (PromotionKind.GUARANTEE, None)
    assert likely_promotion("慢火熬足八小时") is None


def test_a_kind_put_right_keeps_a_share_that_stays_the_same() -> None:
    promotion = Promotion(text="Members get 10% off every order", kind=PromotionKind.DISCOUNT, unit_discount=0.1)
    put_right = judged(promotion)
    assert put_right is not None
    assert (put_right.kind, put_right.unit_discount) == (PromotionKind.MEMBERSHIP, 0.1)


def test_a_kind_put_right_drops_a_share_that_would_be_another() -> None:
    promotion = Promotion(text="Half price on your second coffee", kind=PromotionKind.DISCOUNT, unit_discount=0.5)
    put_right = judged(promotion)
    assert put_right is not None
    assert (put_right.kind, put_right.unit_discount) == (PromotionKind.NTH_ITEM_DISCOUNT, None)


def test_what_a_lexicon_says_of_the_whole_wording_stands() -> None:
    promotion = Promotion(text="包邮", kind=PromotionKind.FREE_SHIPPING)
    assert judged(promotion) is promotion


@pytest.mark.parametrize("text", ["Buy 2 get 3rd free", "满2件减30元", "第二件半价", "晒单返5元"])
def test_kinds_that_numbers_say_stand(text: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert judged(promotion) is promotion


@pytest.mark.parametrize("kind", [PromotionKind.PRICE_LABEL, PromotionKind.PERIOD])
def test_names_of_prices_and_days_are_not_judged(kind: PromotionKind) -> None:
    promotion = Promotion(text="Members save an extra 10%", kind=kind)
    assert judged(promotion) is promotion


def test_a_condition_with_a_word_of_an_offer_offers_nothing() -> None:
    assert judged(Promotion(text="Gift vouchers cannot be exchanged for cash", kind=PromotionKind.GIFT)) is None
