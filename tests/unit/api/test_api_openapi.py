"""The API's document says of every operation how to call it, and what it promises is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from core.access.keys import make_key
from core.api import Server
from core.api.access import OPEN
from core.api.guard import is_below
from core.api.problems import on_http
from core.engines.scripted import Reply, ScriptedEngine
from core.errors import FetchFailed
from core.settings import Settings
from core.store.db import open_store
from core.store.keys import Scope
from tests.seeding import seed_records
from tests.unit.reading.test_questions import serving

EXAMPLES = 8
"""Requests made up per operation, beside those for its limits. More found nothing more; CI has minutes, not hours."""
KEPT = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
"""What is checked of every answer."""
JSON = "application/json"


FOLDER = Path(tempfile.gettempdir()) / f"shelflens-openapi-{os.getpid()}"
"""Data of the API under test, whose operations have to be known before any fixture runs. Made by `records`."""


def make_app() -> Starlette:
    """The server as `core.api.app` makes it, its guards included: no key is wanted as long as none was made."""
    server = Server(Settings(data=FOLDER, user="tester", rate_per_minute=0, hosts="testserver"))
    return Starlette(routes=server.routes, middleware=server.middleware, exception_handlers={HTTPException: on_http})


@pytest.fixture(scope="module")
def secret() -> Iterator[str]:
    """An admin's key, beside ten records and somebody who answers questions."""
    settings = Settings(data=FOLDER)
    with open_store(settings) as db:
        seed_records(db, settings, 6, 4)
        made = make_key(db, "schemathesis", Scope.ADMIN, by="tester").secret
    with pytest.MonkeyPatch.context() as patch, serving(settings, ScriptedEngine(answers=[Reply("Oats.")])):
        patch.setattr("core.api.sources.fetch_image", unreachable)
        patch.setattr("core.api.extraction.MOST_WAIT_S", 0.05)
        yield made
    shutil.rmtree(FOLDER)


def unreachable(url: str, _settings: Settings) -> None:
    raise FetchFailed(url=url, reason="this test has no network")


schema = schemathesis.openapi.from_asgi("/api/openapi.json", make_app())


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_no_request_makes_the_server_fail_or_break_its_document(case: schemathesis.Case, secret: str) -> None:
    answer = case.call_and_validate(checks=KEPT, headers={"x-api-key": secret})
    assert answer.status_code not in (401, 403), "the key is good for everything"


@schema.parametrize()
@hypothesis.settings(
    max_examples=2, deadline=None, derandomize=True, phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip
def test_without_a_key_every_request_is_refused_as_the_document_says(case: schemathesis.Case, secret: str) -> None:
    answer = case.call_and_validate(checks=KEPT)
    if not is_below(f"/api{case.path}", OPEN):
        assert (answer.status_code, answer.json()["code"]) == (401, "KeyMissing")


DOCUMENT = schema.raw_schema


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, entry) for path, methods in DOCUMENT["paths"].items() for method, entry in methods.items()]


@pytest.mark.parametrize(("method", "path", "entry"), operations(), ids=lambda value: str(value)[:60])
def test_every_operation_is_described_with_examples(method: str, path: str, entry: dict[str, Any]) -> None:
    assert entry["summary"] and entry["tags"] and entry["operationId"]
    assert "application/problem+json" in entry["responses"]["default"]["content"]
    for status, answer in entry["responses"].items():
        for media, content in answer.get("content", {}).items():
            assert "example" in content, f"{method} {path}: no example of {status} {media}"
    body = entry.get("requestBody", {}).get("content", {})
    if JSON in body:
        named = body[JSON]["schema"].get("$ref", "").rpartition("/")[2]
        assert "example" in body[JSON] or has_examples(named), f"{method} {path}: no example of a body"
    for parameter in entry.get("parameters", []):
        if parameter["in"] == "path":
            assert "examples" in parameter["schema"], f"{method} {path}: no example of {parameter['name']}"


def has_examples(shape: str) -> bool:
    return bool(DOCUMENT["components"]["schemas"][shape].get("examples"))
