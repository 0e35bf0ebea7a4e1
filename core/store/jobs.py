"""Leased background work in one table.

A job is never taken off the table: it is leased for `lease_s` seconds, the lease is renewed by a
heartbeat, and a job whose lease ran out is claimed again, so the death of a worker loses nothing.
Whoever lost a lease can neither renew nor finish the job, so nothing is done twice.
"""

from __future__ import annotations

import json
import socket
import time
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.store.items import LARGEST_ID
from core.store.leases import cancel
from core.types import Bilingual, Frozen

JOB = Bilingual(en="Job", zh="任务")
READ = "read"
"""A job of this kind reads every photo of one item."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Frozen):
    id: int
    kind: str
    item_id: int | None
    payload: dict[str, Any]
    priority: int
    state: JobState
    progress: float
    error: Bilingual | None
    attempts: int
    cancel: bool
    owner: str | None
    lease_until: float
    created_at: str
    started_at: str | None
    finished_at: str | None
    ms: float | None


class Progress(Frozen):
    """Counts of jobs since `since`, and what is left of them."""

    queued: int
    running: int
    done: int
    failed: int
    seconds_left: float | None
    """From the median time of recent jobs; None before the first has finished."""

    @property
    def total(self) -> int:
        return self.queued + self.running + self.done + self.failed

    @property
    def active(self) -> bool:
        return self.queued + self.running > 0


def _job(row: Any) -> Job:
    values = dict(row)
    values["payload"] = json.loads(values["payload"])
    values["error"] = json.loads(values["error"]) if values["error"] else None
    return Job(**values)


def enqueue(db: Database, kind: str, *, item_id: int, payload: dict[str, Any] | None = None, priority: int = 0) -> int:
    """Queues a job and returns its id. One that waits for the same item already is raised, not doubled."""
    with write(db):
        row = db.conn.execute(
            "SELECT * FROM jobs WHERE kind = ? AND item_id = ? AND state = 'queued'", (kind, item_id)
        ).fetchone()
        if row is not None:
            merged = {**json.loads(row["payload"]), **(payload or {})}
            db.conn.execute(
                "UPDATE jobs SET priority = MAX(priority, ?), payload = ?, cancel = 0 WHERE id = ?",
                (priority, json.dumps(merged), row["id"]),
            )
            return int(row["id"])
        cursor = db.conn.execute(
            "INSERT INTO jobs (kind, item_id, payload, priority, state, created_at) VALUES (?, ?, ?, ?, 'queued', ?)",
            (kind, item_id, json.dumps(payload or {}), priority, now()),
        )
        return int(cursor.lastrowid or 0)


def raise_priority(db: Database, job_id: int, priority: int) -> None:
    """Lets a waiting job be served before those of lower priority than this."""
    with write(db):
        db.conn.execute(
            "UPDATE jobs SET priority = MAX(priority, ?) WHERE id = ? AND state = 'queued'", (priority, job_id)
        )


def adopt_orphans(db: Database) -> int:
    """Queues items that wait to be read but have no job, and returns how many there were.

    An upload that died half-way leaves such items: a group is queued when its last photo is in.
    """
    with write(db):
        rows = db.conn.execute(
            "SELECT id, priority FROM items WHERE deleted_at IS NULL AND status IN ('queued', 'reading') AND NOT EXISTS"
            " (SELECT 1 FROM jobs WHERE jobs.item_id = items.id AND jobs.state IN ('queued', 'running'))"
        ).fetchall()
        for row in rows:
            enqueue(db, READ, item_id=row["id"], priority=row["priority"])
    return len(rows)


def claim(
    db: Database, owner: str, *, lease_s: float, max_attempts: int, engines: tuple[str, ...] | None = None
) -> Job | None:
    """Leases the most urgent job to `owner`: queued, or running with a lease that ran out.

    With `engines` only where the most urgent one names one of them, "" standing for none: others are left alone.

    A job waits while another one of its item is leased, so two workers never read one item at once.
    """
    moment, wanted = time.time(), json.dumps(engines) if engines is not None else None
    with write(db):
        _give_up(db, moment, max_attempts)
        row = db.conn.execute(
            """
            UPDATE jobs SET state = 'running', owner = ?, lease_until = ?, attempts = attempts + 1,
                started_at = ?, progress = 0
            WHERE id = (
                SELECT id FROM jobs AS job
                WHERE (state = 'queued' OR (state = 'running' AND lease_until < ?)) AND NOT EXISTS (
                    SELECT 1 FROM jobs AS other WHERE other.item_id = job.item_id AND other.id <> job.id
                    AND other.state = 'running' AND other.lease_until >= ?)
                ORDER BY priority DESC, id LIMIT 1)
            AND (? IS NULL OR COALESCE(json_extract(payload, '$.engine'), '') IN (SELECT value FROM json_each(?)))
            RETURNING *
            """,
            (owner, moment + lease_s, now(), moment, moment, wanted, wanted or "[]"),
        ).fetchone()
    return _job(row) if row is not None else None


def _give_up(db: Database, moment: float, max_attempts: int) -> None:
    """Fails jobs that killed their worker too often, so that one photo cannot stop the queue for ever."""
    message = Bilingual(
        en=f"Reading was started {max_attempts} times and never finished; the worker died each time."
        " Look at the photo, or press 'Read again'.",
        zh=f"已尝试读取 {max_attempts} 次，均因后台进程异常退出而未完成。请检查照片，或点击“重新读取”。",
    )
    rows = db.conn.execute(
        "UPDATE jobs SET state = 'failed', error = ?, finished_at = ?"
        " WHERE state = 'running' AND lease_until < ? AND attempts >= ? RETURNING item_id",
        (message.model_dump_json(), now(), moment, max_attempts),
    ).fetchall()
    for row in rows:
        db.conn.execute(
            "UPDATE items SET status = 'failed', error = ? WHERE id = ? AND status IN ('queued', 'reading')",
            (message.model_dump_json(), row["item_id"]),
        )
        # The derived row follows in the same transaction; its values are untouched, so it need not be rebuilt.
        db.conn.execute(
            "UPDATE records SET status = 'failed' WHERE item_id = ? AND status IN ('queued', 'reading')",
            (row["item_id"],),
        )


def heartbeat(db: Database, job_id: int, owner: str, *, lease_s: float, progress: float | None = None) -> bool:
    """Renews the lease. False when the job was cancelled or belongs to somebody else by now: stop."""
    with write(db):
        row = db.conn.execute(
            "UPDATE jobs SET lease_until = ?, progress = COALESCE(?, progress)"
            " WHERE id = ? AND owner = ? AND state = 'running' RETURNING cancel",
            (time.time() + lease_s, progress, job_id, owner),
        ).fetchone()
    return row is not None and not row["cancel"]


def is_wanted(db: Database, job_id: int, owner: str) -> bool:
    """What `heartbeat` would say, without renewing the lease."""
    row = db.conn.execute(
        "SELECT cancel FROM jobs WHERE id = ? AND owner = ? AND state = 'running'", (job_id, owner)
    ).fetchone()
    return row is not None and not row["cancel"]


def finish(
    db: Database, job_id: int, owner: str, state: JobState, *, ms: float | None = None, error: Bilingual | None = None
) -> bool:
    """Ends a job. False, and nothing changed, where `owner` no longer holds it."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE jobs SET state = ?, error = ?, finished_at = ?, ms = ?, progress = 1"
            " WHERE id = ? AND owner = ? AND state = 'running'",
            (state, error.model_dump_json() if error else None, now(), ms, job_id, owner),
        )
        return cursor.rowcount == 1


