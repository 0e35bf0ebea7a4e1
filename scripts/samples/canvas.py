"""A page to draw on, in logical pixels, that remembers every line of text it drew.

Everything is drawn at `SUPERSAMPLE` times its size, so that shapes and small text come out
smooth when the photo is scaled down to its final pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from scripts.samples import fonts

SUPERSAMPLE = 2

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in logical pixels."""

HIDING = 0.1
"""Share of a piece of text that the frame of a later shape may touch."""

NEVER_FIRST = set("，。、；：！？）】》”%％·,.;:!?)℃")
"""Characters that may not begin a line: Chinese line breaking (kinsoku) rules."""
NEVER_LAST = set("（《“【(")
"""Characters that may not end one."""


@dataclass(frozen=True)
class Ink:
    """How a piece of text looks: a face of fonts.FACES, a height in logical pixels, a colour."""

    face: str = "sans"
    size: float = 24
    fill: str = "#222222"

    def but(self, **changes: object) -> Ink:
        return replace(self, **changes)  # type: ignore[arg-type]

    def width(self, text: str) -> float:
        return fonts.load(self.face, round(self.size * SUPERSAMPLE)).getlength(text) / SUPERSAMPLE

    def fitted(self, text: str, width: float) -> Ink:
        """This ink, made smaller if `text` would be wider than `width`."""
        natural = self.width(text)
        return self if natural <= width else self.but(size=self.size * width / natural)


