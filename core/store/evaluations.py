"""Evaluations: how well a set of transcribed photos was read, with everything that can change the answer."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Frozen


class Evaluation(Frozen):
    """One run over a set. Counts only: precision, recall and F1 follow from them (core/evaluation)."""

    id: int = 0
    set_name: str
    engine: str
    revision: str
    reader: str
    rules_version: str
    schema_version: str
    photos: int
    failures: tuple[str, ...]
    median_s: float
    p95_s: float
    fields: dict[str, dict[str, int]]
    lines: int
    lines_read: int
    barcodes: dict[str, int]
    misses: tuple[dict[str, Any], ...]
    """What was missed or falsely answered, photo by photo."""
    created_at: str = ""


NUMBERS = ("failures", "fields", "lines", "lines_read", "barcodes", "misses")
"""Kept together as JSON: they are only ever read together."""


def put_evaluation(db: Database, evaluation: Evaluation) -> Evaluation:
    """Stores a run and gives it back with its number and time."""
    whole = evaluation.model_dump(mode="json")
    row = {key: value for key, value in whole.items() if key not in (*NUMBERS, "id", "created_at")}
    row |= {"numbers": json.dumps({key: whole[key] for key in NUMBERS}, ensure_ascii=False), "created_at": now()}
    columns, marks = ", ".join(row), ", ".join("?" for _ in row)
    with write(db):
        cursor = db.conn.execute(f"INSERT INTO evaluations ({columns}) VALUES ({marks})", tuple(row.values()))
    return get_evaluation(db, int(cursor.lastrowid or 0))


def get_evaluation(db: Database, number: int) -> Evaluation:
    """The run with this number. Raises NotFound with the numbers there are."""
    row = db.conn.execute("SELECT * FROM evaluations WHERE id = ?", (number,)).fetchone()
    if row is None:
        known = [str(entry["id"]) for entry in db.conn.execute("SELECT id FROM evaluations ORDER BY id DESC LIMIT 10")]
        raise NotFound(what="Evaluation", key=number, hint=f"Newest: {', '.join(known) or 'none yet'}.")
    return _evaluation(row)


def latest_evaluation(db: Database, set_name: str, engine: str) -> Evaluation | None:
    """The newest run over a set with an engine."""
    row = db.conn.execute(
        "SELECT * FROM evaluations WHERE set_name = ? AND engine = ? ORDER BY id DESC LIMIT 1", (set_name, engine)
    ).fetchone()
    return _evaluation(row) if row is not None else None


def _evaluation(row: Any) -> Evaluation:
    values = dict(row)
    numbers = json.loads(values.pop("numbers"))
    return Evaluation(**values, **numbers)
