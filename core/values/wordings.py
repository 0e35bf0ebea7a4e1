"""What a printed line of an ad mainly is (a selling point, a condition, a name …), told from its wording alone.

A linear model over groups of letters, learned from the lines of data/wordings (scripts/learn_wordings.py). It answers
for wordings that no lexicon has; what a lexicon or a pattern knows for certain stays theirs.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.settings import ROOT
from core.values.text import fold, has_cjk

WEIGHTS = ROOT / "data" / "wordings" / "weights.npz"
BUCKETS = 1 << 15
"""Features are hashed into so many places; two that share one add up."""
LONGEST = 80
"""Characters that are looked at: a longer line is body copy, as its beginning shows."""

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\d_]+(?:['’][^\W\d_]+)?|#|[^\w\s]")
_LENGTHS = (2, 4, 6, 9, 13, 18, 26, 40)


class Role(StrEnum):
    CLAIM = "claim"
    """A selling point of the goods or the service."""
    OFFER = "offer"
    CALL = "call"
    """It asks to do something: a button, a caption of a code."""
    CONDITION = "condition"
    """Terms and small print."""
    INFO = "info"
    """Addresses, hours, headings, what is in a set, choices of colour and size, furniture of a page."""
    BRAND = "brand"
    """Who advertises: a brand, a shop, a restaurant."""
    NAME = "name"
    """What goods, a service or a series are called."""
    SLOGAN = "slogan"
    """A headline or a mood that says nothing of the goods."""
    AUDIENCE = "audience"
    PRICE = "price"
    """The caption of a price."""


ROLES = tuple(Role)
KINDS = (
    "discount", "nth_item_discount", "bundle", "gift", "coupon", "threshold", "flash_sale", "membership",
    "free_shipping", "guarantee", "other",
)  # fmt: skip
"""Kinds of an offer (PromotionKind) that a wording is told by; names of prices and days are told by their form."""


def role_shares(text: str) -> Mapping[Role, float]:
    """How likely the line is each of the roles, 0 to 1; together 1."""
    return dict(zip(ROLES, _shares("role", text), strict=True))


def likely_role(text: str, *, at_least: float) -> Role | None:
    """The role with the largest share; None where that is below `at_least`."""
    shares = role_shares(text)
    role = max(shares, key=lambda each: shares[each])
    return role if shares[role] >= at_least else None


def kind_shares(text: str) -> Mapping[str, float]:
    """How likely a line that is an offer is each of KINDS, 0 to 1; together 1."""
    return dict(zip(KINDS, _shares("kind", text), strict=True))


@lru_cache(maxsize=8192)
def _shares(model: str, text: str) -> tuple[float, ...]:
    weights, bias = _model(model)
    places, values = features(text)
    scores = bias + values @ weights[places]
    odds = np.exp(scores - scores.max())
    return tuple(float(share) for share in odds / odds.sum())


@lru_cache
def _model(name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (BUCKETS, answers), kept as whole numbers of a step, and the bias of each answer."""
    with np.load(WEIGHTS) as kept:
        return kept[f"{name}_weights"].astype(np.float32) * kept[f"{name}_step"], kept[f"{name}_bias"]


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places of the line's features among BUCKETS, each once, and their values: all alike, of length 1 together."""
    places = np.unique([zlib.crc32(feature.encode()) % BUCKETS for feature in _features(text[:LONGEST])])
    return places, np.full(len(places), len(places) ** -0.5, np.float32)


def _features(text: str) -> Iterator[str]:
    """Groups of one to three characters or words, parts of Latin words, and how the line is set. All numbers are #."""
    yield "any"
    plain = _NUMBER.sub("#", fold(text))
    tokens = ["^", *_TOKEN.findall(plain), "$"]
    for n in (1, 2, 3):
        for at in range(len(tokens) - n + 1):
            yield f"{n} {' '.join(tokens[at : at + n])}"
    for word in tokens:
        if len(word) > 3 and word.isascii():
            yield from (f"in {part}" for part in _parts(f"<{word}>"))
    yield from _setting(text, len(tokens) - 2)


def _parts(word: str) -> Iterator[str]:
    return (word[at : at + 4] for at in range(len(word) - 3))


def _setting(text: str, count: int) -> Iterator[str]:
    """The line's length, its figures and, of Latin words, their capitals."""
    script = "han" if has_cjk(text) else "latin"
    yield f"{script} length {sum(count > length for length in _LENGTHS)}"
    yield f"{script} numbers {min(len(_NUMBER.findall(text)), 3)}"
    words = re.findall(r"[A-Za-z]{2,}", text)
    if words and script == "latin":
        yield f"case {_case(text, words)} {min(len(words), 4)}"


def _case(text: str, words: list[str]) -> str:
    if text.isupper():
        return "upper"
    capitals = sum(word[0].isupper() for word in words)
    if capitals == len(words):
        return "title"
    return "first" if capitals == 1 else "mixed"
