"""What the wordings of a poster are that no lexicon and no pattern knows, by the model of core.values.wordings.

What is surely known stays as it is: a wording that a lexicon's words (which people edit) mostly make up, the name of
a price, the days of an offer.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.engines.embedded.ads_calls import CHINESE_BUTTON, tells_effect
from core.engines.embedded.ads_layout import Phrase
from core.engines.embedded.ads_names import covered
from core.values.promotions import Promotion, PromotionKind
from core.values.wordings import KINDS, Role, kind_shares, role_shares

LEAST_CLAIM, LEAST_LIKELY = 0.18, 0.05
"""Least share of a selling point, and of one that a lexicon or a pattern half says already."""
SURELY_OTHER = 0.7
"""From this share of a name, or of what a page says beside the goods, a wording is no selling point: 维生素C咀嚼片."""
LEAST_CALL = 0.85
LEAST_OFFER = 0.6
"""Least share of an offer that no rule found."""
SURE_CONDITION, SURE_CALL = 0.6, 0.9
"""From these shares of a condition and of a call a rule was misled by a word without a figure."""
SURE_KIND = 0.8
"""From this share the kind is put right: Members save an extra 10% is for members before it is a discount."""
KNOWN = 0.7
"""From this share of a lexicon's words the wording is what the lexicon says."""
_KEEP_THEIR_SHARE = frozenset(
    {PromotionKind.DISCOUNT, PromotionKind.COUPON, PromotionKind.MEMBERSHIP, PromotionKind.FLASH_SALE}
)
"""Kinds among which it is only a question of who gets the same share off; of the others it would be another sum."""

_TOLD_BY_FIGURES = frozenset(
    {PromotionKind.BUNDLE, PromotionKind.NTH_ITEM_DISCOUNT, PromotionKind.THRESHOLD, PromotionKind.COUPON}
)
"""Kinds whose numbers say what they are, surer than the words around: Buy 2 get 3rd free, 满2件减30元."""


def may_be_claim(text: str, *, likely: bool) -> bool:
    """False for what is most likely something else: an address, a condition, what is in a set."""
    if tells_effect(text) and CHINESE_BUTTON.match(text.strip()):
        return True
    shares = role_shares(text)
    other = max(shares[Role.BRAND] + shares[Role.NAME], shares[Role.INFO])
    return shares[Role.CLAIM] >= (LEAST_LIKELY if likely else LEAST_CLAIM) and other < SURELY_OTHER


def most_asking(phrases: Sequence[Phrase]) -> Phrase | None:
    """The phrase that is most likely a button or another call, where one is."""
    shares = [(role_shares(phrase.text)[Role.CALL], phrase) for phrase in phrases if not tells_effect(phrase.text)]
    share, phrase = max(shares, key=lambda entry: entry[0], default=(0.0, None))
    return phrase if share >= LEAST_CALL else None


def likely_promotion(text: str) -> Promotion | None:
    """The promotion of a wording that no rule knows; None where it is none, as far as can be told."""
    return Promotion(text=text, kind=_likely_kind(text)[0]) if role_shares(text)[Role.OFFER] >= LEAST_OFFER else None


def judged(promotion: Promotion) -> Promotion | None:
    """What a rule found, with its kind put right; None where one word misled the rule."""
    text = promotion.text
    if promotion.kind not in KINDS or (promotion.has_figures and promotion.kind in _TOLD_BY_FIGURES):
        return promotion
    if not promotion.has_figures and covered(text, "promotions") >= KNOWN:
        return promotion
    if not promotion.says_a_number and _is_condition_or_call(text):
        return None
    kind, share = _likely_kind(text)
    if kind is promotion.kind or share < SURE_KIND:
        return promotion
    if {kind, promotion.kind} <= _KEEP_THEIR_SHARE:
        return promotion.model_copy(update={"kind": kind})
    return promotion.model_copy(update={"kind": kind, "unit_discount": None, "at_most": False})


def _is_condition_or_call(text: str) -> bool:
    shares = role_shares(text)
    return shares[Role.CONDITION] >= SURE_CONDITION or shares[Role.CALL] >= SURE_CALL


def _likely_kind(text: str) -> tuple[PromotionKind, float]:
    shares = kind_shares(text)
    kind = max(shares, key=lambda each: shares[each])
    return PromotionKind(kind), shares[kind]
