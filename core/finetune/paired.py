"""Two engines on the same records: is one better, or worse, field by field? Pure.

Each record is its own control: only where exactly one of the two is right does a record say which is better.

    worse, better     exact one-sided McNemar test: of won + lost values each is a coin toss if the two are equal
                      (McNemar, Psychometrika 12, 1947; Fay, "Two-sided exact tests", R Journal 2, 2010)
    interval          of the difference of the two shares: adjusted Wald for matched pairs (Agresti & Min,
                      Statistics in Medicine 24, 2005, p. 729)
    over all fields   bootstrap over records, since the fields of one record go wrong together (Efron & Tibshirani 1993)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import comb, sqrt

import numpy as np

from core.types import Frozen

Z_95 = 1.959964
SURE = 0.05
"""A difference that chance makes less often than this counts as one."""
MARGIN = 0.02
"""A field that loses more than this share of its values is worse, whatever the test says: it could be chance, and who
reads labels for a living would still not take it."""
LEAST_LOST = 2
"""Values more lost than won from which that holds: one value may be a coin's fall."""
LEAST_VALUES = 20
"""Values of a field below which nothing is said for it: 20 of 20 right still leaves 14 points open."""
DRAWS = 4000


class Standing(StrEnum):
    """How a field does with the adapter."""

    BETTER = "better"
    SAME = "same"
    """No difference can be shown."""
    WORSE = "worse"
    FEW = "few"
    """Too few values to say."""


class Pairs(Frozen):
    """One field's values over the records: right with both, with one, with neither."""

    kind: str
    field: str
    both: int = 0
    won: int = 0
    """Right with the adapter alone."""
    lost: int = 0
    """Right without it alone."""
    neither: int = 0

    @property
    def total(self) -> int:
        return self.both + self.won + self.lost + self.neither

    @property
    def before(self) -> float:
        """Share of right values without the adapter, 0 to 1."""
        return (self.both + self.lost) / self.total if self.total else 0.0

    @property
    def after(self) -> float:
        return (self.both + self.won) / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of after − before."""
        n = self.total + 2
        won, lost = (self.won + 0.5) / n, (self.lost + 0.5) / n
        half = Z_95 * sqrt(max(won + lost - (won - lost) ** 2, 0.0) / n)
        return max(-1.0, won - lost - half), min(1.0, won - lost + half)

    @property
    def standing(self) -> Standing:
        net = self.lost - self.won
        if chance_of(self.lost, self.won) <= SURE or (net >= LEAST_LOST and net > MARGIN * self.total):
            return Standing.WORSE
        if self.total < LEAST_VALUES:
            return Standing.FEW
        return Standing.BETTER if chance_of(self.won, self.lost) <= SURE else Standing.SAME


class Tally(Frozen):
    """One record: values judged, and of these won and lost."""

    values: int
    won: int
    lost: int


class Overall(Frozen):
    """All values of all records together. `low` and `high` bound after − before."""

    values: int
    before: float
    after: float
    low: float
    high: float


def chance_of(more: int, fewer: int) -> float:
    """How often as many as `more` of `more + fewer` tosses fall on one side."""
    tosses = more + fewer
    return sum(comb(tosses, k) for k in range(more, tosses + 1)) / 2**tosses


def overall(pairs: Iterable[Pairs], tallies: Sequence[Tally], seed: int = 0) -> Overall:
    """The shares over everything, with a 95 % interval of their difference from resampled records."""
    counted = list(pairs)
    values = sum(pair.total for pair in counted)
    if not values:
        return Overall(values=0, before=0.0, after=0.0, low=-1.0, high=1.0)
    before = sum(pair.both + pair.lost for pair in counted) / values
    after = sum(pair.both + pair.won for pair in counted) / values
    net = np.array([tally.won - tally.lost for tally in tallies], float)
    sizes = np.array([tally.values for tally in tallies], float)
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(tallies), (DRAWS, len(tallies)))
    low, high = np.quantile(net[drawn].sum(1) / np.maximum(sizes[drawn].sum(1), 1), [0.025, 0.975])
    return Overall(values=values, before=before, after=after, low=float(low), high=float(high))
