"""The engines over HTTP: their states, and the default chosen by a program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server
from core.background.tasks import TaskKind, ask_task
from core.reading.preferences import default_engine
from core.settings import Settings

ENGINES = "/api/v1/engines"
DEFAULT = "/api/v1/engines/default"


@pytest.fixture
def ready(settings: Settings, tmp_path: Path) -> Settings:
    script = tmp_path / "script.jsonl"
    script.write_text('{"extract": {"brand": "Oats"}}', "utf-8")
    return settings.model_copy(update={"script": script})


@pytest.fixture
def client(ready: Settings) -> Iterator[TestClient]:
    server = Server(ready)
    app = Starlette(routes=server.routes, middleware=server.middleware)
    with TestClient(app, base_url="http://localhost:8501") as test_client:
        yield test_client


def test_every_engine_says_whether_it_can_be_used_and_why(client: TestClient) -> None:
    found = client.get(ENGINES).json()
    assert {engine["name"]: engine["usable"] for engine in found["engines"]} == {
        "ocr": True, "qwen3vl": False, "remote": False, "scripted": True,
    }  # fmt: skip
    assert all(engine["reason"]["en"] and engine["reason"]["zh"] for engine in found["engines"])
    assert (found["default"], found["reads"], found["chosen"], found["worker_alive"]) == ("auto", "ocr", None, False)
    [model] = found["models"]
    assert [form["state"] for form in model["forms"]] == ["absent"] * 3
    assert model["licence"] == "Apache-2.0"


def test_the_default_is_chosen_and_stands(client: TestClient, db: Database, ready: Settings) -> None:
    answer = client.put(DEFAULT, json={"engine": "scripted"})
    assert answer.status_code == 200
    assert (answer.json()["default"], answer.json()["chosen"]["set_by"]) == ("scripted", "tester")
    assert default_engine(db, ready) == "scripted"
    assert client.get(ENGINES).json()["reads"] == "scripted"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"engine": "qwn"}, "not known"),
        ({"engine": "remote"}, "SHELFLENS_REMOTE_URL"),
        ({"engine": "qwen3vl"}, "cannot be used"),
    ],
)
def test_an_engine_that_cannot_be_used_is_no_default(
    client: TestClient, db: Database, ready: Settings, body: dict[str, str], words: str
) -> None:
    answer = client.put(DEFAULT, json=body)
    assert answer.status_code == 422
    assert words in answer.json()["title"] + answer.json().get("detail", "")
    assert default_engine(db, ready) == "auto"


@pytest.mark.parametrize("body", [{}, {"engine": 3}, {"engine": "ocr", "force": True}])
def test_a_body_of_another_shape_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.put(DEFAULT, json=body).status_code == 422


def test_another_site_cannot_choose_the_default(client: TestClient, db: Database, ready: Settings) -> None:
    answer = client.put(DEFAULT, json={"engine": "ocr"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert default_engine(db, ready) == "auto"


def test_tasks_under_way_are_listed(client: TestClient, db: Database, ready: Settings) -> None:
    task_id = ask_task(db, ready, TaskKind.MEASURE, "ocr", by="ann")
    [task] = client.get(ENGINES).json()["tasks"]
    assert (task["id"], task["kind"], task["subject"], task["state"]) == (task_id, "measure", "ocr", "queued")
