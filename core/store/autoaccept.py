"""Offers to accept values without a look, rules that people made of them, and what each rule said of new values."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Bilingual, Frozen


class OfferRow(Frozen):
    """One look at the judged values of a field. `thresholds` is JSON: a list of `core.autoaccept.bounds.Threshold`."""

    kind: str
    engine: str
    version: str
    field: str
    look: int
    judged: int
    thresholds: str
    at: str = ""


class Rule(Frozen):
    """An offer that was turned on. `ended` is None while it holds, else why it does not any more."""

    id: int = 0
    kind: str
    engine: str
    version: str
    field: str
    look: int
    promise: float
    score: float
    share: float
    bound: float
    judged: int
    set_by: str
    set_at: str = ""
    ended_at: str | None = None
    ended_by: str | None = None
    ended: Bilingual | None = None


class Draws(Frozen):
    """What a rule has said so far: values it let pass, those of them kept for the audit and judged since, and how
    many of either were found wrong."""

    passed: int = 0
    changed: int = 0
    audited: int = 0
    wrong: int = 0


def put_offer(db: Database, offer: OfferRow) -> None:
    with write(db):
        values = {**offer.model_dump(), "at": now()}
        db.conn.execute(
            "INSERT OR REPLACE INTO auto_offers (kind, engine, version, field, look, judged, thresholds, at)"
            " VALUES (:kind, :engine, :version, :field, :look, :judged, :thresholds, :at)",
            values,
        )


def list_latest_offers(db: Database) -> list[OfferRow]:
    """The newest look of every field under every engine version."""
    rows = db.conn.execute(
        "SELECT kind, engine, version, field, MAX(look) AS look, judged, thresholds, at FROM auto_offers"
        " GROUP BY kind, engine, version, field"
    )
    return [OfferRow(**dict(row)) for row in rows]


def latest_look(db: Database, kind: str, engine: str, version: str, field: str) -> int:
    row = db.conn.execute(
        "SELECT MAX(look) AS look FROM auto_offers WHERE kind = ? AND engine = ? AND version = ? AND field = ?",
        (kind, engine, version, field),
    ).fetchone()
    return int(row["look"] or 0)


def put_rule(db: Database, rule: Rule) -> int:
    """Turns a rule on and returns its id; the one that held for the field before has to be ended first."""
    with write(db):
        values = {**rule.model_dump(exclude={"id", "ended_at", "ended_by", "ended"}), "set_at": now()}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        cursor = db.conn.execute(f"INSERT INTO auto_rules ({names}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)


def end_rule(db: Database, rule_id: int, *, by: str, why: Bilingual) -> None:
    with write(db):
        db.conn.execute(
            "UPDATE auto_rules SET ended_at = ?, ended_by = ?, ended = ? WHERE id = ? AND ended_at IS NULL",
            (now(), by, why.model_dump_json(), rule_id),
        )


def list_active(db: Database, kind: str = "", engine: str = "") -> list[Rule]:
    """The rules that hold now, of all kinds and engines or of these."""
    rows = db.conn.execute(
        "SELECT * FROM auto_rules WHERE ended_at IS NULL AND (:kind = '' OR kind = :kind)"
        " AND (:engine = '' OR engine = :engine) ORDER BY id",
        {"kind": kind, "engine": engine},
    )
    return [_rule(row) for row in rows]


def list_last_ended(db: Database) -> list[Rule]:
    """The newest rule of every field that has none now."""
    rows = db.conn.execute(
        "SELECT * FROM auto_rules WHERE id IN (SELECT MAX(id) FROM auto_rules GROUP BY kind, engine, field)"
        " AND ended_at IS NOT NULL ORDER BY ended_at DESC"
    )
    return [_rule(row) for row in rows]


def _rule(row: Any) -> Rule:
    values = dict(row)
    values["ended"] = Bilingual.model_validate_json(values["ended"]) if values["ended"] else None
    return Rule(**values)


def put_draw(db: Database, item_id: int, field: str, rule_id: int, *, audited: bool) -> None:
    """Keeps what a rule said of a value, in place of what was said of an earlier reading of it."""
    with write(db):
        db.conn.execute(
            "INSERT OR REPLACE INTO auto_draws (item_id, field, rule_id, audited, at) VALUES (?, ?, ?, ?, ?)",
            (item_id, field, rule_id, audited, now()),
        )


def find_draw(db: Database, item_id: int, field: str) -> tuple[int, bool] | None:
    """(rule, audited) of the last draw about a value; None where there was none."""
    row = db.conn.execute(
        "SELECT rule_id, audited FROM auto_draws WHERE item_id = ? AND field = ?", (item_id, field)
    ).fetchone()
    return (row["rule_id"], bool(row["audited"])) if row is not None else None


def count_audited(db: Database, rule_id: int) -> tuple[int, int]:
    """(wrong, judged) of the values that a rule kept for the audit."""
    row = db.conn.execute(
        "SELECT COUNT(*) FILTER (WHERE j.outcome IN ('changed', 'removed')) AS wrong, COUNT(*) AS judged"
        " FROM auto_draws d JOIN judged_fields j ON j.item_id = d.item_id AND j.field = d.field"
        " WHERE d.rule_id = ? AND d.audited = 1",
        (rule_id,),
    ).fetchone()
    return row["wrong"], row["judged"]


def count_draws(db: Database, rule_id: int) -> Draws:
    """What is known of a rule's values by now.

    Of those it kept for the audit, all that a person has judged; of the others, those that somebody came upon and
    changed all the same.
    """
    row = db.conn.execute(
        "SELECT COUNT(*) FILTER (WHERE NOT audited) AS passed,"
        " COUNT(*) FILTER (WHERE NOT audited AND EXISTS (SELECT 1 FROM decisions WHERE item_id = d.item_id"
        "   AND field = d.field AND action IN ('correct', 'absent') AND at >= d.at)) AS changed,"
        " COUNT(j.outcome) FILTER (WHERE audited) AS audited,"
        " COUNT(*) FILTER (WHERE audited AND j.outcome IN ('changed', 'removed')) AS wrong"
        " FROM auto_draws d LEFT JOIN judged_fields j ON j.item_id = d.item_id AND j.field = d.field WHERE rule_id = ?",
        (rule_id,),
    ).fetchone()
    return Draws(**dict(row))
