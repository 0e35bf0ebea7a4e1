"""Columns of text on a canvas that is cut to what was printed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image

from scripts.samples.canvas import SUPERSAMPLE, Canvas, Ink, overlap
from scripts.samples.fonts import has_face, has_glyph

TALLEST = 2400
"""Logical pixels a page may be high before it is cut."""

CROWDED = 0.2
"""Share of a piece of text that another's box may cover: descenders do, words must not."""

CHINESE_FACES = (("sans", "sans-bold"), ("serif", "serif-bold"))
LATIN_FACES = (
    ("latin", "latin-bold"),
    ("condensed", "condensed-bold"),
    ("book", "book-bold"),
    ("arial", "arial-bold"),
    ("narrow", "narrow-bold"),
    ("times", "times-bold"),
    ("sans", "sans-bold"),
)

PAPERS = (
    ("#ffffff", "#1a1a1a"), ("#fffaf0", "#3a2412"), ("#f4f7ee", "#1d3a24"), ("#eef4fa", "#14304f"),
    ("#fdf1f1", "#5a1420"), ("#f7f2e4", "#1c1c1c"), ("#1d4a36", "#f4f1de"), ("#20242e", "#f2f2f2"),
    ("#8c1d24", "#fff3df"), ("#e8e8e8", "#111111"),
)  # fmt: skip
"""Paper and ink; some packs print light on dark."""


@dataclass(frozen=True)
class Style:
    """How one label is set."""

    face: str
    bold: str
    size: float
    ink: str
    paper: str
    key: str = "{}："
    """How a caption is set off from its value."""
    leading: float = 1.4
    bold_keys: bool = True

    def text(self, scale: float = 1.0, *, bold: bool = False) -> Ink:
        return Ink(self.bold if bold else self.face, self.size * scale, self.ink)


def a_style(
    rng: Random, faces: Sequence[tuple[str, str]], key: str = "{}：", size: tuple[int, int] = (21, 27)
) -> Style:
    face, bold = rng.choice([pair for pair in faces if has_face(pair[0])])
    paper, ink = rng.choice(PAPERS)
    return Style(
        face, bold, rng.randint(*size), ink, paper, key, rng.choice((1.3, 1.4, 1.55)), bold_keys=rng.random() < 0.6
    )


@dataclass
class Column:
    """A text column; `y` is where the next line goes."""

    canvas: Canvas
    style: Style
    x: float
    width: float
    y: float

    def say(self, text: str, scale: float = 1.0, *, bold: bool = False) -> None:
        """A paragraph."""
        if text:
            ink = self.style.text(scale, bold=bold)
            self.y = self.canvas.paragraph((self.x, self.y), text, ink, self.width, leading=self.style.leading)

    def key(self, caption: str, value: str | None, form: str | None = None) -> None:
        """A caption and its value; nothing where there is no value."""
        if not value:
            return
        style = self.style
        bold = style.bold if style.bold_keys else style.face
        lead = (form or style.key).format(caption)
        self.y = self.canvas.paragraph(
            (self.x, self.y), value, style.text(), self.width, lead=lead, leading=style.leading, bold=bold
        )

    def title(self, text: str | None, scale: float, *, align: str = "l", bold: bool = True) -> None:
        """One line, made smaller where the column is too narrow."""
        if not text:
            return
        x = {"l": self.x, "m": self.x + self.width / 2, "r": self.x + self.width}[align]
        ink = self.style.text(scale, bold=bold).fitted(text, self.width)
        self.canvas.text((x, self.y), text, ink, f"{align}a")
        self.y += ink.size * 1.45

    def chips(self, texts: Sequence[str], fill: str, colour: str, scale: float = 1.0) -> None:
        """Claims as pills in a row that breaks where it is full."""
        ink = self.style.text(scale, bold=True).but(fill=colour)
        x, height = self.x, ink.size * 1.8
        for text in texts:
            pill = ink.width(text) + ink.size * 1.4
            if x > self.x and x + pill > self.x + self.width:
                x, self.y = self.x, self.y + height + 10
            self.canvas.rect((x, self.y, x + pill, self.y + height), fill, radius=height / 2)
            self.canvas.text((x + pill / 2, self.y + height / 2), text, ink, "mm")
            x += pill + 14
        if texts:
            self.y += height + 12

    def gap(self, height: float) -> None:
        self.y += height

    def rule(self, width: float = 2) -> None:
        self.canvas.bars((self.x, self.y, self.x + self.width, self.y + width), self.style.ink)
        self.y += width + 8


class Unreadable(RuntimeError):
    """Text stands over other text, under a shape, or in a face without its glyphs: nobody could read it."""


@dataclass(frozen=True)
class Page:
    """A finished page: its supersampled picture and the lines printed on it."""

    picture: Image.Image
    lines: tuple[str, ...]


def cut(canvas: Canvas, bottom: float, margin: float = 30) -> Page:
    """The page down to `bottom`. Raises Unreadable."""
    ensure_readable(canvas)
    height = min(round(bottom + margin), canvas.height)
    picture = canvas.image.crop((0, 0, canvas.width * SUPERSAMPLE, height * SUPERSAMPLE))
    return Page(picture, tuple(canvas.lines))


def ensure_readable(canvas: Canvas) -> None:
    if canvas.hidden:
        raise Unreadable(f"{canvas.hidden} may be covered")
    for index, one in enumerate(canvas.pieces):
        if absent := {char for char in one.text if not has_glyph(one.face, char)}:
            raise Unreadable(f"{one.face} has no {absent}")
        for other in canvas.pieces[index + 1 :]:
            if overlap(one.box, other.box) > CROWDED:
                raise Unreadable(f"{one.text!r} and {other.text!r} stand over each other")
