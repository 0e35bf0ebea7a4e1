"""Lines of text with boxes: RapidOCR (PP-OCRv6 small, from its wheel) on the OpenVINO runtime."""

from __future__ import annotations

import threading
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from core.images import scaled
from core.types import Line, Quad

if TYPE_CHECKING:
    from rapidocr import RapidOCR

SETTINGS_VERSION = 1
"""Bump with every change below that can change a line, so that cached readings are made anew."""

LONGEST_SIDE = 1600
"""Pixels of the longer side that is read; more finds no more lines on the sample photos."""


class OcrReader:
    """Reads text on one page at a time; thread-safe, one network per instance, loaded on first use.

    Works offline, writes no file and logs only warnings.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._network: RapidOCR | None = None
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Names everything that decides what is read: part of the cache key."""
        return (
            f"rapidocr-{installed_version('rapidocr')}+PP-OCRv6-small"
            f"+openvino-{installed_version('openvino')}+settings-{SETTINGS_VERSION}"
        )

    def read(self, image: Image.Image) -> list[Line]:
        """The lines on an RGB page, in its own pixels, top to bottom and then left to right."""
        small, factor = scaled(image, LONGEST_SIDE)
        bgr = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
        with self._lock:
            found: Any = self._loaded()(bgr)  # one of four classes, depending on the steps asked for
        if found.boxes is None:
            return []
        lines = [
            _line(corners / factor, text, score)
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
        return in_reading_order(lines)

    def _loaded(self) -> RapidOCR:
        if self._network is None:
            self._network = _load(self.threads)
        return self._network


def _load(threads: int) -> RapidOCR:
    from rapidocr import EngineType, RapidOCR  # 0.5 s, and only needed where photos are read

    parts = {f"{part}.engine_type": EngineType.OPENVINO for part in ("Det", "Cls", "Rec")}
    return RapidOCR(
        params={
            **parts,
            "EngineConfig.openvino.inference_num_threads": threads,
            "Global.log_level": "warning",
        }
    )


def _line(corners: np.ndarray, text: str, score: float) -> Line:
    quad: Quad = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)  # type: ignore[assignment]
    xs, ys = zip(*quad, strict=True)
    return Line(text=text, box=(min(xs), min(ys), max(xs), max(ys)), score=round(float(score), 4), quad=quad)


def in_reading_order(lines: list[Line]) -> list[Line]:
    """The lines row by row, each row from left to right.

    A line joins the row above it when its middle lies within half a line height of that row's
    latest line, so a row may slope with the photo.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        row = rows[-1] if rows else None
        if row and _middle(line) - _middle(row[-1]) < 0.5 * min(line.height, row[-1].height):
            row.append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda each: each.box[0])]


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2
