"""A reviewer's day: why a record comes now, and how much has been verified."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from core.reviewing.review import RecordView
from core.store import decisions, items, records
from core.store.db import midnight, stamp
from core.store.decisions import Outcome
from core.types import Bilingual


def why_next(view: RecordView) -> Bilingual:
    """In plain words why `core.reviewing.queue.next_item` brings this record when it does: by priority, then by
    doubts."""
    doubts = sum(records.is_doubtful(field) for field in view.fields.values())
    en, zh = [], []
    if view.item.priority >= items.PRIORITY_HIGH:
        en.append("marked as high value")
        zh.append("已标为高价值")
    if doubts:
        en.append(f"{doubts} field{'s' if doubts > 1 else ''} in doubt")
        zh.append(f"{doubts} 个字段存疑")
    if not en:
        return Bilingual(
            en="nothing in doubt, so it comes after those with doubts", zh="没有存疑字段，排在有疑问的记录之后"
        )
    return Bilingual(en=", ".join(en), zh="，".join(zh))


@dataclass(frozen=True)
class Day:
    """What has been verified since midnight, local time of this machine."""

    everybody: int
    own: int
    seconds: float | None
    """Mean seconds of the reviewer's own records; None where none was timed."""


def day_of(db: Database, reviewer: str) -> Day:
    """The day of one reviewer."""
    row = decisions.sum_up(db, Outcome.VERIFIED, stamp(midnight()), reviewer)
    return Day(everybody=row.records, own=row.own, seconds=row.seconds)
