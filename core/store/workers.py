"""What a worker says of itself: which engines' models are in its memory. No other process can see that."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from sqlite_utils import Database

from core.store.db import write


def say_loaded(db: Database, owner: str, engines: Iterable[str]) -> None:
    """Notes that the worker lives now and holds these engines' models."""
    with write(db):
        db.conn.execute(
            "INSERT INTO workers (owner, loaded, seen_at) VALUES (?, ?, ?) ON CONFLICT (owner)"
            " DO UPDATE SET loaded = excluded.loaded, seen_at = excluded.seen_at",
            (owner, json.dumps(sorted(engines)), time.time()),
        )


def say_gone(db: Database, owner: str) -> None:
    """Forgets a worker that has ended."""
    with write(db):
        db.conn.execute("DELETE FROM workers WHERE owner = ?", (owner,))


def loaded_engines(db: Database, *, within_s: float) -> frozenset[str] | None:
    """Engines in the memory of workers heard of in the last seconds; None where there is no such worker."""
    rows = db.conn.execute("SELECT loaded FROM workers WHERE seen_at >= ?", (time.time() - within_s,)).fetchall()
    return frozenset(name for row in rows for name in json.loads(row["loaded"])) if rows else None
