"""A request that is sent again with its key is answered as the first time, and done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server
from core.api import decisions as api_decisions
from core.settings import Settings
from core.store import decisions, idempotency, items, jobs
from core.store.idempotency import Answer, Claim
from tests.seeding import picture, seed_records

KEY = {"idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
ACCEPT = {"action": "accept", "version": 1}


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    server = Server(settings)
    with TestClient(Starlette(routes=server.routes), base_url="http://localhost:8501") as test_client:
        yield test_client


@pytest.fixture
def path(db: Database, settings: Settings) -> str:
    """Where decisions about a record are sent."""
    return f"/api/v1/records/{seed_records(db, settings, 1)[0]}/decisions"


def test_a_decision_sent_twice_is_made_once_and_answered_alike(client: TestClient, db: Database, path: str) -> None:
    first = client.post(path, json=ACCEPT, headers=KEY)
    again = client.post(path, json=ACCEPT, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content and again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert len(decisions.list_verdicts(db, 1)) == 1


def test_an_upload_sent_twice_is_known_though_its_boundary_differs(client: TestClient, db: Database) -> None:
    answers = [
        client.post("/api/v1/images", files={"files": ("a.jpg", picture(1), "image/jpeg")}, headers=KEY)
        for _ in range(2)
    ]
    assert [answer.json()[0]["state"] for answer in answers] == ["stored", "stored"]
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert jobs.progress(db).total == 1
    other = client.post("/api/v1/images", files={"files": ("a.jpg", picture(2), "image/jpeg")}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")
    assert len(items.page_items(db, below=None, limit=9)) == 1


def test_another_body_or_address_under_the_same_key_is_refused(client: TestClient, db: Database, path: str) -> None:
    client.post(path, json=ACCEPT, headers=KEY)
    for sent in (client.post(path, json={**ACCEPT, "seconds": 2}, headers=KEY),
                 client.post("/api/v1/items/1/restore", headers=KEY)):  # fmt: skip
        assert (sent.status_code, sent.json()["code"]) == (422, "KeyReused")


def test_a_refused_request_may_be_sent_again(client: TestClient, db: Database, path: str) -> None:
    assert client.post(path, json={**ACCEPT, "version": 7}, headers=KEY).status_code == 409
    assert client.post(path, json=ACCEPT, headers=KEY).status_code == 201


def test_the_same_request_at_the_same_time_is_done_once(
    client: TestClient, db: Database, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    answer = api_decisions.record_response

    def slowly(*args: Any, **more: Any) -> Any:
        entered.set()
        assert go_on.wait(60)
        return answer(*args, **more)

    monkeypatch.setattr(api_decisions, "record_response", slowly)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.post, path, json=ACCEPT, headers=KEY)
        assert entered.wait(60)
        again = client.post(path, json=ACCEPT, headers=KEY)
        go_on.set()
        assert first.result().status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "InFlight")
    assert len(decisions.list_verdicts(db, 1)) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_what_is_no_key_is_refused(client: TestClient, path: str, key: str) -> None:
    answer = client.post(path, json=ACCEPT, headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "BadKey")


def test_a_key_is_the_callers_own(db: Database) -> None:
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=9) is Claim.YOURS
    assert idempotency.claim_request(db, "wang", "k", "b", lease_s=9) is Claim.YOURS
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=9) is Claim.BUSY
    assert idempotency.claim_request(db, "li", "k", "b", lease_s=9) is Claim.OTHER


def test_a_key_whose_server_died_is_free_again_when_its_lease_has_run_out(db: Database) -> None:
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=-1) is Claim.YOURS
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=9) is Claim.YOURS
    idempotency.renew_request(db, "li", "k", lease_s=9)
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=9) is Claim.BUSY


def test_answers_are_kept_for_a_day(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    idempotency.claim_request(db, "li", "k", "a", lease_s=9)
    answer = Answer(201, {"etag": '"2"'}, b"{}")
    idempotency.keep_answer(db, "li", "k", answer)
    assert idempotency.claim_request(db, "li", "k", "a", lease_s=9) == answer
    tomorrow = time.time() + 24 * 3600 + 1
    monkeypatch.setattr(idempotency.time, "time", lambda: tomorrow)
    assert idempotency.claim_request(db, "li", "k", "b", lease_s=9) is Claim.YOURS


def test_stored_answers_go_with_what_is_erased(db: Database) -> None:
    idempotency.claim_request(db, "li", "k", "a", lease_s=9)
    idempotency.keep_answer(db, "li", "k", Answer(200, {}, b"secret words"))
    idempotency.forget_answers(db)
    assert idempotency.claim_request(db, "li", "k", "b", lease_s=9) is Claim.YOURS
