"""Whether two posters are one design: cropped, scaled, saved again, but the same print in the same places.

Two signs, each from what is stored already. The perceptual hash bears scaling and compression, but not a crop, and
cannot tell a price from another: a template with new words differs in few of its bits. The printed lines bear a crop:
what is left of them says the same, and stands where one scaling and one shift take it. Amounts decide against: a
poster with another price or another offer is another creative, however much it looks the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.types import Box, Fields, Readings
from core.values.text import likeness, squash

NEAR_BITS = 8
"""Hashes of one picture at two sizes or two compressions differ in at most so many of 64 bits (see
core/incoming/intake.py)."""
LEAST_LINE = 2
"""Letters and digits of a line that counts; the recogniser makes single ones of ornaments."""
ALIKE = 0.8
"""Likeness from which two lines say the same: small print is read a little differently at another size."""
SHARED = 0.8
"""Share of the shorter poster's print that the other has, too."""
SHARED_NEAR = 0.5
"""The same where the pictures look the same: at half the size a quarter of the small print is read otherwise."""
LEAST_PAIRS, LEAST_LETTERS = 3, 12
"""Fewer common lines, or shorter ones, cannot show that their places agree."""
OFF_PLACE = 0.04
"""How far lines may stand off their places (root mean square), as a share of their spread on the page."""
MOST_SCALE = 6.0
KEY_LETTERS = 4
"""Shorter lines are too common to look posters up by."""
MOST_KEYS = 12


@dataclass(frozen=True)
class Design:
    """What of a poster its likeness is judged by. `phash` is 64 bits; amounts are those of prices and offers."""

    phash: int
    lines: tuple[tuple[str, Box], ...]
    prices: frozenset[float]
    offers: frozenset[float]

    @property
    def keys(self) -> list[str]:
        """Its longest lines, to look it up by among many."""
        texts = {squash(text).text for text, _ in self.lines}
        return sorted((text for text in texts if len(text) >= KEY_LETTERS), key=lambda text: (-len(text), text))[
            :MOST_KEYS
        ]


def design_of(phash: str, readings: Readings | None, fields: Fields) -> Design:
    lines = readings.lines if readings else ()
    return Design(
        phash=int(phash, 16),
        lines=tuple((line.text, line.box) for line in lines if len(squash(line.text).text) >= LEAST_LINE),
        prices=frozenset(_amounts(_entries(fields, "price"), ("value",))),
        offers=frozenset(_amounts(_entries(fields, "promotion"), ("unit_discount", "threshold", "amount", "price"))),
    )


def is_same_design(one: Design, other: Design) -> bool:
    """True where both show one design. Posters without print are judged by their look alone."""
    if not (_agree(one.prices, other.prices) and _agree(one.offers, other.offers)):
        return False
    near = (one.phash ^ other.phash).bit_count() <= NEAR_BITS
    if not one.lines or not other.lines:
        return near and not one.lines and not other.lines
    pairs = _pairs(one.lines, other.lines)
    least = SHARED_NEAR if near else SHARED
    if _letters(line for line, _ in pairs) < least * min(_letters(one.lines), _letters(other.lines)):
        return False
    single = [(a, b) for a, b in pairs if _once(a[0], one.lines) and _once(b[0], other.lines)]
    return near or _stand_alike(single)


def _agree(one: frozenset[float], other: frozenset[float]) -> bool:
    """A crop may lack amounts; where both have some, one poster's are among the other's."""
    return not one or not other or one <= other or other <= one


Printed = tuple[str, Box]


def _pairs(one: Sequence[Printed], other: Sequence[Printed]) -> list[tuple[Printed, Printed]]:
    """Lines of both that say the same, each line once; the same words first, then nearly the same ones."""
    left, pairs = list(other), list[tuple[Printed, Printed]]()
    for same in (_says_same, _says_nearly):
        for line in one:
            if any(line is taken for taken, _ in pairs):
                continue
            if (partner := next((entry for entry in left if same(line[0], entry[0])), None)) is not None:
                left.remove(partner)
                pairs.append((line, partner))
    return pairs


def _says_same(one: str, other: str) -> bool:
    return squash(one).text == squash(other).text


def _says_nearly(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= KEY_LETTERS and likeness(one, other) >= ALIKE


def _letters(lines: Iterable[Printed]) -> int:
    return sum(len(squash(text).text) for text, _ in lines)


def _stand_alike(pairs: Sequence[tuple[Printed, Printed]]) -> bool:
    """True where one scaling and one shift take every line's middle near that of its partner."""
    if len(pairs) < LEAST_PAIRS or _letters(one for one, _ in pairs) < LEAST_LETTERS:
        return False
    here, there = (np.array([_middle(pair[side][1]) for pair in pairs]) for side in (0, 1))
    here, there = here - here.mean(axis=0), there - there.mean(axis=0)
    spread = float((here**2).sum())
    if spread == 0:
        return False
    scale = float((here * there).sum()) / spread
    if not 1 / MOST_SCALE <= scale <= MOST_SCALE:
        return False
    off = float(np.sqrt(((there - scale * here) ** 2).sum() / (there**2).sum()))
    return off <= OFF_PLACE


def _once(text: str, lines: Sequence[Printed]) -> bool:
    """False for what is printed twice, a brand as logo and on the pack: a crop may have lost either."""
    return sum(_says_same(text, other) for other, _ in lines) == 1


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _entries(fields: Fields, key: str) -> list[dict[str, object]]:
    value = fields[key].value if key in fields else None
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _amounts(entries: Iterable[dict[str, object]], names: Sequence[str]) -> Iterable[float]:
    for entry in entries:
        for name in names:
            amount = entry.get(name)
            if isinstance(amount, int | float) and not isinstance(amount, bool):
                yield float(amount)
