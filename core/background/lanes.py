"""Several jobs at once, for an engine that only waits: another machine computes, and this one would stand still.

Jobs are claimed in the worker's own thread, which answers waiting questions in between, and each is worked on in a
thread with a connection of its own. Text recognition stays one at a time: two on the same cores would each take more
than twice as long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace

from PIL import Image
from sqlite_utils import Database

from core.engines.base import EngineInput
from core.errors import ShelfLensError
from core.reading.pipeline import Tools
from core.schema import load_schema
from core.store.db import kept_store
from core.store.jobs import Job
from core.types import Kind, Line, Readings

LOOK_S = 0.05
"""Between two looks at what has ended and what was asked meanwhile."""
LONGEST_S = 30.0
"""After this no more jobs are begun, so that tasks on engines get their turn."""

Work = Callable[[Database, Tools, Job], None]
"""Works on one job with these tools; raises only what stands in the way of every job."""


class OneAtATime:
    """Readers that several threads may ask; one of them reads, the others wait."""

    def __init__(self, readers: object) -> None:
        self._readers = readers
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        return str(self._readers.version)  # type: ignore[attr-defined]

    def read(self, image: Image.Image) -> Readings:
        with self._lock:
            read: Readings = self._readers.read(image)  # type: ignore[attr-defined]
            return read


def _make_ready(tools: Tools) -> None:
    """Loads word lists and schemas by reading next to nothing: Python's caches let every thread that comes before the
    first one has filled them do the same work, which took a third of a short batch."""
    line = Line(text="净含量 500g", box=(0, 0, 8, 8), score=1.0)
    for kind in Kind:
        readings = Readings(width=8, height=8, lines=(line,))
        tools.embedded.extract(EngineInput(Image.new("RGB", (8, 8)), readings, load_schema(kind)))
    with suppress(ShelfLensError):  # an engine that cannot say who it is says so again for each photo
        _ = tools.engine.prompt_version


def work_in_lanes(
    tools: Tools, first: Job, claim: Callable[[], Job | None], work: Work, between: Callable[[], None], lanes: int
) -> int:
    """Works on `first` and on whatever `claim` gives, `lanes` jobs at once, and returns how many that were.

    `between` is called several times a second in the caller's thread. What `work` raises is raised when every job
    under way has ended.
    """
    shared = replace(tools, readers=OneAtATime(tools.readers))  # type: ignore[arg-type]
    _make_ready(shared)

    def lane(job: Job) -> None:
        with kept_store(tools.settings) as db:
            work(db, shared, job)

    count, failed, until = 1, False, time.monotonic() + LONGEST_S
    with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as pool:
        running: set[Future[None]] = {pool.submit(lane, first)}
        done: set[Future[None]] = set()
        while running:
            between()
            while len(running) < lanes and not failed and time.monotonic() < until and (job := claim()) is not None:
                running.add(pool.submit(lane, job))
                count += 1
            ended, running = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            done |= ended
            failed = failed or any(future.exception() is not None for future in ended)
    for future in done:
        future.result()
    return count
