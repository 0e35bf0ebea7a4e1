"""Which record comes next, and how many wait."""

from __future__ import annotations

from sqlite_utils import Database

from core.records.proposals import renew_proposal
from core.store import claims, records
from core.store.db import write
from core.types import Status


def next_item(
    db: Database,
    *,
    after: int | None = None,
    kind: str = "",
    skip: tuple[int, ...] = (),
    filters: records.Filters | None = None,
) -> int | None:
    """The item to look at next: high value first, then most doubts. None when nothing that passes `filters` waits."""
    return records.next_in_queue(db, after=after, kind=kind, skip=skip, filters=filters)


def take_next(
    db: Database,
    reviewer: str,
    *,
    after: int | None = None,
    skip: tuple[int, ...] = (),
    filters: records.Filters | None = None,
) -> int | None:
    """`next_item` for one person among several: it is claimed at once, so that none is brought to two of them.

    It comes with what memory has learned since it was read.
    """
    with write(db):
        found = records.next_in_queue(db, after=after, skip=skip, reviewer=reviewer, filters=filters)
        if found is not None:
            claims.take_item(db, found, reviewer)
            renew_proposal(db, found)
        return found


def count_waiting(db: Database, kind: str = "", filters: records.Filters | None = None) -> int:
    """How many records wait for review, of those that pass the filters."""
    wanted = filters or records.Filters(kind=kind)
    return records.count_records(db, wanted.model_copy(update={"status": Status.REVIEW}))
