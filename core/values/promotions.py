"""Promotions in a printed phrase (zh, en, fr, de): their kind, and what one unit costs less by the words.

The arithmetic follows DOMAIN section 3: 折 is tenths of the price paid (85折 = 15 % off), 第二件半价 takes
half of one price off two units (25 %), 买一送一 gives one of two (50 %). A unit discount is given only where
the words determine it; where they set a limit (低至3折, 满300减50) it is marked `at_most`.
"""

from __future__ import annotations

import re

from core.types import Frozen
from core.values import (
    promotion_en,
    promotion_en_sales,
    promotion_en_services,
    promotion_eu,
    promotion_zh,
    promotion_zh_kinds,
)
from core.values.promotion_rules import Found, PromotionKind
from core.values.terms import load_terms, wording_form
from core.values.text import has_cjk

PROMOTIONAL_LABELS = frozenset({"activity", "coupon", "final", "member"})
"""Price words that announce an offer; 原价 or 现价 alone does not."""


_CHINESE = (*promotion_zh.RULES, *promotion_zh_kinds.RULES)
_LATIN = [*promotion_eu.RULES, *promotion_en.RULES, *promotion_en_services.RULES, *promotion_en_sales.RULES]


class Promotion(Frozen):
    """One promotion. Only what the words say is set."""

    text: str
    kind: PromotionKind
    unit_discount: float | None = None
    """Share of the usual unit price saved, 0 to 1, rounded to 4 digits."""
    at_most: bool = False
    """True where the share is a limit (up to 50 % off), not what everybody gets."""
    threshold: float | None = None
    """Sum of money that has to be spent."""
    amount: float | None = None
    """Money taken off, or the worth of the coupon."""
    price: float | None = None
    """Money asked for a bundle, or the lower of two prices."""
    pieces: int | None = None
    """Units in a bundle, or which unit is the cheaper one (第二件: 2)."""

    @property
    def has_figures(self) -> bool:
        """True where its words determine a share, a sum or a number of units, whatever is asked for them."""
        return any(figure is not None for figure in (self.unit_discount, self.amount, self.threshold, self.pieces))

    @property
    def says_a_number(self) -> bool:
        """True where it has figures or says what is asked for."""
        return self.has_figures or self.price is not None

    def as_value(self) -> dict[str, object]:
        """The entry of a field of type `promotions`: only what is set."""
        return self.model_dump(mode="json", exclude_defaults=True)


def parse_promotion(text: str) -> Promotion | None:
    """What `text` promises, or None where it is no promotion (第一步, 满意, 折叠, 100% cotton)."""
    found = _by_arithmetic(wording_form(text)) or _by_price_label(text) or _by_words(text)
    return Promotion.model_validate({"text": text.strip(), **found}) if found else None


def _by_arithmetic(folded: str) -> Found | None:
    chinese = [(re.sub(r"\s+", "", folded), rule) for rule in _CHINESE] if has_cjk(folded) else []
    latin = [(folded, rule) for rule in _LATIN]
    for text, rule in [*chinese, *latin]:
        found = [made for hit in rule.pattern.finditer(text) if (made := rule.make(hit))]
        if found:
            return _greatest(found)
    return None


def _greatest(tiers: list[Found]) -> Found:
    """Of tiers (满199减20 满299减50) the one that saves most; with several it is what a buyer gets at most."""

    def saved(tier: Found) -> float:
        share = tier.get("unit_discount")
        return share if isinstance(share, float) else 0.0

    best = max(tiers, key=saved)
    return {**best, "at_most": True} if len({saved(tier) for tier in tiers}) > 1 else best


def _by_price_label(text: str) -> Found | None:
    label = load_terms("price_labels").first(text)
    return {"kind": PromotionKind.PRICE_LABEL} if label and label.key in PROMOTIONAL_LABELS else None


def _by_words(text: str) -> Found | None:
    term = load_terms("promotions").first(text)
    return {"kind": PromotionKind(term.key)} if term else None
