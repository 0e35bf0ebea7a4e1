"""One poster of Insights: what it says and to whom, each statement linked both ways with its place on the photo."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as escape_html

import streamlit as st
from sqlite_utils import Database

from core.errors import NotFound
from core.insights import words
from core.insights.poster import Part, Piece, describe_poster
from core.insights.sentence import MadeFrom, answer_about, ask_model, model_for_posters
from core.pitch import MADE
from core.reviewing import review
from core.reviewing.review import RecordView
from core.store.db import open_store
from core.store.questions import get_question, keep_listening
from core.types import Kind, Level
from pages.components.i18n import escape, language, say, t
from pages.components.session import reviewer, settings
from pages.components.viewer import Box, show_photos

PARAMETER = "poster"
ASKED = "insights_asked"
"""Session key: {(poster, language): the question a model was asked about it}."""
PREFIX = "poster_piece_"
LEVELS = {Level.ERROR: "red", Level.WARNING: "orange", Level.REVIEW: "blue"}


def asked_poster() -> str:
    """The poster that the address names; "" where it names none."""
    return st.query_params.get(PARAMETER, "")


def show_poster(db: Database, asked: str) -> None:
    """Draws the poster, or says that there is none of that number."""
    st.button(t("insights.poster_back"), icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    view = _find(db, asked)
    if view is None:
        st.info(t("insights.poster_gone", item=escape(asked)), icon=":material/search_off:")
        return
    _head(view)
    parts = describe_poster(view.fields)
    photo, said = st.columns(2, gap="large")
    with said:
        _answer(db, view)
        boxes = [box for part in parts for box in _part(part)]
    with photo:
        show_photos(
            list(zip(view.photos, view.readings, strict=True)),
            boxes,
            name=str(view.item.id),
            prefix=PREFIX,
            key="insights_viewer",
            words={
                "hint": t("insights.poster_hint"),
                "no_field": t("insights.poster_choose"),
                "pane": t("insights.poster_pane"),
            },
        )


def _leave() -> None:
    del st.query_params[PARAMETER]


def _find(db: Database, asked: str) -> RecordView | None:
    try:
        view = review.load_record(db, int(asked)) if asked.isdecimal() else None
    except NotFound:
        return None
    return view if view is not None and view.item.kind == Kind.AD else None


def _head(view: RecordView) -> None:
    who = view.item.competitor or view.text("brand")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.subheader(
            escape(t("insights.poster_title", item=view.item.id, who=say(words.competitor(who)))), width="content"
        )
        details = " · ".join(part for part in (view.item.seen_on, view.item.campaign, view.text("product")) if part)
        st.markdown(f":gray[{escape(details)}]", width="content")
        target = {"item": str(view.item.id)}
        st.page_link(
            "pages/review.py", label=t("insights.poster_review"), icon=":material/fact_check:", query_params=target
        )
        st.page_link("pages/ask.py", label=t("insights.poster_ask"), icon=":material/forum:", query_params=target)


def _answer(db: Database, view: RecordView) -> None:
    """The answer to "what is its main selling point, and who is it for", and who gave it."""
    answer = answer_about(db, view.item.id, language())
    with st.container(border=True):
        st.text(say(answer.sentence))
        if answer.made_from is MadeFrom.MODEL:
            st.caption(t("insights.poster_from_model", engine=escape(answer.engine)))
            return
        st.caption(say(MADE))
        asked = st.session_state.get(ASKED, {}).get((view.item.id, language()))
        if asked is not None:
            _wait(asked)
        elif model := model_for_posters(db, settings()):
            st.button(
                t("insights.poster_ask_model", engine=escape(model)),
                icon=":material/psychology:",
                key="insights_ask_model",
                on_click=_ask,
                args=(view.item.id, language()),
            )


def _ask(item_id: int, lang: str) -> None:
    with open_store(settings()) as db:
        question = ask_model(db, settings(), item_id, lang, by=reviewer())
    if question is not None:
        st.session_state.setdefault(ASKED, {})[item_id, lang] = question


@st.fragment(run_every=1)
def _wait(question: int) -> None:
    """What the model has written so far, and a sign that somebody waits; the page is drawn anew when it is done."""
    with open_store(settings()) as db:
        keep_listening(db, question)
        asked = get_question(db, question)
    if asked.state.ended:
        st.session_state[ASKED] = {key: one for key, one in st.session_state[ASKED].items() if one != question}
        if asked.error is None:
            st.rerun()
        st.error(escape(say(asked.error)), icon=":material/error:")
        return
    st.caption(t("insights.poster_model_writes"))
    st.text(asked.answer)


def _part(part: Part) -> list[Box]:
    """Draws one part; returns the places of its pieces."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"**{t(f'insights.part_{part.key}')}**", width="content")
        if part.inferred:
            st.badge(t("insights.inferred"), icon=":material/psychology:", color="orange")
    if not part.pieces:
        st.caption(t("insights.flags_none" if part.key == "flags" else "insights.poster_none"))
        return []
    if part.key == "style":
        st.html(_swatches(part.pieces))
        return []
    with st.container(gap="xxsmall"):
        return [box for place, piece in enumerate(part.pieces) for box in _piece(f"{part.key}{place}", piece)]


def _piece(name: str, piece: Piece) -> list[Box]:
    """One statement, as an element that the viewer finds; words from a photo are shown as text."""
    note = say(piece.note) if piece.note else ""
    text = f'<span class="said">{escape_html(piece.text)}</span>' if piece.text else ""
    colour = f" {LEVELS[piece.level]}" if piece.level else ""
    made = f'<span class="made{colour}">{escape_html(note)}</span>' if note else ""
    linked = (
        f'class="poster-piece st-key-{PREFIX}{name}" tabindex="0" role="button"' if piece.box else "class=poster-piece"
    )
    st.html(f"{_STYLE}<div {linked}>{text}{made}</div>")
    if piece.box is None:
        return []
    return [Box(field=name, text=piece.text or note, photo=piece.photo, box=piece.box, label=note)]


def _swatches(pieces: Sequence[Piece]) -> str:
    cells = "".join(
        f'<span class="swatch"><i style="background: {escape_html(piece.colour)}"></i>{escape_html(piece.text)}</span>'
        for piece in pieces
    )
    return f'{_STYLE}<div class="poster-swatches" lang="{language()}">{cells}</div>'


_STYLE = """<style>
.poster-piece { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; padding: 2px 8px;
    border-left: 3px solid transparent; }
.poster-piece[role=button] { border-left-color: rgba(128, 128, 128, .35); cursor: pointer; border-radius: 3px; }
.poster-piece[role=button]:hover, .poster-piece[role=button]:focus-visible { background: rgba(128, 128, 128, .12); }
.poster-piece .said { font-weight: 600; }
.poster-piece .made { font-size: 14px; opacity: .85; }
.poster-swatches { display: flex; gap: 12px; flex-wrap: wrap; font-size: 13px; }
.poster-swatches .swatch { display: flex; gap: 6px; align-items: center; }
.poster-swatches i { width: 22px; height: 22px; border-radius: 4px; border: 1px solid rgba(128, 128, 128, .5); }
</style>"""
