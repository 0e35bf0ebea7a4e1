"""Whether two posters are one design: cropped, scaled, saved again, but the same print in the same places.

Two signs, each from what is stored already. The perceptual hash bears scaling and compression, but not a crop, and
cannot tell a price from another: a template with new words differs in few of its bits. The printed lines bear a crop:
what is left of them says the same, and stands where one scaling and one shift take it. Amounts decide against: a
poster with another price or another offer is another creative, however much it looks the same. So do words: where one
poster makes a claim and the other one makes another in its place, both read for certain, a template was filled anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import dist

import numpy as np

from core.types import Box, Fields, Readings
from core.values.periods import find_period
from core.values.text import has_cjk, likeness, squash

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
SURE = 0.9
"""Score from which the recogniser has hardly ever misread a line: what differs from it is print, not reading."""
OTHER_HAN, OTHER_LATIN = 0.4, 0.5
"""Likeness below which two lines say something else; in an alphabet any two lines have letters in common."""
OVERLAP = 0.3
"""Share of the smaller of two lines' boxes that the other one covers where they stand in one place."""
MOST_PLACED = 24
"""Shared lines, the longest, that one scaling and shift is looked for among: all pairs of a collage's 150 lines would
take a second."""
KEY_LETTERS = 4
"""Shorter lines are too common to look posters up by."""
MOST_KEYS = 12


@dataclass(frozen=True)
class Design:
    """What of a poster its likeness is judged by. `phash` is 64 bits; amounts are those of prices and offers.

    `doubted` are the texts among its lines that may be misread.
    """

    phash: int
    lines: tuple[tuple[str, Box], ...]
    prices: frozenset[float]
    offers: frozenset[float]
    doubted: frozenset[str] = frozenset()

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
        doubted=frozenset(line.text for line in lines if line.score < SURE),
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
    return (near or _stand_alike(single)) and not _say_otherwise(one, other, pairs, single)


def _agree(one: frozenset[float], other: frozenset[float]) -> bool:
    """A crop may lack amounts; where both have some, one poster's are among the other's."""
    return not one or not other or one <= other or other <= one


Printed = tuple[str, Box]
Pair = tuple[Printed, Printed]
Place = Callable[[Box], Box]


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


def _say_otherwise(one: Design, other: Design, pairs: Sequence[Pair], single: Sequence[Pair]) -> bool:
    """True where each has words of its own, and at least one stands where the other poster has other words.

    A crop takes lines from one poster, a badge gives it some; only a template filled anew does both in one place.
    """
    here = _words_of_its_own(one, [line for line, _ in pairs])
    there = _words_of_its_own(other, [partner for _, partner in pairs])
    if not here or not there or (place := _places(single)) is None:
        return False
    moved = [(text, place(box)) for text, box in one.lines]
    sides = (moved, one.doubted), (other.lines, other.doubted)
    own = {text for text, _ in (*here, *there)}
    return any(
        (said[0] in own or instead[0] in own) and _is_unlike(said, other.lines) and _is_unlike(instead, moved)
        for said, instead in product(*(_certain(lines, doubted) for lines, doubted in sides))
        if _covers(said[1], instead[1]) >= OVERLAP
    )


def _words_of_its_own(design: Design, shared: Sequence[Printed]) -> list[Printed]:
    """Lines the other poster has not, read for certain. A new period is the same poster run once more."""
    own = [line for line in design.lines if not any(line is taken for taken in shared)]
    return [line for line in _certain(own, design.doubted) if find_period(line[0]) is None]


def _certain(lines: Iterable[Printed], doubted: Collection[str]) -> list[Printed]:
    return [line for line in lines if line[0] not in doubted and len(squash(line[0]).text) >= KEY_LETTERS]


def _is_unlike(line: Printed, lines: Iterable[Printed]) -> bool:
    """True where none of the lines in its place says anything like it; part of it left beside a badge does."""
    text, box = line
    return all(likeness(text, other) < _other(text) for other, at in lines if _covers(box, at) >= OVERLAP)


def _other(text: str) -> float:
    return OTHER_HAN if has_cjk(text) else OTHER_LATIN


def _covers(one: Box, other: Box) -> float:
    """The share of the smaller box that the other one covers."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _places(pairs: Sequence[Pair]) -> Place | None:
    """Where the first poster's boxes are on the second, by the two pairs that most others agree with: a claim that
    moved must not draw the rest along. None where no two pairs show it."""
    by_length = sorted(pairs, key=lambda pair: -len(pair[0][0]))
    middles = [(_middle(line[1]), _middle(partner[1])) for line, partner in by_length]
    best: tuple[int, float, tuple[float, float]] | None = None
    for (a, to_a), (b, to_b) in combinations(middles[:MOST_PLACED], 2):
        apart = dist(a, b)
        if apart == 0 or not 1 / MOST_SCALE <= (scale := dist(to_a, to_b) / apart) <= MOST_SCALE:
            continue
        shift = (to_a[0] - scale * a[0], to_a[1] - scale * a[1])
        off = OFF_PLACE * dist(to_a, to_b)
        agree = sum(dist((scale * x + shift[0], scale * y + shift[1]), to) <= off for (x, y), to in middles)
        if agree >= 2 and (best is None or agree > best[0]):
            best = agree, scale, shift
    if best is None:
        return None
    _, scale, (x, y) = best
    return lambda box: (scale * box[0] + x, scale * box[1] + y, scale * box[2] + x, scale * box[3] + y)


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
