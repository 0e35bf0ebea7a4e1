"""The edition of the lexicons that a database holds, taken over by whoever opens it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from core.values.editions import SHIPPED, Edit, Edition, current, use_edition


def adopt_edition(db: Database) -> Edition:
    """Makes the database's edition the one of this thread. Costs one look at an index where nothing has changed."""
    row = db.conn.execute("SELECT token FROM lexicon_edits ORDER BY id DESC LIMIT 1").fetchone()
    token = row["token"] if row is not None else ""
    if current().name != token:
        use_edition(_edition(token, tuple(standing_edits(db))) if token else SHIPPED)
    return current()


@lru_cache(maxsize=16)
def _edition(token: str, edits: tuple[Edit, ...]) -> Edition:
    """Shared by the threads of a process: the lexicons of an edition are put together once."""
    return Edition(edits, token)


def standing_edits(db: Database) -> list[Edit]:
    """The edits that nobody has taken back, oldest first."""
    rows = db.conn.execute("SELECT id, undoes, edit FROM lexicon_edits ORDER BY id").fetchall()
    undone = undone_ids(rows)
    return [Edit.model_validate_json(row["edit"]) for row in rows if row["edit"] and row["id"] not in undone]


def undone_ids(rows: list[Any]) -> set[int]:
    """Ids of the acts that a later one took back, where that one was not taken back itself."""
    undone: set[int] = set()
    for row in reversed(rows):
        if row["undoes"] is not None and row["id"] not in undone:
            undone.add(row["undoes"])
    return undone
