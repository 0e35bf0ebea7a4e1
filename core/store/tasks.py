"""Tasks: work on an engine or a model that a person asked for, leased as jobs are, with a report that pages poll."""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.store.leases import cancel
from core.types import Bilingual, Frozen

MOST_ATTEMPTS = 3
"""A pull goes on where it was cut, so another try is cheap; what killed three workers would kill a fourth."""

WORKER_DIED = Bilingual(
    en=f"The background process ended {MOST_ATTEMPTS} times while it worked on this, so it was given up. Most often"
    " memory ran out: close other programs, then try again.",
    zh=f"后台进程在执行此任务时已异常退出 {MOST_ATTEMPTS} 次，任务已放弃。通常是内存不足：请关闭其他程序后重试。",
)
TASK = Bilingual(en="Task", zh="任务")
TASK_HINT = Bilingual(en="Tasks are numbered as they are asked for.", zh="任务按提出顺序编号。")


class TaskKind(StrEnum):
    MEASURE = "measure"
    PULL = "pull"
    PREPARE = "prepare"
    CHECK = "check"
    REMOVE = "remove"
    COMPARE = "compare"
    """An adapter against what reads now; `subject` is its name."""
    DATASET = "dataset"
    """Verified records as training data, into a folder of ShelfLens' own."""
    REREAD = "reread"
    """Stored lines of ads with the lexicons of today; `form` is the edition."""


class TaskState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in (TaskState.QUEUED, TaskState.RUNNING)


class Report(Frozen):
    """How far a task is. `done` and `total` are bytes, or photos of a measurement; `total` is 0 where nobody knows."""

    phase: str = ""
    done: int = 0
    total: int = 0
    file: str = ""
    speed: float | None = None
    """Bytes per second."""
    seconds_left: float | None = None


class Task(Frozen):
    """`subject` is the name of an engine or an adapter, or a model's id; `form` that of the model's weights, "" where
    there is none."""

    id: int
    kind: TaskKind
    subject: str
    form: str
    state: TaskState
    report: Report | None
    error: Bilingual | None
    cancel: bool
    asked_by: str
    owner: str | None
    lease_until: float
    attempts: int
    created_at: str
    started_at: str | None
    finished_at: str | None


def _task(row: Any) -> Task:
    values = dict(row)
    values["report"] = Report.model_validate_json(values["report"]) if values["report"] else None
    values["error"] = Bilingual.model_validate_json(values["error"]) if values["error"] else None
    return Task(**values)


def put_task(db: Database, kind: TaskKind, subject: str, form: str = "", *, by: str) -> int:
    """Queues a task and returns its id; that of the same task where one waits or runs already."""
    with write(db):
        row = db.conn.execute(
            "SELECT id FROM tasks WHERE kind = ? AND subject = ? AND form = ? AND state IN ('queued', 'running')",
            (kind, subject, form),
        ).fetchone()
        if row is not None:
            return int(row["id"])
        cursor = db.conn.execute(
            "INSERT INTO tasks (kind, subject, form, state, asked_by, created_at) VALUES (?, ?, ?, 'queued', ?, ?)",
            (kind, subject, form, by, now()),
        )
        return int(cursor.lastrowid or 0)


def get_task(db: Database, task_id: int) -> Task:
    """Raises NotFound."""
    row = db.conn.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        raise NotFound(what=TASK, key=task_id, hint=TASK_HINT)
    return _task(row)


