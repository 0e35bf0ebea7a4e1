"""Weights fetched, checked and removed as the Engines page asks for it: real tasks, a hub on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from core.background import worker
from core.background.aside import Aside
from core.background.tasks import HEAVY, Bench, ask_task, serve_task
from core.engines.holder import Engines
from core.machine.engines_overview import survey_engines
from core.settings import Settings
from core.store import tasks
from core.store.tasks import Task, TaskKind, TaskState
from core.weights import Form, State
from core.weights.checkpoint import WHOLE
from tests.unit.weights.conftest import MODEL
from tests.unit.weights.hub_server import TinyHub

SOON_S = 60.0


def bench_of(settings: Settings, owner: str = "me") -> Bench:
    return Bench(worker.make_tools(settings, "ocr"), Engines(settings), owner)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.02)


def done(db: Database, task_id: int) -> Task:
    """The task when a worker's light thread has ended it."""
    wait_for(lambda: tasks.get_task(db, task_id).state.ended, "the task ended")
    return tasks.get_task(db, task_id)


def state_of(db: Database, settings: Settings) -> State:
    [model] = survey_engines(db, settings).models
    return model.forms[0].state


def test_a_model_is_fetched_checked_found_damaged_and_removed(
    server: TinyHub, folder: Path, db: Database, settings: Settings
) -> None:
    bench = bench_of(settings)
    with Aside(bench):
        assert done(db, ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")).state is TaskState.DONE
        assert state_of(db, settings) is State.COMPLETE
        assert done(db, ask_task(db, settings, TaskKind.CHECK, MODEL, by="ann")).state is TaskState.DONE
        weights = folder / WHOLE
        whole = weights.read_bytes()
        weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        checked = done(db, ask_task(db, settings, TaskKind.CHECK, MODEL, by="ann"))
    assert checked.state is TaskState.FAILED
    assert checked.error is not None and WHOLE in checked.error.en and WHOLE in checked.error.zh
    assert state_of(db, settings) is State.DAMAGED
    ask_task(db, settings, TaskKind.REMOVE, MODEL, Form.SAFETENSORS, by="ann")
    assert serve_task(db, bench, HEAVY, lambda: False)
    assert state_of(db, settings) is State.ABSENT


def test_a_pull_goes_back_into_the_queue_with_its_worker_and_is_ended_by_the_next_one(
    server: TinyHub, db: Database, settings: Settings
) -> None:
    server.gate = threading.Event()
    task_id = ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")
    with Aside(bench_of(settings, "first")):
        wait_for(lambda: bool(server.of(WHOLE)), "its large file has begun")
        threading.Timer(0.5, server.gate.set).start()  # the worker is told to end while the hub is silent
    left = tasks.get_task(db, task_id)
    assert (left.state, left.attempts) == (TaskState.QUEUED, 0)
    with Aside(bench_of(settings, "second")):
        assert done(db, task_id).state is TaskState.DONE
    assert state_of(db, settings) is State.COMPLETE


def test_a_pull_that_was_cut_is_asked_for_again_and_goes_on_where_it_was(
    server: TinyHub, db: Database, settings: Settings
) -> None:
    server.cut_after, server.after_cut = 2000, 503
    with Aside(bench_of(settings)):
        assert done(db, ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")).state is TaskState.FAILED
        assert state_of(db, settings) is State.PARTIAL
        server.status = 0
        assert done(db, ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")).state is TaskState.DONE
    assert server.of(WHOLE)[-1].range == "bytes=2000-"
    assert state_of(db, settings) is State.COMPLETE


def test_a_pull_from_a_hub_that_is_gone_says_so_in_both_languages(
    server: TinyHub, db: Database, settings: Settings
) -> None:
    server.status = 404
    with Aside(bench_of(settings)):
        failed = done(db, ask_task(db, settings, TaskKind.PULL, MODEL, by="ann"))
    assert failed.state is TaskState.FAILED
    assert failed.error is not None
    assert server.address in failed.error.en and server.address in failed.error.zh
