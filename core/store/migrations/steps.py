"""The list that every step adds itself to, and how a step runs its SQL."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("shelflens")


def run(db: Database, script: str) -> None:
    """Runs each statement of `script`; unlike executescript it stays inside the transaction."""
    for statement in script.split(";"):
        if statement.strip():
            db.conn.execute(statement)
