"""Which words of an answer are printed on the photos, and where: the answer's own evidence.

Compared as OCR text has to be, blind to case, width, spaces and punctuation. What is too short to mean
anything (a lone digit, "the") is left unlinked: a wrong box is worse than none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.types import Box, Line, Readings
from core.values.text import Squashed, has_cjk, squash

LEAST_LATIN = 5
"""Letters of Latin words that are linked wherever they stand; shorter ones are often just grammar."""
LEAST_CJK = 3
LEAST_WITH_DIGITS = 3
LEAST_ALONE = 2
"""Characters of Chinese that stand alone in the answer, between punctuation, as a quoted word does."""
_SEED = 2


@dataclass(frozen=True)
class Printed:
    """Characters [start, end) of an answer, printed in `box` on photo number `photo`."""

    start: int
    end: int
    photo: int
    box: Box


@dataclass(frozen=True)
class _Place:
    """A squashed character of a line."""

    photo: int
    line: Line
    squashed: Squashed
    at: int


def find_printed(answer: str, readings: Sequence[Readings | None]) -> list[Printed]:
    """The stretches of `answer` that stand on a line of the photos, left to right, none overlapping.

    The longest match within a line of the answer counts, and of several places the first.
    """
    places = _index(readings)
    said = squash(answer)
    found: list[Printed] = []
    at = 0
    while at < len(said.text):
        best = _longest(said, at, places.get(said.text[at : at + _SEED], ()))
        if best is None:
            at += 1
            continue
        place, size = best
        found.append(Printed(said.start(at), said.end(at + size), place.photo, _box(place, size)))
        at += size
    return found


def _index(readings: Sequence[Readings | None]) -> dict[str, list[_Place]]:
    """Where each pair of characters is printed."""
    places: dict[str, list[_Place]] = defaultdict(list)
    for photo, reading in enumerate(readings):
        for line in reading.lines if reading else ():
            squashed = squash(line.text)
            for at in range(len(squashed.text) - _SEED + 1):
                places[squashed.text[at : at + _SEED]].append(_Place(photo, line, squashed, at))
    return places


def _longest(said: Squashed, at: int, places: Sequence[_Place]) -> tuple[_Place, int] | None:
    best: tuple[_Place, int] | None = None
    for place in places:
        size = next(_sizes(said, at, place), 0)
        if size > (best[1] if best else 0):
            best = place, size
    return best


def _sizes(said: Squashed, at: int, place: _Place) -> Iterator[int]:
    """Lengths at which both agree, cut no word and say enough, longest first."""
    size = 0
    line = place.squashed
    while (
        at + size < len(said.text)
        and place.at + size < len(line.text)
        and said.text[at + size] == line.text[place.at + size]
        and not (size and "\n" in said.source[said.at[at + size - 1] : said.at[at + size]])
    ):
        size += 1
    for length in range(size, _SEED - 1, -1):
        if _cuts(said, at, length) or _cuts(line, place.at, length):
            continue
        if _says_enough(said, at, length, whole_line=length == len(line.text)):
            yield length


def _cuts(text: Squashed, at: int, size: int) -> bool:
    """True where the stretch begins or ends inside a Latin word or a number."""
    return _inside(text.source, text.start(at)) or _inside(text.source, text.end(at + size))


def _inside(source: str, offset: int) -> bool:
    if not 0 < offset < len(source):
        return False
    before, after = source[offset - 1], source[offset]
    if before.isdigit() != after.isdigit() and not (before in ".,/" or after in ".,/"):
        return False  # 500g is a number and its unit
    return before.isalnum() and after.isalnum() and not has_cjk(before + after)


def _says_enough(said: Squashed, at: int, size: int, *, whole_line: bool) -> bool:
    piece = said.text[at : at + size]
    if any(char.isdigit() for char in piece):
        return size >= LEAST_WITH_DIGITS
    if has_cjk(piece):
        return size >= LEAST_CJK or whole_line or (size >= LEAST_ALONE and _stands_alone(said, at, size))
    return size >= LEAST_LATIN


def _stands_alone(said: Squashed, at: int, size: int) -> bool:
    start, end = said.start(at), said.end(at + size)
    before, after = said.source[start - 1 : start], said.source[end : end + 1]
    return not before.isalnum() and not after.isalnum()


def _box(place: _Place, size: int) -> Box:
    """The stretch's part of the line's box; the whole of it where the line does not run across the page."""
    x0, y0, x1, y1 = place.line.box
    length = len(place.line.text)
    if x1 - x0 <= y1 - y0 or length == 0:
        return place.line.box
    step = (x1 - x0) / length
    start, end = place.squashed.start(place.at), place.squashed.end(place.at + size)
    return (x0 + step * start, y0, x0 + step * end, y1)
