"""PP-OCRv6 small, whose weights are in RapidOCR's wheel, on OpenVINO, with its memory bounded.

The networks' memory follows the area of the largest input and the number of distinct input shapes,
without end for photos of every size. So pages are laid on a few sizes of canvas, and lines are
recognised in a few widths.

RapidOCR decodes what the networks answer. It does not run them: it takes one input at a time on all
cores, pads every line to at least 320 pixels, and prepares pictures in double precision. Here lines
are recognised side by side, each on a core of its own and at its own width.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import Image

from core.offline import silence_openvino

MODEL = f"rapidocr-{installed_version('rapidocr')}/PP-OCRv6-small/openvino-{installed_version('openvino')}"

DETECTOR = "PP-OCRv6_det_small.onnx"
CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"

CANVAS_STEP = 256
"""Sides of the detector's canvas are multiples of this (the network itself needs 32). Memory after
every possible canvas and line width: 0.77 GB; with steps of 128 it is 1.00, of 64 it is 1.26."""

FIND_PIXELS = 1024 * 1024
"""Largest canvas. Twice as much finds no more of the sample photos' lines and takes 0.4 GB more."""

CANVASES = ((1024, 1024), (1280, 768), (768, 1280))
"""Width and height of the largest canvases a whole page is laid on."""

PRINT = 0.3
"""Likelihood of print from which a pixel belongs to a line's core (RapidOCR's own threshold)."""

LINE = 0.5
"""Mean likelihood over a line's core from which it is a line (RapidOCR's own threshold)."""

UNCLIP = 1.4
"""How far a found text core is widened to its line, as a ratio of area to outline. RapidOCR's 1.6
takes in parts of neighbouring lines: 165 of 191 true lines against 167 with 1.4."""

FAINT = 0.1
"""Likelihood of print from which a place outside all lines deserves a closer look."""

TURN_SIZE = (192, 48)
"""Width and height the classifier of upside-down lines works at."""

LINE_HEIGHT = 48
"""Height in pixels the recogniser works at."""

LINE_WIDTHS = (*range(320, 640, 64), *range(640, 1280, 128), *range(1280, 2561, 256))
"""Widths in pixels a line is padded to; longer ones are squeezed. As RapidOCR's, none is under 320: in less the last
letter of a short line is misread ("6%" as "69"): 319 of 382 true lines against 322 with widths from 64."""

AT_ONCE = 4
"""Most lines recognised at a time: each has its own memory in the network, whatever the number of cores."""

GREY = 127.5
"""Mean and spread the networks were trained with: a padding of this is 0 to them, which is nothing."""


Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Overview:
    """What the detector sees on a page."""

    quads: list[np.ndarray]
    """Corners (4 × 2, float, page pixels; top left first, clockwise) of each line."""
    faint: np.ndarray
    """True at pixels, at the scale looked at, that are print or might be; within the page only."""


