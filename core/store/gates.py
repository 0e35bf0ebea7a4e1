"""Gates: how an adapter did against what reads now; and promotions: which adapter was put to use, when and by whom."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Bilingual, Frozen


class Gate(Frozen):
    """One comparison. `figures` are counts per field and the whole (core/finetune/gate.py), as JSON values."""

    id: int = 0
    adapter: str
    digest: str
    """Of the adapter's weights: another file under the same name has passed nothing."""
    revision: str
    """Of the engine with the adapter."""
    against: str
    """The engine it was held against, with `against_revision`."""
    against_revision: str
    prompt_version: str
    records: int
    photos: int
    figures: dict[str, Any]
    go: bool
    reasons: tuple[Bilingual, ...]
    """Why not; empty for a go."""
    asked_by: str
    at: str = ""


class Act(StrEnum):
    PROMOTE = "promote"
    ROLL_BACK = "roll_back"


class Promotion(Frozen):
    """One change of the adapter in use. `adapter` is what reads since, `before` what had read, "" for none."""

    id: int = 0
    act: Act
    adapter: str
    digest: str
    before: str
    gate_id: int | None
    by: str
    at: str = ""


GATE_JSON = ("figures", "reasons")


def put_gate(db: Database, gate: Gate) -> Gate:
    """Stores a comparison and gives it back with its number and time."""
    row = gate.model_dump(mode="json", exclude={"id", "at"}) | {"at": now()}
    row |= {key: json.dumps(row[key], ensure_ascii=False) for key in GATE_JSON}
    columns, marks = ", ".join(row), ", ".join(f":{key}" for key in row)
    with write(db):
        cursor = db.conn.execute(f"INSERT INTO gates ({columns}) VALUES ({marks})", row)
    return gate.model_copy(update={"id": int(cursor.lastrowid or 0), "at": row["at"]})


def latest_gate(db: Database, digest: str) -> Gate | None:
    """The newest comparison of an adapter's very weights; None where there was none."""
    row = db.conn.execute("SELECT * FROM gates WHERE digest = ? ORDER BY id DESC LIMIT 1", (digest,)).fetchone()
    return _gate(row) if row is not None else None


def _gate(row: Any) -> Gate:
    values = dict(row)
    return Gate(**values | {key: json.loads(values[key]) for key in GATE_JSON})


def put_promotion(db: Database, promotion: Promotion) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO promotions (act, adapter, digest, before, gate_id, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*promotion.model_dump(exclude={"id", "at"}).values(), now()),
        )
    return int(cursor.lastrowid or 0)


def list_promotions(db: Database, limit: int = -1) -> list[Promotion]:
    """Every change of the adapter in use, newest first."""
    rows = db.conn.execute("SELECT * FROM promotions ORDER BY id DESC LIMIT ?", (limit,))
    return [Promotion(**dict(row)) for row in rows]
