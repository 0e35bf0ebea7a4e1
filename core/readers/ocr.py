"""Lines of text with boxes: what `core.readers.network` recognises, put in order and sifted."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from core.readers.edges import with_cuts
from core.readers.finder import find_lines, is_covered
from core.readers.order import reading_order
from core.readers.script import (
    LOSSES,
    MOSTLY,
    NOTES,
    PERHAPS_MIRRORED,
    STILL_UNREAD,
    find_loss,
    kept,
    unread_share,
)
from core.types import Bilingual, Line, Quad, Script

if TYPE_CHECKING:
    from core.readers.network import TextNetwork

SETTINGS_VERSION = 6
"""Bump with every change in the reader that can change a line: cached readings are then made anew."""

TALL = 1.5
"""Height over width from which a box is taken for a line that runs up or down the page."""

LONG = 3.0
"""Width over height from which the network can tell a line from the same line on its head; on
shorter ones it turned "9%" into "%6", so they follow the rest of the page."""

SURE = 0.9
"""Certainty from which a line is believed to stand on its head (RapidOCR's own threshold)."""

LEAST_SCORE = 0.5
LEAST_SCORE_ODD = 0.8
"""Scores below which a line, or one of an odd shape, is no text: see `is_believable`."""

HUGE = 0.4
"""Line height over the page's shorter side from which a line's shape counts as odd."""

DOUBLE = 0.7
"""Share of the smaller of two boxes within the other above which both are the same line."""

CROP_HEIGHT = 96
"""Most pixels a line is cut out with: twice what the recogniser works at."""

MIRROR_TRIAL = 8
"""So many of the longest lines are read the other way round to tell whether the page is mirrored."""

MARGIN = 2
"""Pixels around a line that cubic interpolation looks at."""


@dataclass(frozen=True)
class Piece:
    """A line cut out of the page: `quad` in page pixels, text's top left first; `crop` upright."""

    quad: np.ndarray
    crop: np.ndarray
    is_tall: bool
    """True where the line runs up or down the page."""

    @property
    def is_long(self) -> bool:
        height, width = self.crop.shape[:2]
        return width > LONG * height

    def turned(self, half: bool = True) -> Piece:
        if not half:
            return self
        return replace(self, quad=np.roll(self.quad, 2, axis=0), crop=np.ascontiguousarray(self.crop[::-1, ::-1]))


@dataclass(frozen=True)
class PageText:
    """What is written on a page, and what a person should know about how it was read."""

    lines: tuple[Line, ...] = ()
    script: Script = Script.READ
    notes: tuple[Bilingual, ...] = ()


class OcrReader:
    """Reads text on one page at a time; thread-safe; the network is loaded on first use.

    Works offline, writes no file and logs only errors.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._network: TextNetwork | None = None
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Names everything that decides what is read: part of the cache key."""
        from core.readers.network import MODEL

        return f"{MODEL}/settings-{SETTINGS_VERSION}"

    def read(self, image: Image.Image) -> list[Line]:
        """The lines on an RGB page, in its own pixels, row by row and then left to right."""
        return list(self.read_text(image).lines)

    def read_text(self, image: Image.Image) -> PageText:
        """The lines, and whether the page is in a script the network knows."""
        with self._lock:
            return read_page(self._loaded(), image)

    def _loaded(self) -> TextNetwork:
        if self._network is None:
            from core.readers.network import TextNetwork  # half a second, and only needed where photos are read

            self._network = TextNetwork(self.threads)
        return self._network


def read_page(network: TextNetwork, image: Image.Image) -> PageText:
    """The text of the page. One that lies on its side is turned, read and mapped back."""
    quads = find_lines(network, image)
    if not runs_sideways(quads):
        return _read_upright(network, image, quads)
    on_its_feet = image.transpose(Image.Transpose.ROTATE_90)
    found = find_lines(network, on_its_feet)
    before = [_turned_left(quad, image.width) for quad in quads]
    found += [quad for quad in before if not is_covered(quad, found)]
    text = _read_upright(network, on_its_feet, found)
    return replace(text, lines=tuple(_turned_back(line, image.width) for line in text.lines))


def runs_sideways(quads: list[np.ndarray]) -> bool:
    """True where more of the text, by length, runs up or down the page than across it."""
    lengths = [(max(size), size[1] >= TALL * size[0]) for size in map(_size, quads)]
    return sum(length for length, tall in lengths if tall) > sum(length for length, tall in lengths if not tall)


def _read_upright(network: TextNetwork, image: Image.Image, quads: list[np.ndarray]) -> PageText:
    """The text of a page that runs across it, on its feet or on its head."""
    if not quads:
        return PageText()
    pieces = [cut(image, quad) for quad in quads]
    certainty = _on_their_heads(network, pieces)
    on_head = stands_on_its_head(pieces, certainty)
    choices = [_ways_to_read(piece, sure, on_head) for piece, sure in zip(pieces, certainty, strict=True)]
    attempts = _read_best(network, choices)
    script = _script(network, attempts, [piece.turned(on_head) for piece in pieces])
    lines = without_doubles([line for line in kept(attempts, script) if is_believable(line, image.size)])
    lines = with_cuts(image, lines)
    ordered = [lines[i] for i in reading_order([_for_order(line, image.size, on_head) for line in lines])]
    return _with_notes(ordered, script)


def _script(network: TextNetwork, attempts: list[Line], pieces: list[Piece]) -> Script:
    """Whether the page was read; where much of it was not, the longest lines are read the other way round."""
    unread = unread_share(attempts)
    if unread < PERHAPS_MIRRORED:
        return Script.READ
    longest = sorted(pieces, key=lambda piece: piece.crop.shape[1] / piece.crop.shape[0], reverse=True)[:MIRROR_TRIAL]
    mirrored = [replace(piece, crop=np.ascontiguousarray(piece.crop[:, ::-1])) for piece in longest]
    if unread_share(_read_best(network, [[piece] for piece in mirrored]), least=1) <= STILL_UNREAD:
        return Script.MIRRORED
    return Script.UNREAD if unread >= MOSTLY else Script.READ


def _with_notes(lines: list[Line], script: Script) -> PageText:
    if script is not Script.READ:
        return PageText(tuple(lines), script, (NOTES[script],))
    if loss := find_loss(lines):
        return PageText(tuple(lines), Script.LOSSY, (LOSSES[loss],))
    return PageText(tuple(lines))


def cut(image: Image.Image, quad: np.ndarray) -> Piece:
    """The piece of a page within the quad, made rectangular; a tall one laid on its side."""
    width, height = _size(quad)
    is_tall = height >= TALL * width
    if is_tall:
        quad, width, height = np.roll(quad, -1, axis=0), height, width
    shrink = min(1.0, CROP_HEIGHT / max(1.0, height))
    across, down = max(1, round(width * shrink)), max(1, round(height * shrink))
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], dtype=np.float32)
    around, origin = _surroundings(image, quad, shrink)
    straighten = cv2.getPerspectiveTransform(((quad - origin) * shrink).astype(np.float32), corners)
    crop = cv2.warpPerspective(
        around, straighten, (across, down), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return Piece(quad, crop, is_tall)


def _surroundings(image: Image.Image, quad: np.ndarray, shrink: float) -> tuple[np.ndarray, np.ndarray]:
    """The BGR pixels around a quad, shrunk, and where on the page they begin; the page is never copied whole."""
    left, top = np.clip(np.floor(quad.min(axis=0)) - MARGIN, 0, None).astype(int)
    right, bottom = np.clip(np.ceil(quad.max(axis=0)) + MARGIN, None, image.size).astype(int)
    part = image.crop((int(left), int(top), int(right), int(bottom)))
    if shrink < 1.0:
        size = (max(1, round(part.width * shrink)), max(1, round(part.height * shrink)))
        part = part.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(part)[:, :, ::-1]), np.array([left, top], dtype=np.float32)