class TextNetwork:
    """Finds, turns and recognises lines. Not thread-safe. Images are BGR arrays of uint8."""

    def __init__(self, threads: int) -> None:
        silence_openvino()
        import rapidocr  # with openvino half a second, needed only where photos are read
        from openvino import Core
        from rapidocr.ch_ppocr_det.utils import DBPostProcess
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # its modules would tell of ordinary things
        self._core = Core()
        self._models = Path(rapidocr.__file__).parent / "models"
        self._detector = self._compiled(DETECTOR, threads, streams=1).create_infer_request()
        self._outlines = DBPostProcess(
            thresh=PRINT, box_thresh=LINE, unclip_ratio=UNCLIP, max_candidates=1000, use_dilation=True
        )
        at_once = min(threads, AT_ONCE)
        self._classifier = _SideBySide(self._compiled(CLASSIFIER, threads, at_once), at_once)
        self._recogniser = _SideBySide(self._compiled(RECOGNISER, threads, at_once), at_once)
        self._letters = CTCLabelDecode(character=self._characters())

    def _compiled(self, name: str, threads: int, streams: int) -> Any:
        config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": streams}
        return self._core.compile_model(self._core.read_model(self._models / name), "CPU", config)

    def _characters(self) -> list[str]:
        notes = self._core.read_model(self._models / RECOGNISER).get_rt_info()["framework"]
        return list(notes["character"].value.splitlines())

    def find(self, page: Image.Image, scale: float) -> Overview:
        """The lines found at `scale`. What the network sees in the canvas beyond the page is left out."""
        canvas, (width, height) = _on_canvas(page, scale)
        self._detector.infer([_normalised(canvas)])
        likely = self._detector.get_output_tensor().data
        boxes, _ = self._outlines(likely, canvas.shape[:2])
        quads = [np.clip(np.asarray(box, dtype=np.float32) / scale, 0, page.size) for box in boxes]
        quads = [quad for quad in quads if np.ptp(quad, axis=0).min() >= 3 / scale]
        return Overview(quads, likely[0, 0, :height, :width] > FAINT)

    def upside_down(self, crops: Sequence[np.ndarray]) -> list[float]:
        """For each line crop, how sure (0 to 1) the network is that it stands on its head."""
        width, height = TURN_SIZE
        lines = [_as_line(crop, height, width) for crop in crops]
        return self._classifier.each(lines, lambda answer: float(answer[0, 1]))

    def recognise(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """Text and mean character score of each upright line crop, in the given order."""
        return self._recogniser.each([_as_line(crop, LINE_HEIGHT, _line_width(crop)) for crop in crops], self._text)

    def _text(self, answer: np.ndarray) -> tuple[str, float]:
        best = answer.argmax(axis=2)
        scores = np.take_along_axis(answer, best[..., None], axis=2)[..., 0]
        ((text, score),), _ = self._letters.decode(best, scores, remove_duplicate=True)
        return text.strip(), float(score)


class _SideBySide:
    """Runs a network on many pictures, several at a time, each on its own share of the threads.

    Against one after the other on all threads: 43 instead of 52 µs of processor time for a column of a
    line 640 wide and 49 instead of 74 for one 160 wide (Zen 4, two cores), as no thread waits for another.
    """

    def __init__(self, compiled: Any, at_once: int) -> None:
        from openvino import AsyncInferQueue

        self._queue = AsyncInferQueue(compiled, at_once)
        self._queue.set_callback(_take_answer)

    def each(self, pictures: Sequence[np.ndarray], understand: Callable[[np.ndarray], Meaning]) -> list[Meaning]:
        """What each picture's answer means, in the order of the pictures."""
        meanings: dict[int, Meaning] = {}

        def keep(index: int, answer: np.ndarray) -> None:
            meanings[index] = understand(answer)

        for index in sorted(range(len(pictures)), key=lambda i: pictures[i].shape[1], reverse=True):
            self._queue.start_async([_normalised(pictures[index])], (keep, index))
        self._queue.wait_all()
        return [meanings[index] for index in range(len(pictures))]


def _take_answer(request: Any, asked: tuple[Callable[[int, np.ndarray], None], int]) -> None:
    keep, index = asked
    keep(index, request.get_output_tensor().data)


def _normalised(picture: np.ndarray) -> np.ndarray:
    """The picture as the networks take it: 1 × 3 × height × width, about -1 to 1."""
    return cv2.dnn.blobFromImage(picture, 1 / GREY, mean=(GREY, GREY, GREY))


def fitting_scale(width: int, height: int) -> float:
    """The scale, at most 1, at which a picture of this size fits onto one canvas."""
    return min(1.0, max(min(across / width, down / height) for across, down in CANVASES))


def _on_canvas(page: Image.Image, scale: float) -> tuple[np.ndarray, tuple[int, int]]:
    """The page at `scale`, its right and lower edges drawn out to fill the canvas; and its own width and height there.

    A plain colour there would end in an edge, which the network takes for the end of a line: with
    grey, black or white 162 or 163 true lines are found, with the edges drawn out 166.
    """
    width, height = max(1, int(page.width * scale)), max(1, int(page.height * scale))
    small = page.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0) if scale != 1.0 else page
    sides = (math.ceil(height / CANVAS_STEP) * CANVAS_STEP, math.ceil(width / CANVAS_STEP) * CANVAS_STEP)
    bgr = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
    canvas = cv2.copyMakeBorder(bgr, 0, sides[0] - height, 0, sides[1] - width, cv2.BORDER_REPLICATE)
    return canvas, (width, height)


def _line_width(crop: np.ndarray) -> int:
    height, width = crop.shape[:2]
    needed = LINE_HEIGHT * width / height
    return next((each for each in LINE_WIDTHS if needed <= each), LINE_WIDTHS[-1])


def _as_line(crop: np.ndarray, height: int, width: int) -> np.ndarray:
    """The crop at the network's height, padded on the right to `width`."""
    used = max(1, min(width, math.ceil(height * crop.shape[1] / crop.shape[0])))
    how = cv2.INTER_AREA if crop.shape[0] > height else cv2.INTER_CUBIC
    line = np.full((height, width, 3), int(GREY), dtype=np.uint8)
    line[:, :used] = cv2.resize(crop, (used, height), interpolation=how)
    return line
