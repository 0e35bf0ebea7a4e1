"""Which phrase of a poster is what: headline, product, brand, offers, call to action, selling points.

A promotion is what changes price, goods or risk for the buyer; a selling point says something about the goods.
The lexicons divide the two. Whatever is left over counts as a selling point when it is set large enough to be
read and long enough to say something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from core.engines.embedded.ads_calls import CALL_SHARE, asks, call_share, find_button, find_call, only_hurries
from core.engines.embedded.ads_layout import Phrase, gap, is_beside, joined, union
from core.engines.embedded.ads_names import (
    Name,
    covered,
    find_brand,
    find_product,
    is_brand,
    may_be_brand,
    names_goods,
    stands_again,
)
from core.engines.embedded.ads_offers import (
    BUTTON_SHARE,
    find_promotions,
    is_unknown,
    is_warranty,
    only_mentions_a_sale,
)
from core.engines.embedded.ads_prices import Offer
from core.engines.embedded.ads_roles import may_be_claim, most_asking
from core.engines.embedded.ads_wordings import (
    CAMPAIGN,
    CONDITION,
    FOR_SOMEBODY,
    FOR_WHOM,
    FREE_OF,
    MEASURED,
    NOISE,
    PEOPLE,
)
from core.types import Box, Grade
from core.values.periods import find_period
from core.values.promotions import Promotion, PromotionKind, parse_promotion
from core.values.terms import load_terms
from core.values.text import has_cjk

SMALLEST = 0.016
"""Letters under this share of the poster's shorter side are small print, watermarks or on the pack."""
HEADLINE_STACK = 0.7
"""Least ratio of the sizes of two lines of one headline."""
HEADLINE_TO_OFFER = 0.33
"""Least ratio of the headline's size to that of an offer set larger."""
LONGEST_HEADLINE = 2
"""More lines of one size are a list of claims, and the first of them is the headline."""
HEADLINE_GAP = 0.6
"""Most space between lines of one headline, in sizes of its largest line."""
ONLY_PEOPLE = 0.8
"""From this share of words for people a phrase is about the reader only: 上班族, 敏感肌女生."""
COLLAGE = 6
"""So many prices are those of several goods; one product has its price, the old one, a member's and a coupon's."""
SIDE_BY_SIDE = 3
"""So many may be too: two without a word beside them are today's price and the old one as often."""
SET_ALIKE = 0.75
"""Least ratio of the sizes of prices that stand for goods of one rank; an old price is set smaller."""
CELL_REACH = 2.5
"""Most space between a price and the wordings over it, in heights of the price."""
NAME_REACH = 2.0
"""Most space between a price and the name of what it is for, in heights of the price."""
CLAIMING_HEADLINE = 0.4
"""From this share of words about the goods a headline is a claim as well: 强力去污, not 熬夜不怕 一抹焕新."""
SAME_RANK = 0.9
"""Least ratio of sizes from which a name over the headline is a line of it, not the advertiser's."""
SMALL_PRINT = 0.75
"""Wordings without a theme that are set smaller than the claims by this ratio are conditions."""
LONGEST_HAN, LONGEST_WORDS = 30, 16
"""A longer phrase is body copy or small print, not a selling point."""


@dataclass
class Copy:
    """The poster's phrases by what they are; a phrase may be two things (正品促销 is headline and promotion)."""

    headline: Phrase | None = None
    product: Name | None = None
    brand: Name | None = None
    call_to_action: Phrase | None = None
    promotions: list[tuple[Phrase, Promotion]] = field(default_factory=list)
    selling_points: list[tuple[Phrase, str]] = field(default_factory=list)


def sort_copy(phrases: Sequence[Phrase], offers: Sequence[Offer], width: float, height: float) -> Copy:
    """`width` and `height` are the poster's, in pixels."""
    side = min(width, height)
    legible = [phrase for phrase in phrases if phrase.size >= SMALLEST * side and not NOISE.search(phrase.text)]
    priced = {phrase for offer in offers for phrase in offer.phrases}
    copy = Copy(call_to_action=find_call(legible))
    wordings = [phrase for phrase in legible if phrase not in priced and not find_period(phrase.text)]
    parts = _headline_parts(wordings)
    copy.headline = joined(parts) if parts else None
    found = find_promotions(phrases, side, priced)
    found = [offer for offer in found if not (offer[0] in parts and is_unknown(offer[1]))]
    offered = {phrase for phrase, promotion in found if not is_warranty(promotion)}
    copy.promotions = [offer for offer in found if not (offer[0] in parts and only_mentions_a_sale(offer[1]))]
    plain = [phrase for phrase in wordings if phrase not in offered and call_share(phrase.text) < CALL_SHARE]
    goods = _goods_by_prices(plain, parts, offers)
    plain = [phrase for phrase in plain if phrase not in goods]
    copy.brand = find_brand(plain, parts, height)
    others = [phrase for phrase in plain if copy.brand is None or phrase.text != copy.brand.phrase.text]
    copy.product = None if goods else find_product(others, parts)
    if copy.call_to_action is None or only_hurries(copy.call_to_action.text):
        below = [phrase for phrase in plain if phrase not in parts]
        copy.call_to_action = find_button(below) or copy.call_to_action or most_asking(below)
    copy.selling_points = _selling_points(plain, parts, copy)
    return copy


