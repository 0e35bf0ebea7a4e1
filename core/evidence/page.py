"""The OCR lines of a photo as text that can be searched, with the way back from a find to its box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import mean, median

from core.types import Box, Line, Readings
from core.values.text import has_cjk, squash

GAP = 1.5
"""Lines at most this many text heights apart can be one text that runs over their ends."""
SAME_ROW = 0.5
"""Share of the smaller height within which the middles of two lines on one row of a table lie."""
WIDE = 3.0
"""A line this many times wider than high is long enough for its slope to be sure."""


@dataclass(frozen=True)
class Stretch:
    """Characters [start, end) of the OCR line with this index."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Flow:
    """OCR lines in an order in which text may run through them. `text` is what they say, squashed together."""

    lines: tuple[int, ...]
    text: str
    starts: tuple[int, ...]
    """Where in `text` each line begins."""


class Page:
    """All lines of one photo. Boxes are cut to the page."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings
        self.lines: Sequence[Line] = readings.lines

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The lines as the reader gave them, and each column of them: in a page of columns the reader's order
        jumps from one to the next."""
        columns = [chain for chain in self._columns() if len(chain) > 1]
        return tuple(self._flow(lines) for lines in (tuple(range(len(self.lines))), *columns))

    def stretches(self, flow: Flow, start: int, end: int) -> tuple[Stretch, ...]:
        """The stretches that characters [start, end) of the flow's text come from."""
        found = []
        for index, begin in zip(flow.lines, flow.starts, strict=True):
            squashed = squash(self.lines[index].text)
            first, last = max(start - begin, 0), min(end - begin, len(squashed.text))
            if first < last:
                found.append(Stretch(index, squashed.start(first), squashed.end(last)))
        return tuple(found)

    def whole(self, line: int) -> Stretch:
        return Stretch(line, 0, len(self.lines[line].text))

    def printed(self, stretches: Iterable[Stretch]) -> str:
        """What stands there, as the OCR reader has it; lines joined as their script does."""
        text = ""
        for stretch in stretches:
            piece = self.lines[stretch.line].text[stretch.start : stretch.end].strip()
            glue = "" if not text or (has_cjk(text[-1]) and has_cjk(piece[:1])) else " "
            text += glue + piece
        return text

    def box(self, stretches: Iterable[Stretch]) -> Box | None:
        """The smallest box around the stretches, within the page; None where there are none."""
        boxes = [self._cut(stretch) for stretch in stretches]
        if not boxes:
            return None
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        width, height = float(self.readings.width), float(self.readings.height)
        return (
            _within(min(x0s), width),
            _within(min(y0s), height),
            _within(max(x1s), width),
            _within(max(y1s), height),
        )

    def clarity(self, lines: Iterable[int]) -> float | None:
        """How clearly these lines were read: the mean of the recogniser's scores; None for no lines."""
        scores = [self.lines[index].score for index in lines]
        return round(mean(scores), 3) if scores else None

    def run_on(self, stretches: Sequence[Stretch]) -> bool:
        """True where each stretch stands near enough to the one before to be the same text."""
        return all(_are_near(self.lines[one.line], self.lines[other.line]) for one, other in pairwise(stretches))

    def row_of(self, line: int) -> list[int]:
        """The lines on the same row of a table as `line`, itself included, in the reader's order."""
        middle, height = self._rows[line]
        return [
            index
            for index, (other, its_height) in enumerate(self._rows)
            if abs(other - middle) <= SAME_ROW * min(height, its_height)
        ]

    def _flow(self, lines: tuple[int, ...]) -> Flow:
        texts = [squash(self.lines[index].text).text for index in lines]
        starts, position = [], 0
        for text in texts:
            starts.append(position)
            position += len(text)
        return Flow(lines, "".join(texts), tuple(starts))

    def _columns(self) -> list[tuple[int, ...]]:
        """Lines followed by the nearest line below that they share their width with, top to bottom."""
        below: dict[int, int] = {}
        taken: set[int] = set()
        for index in sorted(range(len(self.lines)), key=lambda index: self.lines[index].box[1]):
            following = self._line_below(index, taken)
            if following is not None:
                below[index] = following
                taken.add(following)
        chains = []
        for index in range(len(self.lines)):
            if index not in taken:
                chain = [index]
                while chain[-1] in below:
                    chain.append(below[chain[-1]])
                chains.append(tuple(chain))
        return chains

    def _line_below(self, index: int, taken: set[int]) -> int | None:
        line = self.lines[index]
        candidates = [
            (other.box[1], number)
            for number, other in enumerate(self.lines)
            if number != index
            and number not in taken
            and other.box[1] > line.box[1]
            and -SAME_ROW * line.height <= other.box[1] - line.box[3] <= GAP * line.height
            and min(line.box[2], other.box[2]) - max(line.box[0], other.box[0]) >= min(line.width, other.width) / 2
        ]
        return min(candidates, default=(0.0, None))[1]

    def _cut(self, stretch: Stretch) -> Box:
        """The stretch's box, letters taken as equally wide; the whole line's where it does not run across."""
        line = self.lines[stretch.line]
        x0, y0, _, y1 = line.box
        if line.width <= line.height or not line.text:
            return line.box
        step = line.width / len(line.text)
        return (x0 + step * stretch.start, y0, x0 + step * stretch.end, y1)

    @cached_property
    def _rows(self) -> list[tuple[float, float]]:
        """Per line, where its middle lies across the rows of print, and its height; the tilt of the page taken off."""
        turned = sum(line.height > line.width for line in self.lines) * 2 > len(self.lines)
        slope = 0.0 if turned else median([_slope(line) for line in self.lines if _is_wide(line)] or [0.0])
        return [_place(line, slope, turned=turned) for line in self.lines]


def _within(value: float, limit: float) -> float:
    return min(max(value, 0.0), limit)


def _thickness(line: Line) -> float:
    return max(min(line.width, line.height), 1.0)


def _are_near(one: Line, other: Line) -> bool:
    reach = GAP * max(_thickness(one), _thickness(other))
    across = max(other.box[0] - one.box[2], one.box[0] - other.box[2])
    down = max(other.box[1] - one.box[3], one.box[1] - other.box[3])
    return across <= reach and down <= reach


def _is_wide(line: Line) -> bool:
    return line.quad is not None and line.width > WIDE * line.height


def _slope(line: Line) -> float:
    assert line.quad is not None
    (ax, ay), (bx, by) = line.quad[0], line.quad[1]
    return (by - ay) / (bx - ax) if bx > ax else 0.0


def _place(line: Line, slope: float, *, turned: bool) -> tuple[float, float]:
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    if turned:
        return x, max(line.width, 1.0)
    height = line.height - abs(slope) * line.width if line.quad else line.height
    return y - slope * x, max(height, _thickness(line) / 2)
