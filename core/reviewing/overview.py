"""Where the work stands, in a few queries: the numbers of the home page and the reading queue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from core.store.db import midnight, stamp
from core.store.decisions import Outcome, count_verdicts
from core.store.records import Filters, Record, is_doubtful, list_records
from core.types import Bilingual, FieldValue, Frozen, Level, Status

STALLED_S = 20.0
"""Waiting work that nobody touched for so long means that no worker runs: an idle one looks three times a second."""


class Overview(Frozen):
    """Counts of records by where they stand, and of what people did."""

    records: int
    reading: int
    """Waiting for a worker or being read."""
    waiting: int
    """Read; a person has to look."""
    urgent: int
    """Of those waiting, the ones marked as new launches or best sellers."""
    verified: int
    flagged: int
    failed: int
    corrections: int
    """Fields that a person changed and that still stand so."""
    untouched: int
    """Verified records in which no field was changed."""
    verified_today: int
    verified_week: int
    """Records verified since Monday, in the server's time zone."""

    @property
    def untouched_share(self) -> float | None:
        """The share of verified records accepted as read; None before the first one."""
        return self.untouched / self.verified if self.verified else None


class QueuedItem(Frozen):
    """An item whose reading has not ended. `ahead` counts the items read before it; None while it is read."""

    item_id: int
    name: str
    thumb: str
    ahead: int | None


class FailedItem(Frozen):
    item_id: int
    name: str
    reason: Bilingual | None


class Doubt(Frozen):
    """Why a field of a record should be looked at: a rule's words, or None for weak support alone."""

    field: str
    reason: Bilingual | None


def take_overview(db: Database) -> Overview:
    """The counts as they are now."""
    rows = db.conn.execute(
        "SELECT status, COUNT(*) AS n, SUM(priority > 0) AS urgent, SUM(corrections) AS corrections,"
        " SUM(corrections = 0) AS untouched FROM records GROUP BY status"
    ).fetchall()
    by_status = {row["status"]: row for row in rows}

    def count(*statuses: Status, column: str = "n") -> int:
        return sum(by_status[status][column] for status in statuses if status in by_status)

    today = midnight()
    return Overview(
        records=sum(row["n"] for row in rows),
        reading=count(Status.QUEUED, Status.READING),
        waiting=count(Status.REVIEW),
        urgent=count(Status.REVIEW, column="urgent"),
        verified=count(Status.VERIFIED),
        flagged=count(Status.FLAGGED),
        failed=count(Status.FAILED),
        corrections=sum(row["corrections"] for row in rows),
        untouched=count(Status.VERIFIED, column="untouched"),
        verified_today=count_verdicts(db, Outcome.VERIFIED, stamp(today)),
        verified_week=count_verdicts(db, Outcome.VERIFIED, stamp(today - timedelta(days=today.weekday()))),
    )


def verified_per_day(db: Database, days: int = 14) -> list[tuple[date, int]]:
    """Records verified on each of the last `days` days, today last, in the server's time zone."""
    today = midnight()
    first = today - timedelta(days=days - 1)
    counts = {
        row["day"]: row["n"]
        for row in db.conn.execute(
            "SELECT date(at, 'localtime') AS day, COUNT(DISTINCT item_id) AS n FROM verdicts"
            " WHERE outcome = 'verified' AND at >= ? GROUP BY day",
            (stamp(first),),
        )
    }
    shown = [first.date() + timedelta(days=n) for n in range(days)]
    return [(day, counts.get(day.isoformat(), 0)) for day in shown]


def most_doubtful(db: Database, limit: int = 6) -> list[Record]:
    """Records with doubts that wait for review, in the order Review offers them."""
    return list_records(db, Filters(status=Status.REVIEW, flags="doubts"), order="queue", limit=limit)


def find_doubts(record: Record) -> list[Doubt]:
    """The record's doubtful fields with the reason for each, errors before warnings before the rest."""
    doubtful = [(key, field) for key, field in record.fields.items() if field.value is not None and is_doubtful(field)]
    doubtful.sort(key=lambda entry: _severity(entry[1]))
    return [Doubt(field=key, reason=field.findings[0].message if field.findings else None) for key, field in doubtful]


def _severity(field: FieldValue) -> int:
    order = [Level.ERROR, Level.WARNING, Level.REVIEW]
    return min((order.index(finding.level) for finding in field.findings), default=len(order))


def _among(item_ids: Iterable[int] | None) -> tuple[str, str]:
    """The condition that limits a query to these items, and its value; None means all of them."""
    if item_ids is None:
        return "? = ''", ""
    return "item_id IN (SELECT value FROM json_each(?))", json.dumps(list(item_ids))


def reading_since(db: Database) -> str | None:
    """When the present spell of reading began (ISO); None while there is nothing to read.

    It began with the oldest job that is active, or that ended while the oldest active one waited.
    """
    row = db.conn.execute(
        "SELECT MIN(created_at) AS at FROM jobs, (SELECT MIN(created_at) AS oldest FROM jobs"
        " WHERE state IN ('queued', 'running')) WHERE state IN ('queued', 'running') OR finished_at >= oldest"
    ).fetchone()
    return row["at"]


def find_queued(db: Database, item_ids: Iterable[int] | None = None, limit: int = 8) -> list[QueuedItem]:
    """Items being read, then those that wait, in the order they will be read; only `item_ids` where given."""
    among, value = _among(item_ids)
    rows = db.conn.execute(
        f"""
        SELECT item_id, name, thumb, ahead FROM (
            SELECT item_id, NULL AS ahead, 0 AS place FROM jobs WHERE state = 'running'
            UNION ALL
            SELECT item_id, place - 1 AS ahead, place FROM (
                SELECT item_id, ROW_NUMBER() OVER (ORDER BY priority DESC, id) AS place
                FROM jobs WHERE state = 'queued'))
        JOIN records USING (item_id) WHERE {among} ORDER BY place LIMIT ?
        """,
        (value, limit),
    )
    return [QueuedItem(**dict(row)) for row in rows]


def find_failed(db: Database, item_ids: Iterable[int] | None = None, limit: int = 8) -> list[FailedItem]:
    """Items that could not be read, newest first, with the reason."""
    among, value = _among(item_ids)
    rows = db.conn.execute(
        "SELECT records.item_id, records.name, items.error FROM records JOIN items ON items.id = records.item_id"
        f" WHERE records.status = 'failed' AND {among} ORDER BY item_id DESC LIMIT ?",
        (value, limit),
    )
    return [FailedItem(item_id=row["item_id"], name=row["name"], reason=_reason(row)) for row in rows]


def _reason(row: Any) -> Bilingual | None:
    return Bilingual.model_validate_json(row["error"]) if row["error"] else None


def is_stalled(db: Database) -> bool:
    """True where work waits, nobody holds any, and nothing began or ended for `STALLED_S`: no worker is alive."""
    now = datetime.now(UTC)
    row = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND created_at < :then)"
        " AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_until >= :now)"
        " AND NOT EXISTS (SELECT 1 FROM jobs WHERE COALESCE(finished_at, started_at) >= :then) AS stalled",
        {"then": stamp(now - timedelta(seconds=STALLED_S)), "now": now.timestamp()},
    ).fetchone()
    return bool(row["stalled"])