def _goods_by_prices(plain: Sequence[Phrase], headline: Sequence[Phrase], offers: Sequence[Offer]) -> list[Phrase]:
    """The names of several goods: the wording nearest to each of many prices, or the one wording over each of a few
    that are set alike.
    """
    names = [phrase for phrase in plain if phrase not in headline]
    if SIDE_BY_SIDE <= len(offers) < COLLAGE:
        return _goods_side_by_side(names, offers)
    if len(offers) < COLLAGE:
        return []
    boxes = [union(part.box for part in offer.phrases) for offer in offers]
    found = [_nearest_name(box, names) for box in boxes]
    return [name for name in names if any(name is nearest for nearest in found) or _is_one_of_many(name, boxes)]


def _is_one_of_many(name: Phrase, prices: Sequence[Box]) -> bool:
    """True for a further line of a name in a collage: near a price, and no word of it says anything of the goods."""
    near = any(gap(price, name.box) <= NAME_REACH * (price[3] - price[1]) for price in prices)
    return near and theme_of(name.text) is None


def _goods_side_by_side(names: Sequence[Phrase], offers: Sequence[Offer]) -> list[Phrase]:
    """A name for every price, where all prices are of one size and none has a word that makes it another price of
    the same goods (原价, Members); nothing where any price has none, or several wordings of which none names goods.
    """
    sizes = [max(part.size for part in offer.phrases) for offer in offers]
    if any(offer.price.label for offer in offers) or min(sizes) < SET_ALIKE * max(sizes):
        return []
    found: list[Phrase] = []
    for offer in offers:
        above = _over(union(part.box for part in offer.phrases), names)
        goods = [name for name in above if names_goods(name.text)] or (above if len(above) == 1 else [])
        if len(goods) != 1 or goods[0] in found:
            return []
        found += goods
    return found


def _over(price: Box, names: Sequence[Phrase]) -> list[Phrase]:
    """The wordings in the price's column that stand over it, no further than CELL_REACH of its heights."""
    height = price[3] - price[1]

    def is_over(box: Box) -> bool:
        across = min(price[2], box[2]) - max(price[0], box[0])
        column = across > 0.5 * min(price[2] - price[0], box[2] - box[0])
        return column and -0.2 * height <= price[1] - box[3] <= CELL_REACH * height

    return [name for name in names if is_over(name.box)]


def _nearest_name(price: Box, names: Sequence[Phrase]) -> Phrase | None:
    height = price[3] - price[1]
    near = [(gap(price, name.box), name) for name in names]
    near = [(space, name) for space, name in near if space <= NAME_REACH * height]
    return min(near, key=lambda entry: entry[0])[1] if near else None


def _selling_points(plain: Sequence[Phrase], parts: Sequence[Phrase], copy: Copy) -> list[tuple[Phrase, str]]:
    """(phrase, theme) of what is left over, the headline among them where it says something about the goods."""
    rest = [phrase for phrase in plain if phrase not in parts]
    if copy.headline and all(part in plain for part in parts):
        claims = [part for part in parts if _is_claiming_headline(part.text)]
        if len(claims) == len(parts):
            rest = [*claims, *rest]
        elif claims:
            rest.insert(0, copy.headline)
    warranties = {phrase for phrase, promotion in copy.promotions if is_warranty(promotion)}
    points = [
        (phrase, theme_of(phrase.text) or "other")
        for phrase in rest
        if _is_selling_point(phrase, copy)
        and (phrase in warranties or may_be_claim(phrase.text, likely=_speaks_of_goods(phrase.text)))
    ]
    sizes = [
        phrase.size
        for phrase, theme in points
        if theme != "other" and phrase is not copy.headline and phrase not in parts
    ]
    least = SMALL_PRINT * median(sizes) if len(sizes) > 1 else 0.0
    return [(phrase, theme) for phrase, theme in points if phrase.size >= least or not _may_be_condition(phrase, theme)]


def _may_be_condition(phrase: Phrase, theme: str) -> bool:
    """True for what small print may say: no word about the goods, or a whole sentence."""
    return theme == "other" or (phrase.text.rstrip().endswith(".") and phrase.text.count(" ") > 1)


def _is_claiming_headline(text: str) -> bool:
    """True for a headline that mostly says something about the goods, or a figure of them."""
    return theme_of(text) is not None and (
        covered(text, "themes") >= CLAIMING_HEADLINE or MEASURED.search(text) is not None
    )


