"""Which phrase of a poster is what: headline, product, brand, offers, call to action, selling points.

A promotion is what changes price, goods or risk for the buyer; a selling point says something about the goods.
The lexicons divide the two. Whatever is left over counts as a selling point when it is set large enough to be
read and long enough to say something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.engines.embedded.ads_layout import Phrase, gap, is_beside, joined
from core.engines.embedded.ads_prices import Offer
from core.values.periods import find_period
from core.values.promotions import Promotion, PromotionKind, parse_promotion
from core.values.terms import load_terms
from core.values.text import has_cjk

SMALLEST = 0.016
"""Letters under this share of the poster's shorter side are small print, watermarks or on the pack."""
HEADLINE_STACK = 0.7
"""Lines of one headline differ in size at most this much."""
SMALLEST_OFFER = 0.01
"""The same for offers: conditions are set small, and their wording is unmistakable."""
HEADLINE_GAP = 0.6
"""Most space between lines of one headline, in sizes of its largest line."""
BUTTON_SHARE = 0.8
"""From this share of asking words a phrase is a button and nothing else."""
CALL_SHARE = 0.3
"""Least share of a phrase that the asking words take, for the phrase to be a call."""
LONGEST_HAN, LONGEST_WORDS = 30, 16
"""A longer phrase is body copy or small print, not a selling point."""

_NOISE = re.compile(
    r"https?:|www\.|\.(?:com|cn|net)\b|@\w|#\w+|\d{3,4}-\d{7,8}|1[3-9]\d{9}|©|版权|仅供参考|以实物为准|最终解释权|图片来源|摄图网|千图|昵图"
    r"|包图|terms (?:and|&) conditions|t&cs?\b|all rights reserved|images? (?:is|are|for)|see (?:store|website) for|excludes?\b|\*",
    re.IGNORECASE,
)
_BRAND = [
    re.compile(r"(?P<name>[\w\u3400-\u9fff·&'. -]{2,16}?)\s*(?:品牌)?(?:官方)?(?:海外)?(?:旗舰店|专卖店|专营店)"),
    re.compile(r"(?:品牌|brand)\s*[:：]\s*(?P<name>[^\s,，;；]{2,20})", re.IGNORECASE),
    re.compile(r"(?P<name>[\w\u3400-\u9fff·&' -]{2,24})\s*[®™]"),
]
_PRODUCT = re.compile(
    r"(?:品\s*名|产品(?:名称)?|商品名称?|product(?: name)?)\s*[:：]\s*(?P<name>.{2,40})", re.IGNORECASE
)


@dataclass
class Copy:
    """The poster's phrases by what they are; a phrase may be two things (正品促销 is headline and promotion)."""

    headline: Phrase | None = None
    product: Phrase | None = None
    brand: Phrase | None = None
    call_to_action: Phrase | None = None
    promotions: list[tuple[Phrase, Promotion]] = field(default_factory=list)
    selling_points: list[tuple[Phrase, str]] = field(default_factory=list)


def sort_copy(phrases: Sequence[Phrase], offers: Sequence[Offer], side: float) -> Copy:
    """`side` is the poster's shorter side in pixels."""
    copy = Copy(
        brand=_named(phrases, _BRAND),
        product=_named(phrases, [_PRODUCT]),
        promotions=_promotions(phrases, side),
    )
    legible = [phrase for phrase in phrases if phrase.size >= SMALLEST * side and not _NOISE.search(phrase.text)]
    copy.call_to_action = _call_to_action(legible)
    priced = {phrase for offer in offers for phrase in offer.phrases}
    wordings = [phrase for phrase in legible if phrase not in priced and not find_period(phrase.text)]
    parts = _headline_parts(wordings)
    copy.headline = joined(parts) if parts else None
    offered = {phrase for phrase, _ in copy.promotions}
    rest = [phrase for phrase in wordings if phrase not in offered and phrase not in parts]
    if copy.headline and theme_of(copy.headline.text) and not offered.intersection(parts):
        rest.insert(0, copy.headline)
    copy.selling_points = [
        (phrase, theme_of(phrase.text) or "other") for phrase in rest if _is_selling_point(phrase, copy)
    ]
    return copy


def _named(phrases: Sequence[Phrase], patterns: Sequence[re.Pattern[str]]) -> Phrase | None:
    """The first phrase that names it by a key or a mark (XX旗舰店, 品名:XX, Brand®), cut down to the name."""
    for pattern in patterns:
        for phrase in phrases:
            hit = pattern.search(phrase.text)
            if hit and hit["name"].strip():
                return replace(phrase, text=hit["name"].strip())
    return None


