"""Measurements: how long an engine took per photo on a machine, and what memory it needed."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Frozen


class Measurement(Frozen):
    """Seconds are medians over `photos`. `way` is runtime, device and precision, "" where an engine has one only."""

    engine: str
    revision: str
    way: str
    machine: str
    photos: int
    answered: int
    """Photos whose answer held any field: the time of an answer that made no sense says little."""
    median_s: float
    first_token_s: float | None
    """None for an engine that makes no tokens."""
    peak_bytes: int | None
    """Of the worker's memory while it read; None where the system does not tell."""
    measured_at: str = ""


def put_measurement(db: Database, measurement: Measurement) -> None:
    with write(db):
        db.conn.execute(
            "INSERT INTO measurements (engine, revision, way, machine, photos, answered, median_s, first_token_s,"
            " peak_bytes, measured_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*measurement.model_dump(exclude={"measured_at"}).values(), now()),
        )


def latest_measurement(db: Database, engine: str, machine: str, way: str) -> Measurement | None:
    """The newest one of an engine run in one way on one machine; None where it was never measured."""
    row = db.conn.execute(
        "SELECT engine, revision, way, machine, photos, answered, median_s, first_token_s, peak_bytes, measured_at"
        " FROM measurements WHERE engine = ? AND machine = ? AND way = ? ORDER BY id DESC LIMIT 1",
        (engine, machine, way),
    ).fetchone()
    return Measurement(**dict(row)) if row is not None else None
