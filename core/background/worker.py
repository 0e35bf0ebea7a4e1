"""The background worker: claim, heartbeat, run, finish; nothing else.

Waiting questions come first, then tasks on engines (`core/background/tasks.py`), then the most urgent photo.

One worker reads one photo at a time with all the threads it is given: two at once on the same
cores would each take more than twice as long (ENGINE.md, contention). Where another machine computes, as many jobs are
under way as it takes at once (`core/background/lanes.py`).
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sqlite_utils import Database

from core.background.aside import Aside
from core.background.heart import Heart
from core.background.lanes import work_in_lanes
from core.background.tasks import HEAVY, Bench, serve_task
from core.engines.base import Waits
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.holder import Engines
from core.engines.registry import make_engine, resolve_engine
from core.errors import NotFound, ShelfLensError, StorageDenied, StorageFull
from core.readers import Readers
from core.reading.pipeline import Cancelled, Tools, run_job
from core.reading.preferences import AUTO, default_engine
from core.reading.questions import serve_waiting
from core.records.standing import settle_unread
from core.settings import Settings
from core.store import jobs
from core.store.db import ensure_database, open_store, write
from core.store.disk import database_error
from core.store.questions import release_questions
from core.types import Bilingual

log = logging.getLogger("shelflens.worker")

IDLE_S = 0.3
"""Pause between looks at an empty queue: short enough not to be felt, cheap enough to do all day."""
FULL_PAUSE_S = 3.0
"""Pause between looks at a disk that was full."""
NICE = 5
"""The pages stay quick while a batch runs."""


def make_tools(settings: Settings, engine: str | None = None) -> Tools:
    """Readers and engine for this process. Networks are loaded at first use."""
    return Tools(settings=settings, readers=Readers(settings), engine=make_engine(engine or settings.engine, settings))


def run_worker(settings: Settings, *, stop: threading.Event, parent: int | None = None, once: bool = False) -> int:
    """Works until `stop` is set, the process `parent` is gone, or, with `once`, the queue is empty.

    Returns the number of jobs it ended.
    """
    owner = jobs.worker_name(os.getpid())
    engines = Engines(settings)
    bench = Bench(make_tools(settings, EmbeddedEngine.name), engines, owner)
    ensure_database(settings)
    with Aside(bench):
        return _work(bench, stop, parent, once=once)


def _work(bench: Bench, stop: threading.Event, parent: int | None, *, once: bool) -> int:
    ended, adopt = 0, True
    while not stop.is_set() and _alive(parent):
        try:
            worked = _work_once(bench, stop, adopt=adopt)
            adopt = False
        except (StorageFull, StorageDenied) as err:
            if once:
                raise
            log.error("waiting, because %s", err)
            _wait_for_room(bench.settings, bench.owner, stop)
            adopt = True
            continue
        ended += worked
        if not worked:
            if once:
                break
            bench.engines.tend()
            stop.wait(IDLE_S)
    return ended


def _work_once(bench: Bench, stop: threading.Event, *, adopt: bool) -> int:
    """Does a task or claims a job and works on it, or on several where the engine only waits; 0 where none waits.

    `adopt` queues what an upload left behind first.
    """
    settings, tools, engines = bench.settings, bench.tools, bench.engines
    with open_store(settings) as db:
        if adopt:
            jobs.adopt_orphans(db)

        def serve() -> None:
            serve_waiting(db, tools, bench.owner, engines.use, stop.is_set)

        serve()
        if serve_task(db, bench, HEAVY, stop.is_set):
            return 1
        job = jobs.claim(db, bench.owner, lease_s=settings.lease_s, max_attempts=settings.max_attempts)
        if job is None:
            return 0
        named = default_engine(db, settings)
        with engines.use(job.payload.get("engine") or named) as engine, Heart(settings) as heart:
            chosen = replace(tools, engine=engine)
            if isinstance(engine, Waits) and engine.at_once > 1:
                names = _names_of(engine.name, named, settings)
                return _work_beside(db, chosen, job, stop, serve, heart, engine.at_once, names)
            _work_on(db, chosen, job, stop, serve, heart)
    return 1


def _names_of(engine: str, default: str, settings: Settings) -> tuple[str, ...]:
    """What a job may say for this engine to read it; "" is a job that names none."""
    names = {"": default, AUTO: AUTO, engine: engine}
    return tuple(name for name, meant in names.items() if resolve_engine(meant, settings) == engine)


def _work_beside(
    db: Database,
    tools: Tools,
    first: jobs.Job,
    stop: threading.Event,
    serve: Callable[[], None],
    heart: Heart,
    lanes: int,
    engines: tuple[str, ...],
) -> int:
    """Reads several jobs at once with an engine that waits for another machine, and returns how many."""
    settings, owner = tools.settings, first.owner
    assert owner is not None

    def claim() -> jobs.Job | None:
        if stop.is_set():
            return None
        return jobs.claim(db, owner, lease_s=settings.lease_s, max_attempts=settings.max_attempts, engines=engines)

    def work(own: Database, shared: Tools, job: jobs.Job) -> None:
        _work_on(own, shared, job, stop, lambda: None, heart)

    return work_in_lanes(tools, first, claim, work, serve, lanes)


def _wait_for_room(settings: Settings, owner: str, stop: threading.Event) -> None:
    """Returns when the database can be written again, with whatever `owner` still holds back in the queue.

    A photo is not to blame for a full disk: giving its job back does not count as an attempt.
    """
    while not stop.wait(FULL_PAUSE_S):
        with suppress(StorageFull, StorageDenied), open_store(settings) as db:
            jobs.release_all(db, owner)
            release_questions(db, owner)
            return


def _alive(parent: int | None) -> bool:
    """True while the process that started this one lives; an orphan's parent becomes another one."""
    return parent is None or os.getppid() == parent