def words(text: str) -> list[str]:
    """Pieces a line may be broken between: Latin words with their space, single Chinese characters."""
    pieces: list[str] = []
    for char in text:
        if pieces and sticks(pieces[-1][-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def sticks(before: str, char: str) -> bool:
    """True where no line may break between two neighbouring characters."""
    if before == " ":
        return char == " "
    return char == " " or char in NEVER_FIRST or before in NEVER_LAST or (is_latin(before) and is_latin(char))


def is_latin(char: str) -> bool:
    return ord(char) < 0x2E80 and char != " "


def wrap(text: str, width: float, ink: Ink) -> list[str]:
    """The lines of `text` set in a column of `width` logical pixels."""
    lines = [""]
    for piece in words(text):
        if lines[-1] and ink.width((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def rounded(box: Box, radius: float, steps: int = 8) -> list[Point]:
    """Outline of a rectangle with round corners."""
    x0, y0, x1, y1 = box
    radius = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    centres = (
        (x1 - radius, y1 - radius),
        (x0 + radius, y1 - radius),
        (x0 + radius, y0 + radius),
        (x1 - radius, y0 + radius),
    )
    return [
        (cx + radius * math.cos(angle), cy + radius * math.sin(angle))
        for quarter, (cx, cy) in enumerate(centres)
        for angle in ((quarter + step / steps) * math.pi / 2 for step in range(steps + 1))
    ]


def oval(box: Box, steps: int = 72) -> list[Point]:
    x0, y0, x1, y1 = box
    turns = (2 * math.pi * step / steps for step in range(steps))
    return [((x0 + x1) / 2 + (x1 - x0) / 2 * math.cos(t), (y0 + y1) / 2 + (y1 - y0) / 2 * math.sin(t)) for t in turns]


def star(centre: Point, outer: float, inner: float, spikes: int) -> list[Point]:
    """Outline of a price burst."""
    radii = (outer, inner)
    return [
        (
            centre[0] + radii[i % 2] * math.sin(i * math.pi / spikes),
            centre[1] - radii[i % 2] * math.cos(i * math.pi / spikes),
        )
        for i in range(2 * spikes)
    ]


def smooth(points: Sequence[Point], rounds: int = 4) -> list[Point]:
    """A closed outline with its corners cut (Chaikin 1974), for bottles and pouches."""
    for _ in range(rounds):
        pairs = list(zip(points, [*points[1:], points[0]], strict=True))
        points = [(a[0] * (1 - t) + b[0] * t, a[1] * (1 - t) + b[1] * t) for a, b in pairs for t in (0.25, 0.75)]
    return list(points)


def ramp(stops: Sequence[str], count: int) -> np.ndarray:
    """`count` colours evenly spread over the stops: uint8 array (count, 3)."""
    colours = np.array([ImageColor.getrgb(stop)[:3] for stop in stops], dtype=float)
    at = np.linspace(0, len(stops) - 1, count)
    channels = [np.interp(at, np.arange(len(stops)), colours[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.uint8)


def overlap(one: Box, other: Box) -> float:
    """Share of the smaller box that lies within the other."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width * height / max(1.0, min(areas))


@dataclass(frozen=True)
class Piece:
    """A piece of text in one face; the box in logical pixels."""

    text: str
    face: str
    box: Box


class OffPage(RuntimeError):
    """A layout printed text beyond the edge of its page: it would be lost, and the truth would claim it."""


class Canvas:
    """An RGB page of `width` x `height` logical pixels; `lines` holds what was printed, in order."""

    def __init__(self, width: int, height: int, fill: str = "#ffffff") -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SUPERSAMPLE, height * SUPERSAMPLE), fill)
        self.lines: list[str] = []
        self.pieces: list[Piece] = []
        """Every piece of text as it stands: shows whether two were printed over each other."""
        self.hidden: list[str] = []
        """Pieces of text that a shape drawn later may cover."""

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    # ---- text

    def _glyphs(self, at: Point, text: str, ink: Ink, anchor: str) -> None:
        font = fonts.load(ink.face, round(ink.size * SUPERSAMPLE))
        x0, y0, x1, y1 = self._text_box(at, text, ink, anchor)
        if x0 < 0 or y0 < 0 or x1 > self.image.width or y1 > self.image.height:
            raise OffPage(f"{text!r} at {at} does not fit on a page of {self.width} x {self.height}")
        self._draw.text((at[0] * SUPERSAMPLE, at[1] * SUPERSAMPLE), text, ink.fill, font, anchor)
        self.pieces.append(
            Piece(text, ink.face, (x0 / SUPERSAMPLE, y0 / SUPERSAMPLE, x1 / SUPERSAMPLE, y1 / SUPERSAMPLE))
        )

    def text(self, at: Point, text: str, ink: Ink, anchor: str = "la") -> float:
        """Print one line; anchor as in Pillow. Gives its width."""
        self._glyphs(at, text, ink, anchor)
        self.lines.append(text)
        return ink.width(text)

    def fit(self, at: Point, text: str, ink: Ink, width: float, anchor: str = "la") -> float:
        """Print one line no wider than `width`."""
        return self.text(at, text, ink.fitted(text, width), anchor)

    def runs(self, at: Point, runs: Sequence[tuple[str, Ink]]) -> float:
        """Print pieces in different inks on one baseline, as one line. Gives its width."""
        x = at[0]
        for text, ink in runs:
            self._glyphs((x, at[1]), text, ink, "ls")
            x += ink.width(text)
        self.lines.append("".join(text for text, _ in runs))
        return x - at[0]

    def scattered(self, pieces: Sequence[tuple[Point, str]], line: str, ink: Ink) -> None:
        """Print pieces at places of their own that read as one line."""
        for at, piece in pieces:
            self._glyphs(at, piece, ink, "la")
        self.lines.append(line)

    def composed(self, pieces: Sequence[tuple[Point, str, Ink]], line: str, anchor: str = "ls") -> None:
        """Print pieces in inks and at places of their own that read as one line, as a price with raised cents."""
        for at, piece, ink in pieces:
            self._glyphs(at, piece, ink, anchor)
        self.lines.append(line)

    def struck(self, at: Point, text: str, ink: Ink, anchor: str = "la") -> float:
        """Print one line crossed out, as old prices are."""
        width = self.text(at, text, ink, anchor)
        x0, y0, x1, y1 = (v / SUPERSAMPLE for v in self._text_box(at, text, ink, anchor))
        middle = (y0 + y1) / 2
        self.stroke([(x0 - 3, middle), (x1 + 3, middle)], ink.fill, max(2.0, ink.size / 14))
        return width

    def _text_box(self, at: Point, text: str, ink: Ink, anchor: str) -> Box:
        font = fonts.load(ink.face, round(ink.size * SUPERSAMPLE))
        return self._draw.textbbox((at[0] * SUPERSAMPLE, at[1] * SUPERSAMPLE), text, font, anchor)

    def paragraph(
        self,
        at: Point,
        text: str,
        ink: Ink,
        width: float,
        *,
        lead: str = "",
        leading: float = 1.42,
        bold: str = "sans-bold",
    ) -> float:
        """Print `lead` (in the bold face) and `text` wrapped into a column. Gives the y below it."""
        y = at[1]
        left = len(lead)
        for line in wrap(lead + text, width, ink):
            head = line[:left]
            offset = ink.but(face=bold).width(head) if head else 0.0
            if head:
                self._glyphs((at[0], y), head, ink.but(face=bold), "la")
            self._glyphs((at[0] + offset, y), line[len(head) :], ink, "la")
            self.lines.append(line)
            left = max(0, left - len(line))
            y += ink.size * leading
        return y

    # ---- shapes

    def shape(self, points: Sequence[Point], *stops: str, vertical: bool = False, alpha: float = 1.0) -> None:
        """Fill an outline with a colour, or with a gradient from left to right (or top to bottom)."""
        scaled = [(x * SUPERSAMPLE, y * SUPERSAMPLE) for x, y in points]
        xs, ys = [p[0] for p in scaled], [p[1] for p in scaled]
        self._note_hidden((min(xs), min(ys), max(xs), max(ys)))
        x0, y0 = math.floor(min(xs)), math.floor(min(ys))
        width, height = max(1, math.ceil(max(xs)) - x0 + 1), max(1, math.ceil(max(ys)) - y0 + 1)
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in scaled], fill=round(255 * alpha))
        colours = ramp(stops, height if vertical else width)
        tile = colours[:, None] if vertical else colours[None]
        self.image.paste(Image.fromarray(np.ascontiguousarray(tile)).resize((width, height)), (x0, y0), mask)

    def _note_hidden(self, scaled: Box) -> None:
        box = (scaled[0] / SUPERSAMPLE, scaled[1] / SUPERSAMPLE, scaled[2] / SUPERSAMPLE, scaled[3] / SUPERSAMPLE)
        self.hidden += [piece.text for piece in self.pieces if overlap(piece.box, box) > HIDING]

    def rect(self, box: Box, *stops: str, vertical: bool = False, alpha: float = 1.0, radius: float = 0) -> None:
        x0, y0, x1, y1 = box
        corners = rounded(box, radius) if radius else [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        self.shape(corners, *stops, vertical=vertical, alpha=alpha)

    def ellipse(self, box: Box, *stops: str, vertical: bool = False, alpha: float = 1.0) -> None:
        self.shape(oval(box), *stops, vertical=vertical, alpha=alpha)

    def stroke(self, points: Sequence[Point], fill: str, width: float, closed: bool = False) -> None:
        path = [(x * SUPERSAMPLE, y * SUPERSAMPLE) for x, y in (*points, *(points[:1] if closed else ()))]
        self._draw.line(path, fill, max(1, round(width * SUPERSAMPLE)), joint="curve")

    def bars(self, box: Box, fill: str) -> None:
        """A rectangle of exactly this size: no rounding of edges, for bar codes and table rules."""
        x0, y0, x1, y1 = (round(v * SUPERSAMPLE) for v in box)
        self._draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill)

    # ---- light

    def glow(self, centre: Point, radius: float, colour: str, strength: float = 0.8) -> None:
        """A soft round light."""
        side = 128
        yy, xx = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
        fall = np.clip(1 - np.hypot(xx, yy), 0, 1) ** 1.5 * 255 * strength
        size = round(2 * radius * SUPERSAMPLE)
        mask = Image.fromarray(fall.astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
        corner = (round((centre[0] - radius) * SUPERSAMPLE), round((centre[1] - radius) * SUPERSAMPLE))
        self.image.paste(Image.new("RGB", (size, size), colour), corner, mask)

    def shadow(self, box: Box, strength: float = 0.35, blur: float = 14, radius: float = 0) -> None:
        """A soft dark patch: oval by default, a card's shadow where `radius` is given."""
        x0, y0, x1, y1 = (v * SUPERSAMPLE for v in box)
        spread = blur * SUPERSAMPLE
        size = (math.ceil(x1 - x0 + 6 * spread), math.ceil(y1 - y0 + 6 * spread))
        mask = Image.new("L", size)
        inner = (3 * spread, 3 * spread, size[0] - 3 * spread, size[1] - 3 * spread)
        points = rounded(inner, radius * SUPERSAMPLE) if radius else oval(inner)
        ImageDraw.Draw(mask).polygon(points, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(spread))
        self.image.paste(Image.new("RGB", size, "#000000"), (round(x0 - 3 * spread), round(y0 - 3 * spread)), mask)

    def rays(self, centre: Point, reach: float, count: int, colour: str, alpha: float) -> None:
        """Sun rays behind a product."""
        for ray in range(count):
            turns = [(ray + half) * 2 * math.pi / count for half in (0.0, 0.5)]
            edge = [(centre[0] + reach * math.cos(t), centre[1] + reach * math.sin(t)) for t in turns]
            self.shape([centre, *edge], colour, alpha=alpha)
