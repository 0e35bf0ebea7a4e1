"""The wording of a poster as phrases: OCR lines split where two wordings ran together, and joined where one broke.

A phrase is what a designer set as one unit: usually one OCR line, sometimes a stack (直击 over 底价, UP TO
over 50% over OFF), sometimes a part of a line (IT'S A GOOD START全场包邮).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.engines.embedded.ads_wordings import PERIOD_HEAD, SENTENCES
from core.types import Box, Line, Readings
from core.values.periods import find_period
from core.values.promotions import PromotionKind, parse_promotion
from core.values.terms import load_terms
from core.values.text import has_cjk
from core.values.wordings import Role, likely_role

LEAST_SCORE = 0.5
"""Lines the recogniser itself doubts more than this are decoration or texture as often as words."""
SAME_SIZE = 0.8
"""Least ratio of letter sizes within one phrase set in one size."""
STACK_GAP = 0.35
"""Most space between the lines of one phrase, in letter sizes; lists of claims are set wider."""
NEIGHBOUR_GAP = 1.0
"""Most space between the parts of one offer (50% beside OFF), in sizes of the larger part."""
STACKED_HAN = 3
"""A Chinese line of at most this many characters is too short to be a claim, so a stack of them is one phrase."""

DISPLAY = 0.8
"""Least ratio of a line's size to that of the largest one from which it is set as a headline is."""
TOLD = 0.6
"""Least share of what a part of a Chinese line is, for the line to be cut there."""
LEAST_TOLD = 3
"""Least Chinese characters of such a part."""

