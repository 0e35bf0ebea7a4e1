"""Totals over whole tables, for whoever watches a server. Each is one query, milliseconds at 100,000 rows."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlite_utils import Database

from core.store.jobs import JobState


def jobs_by_state(db: Database) -> dict[str, int]:
    """Every state with its number of jobs, 0 included, so that a series never vanishes."""
    rows = db.conn.execute("SELECT state, COUNT(*) AS n FROM jobs GROUP BY state")
    return {**dict.fromkeys(map(str, JobState), 0), **{row["state"]: row["n"] for row in rows}}


def oldest_wait_s(db: Database) -> float:
    """Seconds that the oldest waiting job has waited; 0 where none waits."""
    row = db.conn.execute("SELECT MIN(created_at) AS at FROM jobs WHERE state = 'queued'").fetchone()
    if row["at"] is None:
        return 0.0
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(row["at"])).total_seconds())


def engine_work(db: Database) -> dict[str, tuple[int, float]]:
    """Engine -> (photos, seconds) of all runs that were not answered from the cache."""
    rows = db.conn.execute("SELECT engine, COUNT(*) AS n, SUM(ms) AS ms FROM runs GROUP BY engine")
    return {row["engine"]: (row["n"], row["ms"] / 1000) for row in rows}


def predictions_by_cache(db: Database) -> dict[bool, int]:
    """How many readings of items came from the cache as a whole, and how many did not."""
    rows = db.conn.execute("SELECT cached, COUNT(*) AS n FROM predictions GROUP BY cached")
    return {False: 0, True: 0, **{bool(row["cached"]): row["n"] for row in rows}}


def questions(db: Database) -> dict[tuple[str, bool], int]:
    """(state, from the cache) -> questions."""
    rows = db.conn.execute("SELECT state, cached, COUNT(*) AS n FROM questions GROUP BY state, cached")
    return {(row["state"], bool(row["cached"])): row["n"] for row in rows}


def records_by_status(db: Database) -> dict[str, int]:
    rows = db.conn.execute("SELECT status, COUNT(*) AS n FROM records GROUP BY status")
    return {row["status"]: row["n"] for row in rows}