def cancel_job(db: Database, job_id: int) -> bool:
    """Cancels a waiting job at once and asks a running one to stop. False where it had ended already."""
    return cancel(db, "jobs", job_id)


def cancel_waiting(db: Database) -> list[int]:
    """Cancels every waiting job and returns the ids of their items."""
    with write(db):
        rows = db.conn.execute(
            "UPDATE jobs SET state = 'cancelled', finished_at = ? WHERE state = 'queued' RETURNING item_id", (now(),)
        ).fetchall()
    return [row["item_id"] for row in rows if row["item_id"] is not None]


def latest_job(db: Database, item_id: int) -> Job | None:
    row = db.conn.execute("SELECT * FROM jobs WHERE item_id = ? ORDER BY id DESC LIMIT 1", (item_id,)).fetchone()
    return _job(row) if row is not None else None


def queue_position(db: Database, job_id: int) -> int | None:
    """How many waiting jobs are served before this one (0 = next); None when it is not waiting."""
    row = db.conn.execute("SELECT priority FROM jobs WHERE id = ? AND state = 'queued'", (job_id,)).fetchone()
    if row is None:
        return None
    ahead = db.conn.execute(
        "SELECT COUNT(*) AS n FROM jobs WHERE state = 'queued' AND (priority > ? OR (priority = ? AND id < ?))",
        (row["priority"], row["priority"], job_id),
    ).fetchone()
    return int(ahead["n"])


