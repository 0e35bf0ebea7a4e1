"""Requests that were sent with an Idempotency-Key, and their answers, kept for a day."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from core.store.db import write

KEPT_S = 24 * 3600.0


@dataclass(frozen=True)
class Answer:
    """What was answered the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


class Claim(StrEnum):
    """What a request with a key is to do."""

    YOURS = "yours"
    """Nobody has sent it: do it, then `keep_answer` or `forget_request`."""
    BUSY = "busy"
    """The same request is being worked on."""
    OTHER = "other"
    """The key belongs to another request."""


def claim_request(db: Database, caller: str, key: str, request: str, *, lease_s: float) -> Claim | Answer:
    """The answer to the same request where it is known; else what to do. `request` is a digest of all it says.

    Requests older than `KEPT_S` are forgotten.
    """
    moment = time.time()
    with write(db):
        db.conn.execute("DELETE FROM idempotency WHERE created_at < ?", (moment - KEPT_S,))
        row = db.conn.execute("SELECT * FROM idempotency WHERE caller = ? AND key = ?", (caller, key)).fetchone()
        if row is not None and row["request"] != request:
            return Claim.OTHER
        if row is not None and row["status"] is not None:
            return Answer(row["status"], json.loads(row["headers"]), row["body"])
        if row is not None and row["busy_until"] >= moment:
            return Claim.BUSY
        db.conn.execute(
            "INSERT OR REPLACE INTO idempotency (caller, key, request, busy_until, created_at) VALUES (?, ?, ?, ?, ?)",
            (caller, key, request, moment + lease_s, moment),
        )
        return Claim.YOURS


def renew_request(db: Database, caller: str, key: str, *, lease_s: float) -> None:
    """The request is still being worked on."""
    with write(db):
        db.conn.execute(
            "UPDATE idempotency SET busy_until = ? WHERE caller = ? AND key = ? AND status IS NULL",
            (time.time() + lease_s, caller, key),
        )


def keep_answer(db: Database, caller: str, key: str, answer: Answer) -> None:
    """Stores the answer for whoever sends the request again."""
    with write(db):
        db.conn.execute(
            "UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE caller = ? AND key = ?",
            (answer.status, json.dumps(answer.headers), answer.body, caller, key),
        )


def forget_request(db: Database, caller: str, key: str) -> None:
    """The request was refused or broke off: sent again, it is done anew."""
    with write(db):
        db.conn.execute("DELETE FROM idempotency WHERE caller = ? AND key = ? AND status IS NULL", (caller, key))


def forget_answers(db: Database) -> None:
    """Drops every stored answer: they may hold words of what has just been erased."""
    with write(db):
        db.conn.execute("DELETE FROM idempotency WHERE status IS NOT NULL")
