"""Where lines of text are on a page: one overview, and a closer look where small or faint print is."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from core.readers.network import CANVAS_STEP, FIND_PIXELS, Overview, TextNetwork, fitting_scale
from core.readers.windows import Window, windows_around

SMALL_PRINT = 13.0
"""Line height, in pixels the detector sees, below which it misses lines. On collages of the sample
photos: 51 of 125 true lines found with a lower quartile of 11 px, all it can read from 14 px up."""

CLOSER = 2.0
"""How much larger the closer look is than the overview: 103 of those 125 lines; 3.0 found 99."""

FEW_LINES = 10
"""Below this many lines a closer look finds what a photo of a scene hides: price tags on a shelf (2 lines -> 9)."""

OVERLAP = 64
"""Pixels, at the closer scale, that neighbouring bands share, so that every small line is whole in one."""

COVERED = 0.3
"""Share of a line's area above which another box counts as the same line."""


def find_lines(network: TextNetwork, page: Image.Image) -> list[np.ndarray]:
    """Corners (4 × 2, page pixels, top left first and clockwise) of every line found."""
    scale = fitting_scale(*page.size)
    overview = network.find(page, scale)
    closer = [
        quad
        for window in _to_look_at_again(overview, scale, page.size)
        for quad in _find_in_bands(network, page, window, CLOSER * scale)
    ]
    sharper, other = (closer, overview.quads) if scale < 1.0 else (overview.quads, closer)
    return sharper + [quad for quad in other if not is_covered(quad, sharper)]


def thickness(quad: np.ndarray) -> float:
    """The shorter side of a quad: a line's height whichever way it runs."""
    return float(min(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[0] - quad[1])))


def _to_look_at_again(overview: Overview, scale: float, size: tuple[int, int]) -> list[Window]:
    """The whole page where a quarter of its lines is too low for the detector; where it has few lines,
    only the places of what might be print and is in no line."""
    heights = [thickness(quad) * scale for quad in overview.quads]
    if heights and np.percentile(heights, 25) < SMALL_PRINT:
        return [(0, 0, *size)]
    if len(heights) >= FEW_LINES:
        return []
    faint = overview.faint.astype(np.uint8)
    for quad, height in zip(overview.quads, heights, strict=True):
        if height >= SMALL_PRINT:
            cv2.fillPoly(faint, [np.round(quad * scale).astype(np.int32)], 0)
    return windows_around(faint, scale, size, CLOSER)


def _find_in_bands(network: TextNetwork, page: Image.Image, window: Window, scale: float) -> Iterator[np.ndarray]:
    """Lines that are whole within one of the window's bands, each looked at at `scale`."""
    left, above, right, below = window
    for start, end in _bands(right - left, below - above, scale):
        part = (left, above + start, right, above + end)
        for quad in network.find(page.crop(part), scale).quads:
            placed = quad + np.array(part[:2], dtype=np.float32)
            if not _is_cut(placed, part, page.size, 2 / scale):
                yield placed


def _is_cut(quad: np.ndarray, part: Window, size: tuple[int, int], margin: float) -> bool:
    """True where the quad runs up to a side of the part that is not one of the page."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    left, top, right, bottom = part
    return bool(
        (left > 0 and x0 <= left + margin)
        or (top > 0 and y0 <= top + margin)
        or (right < size[0] and x1 >= right - margin)
        or (bottom < size[1] and y1 >= bottom - margin)
    )


def _bands(width: int, height: int, scale: float) -> list[tuple[int, int]]:
    """(top, bottom) of overlapping bands, each small enough for the detector at `scale`."""
    canvas_width = math.ceil(width * scale / CANVAS_STEP) * CANVAS_STEP
    canvas_height = max(2 * OVERLAP, FIND_PIXELS // canvas_width // CANVAS_STEP * CANVAS_STEP)
    tall = int(canvas_height / scale)
    step = max(1, tall - int(OVERLAP / scale))
    return [(top, min(height, top + tall)) for top in range(0, max(1, height - (tall - step)), step)]


def is_covered(quad: np.ndarray, others: list[np.ndarray]) -> bool:
    """True where the others together lie over a good part of the quad."""
    corners = quad.astype(np.float32)
    shared = sum(cv2.intersectConvexConvex(corners, other.astype(np.float32))[0] for other in others)
    return bool(shared > COVERED * max(1.0, cv2.contourArea(corners)))
