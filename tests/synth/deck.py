"""Which kind of photo comes when, and the dealing of pages until one can be set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from scripts.samples.canvas import OffPage
from scripts.samples.facts import Facts, Truth, truth, unprinted
from tests.synth import ads, american, chinese, european, fronts, goods, odd_posters, retail_posters, tags
from tests.synth.camera import bad_view, clean_view, photograph
from tests.synth.page import Page, Unreadable

Family = Callable[[Random], tuple[Facts, Page]]

FAMILIES: dict[str, tuple[Family, int]] = {
    "zh_food": (chinese.back, 10),
    "eu_food": (european.back, 7),
    "us_food": (american.back, 5),
    "front": (fronts.front, 5),
    "cosmetic": (goods.cosmetic, 2),
    "household": (goods.household, 2),
    "appliance": (goods.appliance, 2),
    "apparel": (goods.apparel, 2),
    "tag": (tags.tag, 2),
    "ad": (ads.poster, 8),
    "odd_ad": (odd_posters.odd_poster, 0),
    "retail_ad": (retail_posters.retail_poster, 0),
}
"""Family -> its maker and how many of 45 photos are of it; one with none comes where it is asked for by name."""

TRIES = 40
"""Pages dealt before giving up; a text that leaves its page or covers another is seldom dealt twice running."""


class Undealable(RuntimeError):
    """A family's layouts and words do not fit each other: a fault of this package."""


@dataclass(frozen=True)
class Synthetic:
    name: str
    photo: bytes
    truth: Truth


def families(count: int, seed: int) -> list[str]:
    """The family of each photo: shares as in FAMILIES over any run of 45, order shuffled by the seed."""
    deck = [name for name, (_, copies) in FAMILIES.items() for _ in range(copies)]
    dealt: list[str] = []
    rng = Random(f"deck {seed}")
    while len(dealt) < count:
        rng.shuffle(deck)
        dealt += deck
    return dealt[:count]


def make(index: int, family: str, seed: int, *, degraded: bool) -> Synthetic:
    """Photo number `index`. Degraded or clean, the page is the same."""
    facts, page = deal(family, Random(f"page {seed} {index}"))
    camera = Random(f"camera {seed} {index} {degraded}")
    view = bad_view(camera) if degraded else clean_view(camera)
    name = f"{index:04d}_{family}"
    told = truth(f"{name}.jpg", facts, page.lines) | {"notes": view.faults}
    return Synthetic(name, photograph(page.picture, view), told)


def deal(family: str, rng: Random) -> tuple[Facts, Page]:
    """A page of the family on which every value of its facts can be read. Raises Undealable."""
    reason = ""
    for _ in range(TRIES):
        try:
            facts, page = FAMILIES[family][0](rng)
        except (OffPage, Unreadable) as err:
            reason = str(err)
            continue
        missing = unprinted(facts, page.lines)
        if not missing:
            return facts, page
        reason = f"{missing} not printed"
    raise Undealable(f"{family}: no page in {TRIES} tries; last: {reason}")
