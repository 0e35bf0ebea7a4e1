"""Which lines the edge of the photo cuts: their print runs up to the last pixels, so part of it may be missing.

A box alone does not tell: the detector widens every box, and a line five pixels from the edge gets one
that touches it. What tells is ink in the outermost pixels.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image

from core.types import Cut, Line

Point = tuple[float, float]

AT_EDGE = 0.12
"""Share of a line's height within which both corners of a side lie at the photo's edge."""

LEAST_AT_EDGE = 2.0
"""The same in pixels, for small print."""

STRIP = 2
"""Outermost pixels in which ink is looked for."""

INK = 0.45
"""Contrast within the strip over that of the line, from which the strip holds ink. Plain paper to the edge,
JPEG noise included, stays under 0.25 on the samples; a letter cut through gives 0.7 and more."""

LEAST_CONTRAST = 24
"""Grey levels between ink and paper below which nothing can be told."""

BESIDE = 0.6
"""Share of its height within which a line's side lies at an edge that cuts others: the cut may run between
two letters of it."""

OTHERS = 2
"""So many lines have to be cut at an edge before those that end just there count as cut too."""

_SIDES = ((0, 1, Cut.ALONG), (1, 2, Cut.END), (2, 3, Cut.ALONG), (3, 0, Cut.START))
"""Corners at the ends of each side of a quad, and what it means when that side is cut."""


def with_cuts(image: Image.Image, lines: Sequence[Line]) -> list[Line]:
    """The lines of a page, each with where the page's edges cut it: for nearly all nowhere."""
    cuts = [_inked(image, line) for line in lines]
    often = Counter(border for sides in cuts for border in sides)
    borders = {border for border, times in often.items() if times >= OTHERS}
    return [_marked(line, sides | _beside(line, image, borders)) for line, sides in zip(lines, cuts, strict=True)]


def _marked(line: Line, sides: dict[str, Cut]) -> Line:
    return line.model_copy(update={"cuts": tuple(dict.fromkeys(sides.values()))}) if sides else line


def _beside(line: Line, image: Image.Image, borders: set[str]) -> dict[str, Cut]:
    """The sides of the line that lie at edges which cut other lines."""
    if not borders:
        return {}
    found = _sides_at_edge(line, image, max(LEAST_AT_EDGE, BESIDE * _height(line)))
    return {border: cut for border, cut in found.items() if border in borders}


def _inked(image: Image.Image, line: Line) -> dict[str, Cut]:
    """The sides of the line whose print runs into an edge of the page, by edge. None where it does so at both
    ends, or at an end and along: that is a picture behind large letters."""
    touched = _sides_at_edge(line, image, max(LEAST_AT_EDGE, AT_EDGE * _height(line)))
    if not touched:
        return {}
    x0, y0, x1, y1 = line.box
    grey = np.asarray(image.crop((int(x0), int(y0), round(x1 + 0.5), round(y1 + 0.5))).convert("L"), dtype=np.float32)
    grey = grey[: image.height - int(y0), : image.width - int(x0)]
    low, high = np.percentile(grey, [4, 96]) if grey.size else (0.0, 0.0)
    if high - low < LEAST_CONTRAST:
        return {}
    inked = {edge: cut for edge, cut in touched.items() if _contrast(_strip(grey, edge)) >= INK * (high - low)}
    return inked if len(set(inked.values())) == 1 else {}


def _sides_at_edge(line: Line, image: Image.Image, reach: float) -> dict[str, Cut]:
    corners = line.quad or ()
    found = {_border(corners[a], corners[b], image.size, reach): cut for a, b, cut in _SIDES} if corners else {}
    found.pop("", None)
    return found


def _height(line: Line) -> float:
    (ax, ay), _, _, (bx, by) = line.quad or ((0.0, 0.0),) * 4
    return math.hypot(ax - bx, ay - by)


def _border(one: Point, other: Point, size: tuple[int, int], reach: float) -> str:
    """The edge of the page on which the side between two corners lies; "" where it is inside the page."""
    if max(one[0], other[0]) <= reach:
        return "left"
    if min(one[0], other[0]) >= size[0] - reach:
        return "right"
    if max(one[1], other[1]) <= reach:
        return "top"
    return "bottom" if min(one[1], other[1]) >= size[1] - reach else ""


def _strip(grey: np.ndarray, edge: str) -> np.ndarray:
    """The outermost pixels of the line's picture along an edge of the page."""
    if edge in ("left", "right"):
        return grey[:, :STRIP] if edge == "left" else grey[:, -STRIP:]
    return grey[:STRIP] if edge == "top" else grey[-STRIP:]


def _contrast(strip: np.ndarray) -> float:
    """Between darkest and lightest of a strip, single pixels of noise apart."""
    low, high = np.percentile(strip, [2, 98])
    return float(high - low)
