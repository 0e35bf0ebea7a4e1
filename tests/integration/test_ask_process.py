"""A question through a server and its worker as processes of their own: clients that go, workers that die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlite_utils import Database

from core.settings import Settings
from core.store import questions
from core.store.questions import Asked, QuestionState
from tests.browser.server import Server, run_server
from tests.seeding import seed_records

PATIENCE_S = 60.0
LONG = " ".join(f"word{number}" for number in range(300))
ENDLESS = " ".join(f"word{number}" for number in range(10_000))
"""Takes minutes to be said: longer than any test waits."""


@pytest.fixture
def server(db: Database, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server whose worker answers slowly: ENDLESS, or what the parameter says."""
    seed_records(db, settings, 1)
    script = tmp_path / "script.jsonl"
    script.write_text(f'{{"ask": "{getattr(request, "param", ENDLESS)}", "delay_s": 0.02}}\n', "utf-8")
    variables = {"SHELFLENS_ENGINE": "scripted", "SHELFLENS_SCRIPT": str(script)}
    with run_server(settings, tmp_path / "server.log", **variables) as running:
        yield running


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting until {what}"
        time.sleep(0.05)


def was_asked(db: Database) -> bool:
    return db["questions"].count > 0


def question(db: Database) -> Asked:
    return questions.get_question(db, 1)


def test_a_client_that_goes_away_in_mid_stream_stops_the_answer(server: Server, db: Database) -> None:
    body = {"item": 1, "question": "What does it say?", "stream": True}
    with httpx.stream("POST", server.url("/api/v1/ask"), json=body, timeout=PATIENCE_S) as answer:
        lines = answer.iter_lines()
        while "text" not in next(lines):
            pass
    wait_for(lambda: question(db).state.ended, "the answer was stopped")
    stopped = question(db)
    assert stopped.stop, "only the listener's lease stopped it"
    assert (stopped.state, ENDLESS.startswith(stopped.answer.strip())) == (QuestionState.STOPPED, True)
    assert 0 < len(stopped.answer) < len(ENDLESS)


def test_a_client_that_does_not_wait_for_the_whole_stops_the_answer(server: Server, db: Database) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(server.url("/api/v1/ask"), json={"item": 1, "question": "What?"}, timeout=3)
    wait_for(lambda: was_asked(db) and question(db).state.ended, "the answer was stopped")
    assert question(db).state is QuestionState.STOPPED


@pytest.mark.parametrize("server", [LONG], indirect=True, ids=["LONG"])
def test_a_question_whose_worker_is_killed_is_answered_by_the_next_one(server: Server, db: Database) -> None:
    body = {"item": 1, "question": "What does it say?", "stream": True}
    events: list[str] = []
    with httpx.stream("POST", server.url("/api/v1/ask"), json=body, timeout=PATIENCE_S) as answer:
        for line in answer.iter_lines():
            if line.startswith("event: "):
                events.append(line.removeprefix("event: "))
            if events == ["text"]:
                os.kill(httpx.get(server.url("/healthz")).json()["worker_pid"], signal.SIGKILL)
                events.append("killed")
    assert events[:2] == ["text", "killed"]
    assert "restart" in events
    assert events[-1] == "end"
    done = question(db)
    assert (done.state, done.answer, done.attempts) == (QuestionState.DONE, LONG, 2)
