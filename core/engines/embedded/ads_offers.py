"""Which phrases of a poster offer something to the buyer, and what of them is an offer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.engines.embedded.ads_calls import HURRY, asks, call_share
from core.engines.embedded.ads_layout import Phrase
from core.engines.embedded.ads_names import covered, names_goods
from core.engines.embedded.ads_roles import judged, likely_promotion
from core.engines.embedded.ads_wordings import (
    CONDITION,
    EXCLUSION,
    FURNITURE,
    LISTED_WARRANTY,
    NOISE,
    PERIOD_KEY,
    SEASON,
    SENTENCES,
    WARRANTY,
)
from core.values.periods import find_period
from core.values.promotions import Promotion, PromotionKind, parse_promotion
from core.values.terms import load_terms
from core.values.text import has_cjk
from core.values.weekly import is_weekly

SMALLEST_OFFER = 0.01
"""Letters under this share of the poster's shorter side offer nothing. Conditions are set small, and their wording is
unmistakable."""
SMALLEST_UNKNOWN = 0.016
"""The same where only the model of wordings says that it is an offer."""
BUTTON_SHARE = 0.8
"""From this share of asking words a phrase is a button and nothing else."""
ASKED_FOR = (PromotionKind.OTHER, PromotionKind.BUNDLE, PromotionKind.FLASH_SALE)
"""Kinds whose words stand on buttons too, which offer nothing by themselves: 发起拼单, 扫码预约免费体测."""
OFFERING_HEADLINE = 0.4
"""From this share of words of sales a headline is an offer as well: 年中大促, not 双11 把好觉带回家."""
_TOLD_BY_DAYS = (PromotionKind.DISCOUNT, PromotionKind.OTHER, PromotionKind.FLASH_SALE, PromotionKind.PRICE_LABEL)
"""Kinds of offers that are no more than a frame for their days."""

SMALL_PRINT_FROM = 3
"""So many sentences in one line are small print."""
_SAID_IN_SMALL_PRINT = (PromotionKind.MEMBERSHIP, PromotionKind.GUARANTEE, PromotionKind.OTHER, PromotionKind.BUNDLE)


def find_promotions(phrases: Sequence[Phrase], side: float, priced: set[Phrase]) -> list[tuple[Phrase, Promotion]]:
    """The phrases that offer something, each wording once. `side` is the poster's shorter side in pixels; of phrases in
    `priced`, which say prices, only the name of a price is an offer."""
    found = []
    wordings = [(phrase, text) for phrase in phrases for text in _wordings(phrase.text)]
    for phrase, text in wordings:
        promotion = _promotion(text, phrase in priced)
        if promotion and text != phrase.text and _is_condition(promotion):
            continue
        if promotion:
            promotion = judged(promotion)
        elif text == phrase.text:
            promotion = _unknown_promotion(phrase, side, phrase in priced)
        if promotion and phrase.size >= SMALLEST_OFFER * side and not _is_listed_among_claims(phrase, phrases):
            found.append((phrase, promotion))
    return _each_once(found)


def _wordings(text: str) -> list[str]:
    """The sentences of small print, of which one may be an offer or its days; any other text as it is."""
    sentences = SENTENCES.split(text)
    return sentences if len(sentences) >= SMALL_PRINT_FROM and not has_cjk(text) else [text]


def _is_condition(promotion: Promotion) -> bool:
    """True for what small print says of whom and what an offer is for, which is no offer of its own."""
    return promotion.kind in _SAID_IN_SMALL_PRINT and not promotion.says_a_number


def _unknown_promotion(phrase: Phrase, side: float, is_price: bool) -> Promotion | None:
    """What no rule finds and is likely an offer; small print, prices and what is surely something else are none."""
    text = phrase.text
    if is_price or phrase.size < SMALLEST_UNKNOWN * side or parse_promotion(text) or names_goods(text):
        return None
    known = NOISE.search(text) or FURNITURE.match(text) or CONDITION.search(text) or asks(text)
    return None if known or load_terms("themes").find(text) else likely_promotion(text)


def is_unknown(promotion: Promotion) -> bool:
    """True for an offer that no rule knows: of a headline that is not enough, as headlines sound like offers."""
    return promotion.kind is not PromotionKind.PERIOD and parse_promotion(promotion.text) is None


def is_warranty(promotion: Promotion) -> bool:
    """True for a promise that says how good the goods are as well."""
    return promotion.kind is PromotionKind.GUARANTEE and WARRANTY.search(promotion.text) is not None


def only_mentions_a_sale(promotion: Promotion) -> bool:
    """True for a headline that names a sale in passing: 双11 把好觉带回家, A+ deals all semester; not Summer sale."""
    general = promotion.kind in (PromotionKind.DISCOUNT, PromotionKind.OTHER)
    long_enough = has_cjk(promotion.text) or promotion.text.count(" ") > 1
    return (
        general
        and long_enough
        and not promotion.says_a_number
        and covered(promotion.text, "promotions") < OFFERING_HEADLINE
    )


def _is_listed_among_claims(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """True for a warranty in a line of claims (Fast pairing | Two-year warranty), where it is one of them."""
    if not LISTED_WARRANTY.search(phrase.text):
        return False
    line = [other for other in phrases if other is not phrase and set(other.lines) & set(phrase.lines)]
    return any(parse_promotion(other.text) is None for other in line)


def _promotion(text: str, is_price: bool) -> Promotion | None:
    """What a wording offers: by its words, or as the days of an offer; a mere button (SHOP THE SALE) offers nothing.

    Of a promotional price (券后价¥5.8) only its name is the promotion: the amount is a price.
    """
    promotion = parse_promotion(text)
    if promotion is None or is_weekly(text):
        holds = find_period(text) is not None or is_weekly(text)
        return Promotion(text=text, kind=PromotionKind.PERIOD) if holds else None
    if find_period(text) and not promotion.says_a_number and (PERIOD_KEY.match(text) or _only_says_when(promotion)):
        return Promotion(text=text, kind=PromotionKind.PERIOD)
    if is_price and promotion.kind is PromotionKind.PRICE_LABEL and (has_cjk(text) or re.search(r"\d", text)):
        label = load_terms("price_labels").first(text)
        return promotion.model_copy(update={"text": label.printed}) if label else promotion
    if promotion.kind in (PromotionKind.DISCOUNT, PromotionKind.OTHER) and _is_season(text, promotion):
        return None
    return None if _only_limits(text, promotion) or _is_button(text, promotion) else promotion


def _is_button(text: str, promotion: Promotion) -> bool:
    """True for what asks the reader to go to an offer, or is a tab of a shop's page, and offers nothing itself."""
    if NOISE.search(text) or FURNITURE.match(text):
        return True
    if (promotion.kind in ASKED_FOR or not has_cjk(text)) and asks(text) and not promotion.says_a_number:
        return True
    wordy = promotion.unit_discount is None and promotion.kind is not PromotionKind.MEMBERSHIP
    return wordy and call_share(text, but=HURRY) >= BUTTON_SHARE


