"""What the promotion takes off the original price is the price asked.

Source: DOMAIN section 3, Promotions (effective discount only where the words determine it). Level: review. Compared
only on a poster with one original price and a single offer that bears on the price: up-to discounts, thresholds,
coupons and bundles beside it may be part of the price asked. It passes if it leads to any of the reduced prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.rules.base import AD, Hit, Known, Rule, amount, entries_of, hit, kind_in, number_of
from core.types import Fields, Level

REDUCED = frozenset({"current", "activity", "coupon", "final", "member"})
LOOSE = 0.03
"""Share of the original price: 3折 is printed for 3.3折, and prices end in 9."""
OTHER_OFFERS = frozenset({"threshold", "coupon", "bundle", "nth_item_discount", "membership"})
"""Kinds that may lower the price asked as well."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    prices = [price for price in entries_of(fields, "price") if number_of(price.get("value")) is not None]
    originals = [price for price in prices if kind_in(price) == "original"]
    offers = [offer for offer in entries_of(fields, "promotion") if _bears_on_the_price(offer)]
    if len({price["value"] for price in originals}) != 1 or len(offers) != 1 or not _states_discount(offers[0]):
        return
    original = originals[0]
    asked = [p for p in prices if kind_in(p) in REDUCED and p.get("currency") == original.get("currency")]
    expected = _after(offers[0], original["value"])
    slack = 1 + LOOSE * original["value"]
    if not asked or expected is None or any(abs(price["value"] - expected) <= slack for price in asked):
        return
    was, right, now = amount(original["value"]), amount(expected), amount(min(price["value"] for price in asked))
    words = str(offers[0].get("text"))[:40]
    yield hit(
        "promotion",
        Level.REVIEW,
        f"By '{words}' the price {was} comes to {right}, the ad asks {now}. Check the discount and both prices.",
        f"按“{words}”计算，原价 {was} 应为 {right}，广告标价为 {now}，请核对折扣和价格。",
    )


def _bears_on_the_price(offer: dict[str, Any]) -> bool:
    """True for offers that may lower it; "was 199, now 99" only says the two prices again."""
    return kind_in(offer) in OTHER_OFFERS or (kind_in(offer) == "discount" and "price" not in offer)


def _states_discount(offer: dict[str, Any]) -> bool:
    """True for a share or a sum off that everybody gets."""
    if kind_in(offer) != "discount" or offer.get("at_most") or "threshold" in offer:
        return False
    return number_of(offer.get("unit_discount")) is not None or number_of(offer.get("amount")) is not None


def _after(offer: dict[str, Any], original: float) -> float | None:
    """The price after the offer; None where it would be nothing."""
    share, money = number_of(offer.get("unit_discount")), number_of(offer.get("amount"))
    left = original * (1 - share) if share is not None else original - (money or 0.0)
    return left if left > 0 else None


RULE = Rule("promotion_arithmetic", 1, AD, check)
