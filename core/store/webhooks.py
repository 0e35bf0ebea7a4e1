"""Addresses that want to hear of verified records, and what is to be said to them until they have heard it."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Bilingual, Frozen

WEBHOOK = Bilingual(en="Webhook", zh="Webhook")
DELIVERY = Bilingual(en="Delivery", zh="投递")
HINT = Bilingual(en="`python -m core webhooks list` shows all.", zh="可用 `python -m core webhooks list` 查看全部。")


class DeliveryState(StrEnum):
    WAITING = "waiting"
    """For its first try or the next one."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after the last try; can be sent again by hand."""


class Webhook(Frozen):
    """An address. `secret` leaves the process only when it is made."""

    id: int
    url: str
    secret: str = Field(exclude=True, repr=False)
    made_by: str
    created_at: str
    stopped: Bilingual | None


class Delivery(Frozen):
    """One thing to be said to one address."""

    id: int
    webhook_id: int
    message: str
    event: str
    item_id: int | None
    body: str
    state: DeliveryState
    attempts: int
    due_at: float
    status: int | None
    error: Bilingual | None
    created_at: str
    tried_at: str | None


def _bilingual(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {**values, name: Bilingual.model_validate_json(values[name]) if values[name] else None}


def _webhook(row: Any) -> Webhook:
    return Webhook(**_bilingual(dict(row), "stopped"))


def _delivery(row: Any) -> Delivery:
    return Delivery(**_bilingual(dict(row), "error"))


def put_webhook(db: Database, url: str, secret: str, *, by: str) -> Webhook:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO webhooks (url, secret, made_by, created_at) VALUES (?, ?, ?, ?)", (url, secret, by, now())
        )
        return get_webhook(db, int(cursor.lastrowid or 0))


def get_webhook(db: Database, webhook_id: int) -> Webhook:
    """Raises NotFound."""
    row = db.conn.execute("SELECT * FROM webhooks WHERE id = ?", (webhook_id,)).fetchone()
    if row is None:
        raise NotFound(what=WEBHOOK, key=webhook_id, hint=HINT)
    return _webhook(row)


def list_webhooks(db: Database) -> list[Webhook]:
    return [_webhook(row) for row in db.conn.execute("SELECT * FROM webhooks ORDER BY id")]


def list_active(db: Database) -> list[int]:
    """Numbers of the webhooks that are sent to."""
    return [row["id"] for row in db.conn.execute("SELECT id FROM webhooks WHERE stopped IS NULL ORDER BY id")]


def remove_webhook(db: Database, webhook_id: int) -> None:
    """Forgets the address and what was to be said to it. Raises NotFound."""
    with write(db):
        get_webhook(db, webhook_id)
        db.conn.execute("DELETE FROM deliveries WHERE webhook_id = ?", (webhook_id,))
        db.conn.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))


def stop_webhook(db: Database, webhook_id: int, why: Bilingual | None) -> None:
    """Sends nothing there any more, for the reason given; None sends again."""
    with write(db):
        get_webhook(db, webhook_id)
        words = why.model_dump_json() if why else None
        db.conn.execute("UPDATE webhooks SET stopped = ? WHERE id = ?", (words, webhook_id))


def put_delivery(db: Database, webhook_id: int, message: str, event: str, body: str, item_id: int | None) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO deliveries (webhook_id, message, event, item_id, body, state, due_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)",
            (webhook_id, message, event, item_id, body, time.time(), now()),
        )
        return int(cursor.lastrowid or 0)


def get_delivery(db: Database, delivery_id: int) -> Delivery:
    """Raises NotFound."""
    row = db.conn.execute("SELECT * FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
    if row is None:
        raise NotFound(what=DELIVERY, key=delivery_id, hint=HINT)
    return _delivery(row)


def list_deliveries(db: Database, webhook_id: int | None = None, limit: int = 50) -> list[Delivery]:
    """The newest ones, newest first; of one webhook or of all."""
    rows = db.conn.execute(
        "SELECT * FROM deliveries WHERE :id IS NULL OR webhook_id = :id ORDER BY id DESC LIMIT :limit",
        {"id": webhook_id, "limit": limit},
    )
    return [_delivery(row) for row in rows]


def claim_delivery(db: Database, lease_s: float) -> Delivery | None:
    """The delivery that has been due for longest, put off by `lease_s` meanwhile: should its sender die, it is due
    again then. None where none is due."""
    moment = time.time()
    due = db.conn.execute(
        "SELECT 1 FROM deliveries WHERE state = 'waiting' AND due_at <= ? LIMIT 1", (moment,)
    ).fetchone()
    if due is None:  # looked at every second: no write lock for nothing
        return None
    with write(db):
        row = db.conn.execute(
            "UPDATE deliveries SET attempts = attempts + 1, due_at = ?, tried_at = ? WHERE id = (SELECT d.id"
            " FROM deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE d.state = 'waiting'"
            " AND d.due_at <= ? AND w.stopped IS NULL ORDER BY d.due_at LIMIT 1) RETURNING *",
            (moment + lease_s, now(), moment),
        ).fetchone()
    return _delivery(row) if row is not None else None


def delivered(db: Database, delivery_id: int, status: int) -> None:
    with write(db):
        db.conn.execute(
            "UPDATE deliveries SET state = 'delivered', status = ?, error = NULL WHERE id = ?", (status, delivery_id)
        )


def not_delivered(
    db: Database, delivery: Delivery, error: Bilingual, *, status: int | None, again_in_s: float | None
) -> None:
    """Puts a delivery off, or gives it up where `again_in_s` is None.

    What else waits for the same address is put off as well: an address that is down costs one try, not one each.
    """
    moment = time.time()
    with write(db):
        db.conn.execute(
            "UPDATE deliveries SET state = ?, status = ?, error = ?, due_at = ? WHERE id = ?",
            (
                DeliveryState.FAILED if again_in_s is None else DeliveryState.WAITING,
                status,
                error.model_dump_json(),
                moment + (again_in_s or 0.0),
                delivery.id,
            ),
        )
        db.conn.execute(
            "UPDATE deliveries SET due_at = MAX(due_at, ?) WHERE webhook_id = ? AND state = 'waiting' AND id <> ?",
            (moment + min(again_in_s or 0.0, 300.0), delivery.webhook_id, delivery.id),
        )


def send_again(db: Database, delivery_id: int) -> Delivery:
    """Makes a delivery due now, with all its tries before it. Raises NotFound."""
    with write(db):
        get_delivery(db, delivery_id)
        db.conn.execute(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, due_at = ? WHERE id = ?",
            (time.time(), delivery_id),
        )
        return get_delivery(db, delivery_id)


def deliveries_by_state(db: Database) -> dict[str, int]:
    rows = db.conn.execute("SELECT state, COUNT(*) AS n FROM deliveries GROUP BY state")
    return {**dict.fromkeys(map(str, DeliveryState), 0), **{row["state"]: row["n"] for row in rows}}


def forget_delivered(db: Database, before: str) -> int:
    """Forgets what was said and heard before that moment. Returns how many there were."""
    with write(db):
        cursor = db.conn.execute("DELETE FROM deliveries WHERE state = 'delivered' AND created_at < ?", (before,))
        return cursor.rowcount
