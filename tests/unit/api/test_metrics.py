"""What Prometheus is told: requests by route, work by state and engine, and nothing about anybody."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server, metrics
from core.settings import Settings
from core.store import jobs
from tests.seeding import picture, seed_records


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(metrics, "FRESH_S", 0.0)
    server = Server(settings)
    app = Starlette(routes=server.routes, middleware=server.middleware)
    return TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False)


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    """(name, label values in the order of their names) -> value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(client: TestClient, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    for path in ("/api/v1/records/1", "/api/v1/records/2", "/api/v1/records/99", f"/thumb/{0:064x}.jpg", "/nothing/x"):
        client.get(path)
    client.get("/api/v1/records", headers={"host": "evil.example"})
    found = figures(client)
    assert found["shelflens_requests_total", "GET", "/api/v1/records/{item_id}", "200"] == 2
    assert found["shelflens_requests_total", "GET", "/api/v1/records/{item_id}", "404"] == 1
    assert found["shelflens_requests_total", "GET", "/thumb", "200"] == 1
    assert found["shelflens_requests_total", "GET", "/api", "421"] == 1
    assert found["shelflens_request_seconds_count", "GET", "/api/v1/records/{item_id}"] == 3


def test_labels_stay_few_whatever_is_asked_for(client: TestClient) -> None:
    for number in range(30):
        client.get(f"/api/v1/records/{number}/secret-{number}")
        client.get(f"/{number}/x")
        client.request(f"VERB{number}", "/api/v1/records")
    routes = {key[2] for key in figures(client) if key[0] == "shelflens_requests_total"}
    assert len(routes) <= 4


def test_work_is_told_from_the_store(client: TestClient, db: Database, settings: Settings) -> None:
    client.post("/api/v1/images", files={"files": ("a.jpg", picture(1), "image/jpeg")})
    db.conn.execute("UPDATE jobs SET created_at = '2026-01-01T00:00:00.000+00:00'")
    db.conn.commit()
    found = figures(client)
    assert found["shelflens_jobs", "queued"] == 1 and found["shelflens_jobs", "failed"] == 0
    assert found["shelflens_queue_age_seconds",] > 1e6
    assert jobs.progress(db).queued == 1


def test_engines_and_their_seconds_are_told(client: TestClient, db: Database) -> None:
    values = "'b', 'k', 'product', 'ocr', '1', '', '', '{}', '1', 0, '{}', '', 1500, '2026-01-01'"
    for _ in range(2):
        db.conn.execute(
            "INSERT INTO runs (blob, cache_key, kind, engine, revision, prompt_version, schema_version, params, reader,"
            f" partial, fields, raw_text, ms, created_at) VALUES ({values})"
        )
    db.conn.commit()
    found = figures(client)
    assert found["shelflens_engine_photos_total", "ocr"] == 2
    assert found["shelflens_engine_seconds_total", "ocr"] == 3
