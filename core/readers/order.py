"""Reading order of lines on a page that may be tilted a little."""

from __future__ import annotations

import math

import numpy as np

SAME_ROW = 0.5
"""Two lines share a row when their middles differ by less than this part of the lower one's height."""


def reading_order(quads: list[np.ndarray]) -> list[int]:
    """Indexes of the quads row by row, each row from left to right.

    A quad is 4 × 2: the corners of a line, top left of its text first, clockwise. Rows follow the
    common tilt of the lines, so a page photographed at an angle keeps its rows.
    """
    if not quads:
        return []
    angle = _tilt(quads)
    level = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middles = [level @ quad.mean(axis=0) for quad in quads]
    starts = [float((level @ quad[0])[0]) for quad in quads]
    heights = [float(np.linalg.norm(quad[0] - quad[3])) for quad in quads]
    rows: list[list[int]] = []
    for index in sorted(range(len(quads)), key=lambda i: middles[i][1]):
        row = _row_of(index, rows, middles, heights)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [index for row in rows for index in sorted(row, key=lambda i: starts[i])]


def _row_of(index: int, rows: list[list[int]], middles: list[np.ndarray], heights: list[float]) -> list[int] | None:
    """The last row, if the line is level with the line of that row which is nearest to it."""
    if not rows:
        return None
    nearest = min(rows[-1], key=lambda i: abs(middles[i][0] - middles[index][0]))
    apart = abs(middles[index][1] - middles[nearest][1])
    return rows[-1] if apart < SAME_ROW * min(heights[index], heights[nearest]) else None


def _tilt(quads: list[np.ndarray]) -> float:
    """The lines' median angle in radians, by length; 0 where all are too short to tell."""
    edges = [quad[1] - quad[0] for quad in quads]
    lengths = np.array([float(np.linalg.norm(edge)) for edge in edges])
    heights = np.array([float(np.linalg.norm(quad[3] - quad[0])) for quad in quads])
    angles = np.array([math.atan2(float(edge[1]), float(edge[0])) for edge in edges])
    telling = (lengths > 3 * heights) & (np.abs(angles) < math.radians(45))
    if not telling.any():
        return 0.0
    by_angle = np.argsort(angles[telling])
    weight = np.cumsum(lengths[telling][by_angle])
    return float(angles[telling][by_angle][int(np.searchsorted(weight, weight[-1] / 2))])
