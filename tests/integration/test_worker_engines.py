"""The worker with an engine that takes its time: chosen per job, stopped within one, standing in where it fails."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.background import worker
from core.incoming.intake import Batch, Upload, accept, cancel_reading, read_again
from core.reviewing.review import load_record
from core.settings import Settings
from core.store import items, jobs, runs
from core.types import Status
from tests.seeding import picture

SOON_S = 60.0


def scripted(settings: Settings, tmp_path: Path, *replies: dict[str, Any], engine: str = "scripted") -> Settings:
    script = tmp_path / "script.jsonl"
    script.write_text("\n".join(json.dumps(reply) for reply in replies), "utf-8")
    return settings.model_copy(update={"engine": engine, "script": script})


def upload(db: Database, settings: Settings) -> int:
    [outcome] = accept(db, settings, [Upload("p.jpg", picture(1))], Batch(kind="product"))
    assert outcome.item_id is not None
    return outcome.item_id


@contextmanager
def working(settings: Settings) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(settings,), kwargs={"stop": stop})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(SOON_S)
        assert not thread.is_alive()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)


def test_a_cancelled_job_stops_inside_a_long_answer(db: Database, settings: Settings, tmp_path: Path) -> None:
    slow = scripted(settings, tmp_path, {"extract": {"name": "Oats"}, "delay_s": 600})
    item = upload(db, slow)
    with working(slow):
        wait_for(lambda: jobs.progress(db).running == 1 and _has_readings(db), "the engine was asked")
        cancel_reading(db, [item])
        wait_for(lambda: not jobs.progress(db).active, "the job ended long before its answer would have")
    job = jobs.latest_job(db, item)
    assert job is not None and job.state is jobs.JobState.CANCELLED
    assert items.get_item(db, item).status is Status.FAILED
    assert runs.latest_prediction(db, item) is None


def test_a_worker_told_to_stop_inside_a_long_answer_gives_the_job_back(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    slow = scripted(settings, tmp_path, {"extract": {"name": "Oats"}, "delay_s": 600})
    item = upload(db, slow)
    with working(slow) as stop:
        wait_for(lambda: jobs.progress(db).running == 1 and _has_readings(db), "the engine was asked")
        stop.set()
        wait_for(lambda: jobs.progress(db).running == 0, "the job was given back")
    job = jobs.latest_job(db, item)
    assert job is not None and (job.state, job.attempts) == (jobs.JobState.QUEUED, 0)


def _has_readings(db: Database) -> bool:
    return bool(db.conn.execute("SELECT COUNT(*) AS n FROM readings").fetchone()["n"])


@pytest.mark.parametrize(("asked", "by"), [("", "ocr"), ("scripted", "scripted")])
def test_a_job_is_read_by_the_engine_it_names_and_else_by_the_default(
    db: Database, settings: Settings, tmp_path: Path, asked: str, by: str
) -> None:
    ready = scripted(settings, tmp_path, {"extract": {"name": "Oats"}}, engine="ocr")
    item = upload(db, ready)
    read_again(db, [item], engine=asked)
    worker.run_worker(ready, stop=threading.Event(), once=True)
    assert load_record(db, item).engine == by


def test_an_engine_that_is_not_there_leaves_the_embedded_reading_with_the_reason(
    db: Database, settings: Settings
) -> None:
    item = upload(db, settings)
    read_again(db, [item], engine="remote")
    worker.run_worker(settings, stop=threading.Event(), once=True)
    view = load_record(db, item)
    assert view.engine == "ocr" and view.job is not None
    assert view.job.state is jobs.JobState.PARTIAL
    assert view.job.error is not None and "SHELFLENS_REMOTE_URL" in view.job.error.zh
