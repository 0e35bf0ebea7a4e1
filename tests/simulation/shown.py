"""Which verified records a model would be shown as examples, held against the same number drawn blindly.

Blind choice is not simulated: that k of n records hold none of m good ones has a probability, C(n-m, k) / C(n, k).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from sqlite_utils import Database

from core.memory.examples import find_examples
from core.store import items, runs
from core.types import Fields, Kind
from tests.simulation.world import Label

MOST = 3
"""As many as `SHELFLENS_EXAMPLES` takes."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for one photo. `product` and `brand` say of each example, in order, whether it is the same."""

    product: tuple[bool, ...]
    brand: tuple[bool, ...]
    verified: int
    """Records there were to choose from, and of these:"""
    same_product: int
    same_brand: int
    seconds: float
    examples: tuple[Fields, ...]


class Chooser:
    """Watches records as they are played and notes what would be chosen for each."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: list[Label] = []
        self.choices: list[Choice] = []

    def __call__(self, item_id: int, label: Label) -> None:
        blob = items.list_photos(self._db, item_id)[0].blob
        readings = runs.latest_readings(self._db, blob)
        assert readings is not None
        start = time.perf_counter()
        found = find_examples(self._db, Kind.PRODUCT, blob, readings, MOST)
        seconds = time.perf_counter() - start
        self.choices.append(
            Choice(
                product=tuple(_text(fields, "gtin") == label.truth["gtin"] for fields in found),
                brand=tuple(_text(fields, "brand") == label.truth["brand"] for fields in found),
                verified=len(self._known),
                same_product=sum(known.truth["gtin"] == label.truth["gtin"] for known in self._known),
                same_brand=sum(known.truth["brand"] == label.truth["brand"] for known in self._known),
                seconds=seconds,
                examples=found,
            )
        )
        self._known.append(label)


def _text(fields: Fields, key: str) -> str:
    return str(fields[key].value) if key in fields else ""


@dataclass(frozen=True)
class Recall:
    """Share of photos with a good record to find, for which one is among the first k; and the same drawn blindly."""

    photos: int
    found: float
    blind: float


def recall(choices: Sequence[Choice], k: int, *, by_product: bool) -> Recall:
    """Of the same product, or of the same brand."""
    good = [(c.same_product if by_product else c.same_brand, c) for c in choices]
    asked = [(m, c) for m, c in good if m]
    hits = sum(any((c.product if by_product else c.brand)[:k]) for _, c in asked)
    blind = sum(1 - comb(c.verified - m, k) / comb(c.verified, k) for m, c in asked if c.verified >= k)
    blind += sum(c.verified < k for _, c in asked)
    return Recall(len(asked), hits / max(1, len(asked)), blind / max(1, len(asked)))


def strangers(choices: Sequence[Choice]) -> float:
    """Share of the examples shown that are of another brand."""
    shown = [same for choice in choices for same in choice.brand]
    return 1 - sum(shown) / max(1, len(shown))
