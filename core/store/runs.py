"""What machines said: readings and runs (both caches by photo), and predictions per item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Fields, FieldValue, Frozen, Kind, Readings

_fields = TypeAdapter(dict[str, FieldValue])


def dump_fields(fields: Fields) -> str:
    return _fields.dump_json(fields).decode("utf-8")


def load_fields(text: str) -> Fields:
    return _fields.validate_json(text)


class Run(Frozen):
    """One engine's answer about one photo, with everything needed to know why it said so."""

    id: int = 0
    blob: str
    cache_key: str
    kind: Kind
    engine: str
    revision: str
    prompt_version: str
    schema_version: str
    params: dict[str, Any]
    reader: str
    partial: bool
    fields: Fields
    raw_text: str
    ms: float
    created_at: str = ""


class Versions(Frozen):
    """Which engine made a run, and the versions of it."""

    engine: str
    revision: str
    prompt_version: str


class Prediction(Frozen):
    """What the machines propose for an item, merged over its photos and checked by the rules."""

    id: int = 0
    item_id: int
    kind: Kind
    engine: str
    run_ids: tuple[int, ...]
    rules_version: str
    cached: bool
    fields: Fields
    created_at: str = ""


def find_readings(db: Database, blob: str, reader: str) -> Readings | None:
    row = db.conn.execute("SELECT data FROM readings WHERE blob = ? AND reader = ?", (blob, reader)).fetchone()
    return Readings.model_validate_json(row["data"]) if row is not None else None


def latest_readings(db: Database, blob: str) -> Readings | None:
    """The newest reading of a photo, whichever reader version made it: what Review shows."""
    row = db.conn.execute(
        "SELECT data FROM readings WHERE blob = ? ORDER BY created_at DESC LIMIT 1", (blob,)
    ).fetchone()
    return Readings.model_validate_json(row["data"]) if row is not None else None


def latest_reader(db: Database, blob: str) -> str | None:
    """The reader version of the newest reading of a photo; None for a photo that nobody has read."""
    row = db.conn.execute(
        "SELECT reader FROM readings WHERE blob = ? ORDER BY created_at DESC LIMIT 1", (blob,)
    ).fetchone()
    return str(row["reader"]) if row is not None else None


def put_readings(db: Database, blob: str, reader: str, readings: Readings) -> None:
    with write(db):
        db.conn.execute(
            "INSERT OR REPLACE INTO readings (blob, reader, data, created_at) VALUES (?, ?, ?, ?)",
            (blob, reader, readings.model_dump_json(), now()),
        )


def _run(row: Any) -> Run:
    values = dict(row)
    values["params"] = json.loads(values["params"])
    values["fields"] = load_fields(values["fields"])
    return Run(**values)


def find_run(db: Database, cache_key: str) -> Run | None:
    """The newest complete run under this key; a partial one is no answer to keep."""
    row = db.conn.execute(
        "SELECT * FROM runs WHERE cache_key = ? AND partial = 0 ORDER BY id DESC LIMIT 1", (cache_key,)
    ).fetchone()
    return _run(row) if row is not None else None


def list_runs(db: Database, blob: str) -> list[Run]:
    """Every run on a photo, oldest first."""
    return [_run(row) for row in db.conn.execute("SELECT * FROM runs WHERE blob = ? ORDER BY id", (blob,))]


def list_by_id(db: Database, run_ids: Sequence[int]) -> list[Run]:
    """These runs, in the order of their ids."""
    rows = db.conn.execute(
        "SELECT * FROM runs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(run_ids)),)
    )
    return [_run(row) for row in rows]


def list_versions(db: Database, run_ids: Sequence[int]) -> list[Versions]:
    """The versions behind these runs, in the order of their ids."""
    rows = db.conn.execute(
        "SELECT engine, revision, prompt_version FROM runs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(run_ids)),),
    )
    return [Versions(**dict(row)) for row in rows]


def version_of(db: Database, prediction: Prediction) -> str:
    """Revision and prompt version of the prediction's engine in one text; "" where none of its runs tells."""
    found = (run for run in list_versions(db, prediction.run_ids) if run.engine == prediction.engine)
    return next((f"{run.revision} {run.prompt_version}".strip() for run in found), "")


def put_run(db: Database, run: Run) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO runs (blob, cache_key, kind, engine, revision, prompt_version, schema_version, params,"
            " reader, partial, fields, raw_text, ms, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.blob,
                run.cache_key,
                run.kind,
                run.engine,
                run.revision,
                run.prompt_version,
                run.schema_version,
                json.dumps(run.params, sort_keys=True),
                run.reader,
                run.partial,
                dump_fields(run.fields),
                run.raw_text,
                run.ms,
                now(),
            ),
        )
        return int(cursor.lastrowid or 0)


def _prediction(row: Any) -> Prediction:
    values = dict(row)
    values["run_ids"] = json.loads(values["run_ids"])
    values["fields"] = load_fields(values["fields"])
    return Prediction(**values)


def put_prediction(db: Database, prediction: Prediction) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO predictions (item_id, kind, engine, run_ids, rules_version, cached, fields, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                prediction.item_id,
                prediction.kind,
                prediction.engine,
                json.dumps(prediction.run_ids),
                prediction.rules_version,
                prediction.cached,
                dump_fields(prediction.fields),
                now(),
            ),
        )
        return int(cursor.lastrowid or 0)


def latest_prediction(db: Database, item_id: int) -> Prediction | None:
    row = db.conn.execute("SELECT * FROM predictions WHERE item_id = ? ORDER BY id DESC LIMIT 1", (item_id,)).fetchone()
    return _prediction(row) if row is not None else None


def get_prediction(db: Database, prediction_id: int) -> Prediction:
    """The prediction with this id; raises NotFound."""
    row = db.conn.execute("SELECT * FROM predictions WHERE id = ?", (prediction_id,)).fetchone()
    if row is None:
        raise NotFound(what="Prediction", key=prediction_id, hint="Predictions are never deleted by ShelfLens.")
    return _prediction(row)


def cache_keys(db: Database, run_ids: Iterable[int]) -> dict[str, str]:
    """{photo: cache key of its run} of these complete runs."""
    rows = db.conn.execute(
        "SELECT blob, cache_key FROM runs WHERE partial = 0 AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(run_ids)),),
    )
    return {row["blob"]: row["cache_key"] for row in rows}
