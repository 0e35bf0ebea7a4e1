"""How fast an engine reads on this machine: a few sample photos read anew, one after the other.

The photos are ShelfLens' own (data/samples), the same for every engine and machine, and read exactly as a job
reads them, OCR included. The first one is read once before anything is timed: it loads the model.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any

from sqlite_utils import Database

from core.engines.base import Engine, EngineInput, EngineOutput, Stopped, Usage
from core.engines.refusals import Refusals
from core.errors import EngineFailed, ShelfLensError, UnusableAnswer
from core.images import Page, open_page
from core.incoming.samples import FOLDER, list_samples
from core.reading.pipeline import Tools, read_photo
from core.settings import Settings
from core.store.measurements import Measurement, put_measurement
from core.types import Kind

PHOTOS = 3
"""Two labels and a poster: the least that has a median, and soon read even by a slow engine."""
KINDS = (Kind.PRODUCT, Kind.PRODUCT, Kind.AD)
SAMPLE_S = 0.05
"""Between two looks at the memory: shorter than any step that takes gigabytes."""

OnPhoto = Callable[[int, int], None]
"""Told before each photo how many have been read, and of how many."""


@dataclass(frozen=True)
class _Photo:
    name: str
    page: Page
    kind: Kind


def measure_engine(
    db: Database, tools: Tools, *, way: str, on_photo: OnPhoto, stopped: Callable[[], bool]
) -> Measurement:
    """Reads the sample photos with the tools' engine, stores what it took and returns it.

    Raises what the engine refuses or fails with, NotFound where the samples are absent, and Stopped. An answer
    that makes no sense is no failure here: it took its time, too, and is counted.
    """
    watched = _Watched(tools.engine)
    revision = watched.revision  # raises why an engine that cannot be made cannot be used
    ready = replace(tools, engine=watched, refusals=Refusals())
    photos = _samples(tools.settings)
    seconds: list[float] = []
    with _PeakMemory() as memory:
        for turn, photo in enumerate([photos[0], *photos]):
            on_photo(turn, PHOTOS + 1)
            seconds.append(_time_photo(db, ready, watched, photo, stopped))
            if turn == 0:
                watched.forget()
    measurement = Measurement(
        engine=watched.name,
        revision=revision,
        way=way,
        machine=this_machine(),
        photos=len(photos),
        answered=watched.answered,
        median_s=median(seconds[1:]),
        first_token_s=watched.first_token_s,
        peak_bytes=memory.peak,
    )
    put_measurement(db, measurement)
    return measurement


def _time_photo(db: Database, tools: Tools, watched: _Watched, photo: _Photo, stopped: Callable[[], bool]) -> float:
    """Seconds that reading the photo anew takes."""
    if stopped():
        raise Stopped
    start = time.perf_counter()
    read_photo(db, tools, photo.page.id, lambda: photo.page.pixels, kind=photo.kind, force=True, stopped=stopped)
    watched.check(photo.name)
    return time.perf_counter() - start


def this_machine() -> str:
    """The machine in words, the same as long as it has the same processor, cores and memory."""
    return ", ".join(filter(None, (_processor(), f"{_cores()} cores", _memory())))


class _Watched:
    """An engine that remembers what its answers cost and why there was none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._usages: list[Usage] = []
        self._error: Exception | None = None
        self.answered = 0

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def revision(self) -> str:
        return self._engine.revision

    @property
    def prompt_version(self) -> str:
        return self._engine.prompt_version

    @property
    def params(self) -> dict[str, Any]:
        return self._engine.params

    def extract(self, given: EngineInput) -> EngineOutput:
        self._error = None
        try:
            output = self._engine.extract(given)
        except Exception as err:
            self._error = err
            raise
        self.answered += bool(output.fields)
        if output.usage is not None:
            self._usages.append(output.usage)
        return output

    def check(self, photo: str) -> None:
        """Raises why the last photo has no answer, unless its answer made no sense."""
        err = self._error
        if err is None or isinstance(err, UnusableAnswer):
            return
        if isinstance(err, ShelfLensError):
            raise err.with_traceback(None)
        raise EngineFailed(engine=self.name, name=photo, reason=f"{type(err).__name__}: {err}") from err

    def forget(self) -> None:
        """What was asked so far does not count."""
        self._usages, self.answered = [], 0

    @property
    def first_token_s(self) -> float | None:
        """Median seconds to an answer's first token; None for an engine that makes none."""
        times = [usage.first_token_s for usage in self._usages if usage.first_token_s > 0]
        return median(times) if times else None


class _PeakMemory:
    """The most resident memory this process had in a `with` block, in bytes; None where the system does not tell."""

    def __init__(self) -> None:
        self.peak: int | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> _PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while (now := _resident()) is not None:
            self.peak = max(self.peak or 0, now)
            if self._ended.wait(SAMPLE_S):
                return


def _resident() -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def _samples(settings: Settings) -> list[_Photo]:
    """The first photos of the sample list of each kind in KINDS. Raises NotFound."""
    waiting = [group[0] for group in list_samples()]
    chosen = []
    for kind in KINDS:
        sample = next(sample for sample in waiting if sample.kind is kind)
        waiting.remove(sample)
        page = open_page((FOLDER / sample.file).read_bytes(), sample.file, settings)
        chosen.append(_Photo(sample.file, page, kind))
    return chosen


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> str:
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return ""
    return f"{round(total / 2**30)} GiB"
