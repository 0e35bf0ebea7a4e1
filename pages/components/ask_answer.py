"""An answer as it grows and as it stands: its words, where they are printed, how it came about.

Words of a model and words read from a photo are set as text, never as Markdown or markup: they could
pose as the page's own, and a picture in them would be fetched from wherever they say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape as escape_html

import streamlit as st
from sqlite_utils import Database

from core.reading import questions
from core.reading.lookup import Printed, find_printed
from core.reviewing.review import RecordView
from core.schema import FieldType
from core.store.db import open_store
from core.store.questions import Asked, QuestionState, count_before, get_question
from core.types import Readings
from pages.components import ask_desk as desk
from pages.components.copy_button import copy_button
from pages.components.i18n import escape, language, say, t, tn
from pages.components.session import settings
from pages.components.viewer import Box

CURSOR = '<span class="ask-cursor">▌</span>'
VALUE_CHARS = 300
"""A longer answer is no field's value; what is offered as one is cut there."""


def prefix(asked: Asked) -> str:
    """What the classes of an answer's printed words begin with; the word's number follows."""
    return f"ask_{asked.id}_"


def links(asked: Asked, readings: Sequence[Readings | None]) -> list[Printed]:
    """The words of a complete answer that are printed on its photos."""
    return find_printed(asked.answer, readings) if asked.state.ended else []


def boxes(asked: Asked, printed: Sequence[Printed]) -> list[Box]:
    """The places of those words, for the viewer."""
    return [
        Box(field=f"w{number}", text=asked.answer[found.start : found.end], photo=found.photo, box=found.box)
        for number, found in enumerate(printed)
    ]


def answer_html(text: str, printed: Sequence[Printed] = (), start: str = "", *, growing: bool = False) -> str:
    """The answer as markup: its printed words can be chosen with mouse and keyboard."""
    parts, at = [], 0
    for number, found in enumerate(printed):
        parts.append(escape_html(text[at : found.start]))
        word = escape_html(text[found.start : found.end])
        parts.append(f'<span class="ask-word st-key-{start}w{number}" tabindex="0" role="button">{word}</span>')
        at = found.end
    parts.append(escape_html(text[at:]))
    return f'<div class="ask-answer">{"".join(parts)}{CURSOR if growing else ""}</div>'


def stream(asked: Asked, words: st.delta_generator.DeltaGenerator, status: st.delta_generator.DeltaGenerator) -> None:
    """Draws the answer into `words` as it is written, until it has ended; then runs the page again.

    Every draw is a point where a click breaks the run off; the next run goes on from the same row. When the
    browser is closed nobody listens any more, and the answer is stopped.
    """
    shown = ""
    for now in questions.follow(settings(), asked.id):
        status.caption(_progress(now))
        if now.answer != shown:
            shown = now.answer
            words.html(answer_html(shown, growing=True))
    st.rerun()


def _progress(asked: Asked) -> str:
    if asked.state is QuestionState.QUEUED:
        with open_store(settings()) as db:
            before = count_before(db, asked.id)
        return tn("ask.queued_behind", before) if before else t("ask.queued_next")
    seconds = (datetime.now(UTC) - datetime.fromisoformat(asked.created_at)).total_seconds()
    return t("ask.writing" if asked.answer else "ask.looking", seconds=f"{seconds:.0f}")


def show_question(db: Database, asked: Asked) -> None:
    """The question, and the one it goes on from."""
    if asked.follows is not None:
        with st.container(horizontal=True, gap="xsmall"):
            st.markdown(f":small[:gray[{t('ask.follows')}]]", width="content")
            st.text(get_question(db, asked.follows).text)
    with st.container(key="ask_question"):
        st.text(asked.text)


def show_outcome(asked: Asked) -> None:
    """How an answer ended, who gave it and how long it took; what went wrong."""
    marks = []
    if asked.state is QuestionState.STOPPED:
        marks.append(f":orange-badge[:material/stop_circle: {t('ask.stopped')}]")
    if asked.state is QuestionState.FAILED:
        marks.append(f":red-badge[:material/error: {t('ask.failed')}]")
    if asked.cached:
        marks.append(f":gray-badge[:material/bolt: {t('ask.cached')}]")
    if asked.answered_by:
        marks.append(f":gray[{t('ask.answered_by', engine=asked.answered_by)}]")
    if asked.first_s is not None and asked.total_s is not None and not asked.cached:
        marks.append(f":gray[{t('ask.times', first=f'{asked.first_s:.1f}', total=f'{asked.total_s:.1f}')}]")
    st.markdown(" &ensp;".join(marks))
    if asked.error is not None:
        st.error(escape(say(asked.error)), icon=":material/error:")
    elif not asked.answer:
        st.caption(t("ask.stopped_early" if asked.state is QuestionState.STOPPED else "ask.silent"))


UseValue = Callable[[int, str, str, str, int], None]
"""(item, field, key of the text's widget, the field's label, the record's version): writes it as a correction."""


def show_uses(view: RecordView, asked: Asked, on_use: UseValue = desk.use_value) -> None:
    """What can be done with an answer."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ask_uses"):
        if asked.answer:
            copy_button(asked.answer, label=t("ask.copy"), done=t("ask.copied"), key=f"ask_copy_{asked.id}")
            with st.popover(t("ask.use"), icon=":material/edit_note:", type="tertiary"):
                _use_form(view, asked, on_use)
        st.button(
            t("ask.again"),
            key=f"ask_again_{asked.id}",
            type="tertiary",
            icon=":material/refresh:",
            help=t("ask.again_help"),
            on_click=desk.ask_again,
            args=(asked,),
        )


def _use_form(view: RecordView, asked: Asked, on_use: UseValue) -> None:
    specs = [spec for spec in view.schema.fields if spec.type is not FieldType.PALETTE]
    spec = st.selectbox(
        t("ask.use_field"), specs, format_func=lambda spec: spec.label(language()), key=f"ask_field_{asked.id}"
    )
    text_key = f"ask_value_{asked.id}"
    st.text_area(t("ask.use_text"), value=asked.answer.strip()[:VALUE_CHARS], key=text_key)
    st.button(
        t("ask.use_save"),
        key=f"ask_use_{asked.id}",
        type="primary",
        on_click=on_use,
        args=(view.item.id, spec.key, text_key, spec.label(language()), view.item.version),
    )


def show_earlier(asked: Sequence[Asked], current: Asked | None) -> None:
    """The other questions about the same photos, newest first."""
    others = [entry for entry in reversed(asked) if current is None or entry.id != current.id]
    if not others:
        return
    with st.expander(t("ask.earlier", count=len(others)), icon=":material/history:"):
        for entry in others:
            _show_one(entry)


def _show_one(asked: Asked) -> None:
    with st.container(key=f"ask_old_{asked.id}", gap="xxsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="top"):
            with st.container(key=f"ask_old_question_{asked.id}"):
                st.text(asked.text)
            st.button(
                t("ask.show"),
                key=f"ask_show_{asked.id}",
                type="tertiary",
                icon=":material/visibility:",
                on_click=desk.show,
                args=(asked.id,),
            )
        st.html(answer_html(asked.answer or "—"))
