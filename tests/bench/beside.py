"""A question asked while a batch of 200 new photos is being read, as a page asks it: seconds until its first words.

The worker is a process of its own and reads the lines of every photo, as it does for whoever drops a folder. The
question is about a photo that was read before, and is asked some photos into the batch, again and again. Beside it
stands what one photo of this batch takes, which is the most that a question may wait.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from core.incoming.intake import Batch, Upload, accept
from core.reading.questions import Ask, ask, follow
from core.settings import ROOT, Settings
from core.store import items, jobs
from core.store.db import open_store
from tests.bench.remote import AT_ONCE, serving
from tests.seeding import picture

BATCH = 200
ASKED = 5
BEGUN = 3
"""Photos that have been read before the first question, so that the batch is under way."""
PATIENCE_S = 300
SIZE = (1600, 1200)
SAYS = {"extract": {"brand": "Acme", "net_content": "500 g"}}
ANSWERS = {"ask": "Acme, 500 g.", "delay_s": 0.05}


def measure() -> list[tuple[str, str]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder, serving(words="Acme, 500 g.") as url:
        script = Path(folder) / "script.jsonl"
        script.write_text(f"{json.dumps(SAYS)}\n{json.dumps(ANSWERS)}\n", "utf-8")
        for engine, more in (
            ("remote", {"SHELFLENS_REMOTE_URL": url, "SHELFLENS_REMOTE_CONCURRENCY": str(AT_ONCE)}),
            ("scripted", {"SHELFLENS_SCRIPT": str(script)}),
        ):
            rows += _beside(engine, Path(folder) / engine, {**more, "SHELFLENS_ENGINE": engine})
    return rows


def _beside(engine: str, data: Path, environment: dict[str, str]) -> list[tuple[str, str]]:
    settings = Settings(data=data, engine=engine)
    with open_store(settings) as db:
        first = _upload(db, settings, 0, 1)[0]
        with _working(data, environment):
            _wait_for(db, 1)
            _upload(db, settings, 1, BATCH)
            _wait_for(db, 1 + BEGUN)
            begun, done = time.perf_counter(), jobs.progress(db).done
            waits = [_first_words(db, settings, first, f"Which brand? {number}") for number in range(ASKED)]
            _wait_for(db, done + BEGUN)
            photo_s = (time.perf_counter() - begun) / (jobs.progress(db).done - done)
            left = jobs.progress(db).queued
    median, most = statistics.median(waits), max(waits)
    return [
        (f"{engine}, a batch of {BATCH}: a question's first words, median / most", f"{median:.2f} / {most:.2f} s"),
        (f"{engine}, a batch of {BATCH}: one photo of it; photos still waiting", f"{photo_s:.2f} s; {left}"),
    ]


def _upload(db: Database, settings: Settings, start: int, count: int) -> list[str]:
    """Puts so many photos into the queue and returns their ids."""
    uploads = [Upload(f"{number}.jpg", picture(number, SIZE)) for number in range(start, start + count)]
    made = [outcome.item_id or 0 for outcome in accept(db, settings, uploads, Batch(kind="product"))]
    return [items.list_photos(db, item)[0].blob for item in made]


def _first_words(db: Database, settings: Settings, photo: str, text: str) -> float:
    start = time.perf_counter()
    for asked in follow(settings, ask(db, settings, Ask((photo,), text))):
        if asked.answer:
            return time.perf_counter() - start
    raise RuntimeError(f"no words came: {asked.state}, {asked.error}")


@contextmanager
def _working(data: Path, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "core", "worker"]
    worker = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment, "SHELFLENS_DATA": str(data)}, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.kill()
        worker.wait()


def _wait_for(db: Database, done: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while jobs.progress(db).done < done:
        if time.monotonic() > until:
            raise TimeoutError(f"{jobs.progress(db)} after {PATIENCE_S} s")
        time.sleep(0.05)
