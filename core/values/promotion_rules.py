"""What a promotion rule is made of: kinds, patterns with named numbers, and the arithmetic of discounts.

A rule is a pattern and a maker. The maker gets the match and returns what the words determine, or None
where they turn out to be no promotion (a discount of 0 or of more than the price).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from core.values.prices import parse_amount


class PromotionKind(StrEnum):
    DISCOUNT = "discount"
    NTH_ITEM_DISCOUNT = "nth_item_discount"
    BUNDLE = "bundle"
    """More units for the money: 买一送一, 99元3件, 3 for 2, 2件8折."""
    GIFT = "gift"
    COUPON = "coupon"
    THRESHOLD = "threshold"
    """A sum or a number of pieces has to be reached: 满300减50."""
    FLASH_SALE = "flash_sale"
    MEMBERSHIP = "membership"
    FREE_SHIPPING = "free_shipping"
    GUARANTEE = "guarantee"
    """Service promises that take the risk of buying away: 假一赔十, 7天无理由, 极速发货."""
    PRICE_LABEL = "price_label"
    """The name of a promotional price: 活动价, 券后价."""
    PERIOD = "period"
    """When the offer holds: 6.01-6.03. Given by the ad engine, which tells dates from prices."""
    OTHER = "other"


Found = dict[str, object]
"""What a rule found: `kind` and the fields of Promotion that the words set."""
Maker = Callable[[re.Match[str]], Found | None]


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    make: Maker


_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "双": 2}
_ENGLISH = {
    **{"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "half": 2, "quarter": 4},
}


def rule(pattern: str, make: Maker, macros: dict[str, str]) -> Rule:
    """`pattern` compiled, with {NAME} replaced by macros["NAME"] and {name} by a group `name` of macros["name"]."""

    def expand(hit: re.Match[str]) -> str:
        name = hit.group(1)
        return macros[name] if name.isupper() else f"(?P<{name}>{macros[name]})"

    return Rule(re.compile(re.sub(r"\{([A-Za-z_]+)\}", expand, pattern)), make)


def number(printed: str) -> float:
    """The value of 5, 8.5, two, 2nd, 两, 十二; Chinese digits without 十 are read one by one (八五 is 85)."""
    if "dozen" in printed:
        return 6 if "half" in printed else 12
    if printed in _ENGLISH:
        return _ENGLISH[printed]
    if printed[0].isdigit():
        return float(re.sub(r"(?:st|nd|rd|th)$", "", printed))
    if "十" in printed:
        tens, _, ones = printed.partition("十")
        return _CHINESE.get(tens, 1) * 10 + _CHINESE.get(ones, 0)
    return float("".join(str(_CHINESE[char]) for char in printed))


def money(printed: str) -> float:
    """The value of a sum of money: 300, 99.5, 5万."""
    return parse_amount(printed.removesuffix("万")) * (10_000 if printed.endswith("万") else 1)


def named(hit: re.Match[str], name: str) -> str | None:
    """The text of group `name`; None where it took no part in the match or the pattern has none."""
    return hit.groupdict().get(name)


def paid_share(zhe: str) -> float | None:
    """Share of the price paid under `zhe` 折: 5 and 五 -> 0.5, 8.5, 85 and 八五 -> 0.85; None for 0, 10 or 100."""
    value = number(zhe)
    share = value / 10 if value < 10 else value / 100
    return share if 0 < share < 1 and value != 10 else None


def off(share: float | None, kind: PromotionKind, **more: object) -> Found:
    return {"kind": kind, "unit_discount": None if share is None else round(share, 4), **more}


def plain(kind: PromotionKind, *amounts: str) -> Maker:
    """A maker that knows the kind and takes the groups `amounts` over as numbers."""

    def make(hit: re.Match[str]) -> Found:
        return {"kind": kind, **{name: money(printed) for name in amounts if (printed := named(hit, name))}}

    return make


def nth_item(hit: re.Match[str]) -> Found | None:
    """第二件半价, 次件半价, 2nd half price: what is saved on the nth unit, spread over n units."""
    nth = number(named(hit, "n") or "二")
    if nth < 2:
        return None
    saved = _saved_on_extra(hit)
    return off(None if saved is None else saved / nth, PromotionKind.NTH_ITEM_DISCOUNT, pieces=int(nth))


def buy_get_free(hit: re.Match[str]) -> Found | None:
    """买N送M, buy N get M free: M of N + M. With M > N the extras are other goods as a rule: nothing is computed."""
    buy, free = number(hit["buy"]), number(hit["free"])
    if not buy or not free:
        return None
    return off(free / (buy + free) if free <= buy else None, PromotionKind.BUNDLE, pieces=int(buy + free))


def buy_get_cheaper(hit: re.Match[str]) -> Found:
    """Buy one, get one half price, or at 30 % off; free where neither is said (BOGO)."""
    buy, extra = number(named(hit, "buy") or "one"), number(named(hit, "free") or "one")
    saved = _saved_on_extra(hit)
    kind = PromotionKind.BUNDLE if saved is None else PromotionKind.NTH_ITEM_DISCOUNT
    return off((1.0 if saved is None else saved) * extra / (buy + extra), kind, pieces=int(buy + extra))


def next_one_free(hit: re.Match[str]) -> Found | None:
    """Buy 5, get the 6th free: one of six. With any other number after the bought ones nothing is computed."""
    buy, nth = number(hit["buy"]), number(hit["later"])
    if nth != buy + 1:
        return {"kind": PromotionKind.BUNDLE}
    return off(1 / nth, PromotionKind.BUNDLE, pieces=int(nth))


def bundle_share(hit: re.Match[str]) -> Found | None:
    """Bundle and save 15%."""
    share = _share_saved(hit)
    return None if share is None else off(share, PromotionKind.BUNDLE)


def buy_one_free_included(hit: re.Match[str]) -> Found | None:
    """买三免一, 三人同行免一人: of the three bought one is free."""
    free = number(named(hit, "free") or hit["waived"])
    return _pay_for(number(hit["buy"]), number(hit["buy"]) - free)


def get_for_price_of(hit: re.Match[str]) -> Found | None:
    """拍2发3, 3 for 2: `n` units for the price of `buy`."""
    return _pay_for(number(hit["n"]), number(hit["buy"]))


def pieces_discount(hit: re.Match[str]) -> Found | None:
    """2件8折, buy 2 save 30%; with 满 in front it is a threshold, and 1件9折 holds for every unit."""
    share, pieces = _share_saved(hit), int(number(hit["n"]))
    if share is None:
        return None
    if pieces == 1:
        return off(share, PromotionKind.DISCOUNT)
    return off(share, PromotionKind.THRESHOLD if named(hit, "full") else PromotionKind.BUNDLE, pieces=pieces)


def nth_item_after_the_first(hit: re.Match[str]) -> Found | None:
    """第一件9折第二件8折第三件7折: the mean of what is saved on each unit."""
    saved = [_zhe_saved(zhe) for zhe in re.findall(r"(\d{1,2}(?:\.\d)?|[一二三四五六七八九]{1,2})折", hit[0])]
    shares = [share for share in saved if share is not None]
    if len(shares) < len(saved):
        return None
    return off(sum(shares) / len(shares), PromotionKind.NTH_ITEM_DISCOUNT, pieces=len(shares))


def cheapest_free(hit: re.Match[str]) -> Found | None:
    """买三本，最便宜的那本免费: one of three, and less than that wherever prices differ."""
    pieces = number(hit["n"])
    return off(1 / pieces, PromotionKind.BUNDLE, at_most=True, pieces=int(pieces)) if pieces > 1 else None


def pieces_money(hit: re.Match[str]) -> Found | None:
    """满2件减30元, 2件立减20: no unit discount, for the price is not said; with 满 in front it is a threshold."""
    kind = PromotionKind.THRESHOLD if named(hit, "full") else PromotionKind.BUNDLE
    pieces = int(number(hit["n"]))
    return {"kind": kind, "amount": money(hit["amount"]), "pieces": pieces} if pieces > 1 else None


def threshold_money(hit: re.Match[str]) -> Found | None:
    """满300减50: at most 50 of 300, saved by whoever spends exactly 300."""
    threshold, amount = money(hit["threshold"]), money(hit["amount"])
    if not 0 < amount < threshold:
        return None
    share = amount / threshold
    return off(share, PromotionKind.THRESHOLD, at_most=True, threshold=threshold, amount=amount)


def threshold_share(hit: re.Match[str]) -> Found | None:
    """满100打8折, 20% off orders over $50."""
    share = _share_saved(hit)
    return None if share is None else off(share, PromotionKind.THRESHOLD, threshold=money(hit["threshold"]))


def tenths(hit: re.Match[str]) -> Found | None:
    """5折, 半价, 低至3折, 3折起, 3-5折."""
    share = _zhe_saved(named(hit, "low") or hit["zhe"]) if named(hit, "zhe") else 0.5
    limited = any(named(hit, name) for name in ("limit", "low", "open"))
    return None if share is None else off(share, PromotionKind.DISCOUNT, at_most=limited)


def percent(hit: re.Match[str]) -> Found | None:
    share = _percent(hit["pct"])
    return None if share is None else off(share, PromotionKind.DISCOUNT, at_most=bool(named(hit, "limit")))


def fraction(hit: re.Match[str]) -> Found | None:
    """1/3 off, a third off: a share of the price, as a limit behind "up to"."""
    part, whole = number(named(hit, "part") or "one"), number(hit["whole"])
    limited = bool(named(hit, "limit"))
    return off(part / whole, PromotionKind.DISCOUNT, at_most=limited) if 0 < part < whole else None


def half(hit: re.Match[str]) -> Found:
    return off(0.5, PromotionKind.DISCOUNT)


def at_most_half(hit: re.Match[str]) -> Found:
    """Up to half price."""
    return off(0.5, PromotionKind.DISCOUNT, at_most=True)


def two_thirds(hit: re.Match[str]) -> Found:
    return off(2 / 3, PromotionKind.DISCOUNT, at_most=bool(named(hit, "limit")))


def more_for_the_same(hit: re.Match[str]) -> Found:
    """20 % more at the same price: a unit costs 1/1.2 of what it did."""
    extra = float(hit["pct"]) / 100
    return off(extra / (1 + extra), PromotionKind.BUNDLE)


def bundle_price(hit: re.Match[str]) -> Found | None:
    """99元3件, 2 for $99: no unit discount, for the price of one is not said."""
    pieces = number(hit["n"])
    price = money(hit["price"])
    return {"kind": PromotionKind.BUNDLE, "price": price, "pieces": int(pieces)} if pieces > 1 else None


def deposit(hit: re.Match[str]) -> Found | None:
    """定金50抵150: `amount` comes off the price for who pays `price` beforehand."""
    paid, worth = money(hit["price"]), money(hit["amount"])
    return {"kind": PromotionKind.DISCOUNT, "price": paid, "amount": worth} if 0 < paid <= worth else None


def small_change(hit: re.Match[str]) -> Found:
    """50p off, save 75¢: a discount in hundredths of the currency."""
    return {"kind": PromotionKind.DISCOUNT, "amount": float(hit["amount"] or hit["more"]) / 100}


def was_now(hit: re.Match[str]) -> Found | None:
    """原价199现价99, was $20 now $15."""
    was, now = parse_amount(hit["was"]), parse_amount(hit["now"])
    return off(1 - now / was, PromotionKind.DISCOUNT, price=now) if 0 < now < was else None


def _pay_for(total: float, paid: float) -> Found | None:
    return off(1 - paid / total, PromotionKind.BUNDLE, pieces=int(total)) if 0 < paid < total else None


def _saved_on_extra(hit: re.Match[str]) -> float | None:
    """Share saved on the extra unit: 1 for a free one, None where the words give money or nothing."""
    if named(hit, "half"):
        return 0.5
    if named(hit, "gratis"):
        return 1.0
    if zhe := named(hit, "zhe"):
        return _zhe_saved(zhe)
    printed = named(hit, "pct")
    return _percent(printed) if printed else None


def _share_saved(hit: re.Match[str]) -> float | None:
    """Share saved by the percentage or the 折 of the match."""
    printed = named(hit, "pct")
    return _percent(printed) if printed else _zhe_saved(hit["zhe"])


def _zhe_saved(zhe: str) -> float | None:
    paid = paid_share(zhe)
    return None if paid is None else 1 - paid


def _percent(printed: str) -> float | None:
    share = float(printed) / 100
    return share if 0 < share < 1 else None
