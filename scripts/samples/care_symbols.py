"""The care symbols of ISO 3758, drawn with lines."""

from __future__ import annotations

import math

from scripts.samples.canvas import Box, Canvas, Ink, oval

BLACK = "#1c1c1c"


def _tub(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke([(x0, y0 + 8), (x0 + 12, y1), (x1 - 12, y1), (x1, y0 + 8)], BLACK, 4)
    wave = [(x0 + 6 + t * (x1 - x0 - 12) / 30, y0 + 18 + 5 * math.sin(t * 0.7)) for t in range(31)]
    canvas.stroke(wave, BLACK, 3)
    canvas.text(((x0 + x1) / 2, y1 - 20), "30", Ink("latin-bold", 26, BLACK), "mm")


def _cross(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke([(x0, y0), (x1, y1)], BLACK, 4)
    canvas.stroke([(x0, y1), (x1, y0)], BLACK, 4)


def _no_bleach(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke([((x0 + x1) / 2, y0), (x1, y1), (x0, y1)], BLACK, 4, closed=True)
    _cross(canvas, box)


def _hang_dry(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke([(x0 + 6, y0), (x1 - 6, y0), (x1 - 6, y1), (x0 + 6, y1)], BLACK, 4, closed=True)
    canvas.stroke([(x0 + 6, y0), ((x0 + x1) / 2, y0 + 28), (x1 - 6, y0)], BLACK, 4)


def _iron_low(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke(
        [(x0 + 16, y0 + 8), (x1 - 12, y0 + 8), (x1, y1), (x0, y1), (x0 + 20, y0 + 30), (x1 - 8, y0 + 30)], BLACK, 4
    )
    canvas.ellipse(((x0 + x1) / 2 - 5, y1 - 20, (x0 + x1) / 2 + 5, y1 - 10), BLACK)


def _no_dry_clean(canvas: Canvas, box: Box) -> None:
    x0, y0, x1, y1 = box
    canvas.stroke(oval((x0 + 7, y0, x1 - 7, y1)), BLACK, 4, closed=True)
    _cross(canvas, box)


CARE_SYMBOLS = (_tub, _no_bleach, _hang_dry, _iron_low, _no_dry_clean)
"""The symbols of ISO 3758 in the order the care words come: wash, bleach, dry, iron, dry clean."""
