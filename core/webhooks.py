"""Webhooks: other systems are told when a record is verified, signed as standardwebhooks.com has it.

    announce  in the transaction that verifies: what is to be said, to each address, goes into the outbox
    deliver   the worker's part, beside reading: says it, and says it again later where nobody heard it

A receiver checks `webhook-signature` = "v1," + base64(HMAC-SHA256(secret, "{webhook-id}.{webhook-timestamp}.{body}"))
and that the timestamp is fresh; `webhook-id` is the same at every try, so that it can tell repeats.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import random
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlite_utils import Database

from core.errors import BadUrl, FetchFailed, ForbiddenAddress, ShelfLensError, WebhookForbidden
from core.incoming.fetch import USER_AGENT, pinned_address, pinned_client
from core.records.standing import standing_fields
from core.settings import Settings
from core.store import items, webhooks
from core.store.db import now, stamp, write
from core.store.webhooks import Delivery, Webhook
from core.types import Bilingual

log = logging.getLogger("shelflens.webhooks")

VERIFIED = "record.verified"
PING = "webhook.ping"

PAUSES_S = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 36_000.0)
"""Before each further try, about 28 hours in all (the schedule that standardwebhooks.com proposes): through a restart,
a deployment, and a night in which nobody looks."""
JITTER = (0.8, 1.2)
"""Of a pause, at random: a hundred deliveries that failed together do not come back together."""
TIMEOUT_S = 15.0
LEASE_S = 60.0
LONGEST_WAIT_S = 24 * 3600.0
"""A receiver may ask for a longer pause (Retry-After), up to this."""
GONE = 410
"""RFC 9110, 15.5.11: the receiver wants nothing any more."""
SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
KEPT_DAYS = 30
"""What was heard is kept as long, to be looked at or sent again."""


@dataclass(frozen=True)
class NewWebhook:
    """A webhook just made. `secret` is what its receiver has to know; it is not shown again."""

    webhook: Webhook
    secret: str = field(repr=False)


def add_webhook(db: Database, settings: Settings, url: str, *, by: str) -> NewWebhook:
    """A new address. Raises BadUrl for none, ForbiddenAddress for one that is private and not allowed to be."""
    url = url.strip()
    _ensure_address(url)
    _address_of(url, settings)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return NewWebhook(webhooks.put_webhook(db, url, secret, by=by), secret)


def announce(db: Database, item_id: int, *, reviewer: str) -> None:
    """Puts a record that was just verified into the outbox of every webhook; part of the caller's transaction."""
    active = webhooks.list_active(db)
    if not active:
        return
    item = items.get_item(db, item_id)
    fields = standing_fields(db, item)
    record = {
        "item": item.id,
        "kind": item.kind,
        "version": item.version,
        "verified_by": reviewer,
        "fields": {
            key: {"value": field.model_dump(mode="json")["value"], **({"unit": field.unit} if field.unit else {})}
            for key, field in fields.items()
            if field.value is not None
        },
        "url": f"/api/v1/records/{item.id}",
    }
    for webhook_id in active:
        _put(db, webhook_id, VERIFIED, record, item.id)


def ping(db: Database, webhook_id: int) -> Delivery:
    """Puts a word into the outbox that only says that the way is open; a stopped webhook is sent to again."""
    with write(db):
        webhooks.stop_webhook(db, webhook_id, None)
        return webhooks.get_delivery(db, _put(db, webhook_id, PING, {"webhook": webhook_id}, None))


def _put(db: Database, webhook_id: int, event: str, data: dict[str, Any], item_id: int | None) -> int:
    body = json.dumps({"type": event, "timestamp": now(), "data": data}, ensure_ascii=False)
    return webhooks.put_delivery(db, webhook_id, f"msg_{secrets.token_hex(12)}", event, body, item_id)


def signature(secret: str, message: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature` (Standard Webhooks 1.0, symmetric)."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{message}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def deliver_due(db: Database, settings: Settings) -> bool:
    """Says the delivery that is due; False where none is. Whatever goes wrong is written down, not raised."""
    delivery = webhooks.claim_delivery(db, LEASE_S)
    if delivery is None:
        return False
    webhook = webhooks.get_webhook(db, delivery.webhook_id)
    try:
        answer = _send(webhook, delivery, settings)
    except ShelfLensError as err:
        _put_off(db, delivery, err.message, None, None)
        return True
    if 200 <= answer.status < 300:
        webhooks.delivered(db, delivery.id, answer.status)
    elif answer.status == GONE:
        gone = Bilingual(en="The receiver answered 410: it wants no more.", zh="接收方返回 410，表示不再接收。")
        webhooks.not_delivered(db, delivery, gone, status=GONE, again_in_s=None)
        webhooks.stop_webhook(db, webhook.id, gone)
    else:
        said = Bilingual(en=f"The receiver answered {answer.status}.", zh=f"接收方返回 {answer.status}。")
        _put_off(db, delivery, said, answer.status, answer.wait_s)
    return True


def forget_old(db: Database) -> int:
    """Forgets what was heard KEPT_DAYS ago and more."""
    return webhooks.forget_delivered(db, stamp(datetime.now(UTC) - timedelta(days=KEPT_DAYS)))


def pause_s(attempts: int, asked_s: float | None = None) -> float | None:
    """Seconds until the try after `attempts` tries; None where that was the last. A receiver may ask for more."""
    if attempts > len(PAUSES_S):
        return None
    pause = PAUSES_S[attempts - 1] * random.uniform(*JITTER)
    return max(pause, min(asked_s or 0.0, LONGEST_WAIT_S))


def _put_off(db: Database, delivery: Delivery, error: Bilingual, status: int | None, asked_s: float | None) -> None:
    again = pause_s(delivery.attempts, asked_s)
    log.warning("delivery %s, try %s: %s", delivery.id, delivery.attempts, error.en)
    webhooks.not_delivered(db, delivery, error, status=status, again_in_s=again)


@dataclass(frozen=True)
class _Answer:
    status: int
    wait_s: float | None


def _send(webhook: Webhook, delivery: Delivery, settings: Settings) -> _Answer:
    """The receiver's answer; its words are not read. Raises ForbiddenAddress and FetchFailed."""
    timestamp = int(time.time())
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": delivery.message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(webhook.secret, delivery.message, timestamp, delivery.body),
    }
    deadline = time.monotonic() + TIMEOUT_S
    address = _address_of(webhook.url, settings, deadline)
    try:
        with (
            pinned_client(address, TIMEOUT_S, deadline, headers) as client,
            client.stream("POST", webhook.url, content=delivery.body.encode()) as response,
        ):
            asked = response.headers.get("retry-after", "")
            return _Answer(response.status_code, float(asked) if asked.isdigit() else None)
    except httpx.HTTPError as err:
        reason = str(err) or type(err).__name__
        raise FetchFailed(url=webhook.url, reason=reason) from err


def _ensure_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        fine = fine and (parts.port is None or parts.port > 0)
    except ValueError as err:
        raise BadUrl(url=url) from err
    if not fine:
        raise BadUrl(url=url)


def _address_of(url: str, settings: Settings, deadline: float | None = None) -> str:
    """The address to connect to, looked up anew for each delivery: a name may lead elsewhere by then."""
    limit = time.monotonic() + TIMEOUT_S if deadline is None else deadline
    try:
        return pinned_address(urlsplit(url).hostname or "", url, settings.webhook_allow, limit)
    except ForbiddenAddress as err:
        address = err.values["address"]
        raise WebhookForbidden(url=url, address=address) from err
