"""The reviewer's desk: which record lies on it, what was shown of it, and everything done to it.

Every act names the item it was meant for. One that arrives after the desk has moved on (a second
Ctrl+Enter inside the round trip, a click on a button of the last record) is ignored.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st
from sqlite_utils import Database

from core.access.seats import Seat, take_seat
from core.errors import ShelfLensError
from core.incoming import intake
from core.reviewing import review
from core.reviewing.queue import next_item, take_next
from core.reviewing.review import RecordView
from core.store import claims, items, records
from core.store.claims import Claim
from core.store.db import open_store
from core.store.records import Filters
from core.types import Bilingual, Status
from pages.components.session import reviewer, settings
from pages.components.sheet import Act, last_act

KEY = "review_desk"
UNREAD = {Status.QUEUED, Status.READING}
"""There is nothing to verify yet: a record on its way to the reader is not accepted."""
UNSEEN = -1
"""Version of a record that has just been laid on the desk."""
ByItem = Callable[[int], None]
"""Something done to the record on the desk; takes the item it was meant for."""


@dataclass
class Desk:
    """Kept in the session. Its seat holds the record on it and the version of it that the reviewer has seen."""

    seat: Seat
    opened: float = 0.0
    skipped: tuple[int, ...] = ()
    done: list[int] = field(default_factory=list)
    """Records accepted or flagged in this session, newest last: what undo takes back."""
    address: str = ""
    """The item that the page's address named when it was last followed or written."""
    is_held: bool = False
    """True where somebody else has the record open."""
    problem: Bilingual | None = None
    filters: Filters = field(default_factory=Filters)
    """Which records of the queue are brought."""

    @property
    def item(self) -> int | None:
        return self.seat.item

    @property
    def version(self) -> int:
        return self.seat.version

    @version.setter
    def version(self, seen: int) -> None:
        self.seat.version = seen


def desk() -> Desk:
    """The session's desk, in the name of whoever is logged in now."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Desk(take_seat(reviewer()))
    found: Desk = st.session_state[KEY]
    found.seat.reviewer = reviewer()
    return found


def prefix(item: int) -> str:
    """What the keys of an item's editors begin with; the field's key follows."""
    return f"fld_{item}_"


def open_item(on: Desk, db: Database, who: str, item: int | None) -> None:
    """Puts a record on the desk and gives back the one before; None clears the desk."""
    with suppress(sqlite3.OperationalError):  # a full or read-only disk costs the claim, not the view
        if on.item is not None and on.item != item:
            claims.release_item(db, on.item, who)
        if item is not None and items.find_items(db, [item]):
            claims.claim_item(db, item, who)
    on.seat.item, on.version, on.opened, on.problem = item, UNSEEN, time.monotonic(), None


def open_next(on: Desk, db: Database, who: str, after: int | None = None) -> None:
    """Puts the next waiting record that nobody else has open on the desk."""
    try:
        found = take_next(db, who, after=after, skip=on.skipped, filters=on.filters)
    except sqlite3.OperationalError:
        found = next_item(db, after=after, skip=on.skipped, filters=on.filters)
    open_item(on, db, who, found)


def other_holder(db: Database, item: int) -> Claim | None:
    """Who else has the record open; None where nobody has. Renews the own claim."""
    try:
        standing = claims.claim_item(db, item, reviewer())
    except sqlite3.OperationalError:
        return None
    on = desk()
    on.is_held = standing.reviewer != reviewer()
    return standing if on.is_held else None


def name_in_address() -> None:
    """Puts the record into the page's address, so that it can be reloaded, passed on and gone back to."""
    on = desk()
    on.address = str(on.item) if on.item is not None else ""
    if st.query_params.get("item", "") != on.address:
        if on.address:
            st.query_params["item"] = on.address
        else:
            del st.query_params["item"]


def is_current(view: RecordView) -> bool:
    """False where somebody else has changed the record since the reviewer saw it."""
    on = desk()
    if on.version == UNSEEN:
        on.version = view.item.version
    return on.version == view.item.version


def act_in_browser() -> None:
    """Does what was asked for on the sheet."""
    act = last_act()
    if act is not None:
        {"accept": accept, "skip": skip, "flag": flag, "undo": undo_last, "look": look}[act.name](act)


def accept(act: Act) -> None:
    """Verifies the record as its editors stand and brings the next one."""

    def work(db: Database, on: Desk, who: str) -> None:
        if on.is_held or items.get_item(db, act.item).status in UNREAD:
            return
        seconds = time.monotonic() - on.opened
        review.accept_record(db, act.item, act.edits, reviewer=who, version=act.version, seconds=seconds)
        on.done.append(act.item)
        open_next(on, db, who, after=act.item)

    _on_desk(act.item, work)


