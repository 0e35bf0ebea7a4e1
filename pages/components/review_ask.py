"""Questions about the open record's photos, asked and answered without leaving Review.

Drawn only once it is opened, and in a fragment of its own: an answer that grows disturbs nobody who types beside it.
"""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.errors import NotFound
from core.reviewing import review
from core.reviewing.review import RecordView
from core.store import items
from core.store.db import open_store
from core.store.questions import Asked, list_questions
from pages.components import ask_desk, review_desk
from pages.components.ask_answer import answer_html, show_outcome, show_question, show_uses, stream
from pages.components.ask_form import choose_photos, show_form
from pages.components.i18n import t
from pages.components.session import settings

USED = "review_ask_used"
"""Set where an answer was just used for a field, which the editors have to show, too."""


@st.fragment
def show_ask(item: int) -> None:
    """An expander with question, answer and what can be done with it."""
    if st.session_state.pop(USED, False):
        st.rerun()
    panel = st.expander(t("review.ask_here"), icon=":material/forum:", key=f"review_ask_{item}", on_change="rerun")
    if not panel.open:
        return
    if ask_desk.desk().item != item:
        ask_desk.open_item(item)
    with panel, open_store(settings()) as db:
        try:
            growing = _show_talk(db, review.load_record(db, item))
        except NotFound:
            return  # the page above says what has become of it
    if growing is not None:
        stream(*growing)


def _show_talk(
    db: Database, view: RecordView
) -> tuple[Asked, st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator] | None:
    """The talk about the record's photos; an answer that is still being written is handed back with its places."""
    blobs = tuple(view.photos[index].blob for index in choose_photos(view))
    asked = list_questions(db, blobs)
    current = next((entry for entry in asked if entry.id == ask_desk.desk().current), asked[-1] if asked else None)
    show_form(blobs, current, busy=current is not None and not current.state.ended)
    if current is None:
        return None
    show_question(db, current)
    if not current.state.ended:
        words, status = st.empty(), st.empty()
        words.html(answer_html(current.answer, growing=True))
        st.button(
            t("ask.stop"), key=f"ask_stop_{current.id}", icon=":material/stop_circle:", on_click=ask_desk.stop,
            args=(current.id,),
        )  # fmt: skip
        return current, words, status
    if current.answer:
        st.html(answer_html(current.answer))
    show_outcome(current)
    show_uses(view, current, on_use=_use_here)
    if ask_desk.desk().used:
        st.success(t("ask.used", field=ask_desk.desk().used), icon=":material/check:")
    return None


def _use_here(item: int, field: str, text_key: str, label: str, _version: int) -> None:
    """Uses an answer for a field of the record on the desk, at the version that the editors have brought it to."""
    on = review_desk.desk()
    if on.item != item:
        return
    ask_desk.use_value(item, field, text_key, label, on.version)
    if ask_desk.desk().problem is None:
        with open_store(settings()) as db:
            on.version = items.get_item(db, item).version
        st.session_state[USED] = True
