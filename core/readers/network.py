"""PP-OCRv6 small through RapidOCR on OpenVINO, with its memory bounded.

The networks' memory follows the area of the largest input and the number of distinct input shapes,
without end for photos of every size. So pages are laid on a few sizes of canvas, and lines are
recognised in a few widths.
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

from core.offline import silence_openvino

MODEL = f"rapidocr-{installed_version('rapidocr')}/PP-OCRv6-small/openvino-{installed_version('openvino')}"

CANVAS_STEP = 256
"""Sides of the detector's canvas are multiples of this (the network itself needs 32). Memory after
every possible canvas and line width: 0.77 GB; with steps of 128 it is 1.00, of 64 it is 1.26."""

FIND_PIXELS = 1024 * 1024
"""Largest canvas. Twice as much finds no more of the sample photos' lines and takes 0.4 GB more."""

CANVASES = ((1024, 1024), (1280, 768), (768, 1280))
"""Width and height of the largest canvases a whole page is laid on."""

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
        silence_openvino()
        from rapidocr import EngineType, RapidOCR  # imports openvino; 0.5 s, needed only where photos are read

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
    """The scale, at most 1, at which a picture of this size fits onto one canvas."""
    return min(1.0, max(min(across / width, down / height) for across, down in CANVASES))


def _on_canvas(page: Image.Image, scale: float) -> np.ndarray:
    """The page at `scale`, its right and lower edges drawn out to fill the canvas.

    A plain colour there would end in an edge, which the network takes for the end of a line: with
    grey, black or white 162 or 163 true lines are found, with the edges drawn out 166.
    """
    width, height = max(1, int(page.width * scale)), max(1, int(page.height * scale))
    small = page.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0) if scale != 1.0 else page
    sides = (math.ceil(height / CANVAS_STEP) * CANVAS_STEP, math.ceil(width / CANVAS_STEP) * CANVAS_STEP)
    bgr = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    return cv2.copyMakeBorder(bgr, 0, sides[0] - height, 0, sides[1] - width, cv2.BORDER_REPLICATE)


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
