"""The wording of a poster as phrases: OCR lines split where two wordings ran together, and joined where one broke.

A phrase is what a designer set as one unit: usually one OCR line, sometimes a stack (直击 over 底价, UP TO
over 50% over OFF), sometimes a part of a line (IT'S A GOOD START全场包邮).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.engines.embedded.ads_cuts import FIRST_UNIT, find_cuts, kind_of, says
from core.engines.embedded.ads_wordings import PERIOD_HEAD
from core.types import Box, Line, Readings
from core.values.periods import find_period
from core.values.promotions import PromotionKind, parse_promotion
from core.values.text import has_cjk

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
    sizes = {
        index: _letter_size(line)
        for index, line in enumerate(readings.lines)
        if line.score >= LEAST_SCORE and line.text.strip()
    }
    display = DISPLAY * max(sizes.values(), default=0.0)
    pieces = [
        piece for index, size in sizes.items() for piece in _split(index, readings.lines[index], size, size >= display)
    ]
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


def _split(index: int, line: Line, size: float, is_display: bool) -> list[Phrase]:
    """The line's phrases, each with its share of the line's box."""
    parts, start = [], 0
    for end, restart in [*find_cuts(line.text, is_display), (len(line.text), len(line.text))]:
        text = line.text[start:end].strip()
        text = text if "(" in text or "（" in text else text.rstrip(")）")
        if text:
            parts.append(Phrase(text, _part_of_box(line, start, end), size, line.score, (index,)))
        start = restart
    return parts


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
    if kind_of(upper) is not None:
        return _CLOSES.fullmatch(lower) is not None
    alone, together = kind_of(lower), kind_of(f"{upper} {lower}")
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
    if says(one) and says(other):
        kinds = {kind_of(one), kind_of(other)}
        if kinds == _IN_TWO_PARTS and kind_of(together) is PromotionKind.NTH_ITEM_DISCOUNT:
            return True
        if FIRST_UNIT.search(one) and other.startswith("第"):
            return kind_of(together) is PromotionKind.NTH_ITEM_DISCOUNT
        if _sets_share(one) and _sets_share(other):  # 2件9折 over 3件8折
            return False
        if len(kinds) > 1 and kinds != _IN_TWO_PARTS:  # 20% off everything, Free shipping over $35
            return False
    if (kind_of(one), kind_of(other)) == (None, None) and not has_cjk(together):
        return kind_of(together) in _TOLD_BY_WORDS or says(together) > 0
    parts = sorted((says(one), says(other)))
    scope = parts[0] == 0 < parts[1] and any(_SCOPE.fullmatch(text.strip()) for text in (one, other))
    scope = scope or any(_GET.search(first) and _FREE.fullmatch(last) for first, last in ((one, other), (other, one)))
    return says(together) > parts[1] or (scope and says(together) == parts[1])


def _sets_share(text: str) -> bool:
    promotion = parse_promotion(text)
    return promotion is not None and promotion.unit_discount is not None
