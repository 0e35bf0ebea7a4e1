"""How themes, promotions, kinds of price, goods, audiences and numbers are called in both languages."""

from __future__ import annotations

from core.types import Bilingual
from core.values.terms import load_terms

_OTHERS = {
    ("themes", "other"): Bilingual(en="Other", zh="其他"),
    ("promotions", "nth_item_discount"): Bilingual(en="Discount on a further unit", zh="第 N 件优惠"),
    ("promotions", "threshold"): Bilingual(en="Spend and save", zh="满减"),
    ("promotions", "price_label"): Bilingual(en="Promotional price", zh="活动价"),
    ("price_labels", "to"): Bilingual(en="Highest price", zh="最高价"),
    ("price_labels", "bundle"): Bilingual(en="Bundle price", zh="组合价"),
    ("product_nouns", ""): Bilingual(en="no kind named", zh="未注明类型"),
}
"""Kinds that arithmetic or a place on the poster finds, so that no lexicon lists them."""

RISKS = {
    "ad_wording": Bilingual(en="Absolute term", zh="绝对化用语"),
    "disease_claims": Bilingual(en="Disease claim", zh="疾病功效用语"),
    "cosmetic_medical_terms": Bilingual(en="Medical term for cosmetics", zh="化妆品医疗用语"),
    "promotion_arithmetic": Bilingual(en="Discount that does not add up", zh="优惠与标价不符"),
}
"""What the rules of core.store.statements.WORDING_RULES find."""

NOBODY = Bilingual(en="not named", zh="未注明")
"""A competitor whom nobody named and nothing read."""
NO_CURRENCY = Bilingual(en="no currency printed", zh="未标币种")


def name_of(lexicon: str, key: str) -> Bilingual:
    """The key's name in its lexicon; one that no file names (a person typed it) stands for itself."""
    return _OTHERS.get((lexicon, key)) or load_terms(lexicon).label(key)


def codes(lexicon: str) -> dict[str, Bilingual]:
    """Every key that values of the lexicon are stored by, with its name."""
    others = {key: label for (name, key), label in _OTHERS.items() if name == lexicon and key}
    return {entry.key: entry.label for entry in load_terms(lexicon).entries} | others


def theme(key: str) -> Bilingual:
    return name_of("themes", key)


def promotion(key: str) -> Bilingual:
    return name_of("promotions", key)


def price_kind(key: str) -> Bilingual:
    return name_of("price_labels", key)


def goods(key: str) -> Bilingual:
    return name_of("product_nouns", key)


def audience(key: str) -> Bilingual:
    return name_of("audiences", key)


def emotion(key: str) -> Bilingual:
    return name_of("emotions", key)


def risk(rule: str) -> Bilingual:
    return RISKS.get(rule, Bilingual(en=rule, zh=rule))


def competitor(name: str) -> Bilingual:
    return Bilingual(en=name, zh=name) if name else NOBODY


def currency(code: str) -> Bilingual:
    return Bilingual(en=code, zh=code) if code else NO_CURRENCY


def money(amount: float) -> str:
    """A price with thousands separated, and cents only where there are any: 1,299 · 59.90."""
    return f"{amount:,.2f}".removesuffix(".00")


def percent(share: float) -> str:
    """A share as a whole percentage: 0.25 -> "25%"; a share above nothing is at least "<1%"."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
