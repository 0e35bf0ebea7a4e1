"""Pages of printed text for tests: lines set by hand as an OCR reader would hand them over."""

from __future__ import annotations

from core.types import Barcode, Line, Readings

HEIGHT = 30.0
"""Height of ordinary text; letters are half as wide, Chinese characters as wide as high."""


def width_of(text: str, height: float = HEIGHT) -> float:
    return sum(height * (0.5 if char.isascii() else 0.95) for char in text)


def line(text: str, x: float, y: float, height: float = HEIGHT, score: float = 0.99) -> Line:
    """`text` with its top left corner at (x, y)."""
    return Line(text=text, box=(x, y, x + width_of(text, height), y + height), score=score)


def page(*lines: Line, barcodes: tuple[Barcode, ...] = (), width: int = 1000, height: int = 1400) -> Readings:
    return Readings(width=width, height=height, lines=lines, barcodes=barcodes)


def column(*texts: str, x: float = 50, y: float = 100, step: float = 40) -> list[Line]:
    """Lines under each other, the way a paragraph or a list of keys is set."""
    return [line(text, x, y + step * number) for number, text in enumerate(texts)]


def table(
    *rows: tuple[str, ...], xs: tuple[float, ...] = (50, 400, 650), y: float = 100, step: float = 45
) -> list[Line]:
    """Rows of cells, each cell a line of its own; empty cells are left out."""
    return [
        line(text, x, y + step * number)
        for number, row in enumerate(rows)
        for text, x in zip(row, xs, strict=False)
        if text
    ]
