"""The parts of a page that deserve a closer look, joined so that looking costs little."""

from __future__ import annotations

import math
from itertools import combinations

import cv2
import numpy as np

from core.readers.network import CANVAS_STEP

Window = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

LEAST_FAINT = 6
"""Pixels of faint print below which a spot is noise."""

MARGIN = (64, 32)
"""Pixels beside and above or below a spot that are looked at with it, at the overview's scale: the network judges
print by what is around it, and a spot is often only part of its line."""

NEAR = 16
"""Pixels between faint spots that are one."""

MOST_SPOTS = 24
"""From so many windows on, and where they cost as much as the whole page, the whole page is looked at."""


def windows_around(faint: np.ndarray, scale: float, size: tuple[int, int], closer: float) -> list[Window]:
    """The parts of a page of this size, in its pixels, that hold the spots which are not 0 in `faint`.

    `faint` shows the page at `scale`; the parts will be looked at at `closer` times that.
    """
    (height, width), (beside, above) = faint.shape, MARGIN
    joined = cv2.dilate(faint, np.ones((NEAR + 1, NEAR + 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    inked = np.bincount(labels[faint > 0], minlength=count)
    spots = [
        (
            max(0, int(x) - beside),
            max(0, int(y) - above),
            min(width, int(x + w) + beside),
            min(height, int(y + h) + above),
        )
        for (x, y, w, h, _), ink in zip(stats[1:], inked[1:], strict=True)
        if ink >= LEAST_FAINT
    ]
    whole = (0, 0, width, height)
    windows = [whole] if len(spots) > MOST_SPOTS else _joined(spots, closer)
    if sum(_cost(window, closer) for window in windows) >= _cost(whole, closer):
        windows = [whole]
    return [_on_page(window, scale, size) for window in windows]


def _joined(windows: list[Window], closer: float) -> list[Window]:
    """The windows, any two joined as long as one canvas for both costs no more than one for each."""
    while True:
        for one, other in combinations(windows, 2):
            both = _around(one, other)
            if _cost(both, closer) <= _cost(one, closer) + _cost(other, closer):
                windows = [each for each in windows if each not in (one, other)] + [both]
                break
        else:
            return windows


def _around(one: Window, other: Window) -> Window:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _cost(window: Window, closer: float) -> int:
    """Cells of the canvas that the window takes at the closer scale."""
    across, down = (math.ceil(side * closer / CANVAS_STEP) for side in (window[2] - window[0], window[3] - window[1]))
    return across * down


def _on_page(window: Window, scale: float, size: tuple[int, int]) -> Window:
    left, top = (math.floor(each / scale) for each in window[:2])
    right, bottom = (min(most, math.ceil(each / scale)) for each, most in zip(window[2:], size, strict=True))
    return (left, top, right, bottom)
