"""Readers say what is literally on a photo: lines of text and barcodes. No field, no judgement."""

from __future__ import annotations

import time

from PIL import Image

from core.readers import barcodes
from core.readers.ocr import OcrReader
from core.settings import Settings
from core.types import Readings


class Readers:
    """Every reader, run on one page after the other. One instance per process is enough."""

    def __init__(self, settings: Settings) -> None:
        self._ocr = OcrReader(settings.threads)

    @property
    def version(self) -> str:
        """Part of the cache key: readings of another version are made anew."""
        return f"{self._ocr.version} {barcodes.VERSION}"

    def read(self, image: Image.Image) -> Readings:
        """Lines and barcodes of an upright RGB page (`core.images.Page.pixels`), in its pixels."""
        start = time.perf_counter()
        codes = barcodes.read_barcodes(image)
        text = self._ocr.read_text(image)
        return Readings(
            width=image.width,
            height=image.height,
            lines=text.lines,
            barcodes=tuple(codes),
            script=text.script,
            notes=text.notes,
            ms=round((time.perf_counter() - start) * 1000, 1),
        )
