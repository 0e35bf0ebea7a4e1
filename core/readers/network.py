"""PP-OCRv6 small through RapidOCR on OpenVINO, with its memory bounded.

Memory of the networks follows the area of the largest input and, slowly, the number of distinct
input shapes. So a page is found at no more than `FIND_PIXELS`, on canvases whose sides are
multiples of `CANVAS_STEP`, and lines are recognised in a few widths.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from typing import Any

import cv2
import numpy as np
from PIL import Image
from rapidocr import EngineType, RapidOCR

MODEL = f"rapidocr-{installed_version('rapidocr')}/PP-OCRv6-small/openvino-{installed_version('openvino')}"

FIND_SIDE = 1280
FIND_PIXELS = 960 * 960
"""Largest picture the detector sees at once. On the sample photos 167 of 191 true lines are found
with this, 166 with a third more, 163 with twice as much; memory is 0.82, 0.94 and 1.20 GB."""

CANVAS_STEP = 128
"""Sides of the detector's canvas are multiples of this (the network itself needs 32)."""

UNCLIP = 1.4
"""How far a found text core is widened to its line, as a ratio of area to outline. RapidOCR's 1.6
takes in parts of neighbouring lines: 165 of 191 true lines against 167 with 1.4."""

LINE_HEIGHT = 48
"""Height in pixels the recogniser works at."""

LINE_WIDTHS = (320, 480, 640, 960, 1280, 1920, 2560)
"""Widths in pixels a line is padded to; longer ones are squeezed."""

BATCH_WIDTH = 1920
"""Most pixels of width, over all lines, in one pass of the recogniser."""

GREY = 127
"""Padding the networks take for nothing: it is 0 after their normalisation."""


class TextNetwork:
    """Finds, turns and recognises lines. Not thread-safe. Images are BGR arrays of uint8."""

    def __init__(self, threads: int) -> None:
        parts = {f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Cls", "Rec")}
        self._rapid = RapidOCR(
            params={
                **parts,
                "EngineConfig.openvino.inference_num_threads": threads,
                "Global.log_level": "error",  # "nothing found" is a warning there, and ordinary here
                "Global.use_preprocess_img": False,
                "Global.use_vertical_padding": False,
                "Det.limit_side_len": CANVAS_STEP,
                "Det.unclip_ratio": UNCLIP,
            }
        )

    def find(self, page: Image.Image, scale: float) -> list[np.ndarray]:
        """Corners (4 × 2, float, page pixels; top left first, clockwise) of the lines found at `scale`.

        What the network sees in the canvas beyond the page is left out.
        """
        canvas = _on_canvas(page, scale)
        found: Any = self._rapid(canvas, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        quads = [np.clip(np.asarray(box, dtype=np.float32) / scale, 0, page.size) for box in found.boxes]
        return [quad for quad in quads if np.ptp(quad, axis=0).min() >= 3 / scale]

    def upside_down(self, crops: Sequence[np.ndarray]) -> list[float]:
        """For each line crop, how sure (0 to 1) the network is that it stands on its head."""
        _, result = self._rapid.cls_and_rotate(list(crops))
        return [float(score) if label == "180" else 0.0 for label, score in result.cls_res or ()]

    def recognise(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """Text and mean character score of each upright line crop, in the given order."""
        by_width: dict[int, list[int]] = defaultdict(list)
        for index, crop in enumerate(crops):
            by_width[_line_width(crop)].append(index)
        read: dict[int, tuple[str, float]] = {}
        for width, indexes in by_width.items():
            step = max(1, min(6, BATCH_WIDTH // width))
            for start in range(0, len(indexes), step):
                batch = indexes[start : start + step]
                result = self._rapid.recognize_txt([_as_line(crops[i], width) for i in batch])
                for index, text, score in zip(batch, result.txts or (), result.scores or (), strict=True):
                    read[index] = (text.strip(), float(score))
        return [read[index] for index in range(len(crops))]


def fitting_scale(width: int, height: int) -> float:
    """The scale, at most 1, at which a picture of this size fits into the detector."""
    return min(1.0, FIND_SIDE / max(width, height), math.sqrt(FIND_PIXELS / (width * height)))


def _on_canvas(page: Image.Image, scale: float) -> np.ndarray:
    width, height = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    small = page.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0) if scale != 1.0 else page
    sides = (math.ceil(height / CANVAS_STEP) * CANVAS_STEP, math.ceil(width / CANVAS_STEP) * CANVAS_STEP)
    canvas = np.full((*sides, 3), GREY, dtype=np.uint8)
    canvas[:height, :width] = np.asarray(small)[:, :, ::-1]
    return canvas


def _line_width(crop: np.ndarray) -> int:
    height, width = crop.shape[:2]
    needed = LINE_HEIGHT * width / height
    return next((each for each in LINE_WIDTHS if needed <= each), LINE_WIDTHS[-1])


def _as_line(crop: np.ndarray, width: int) -> np.ndarray:
    """The crop at the recogniser's height, padded on the right to `width`."""
    height = crop.shape[0]
    used = max(1, min(width, math.ceil(LINE_HEIGHT * crop.shape[1] / height)))
    how = cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_CUBIC
    line = np.full((LINE_HEIGHT, width, 3), GREY, dtype=np.uint8)
    line[:, :used] = cv2.resize(crop, (used, LINE_HEIGHT), interpolation=how)
    return line