def _work_on(
    db: Database, tools: Tools, job: jobs.Job, stop: threading.Event, serve: Callable[[], None], heart: Heart
) -> None:
    """Reads the job's photos. `serve` answers whatever was asked meanwhile, before each of them."""
    assert job.owner is not None
    with heart.hold(job) as lease:

        def beat(done: float) -> bool:
            serve()
            return lease.beat(db, done) and not stop.is_set()

        try:
            state = run_job(
                db,
                tools,
                job,
                beat=beat,
                stopped=lambda: stop.is_set() or not lease.held,
            )
            log.info("job %s (item %s): %s", job.id, job.item_id, state)
        except Cancelled:
            _give_back(db, job, stopping=stop.is_set())
        except NotFound as err:
            jobs.finish(db, job.id, job.owner, jobs.JobState.CANCELLED, error=err.message)
        except (StorageFull, StorageDenied):
            raise
        except sqlite3.DatabaseError as err:
            if database_error(err, tools.settings.database.name, tools.settings.data) is not None:
                raise
            _break_off(db, job, err)
        except ShelfLensError as err:
            log.warning("job %s (item %s): %s", job.id, job.item_id, err)
            _fail(db, job, err.message)
        except Exception as err:  # whatever it is, the next job must still be done
            _break_off(db, job, err)


def _break_off(db: Database, job: jobs.Job, err: Exception) -> None:
    """Ends a job for a reason nobody foresaw, with the cause in the log and in the item."""
    log.exception("job %s (item %s)", job.id, job.item_id)
    reason = f"{type(err).__name__}: {err}"
    _fail(db, job, Bilingual(en=f"Reading broke off: {reason}.", zh=f"读取中断：{reason}。"))


def _give_back(db: Database, job: jobs.Job, *, stopping: bool) -> None:
    """A job stopped with its worker waits for the next worker; one a person cancelled ends."""
    assert job.owner is not None and job.item_id is not None
    with write(db):
        if stopping:
            jobs.release(db, job.id, job.owner)
        elif jobs.finish(db, job.id, job.owner, jobs.JobState.CANCELLED):
            settle_unread(db, job.item_id)


def _fail(db: Database, job: jobs.Job, message: Bilingual) -> None:
    assert job.owner is not None and job.item_id is not None
    with write(db):
        if jobs.finish(db, job.id, job.owner, jobs.JobState.FAILED, error=message):
            settle_unread(db, job.item_id, error=message)


def main(settings: Settings, *, parent: int | None = None, once: bool = False) -> int:
    """Runs a worker in this process until it is told to stop (SIGINT, SIGTERM)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _stopper(stop))
    if hasattr(os, "nice"):
        os.nice(NICE)
    start = time.perf_counter()
    ended = run_worker(settings, stop=stop, parent=parent, once=once)
    log.info("worker ends after %d jobs in %.0f s", ended, time.perf_counter() - start)
    return 0


def _stopper(stop: threading.Event) -> Callable[[int, object], None]:
    return lambda _signum, _frame: stop.set()