def skip(act: Act) -> None:
    """Leaves the record for later in this session and brings the next one. What was typed is saved with it."""

    def work(db: Database, on: Desk, who: str) -> None:
        _save(db, act, who)
        on.skipped = (*on.skipped, act.item)
        open_next(on, db, who)

    _on_desk(act.item, work)


def flag(act: Act) -> None:
    """Sets the record aside and brings the next one. What was typed is saved with it."""

    def work(db: Database, on: Desk, who: str) -> None:
        if on.is_held:
            return
        version = _save(db, act, who)
        review.flag_record(db, act.item, act.reason, reviewer=who, version=version)
        on.done.append(act.item)
        open_next(on, db, who, after=act.item)

    _on_desk(act.item, work)


def _save(db: Database, act: Act, who: str) -> int | None:
    """The record's version after what was typed into it is stored."""
    if not act.edits:
        return act.version
    return review.save_edits(db, act.item, act.edits, reviewer=who, version=act.version)


def look(act: Act) -> None:
    """Only looks again: a change was refused beside the page, which now says why."""
    _on_desk(act.item, lambda _db, _on, _who: None)


def undo_last(act: Act) -> None:
    """Takes the last accept or flag back and puts its record on the desk again."""

    def work(db: Database, on: Desk, who: str) -> None:
        _save(db, act, who)
        _take_back(db, on, who)

    _on_desk(act.item, work)


def undo_at_the_end() -> None:
    """`undo_last` where no record is left to lie on the desk."""
    _on_desk(None, _take_back)


def _take_back(db: Database, on: Desk, who: str) -> None:
    if on.done:
        review.reopen_record(db, on.done[-1], reviewer=who)
        open_item(on, db, who, on.done.pop())


def reopen(item: int) -> None:
    """Puts a judged record back into the queue and keeps it on the desk."""

    def work(db: Database, on: Desk, who: str) -> None:
        review.reopen_record(db, item, reviewer=who)
        open_item(on, db, who, item)

    _on_desk(item, work)


def leave(item: int) -> None:
    """Goes on to the next record from one that is gone."""
    _on_desk(item, lambda db, on, who: open_next(on, db, who, after=item))


def take_over(item: int) -> None:
    """Goes on with a record that somebody else has open; they are told."""

    def work(db: Database, _on: Desk, who: str) -> None:
        claims.take_item(db, item, who)

    _on_desk(item, work)


def review_skipped() -> None:
    """Brings back what was skipped."""

    def work(db: Database, on: Desk, who: str) -> None:
        on.skipped = ()
        open_next(on, db, who)

    _on_desk(None, work)


def narrow(filters: Filters) -> None:
    """Brings only records that pass; the one on the desk stays if it is among them."""

    def work(db: Database, on: Desk, who: str) -> None:
        on.filters = filters
        wanted = filters.model_copy(update={"items": (on.item,)}) if on.item is not None else None
        if wanted is None or not records.count_records(db, wanted):
            open_next(on, db, who)

    _on_desk(desk().item, work)


def restore(item: int, decision: int) -> None:
    """Puts a field back to what it was before a decision about it."""

    def work(db: Database, on: Desk, who: str) -> None:
        on.version = review.restore_field(db, item, decision, reviewer=who, version=on.version)

    _on_desk(item, work)


def load_again(item: int) -> None:
    """Takes the record as it is stored now; what was typed and not saved stays in its editor."""

    def work(db: Database, on: Desk, _who: str) -> None:
        on.version = review.load_record(db, item).item.version

    _on_desk(item, work)


def read_again(item: int) -> None:
    """Queues the record for another reading."""

    def work(db: Database, _on: Desk, _who: str) -> None:
        intake.read_again(db, [item])

    _on_desk(item, work)


def _on_desk(item: int | None, work: Callable[[Database, Desk, str], None]) -> None:
    """Runs `work(db, desk, reviewer)` if that item still lies on the desk; what fails is told on the page.

    `work` stays away from st.session_state: every access to it is a point where Streamlit may break
    a callback off for the next message and run it again. Between the write to the database and the
    move of the desk that would do the same act twice.
    """
    on, who, where = desk(), reviewer(), settings()
    if item != on.item:
        return
    on.problem = None
    try:
        with open_store(where) as db:
            work(db, on, who)
    except ShelfLensError as err:
        on.problem = err.message
