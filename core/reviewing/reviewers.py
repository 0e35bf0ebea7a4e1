"""How reviewers work: how much they change, how long they take, and whether a second look agrees with them.

A second look is a record that one person verified and that another one verified afterwards. Where the second
person changed a field, the looks disagree about it. Somebody who accepts whatever is shown changes nothing, is fast,
and is found out by second looks alone: hence `ask_second_looks`, which puts a few of their records, drawn at
random, back into the queue.
"""

from __future__ import annotations

import random
import statistics
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.learning.accuracy import MIN_JUDGED, Share, judged_where
from core.learning.feedback import Filters
from core.reviewing.review import reopen_record
from core.store.db import write
from core.types import Bilingual, Frozen

SECOND_LOOKS = 10
"""Records asked for at once: an afternoon's coffee, and enough to see somebody who looks at nothing."""
UNUSUAL = 0.5
"""Share of the others' changes below which, with its whole interval, a reviewer's changes are unusually few."""
REVIEWER = Bilingual(en="Reviewer", zh="审核人")


class Reviewer(Frozen):
    """One person's verified records. `changed` are those in which they changed anything; `agreed` are the fields,
    looked at again by others, that were left as they were, of `looked_at` records."""

    name: str
    changed: Share
    median_seconds: float | None
    looked_at: int
    agreed: Share
    unusual: bool = False
    """True where far fewer records are changed than others change: perhaps everything is accepted."""


_LOOKS = """
    WITH looks AS (
        SELECT item_id, reviewer, at, LAG(reviewer) OVER each_item AS first, LAG(at) OVER each_item AS first_at
        FROM verdicts WHERE outcome = 'verified' WINDOW each_item AS (PARTITION BY item_id ORDER BY id)
    )
    SELECT l.first AS name, COUNT(*) AS records,
           SUM((SELECT COUNT(DISTINCT field) FROM decisions d WHERE d.item_id = l.item_id)) AS fields,
           SUM((SELECT COUNT(DISTINCT field) FROM decisions d WHERE d.item_id = l.item_id AND d.reviewer = l.reviewer
                AND d.action IN ('correct', 'absent') AND d.at > l.first_at AND d.at <= l.at)) AS changed
    FROM looks l JOIN items i ON i.id = l.item_id
    WHERE l.first IS NOT NULL AND l.first <> l.reviewer AND i.deleted_at IS NULL
    GROUP BY l.first
"""


def list_reviewers_work(db: Database, filters: Filters) -> list[Reviewer]:
    """Everybody with verified records that pass the filters, those with most first. Second looks are all there are."""
    where, values = judged_where(filters)
    records: dict[str, list[Any]] = {}
    for row in db.conn.execute(f"SELECT r.reviewer, r.touched, r.seconds FROM judged_records r WHERE 1{where}", values):
        records.setdefault(row["reviewer"], []).append(row)
    looks = {row["name"]: row for row in db.conn.execute(_LOOKS)}
    found = [_reviewer(name, rows, looks.get(name)) for name, rows in records.items()]
    marked = [each.model_copy(update={"unusual": _is_unusual(each, found)}) for each in found]
    return sorted(marked, key=lambda each: (-each.changed.total, each.name))


def _reviewer(name: str, rows: list[Any], looks: Any) -> Reviewer:
    seconds = [row["seconds"] for row in rows if row["seconds"] is not None]
    return Reviewer(
        name=name,
        changed=Share(hits=sum(row["touched"] > 0 for row in rows), total=len(rows)),
        median_seconds=statistics.median(seconds) if seconds else None,
        looked_at=looks["records"] if looks else 0,
        agreed=Share(hits=looks["fields"] - looks["changed"], total=looks["fields"])
        if looks
        else Share(hits=0, total=0),
    )


def _is_unusual(one: Reviewer, everybody: list[Reviewer]) -> bool:
    others = [each.changed for each in everybody if each.name != one.name]
    total, hits = sum(share.total for share in others), sum(share.hits for share in others)
    if one.changed.total < MIN_JUDGED or total < MIN_JUDGED:
        return False
    return one.changed.interval[1] < UNUSUAL * hits / total


def ask_second_looks(db: Database, name: str, *, by: str, count: int = SECOND_LOOKS) -> list[int]:
    """Puts up to `count` verified records of a reviewer, drawn at random, back into the queue; returns which.

    Those that somebody else has looked at already are left out. Raises NotFound where none is left.
    """
    with write(db):
        rows = db.conn.execute(
            "SELECT item_id FROM judged_records r WHERE reviewer = ? AND (SELECT COUNT(DISTINCT reviewer) FROM verdicts"
            " WHERE item_id = r.item_id AND outcome = 'verified') = 1",
            (name,),
        ).fetchall()
        if not rows:
            raise NotFound(what=REVIEWER, key=name, hint=_NONE_LEFT)
        drawn = random.SystemRandom().sample([row["item_id"] for row in rows], min(count, len(rows)))
        for item_id in drawn:
            reopen_record(db, item_id, reviewer=by)
        return drawn


_NONE_LEFT = Bilingual(
    en="There is no verified record of theirs that nobody else has looked at.", zh="没有仅由其审核且尚未复审的记录。"
)
