"""What a played history comes to: corrections per record as records are verified, and field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.play import Played

BLOCK = 50
"""Records a point of the curve stands for."""


@dataclass(frozen=True)
class Point:
    """Corrections per record over a stretch of records, and what they would have been without memory."""

    first: int
    last: int
    corrections: float
    without_memory: float


def curve(played: Sequence[Played], block: int = BLOCK) -> list[Point]:
    return [
        _point(played[start : start + block], start) for start in range(0, len(played) - block + 1, block)
    ]  # fmt: skip


def _point(part: Sequence[Played], start: int) -> Point:
    return Point(
        first=start + 1,
        last=start + len(part),
        corrections=sum(len(each.corrected) for each in part) / len(part),
        without_memory=sum(len(each.without_memory) for each in part) / len(part),
    )


def saved(played: Sequence[Played], first: int = 50, later: int = 200) -> float:
    """By what share corrections per record fell from the first ones to the later ones."""
    before, after = _point(played[:first], 0), _point(played[later:], later)
    return 1 - after.corrections / before.corrections


def by_field(played: Sequence[Played]) -> dict[str, tuple[int, int]]:
    """Field -> records in which it was corrected, and in which it would have been without memory."""
    corrected = Counter(field for each in played for field in each.corrected)
    without = Counter(field for each in played for field in each.without_memory)
    return {field: (corrected[field], without[field]) for field in sorted(corrected | without)}


def worse(played: Sequence[Played]) -> dict[str, tuple[int, int]]:
    """The fields of `by_field` that had to be corrected more often than without memory."""
    return {field: counts for field, counts in by_field(played).items() if counts[0] > counts[1]}
