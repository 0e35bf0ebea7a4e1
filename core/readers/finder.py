"""Where lines of text are on a page: one overview, and a closer look in bands where print is small."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from core.readers.network import CANVAS_STEP, FIND_PIXELS, TextNetwork, fitting_scale

SMALL_PRINT = 13.0
"""Line height, in pixels the detector sees, below which it misses lines. On collages of the sample
photos: 51 of 125 true lines found with a lower quartile of 11 px, all it can read from 14 px up."""

CLOSER = 2.0
"""How much larger the closer look is than the overview: 103 of those 125 lines; 3.0 found 99."""

FEW_LINES = 10
"""Below this many lines a closer look costs little and finds what a photo of a scene hides: price
tags on a shelf (2 lines -> 9)."""

OVERLAP = 64
"""Pixels, at the closer scale, that neighbouring bands share, so that every small line is whole in one."""

COVERED = 0.3
"""Share of a line's area above which another box counts as the same line."""


def find_lines(network: TextNetwork, page: Image.Image) -> list[np.ndarray]:
    """Corners (4 × 2, page pixels, top left first and clockwise) of every line found."""
    scale = fitting_scale(*page.size)
    overview = network.find(page, scale)
    if not _wants_closer_look(overview, scale):
        return overview
    closer = list(_find_in_bands(network, page, CLOSER * scale))
    sharper, other = (closer, overview) if scale < 1.0 else (overview, closer)
    return sharper + [quad for quad in other if not is_covered(quad, sharper)]


def thickness(quad: np.ndarray) -> float:
    """The shorter side of a quad: a line's height whichever way it runs."""
    return float(min(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[0] - quad[1])))


def _wants_closer_look(quads: list[np.ndarray], scale: float) -> bool:
    """True for few lines, or where a quarter of them is too low for the detector."""
    if len(quads) < FEW_LINES:
        return True
    return float(np.percentile([thickness(quad) * scale for quad in quads], 25)) < SMALL_PRINT


def _find_in_bands(network: TextNetwork, page: Image.Image, scale: float) -> Iterator[np.ndarray]:
    """Lines that are whole within one of the page's full-width bands, each at `scale`."""
    for top, bottom in _bands(page.width, page.height, scale):
        margin = 2 / scale
        for quad in network.find(page.crop((0, top, page.width, bottom)), scale):
            placed = quad + np.array([0, top], dtype=np.float32)
            cut_above = top > 0 and placed[:, 1].min() <= top + margin
            cut_below = bottom < page.height and placed[:, 1].max() >= bottom - margin
            if not cut_above and not cut_below:
                yield placed


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
