"""The worker as a process of its own: killed, stopped, orphaned."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.background import worker
from core.background.supervisor import Supervisor
from core.incoming.intake import Batch, State, Upload, accept
from core.settings import ROOT, Settings
from core.store import jobs
from tests.seeding import picture

PATIENCE_S = 120.0
"""Longest wait for a worker on a busy machine: loading the network alone can take seconds."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting until {what}"
        time.sleep(0.05)


def upload(db: Database, settings: Settings, count: int) -> list[int]:
    """Takes in `count` different photos and returns their items."""
    files = [Upload(f"photo {n}.jpg", picture(n, size=(900, 700))) for n in range(count)]
    outcomes = list(accept(db, settings, files, Batch(kind="product")))
    assert [outcome.state for outcome in outcomes] == [State.STORED] * count
    return [outcome.item_id for outcome in outcomes if outcome.item_id]


@pytest.fixture
def supervisor(settings: Settings):
    made = Supervisor(settings)
    yield made
    made.stop()


def test_a_worker_killed_in_mid_batch_is_replaced_and_every_photo_is_read_once(
    db: Database, settings: Settings, supervisor: Supervisor
) -> None:
    item_ids = upload(db, settings, 12)
    supervisor.start()
    wait_for(lambda: jobs.progress(db).done >= 3, "three photos were read")
    first = supervisor.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not jobs.progress(db).active, "the batch was done")

    assert supervisor.pid not in (None, first)
    assert supervisor.restarts == 1
    progress = jobs.progress(db)
    assert (progress.done, progress.failed) == (12, 0)
    counts = {
        row["item_id"]: row["n"]
        for row in db.conn.execute("SELECT item_id, COUNT(*) AS n FROM predictions GROUP BY item_id")
    }
    assert counts == dict.fromkeys(item_ids, 1)
    statuses = {row["status"] for row in db.conn.execute("SELECT status FROM records")}
    assert statuses == {"review"}


def test_a_stopped_worker_gives_its_job_back_without_counting_the_attempt(
    db: Database, settings: Settings, supervisor: Supervisor
) -> None:
    upload(db, settings, 8)
    supervisor.start()
    wait_for(lambda: jobs.progress(db).done >= 1, "one photo was read")
    supervisor.stop()
    progress = jobs.progress(db)
    assert progress.running == 0
    assert progress.failed == 0
    assert progress.done + progress.queued == 8
    attempts = {row["attempts"] for row in db.conn.execute("SELECT attempts FROM jobs WHERE state = 'queued'")}
    assert attempts <= {0}


def test_a_full_disk_makes_the_worker_wait_and_costs_no_photo_an_attempt(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(db, settings, 3)
    jobs_seen: list[int] = []
    room = threading.Event()

    def read(db: Database, tools: object, job: jobs.Job, **_: object) -> jobs.JobState:
        jobs_seen.append(job.id)
        if not room.is_set():
            raise full_disk()
        assert job.owner is not None
        jobs.finish(db, job.id, job.owner, jobs.JobState.DONE)
        return jobs.JobState.DONE

    monkeypatch.setattr(worker, "run_job", read)
    monkeypatch.setattr(worker, "FULL_PAUSE_S", 0.05)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(settings,), kwargs={"stop": stop})
    thread.start()
    wait_for(lambda: len(jobs_seen) >= 4, "the first photo was tried more often than attempts are allowed")
    room.set()
    wait_for(lambda: not jobs.progress(db).active, "the batch was done")
    stop.set()
    thread.join()
    rows = db.conn.execute("SELECT state, attempts FROM jobs").fetchall()
    assert [tuple(row) for row in rows] == [("done", 1)] * 3


def full_disk() -> sqlite3.OperationalError:
    err = sqlite3.OperationalError("database or disk is full")
    err.sqlite_errorcode = sqlite3.SQLITE_FULL
    return err


def test_an_orphaned_worker_ends_by_itself(settings: Settings) -> None:
    """The shell between us and the worker dies; the worker must not live on unseen."""
    command = f"{sys.executable} -m core worker --parent $$ & echo $!; sleep 2"
    shell = subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert shell.stdout is not None
    worker = int(shell.stdout.readline())
    shell.kill()
    shell.wait()
    wait_for(lambda: not is_running(worker), "the orphan had ended")


def is_running(pid: int) -> bool:
    """True for a living process; an ended one whose new parent has not fetched its code yet is a zombie."""
    try:
        with Path(f"/proc/{pid}/stat").open(encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_items_left_without_a_job_by_a_crash_are_adopted(db: Database, settings: Settings) -> None:
    upload(db, settings, 2)
    db.conn.execute("DELETE FROM jobs")
    db.conn.commit()
    assert jobs.adopt_orphans(db) == 2
    assert jobs.progress(db).queued == 2
    assert jobs.adopt_orphans(db) == 0
