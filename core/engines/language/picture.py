"""The pixels a model gets: the part of the page with print on it, at the size it reads best."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PIL import Image

from core.types import Box, Line, Readings

MARGIN = 0.02
"""Space kept around the print, as a share of the page's longer side: words touching the edge are read badly."""
NEARLY_ALL = 0.85
"""A region of at least this share of the page is not cut out: nothing would be gained, a logo could be lost."""
SPECK_SCORE, SHORT_SCORE, SHORT = 0.6, 0.9, 3
"""A line with a lower score than the first, or than the second where it has fewer characters than the third, is a
texture read as letters when it stands far away from the others."""
FAR = 4.0
"""Line heights; what stands this far from the region of the certain lines is far away."""

LEAST_SIDE = 32
"""Pixels of one merged vision token of Qwen-VL models (patches of 16, merged by 2): a smaller side is refused."""
MOST_ENLARGED = 2.0
"""Pixels are not invented beyond this: a larger picture costs more and shows no more."""
REDUCING_GAP = 2.0
"""A large photo is first averaged down to twice the size: 33 ms instead of 164 for 12 megapixels to 512 pixels."""
AVERAGED_GAP = 1.5
"""What this changes in a picture is as little as a JPEG of quality 92 does (at least 40.6 dB, against 37.6)."""
WHITE = (255, 255, 255)


def text_region(image: Image.Image, readings: Readings, margin: float = MARGIN) -> Box:
    """The part of the page that holds its lines, with a margin; the whole page where there are none, or nearly it."""
    whole: Box = (0.0, 0.0, float(image.width), float(image.height))
    lines = _without_specks(readings.lines)
    if not lines:
        return whole
    space = margin * max(image.size)
    x0, y0, x1, y1 = _union([line.box for line in lines])
    region: Box = (
        max(x0 - space, 0.0),
        max(y0 - space, 0.0),
        min(x1 + space, whole[2]),
        min(y1 + space, whole[3]),
    )
    worth_it = region[0] < region[2] and region[1] < region[3] and _area(region) < NEARLY_ALL * _area(whole)
    return region if worth_it else whole


def fit(image: Image.Image, longest: int, box: Box | None = None) -> Image.Image:
    """`image`, or `box` of it, as RGB with its longer side at most `longest` pixels and no side under 32.

    Small pictures are enlarged, at most twice. One so narrow that its shorter side would vanish is padded
    with white. A new picture always; `image` stays as it is.
    """
    if longest < LEAST_SIDE:
        raise ValueError(f"longest is {longest}; a model needs at least {LEAST_SIDE} pixels")
    part = image.crop(_whole_pixels(image, box)) if box else image
    factor = min(longest / max(part.size), MOST_ENLARGED)
    size = tuple(max(round(side * factor), 1) for side in part.size)
    coloured = part if part.mode == "RGB" else part.convert("RGB")
    scaled = coloured.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)
    return _padded(scaled)


def averaged(image: Image.Image, longest: int, box: Box) -> Image.Image:
    """`box` of a large image, made smaller by a whole number before `fit` does the rest: 41 ms instead of 115 for
    12 megapixels to 1024 pixels. What it leaves is at least `AVERAGED_GAP` times as large as wanted.

    Up to as many pixels as that number are cut off on the right and below, so that no row counts more than others.
    """
    x0, y0, x1, y1 = _whole_pixels(image, box)
    by = int(max(x1 - x0, y1 - y0) / longest / AVERAGED_GAP)
    if by < 2 or min(x1 - x0, y1 - y0) < by * LEAST_SIDE:
        return image.crop((x0, y0, x1, y1))
    return image.reduce(by, (x0, y0, x1 - (x1 - x0) % by, y1 - (y1 - y0) % by))


def _whole_pixels(image: Image.Image, box: Box) -> tuple[int, int, int, int]:
    """The pixels that `box` touches: at least one, none outside the picture."""
    x0, y0 = min(max(int(box[0]), 0), image.width - 1), min(max(int(box[1]), 0), image.height - 1)
    x1, y1 = min(ceil(box[2]), image.width), min(ceil(box[3]), image.height)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def _padded(image: Image.Image) -> Image.Image:
    size = (max(image.width, LEAST_SIDE), max(image.height, LEAST_SIDE))
    if size == image.size:
        return image
    padded = Image.new("RGB", size, WHITE)
    padded.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return padded


def _without_specks(lines: Sequence[Line]) -> list[Line]:
    """The lines less those of which it is uncertain that they are print at all, unless they stand among print."""
    certain = [line for line in lines if not _may_be_speck(line)]
    if not certain:
        return list(lines)
    region = _union([line.box for line in certain])
    return [line for line in lines if not _may_be_speck(line) or not _is_far(line, region)]


def _may_be_speck(line: Line) -> bool:
    return line.score < SPECK_SCORE or (len(line.text.strip()) < SHORT and line.score < SHORT_SCORE)


def _is_far(line: Line, region: Box) -> bool:
    reach = FAR * line.height
    x0, y0, x1, y1 = line.box
    return x1 < region[0] - reach or x0 > region[2] + reach or y1 < region[1] - reach or y0 > region[3] + reach


def _union(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