def _promotions(phrases: Sequence[Phrase], side: float) -> list[tuple[Phrase, Promotion]]:
    found = []
    for phrase in phrases:
        promotion = _promotion(phrase)
        if promotion and phrase.size >= SMALLEST_OFFER * side:
            found.append((phrase, promotion))
    return _each_once(found)


def _promotion(phrase: Phrase) -> Promotion | None:
    """What the phrase offers: by its words, or as the days of an offer. A mere button (SHOP THE SALE) offers nothing."""
    text = re.sub(r"\s*[¥￥$€£]\s*$", "", phrase.text)
    promotion = parse_promotion(text)
    if promotion is None:
        return Promotion(text=text, kind=PromotionKind.PERIOD) if find_period(text) else None
    wordy = promotion.unit_discount is None and promotion.kind is not PromotionKind.MEMBERSHIP
    if _NOISE.search(text) or (wordy and _call_share(text) >= BUTTON_SHARE):
        return None
    return promotion


def _each_once(found: list[tuple[Phrase, Promotion]]) -> list[tuple[Phrase, Promotion]]:
    by_text = {promotion.text: (phrase, promotion) for phrase, promotion in reversed(found)}
    return list(reversed(by_text.values()))


def _call_to_action(phrases: Sequence[Phrase]) -> Phrase | None:
    """The phrase that asks most directly: the lexicon has its entries in that order."""
    lexicon = load_terms("calls_to_action")
    calls = [(match, phrase) for phrase in phrases if (match := lexicon.first(phrase.text))]
    calls = [(match, phrase) for match, phrase in calls if _call_share(phrase.text) >= CALL_SHARE]
    ranked = sorted(calls, key=lambda call: (lexicon.keys.index(call[0].key), -call[1].size))
    return ranked[0][1] if ranked else None


def _call_share(text: str) -> float:
    """Share of the phrase's characters that ask for something."""
    asking = sum(match.end - match.start for match in load_terms("calls_to_action").find(text))
    return asking / max(len(text.strip(" >»!！。.→")), 1)


def _headline_parts(wordings: Sequence[Phrase]) -> list[Phrase]:
    """The phrase set largest, with the lines of about its size that stand right above and below it."""
    candidates = [phrase for phrase in wordings if _may_be_headline(phrase.text)]
    if not candidates:
        return []
    largest = max(candidates, key=lambda phrase: phrase.size)
    if _stands_alone(largest.text):
        return [largest]
    parts = [largest]
    for phrase in candidates:
        close = any(gap(phrase.box, part.box) <= HEADLINE_GAP * largest.size for part in parts)
        if phrase not in parts and phrase.size >= HEADLINE_STACK * largest.size and close:
            parts += [] if _stands_alone(phrase.text) or is_beside(phrase, largest) else [phrase]
    return sorted(parts, key=lambda part: part.middle[1])


def _may_be_headline(text: str) -> bool:
    if has_cjk(text):
        return len(re.findall(r"[\u3400-\u9fff]", text)) >= 2
    return len(re.findall(r"[^\W\d_]", text)) >= 4 and _call_share(text) < BUTTON_SHARE


def _stands_alone(text: str) -> bool:
    """True for a wording that is complete: an offer, or a Chinese claim. English claims run over several lines."""
    return parse_promotion(text) is not None or (has_cjk(text) and theme_of(text) is not None)


def _is_selling_point(phrase: Phrase, copy: Copy) -> bool:
    """A themed wording, or one long enough to say something that is neither name nor call."""
    text = phrase.text
    if _call_share(text) >= CALL_SHARE or any(
        name and phrase.lines == name.lines for name in (copy.brand, copy.product)
    ):
        return False
    han, words = len(re.findall(r"[\u3400-\u9fff]", text)), re.findall(r"[^\W\d_]{2,}", text)
    if han > LONGEST_HAN or (not han and len(words) > LONGEST_WORDS):
        return False
    if theme_of(text):
        return han >= 2 or sum(map(len, words)) >= 4
    return han >= 3 or (not han and len(words) >= 2 and sum(map(len, words)) >= 8)


def theme_of(text: str) -> str | None:
    """The theme of a claim by the words of the themes lexicon, or None."""
    match = load_terms("themes").first(text)
    return match.key if match else None
