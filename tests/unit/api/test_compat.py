"""/chat and /v1 as other servers' clients use them: OpenAI's own client, pictures in every form, paths and limits."""

from __future__ import annotations

import base64
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
import uvicorn
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.access.keys import make_key
from core.api import Server
from core.api.openai_shape import Message, conversation_in
from core.engines.base import Engine
from core.engines.scripted import Reply, ScriptedEngine
from core.errors import FileTooLarge, PathNotAllowed
from core.incoming.local_files import read_allowed
from core.settings import Settings
from core.store import questions
from core.store.keys import Scope
from tests.seeding import picture
from tests.unit.reading.test_questions import serving

PHOTO = picture(7)
BASE64 = base64.b64encode(PHOTO).decode()
DATA = f"data:image/jpeg;base64,{BASE64}"
WORDS = ("It ", "says ", "净含量", " 500g", ".")


def app_of(settings: Settings) -> Starlette:
    server = Server(settings)
    return Starlette(routes=server.routes, middleware=server.middleware)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(app_of(settings), base_url="http://localhost:8501", raise_server_exceptions=False) as made:
        yield made


@contextmanager
def listening(settings: Settings) -> Iterator[str]:
    """The address of a server that really listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(app_of(settings), log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
        finally:
            running.should_exit = True
            thread.join(5)


def scripted(*answers: Reply) -> ScriptedEngine:
    return ScriptedEngine(answers=answers or [Reply(pieces=WORDS, delay_s=0.05)])


def asking(text: str = "What does it say?", url: str = DATA) -> list[dict[str, Any]]:
    parts = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
    return [{"role": "user", "content": parts}]


def test_openais_own_client_is_answered_whole_and_word_by_word(settings: Settings, db: Database) -> None:
    secret = make_key(db, "shop", Scope.WRITE, by="t").secret
    engine = scripted(Reply(pieces=WORDS, delay_s=0.05), Reply("Second."))
    with listening(settings) as url, serving(settings, engine), openai.OpenAI(base_url=url, api_key=secret) as client:
        stream = client.chat.completions.create(
            model="gpt-4o", messages=asking(), stream=True, stream_options={"include_usage": True}, seed=3
        )
        chunks = list(stream)
        words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
        assert "".join(words) == "It says 净含量 500g." and len([word for word in words if word]) > 2
        assert chunks[-2].choices[0].finish_reason == "stop"
        assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0
        assert {chunk.model for chunk in chunks[1:]} == {"scripted"}
        whole = client.chat.completions.create(model="shelflens", messages=asking(), seed=3)
        assert whole.choices[0].message.content == "It says 净含量 500g."
        assert len(engine.questions) == 1  # the second one came from the cache that Ask uses, too
        assert {model.id for model in client.models.list()} >= {"shelflens", "ocr"}
        with pytest.raises(openai.NotFoundError, match="there are shelflens"):
            client.models.retrieve("gpt-4o")


def test_openais_client_hears_of_errors_as_its_own(settings: Settings, db: Database) -> None:
    key = make_key(db, "shop", Scope.READ, by="t").secret
    with listening(settings) as url:
        strange = openai.OpenAI(base_url=url, api_key="sl_wrong", max_retries=0)
        reading = openai.OpenAI(base_url=url, api_key=key, max_retries=0)
        with strange, pytest.raises(openai.AuthenticationError, match="not known here"):
            strange.models.list()
        with reading, pytest.raises(openai.PermissionDeniedError, match="'write'"):
            reading.chat.completions.create(model="shelflens", messages=asking())


def test_a_conversation_goes_on_from_the_question_that_was_answered_here(
    client: TestClient, settings: Settings, db: Database
) -> None:
    engine = scripted(Reply("Oats."), Reply("500 g."), Reply("Other."))
    with serving(settings, engine):
        first = client.post("/v1/chat/completions", json={"messages": asking("What is it?")}).json()
        messages = [
            *asking("What is it?"),
            {"role": "assistant", "content": first["choices"][0]["message"]["content"]},
            {"role": "user", "content": "How much?"},
        ]
        client.post("/v1/chat/completions", json={"messages": messages})
        messages[1]["content"] = "Never said here."
        client.post("/v1/chat/completions", json={"messages": messages})
    assert engine.questions[1].history == (("What is it?", "Oats."),)
    assert engine.questions[1].text == "How much?"
    assert engine.questions[2].history == ()
    assert engine.questions[2].text == "Q: What is it?\nA: Never said here.\n\nQ: How much?"


def test_instructions_of_the_system_stand_before_the_question() -> None:
    said = conversation_in([Message(role="system", content="Be brief."), Message.model_validate(asking("What?")[0])])
    assert (said.text, said.pictures, said.turns) == ("Be brief.\n\nWhat?", (DATA,), ())


@pytest.mark.parametrize("image", [BASE64, DATA, BASE64[:40] + "\n" + BASE64[40:]])
def test_chat_takes_pictures_as_base64(client: TestClient, settings: Settings, image: str) -> None:
    with serving(settings, scripted(Reply("Oats."))):
        answer = client.post("/chat", json={"image": image, "query": "What is it?"})
    assert (answer.status_code, answer.json()["response"]) == (200, "Oats.")


def test_chat_reads_paths_below_allowed_folders_only(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "label.jpg").write_bytes(PHOTO)
    (tmp_path / "secret.jpg").write_bytes(PHOTO)
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "inner.jpg").symlink_to(folder / "label.jpg")
    here = settings.model_copy(update={"image_folders": f"{folder}{os.pathsep}{tmp_path / 'nothing'}"})
    for path in (
        folder / "label.jpg",
        folder / "inner.jpg",
        f"file://{folder}/label.jpg",
        f"{folder}/../photos/label.jpg",
    ):
        assert read_allowed(str(path), here) == ("label.jpg", PHOTO)
    said = set()
    for path in (
        tmp_path / "secret.jpg", folder / "link.jpg", f"{folder}/../secret.jpg", folder / "no.jpg", folder, "label.jpg",
        "/etc/passwd", "\0", "x" * 5000, "", f"file://{tmp_path}/secret.jpg", f"{tmp_path}/photos-of-others/a.jpg",
    ):  # fmt: skip
        with pytest.raises(PathNotAllowed) as caught:
            read_allowed(str(path), here)
        said.add(str(caught.value).replace(str(path)[:200], ""))
    assert len(said) == 1  # outside and missing are told alike
    with pytest.raises(PathNotAllowed):
        read_allowed(str(folder / "label.jpg"), settings)


def test_neither_a_pipe_nor_a_huge_file_is_read(settings: Settings, tmp_path: Path) -> None:
    here = settings.model_copy(update={"image_folders": str(tmp_path), "max_file_mb": 1})
    os.mkfifo(tmp_path / "pipe.jpg")
    with (tmp_path / "huge.jpg").open("wb") as huge:
        huge.truncate(2_000_000)
    with pytest.raises(PathNotAllowed):
        read_allowed(str(tmp_path / "pipe.jpg"), here)
    with pytest.raises(FileTooLarge):
        read_allowed(str(tmp_path / "huge.jpg"), here)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"image": "/etc/passwd", "query": "?"}, 422, "PathNotAllowed"),
        ({"image": "http://127.0.0.1:1/x.jpg", "query": "?"}, 422, "ForbiddenAddress"),
        ({"image": "data:image/jpeg;base64,AAAA", "query": "?"}, 422, "NotAnImage"),
        ({"image": "data:image/jpeg,AAAA", "query": "?"}, 422, "BadBase64"),
        ({"image": "A" * 8000, "query": "?"}, 422, "BadBase64"),
        ({"image": DATA, "query": " "}, 422, "UsageError"),
        ({"image": DATA, "query": "x" * 30_000}, 422, "UsageError"),
        ({"image": [], "query": "?"}, 422, "UsageError"),
        ({"image": [DATA] * 9, "query": "?"}, 422, "UsageError"),
        ({"query": "?"}, 422, "InvalidValues"),
        ({"image": DATA}, 422, "InvalidValues"),
    ],
)
def test_what_chat_cannot_do_is_a_problem(client: TestClient, db: Database, body: Any, status: int, code: str) -> None:
    answer = client.post("/chat", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not questions.is_waiting(db)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"messages": [{"role": "user", "content": "Hi"}]}, 422, "NoPicture"),
        ({"messages": []}, 422, "InvalidValues"),
        ({"messages": asking(url="file:///etc/passwd")}, 422, "PathNotAllowed"),
        ({"messages": asking(url="http://169.254.169.254/x")}, 422, "ForbiddenAddress"),
        ({"n": 2}, 422, "NotSupported"),
        ({"tools": [{"type": "function"}]}, 422, "NotSupported"),
        ({"stop": ["."]}, 422, "NotSupported"),
        ({"response_format": {"type": "json_object"}}, 422, "NotSupported"),
        ({"temperature": 9}, 422, "UsageError"),
        ({"max_tokens": 10**9}, 422, "UsageError"),
        ({"seed": -1}, 422, "InvalidValues"),
    ],
)
def test_what_v1_cannot_do_is_said_in_openais_form(client: TestClient, more: Any, status: int, code: str) -> None:
    answer = client.post("/v1/chat/completions", json={"messages": asking(), "user": "u1", "store": False, **more})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (status, code, "invalid_request_error")
    assert error["message"] and error["message_zh"]


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/v1/chat/completions", b"{", 400),
        ("POST", "/v1/chat/completions", b'{"messages": "\xff"}', 400),
        ("GET", "/v1/nothing", None, 404),
        ("GET", "/v1/chat/completions", None, 404),
        ("POST", "/v1/embeddings", b"{}", 404),
    ],
)
def test_what_is_no_request_of_v1_is_an_error_in_openais_form(
    client: TestClient, method: str, path: str, content: bytes | None, status: int
) -> None:
    answer = client.request(method, path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == status and answer.json()["error"]["message"]


def test_an_engine_that_breaks_off_ends_the_stream_with_an_error(client: TestClient, settings: Settings) -> None:
    engine = scripted(Reply("It", error=RuntimeError("broke")), Reply("It", error=RuntimeError("broke")))
    with serving(settings, engine):
        streamed = client.post("/v1/chat/completions", json={"messages": asking(), "stream": True}).text
        whole = client.post("/v1/chat/completions", json={"messages": asking("Again?")})
    assert '"error"' in streamed and "broke" in streamed and "[DONE]" not in streamed
    assert (whole.status_code, whole.json()["error"]["type"]) == (503, "server_error")


def test_a_question_that_needs_a_model_says_so_and_is_not_worth_a_retry(client: TestClient, settings: Settings) -> None:
    class Plain(ScriptedEngine):
        ask = None  # type: ignore[assignment]

    engine: Engine = Plain(replies=[Reply("{}")])
    with serving(settings, engine):
        answer = client.post("/chat", json={"image": DATA, "query": "Is it pretty?"})
    assert (answer.status_code, answer.json()["code"]) == (422, "NeedsModel")


def test_another_site_cannot_ask_through_a_browser(client: TestClient) -> None:
    evil = {"origin": "http://evil.example", "content-type": "text/plain"}
    for path in ("/chat", "/v1/chat/completions"):
        assert client.post(path, content=b"{}", headers=evil).status_code == 403
