"""Review: check one record after the other against its photo, by keyboard."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from sqlite_utils import Database

from core.errors import NotFound
from core.reviewing import review
from core.reviewing.queue import count_waiting
from core.reviewing.review import RecordView
from core.store import claims, items, records
from core.store.db import open_store
from pages.components import review_desk as desk
from pages.components.i18n import escape, say, t, tn
from pages.components.review_ask import show_ask
from pages.components.review_header import (
    show_history,
    show_notices,
    show_progress,
    show_title,
)
from pages.components.review_queue import queue_menu, show_whole_queue
from pages.components.session import reviewer, settings
from pages.components.sheet import Situation, show_sheet, stay_alive
from pages.components.viewer import show_viewer

STYLE = Path(__file__).parent / "components" / "review.css"


def open_wanted() -> None:
    """Opens the item the address names (`?item=12`), else the next one waiting.

    An address that the desk has followed already is not followed again: right after an act the
    browser still sends that of the record before.
    """
    on, wanted = desk.desk(), st.query_params.get("item", "")
    if wanted == on.address and (wanted or on.item is not None):
        return
    on.address = wanted
    with open_store(settings()) as db:
        if wanted.isdecimal():
            desk.open_item(on, db, reviewer(), int(wanted))
        else:
            desk.open_next(on, db, reviewer())


@st.fragment
def show_desk() -> None:
    """The record on the desk; runs again, without the frame, after every act."""
    item = desk.desk().item
    desk.name_in_address()
    with open_store(settings()) as db:
        if item is None:
            _show_empty(db)
            return
        try:
            view = review.load_record(db, item)
        except NotFound as err:
            _show_missing(item, err)
            return
        _show_record(db, view)


def _show_record(db: Database, view: RecordView) -> None:
    current = desk.is_current(view)
    other = desk.other_holder(db, view.item.id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        show_title(view)
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            queue_menu()
            show_progress(db, view)
    photo, fields = st.columns(2, gap="medium")
    with photo, st.container(key="review_photo"):
        show_viewer(view, prefix=desk.prefix(view.item.id), upcoming=_upcoming(db, view.item.id))
    with fields, st.container(key="review_panel", gap="xsmall"):
        show_notices(view, current=current, other=other)
        show_sheet(view, _situation(view, current=current, held=other is not None), on_act=desk.act_in_browser)
        show_ask(view.item.id)
        show_history(db, view)


def _situation(view: RecordView, *, current: bool, held: bool) -> Situation:
    on = desk.desk()
    return Situation(
        seat=on.seat.token,
        version=on.version,
        prefix=desk.prefix(view.item.id),
        judged=on.done[-1] if on.done else None,
        stale=not current,
        held=held,
        unread=view.item.status in desk.UNREAD,
    )


def _upcoming(db: Database, item: int) -> str | None:
    """The photo the browser may fetch ahead."""
    on = desk.desk()
    following = records.next_in_queue(db, after=item, skip=on.skipped, reviewer=reviewer(), filters=on.filters)
    photos = items.list_photos(db, following) if following is not None else []
    return photos[0].blob if photos else None


def _show_empty(db: Database) -> None:
    skipped, held = len(desk.desk().skipped), claims.count_held(db, reviewer())
    narrowed = desk.desk().filters != records.Filters()
    if narrowed and count_waiting(db):
        st.subheader(t("review.none_passes"))
    elif skipped:
        st.subheader(tn("review.only_skipped", skipped))
    else:
        st.subheader(tn("review.only_held", held) if held else t("review.empty"))
    show_progress(db)
    with st.container(horizontal=True):
        if narrowed:
            st.button(t("review.queue_all"), type="primary", on_click=show_whole_queue)
        if skipped:
            st.button(t("review.review_skipped"), type="primary", on_click=desk.review_skipped)
        if desk.desk().done:
            st.button(t("review.undo"), icon=":material/undo:", on_click=desk.undo_at_the_end)
    st.page_link("pages/upload.py", label=t("review.to_upload"), icon=":material/upload:")
    st.page_link("pages/records.py", label=t("review.to_records"), icon=":material/table_rows:")


def _show_missing(item: int, err: NotFound) -> None:
    st.warning(escape(say(err.message)), icon=":material/search_off:")
    st.button(t("review.to_next"), type="primary", on_click=desk.leave, args=(item,))


st.html(STYLE)
open_wanted()
stay_alive()
show_desk()
