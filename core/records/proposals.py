"""An item's proposal: the runs of its photos merged, what memory makes of them, today's rules over it.

Made when photos are read, and anew, from the same runs, when a waiting record comes before a person and memory
has learned since: two hundred photos dropped at once are all read before the first correction.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from core.autoaccept import accept_unseen
from core.memory import Reading, remember
from core.records.merge import merge_photos
from core.records.standing import check_fields, refresh_record
from core.rules import rules_version
from core.schema import load_schema
from core.store import decisions, items, runs
from core.store.db import write
from core.store.decisions import Action
from core.types import Fields, Kind, Line, Status


def propose(
    db: Database, item_id: int, kind: Kind, per_photo: list[Fields], lines: Sequence[Sequence[Line]] = ()
) -> Fields:
    """The fields to propose for an item; `per_photo` and the OCR `lines` are in the order of its photos."""
    merged = merge_photos(per_photo, load_schema(kind))
    return check_fields(kind, remember(db, kind, merged, Reading(item_id, tuple(lines))))


def store_proposal(db: Database, prediction: runs.Prediction) -> None:
    """Stores a prediction, and accepts of it what a person has allowed to be accepted without a look."""
    with write(db):
        stored = prediction.model_copy(update={"id": runs.put_prediction(db, prediction)})
        accept_unseen(db, stored)


def renew_proposal(db: Database, item_id: int) -> bool:
    """Proposes anew from the runs there are, where that gives other values; True where it did.

    Only for a record that waits and about which no person has decided anything: the earlier prediction stays
    in the database, and whoever has the record open in the state before is told so when they save.
    """
    with write(db):
        item = items.get_item(db, item_id)
        before = runs.latest_prediction(db, item_id)
        decided = any(each.action is not Action.AUTO for each in decisions.list_decisions(db, item_id))
        if item.status is not Status.REVIEW or before is None or decided:
            return False
        fields = from_runs(db, before)
        if fields is None or fields == before.fields:
            return False
        update = {"id": 0, "fields": fields, "rules_version": rules_version(), "cached": True}
        store_proposal(db, before.model_copy(update=update))
        items.touch(db, item_id)
        refresh_record(db, item_id)
        return True


def from_runs(db: Database, before: runs.Prediction) -> Fields | None:
    """What the prediction's runs give today; None where its photos are no longer those that were read."""
    found = {run.blob: run for run in runs.list_by_id(db, before.run_ids)}
    photos = [photo.blob for photo in items.list_photos(db, before.item_id)]
    if not found or not found.keys() <= set(photos):
        return None
    of_kind = [found[blob].fields if blob in found and found[blob].kind == before.kind else {} for blob in photos]
    readings = [runs.latest_readings(db, blob) for blob in photos]
    return propose(db, before.item_id, before.kind, of_kind, [read.lines if read else () for read in readings])
