"""Creatives: posters that are one design, when each was first and last seen, and splitting and merging by hand.

A poster is placed once, when it has been read, by its first photo. What a person places stays where it was put; the
look of a poster places only those that nobody and nothing has placed before.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from core.ads.designs import NEAR_BITS, Design, design_of, is_same_design
from core.errors import UsageError
from core.store import blobs, creatives, items, records, runs
from core.store.creatives import Member
from core.store.db import write
from core.types import Kind

COMPARED = 20
"""Posters with common lines that one is compared with: what runs often has many copies, and one is enough."""
LEAST_SHARED = 2
"""Common lines below which a comparison is not worth it: every other poster says 立即购买."""


@dataclass(frozen=True)
class Creative:
    """One design and its posters, oldest first."""

    id: int
    members: tuple[Member, ...]

    @property
    def first_seen(self) -> date:
        return min(map(seen_day, self.members))

    @property
    def last_seen(self) -> date:
        return max(map(seen_day, self.members))

    @property
    def run_days(self) -> int:
        """Days from first to last seen, both counted: 1 for what was seen on one day only."""
        return (self.last_seen - self.first_seen).days + 1


def seen_day(member: Member) -> date:
    """The day a poster was seen; of one without such a day, that of its upload."""
    with suppress(ValueError):
        return date.fromisoformat((member.seen_on or "")[:10])
    return date.fromisoformat(member.created_at[:10])


def find_creative_of(db: Database, item_id: int) -> Creative | None:
    """The creative that a poster belongs to; None for what is no ad, or has not been compared yet."""
    creative = creatives.find_creative(db, item_id)
    if creative is None:
        return None
    members = creatives.list_members(db, creative)
    return Creative(creative, tuple(sorted(members, key=seen_day))) if members else None


def place(db: Database, item_id: int) -> int | None:
    """The creative of a poster that has been read, found by its look now unless it has one. None for what is no ad."""
    with write(db):
        record = records.find_record(db, item_id)
        if record is None or record.kind != Kind.AD:
            return None
        if (known := creatives.find_creative(db, item_id)) is not None:
            return known
        design = _design(db, record)
        creatives.put_keys(db, item_id, design.keys)
        creative = _found(db, item_id, record.thumb, design)
        if creative is None:
            creative = creatives.new_creative(db)
        creatives.put_member(db, item_id, creative)
        return creative


def place_some(db: Database, limit: int = 20) -> int:
    """Places posters that a database of before has not placed; returns how many it did, 0 when none is left."""
    unplaced = creatives.list_unplaced(db, limit)
    for item_id in unplaced:
        place(db, item_id)
    return len(unplaced)


def _found(db: Database, item_id: int, blob: str, design: Design) -> int | None:
    alike = creatives.showing(db, [blob, *blobs.near_blobs(db, f"{design.phash:016x}", NEAR_BITS, but=blob)])
    sharing = creatives.sharing_keys(db, item_id, design.keys, least=LEAST_SHARED, limit=COMPARED)
    for other in dict.fromkeys([*alike[:COMPARED], *sharing]):
        creative = creatives.find_creative(db, other) if other != item_id else None
        record = records.find_record(db, other) if creative is not None else None
        if record is not None and is_same_design(design, _design(db, record)):
            return creative
    return None


def _design(db: Database, record: records.Record) -> Design:
    blob = blobs.find_blob(db, record.thumb)
    return design_of(blob.phash if blob else "0", runs.latest_readings(db, record.thumb), record.fields)


def merge_creatives(db: Database, item_ids: Iterable[int], *, by: str) -> int:
    """Makes the creatives of these posters one, with all their posters, and returns it.

    Raises UsageError where they are one already, NotFound for a poster that is gone.
    """
    with write(db):
        wanted = {place(db, items.get_item(db, item_id).id) for item_id in item_ids}
        found = sorted(creative for creative in wanted if creative is not None)
        if len(found) < 2:
            raise UsageError(
                en="Nothing was merged: choose posters of at least two creatives.",
                zh="未合并：请选择至少属于两个创意的海报。",
            )
        for creative in found[1:]:
            for member in creatives.list_members(db, creative):
                creatives.put_member(db, member.item_id, found[0], by=by)
        return found[0]


def split_creative(db: Database, item_ids: Iterable[int], *, by: str) -> int:
    """Makes these posters, all of one creative, a creative of their own and returns it.

    Raises UsageError where they are of several, or are all that the creative has; NotFound for one that is gone.
    """
    moving = {items.get_item(db, item_id).id for item_id in item_ids}
    with write(db):
        (first, *others) = {place(db, item_id) for item_id in moving} or {None}
        members = creatives.list_members(db, first) if first is not None and not others else []
        if moving >= {member.item_id for member in members}:
            raise UsageError(
                en="Nothing was split: choose posters of one creative, and not all of them.",
                zh="未拆分：请选择同一创意中的部分海报，不能全选。",
            )
        new = creatives.new_creative(db)
        for item_id in sorted(moving):
            creatives.put_member(db, item_id, new, by=by)
        return new
