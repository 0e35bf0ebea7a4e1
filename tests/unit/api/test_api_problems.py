"""Every error of the API is a problem (RFC 9457), in the caller's language, and tells nothing of the program."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server
from core.api.problems import language_of, problem_kinds
from core.settings import Settings

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    server = Server(Settings(data=tmp_path_factory.mktemp("problems"), max_file_mb=1, max_zip_mb=1))
    app = Starlette(routes=server.routes, middleware=server.middleware)
    with TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False) as test_client:
        yield test_client


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "/api/v1/records/99", {}, 404, "NotFound"),
        ("GET", "/api/v1/nothing", {}, 404, "NoSuchAddress"),
        ("GET", "/api/", {}, 404, "NoSuchAddress"),
        ("GET", "/api/v1/problems/Nothing", {}, 404, "NoSuchAddress"),
        ("DELETE", "/api/v1/progress", {}, 405, "MethodNotAllowed"),
        ("BREW", "/api/v1/records", {}, 405, "MethodNotAllowed"),
        ("GET", "/api/v1/records?limit=0", {}, 422, "InvalidValues"),
        ("GET", "/api/v1/records/one", {}, 422, "InvalidValues"),
        ("POST", "/api/v1/ask", {"content": b"{", "headers": JSON}, 400, "MalformedBody"),
        ("POST", "/api/v1/ask", {"content": b'{"question": "\xff\xfe"}', "headers": JSON}, 400, "MalformedBody"),
        ("POST", "/api/v1/ask", {"content": b"[" * 100_000, "headers": JSON}, 400, "MalformedBody"),
        ("POST", "/api/v1/ask", {"json": {"item": 1}}, 422, "InvalidValues"),
        ("POST", "/api/v1/ask", {"json": {"question": "?"}}, 422, "UsageError"),
        ("POST", "/api/v1/ask", {"content": b"a question", "headers": {"content-type": "text/plain"}}, 415, None),
        ("POST", "/api/v1/ask", {"content": b"no type at all"}, 415, "WrongMediaType"),
        ("POST", "/api/v1/ask", {"files": {"files": b"x"}}, 415, "WrongMediaType"),
        ("POST", "/api/v1/ask", {"json": {"question": "x" * 3_000_000}}, 413, "BodyTooLarge"),
        ("POST", "/api/v1/images", {"files": {"files": b"x" * 3_000_000}}, 413, "BodyTooLarge"),
        ("PUT", "/api/v1/engines/default", {"json": {"engine": "qwn"}}, 422, "UsageError"),
    ],
)
def test_every_refusal_is_a_problem(
    client: TestClient, method: str, path: str, sent: dict[str, Any], status: int, code: str | None
) -> None:
    answer = client.request(method, path, **sent)
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"/api/v1/problems/{body['code']}"
    assert code in (None, body["code"])
    assert body["instance"] == path.partition("?")[0]
    assert body["title"] and body["detail"] == body["message"]["en"]
    assert body["message"]["zh"] != body["message"]["en"]
    assert client.get(body["type"]).json()["status"] == status


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing%0Ahere", "/api/%0d%0a", "/api/v1/problems/%0A", "/v1/nothing%0Ahere"]
)
def test_a_path_with_line_breaks_is_refused_as_any_other(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] in ("application/problem+json", "application/json")
    assert answer.json()


def test_a_body_without_length_is_counted_while_it_comes(client: TestClient) -> None:
    parts = (b"x" * 100_000 for _ in range(40))
    answer = client.post("/api/v1/ask", content=parts, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "BodyTooLarge")


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh;q=0.3", "zh"),
        ("en;q=0.1, zh-Hant;q=0.2", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("zh;q=much, en", "en"),
        ("de, *;q=0.5", "en"),
        ("zhx", "en"),
        (";;,,q=", "en"),
    ],
)
def test_the_language_is_the_one_that_the_caller_prefers(accepted: str, lang: str) -> None:
    assert language_of(accepted) == lang


def test_a_problem_is_told_in_chinese_to_whoever_wants_it(client: TestClient) -> None:
    answer = client.get("/api/v1/records/99", headers={"accept-language": "zh-CN"})
    assert answer.headers["content-language"] == "zh"
    assert (answer.json()["title"], answer.json()["detail"][:8]) == ("未找到", "条目 “99” ")


def test_wrong_values_are_named_with_their_place_and_both_languages(client: TestClient) -> None:
    body = client.post("/api/v1/ask", json={"item": 0, "question": 5, "speed": 1}).json()
    assert [(error["in"], error["pointer"]) for error in body["errors"]] == [
        ("body", "#/question"),
        ("body", "#/item"),
        ("body", "#/speed"),
    ]
    assert body["errors"][1]["message"] == {"en": "it has to be 1 or more", "zh": "不得小于 1"}
    assert body["detail"].startswith("3 of the values sent cannot be used: question: it has to be text.")


def test_a_wrong_parameter_is_told_from_a_wrong_body(client: TestClient) -> None:
    error = client.get("/api/v1/records", params={"limit": "many"}).json()["errors"][0]
    assert (error["in"], error["name"], "pointer" in error) == ("query", "limit", False)


def test_the_methods_that_an_address_takes_are_named(client: TestClient) -> None:
    assert client.delete("/api/v1/engines").headers["allow"] == "GET"


def test_what_nobody_expected_tells_only_where_the_log_has_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("core.api.jobs.jobs.progress", broken)
    with caplog.at_level(logging.ERROR, "shelflens.api"):
        answer = client.get("/api/v1/progress")
    assert (answer.status_code, answer.json()["code"]) == (500, "Broken")
    assert "secret" not in answer.text and "Traceback" not in answer.text and "ZeroDivision" not in answer.text
    assert answer.json()["reference"] in caplog.text and "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("entry", list(problem_kinds()), ids=lambda entry: entry[0])
def test_every_kind_of_problem_has_a_status_with_a_title(entry: tuple[str, int, Any, Any]) -> None:
    code, status, title, says = entry
    assert 400 <= status < 600 and title.zh and says.zh and says.en, code


def test_the_documentation_page_fetches_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert "//" not in page.text.replace("http://localhost", "").replace("// ", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
        assert f"/api/docs/assets/{asset}" in page.text
        assert client.get(f"/api/docs/assets/{asset}").status_code == 200


def test_a_path_that_is_no_utf_8_is_a_problem_too(client: TestClient) -> None:
    answer = client.get("/api/v1/%ff%fe")
    assert answer.status_code == 404
    assert json.loads(answer.content)["code"] == "NoSuchAddress"
