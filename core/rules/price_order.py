"""What is asked now is no more than the original price.

Source: DOMAIN section 3, Promotions (strike-through original price). Level: warning. Only prices in the
same currency are compared, and only when there is one original price: a poster of several products has
a price ladder of its own for each.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import AD, Hit, Known, Rule, amount, entries_of, hit, kind_in, number_of
from core.types import Fields, Level

REDUCED = frozenset({"current", "activity", "coupon", "final", "member"})


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    prices = [price for price in entries_of(fields, "price") if number_of(price.get("value")) is not None]
    originals = [price for price in prices if kind_in(price) == "original"]
    if len({price["value"] for price in originals}) != 1:
        return
    original = originals[0]
    for price in prices:
        same = price.get("currency") == original.get("currency")
        if same and kind_in(price) in REDUCED and price["value"] > original["value"]:
            now, was = amount(price["value"]), amount(original["value"])
            yield hit(
                "price",
                Level.WARNING,
                f"The present price ({now}) is above the original price ({was}). One of them is misread or swapped.",
                f"现价（{now}）高于原价（{was}），可能读错或对调。",
            )


RULE = Rule("price_order", 1, AD, check)