def _on_their_heads(network: TextNetwork, pieces: list[Piece]) -> list[float]:
    """How sure the network is that each piece is upside down; 0 for those of which it cannot tell."""
    telling = [piece.is_long and not piece.is_tall for piece in pieces]
    asked = [piece.crop for piece, tells in zip(pieces, telling, strict=True) if tells]
    answers = iter(network.upside_down(asked))
    return [next(answers) if tells else 0.0 for tells in telling]


def stands_on_its_head(pieces: list[Piece], certainty: list[float]) -> bool:
    """True where more of the text that can tell, by length, is upside down than upright."""
    votes = [
        piece.crop.shape[1] * (1 if sure > SURE else -1)
        for piece, sure in zip(pieces, certainty, strict=True)
        if piece.is_long and not piece.is_tall
    ]
    return sum(votes) > 0


def _ways_to_read(piece: Piece, certainty: float, on_head: bool) -> list[Piece]:
    """The piece as the page stands, and turned too where it may stand otherwise."""
    with_page, against = piece.turned(on_head), piece.turned(not on_head)
    contradicts = piece.is_long and (certainty > SURE) != on_head
    return [with_page, against] if piece.is_tall or contradicts else [with_page]


def _read_best(network: TextNetwork, choices: list[list[Piece]]) -> list[Line]:
    """One line for each list of choices: the one the network reads with the highest score."""
    flat = [piece for ways in choices for piece in ways]
    readings = iter(network.recognise([piece.crop for piece in flat]))
    lines = []
    for ways in choices:
        read = [(piece, *next(readings)) for piece in ways]
        piece, text, score = max(read, key=lambda each: each[2])
        lines.append(_line(piece.quad, text, score))
    return lines


