"""How a question is put: which photo, which question, in which way."""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.engines.base import Sampling
from core.engines.language.prompts import SUGGESTED
from core.engines.registry import engine_names, resolve_engine
from core.reading import questions
from core.reviewing.review import RecordView
from core.store.db import open_store
from core.store.questions import Asked
from core.store.records import Filters, Record, list_records
from pages.components import ask_desk as desk
from pages.components.home_cards import Card, show_cards
from pages.components.i18n import escape, say, t
from pages.components.session import settings

CHOICES = 24
"""Records offered at a time; a search narrows them down."""


def choose_record(db: Database) -> None:
    """The newest records, or those found; a click opens one."""
    st.subheader(t("ask.which"))
    text = st.text_input(t("ask.search"), placeholder=t("ask.search_hint"), key="ask_search", width=420)
    found = list_records(db, Filters(text=text.strip()), limit=CHOICES)
    if found:
        label = t("ask.found" if text.strip() else "ask.recent")
        st.caption(label)
        show_cards([_card(record) for record in found], layout="strip", label=label, key="ask_records", page="ask")
    elif text.strip():
        st.info(t("ask.none_found"), icon=":material/search_off:")
    else:
        st.info(t("ask.none"), icon=":material/inbox:")
        st.page_link("pages/upload.py", label=t("ask.to_upload"), icon=":material/upload:")


def _card(record: Record) -> Card:
    return Card(
        item=record.item_id,
        thumb=record.thumb,
        title=record.name,
        note=record.brand,
        badge=t("review.number", item=record.item_id),
        tone="",
    )


def choose_photos(view: RecordView) -> tuple[int, ...]:
    """Which of the record's photos the question is about, as their indexes: all of them unless said otherwise."""
    everything = list(range(min(len(view.photos), questions.MOST_PHOTOS)))
    if len(everything) < 2:
        return tuple(everything)
    chosen = st.pills(
        t("ask.photos"),
        everything,
        selection_mode="multi",
        default=everything,
        format_func=lambda index: t("ask.photo", number=index + 1),
        key=f"ask_photos_{view.item.id}",
    )
    return tuple(sorted(chosen))


def show_form(blobs: tuple[str, ...], current: Asked | None, *, busy: bool) -> None:
    """Suggested questions, the text input and its buttons. `busy` while an answer is being given."""
    off = busy or not blobs
    with st.container(horizontal=True, gap="xsmall", key="ask_suggestions"):
        for offered in SUGGESTED:
            st.button(
                t(f"ask.suggest_{offered.key}"),
                key=f"ask_suggest_{offered.key}",
                on_click=desk.ask_suggested,
                args=(blobs, say(offered.text)),
                disabled=off,
                help=say(offered.text),
            )
    with st.form("ask_form", border=False):
        st.text_input(t("ask.question"), key=desk.TEXT, placeholder=t("ask.question_hint"))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.form_submit_button(
                t("ask.ask"),
                type="primary",
                icon=":material/send:",
                on_click=desk.ask_typed,
                args=(blobs, None),
                disabled=off,
            )
            st.form_submit_button(
                t("ask.follow_up"),
                icon=":material/reply:",
                help=t("ask.follow_up_help"),
                on_click=desk.ask_typed,
                args=(blobs, current.id if current else None),
                disabled=off or current is None or not current.answer,
            )
    _show_sampling()
    if not blobs:
        st.caption(t("ask.no_photos"))
    problem = desk.desk().problem
    if problem is not None:
        st.error(escape(say(problem)), icon=":material/error:")


def _show_sampling() -> None:
    usual = Sampling()
    with st.popover(t("ask.sampling"), icon=":material/tune:", type="tertiary"):
        st.selectbox(
            t("ask.engine"),
            engine_names(settings()),
            format_func=_engine_label,
            key=desk.ENGINE,
            persist_state="session",
        )
        st.slider(
            t("ask.temperature"),
            0.0,
            questions.HOTTEST,
            usual.temperature,
            0.05,
            key=desk.TEMPERATURE,
            help=t("ask.temperature_help"),
            persist_state="session",
        )
        st.slider(
            t("ask.top_p"),
            0.05,
            1.0,
            usual.top_p,
            0.05,
            key=desk.TOP_P,
            help=t("ask.top_p_help"),
            persist_state="session",
        )
        st.number_input(
            t("ask.max_new_tokens"),
            1,
            questions.MOST_TOKENS,
            usual.max_new_tokens,
            64,
            key=desk.TOKENS,
            persist_state="session",
        )


def _engine_label(name: str) -> str:
    if name != questions.AUTO:
        return name
    with open_store(settings()) as db:
        wanted = questions.wanted_engine(db, name, settings())
    return t("ask.engine_auto", name=resolve_engine(wanted, settings()))
