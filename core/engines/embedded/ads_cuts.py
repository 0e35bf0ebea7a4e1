"""Where one printed line holds several wordings: offers and claims side by side, two languages, prices of goods."""

from __future__ import annotations

import re
from functools import lru_cache

from core.engines.embedded.ads_wordings import SENTENCES
from core.values.promotions import PromotionKind, parse_promotion
from core.values.terms import load_terms
from core.values.text import has_cjk
from core.values.wordings import Role, likely_role

TOLD = 0.6
"""Least share of what a part of a Chinese line is, for the line to be cut there."""
LEAST_TOLD = 3
"""Least Chinese characters of such a part."""
LEAST_OFFER = 3
"""Characters of a Chinese offer that says something by itself; 包邮 or 退货 may as well go with what is beside it."""

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
FIRST_UNIT = re.compile(r"(?:第[一1]|首)[\u3400-\u9fff]")
"""The first of several units, whose discount goes with that of the next: 第一件9折，第二件8折."""
_SENTENCE_CASE = re.compile(r"^(?:[A-Z]|\d).*\s[a-z]")
_KINDS_OF_THEIR_OWN = (PromotionKind.GIFT, PromotionKind.FREE_SHIPPING, PromotionKind.GUARANTEE, PromotionKind.COUPON)
"""Kinds of offers that stand for themselves without a figure."""


def find_cuts(text: str, is_display: bool) -> list[tuple[int, int]]:
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
    first, second = kind_of(one), kind_of(other)
    if first is None or second is None or min(len(one), len(other)) < LEAST_OFFER:
        return False
    if between.strip(" ·∙") and _GOES_ON.match(other):
        return False
    if FIRST_UNIT.search(one) and other.startswith("第"):
        return False
    if first is second:
        whole = not (one.endswith(("无理由", "无忧")) and other.startswith(("退", "换")))  # 7天无理由 退换货
        return first is PromotionKind.GUARANTEE and whole and not between.strip(" ·∙/／")
    if PromotionKind.PERIOD in (first, second):
        return True
    late = second is PromotionKind.FLASH_SALE
    return _stands_alone(one, first) and (late or _stands_alone(other, second))


def _stands_alone(text: str, kind: PromotionKind) -> bool:
    return bool(says(text)) or kind in _KINDS_OF_THEIR_OWN


def _offers_meet(before: str, after: str) -> bool:
    """True between two English offers of different kinds that stand side by side, which a reader takes for one line."""
    if len(SENTENCES.split(f"{before} {after}")) > 2:  # small print is judged as a whole
        return False
    one, other = kind_of(before), kind_of(after)
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


def kind_of(text: str) -> PromotionKind | None:
    """The kind of what the text offers; None where it offers nothing."""
    promotion = parse_promotion(text)
    return promotion.kind if promotion else None


@lru_cache(maxsize=4096)
def says(text: str) -> int:
    """How much of an offer the words determine: numbers only, for kinds alone join anything."""
    promotion = parse_promotion(text)
    if promotion is None:
        return 0
    return len(promotion.as_value().keys() & {"unit_discount", "at_most", "threshold", "amount", "price", "pieces"})
