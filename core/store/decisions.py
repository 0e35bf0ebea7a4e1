"""What people said about fields and records. Rows are only ever added."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Fields, FieldValue, Frozen


class Action(StrEnum):
    CORRECT = "correct"
    """The value was typed or changed."""
    ABSENT = "absent"
    """The field is not on the label: whatever a machine proposes for it is wrong."""
    CONFIRM = "confirm"
    """The proposed value was accepted as it stood."""
    AUTO = "auto"
    """The proposed value was accepted without a look, by a rule that a person turned on (`core.autoaccept`)."""
    RESET = "reset"
    """Earlier decisions about the field are taken back; the machine's value counts again."""


class Outcome(StrEnum):
    VERIFIED = "verified"
    FLAGGED = "flagged"
    REOPENED = "reopened"


class Decision(Frozen):
    id: int = 0
    item_id: int
    prediction_id: int | None
    field: str
    action: Action
    before: FieldValue | None
    after: FieldValue | None
    reviewer: str
    at: str = ""


class Verdict(Frozen):
    """A person's word on the whole record. `seconds` is the time from opening it to the word."""

    id: int = 0
    item_id: int
    prediction_id: int | None
    outcome: Outcome
    reason: str
    reviewer: str
    seconds: float | None
    at: str = ""


def add_decision(db: Database, decision: Decision) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO decisions (item_id, prediction_id, field, action, before, after, reviewer, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.item_id,
                decision.prediction_id,
                decision.field,
                decision.action,
                decision.before.model_dump_json() if decision.before else None,
                decision.after.model_dump_json() if decision.after else None,
                decision.reviewer,
                now(),
            ),
        )
        return int(cursor.lastrowid or 0)


def add_verdict(db: Database, verdict: Verdict) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO verdicts (item_id, prediction_id, outcome, reason, reviewer, seconds, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                verdict.item_id,
                verdict.prediction_id,
                verdict.outcome,
                verdict.reason,
                verdict.reviewer,
                verdict.seconds,
                now(),
            ),
        )
        return int(cursor.lastrowid or 0)


def _decision(row: Any) -> Decision:
    values = dict(row)
    for key in ("before", "after"):
        values[key] = FieldValue.model_validate_json(values[key]) if values[key] else None
    return Decision(**values)


def list_decisions(db: Database, item_id: int) -> list[Decision]:
    """Every decision about an item's fields, oldest first."""
    rows = db.conn.execute("SELECT * FROM decisions WHERE item_id = ? ORDER BY id", (item_id,))
    return [_decision(row) for row in rows]


def list_verdicts(db: Database, item_id: int) -> list[Verdict]:
    """Every verdict on an item, oldest first."""
    rows = db.conn.execute("SELECT * FROM verdicts WHERE item_id = ? ORDER BY id", (item_id,))
    return [Verdict(**dict(row)) for row in rows]


def latest_verdict(db: Database, item_id: int, outcome: Outcome) -> Verdict | None:
    """The newest verdict of this outcome on an item."""
    row = db.conn.execute(
        "SELECT * FROM verdicts WHERE item_id = ? AND outcome = ? ORDER BY id DESC LIMIT 1", (item_id, outcome)
    ).fetchone()
    return Verdict(**dict(row)) if row is not None else None


def last_reviewer(db: Database, item_id: int) -> str | None:
    """Who last said anything about the item, None where nobody has.

    By the order in which it was written; only between the last decision and the last verdict does the clock tell.
    """
    row = db.conn.execute(
        "SELECT reviewer FROM (SELECT * FROM (SELECT reviewer, at FROM decisions WHERE item_id = :item ORDER BY id DESC"
        " LIMIT 1) UNION ALL SELECT * FROM (SELECT reviewer, at FROM verdicts WHERE item_id = :item ORDER BY id DESC"
        " LIMIT 1)) ORDER BY at DESC LIMIT 1",
        {"item": item_id},
    ).fetchone()
    return str(row["reviewer"]) if row is not None else None


def count_verdicts(db: Database, outcome: Outcome, since: str) -> int:
    """How many records got this verdict at or after `since` (UTC, ISO 8601); one judged twice counts once."""
    row = db.conn.execute(
        "SELECT COUNT(DISTINCT item_id) AS n FROM verdicts WHERE at >= ? AND outcome = ?", (since, outcome)
    ).fetchone()
    return int(row["n"])


class Sum(NamedTuple):
    """Records that got a verdict; how many of them from one reviewer, and that reviewer's mean seconds."""

    records: int
    own: int
    seconds: float | None


def sum_up(db: Database, outcome: Outcome, since: str, reviewer: str) -> Sum:
    """What `count_verdicts` counts, with the reviewer's own share."""
    row = db.conn.execute(
        "SELECT COUNT(DISTINCT item_id), COUNT(DISTINCT CASE WHEN reviewer = :reviewer THEN item_id END),"
        " AVG(CASE WHEN reviewer = :reviewer THEN seconds END)"
        " FROM verdicts WHERE at >= :since AND outcome = :outcome",
        {"reviewer": reviewer, "since": since, "outcome": outcome},
    ).fetchone()
    return Sum(*row)


def apply_decisions(proposed: Fields, decisions: list[Decision]) -> Fields:
    """The fields as they stand: the machine's proposal under what people decided, newest last.

    A field decided absent stays in the result with `value` None, so that it can be told from one
    that nobody has looked at.
    """
    standing = dict(proposed)
    for decision in decisions:
        if decision.action is Action.RESET:
            if decision.field in proposed:
                standing[decision.field] = proposed[decision.field]
            else:
                standing.pop(decision.field, None)
        elif decision.after is not None:
            standing[decision.field] = decision.after
    return standing


def page_decisions(db: Database, *, after: int, limit: int, item_id: int | None = None) -> list[Decision]:
    """Decisions in the order they were made, at most `limit` of them, all with ids above `after`."""
    rows = db.conn.execute(
        "SELECT * FROM decisions WHERE id > ? AND (? IS NULL OR item_id = ?) ORDER BY id LIMIT ?",
        (after, item_id, item_id, limit),
    )
    return [_decision(row) for row in rows]


def page_verdicts(db: Database, *, after: int, limit: int, item_id: int | None = None) -> list[Verdict]:
    """Verdicts in the order they were given, at most `limit` of them, all with ids above `after`."""
    rows = db.conn.execute(
        "SELECT * FROM verdicts WHERE id > ? AND (? IS NULL OR item_id = ?) ORDER BY id LIMIT ?",
        (after, item_id, item_id, limit),
    )
    return [Verdict(**dict(row)) for row in rows]