def _only_says_when(promotion: Promotion) -> bool:
    """True where a date says more than the other words do: On sale 27 August – 6 September, prices end 30 November."""
    return promotion.kind in _TOLD_BY_DAYS and not has_cjk(promotion.text)


def _only_limits(text: str, promotion: Promotion) -> bool:
    """True for what an offer does not hold for (特价商品不参与), and for a condition that states no figure; a Chinese
    clause beside it may still promise something: 全国包邮，偏远地区除外."""
    limits = EXCLUSION if promotion.says_a_number else CONDITION
    if not limits.search(text):
        return False
    clauses = [clause for clause in re.split(r"[,，;；。()（）\s]+", text) if not CONDITION.search(clause)]
    return not has_cjk(text) or not any(_promises(parse_promotion(clause)) for clause in clauses)


def _promises(promotion: Promotion | None) -> bool:
    """True for an offer of its own, not a sale in general (全场优惠)."""
    vague = (PromotionKind.DISCOUNT, PromotionKind.OTHER, PromotionKind.PRICE_LABEL, PromotionKind.MEMBERSHIP)
    return promotion is not None and (promotion.says_a_number or promotion.kind not in vague)


def _is_season(text: str, promotion: Promotion) -> bool:
    """True for the name of a campaign without a figure: 年终感恩回馈, 周年庆狂欢; not 全场5折狂欢."""
    return not promotion.says_a_number and SEASON.search(text.strip()) is not None


def _each_once(found: list[tuple[Phrase, Promotion]]) -> list[tuple[Phrase, Promotion]]:
    by_text = {promotion.text: (phrase, promotion) for phrase, promotion in reversed(found)}
    return list(reversed(by_text.values()))
