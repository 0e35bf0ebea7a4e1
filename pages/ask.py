"""Ask: a question in free words about a photo, its answer as it is written, and where its words are printed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from sqlite_utils import Database

from core.errors import NotFound
from core.reviewing import review
from core.reviewing.review import RecordView
from core.store.db import open_store
from core.store.questions import Asked, list_questions
from pages.components import ask_desk as desk
from pages.components.ask_answer import (
    answer_html,
    boxes,
    links,
    prefix,
    show_earlier,
    show_outcome,
    show_question,
    show_uses,
    stream,
)
from pages.components.ask_form import choose_photos, choose_record, show_form
from pages.components.i18n import escape, say, t
from pages.components.session import settings
from pages.components.viewer import show_photos

STYLE = Path(__file__).parent / "components" / "ask.css"


def show_talk(db: Database, view: RecordView) -> None:
    """The photos on the left; question, answer and history on the right."""
    _show_head(view)
    photo, talk = st.columns(2, gap="medium")
    with talk:
        chosen = choose_photos(view)
        blobs = tuple(view.photos[index].blob for index in chosen)
        asked = list_questions(db, blobs)
        current = next((entry for entry in asked if entry.id == desk.desk().current), asked[-1] if asked else None)
        show_form(blobs, current, busy=current is not None and not current.state.ended)
        growing = _show_answer(db, view, chosen, current, photo)
        show_earlier(asked, current)
    if growing is not None:
        stream(*growing)


def _show_head(view: RecordView) -> None:
    title = next((text for key in ("name", "headline", "brand") if (text := view.text(key))), "")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ask_head"):
        st.text(title or (view.photos[0].name if view.photos else ""), width="content")
        st.markdown(f":gray[{t('review.number', item=view.item.id)}]", width="content")
        st.page_link(
            "pages/review.py", label=t("ask.to_review"), icon=":material/fact_check:",
            query_params={"item": str(view.item.id)},
        )  # fmt: skip
        st.button(
            t("ask.other"), icon=":material/photo_library:", type="tertiary", on_click=desk.open_item, args=(None,)
        )


def _show_answer(
    db: Database,
    view: RecordView,
    chosen: tuple[int, ...],
    current: Asked | None,
    photo: st.delta_generator.DeltaGenerator,
) -> tuple[Asked, st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator] | None:
    """The current question and its answer; one that is still being written is handed back with its places."""
    shown = [(view.photos[index], view.readings[index]) for index in chosen]
    printed = links(current, [readings for _, readings in shown]) if current else []
    with photo, st.container(key="ask_photo"):
        show_photos(
            shown,
            boxes(current, printed) if current else (),
            name=f"{view.item.id}:{chosen}",
            prefix=prefix(current) if current else "ask_0_",
            key="ask_viewer",
        )
    if current is None:
        return None
    with st.container(key="ask_talk", border=True, gap="small"):
        show_question(db, current)
        if not current.state.ended:
            return _wait(current)
        if current.answer:
            st.html(answer_html(current.answer, printed, prefix(current)))
        show_outcome(current)
        if printed:
            st.caption(t("ask.linked"))
        show_uses(view, current)
        if desk.desk().used:
            st.success(t("ask.used", field=desk.desk().used), icon=":material/check:")
    return None


def _wait(
    current: Asked,
) -> tuple[Asked, st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    words, status = st.empty(), st.empty()
    words.html(answer_html(current.answer, growing=True))
    st.button(
        t("ask.stop"), key=f"ask_stop_{current.id}", icon=":material/stop_circle:", on_click=desk.stop,
        args=(current.id,),
    )  # fmt: skip
    return current, words, status


st.html(STYLE)
desk.follow_address()
with open_store(settings()) as db:
    wanted = desk.desk().item
    if wanted is None:
        st.title(t("ask.title"))
        choose_record(db)
    else:
        try:
            view = review.load_record(db, wanted)
        except NotFound as err:
            st.title(t("ask.title"))
            st.warning(escape(say(err.message)), icon=":material/search_off:")
            choose_record(db)
        else:
            show_talk(db, view)
