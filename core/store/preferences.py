"""Preferences: what people chose for everybody. One value a key, with who chose it and when."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Frozen


class Preference(Frozen):
    key: str
    value: str
    set_by: str
    set_at: str


def find_preference(db: Database, key: str) -> Preference | None:
    """The choice that stands; None where nobody has made one."""
    row = db.conn.execute("SELECT * FROM preferences WHERE key = ?", (key,)).fetchone()
    return Preference(**dict(row)) if row is not None else None


def put_preference(db: Database, key: str, value: str, *, by: str) -> None:
    """Makes `value` the choice, in place of any earlier one."""
    with write(db):
        db.conn.execute(
            "INSERT INTO preferences (key, value, set_by, set_at) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at",
            (key, value, by, now()),
        )
