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

from core import intake, review
from core.errors import ShelfLensError
from core.review import RecordView
from core.store import claims, items
from core.store.claims import Claim
from core.store.db import open_store
from core.types import Bilingual, Status
from pages.components.drafts import found_drafts
from pages.components.session import reviewer, settings
from pages.components.viewer import last_act

KEY = "review_desk"
UNREAD = {Status.QUEUED, Status.READING}
"""There is nothing to verify yet: a record on its way to the reader is not accepted."""
Act = Callable[[int], None]
"""Something done to the record on the desk; takes the item it was meant for."""


@dataclass
class Desk:
    """Kept in the session. `version` and `shown` are those of the record as the reviewer saw it."""

    item: int | None = None
    version: int = 0
    shown: dict[str, str] = field(default_factory=dict)
    """Field -> text that was put into its editor; an editor that says otherwise holds unsaved typing."""
    opened: float = 0.0
    skipped: tuple[int, ...] = ()
    done: list[int] = field(default_factory=list)
    """Records accepted or flagged in this session, newest last: what undo takes back."""
    address: str = ""
    """The item that the page's address named when it was last followed or written."""
    drafts: dict[str, str] = field(default_factory=dict)
    """Field -> text that was typed into the record's editors before and never reached the server."""
    dropped: frozenset[str] = frozenset()
    """Fields whose drafts are done with."""
    flagging: bool = False
    is_held: bool = False
    """True where somebody else has the record open."""
    problem: Bilingual | None = None


def desk() -> Desk:
    """The session's desk."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Desk()
    found: Desk = st.session_state[KEY]
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
    on.item, on.version, on.shown, on.opened = item, 0, {}, time.monotonic()
    on.flagging, on.problem = False, None
    on.drafts, on.dropped = {}, frozenset()


def open_next(on: Desk, db: Database, who: str, after: int | None = None) -> None:
    """Puts the next waiting record that nobody else has open on the desk."""
    try:
        found = review.take_next(db, who, after=after, skip=on.skipped)
    except sqlite3.OperationalError:
        found = review.next_item(db, after=after, skip=on.skipped)
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


def lay_out(view: RecordView) -> bool:
    """Brings the editors up to date, unsaved typing untouched; False where somebody else changed the record.

    An editor is written to only when its text differs: writing would reset what is being typed in it.
    """
    on = desk()
    if on.shown and on.version != view.item.version:
        return False
    unsaved = typed()
    on.version = view.item.version
    on.shown = {key: view.text(key) for key in view.schema.keys}
    start = prefix(view.item.id)
    for key, text in on.shown.items():
        if key not in unsaved and st.session_state.get(start + key) != text:
            st.session_state[start + key] = text
    return True


def typed() -> dict[str, str]:
    """Texts in the editors that are not saved yet."""
    on = desk()
    start = prefix(on.item or 0)
    return {
        key: st.session_state[start + key]
        for key, text in on.shown.items()
        if st.session_state.get(start + key, text) != text
    }


def act_in_browser() -> None:
    """Does what was asked for by a key in the viewer."""
    act = last_act()
    if act is not None:
        item, name = act
        {"accept": accept, "skip": skip, "flag": start_flag, "undo": undo_last}[name](item)


def accept(item: int) -> None:
    """Verifies the record as its editors stand and brings the next one."""
    edits = typed()

    def work(db: Database, on: Desk, who: str) -> None:
        if on.is_held or items.get_item(db, item).status in UNREAD:
            return
        seconds = time.monotonic() - on.opened
        review.accept_record(db, item, edits, reviewer=who, version=on.version, seconds=seconds)
        on.done.append(item)
        open_next(on, db, who, after=item)

    _on_desk(item, work)


def skip(item: int) -> None:
    """Leaves the record for later in this session and brings the next one."""

    def work(db: Database, on: Desk, who: str) -> None:
        on.skipped = (*on.skipped, item)
        open_next(on, db, who)

    _on_desk(item, work)


def start_flag(item: int) -> None:
    """Asks for the reason of a flag."""

    def work(_db: Database, on: Desk, _who: str) -> None:
        on.flagging = not on.is_held

    _on_desk(item, work)


def stop_flag() -> None:
    """Puts the question for a reason away."""
    desk().flagging = False


def flag(item: int, reason: str) -> None:
    """Sets the record aside and brings the next one. Corrections typed so far are saved with it."""
    edits = typed()

    def work(db: Database, on: Desk, who: str) -> None:
        on.flagging = False
        on.version = review.save_edits(db, item, edits, reviewer=who, version=on.version)
        review.flag_record(db, item, reason, reviewer=who, version=on.version)
        on.done.append(item)
        open_next(on, db, who, after=item)

    _on_desk(item, work)


def undo_last(item: int | None) -> None:
    """Takes the last accept or flag back and puts its record on the desk again."""

    def work(db: Database, on: Desk, who: str) -> None:
        if on.done:
            review.reopen_record(db, on.done[-1], reviewer=who)
            open_item(on, db, who, on.done.pop())

    _on_desk(item, work)


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


def save_field(item: int, key: str) -> None:
    """Saves one editor at once, so that the rules look at the new value and nothing typed can be lost."""
    text = st.session_state[prefix(item) + key]

    def work(db: Database, on: Desk, who: str) -> None:
        on.version = review.save_edits(db, item, {key: text}, reviewer=who, version=on.version)
        on.shown[key] = text

    _on_desk(item, work)


def find_drafts() -> None:
    """Takes note of the drafts that the browser has for the record on the desk."""
    found, on = found_drafts(), desk()
    if found is not None and found[0] == on.item:
        on.drafts = found[1]


def drop_draft(item: int, key: str) -> None:
    """Forgets what was typed before."""
    on = desk()
    if item == on.item:
        on.drafts.pop(key, None)
        on.dropped |= {key}


def use_text(item: int, key: str, text: str) -> None:
    """Takes an offered text for a field."""
    drop_draft(item, key)
    st.session_state[prefix(item) + key] = text
    save_field(item, key)


def take_back(item: int, key: str) -> None:
    """Takes back what people decided about a field."""
    # What is typed there and not saved goes, too.
    drop_draft(item, key)
    st.session_state[prefix(item) + key] = desk().shown.get(key, "")

    def work(db: Database, on: Desk, who: str) -> None:
        on.version = review.reset_field(db, item, key, reviewer=who, version=on.version)

    _on_desk(item, work)


def restore(item: int, key: str, decision: int) -> None:
    """Puts a field back to what it was before a decision about it."""
    st.session_state[prefix(item) + key] = desk().shown.get(key, "")

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
