"""Readiness: what is not ready is named with its reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server, health
from core.api.app import make_app
from core.settings import Settings
from core.store import workers


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=Server(settings).routes)) as test_client:
        yield test_client


def faults(client: TestClient) -> dict[str, Any]:
    answer = client.get("/readyz")
    found = {check["name"]: check["message"]["en"] for check in answer.json()["checks"] if not check["ok"]}
    assert answer.status_code == (503 if found else 200)
    assert answer.json()["ready"] is not bool(found)
    return found


def test_a_server_with_worker_engine_and_room_is_ready(client: TestClient, db: Database) -> None:
    workers.say_loaded(db, "worker", ())
    assert faults(client) == {}


def test_without_a_worker_it_is_not_ready(client: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "python -m core worker" in faults(client)["worker"]
    workers.say_loaded(db, "worker", ())
    monkeypatch.setattr(health, "WORKER_SILENT_S", -1.0)  # seen a second too long ago

    assert "worker" in faults(client)


def test_a_database_that_somebody_keeps_locked_is_named(
    client: TestClient, db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.say_loaded(db, "worker", ())
    monkeypatch.setattr(health, "LOCK_S", 0.05)
    with closing(sqlite3.connect(str(settings.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in faults(client)["database"]


def test_a_full_disk_is_named(client: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    workers.say_loaded(db, "worker", ())
    monkeypatch.setattr(health, "LEAST_FREE_MB", 2**60)
    assert "MB are free" in faults(client)["disk"]


def test_the_api_runs_without_the_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFLENS_WORKER", "0")
    with TestClient(make_app(), base_url="http://localhost") as client:
        assert client.get("/healthz").json()["status"] == "ok"
        assert client.get("/api/v1/records").json()["total"] == 0
        assert client.get("/", follow_redirects=False).headers["location"] == "/api/docs"
        assert client.get("/records").json()["code"] == "NoSuchAddress"