_SEPARATORS = re.compile(r"\s*[|｜●◆★☆✓✔■▪•]\s*")
_DOT = re.compile(r"\s*[·∙丨]\s*")
_PRICES_ONLY = re.compile(r"[¥￥$€£]\s?\d[\d.,]*(?:\s+[¥￥$€£]\s?\d[\d.,]*)+")
_NEXT_PRICE = re.compile(r"\s+(?=[¥￥$€£])")
_WORDS_THEN_HAN = re.compile(r"(?<=[A-Za-z!?.'])\s*(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff！。])\s*(?=[A-Za-z])")
_NEXT_OFFER = re.compile(r"(?<=[a-z\d%.!]) +(?=[A-Z][a-z]|\d+-[a-z])")
_BREAK = re.compile(
    r"(?<=[\u3400-\u9fff\d%)）]) +(?=[\u3400-\u9fff\d])|\s*[,，;；。·∙]\s*(?=[\u3400-\u9fff\d])"
    r"|(?<=[\u3400-\u9fff])[/／](?=[\u3400-\u9fff\d])"
    r"|[(（](?=[^()（）]+[)）]$)"
)
"""Where a Chinese line may go on with another wording: at a space, a comma, a dot, a bracket."""
_GOES_ON = re.compile(r"前\d|每[天日]?限|限量?\d|可|还|也|并|且|再|另|更|即|就|则|均|都|叠加|同时")
"""How a sentence goes on behind a comma: 每满200减20，可与优惠券叠加."""
_FIRST_UNIT = re.compile(r"(?:第[一1]|首)[\u3400-\u9fff]")
"""The first of several units, whose discount goes with that of the next: 第一件9折，第二件8折."""
_SENTENCE_CASE = re.compile(r"^(?:[A-Z]|\d).*\s[a-z]")
_KINDS_OF_THEIR_OWN = (PromotionKind.GIFT, PromotionKind.FREE_SHIPPING, PromotionKind.GUARANTEE, PromotionKind.COUPON)
"""Kinds of offers that stand for themselves without a figure."""
_IN_TWO_PARTS = {PromotionKind.BUNDLE, PromotionKind.DISCOUNT}
"""Kinds of the parts of one offer: Buy one get one, 50% off; alone the first would give the second unit away."""
_TOLD_BY_WORDS = (PromotionKind.FREE_SHIPPING, PromotionKind.GUARANTEE, PromotionKind.FLASH_SALE)
"""Kinds of offers that several words make, which may stand in two lines."""
_OPENS = re.compile(
    r"\W*(?:\d[\d,]*[\s-](?:day|night|year|month|week|hour|minute)s?|free|limited|lifetime|easy|full|100%|(?:next|same)[\s-]day"
    r"|hassle[\s-]free|no[\s-]quibble|fast,? free|fast|our|for a)\W*",
    re.IGNORECASE,
)
"""The first line of such an offer, which is none by itself."""
_CLOSES = re.compile(r"\W*(?:promise|guarantee[ds]?|warranty|only|included|available|trial|returns?)\W*", re.IGNORECASE)
"""The last line of one, which says by itself nothing or less."""
_RUNS_ON = re.compile(
    r"(?:[,，、&+]|\b(?:and|of|for|with|the|a|an|your|to|in|on|from|by|our|is|are|at|or"
    r"|first|next|last|every|each|when|than|you|per|up to|over))\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Phrase:
    """`size` is the height of its letters in pixels, along the tilt of the text; `lines` index readings.lines."""

    text: str
    box: Box
    size: float
    score: float
    lines: tuple[int, ...]

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def read_phrases(readings: Readings) -> list[Phrase]:
    """The poster's phrases from top to bottom; doubtful and empty lines are left out."""
    lines = [
        (index, line) for index, line in enumerate(readings.lines) if line.score >= LEAST_SCORE and line.text.strip()
    ]
    largest = max((_letter_size(line) for _, line in lines), default=0.0)
    pieces = [piece for index, line in lines for piece in _split(index, line, DISPLAY * largest <= _letter_size(line))]
    pieces.sort(key=lambda piece: (piece.middle[1], piece.middle[0]))
    return _join_offers(_join_pairs(pieces, _is_one_phrase))


def gap(one: Box, other: Box) -> float:
    """Pixels between two boxes, the larger of the horizontal and the vertical space; 0 where they touch."""
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return max(across, down, 0.0)


def union(boxes: Iterable[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def joined(parts: Sequence[Phrase]) -> Phrase:
    """One phrase of `parts`, in their order; Chinese is joined without a space."""
    text = parts[0].text
    for part in parts[1:]:
        number = text[-1] in ".．" and text[-2:-1].isdigit() and part.text[0].isdigit()
        glue = "" if has_cjk(text[-1]) or has_cjk(part.text[0]) or text[-1] in "，、" or number else " "
        text += glue + part.text
    return Phrase(
        text,
        union(part.box for part in parts),
        max(part.size for part in parts),
        min(part.score for part in parts),
        tuple(dict.fromkeys(line for part in parts for line in part.lines)),
    )


def is_beside(one: Phrase, other: Phrase) -> bool:
    """True where the two stand on one line of print."""
    overlap = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return overlap > 0.5 * min(one.box[3] - one.box[1], other.box[3] - other.box[1])


def _split(index: int, line: Line, is_display: bool) -> list[Phrase]:
    """The line's phrases, each with its share of the line's box."""
    size = _letter_size(line)
    parts, start = [], 0
    for end, restart in [*_cuts(line.text, is_display), (len(line.text), len(line.text))]:
        text = line.text[start:end].strip()
        text = text if "(" in text or "（" in text else text.rstrip(")）")
        if text:
            parts.append(Phrase(text, _part_of_box(line, start, end), size, line.score, (index,)))
        start = restart
    return parts


def _cuts(text: str, is_display: bool) -> list[tuple[int, int]]:
    """(end of one phrase, start of the next) for every place two wordings meet in one line; those in display type are
    one headline with a pause in it (熬夜不怕 一抹焕新), unless they are offers."""
    if _PRICES_ONLY.fullmatch(text.strip()):  # of goods side by side, which a reader takes for one line
        return [hit.span() for hit in _NEXT_PRICE.finditer(text)]
    cuts = [hit.span() for hit in _SEPARATORS.finditer(text)]
    cuts += [hit.span() for hit in _WORDS_THEN_HAN.finditer(text) if _sentence_meets_han(text, *hit.span())]
    cuts += [hit.span() for hit in _DOT.finditer(text) if _claims_meet(text, *hit.span())]
    cuts += [hit.span() for hit in _NEXT_OFFER.finditer(text) if _offers_meet(text[: hit.start()], text[hit.end() :])]
    cuts += _chinese_cuts(text, is_display) if has_cjk(text) else []
    return sorted(set(cuts))


def _chinese_cuts(text: str, is_display: bool) -> list[tuple[int, int]]:
    """Where one wording ends and the next begins, each being whole between two breaks of the line."""
    breaks = [hit.span() for hit in _BREAK.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    parts = [text[start:end].strip(" ()（）") for start, end in zip(starts, ends, strict=True)]
    return [
        cut
        for cut, one, other in zip(breaks, parts, parts[1:], strict=False)
        if _stand_apart(one, other, text[slice(*cut)])
        or (not is_display and not text[slice(*cut)].strip() and _are_two(one, other))
    ]


def _are_two(one: str, other: str) -> bool:
    """True where each says something of its own by the model of wordings: 防泼水面料 尺码不合免费换."""
    if min(len(re.findall(r"[\u3400-\u9fff]", part)) for part in (one, other)) < LEAST_TOLD:
        return False
    roles = {likely_role(part, at_least=TOLD) for part in (one, other)}
    apart = roles <= {Role.CLAIM, Role.OFFER, Role.CALL, Role.INFO}
    return apart and bool(roles & {Role.CLAIM, Role.OFFER})


def _stand_apart(one: str, other: str, between: str) -> bool:
    """True for two Chinese offers that each say something of their own.

    What only says when or for whom (限时, 会员) belongs to the offer behind it; behind an offer it stands for itself
    (买一送一 限时48小时). Two promises of service are two, unless a comma makes them one sentence.
    """
    first, second = _kind_of(one), _kind_of(other)
    if first is None or second is None or min(len(one), len(other)) < LEAST_OFFER:
        return False
    if between.strip(" ·∙") and _GOES_ON.match(other):
        return False
    if _FIRST_UNIT.search(one) and other.startswith("第"):
        return False
    if first is second:
        whole = not (one.endswith(("无理由", "无忧")) and other.startswith(("退", "换")))  # 7天无理由 退换货
        return first is PromotionKind.GUARANTEE and whole and not between.strip(" ·∙/／")
    if PromotionKind.PERIOD in (first, second):
        return True
    late = second is PromotionKind.FLASH_SALE
    return _stands_alone(one, first) and (late or _stands_alone(other, second))


def _stands_alone(text: str, kind: PromotionKind) -> bool:
    return bool(_says(text)) or kind in _KINDS_OF_THEIR_OWN


def _offers_meet(before: str, after: str) -> bool:
    """True between two English offers of different kinds that stand side by side, which a reader takes for one line."""
    if len(SENTENCES.split(f"{before} {after}")) > 2:  # small print is judged as a whole
        return False
    one, other = _kind_of(before), _kind_of(after)
    if one is None or other is None or one is other:
        return False
    return all(_SENTENCE_CASE.search(part) for part in (before, after))


def _claims_meet(text: str, end: int, start: int) -> bool:
    """True where the wordings next to a raised dot are claims or offers both; a name may hold a dot (五常·稻花香)."""
    before, after = _DOT.split(text[:end])[-1], _DOT.split(text[start:])[0]
    if not has_cjk(before + after) and all(parse_promotion(part) for part in (before, after)):
        return True
    return all(load_terms("themes").find(part) for part in (before, after))


def _sentence_meets_han(text: str, end: int, start: int) -> bool:
    """True between several English words and several Chinese characters of which one side is an offer.

    USB充电 and Shop now 立即购买 stay one wording.
    """
    before, after = text[:end], text[start:]
    latin, han = (after, before) if has_cjk(before[-1:]) else (before, after)
    words = re.findall(r"[A-Za-z]{2,}|\b[AI]\b", latin)
    long_enough = len(words) >= 2 and len(re.findall(r"[\u3400-\u9fff]", han)) >= 2
    return long_enough and (parse_promotion(before) is None) != (parse_promotion(after) is None)


def _part_of_box(line: Line, start: int, end: int) -> Box:
    """The share of the box that characters [start, end) take, a Chinese one counting for two."""
    widths = [2 if has_cjk(char) else 1 for char in line.text]
    total = sum(widths)
    x0, y0, x1, y1 = line.box
    step = (x1 - x0) / total
    return x0 + step * sum(widths[:start]), y0, x0 + step * sum(widths[:end]), y1


def _letter_size(line: Line) -> float:
    """Height of the letters: the quad's short side, so that neither tilt nor vertical setting makes them larger."""
    if line.quad is None or len(line.text.strip()) < 2:
        return min(line.width, line.height) if len(line.text.strip()) > 1 else line.height
    top_left, top_right, bottom_right, bottom_left = line.quad
    height = (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2
    width = (math.dist(top_left, top_right) + math.dist(bottom_left, bottom_right)) / 2
    return min(height, width)


def _join_pairs(phrases: list[Phrase], belongs: Callable[[Phrase, Phrase], bool]) -> list[Phrase]:
    """Phrases with each `upper, lower` pair that `belongs` says is one joined, chains included."""
    done: list[Phrase] = []
    for phrase in phrases:
        upper = next((other for other in reversed(done) if belongs(other, phrase)), None)
        if upper is None:
            done.append(phrase)
        else:
            done[done.index(upper)] = joined([upper, phrase])
    return done


def _is_one_phrase(upper: Phrase, lower: Phrase) -> bool:
    """A wording that was broken over two lines of the same size, close under each other."""
    if not _is_stacked(upper, lower):
        return False
    if _RUNS_ON.search(upper.text) or re.match(r"[a-z(&,，、]", lower.text):
        return True
    if _is_offer_in_two_lines(upper.text, lower.text):
        return True
    return all(re.fullmatch(rf"[\u3400-\u9fff]{{1,{STACKED_HAN}}}", part.text) for part in (upper, lower))


def _is_offer_in_two_lines(upper: str, lower: str) -> bool:
    """True for NEXT-DAY over DELIVERY, of which neither is an offer, for 30-DAY over MONEY BACK, of which the first
    opens the second, and for PRICE MATCH over PROMISE, of which the second closes the first."""
    if has_cjk(upper + lower):
        return False
    if _kind_of(upper) is not None:
        return _CLOSES.fullmatch(lower) is not None
    alone, together = _kind_of(lower), _kind_of(f"{upper} {lower}")
    if alone is None:
        return together in _TOLD_BY_WORDS
    return alone in _TOLD_BY_WORDS and alone is together and _OPENS.fullmatch(upper) is not None


def _is_stacked(upper: Phrase, lower: Phrase) -> bool:
    size = max(upper.size, lower.size)
    if min(upper.size, lower.size) < SAME_SIZE * size or lower.middle[1] <= upper.middle[1]:
        return False
    # Tilted text has boxes that overlap, so the distance of the middles is what counts.
    pitch = lower.middle[1] - upper.middle[1]
    overlap = min(upper.box[2], lower.box[2]) - max(upper.box[0], lower.box[0])
    narrower = min(upper.box[2] - upper.box[0], lower.box[2] - lower.box[0])
    return pitch < (1 + STACK_GAP) * size and overlap > 0.6 * narrower


def _join_offers(phrases: list[Phrase]) -> list[Phrase]:
    """Neighbours joined wherever the two together promise more than either alone (50% + OFF, 满300 + 减50)."""
    waiting = list(phrases)
    done: list[Phrase] = []
    while waiting:
        one = waiting.pop(0)
        partner = next((other for other in [*done, *waiting] if _completes(one, other)), None)
        if partner is None:
            done.append(one)
            continue
        (done if partner in done else waiting).remove(partner)
        waiting.insert(0, joined(_in_reading_order(one, partner)))
    return sorted(done, key=lambda phrase: (phrase.middle[1], phrase.middle[0]))


def _completes(one: Phrase, other: Phrase) -> bool:
    """True for two close phrases of which one holds a number and that say more together."""
    near = gap(one.box, other.box) <= NEIGHBOUR_GAP * max(one.size, other.size)
    if near and _is_broken_number(*_in_reading_order(one, other)):
        return True
    first, second = (phrase.text for phrase in _in_reading_order(one, other))
    if near and PERIOD_HEAD.fullmatch(first) and find_period(second):
        return True
    if not near or not _may_be_offer(one.text, other.text):
        return False
    return _gains(one.text, other.text, joined(_in_reading_order(one, other)).text)


def _is_broken_number(first: Phrase, second: Phrase) -> bool:
    """True for 6. before or over 8折: read apart, 6.8折 would promise 20 % instead of 32 %."""
    ends, begins = re.search(r"\d[.．]$", first.text), re.match(r"\d{1,2}\s*折", second.text)
    return bool(ends and begins)


def _in_reading_order(one: Phrase, other: Phrase) -> list[Phrase]:
    beside = is_beside(one, other)
    return sorted((one, other), key=lambda phrase: phrase.box[0] if beside else phrase.middle[1])


_NUMERAL = re.compile(r"\d|[一二两三四五六七八九十半]|\b(?:one|two|half|free|bogo)\b", re.IGNORECASE)
_SCOPE = re.compile(
    r"全场|全店|全线|全部|全场商品|低至|最高|仅限|限时|会员|新人|今日|storewide|sitewide|everything"
    r"|all items|selected items|extra|up to|all|entire store|save|now",
    re.IGNORECASE,
)
"""What a discount holds for, where it is set apart from the discount."""
LEAST_OFFER = 3
"""Characters of a Chinese offer that says something by itself; 包邮 or 退货 may as well go with what is beside it."""
_GET, _FREE = re.compile(r"\bget\s*(?:one|two|\d)\s*$", re.IGNORECASE), re.compile(r"\W*free\W*", re.IGNORECASE)
"""The two parts of BUY 1 GET 1 over FREE, which is often set larger; the first says the numbers alone."""
OFFER_LENGTH = 24
"""Characters: parts of a broken offer are short; a sentence beside it is another wording."""


def _may_be_offer(one: str, other: str) -> bool:
    short = len(one) <= OFFER_LENGTH and len(other) <= OFFER_LENGTH
    return short and bool(_NUMERAL.search(one) or _NUMERAL.search(other))


def _gains(one: str, other: str, together: str) -> bool:
    """True where the join determines more, or a mere scope (全场, UP TO) meets the offer it limits; not for two offers
    of different kinds that each say their own figures."""
    if _says(one) and _says(other):
        kinds = {_kind_of(one), _kind_of(other)}
        if kinds == _IN_TWO_PARTS and _kind_of(together) is PromotionKind.NTH_ITEM_DISCOUNT:
            return True
        if _FIRST_UNIT.search(one) and other.startswith("第"):
            return _kind_of(together) is PromotionKind.NTH_ITEM_DISCOUNT
        if _sets_share(one) and _sets_share(other):  # 2件9折 over 3件8折
            return False
        if len(kinds) > 1 and kinds != _IN_TWO_PARTS:  # 20% off everything, Free shipping over $35
            return False
    if (_kind_of(one), _kind_of(other)) == (None, None) and not has_cjk(together):
        return _kind_of(together) in _TOLD_BY_WORDS or _says(together) > 0
    parts = sorted((_says(one), _says(other)))
    scope = parts[0] == 0 < parts[1] and any(_SCOPE.fullmatch(text.strip()) for text in (one, other))
    scope = scope or any(_GET.search(first) and _FREE.fullmatch(last) for first, last in ((one, other), (other, one)))
    return _says(together) > parts[1] or (scope and _says(together) == parts[1])


def _sets_share(text: str) -> bool:
    promotion = parse_promotion(text)
    return promotion is not None and promotion.unit_discount is not None


def _kind_of(text: str) -> PromotionKind | None:
    promotion = parse_promotion(text)
    return promotion.kind if promotion else None


@lru_cache(maxsize=4096)
def _says(text: str) -> int:
    """How much of an offer the words determine: numbers only, for kinds alone join anything."""
    promotion = parse_promotion(text)
    if promotion is None:
        return 0
    return len(promotion.as_value().keys() & {"unit_discount", "at_most", "threshold", "amount", "price", "pieces"})
