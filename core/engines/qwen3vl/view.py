"""What the model sees of a photo. Training sees the same (core/finetune), so it stands apart from runtimes."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.engines.language.picture import fit, text_region
from core.types import Readings

LARGE_PRINT = 14.0
"""Pixels of a line's height from which a smaller picture is read as well: a patch is 16 pixels high."""
SMALLER = 0.75
"""How much smaller: a picture's time goes by its area."""
SMALL_SHARE = 0.1
"""Share of the lines that may be smaller than what counts as the photo's small print."""


def view(image: Image.Image, readings: Readings | None, longest: int, *, crop: bool) -> Image.Image:
    """The part of a photo the model sees, at most `longest` pixels a side: with `crop` only where its text is, and
    smaller where all print is large."""
    if not crop or readings is None or not readings.lines:
        return fit(image, longest)
    box = text_region(image, readings)
    scale = SMALLER * longest / max(box[2] - box[0], box[3] - box[1], 1.0)
    small_print = float(np.quantile([line.height for line in readings.lines], SMALL_SHARE))
    return fit(image, int(SMALLER * longest) if small_print * scale >= LARGE_PRINT else longest, box)
