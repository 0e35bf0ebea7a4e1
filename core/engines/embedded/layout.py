"""The page as a reader sees it: OCR lines turned upright, joined into runs, runs into blocks.

A *piece* is one OCR line in upright coordinates. A *run* is what stands on one line of print: the
pieces beside each other. A *block* is runs under each other that belong together, with their text
joined by newlines and a way back from each character to the line it came from.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from core.engines.embedded.upright import upright_boxes, upright_height
from core.types import Box, Line, Readings

JOIN_GAP = 1.2
"""Pieces on one line of print at most this many text heights apart are one run."""
BLOCK_GAP = 0.9
"""Runs at most this many text heights apart, top to bottom, are one block."""
SAME_SIZE = 1.7
"""Runs whose heights differ by more than this factor are not one block."""
SPACED_KEY = 4.0
"""The two characters of a key set wide (品　　名：) stand at most this many text heights apart."""
SAME_ROW = 0.5
"""Share of the smaller height that two pieces on one line of print overlap by."""


_HAN = re.compile(r"[\u4e00-\u9fff]")
_KEY_TAIL = re.compile(r"\s*[\u4e00-\u9fff]{1,2}\s*[:：]")


@dataclass(frozen=True)
class Piece:
    """One OCR line in the upright frame. `index` is its place in `readings.lines`."""

    index: int
    line: Line
    x0: float
    y0: float
    x1: float
    y1: float
    across: bool
    """False where the text runs at right angles to the page's main direction."""

    @cached_property
    def text(self) -> str:
        """The line's text, character for character; breaks inside it as spaces."""
        return re.sub(r"\s", " ", self.line.text)

    @property
    def height(self) -> float:
        return max(self.y1 - self.y0, 1.0)

    @property
    def width(self) -> float:
        return max(self.x1 - self.x0, 1.0)

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    def at(self, offset: int) -> float:
        """The upright x of the gap before character `offset`, taking letters as equally wide."""
        return self.x0 + self.width * offset / max(len(self.text), 1)


@dataclass(frozen=True)
class Run:
    """The pieces of one line of print, left to right. `text` has a tab between one piece and the next."""

    pieces: tuple[Piece, ...]

    @cached_property
    def text(self) -> str:
        return "\t".join(piece.text for piece in self.pieces)

    @cached_property
    def x0(self) -> float:
        return min(piece.x0 for piece in self.pieces)

    @cached_property
    def x1(self) -> float:
        return max(piece.x1 for piece in self.pieces)

    @cached_property
    def y0(self) -> float:
        return min(piece.y0 for piece in self.pieces)

    @cached_property
    def y1(self) -> float:
        return max(piece.y1 for piece in self.pieces)

    @cached_property
    def height(self) -> float:
        return median(piece.height for piece in self.pieces)


@dataclass(frozen=True)
class Span:
    """A stretch of one OCR line: characters [start, end) of `piece`."""

    piece: Piece
    start: int
    end: int

    @property
    def box(self) -> Box:
        """The stretch's box in page pixels; the whole line's where the line does not run across the page."""
        x0, y0, x1, y1 = self.piece.line.box
        length = len(self.piece.text)
        if x1 - x0 <= y1 - y0 or length == 0:
            return self.piece.line.box
        step = (x1 - x0) / length
        return (x0 + step * self.start, y0, x0 + step * self.end, y1)


