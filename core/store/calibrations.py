"""Calibrations: what share of an engine's values was right, as measured from decisions at one moment."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Frozen


class Calibration(Frozen):
    """One measurement. `curves` is JSON: field -> `core.learning.confidence.Curve`."""

    kind: str
    engine: str
    version: str
    """Of the evidence score: curves of another one do not fit."""
    verdicts: int
    """Id of the last verdict that was counted."""
    judged: int
    curves: str
    reliability: str
    """JSON: `core.learning.calibration.Reliability`."""
    created_at: str = ""


def put_calibration(db: Database, calibration: Calibration) -> None:
    with write(db):
        db.conn.execute(
            "INSERT INTO calibrations (kind, engine, version, verdicts, judged, curves, reliability, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                calibration.kind,
                calibration.engine,
                calibration.version,
                calibration.verdicts,
                calibration.judged,
                calibration.curves,
                calibration.reliability,
                now(),
            ),
        )


def latest_curves(db: Database, kind: str, engine: str, version: str) -> str:
    """The curves of the newest calibration as JSON, "" where there is none: it is looked up for every record shown,
    and whoever parses it may keep what the same text gave."""
    row = db.conn.execute(
        "SELECT curves FROM calibrations WHERE kind = ? AND engine = ? AND version = ? ORDER BY id DESC LIMIT 1",
        (kind, engine, version),
    ).fetchone()
    return str(row["curves"]) if row is not None else ""


def list_latest(db: Database, version: str) -> list[Calibration]:
    """The newest calibration of every kind and engine, those that rest on most decisions first."""
    rows = db.conn.execute(
        "SELECT kind, engine, version, verdicts, judged, curves, reliability, created_at FROM calibrations WHERE id IN"
        " (SELECT MAX(id) FROM calibrations WHERE version = ? GROUP BY kind, engine) ORDER BY judged DESC, id",
        (version,),
    )
    return [Calibration(**dict(row)) for row in rows]


def counted_verdicts(db: Database, version: str) -> int:
    """Id of the last verdict that any calibration has counted; 0 before the first one."""
    row = db.conn.execute("SELECT MAX(verdicts) AS last FROM calibrations WHERE version = ?", (version,)).fetchone()
    return int(row["last"] or 0)


def latest_mark(db: Database) -> str:
    """Differs after every new calibration: what follows from curves may be kept by it."""
    row = db.conn.execute("SELECT MAX(id) AS latest FROM calibrations").fetchone()
    return str(row["latest"] or "")
