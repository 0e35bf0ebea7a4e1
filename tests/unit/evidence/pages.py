"""Photos of a few known lines."""

from __future__ import annotations

from collections.abc import Sequence

from core.evidence.page import Page
from core.types import Barcode, Line, Readings

LETTER, HEIGHT, PITCH = 10.0, 20.0, 24.0
"""Pixels of a letter's width, of a line's height, and from one line to the next."""
WIDTH = 2000


def line(text: str, x: float, y: float) -> Line:
    return Line(text=text, box=(x, y, x + LETTER * max(len(text), 1), y + HEIGHT), score=0.95)


def readings(*texts: str, barcodes: Sequence[Barcode] = ()) -> Readings:
    """One column of lines, top to bottom; a tab inside a text begins another line further right on the same row."""
    lines = []
    for row, text in enumerate(texts):
        x = 0.0
        for part in text.split("\t"):
            lines.append(line(part, x, PITCH * row))
            x += LETTER * (len(part) + 8)
    return Readings(width=WIDTH, height=round(PITCH * max(len(texts), 1)), lines=tuple(lines), barcodes=tuple(barcodes))


def page(*texts: str) -> Page:
    return Page(readings(*texts))