def _line(corners: np.ndarray, text: str, score: float) -> Line:
    quad: Quad = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)  # type: ignore[assignment]
    xs, ys = zip(*quad, strict=True)
    return Line(text=text, box=(min(xs), min(ys), max(xs), max(ys)), score=round(score, 4), quad=quad)


def _size(quad: np.ndarray) -> tuple[float, float]:
    """Width and height of a quad along its own sides."""
    width = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    return float(width), float(height)


def _for_order(line: Line, size: tuple[int, int], on_head: bool) -> np.ndarray:
    """The line's quad as it lies when the page is put on its feet."""
    quad = np.array(line.quad)
    return np.array(size) - quad if on_head else quad


def _turned_left(quad: np.ndarray, page_width: int) -> np.ndarray:
    """The quad on the page turned left by 90°, its top left corner first again."""
    x, y = quad[:, 0], quad[:, 1]
    return np.roll(np.stack([y, page_width - x], axis=1), -1, axis=0).astype(np.float32)


def _turned_back(line: Line, page_width: int) -> Line:
    """A line read on the page turned left by 90°, in the pixels of the page itself."""
    quad = np.array([(page_width - y, x) for x, y in line.quad or ()])
    return _line(quad, line.text, line.score).model_copy(update={"cuts": line.cuts})


def is_believable(line: Line, size: tuple[int, int]) -> bool:
    """False for what the network makes of fur, shadows and edges, not of print.

    Seen on photos without text: scores below 0.5, and boxes over much of the page or upright
    strips below 0.8. True lines of such shapes score 0.85 and more, others 0.58 and more.
    """
    width, height = _size(np.array(line.quad))
    runs_down = line.height >= TALL * line.width
    is_odd = runs_down or height > HUGE * min(size)
    return bool(line.text) and width > 0 and line.score >= (LEAST_SCORE_ODD if is_odd else LEAST_SCORE)


def without_doubles(lines: list[Line]) -> list[Line]:
    """The lines without those that were found twice: of two readings the longer text stays.

    Lines of very different height are left alone: small print may stand inside large letters.
    """
    kept: list[Line] = []
    for line in sorted(lines, key=lambda each: (len(each.text), each.score), reverse=True):
        if not any(_is_double(line, other) for other in kept):
            kept.append(line)
    return [line for line in lines if line in kept]


def _is_double(line: Line, other: Line) -> bool:
    """Measured on the quads: the upright boxes of neighbouring lines overlap wherever the page is tilted."""
    one, two = (np.array(each.quad, dtype=np.float32) for each in (line, other))
    shared, _ = cv2.intersectConvexConvex(one, two)
    smaller = min(cv2.contourArea(one), cv2.contourArea(two))
    heights = [_size(quad)[1] for quad in (one, two)]
    return max(heights) < 2 * min(heights) and shared > DOUBLE * smaller
