"""Webhooks: who is told of a verified record, how it is signed, and what happens where nobody hears it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core import webhooks as hooks
from core.api import Server
from core.cli import main
from core.errors import BadUrl, Conflict, NotFound, WebhookForbidden
from core.reviewing.review import accept_record, flag_record
from core.settings import Settings
from core.store import webhooks
from core.store.webhooks import DeliveryState
from core.webhooks import PAUSES_S, add_webhook, announce, deliver_due, pause_s, ping, signature
from tests.seeding import seed_records


class Receiver(http.server.BaseHTTPRequestHandler):
    """Hears what it is told, and answers as it was told to."""

    heard: list[tuple[dict[str, str], bytes]]
    answers: list[tuple[int, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, headers = type(self).answers.pop(0) if type(self).answers else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    """The address of a receiver, and the receiver."""
    kind = type("One", (Receiver,), {"heard": [], "answers": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hooks", kind
    server.shutdown()


@pytest.fixture
def here(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_allow": "127.0.0.1"})


@pytest.fixture
def client(here: Settings) -> Iterator[TestClient]:
    server = Server(here)
    app = Starlette(routes=server.routes, middleware=server.middleware)
    with TestClient(app, base_url="http://localhost") as made:
        yield made


def verify(db: Database, settings: Settings) -> int:
    item = seed_records(db, settings, 1)[0]
    accept_record(db, item, reviewer="li")
    return item


def deliver_all(db: Database, settings: Settings) -> int:
    """How many deliveries were due."""
    count = 0
    while deliver_due(db, settings):
        count += 1
    return count


def only(db: Database) -> webhooks.Delivery:
    (delivery,) = webhooks.list_deliveries(db)
    return delivery


def make_due(db: Database) -> None:
    db.conn.execute("UPDATE deliveries SET due_at = 0")
    db.conn.commit()


def test_a_verified_record_is_told_with_a_signature_its_receiver_can_check(
    db: Database, here: Settings, receiver: tuple[str, type[Receiver]]
) -> None:
    url, kind = receiver
    made = add_webhook(db, here, url, by="tester")
    item = verify(db, here)
    assert deliver_all(db, here) == 1
    headers, body = kind.heard[0]
    told = json.loads(body)
    assert told["type"] == "record.verified" and told["timestamp"]
    assert (told["data"]["item"], told["data"]["verified_by"]) == (item, "li")
    assert told["data"]["fields"]["brand"]["value"] and told["data"]["fields"]["net_content"]["unit"] == "g"
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}" and len(key) == 32
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert (only(db).state, only(db).status, only(db).attempts) == (DeliveryState.DELIVERED, 204, 1)


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = '{"test": 2432232314}'
    said = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_verifying_tells_and_only_when_it_is_certain(db: Database, here: Settings) -> None:
    add_webhook(db, here, "http://127.0.0.1:9/x", by="t")
    flagged, late = seed_records(db, here, 2)
    flag_record(db, flagged, "blurred", reviewer="li")
    with pytest.raises(Conflict):
        accept_record(db, late, reviewer="li", version=99)
    assert webhooks.list_deliveries(db) == []


def test_without_a_webhook_nothing_is_written(db: Database, here: Settings) -> None:
    verify(db, here)
    assert webhooks.list_deliveries(db) == []


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
def test_what_is_not_heard_is_said_again_later_with_the_same_id(
    db: Database, here: Settings, receiver: tuple[str, type[Receiver]], status: int
) -> None:
    url, kind = receiver
    kind.answers[:] = [(status, {"location": "http://127.0.0.1:1/"})]
    add_webhook(db, here, url, by="t")
    verify(db, here)
    assert deliver_all(db, here) == 1  # not at once again
    waiting = only(db)
    assert (waiting.state, waiting.status, waiting.attempts) == (DeliveryState.WAITING, status, 1)
    assert waiting.error is not None and str(status) in waiting.error.en and str(status) in waiting.error.zh
    assert 3 < waiting.due_at - time.time() <= 6
    make_due(db)
    assert deliver_all(db, here) == 1 and only(db).state is DeliveryState.DELIVERED
    assert kind.heard[0][0]["webhook-id"] == kind.heard[1][0]["webhook-id"]


def test_an_address_where_nobody_listens_is_given_up_in_the_end_and_can_be_sent_to_again(
    db: Database, here: Settings
) -> None:
    add_webhook(db, here, "http://127.0.0.1:9/x", by="t")
    verify(db, here)
    for _ in range(len(PAUSES_S) + 1):
        make_due(db)
        assert deliver_due(db, here)
    given_up = only(db)
    assert (given_up.state, given_up.attempts) == (DeliveryState.FAILED, len(PAUSES_S) + 1)
    assert not deliver_due(db, here)
    assert webhooks.send_again(db, given_up.id).state is DeliveryState.WAITING
    assert deliver_due(db, here)


def test_pauses_grow_differ_and_end() -> None:
    assert all(0.8 * pause <= (pause_s(tried) or 0) <= 1.2 * pause for tried, pause in enumerate(PAUSES_S, 1))
    assert len({pause_s(2) for _ in range(10)}) > 1
    assert pause_s(len(PAUSES_S) + 1) is None
    assert pause_s(1, 600.0) == 600.0
    assert (pause_s(1, 1e9) or 0) <= 24 * 3600


def test_a_receiver_that_asks_for_a_longer_pause_gets_it(
    db: Database, here: Settings, receiver: tuple[str, type[Receiver]]
) -> None:
    url, kind = receiver
    kind.answers[:] = [(503, {"retry-after": "120"})]
    add_webhook(db, here, url, by="t")
    verify(db, here)
    deliver_all(db, here)
    assert 110 < only(db).due_at - time.time() <= 120


def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_is_pinged(
    db: Database, here: Settings, receiver: tuple[str, type[Receiver]]
) -> None:
    url, kind = receiver
    kind.answers[:] = [(410, {})]
    made = add_webhook(db, here, url, by="t")
    verify(db, here)
    deliver_all(db, here)
    assert webhooks.get_webhook(db, made.webhook.id).stopped is not None
    announce(db, 1, reviewer="li")
    assert len(webhooks.list_deliveries(db)) == 1
    ping(db, made.webhook.id)
    assert deliver_all(db, here) == 1
    assert json.loads(kind.heard[-1][1])["type"] == "webhook.ping"


def test_a_receiver_that_is_down_costs_one_try_not_one_per_record(db: Database, here: Settings) -> None:
    add_webhook(db, here, "http://127.0.0.1:9/x", by="t")
    for item in seed_records(db, here, 5):
        accept_record(db, item, reviewer="li")
    assert deliver_all(db, here) == 1


def test_what_a_dead_worker_had_claimed_is_said_again(db: Database, here: Settings) -> None:
    add_webhook(db, here, "http://127.0.0.1:9/x", by="t")
    verify(db, here)
    assert webhooks.claim_delivery(db, lease_s=0.05) is not None
    assert webhooks.claim_delivery(db, lease_s=0.05) is None
    time.sleep(0.1)
    assert webhooks.claim_delivery(db, lease_s=0.05) is not None


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://localhost:8501/api", "http://10.1.2.3/", "http://[::1]/", "http://2130706433/"],
)
def test_private_addresses_are_refused_unless_a_setting_names_them(db: Database, settings: Settings, url: str) -> None:
    with pytest.raises(WebhookForbidden, match="SHELFLENS_WEBHOOK_ALLOW"):
        add_webhook(db, settings, url, by="t")
    assert webhooks.list_webhooks(db) == []


def test_a_name_that_leads_to_a_private_address_later_is_not_sent_to(
    db: Database, here: Settings, settings: Settings, receiver: tuple[str, type[Receiver]]
) -> None:
    url, kind = receiver
    add_webhook(db, here, url, by="t")
    verify(db, settings)
    assert deliver_all(db, settings) == 1  # by a worker that does not allow it
    assert kind.heard == [] and "SHELFLENS_WEBHOOK_ALLOW" in (only(db).error or hooks.Bilingual(en="", zh="")).en


NO_ADDRESSES = ["", "ftp://a.example/x", "shop.example", "http://", "http://u:p@a.example/", "http://[", "http://a:0/"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_refused(db: Database, settings: Settings, url: str) -> None:
    with pytest.raises(BadUrl):
        add_webhook(db, settings, url, by="t")


def test_webhooks_are_kept_over_the_api_without_their_secret(
    db: Database, here: Settings, client: TestClient, receiver: tuple[str, type[Receiver]]
) -> None:
    made = client.post("/api/v1/webhooks", json={"url": receiver[0]})
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    number = made.json()["id"]
    assert "secret" not in client.get("/api/v1/webhooks").json()[0]
    item = verify(db, here)
    told: list[dict[str, Any]] = client.get(f"/api/v1/webhooks/{number}/deliveries").json()
    assert [(entry["item_id"], entry["state"]) for entry in told] == [(item, "waiting")]
    assert client.post(f"/api/v1/webhooks/{number}/ping").status_code == 202
    again = client.post(f"/api/v1/webhooks/deliveries/{told[0]['id']}/redeliver")
    assert (again.status_code, again.json()["message"]) == (202, told[0]["message"])
    assert client.delete(f"/api/v1/webhooks/{number}").status_code == 204
    assert client.get(f"/api/v1/webhooks/{number}/deliveries").status_code == 404
    refused = client.post("/api/v1/webhooks", json={"url": "http://10.0.0.1/x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "WebhookForbidden")


def test_keys_are_kept_over_the_api(client: TestClient) -> None:
    made = client.post("/api/v1/keys", json={"label": "shop", "scope": "admin"}).json()
    admin = {"authorization": f"Bearer {made['secret']}"}
    listed = client.get("/api/v1/keys", headers=admin).json()
    assert [key["id"] for key in listed] == [made["id"]] and "hash" not in listed[0]
    assert client.delete(f"/api/v1/keys/{made['id']}", headers=admin).json()["revoked_at"]


def test_webhooks_are_kept_by_command(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELFLENS_WEBHOOK_ALLOW", "127.0.0.1")
    assert main(["webhooks", "add", "http://127.0.0.1:9/x"]) == 0
    assert capsys.readouterr().out.startswith("whsec_")
    verify(db, settings)
    assert main(["webhooks", "list"]) == 0 and "active" in capsys.readouterr().out
    assert main(["webhooks", "deliveries", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "waiting"
    assert main(["webhooks", "redeliver", "1"]) == 0 and main(["webhooks", "ping", "1"]) == 0
    assert main(["webhooks", "remove", "1"]) == 0
    assert main(["webhooks", "remove", "1"]) == 2
    with pytest.raises(NotFound):
        webhooks.get_delivery(db, 1)
