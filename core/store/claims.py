"""Who has which record open: a lease, so that two people are not brought the same one."""

from __future__ import annotations

import time
from typing import Any

from sqlite_utils import Database

from core.store.db import now, write
from core.types import Frozen

LEASE_S = 300.0
"""All that is done to an open record renews its claim; one whose window was closed is free after this long."""
ALIVE = "until > :now AND until <= :latest"
"""A condition on rows of `claims`, to be filled with `clock`. A claim beyond the longest lease was made by a clock that
has been set back since: it is dead, too."""


class Claim(Frozen):
    """A person may have several windows open: they share their claims."""

    item_id: int
    reviewer: str
    since: str
    until: float


def clock() -> dict[str, Any]:
    present = time.time()
    return {"now": present, "latest": present + LEASE_S}


def held_by_others(reviewer: str | None) -> tuple[str, list[Any]]:
    """A query for the items that others than `reviewer` have open, with what fills its question marks."""
    alive = ALIVE.replace(":now", "?").replace(":latest", "?")
    present = clock()
    query = f"SELECT item_id FROM claims WHERE reviewer <> ? AND {alive}"
    return query, [reviewer, present["now"], present["latest"]]


def claim_item(db: Database, item_id: int, reviewer: str) -> Claim:
    """The claim that stands on the item now: this person's, taken or renewed, else the living one of another."""
    with write(db):
        standing = find_claim(db, item_id)
        if standing is None or (standing.reviewer == reviewer and standing.until < time.time() + LEASE_S / 2):
            return take_item(db, item_id, reviewer)
        return standing


def take_item(db: Database, item_id: int, reviewer: str) -> Claim:
    """Claims the item for this person, whoever had it."""
    claim = Claim(item_id=item_id, reviewer=reviewer, since=now(), until=time.time() + LEASE_S)
    with write(db):
        db.conn.execute(
            "INSERT INTO claims (item_id, reviewer, since, until) VALUES (:item_id, :reviewer, :since, :until)"
            " ON CONFLICT (item_id) DO UPDATE SET reviewer = excluded.reviewer, until = excluded.until,"
            " since = CASE reviewer WHEN excluded.reviewer THEN since ELSE excluded.since END",
            claim.model_dump(),
        )
    return claim


def find_claim(db: Database, item_id: int) -> Claim | None:
    """The living claim on the item."""
    found = db.conn.execute(f"SELECT * FROM claims WHERE item_id = :item AND {ALIVE}", {"item": item_id, **clock()})
    row = found.fetchone()
    return Claim(**dict(row)) if row is not None else None


def release_item(db: Database, item_id: int, reviewer: str) -> None:
    """Gives the item back, if this person still has it."""
    with write(db):
        db.conn.execute("DELETE FROM claims WHERE item_id = ? AND reviewer = ?", (item_id, reviewer))


def count_held(db: Database, reviewer: str) -> int:
    """How many records that wait for review others have open."""
    row = db.conn.execute(
        "SELECT COUNT(*) AS n FROM claims JOIN records USING (item_id)"
        f" WHERE status = 'review' AND reviewer <> :reviewer AND {ALIVE}",
        {"reviewer": reviewer, **clock()},
    ).fetchone()
    return int(row["n"])