@dataclass(frozen=True)
class Block:
    """Runs under each other. `text` joins them with newlines, and their pieces with tabs."""

    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        return "\n".join(run.text for run in self.runs)

    @cached_property
    def x1(self) -> float:
        return max(run.x1 for run in self.runs)

    @cached_property
    def _marks(self) -> tuple[tuple[int, ...], tuple[Piece, ...]]:
        """Where in `text` each piece begins."""
        starts, pieces, position = [], [], 0
        for run in self.runs:
            for piece in run.pieces:
                starts.append(position)
                pieces.append(piece)
                position += len(piece.text) + 1
        return tuple(starts), tuple(pieces)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The stretches of OCR lines that characters [start, end) of `text` come from."""
        starts, pieces = self._marks
        found = []
        for index in range(max(bisect_right(starts, start) - 1, 0), len(pieces)):
            begin, piece = starts[index], pieces[index]
            if begin >= end:
                break
            first, last = max(start - begin, 0), min(end - begin, len(piece.text))
            if first < last and piece.text[first:last].strip():
                found.append(Span(piece, first, last))
        return tuple(found)

    def run_at(self, offset: int) -> int:
        """Index of the run that character `offset` of `text` stands in."""
        return self.text.count("\n", 0, offset)

    def run_start(self, number: int) -> int:
        """Where in `text` run `number` begins."""
        return sum(len(run.text) + 1 for run in self.runs[:number])


@dataclass(frozen=True)
class Page:
    """All text of one photo in the upright frame."""

    readings: Readings
    pieces: tuple[Piece, ...]
    runs: tuple[Run, ...]
    blocks: tuple[Block, ...]
    height: float
    """Height of the upright page, in pixels."""
    is_label: Callable[[str], bool]

    def without(self, lines: Iterable[int]) -> Page:
        """The page as if these OCR lines were not there, so that what they kept apart can join."""
        left_out = set(lines)
        pieces = tuple(piece for piece in self.pieces if piece.index not in left_out)
        return _page(self.readings, pieces, self.height, self.is_label)

    @cached_property
    def text_height(self) -> float:
        """The usual height of a line of text; 1 on an empty page."""
        return median(piece.height for piece in self.pieces) if self.pieces else 1.0


def lay_out(readings: Readings, is_label: Callable[[str], bool] = lambda text: False) -> Page:
    """`readings` as upright runs and blocks. Where `is_label` says a piece is nothing but the key of a
    value, whatever stands to its right on the same line of print is joined to it across any gap."""
    pieces = tuple(
        Piece(index, line, *box, across)
        for index, (line, (box, across)) in enumerate(zip(readings.lines, upright_boxes(readings), strict=True))
    )
    return _page(readings, pieces, upright_height(readings), is_label)


def _page(readings: Readings, pieces: tuple[Piece, ...], height: float, is_label: Callable[[str], bool]) -> Page:
    runs = _join_runs([piece for piece in pieces if piece.across], is_label)
    return Page(readings, pieces, tuple(runs), tuple(_join_blocks(runs)), height, is_label)


def spans_box(spans: Iterable[Span]) -> Box | None:
    """The smallest box around the spans, in page pixels; None where there are none."""
    return union([span.box for span in spans])


def union(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return (min(x0s), min(y0s), max(x1s), max(y1s))


def on_one_row(one: Piece, other: Piece) -> bool:
    """True where two pieces stand on the same line of print."""
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > SAME_ROW * min(one.height, other.height)


def _join_runs(pieces: list[Piece], is_label: Callable[[str], bool]) -> list[Run]:
    """Runs in reading order. Each piece is joined to its right-hand neighbour where the gap is small."""
    left_of: dict[int, Piece] = {}
    taken: set[int] = set()
    for piece, beside in _beside(pieces):
        neighbour = _right_neighbour(piece, beside, is_label(piece.text))
        if neighbour and neighbour.index not in taken:
            left_of[piece.index] = neighbour
            taken.add(neighbour.index)
    runs = []
    for piece in pieces:
        if piece.index in taken:
            continue
        chain = [piece]
        while chain[-1].index in left_of:
            chain.append(left_of[chain[-1].index])
        runs.append(Run(tuple(chain)))
    return sorted(runs, key=lambda run: (run.y0, run.x0))


def _beside(pieces: list[Piece]) -> Iterator[tuple[Piece, list[Piece]]]:
    """Each piece, from left to right, with those that are near enough in height to share its line of print."""
    ordered = sorted(pieces, key=lambda piece: piece.middle)
    middles = [piece.middle for piece in ordered]
    for piece in sorted(pieces, key=lambda piece: piece.x0):
        reach = piece.height * SAME_SIZE
        yield piece, ordered[bisect_left(middles, piece.middle - reach) : bisect_right(middles, piece.middle + reach)]


def _right_neighbour(piece: Piece, pieces: list[Piece], label: bool) -> Piece | None:
    """The nearest piece to the right on the same line of print, within reach."""
    reach = math.inf if label else JOIN_GAP * piece.height
    near = [
        other
        for other in pieces
        if other is not piece
        and on_one_row(piece, other)
        and other.x0 > piece.x0
        and -0.5 * piece.height <= other.x0 - piece.x1 <= max(reach, _key_reach(piece, other))
        and 1 / SAME_SIZE <= other.height / piece.height <= SAME_SIZE
    ]
    return min(near, key=lambda other: other.x0, default=None)


def _key_reach(piece: Piece, other: Piece) -> float:
    """How far the second half of a widely set Chinese key may stand from the first; 0 for anything else."""
    return SPACED_KEY * piece.height if _HAN.fullmatch(piece.text.strip()) and _KEY_TAIL.match(other.text) else 0.0


def _join_blocks(runs: list[Run]) -> list[Block]:
    """Chains of runs under each other, each run in one block only."""
    below: dict[int, int] = {}
    taken: set[int] = set()
    for number, run in enumerate(runs):
        follower = _run_below(number, run, runs, taken)
        if follower is not None:
            below[number] = follower
            taken.add(follower)
    blocks = []
    for number, run in enumerate(runs):
        if number in taken:
            continue
        chain, at = [run], number
        while at in below:
            at = below[at]
            chain.append(runs[at])
        blocks.append(Block(tuple(chain)))
    return blocks


def _run_below(number: int, run: Run, runs: list[Run], taken: set[int]) -> int | None:
    best, best_gap = None, math.inf
    for other_number in range(number + 1, len(runs)):
        other = runs[other_number]
        if other.y0 > run.y1 + BLOCK_GAP * SAME_SIZE * run.height:
            break
        if other_number in taken or other.y0 <= run.y0:
            continue
        gap = other.y0 - run.y1
        size = max(run.height, other.height) / min(run.height, other.height)
        shared = min(run.x1, other.x1) - max(run.x0, other.x0)
        narrow = min(run.x1 - run.x0, other.x1 - other.x0)
        under = -0.6 * run.height <= gap <= BLOCK_GAP * max(run.height, other.height)
        if under and size <= SAME_SIZE and shared > 0.3 * narrow and gap < best_gap:
            best, best_gap = other_number, gap
    return best