def progress(db: Database, since: str = "") -> Progress:
    """Counts of the jobs created at or after `since` (ISO time; all by default) and the time left."""
    counts = {
        row["state"]: row["n"]
        for row in db.conn.execute(
            "SELECT state, COUNT(*) AS n FROM jobs WHERE created_at >= ? GROUP BY state", (since,)
        )
    }
    waiting = counts.get("queued", 0) + counts.get("running", 0)
    typical = _typical_ms(db)
    return Progress(
        queued=counts.get("queued", 0),
        running=counts.get("running", 0),
        done=counts.get("done", 0) + counts.get("partial", 0),
        failed=counts.get("failed", 0),
        seconds_left=waiting * typical / 1000 if typical is not None and waiting else (0.0 if not waiting else None),
    )


def _typical_ms(db: Database, last: int = 20) -> float | None:
    rows = db.conn.execute("SELECT ms FROM jobs WHERE ms IS NOT NULL ORDER BY id DESC LIMIT ?", (last,)).fetchall()
    times = sorted(row["ms"] for row in rows)
    return times[len(times) // 2] if times else None


def release(db: Database, job_id: int, owner: str) -> bool:
    """Puts a leased job back into the queue without counting the attempt: its worker has to stop.

    Where a newer job for the same item waits already, this one ends instead.
    """
    with write(db):
        held = db.conn.execute(
            "SELECT kind, item_id FROM jobs WHERE id = ? AND owner = ? AND state = 'running'", (job_id, owner)
        ).fetchone()
        if held is None:
            return False
        newer = db.conn.execute(
            "SELECT 1 FROM jobs WHERE kind = ? AND item_id = ? AND state = 'queued'", (held["kind"], held["item_id"])
        ).fetchone()
        state = JobState.CANCELLED if newer else JobState.QUEUED
        db.conn.execute(
            "UPDATE jobs SET state = ?, owner = NULL, lease_until = 0, attempts = attempts - 1 WHERE id = ?",
            (state, job_id),
        )
        return True


def release_all(db: Database, owner: str) -> int:
    """Puts everything leased to `owner` back into the queue, as `release` does. Returns how many jobs that were."""
    with write(db):
        rows = db.conn.execute("SELECT id FROM jobs WHERE owner = ? AND state = 'running'", (owner,)).fetchall()
        return sum(release(db, row["id"], owner) for row in rows)


def expire_leases(db: Database, owner: str) -> int:
    """Ends the leases of a worker that is known to be dead, so that its job need not wait them out.

    Returns how many there were. The attempt counts: a photo that kills its worker is given up in time.
    """
    with write(db):
        cursor = db.conn.execute("UPDATE jobs SET lease_until = 0 WHERE owner = ? AND state = 'running'", (owner,))
        return cursor.rowcount


def worker_name(pid: int) -> str:
    """The owner name of the worker with this process id on this machine."""
    return f"{socket.gethostname()}-{pid}"


def get_job(db: Database, job_id: int) -> Job:
    """The job; raises NotFound."""
    row = db.conn.execute("SELECT * FROM jobs WHERE id = ?", (min(job_id, LARGEST_ID),)).fetchone()
    if row is None:
        raise NotFound(what=JOB, key=job_id, hint=Bilingual(en="Jobs are never deleted.", zh="任务不会被删除。"))
    return _job(row)


def page_jobs(db: Database, *, below: int | None, limit: int, state: str = "", item_id: int | None = None) -> list[Job]:
    """Jobs, newest first, at most `limit` of them, all with ids below `below`."""
    rows = db.conn.execute(
        "SELECT * FROM jobs WHERE id < ? AND (? = '' OR state = ?) AND (? IS NULL OR item_id = ?)"
        " ORDER BY id DESC LIMIT ?",
        (LARGEST_ID if below is None else below, state, state, item_id, item_id, limit),
    )
    return [_job(row) for row in rows]
