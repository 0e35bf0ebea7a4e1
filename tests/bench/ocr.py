"""The reader beside RapidOCR's default, photo by photo in the same run, and where a photo's time goes.

RapidOCR's default runs on onnxruntime, which ShelfLens does not need: it is installed into a folder that is
thrown away, in a version before 1.29, from which on it writes telemetry files. Both readers live in
processes of their own and read in turns, so what else the machine does slows both alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from core.settings import ROOT, load_settings
from tests.bench.reader import photo_files, scaled_to

SIZE = 1024
ROUNDS = 3
TARGET = 0.5
"""Share of RapidOCR's default time that the reader may take (issue 4)."""
ONNXRUNTIME = "onnxruntime==1.28.0"


def measure() -> list[tuple[str, str]]:
    return [*_stages(), *_beside_default()]


# Where the time goes


class _Clock:
    """Wraps the text network and adds up the seconds of each of its steps."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.seconds = {"find": 0.0, "upside_down": 0.0, "recognise": 0.0}

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._network, name)
        if name not in self.seconds:
            return step

        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return step(*arguments)
            finally:
                self.seconds[name] += time.perf_counter() - start

        return timed


STAGES = ("barcodes", "find lines", "turn lines", "recognise lines", "rest of the reader", "fields", "merge and rules")


def _stages() -> list[tuple[str, str]]:
    """Mean milliseconds a photo spends in each stage."""
    from core.readers.network import TextNetwork

    network = TextNetwork(load_settings().threads)
    images = [scaled_to(path, SIZE) for path in photo_files()]
    _one_photo(network, images[0])
    spent = [_one_photo(network, image) for image in images]
    means = [statistics.mean(photo[n] for photo in spent) * 1000 for n in range(len(STAGES))]
    return [(f"{SIZE} px: {stage}, mean", f"{ms:.0f} ms") for stage, ms in zip(STAGES, means, strict=True)]


def _one_photo(network: Any, image: Image.Image) -> list[float]:
    """Seconds of each of STAGES for one photo."""
    from core.engines.base import EngineInput
    from core.engines.embedded.engine import EmbeddedEngine
    from core.engines.embedded.kind import guess_kind
    from core.readers.barcodes import read_barcodes
    from core.readers.ocr import read_page
    from core.records.merge import merge_photos
    from core.records.standing import check_fields
    from core.schema import load_schema
    from core.types import Readings

    clock, marks = _Clock(network), [time.perf_counter()]
    codes = read_barcodes(image)
    marks.append(time.perf_counter())
    text = read_page(clock, image)  # type: ignore[arg-type]
    marks.append(time.perf_counter())
    readings = Readings(width=image.width, height=image.height, lines=text.lines, barcodes=tuple(codes))
    schema = load_schema(guess_kind(readings))
    fields = EmbeddedEngine(load_settings()).extract(EngineInput(image, readings, schema)).fields
    marks.append(time.perf_counter())
    check_fields(schema.kind, merge_photos([fields], schema))
    marks.append(time.perf_counter())
    barcodes, reading, finding, checking = (after - before for before, after in pairwise(marks))
    steps = list(clock.seconds.values())
    return [barcodes, *steps, reading - sum(steps), finding, checking]


# Beside the default


def _beside_default() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        if (reason := _install(folder)) is not None:
            return [(f"RapidOCR's default: not measured, {ONNXRUNTIME} is not to be had", reason)]
        ours, default = _Reader("ours", ""), _Reader("default", folder)
        try:
            pairs = [(ours.read(path), default.read(path)) for path in map(str, photo_files())]
        finally:
            ours.close()
            default.close()
    mine, theirs = (sum(pair[side]["seconds"] for pair in pairs) for side in (0, 1))
    busy = [sum(pair[side]["processor"] for pair in pairs) for side in (0, 1)]
    lines = [sum(pair[side]["lines"] for pair in pairs) for side in (0, 1)]
    return [
        (f"OCR of {len(pairs)} photos at {SIZE} px ({lines[0]} lines)", f"{mine:.1f} s"),
        (f"the same by RapidOCR's default, {ONNXRUNTIME} ({lines[1]} lines)", f"{theirs:.1f} s"),
        (f"share of the default's time (target {TARGET})", f"{mine / theirs:.2f}"),
        ("the same in processor time, which other work disturbs less", f"{busy[0] / busy[1]:.2f}"),
    ]


def _install(folder: str) -> str | None:
    """Installs onnxruntime into the folder; what went wrong, or None."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, ONNXRUNTIME]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["pip failed"])[-1][:80]


class _Reader:
    """A reader in a process of its own that reads the photo it is told to."""

    def __init__(self, name: str, packages: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.ocr", name],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": packages},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, path: str) -> dict[str, Any]:
        """Median seconds, those of processor time, and number of lines of one photo."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(path + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)


def _serve(name: str) -> None:
    """Reads each photo named on stdin and prints seconds, processor seconds and lines."""
    read = {"ours": _our_reader, "default": _default_reader}[name]()
    read(scaled_to(photo_files()[0], SIZE))
    for line in sys.stdin:
        image = scaled_to(Path(line.strip()), SIZE)
        seconds, processor = [], []
        for _ in range(ROUNDS):
            start, busy = time.perf_counter(), time.process_time()
            found = read(image)
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - busy)
        medians = {"seconds": statistics.median(seconds), "processor": statistics.median(processor)}
        print(json.dumps({**medians, "lines": found}), flush=True)


def _our_reader() -> Callable[[Image.Image], int]:
    from core.readers.ocr import OcrReader

    reader = OcrReader(load_settings().threads)
    return lambda image: len(reader.read(image))


def _default_reader() -> Callable[[Image.Image], int]:
    import numpy as np
    from rapidocr import RapidOCR

    rapid = RapidOCR(params={"Global.log_level": "error"})

    def read(image: Image.Image) -> int:
        found: Any = rapid(np.asarray(image)[:, :, ::-1])
        return len(found.txts or ())

    return read


if __name__ == "__main__":
    _serve(sys.argv[1])
