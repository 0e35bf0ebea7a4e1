"""Questions over HTTP: the whole answer, the answer word by word, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server
from core.engines.scripted import Reply, ScriptedEngine
from core.reading.questions import Ask, ask
from core.settings import Settings
from core.store import questions
from core.store.questions import QuestionState
from tests.seeding import seed_records
from tests.unit.reading.test_questions import serving

PHOTO = f"{0:064x}"
WORDS = ("It ", "says ", "净含量", " 500g", ".")


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    server = Server(settings)
    with TestClient(Starlette(routes=server.routes), base_url="http://localhost:8501") as test_client:
        yield test_client


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    return seed_records(db, settings, 2)[0]


def events(text: str) -> list[tuple[str, Any]]:
    """The events of an answer's stream, comments left out."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("event: ")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_the_whole_answer_comes_as_one_object(client: TestClient, settings: Settings, item: int) -> None:
    with serving(settings, ScriptedEngine(answers=[Reply(pieces=WORDS)])):
        answer = client.post("/api/v1/ask", json={"item": item, "question": "What does it say?"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["answer"], body["partial"]) == ("done", "It says 净含量 500g.", False)
    assert (body["engine"], body["cached"], body["photos"]) == ("scripted", False, [PHOTO])
    assert [body["answer"][found["start"] : found["end"]] for found in body["printed"]] == ["净含量 500g"]
    assert client.get(f"/api/v1/ask/{body['id']}").json() == body


@pytest.mark.parametrize("how", [{"json": {"stream": True}}, {"headers": {"accept": "text/event-stream"}}])
def test_words_come_as_events_and_the_last_event_holds_the_whole(
    client: TestClient, settings: Settings, item: int, how: dict[str, Any]
) -> None:
    body = {"item": item, "question": "What does it say?", **how.get("json", {})}
    with serving(settings, ScriptedEngine(answers=[Reply(pieces=WORDS, delay_s=0.1)])):
        answer = client.post("/api/v1/ask", json=body, headers=how.get("headers"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    came = events(answer.text)
    assert [name for name, _ in came[:-1]] == ["text"] * (len(came) - 1)
    assert len(came) > 3
    assert "".join(data["text"] for _, data in came[:-1]) == "It says 净含量 500g."
    assert (came[-1][0], came[-1][1]["answer"]) == ("end", "It says 净含量 500g.")


def test_photos_are_asked_about_by_their_ids(client: TestClient, settings: Settings, item: int) -> None:
    engine = ScriptedEngine(answers=[Reply("Two.")])
    with serving(settings, engine):
        client.post("/api/v1/ask", json={"photos": [PHOTO, f"{1:064x}"], "question": "How many?", "temperature": 0})
    assert len(engine.questions[0].images) == 2
    assert engine.questions[0].sampling.temperature == 0


def test_an_engines_error_is_told_with_the_words_before_it(client: TestClient, settings: Settings, item: int) -> None:
    with serving(settings, ScriptedEngine(answers=[Reply("It", error=RuntimeError("broke"))])):
        body = client.post("/api/v1/ask", json={"item": item, "question": "What?"}).json()
    assert (body["state"], body["answer"], body["partial"]) == ("failed", "It", True)
    assert "broke" in body["error"]["en"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"question": "What?"}, 422, "Name either an item or photos."),
        ({"question": "What?", "item": 1, "photos": [PHOTO]}, 422, "Name either"),
        ({"question": " ", "item": 1}, 422, "Type a question."),
        ({"question": "What?", "item": 99}, 404, "Item '99'"),
        ({"question": "What?", "photos": ["f" * 64]}, 404, "Photo"),
        ({"question": "What?", "item": 1, "follows": 5}, 404, "Question '5'"),
        ({"question": "What?", "item": 1, "temperature": 9}, 422, "temperature"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_with_its_reason(
    client: TestClient, db: Database, item: int, body: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post("/api/v1/ask", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert not questions.is_waiting(db)


@pytest.mark.parametrize(
    "body",
    [
        {"item": 1},
        {"question": 5, "item": 1},
        {"question": "?", "item": 2**63},
        {"question": "?", "item": 1, "seed": -1},
        {"question": "?", "item": 1, "speed": 3},
        {"question": "?", "item": 1, "top_p": "much"},
    ],
)
def test_bodies_of_another_shape_are_refused(client: TestClient, item: int, body: dict[str, Any]) -> None:
    assert client.post("/api/v1/ask", json=body).status_code == 422


@pytest.mark.parametrize("number", [7, 2**63 - 1])
def test_an_unknown_question_is_not_found(client: TestClient, number: int) -> None:
    assert client.get(f"/api/v1/ask/{number}").status_code == 404


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param([("It sa", 1), ("", 1), ("Oats.", 1)], id="stopped"),
        pytest.param([("It sa", 1), ("", 2), ("Oats.", 2)], id="died"),
        pytest.param([("It sa", 1), ("It says oats.", 2)], id="died and overtaken unseen"),
    ],
)
def test_a_worker_that_began_anew_is_told_to_the_stream(
    client: TestClient,
    db: Database,
    settings: Settings,
    item: int,
    seen: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question = ask(db, settings, Ask(blobs=(PHOTO,), text="What?"))
    asked = questions.get_question(db, question)
    rows = [
        asked.model_copy(update={"state": QuestionState.RUNNING, "answer": said, "attempts": attempts})
        for said, attempts in seen
    ]
    rows[-1] = rows[-1].model_copy(update={"state": QuestionState.DONE})
    monkeypatch.setattr("core.api.ask.questions.follow", lambda _settings, _id: iter(rows))
    answer = client.post("/api/v1/ask", json={"item": item, "question": "What?", "stream": True})
    came = events(answer.text)
    assert [name for name, _ in came] == ["text", "restart", "text", "end"]
    assert [data["text"] for name, data in came if name == "text"] == [seen[0][0], seen[-1][0]]
