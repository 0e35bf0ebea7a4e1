"""Where the lines of a photo stand once it is upright: turned by quarters, without tilt, and without the fan that lines
form on a label seen at an angle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from statistics import mean, median

from core.types import Box, Line, Readings

LONG = 1.5
"""A line of several characters this many times longer one way than the other runs that way."""
LEAST_FAN = 6
"""Wide lines from which a change of slope down the page can be measured."""
MOST_FAN = 60
"""Wide lines used to fit the slope: pairs grow with the square, and more lines do not make it surer."""
ACROSS, DOWN, UP = "across", "down", "up"
"""The ways a line of print can run on the page: DOWN and UP are text along its side."""


def upright_boxes(readings: Readings) -> list[tuple[Box, bool]]:
    """For each line its box in the upright frame, and whether it runs the way of the page or at right angles to it."""
    turn = _main_direction(readings.lines)
    corners = [_turned(_corners(line), turn, readings) for line in readings.lines]
    tilt = _tilt(corners)
    corners = [[_rotated(point, -tilt) for point in points] for points in corners]
    fan = _fan(corners)
    boxes = []
    for line, points in zip(readings.lines, corners, strict=True):
        x0, y0, x1, y1 = _bounds(points)
        drop = fan((x0 + x1) / 2, (y0 + y1) / 2)
        boxes.append(((x0, y0 - drop, x1, y1 - drop), _direction(line) in (turn, None)))
    return boxes


def upright_height(readings: Readings) -> float:
    """Height of the upright page, in pixels."""
    return float(readings.height if _main_direction(readings.lines) == ACROSS else readings.width)


def _corners(line: Line) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = line.box
    return list(line.quad) if line.quad else [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _direction(line: Line) -> str | None:
    """The way a line runs; None where it is too short to tell.

    A quad whose first edge is the long one says where the text begins. One that does not is read
    top to bottom, which is how the recogniser turns a tall crop.
    """
    if line.width >= LONG * line.height:
        return ACROSS
    if len(line.text.strip()) < 2 or line.height < LONG * line.width:
        return None
    if line.quad:
        (ax, ay), (bx, by) = line.quad[0], line.quad[1]
        if abs(by - ay) > abs(bx - ax):
            return DOWN if by > ay else UP
    return DOWN


def _main_direction(lines: Sequence[Line]) -> str:
    """The direction most characters run in."""
    votes = {ACROSS: 0, DOWN: 0, UP: 0}
    for line in lines:
        if direction := _direction(line):
            votes[direction] += len(line.text)
    return max(votes, key=lambda direction: votes[direction])


def _turned(points: list[tuple[float, float]], turn: str, readings: Readings) -> list[tuple[float, float]]:
    """Points after the quarter turn that makes text along the side run across."""
    if turn == DOWN:
        return [(y, readings.width - x) for x, y in points]
    if turn == UP:
        return [(readings.height - y, x) for x, y in points]
    return points


def _tilt(corners: Sequence[list[tuple[float, float]]]) -> float:
    """Median slope of the wide lines, in radians; 0 where there are none to measure."""
    slopes = []
    for points in corners:
        (ax, ay), (bx, by) = points[0], points[1]
        if _is_wide(points):
            slopes.append(math.atan2(by - ay, bx - ax))
    return median(slopes) if slopes else 0.0


def _rotated(point: tuple[float, float], angle: float) -> tuple[float, float]:
    """The point after a turn by `angle` about the origin."""
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = point
    return x * cos - y * sin, x * sin + y * cos


def _fan(corners: Sequence[list[tuple[float, float]]]) -> Callable[[float, float], float]:
    """How far a point at (x, y) lies below its line of print where the lines fan out, as they do on a
    label seen at an angle: their slope changes linearly down the page.

    Fitted by medians of pairs (Theil-Sen), which a few misplaced corners do not move; the longest lines
    are used, because their slopes are the surest.
    """
    wide = sorted((points for points in corners if _is_wide(points)), key=lambda points: points[0][0] - points[1][0])
    wide = wide[:MOST_FAN]
    if len(wide) < LEAST_FAN:
        return lambda x, y: 0.0
    ys = [sum(y for _, y in points) / 4 for points in wide]
    slopes = [(points[1][1] - points[0][1]) / (points[1][0] - points[0][0]) for points in wide]
    pairs = [(slopes[i] - slopes[j]) / (ys[i] - ys[j]) for i, j in combinations(range(len(ys)), 2) if ys[i] != ys[j]]
    if not pairs:
        return lambda x, y: 0.0
    steepness = median(pairs)
    offset = median(slope - steepness * y for slope, y in zip(slopes, ys, strict=True))
    centre = mean(sum(x for x, _ in points) / 4 for points in wide)
    return lambda x, y: (x - centre) * (offset + steepness * y)


def _is_wide(points: list[tuple[float, float]]) -> bool:
    """A line long enough for its slope to be sure, and less steep than 45 degrees: text that runs down the
    side of the page says nothing about the slope of the others."""
    (ax, ay), (bx, by) = points[0], points[1]
    return bx - ax > abs(by - ay) and math.dist(points[0], points[1]) > 3 * math.dist(points[1], points[2])


def _bounds(points: list[tuple[float, float]]) -> Box:
    """Bounds by the middles of the upper and lower edge, so that a slanted line is as tall as its letters."""
    xs, ys = zip(*points, strict=True)
    top, bottom = sorted(ys)[:2], sorted(ys)[2:]
    return (min(xs), sum(top) / 2, max(xs), sum(bottom) / 2)