def _headline_parts(wordings: Sequence[Phrase]) -> list[Phrase]:
    """The phrase set largest, with the line of about its size right above or below it.

    An offer in numbers (50% OFF) is set largest on many posters and still is the offer: it is the headline
    only where no other wording comes near its size.
    """
    candidates = [phrase for phrase in wordings if _may_be_headline(phrase.text)]
    if not candidates:
        return []
    largest = max(phrase.size for phrase in candidates)
    named = [
        phrase for phrase in candidates if not _is_offer(phrase.text) and phrase.size >= HEADLINE_TO_OFFER * largest
    ]
    first = max(named or candidates, key=lambda phrase: phrase.size)
    alike = [
        phrase for phrase in candidates if phrase.size >= HEADLINE_STACK * first.size and not _is_offer(phrase.text)
    ]
    near = [phrase for phrase in alike if phrase is not first and _is_next_line(phrase, first)]
    near = [phrase for phrase in near if not stands_again(phrase, wordings) and not _is_name_over(phrase, first)]
    if len(alike) > LONGEST_HEADLINE or not near or _is_offer(first.text):
        return [first]
    return sorted((first, near[0]), key=lambda part: part.middle[1])


def _is_name_over(phrase: Phrase, first: Phrase) -> bool:
    """True for a single Latin word over the headline that is set smaller and that no lexicon knows."""
    name = phrase.text.strip()
    smaller = phrase.size < SAME_RANK * first.size and phrase.middle[1] < first.middle[1]
    return smaller and name[:1].isupper() and name.isalpha() and name.isascii() and may_be_brand(name)


def _is_next_line(phrase: Phrase, first: Phrase) -> bool:
    return gap(phrase.box, first.box) <= HEADLINE_GAP * first.size and not is_beside(phrase, first)


def _is_offer(text: str) -> bool:
    """True for an offer as such; the name of a sale (年中大促, 中秋有礼, SUMMER SALE) may well be the headline."""
    promotion = parse_promotion(text)
    campaign = (PromotionKind.OTHER, PromotionKind.DISCOUNT, PromotionKind.GIFT)
    if promotion is None:
        return False
    if re.match(r"no\s", text, re.IGNORECASE):  # No contract. No excuses.
        return promotion.has_figures
    return promotion.has_figures or promotion.kind not in campaign


def _may_be_headline(text: str) -> bool:
    if has_cjk(text):
        return len(re.findall(r"[\u3400-\u9fff]", text)) >= 2
    return len(re.findall(r"[^\W\d_]", text)) >= 4 and call_share(text) < BUTTON_SHARE


def _is_selling_point(phrase: Phrase, copy: Copy) -> bool:
    """A themed wording, or one long enough to say something that is neither name nor call."""
    text = phrase.text
    if (
        is_brand(text, copy.brand)
        or _names_brand(phrase, copy.brand)
        or _is_product(phrase, copy.product)
        or names_goods(text)
        or _only_says_for_whom(text)
        or CAMPAIGN.search(text)
        or CONDITION.search(text)
        or asks(text)
    ):
        return False
    han, words = len(re.findall(r"[\u3400-\u9fff]", text)), re.findall(r"[^\W\d_]{2,}", text)
    if han > LONGEST_HAN or (not han and len(words) > LONGEST_WORDS):
        return False
    if theme_of(text):
        return han >= 2 or sum(map(len, words)) >= 4
    if FREE_OF.search(text):
        return True
    if MEASURED.search(text):
        return han >= 2 or any(len(word) > 3 for word in words)
    return han >= 3 or (not han and len(words) >= 2 and sum(map(len, words)) >= 8)


def _speaks_of_goods(text: str) -> bool:
    """True where a word of a theme or a figure with its unit says something of the goods."""
    return theme_of(text) is not None or MEASURED.search(text) is not None or FREE_OF.search(text) is not None


def _is_product(phrase: Phrase, product: Name | None) -> bool:
    """A name found by a weak noun only may be a claim just as well, and stays one."""
    sure = product is not None and (product.grade is not Grade.LOW or product.placed)
    return product is not None and sure and phrase.box == product.phrase.box


def _names_brand(phrase: Phrase, brand: Name | None) -> bool:
    """True where the brand was cut out of this phrase: 净芙莱官方旗舰店."""
    return brand is not None and phrase.box == brand.phrase.box


def _only_says_for_whom(text: str) -> bool:
    """Made for students, 学生党必备: about the reader, with no word about the goods."""
    if covered(text, "audiences") >= ONLY_PEOPLE > covered(text, "themes") or PEOPLE.fullmatch(text.strip(" !！。")):
        return True
    people = load_terms("audiences").find(text)
    if not (people and FOR_WHOM.search(text)) and not FOR_SOMEBODY.search(text):
        return False
    rest = "".join(" " if any(who.start <= at < who.end for who in people) else char for at, char in enumerate(text))
    return theme_of(FOR_WHOM.sub(" ", rest)) in (None, "gifting", "popularity")


def theme_of(text: str) -> str | None:
    """The theme of a claim by the words of the themes lexicon, or None."""
    match = load_terms("themes").first(text)
    return match.key if match else None