def latest_of(db: Database, kind: TaskKind) -> Task | None:
    """The newest task of a kind; None where there never was one."""
    row = db.conn.execute("SELECT * FROM tasks WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)).fetchone()
    return _task(row) if row is not None else None


def list_latest(db: Database) -> list[Task]:
    """The newest task of every subject and form, those that wait or run first, then newest first."""
    rows = db.conn.execute(
        "SELECT * FROM tasks WHERE id IN (SELECT MAX(id) FROM tasks GROUP BY subject, form)"
        " OR state IN ('queued', 'running') ORDER BY state IN ('queued', 'running') DESC, id DESC"
    )
    return [_task(row) for row in rows]


def claim_task(db: Database, owner: str, kinds: Iterable[TaskKind], *, lease_s: float) -> Task | None:
    """Leases the oldest task of these kinds to `owner`: queued, or running with a lease that ran out."""
    moment, wanted = time.time(), sorted(kinds)
    if not _is_any_open(db):  # asked several times a second: reading takes no lock
        return None
    marks = ", ".join("?" * len(wanted))
    with write(db):
        _give_up(db, moment)
        row = db.conn.execute(
            f"""
            UPDATE tasks SET state = 'running', owner = ?, lease_until = ?, attempts = attempts + 1, started_at = ?
            WHERE id = (SELECT id FROM tasks WHERE kind IN ({marks})
                AND (state = 'queued' OR (state = 'running' AND lease_until < ?)) ORDER BY id LIMIT 1)
            RETURNING *
            """,
            (owner, moment + lease_s, now(), *wanted, moment),
        ).fetchone()
    return _task(row) if row is not None else None


def _is_any_open(db: Database) -> bool:
    return db.conn.execute("SELECT 1 FROM tasks WHERE state IN ('queued', 'running') LIMIT 1").fetchone() is not None


def _give_up(db: Database, moment: float) -> None:
    """Ends what nobody works on any more: cancelled by a person, or tried too often."""
    db.conn.execute(
        "UPDATE tasks SET state = 'cancelled', finished_at = ? WHERE state = 'running' AND lease_until < ? AND cancel",
        (now(), moment),
    )
    db.conn.execute(
        "UPDATE tasks SET state = 'failed', error = ?, finished_at = ?"
        " WHERE state = 'running' AND lease_until < ? AND attempts >= ?",
        (WORKER_DIED.model_dump_json(), now(), moment, MOST_ATTEMPTS),
    )


def beat_task(db: Database, task_id: int, owner: str, *, lease_s: float, report: Report | None = None) -> bool:
    """Renews the lease and says how far it is. False when it was cancelled or belongs to somebody else: stop."""
    with write(db):
        row = db.conn.execute(
            "UPDATE tasks SET lease_until = ?, report = COALESCE(?, report)"
            " WHERE id = ? AND owner = ? AND state = 'running' RETURNING cancel",
            (time.time() + lease_s, report.model_dump_json() if report else None, task_id, owner),
        ).fetchone()
    return row is not None and not row["cancel"]


def end_task(db: Database, task_id: int, owner: str, state: TaskState, *, error: Bilingual | None = None) -> bool:
    """Ends a task. False, and nothing changed, where `owner` no longer holds it."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE tasks SET state = ?, error = ?, finished_at = ? WHERE id = ? AND owner = ? AND state = 'running'",
            (state, error.model_dump_json() if error else None, now(), task_id, owner),
        )
        return cursor.rowcount == 1


def cancel_task(db: Database, task_id: int) -> bool:
    """Cancels a waiting task at once and asks a running one to stop. False where it had ended already."""
    return cancel(db, "tasks", task_id)


def release_task(db: Database, task_id: int, owner: str) -> bool:
    """Puts a leased task back into the queue without counting the attempt: its worker has to end."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE tasks SET state = 'queued', owner = NULL, lease_until = 0, attempts = attempts - 1"
            " WHERE id = ? AND owner = ? AND state = 'running'",
            (task_id, owner),
        )
        return cursor.rowcount == 1


def expire_tasks(db: Database, owner: str) -> int:
    """Ends the leases of a worker that is known to be dead. Returns how many there were."""
    with write(db):
        cursor = db.conn.execute("UPDATE tasks SET lease_until = 0 WHERE owner = ? AND state = 'running'", (owner,))
        return cursor.rowcount
