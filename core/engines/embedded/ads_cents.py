"""Cents that are set small behind the price ($19⁹⁹) and that the recogniser reads as digits of one size.

"$1999" and "$19⁹⁹" are the same letters to it, so the pixels decide: where the last two digits are drawn
clearly smaller than those before them, they are cents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from core.engines.embedded.ads_layout import Phrase
from core.types import Box
from core.values.terms import wording_form

CENTS = 2
"""Digits of a price's small part."""
CENTS_SIZE = 0.75
"""Height of cents, as a share of the height of the digits before them, at most."""
LEAST_INK = 0.2
"""Height of a digit, as a share of its line's box, at least; less is a point, a comma or noise."""
MARGIN = 0.05
"""Pixels around the line that are looked at too, as a share of its height: raised digits reach out of it."""

_RUN_TOGETHER = re.compile(r"[¥$€£₹]?\s*\d{3,6}")


def with_cents(phrases: Sequence[Phrase], image: Image.Image, page_width: int) -> list[Phrase]:
    """The phrases, with a point before cents that are drawn small. Boxes are in pixels of a page `page_width` wide."""
    scale = image.width / max(page_width, 1)
    return [
        replace(phrase, text=f"{phrase.text[:-CENTS]}.{phrase.text[-CENTS:]}")
        if _RUN_TOGETHER.fullmatch(wording_form(phrase.text)) and _ends_small(image, phrase.box, scale, phrase.text)
        else phrase
        for phrase in phrases
    ]


def _ends_small(image: Image.Image, box: Box, scale: float, text: str) -> bool:
    """True where every character can be told from its neighbours and the last two are small and raised."""
    digits = sum(char.isdigit() for char in text)
    glyphs = _glyphs(_around(image, box, scale))
    if len(glyphs) < len("".join(text.split())):
        return False
    glyphs = glyphs[-digits:]
    whole, cents = glyphs[:-CENTS], glyphs[-CENTS:]
    least = min(height for _, height in whole)
    middle = max(top + height / 2 for top, height in whole)
    return all(height <= CENTS_SIZE * least and top + height / 2 < middle for top, height in cents)


def _around(image: Image.Image, box: Box, scale: float) -> Image.Image:
    x0, y0, x1, y1 = (side * scale for side in box)
    margin = MARGIN * (y1 - y0)
    return image.crop((round(x0 - margin), round(y0 - margin), round(x1 + margin), round(y1 + margin)))


def _glyphs(crop: Image.Image) -> list[tuple[int, int]]:
    """(top, height) of the drawn shapes, left to right, in pixels of the crop."""
    grey = np.asarray(crop.convert("L"))
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if np.mean(ink) > 127:
        ink = 255 - ink
    _, _, shapes, _ = cv2.connectedComponentsWithStats(ink)
    tall = [shape for shape in shapes[1:] if shape[cv2.CC_STAT_HEIGHT] >= LEAST_INK * crop.height]
    tall.sort(key=lambda shape: shape[cv2.CC_STAT_LEFT])
    return [(int(shape[cv2.CC_STAT_TOP]), int(shape[cv2.CC_STAT_HEIGHT])) for shape in tall]
