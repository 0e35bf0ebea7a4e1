"""Several jobs at once where another machine computes: how many, in which order, and what stays one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlite_utils import Database

from core.background import worker
from core.engines import refusals
from core.incoming.intake import Batch, Upload, accept
from core.readers import Readers
from core.reading.preferences import choose_engine
from core.reading.questions import Ask, ask
from core.settings import Settings
from core.store import jobs, questions
from core.types import Line
from core.types import Readings as Read
from tests.remote_server import Fails, Says, Server, serve
from tests.seeding import picture

ANSWER = '{"brand":"Acme"}'


class Slow:
    """Stands in for text recognition: takes a moment, and notices when it is asked twice at once."""

    version = "slow-1"
    busy = overlapped = 0

    def __init__(self, _settings: Settings) -> None:
        pass

    def read(self, image: Image.Image) -> Read:
        Slow.busy += 1
        Slow.overlapped = max(Slow.overlapped, Slow.busy)
        time.sleep(0.005)
        Slow.busy -= 1
        return Read(width=image.width, height=image.height, lines=(Line(text="Acme", box=(0, 0, 9, 9), score=0.9),))


@pytest.fixture
def model(settings: Settings) -> Iterator[Server]:
    """A server that answers in 0.2 s."""
    with serve(Says(ANSWER, words="Acme.", chunk=10**6, delay_s=0.2)) as server:
        yield server


def here(settings: Settings, server: Server, **more: object) -> Settings:
    return settings.model_copy(update={"remote_url": server.url, "remote_concurrency": 6, **more})


def upload(db: Database, settings: Settings, count: int) -> list[int]:
    uploads = [Upload(f"{number}.jpg", picture(number)) for number in range(count)]
    return [outcome.item_id or 0 for outcome in accept(db, settings, uploads, Batch(kind="product"))]


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(worker, "Readers", Slow)
    Slow.busy = Slow.overlapped = 0
    return worker.run_worker(settings, stop=threading.Event(), once=True)


def test_a_remote_engine_is_kept_busy_and_every_job_is_done_once(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(db, settings, 18)
    # However slow this machine is: the server waits until it has been asked for four at the same time.
    with serve(Says(ANSWER, chunk=10**6, delay_s=0.2, together=4)) as model:
        assert run(here(settings, model), monkeypatch) == 18
    assert jobs.progress(db).done == 18
    assert 4 <= model.most_at_once <= 6
    assert Slow.overlapped == 1
    assert len(model.requests) == 18
    assert db.conn.execute("SELECT COUNT(*) AS n FROM runs WHERE engine = 'remote'").fetchone()["n"] == 18
    assert db.conn.execute("SELECT COUNT(*) AS n FROM predictions").fetchone()["n"] == 18
    assert db.conn.execute("SELECT MAX(attempts) AS n FROM jobs").fetchone()["n"] == 1


def test_jobs_of_another_engine_wait_for_their_turn(
    db: Database, settings: Settings, model: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = upload(db, settings, 6)
    db.conn.execute('UPDATE jobs SET payload = \'{"engine": "ocr"}\' WHERE item_id IN (?, ?)', (items[2], items[3]))
    db.conn.commit()
    assert run(here(settings, model), monkeypatch) == 6
    engines = [row["engine"] for row in db.conn.execute("SELECT engine FROM predictions ORDER BY item_id")]
    assert engines == ["remote", "remote", "ocr", "ocr", "remote", "remote"]


def test_a_question_is_answered_while_lanes_are_at_work(
    db: Database, settings: Settings, model: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(db, settings, 18)
    blob = db.conn.execute("SELECT blob FROM photos LIMIT 1").fetchone()["blob"]
    listening = settings.model_copy(update={"remote_url": model.url})
    question = ask(db, listening, Ask(blobs=(blob,), text="Who?"))
    run(here(settings, model), monkeypatch)
    asked = questions.get_question(db, question)
    assert (asked.state, asked.answer) == ("done", "Acme.")


def test_a_server_that_is_down_leaves_every_item_with_the_embedded_reading_and_the_reason(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.engines.remote.client.FIRST_PAUSE_S", 0.01)
    with serve(Fails(401, "no such key")) as down:
        upload(db, settings, 12)
        assert run(here(settings, down), monkeypatch) == 12
    states = {row["state"] for row in db.conn.execute("SELECT state FROM jobs")}
    assert states == {"partial"}
    errors = [row["error"] for row in db.conn.execute("SELECT error FROM items")]
    assert all("SHELFLENS_REMOTE_KEY" in error and "embedded engine" in error for error in errors)
    assert len(down.requests) <= refusals.FAILURES + 6  # those under way when it was noticed; the rest did not ask


def test_one_at_a_time_is_one_at_a_time(
    db: Database, settings: Settings, model: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(db, settings, 3)
    run(here(settings, model, remote_concurrency=1), monkeypatch)
    assert model.most_at_once == 1 and jobs.progress(db).done == 3


def test_the_chosen_default_decides_which_jobs_go_along(
    db: Database, settings: Settings, model: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(db, settings, 4)
    choose_engine(db, here(settings, model), "ocr", by="t")
    run(here(settings, model), monkeypatch)
    assert model.requests == [] and isinstance(Readers, type)
