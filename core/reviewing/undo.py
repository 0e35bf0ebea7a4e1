"""Taking back an act on a record: what was decided before it is decided again, so that history keeps both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from core.errors import Conflict
from core.records.standing import basis, refresh_record, standing_fields
from core.store import decisions, items
from core.store.db import write
from core.store.decisions import Action, Decision, Outcome, Verdict
from core.store.items import Item
from core.types import FieldValue, Status


@dataclass(frozen=True)
class Trace:
    """How a record stood before an act, and its version after it. `decision` is the newest one from before."""

    item_id: int
    decision: int
    status: Status
    reason: str
    version: int


def traced(db: Database, item_id: int, act: Callable[[], object]) -> Trace | None:
    """Acts on a record and returns what `take_back` needs; None where nothing has changed. Raises as `act` does."""
    with write(db):
        before = items.get_item(db, item_id)
        history = decisions.list_decisions(db, item_id)
        act()
        version = items.get_item(db, item_id).version
    newest = history[-1].id if history else 0
    return Trace(item_id, newest, before.status, before.reason or "", version) if version != before.version else None


def take_back(db: Database, trace: Trace, *, reviewer: str) -> None:
    """Brings a record back to how it stood before the act.

    Raises Conflict where somebody changed it since, NotFound where it is gone; nothing is taken back then.
    """
    with write(db):
        item = items.get_item(db, trace.item_id)
        if item.version != trace.version:
            raise Conflict(item=item.id, who=decisions.last_reviewer(db, item.id) or "somebody")
        _take_back_fields(db, item, trace, reviewer)
        if item.status is not trace.status:
            _take_back_verdict(db, item, trace, reviewer)
        items.touch(db, item.id)
        refresh_record(db, item.id)


def _take_back_fields(db: Database, item: Item, trace: Trace, reviewer: str) -> None:
    history = decisions.list_decisions(db, item.id)
    before = {one.field: one for one in history if one.id <= trace.decision}
    prediction, standing = basis(db, item), standing_fields(db, item)
    for key in dict.fromkeys(one.field for one in history if one.id > trace.decision):
        action, after = _as_before(before.get(key))
        decisions.add_decision(
            db,
            Decision(
                item_id=item.id,
                prediction_id=prediction.id if prediction else None,
                field=key,
                action=action,
                before=standing.get(key),
                after=after,
                reviewer=reviewer,
            ),
        )


def _as_before(earlier: Decision | None) -> tuple[Action, FieldValue | None]:
    return (earlier.action, earlier.after) if earlier is not None else (Action.RESET, None)


def _take_back_verdict(db: Database, item: Item, trace: Trace, reviewer: str) -> None:
    outcome = Outcome.FLAGGED if trace.status is Status.FLAGGED else Outcome.REOPENED
    prediction = basis(db, item)
    decisions.add_verdict(
        db,
        Verdict(
            item_id=item.id,
            prediction_id=prediction.id if prediction else None,
            outcome=outcome,
            reason=trace.reason,
            reviewer=reviewer,
            seconds=None,
        ),
    )
    items.set_status(db, item.id, trace.status, reason=trace.reason)
