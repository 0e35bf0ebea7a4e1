"""The summary in a model's words: the switch, the questions behind it, and what is shown while they are answered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlite_utils import Database

from core.errors import NotFound, ShelfLensError
from core.insights import Choice, written
from core.insights.summary import Summary
from core.insights.written import Written
from core.store.db import open_store
from core.store.questions import Asked, QuestionState
from core.types import Bilingual
from pages.components.i18n import escape, language, say, t, tn
from pages.components.session import reviewer, settings

WRITTEN = "insights_written"
"""Session key of the switch."""
ASKED = "insights_written_asked"
"""Session key: {digest of the engine and the facts asked about: number of the question}."""
LOOK_S = 1.0
"""Between looks at answers that are being written; also what keeps their questions listened to."""


@dataclass(frozen=True)
class Shown:
    """A summary as it stands: in the model's words, or in fixed ones while these are missing."""

    written: Written
    question: int | None = None
    """The question that is being answered."""
    error: Bilingual | None = None


def told(db: Database, summaries: Sequence[Summary], ever: Choice) -> list[Shown]:
    """Draws the switch, and gives every summary as it is to be shown now; asks for what is missing while it is on."""
    engine = written.can_write(db, settings())
    wanted = _switch(engine)
    lang = language()
    if not wanted or engine is None:
        return [Shown(written.fixed(one, lang)) for one in summaries]
    names = [name for name in ever.competitors() if name]
    shown = [_shown(db, one, lang, engine, [name for name in names if name != one.competitor]) for one in summaries]
    waiting = [one.question for one in shown if one.question is not None]
    if waiting:
        _follow(engine, waiting, len(shown))
    elif any(one.error for one in shown):
        st.button(t("insights.write_again"), icon=":material/refresh:", key="insights_write_again", on_click=_forget)
    return shown


def show_marks(shown: Shown) -> None:
    """Who wrote a summary, and what of it was not taken and why."""
    one = shown.written
    if shown.question is not None:
        st.caption(t("insights.being_written"))
    if shown.error is not None:
        st.error(escape(say(shown.error)), icon=":material/error:")
    engines = sorted({sentence.by for sentence in one.sentences if sentence.by})
    for engine in engines:
        fixed = sum(not sentence.by for sentence in one.sentences)
        note = " " + tn("insights.rest_fixed", fixed) if fixed else ""
        st.caption(f":material/edit_note: {escape(t('insights.written_by', engine=engine))}{note}")
    if one.refused:
        reasons = "; ".join(say(reason) for reason in one.refused)
        st.caption(f":material/block: {escape(tn('insights.refused', len(one.refused), reasons=reasons))}")


def _switch(engine: str | None) -> bool:
    return bool(
        st.toggle(
            t("insights.write", engine=engine) if engine else t("insights.write_no_engine"),
            key=WRITTEN,
            disabled=engine is None,
            help=t("insights.write_help" if engine else "insights.write_needs_model"),
            persist_state="session",
        )
    )


def _shown(db: Database, one: Summary, lang: str, engine: str, rivals: list[str]) -> Shown:
    try:
        asked = _asked(db, one, lang, engine)
    except ShelfLensError as err:
        return Shown(written.fixed(one, lang), error=err.message)
    error = written.STOPPED if asked.state is QuestionState.STOPPED else asked.error
    return Shown(written.read(one, asked, lang, rivals), None if asked.state.ended else asked.id, error)


def _asked(db: Database, one: Summary, lang: str, engine: str) -> Asked:
    """The question about these facts: the one the session knows, else one that is kept, else a new one.

    A kept one is looked for once a session: a remote engine has to ask its server which model it is.
    """
    known: dict[str, int] = st.session_state.setdefault(ASKED, {})
    key = hashlib.sha256(f"{engine}\0{written.brief(one, lang)}".encode()).hexdigest()
    if key in known:
        try:
            return written.latest(db, known[key])
        except NotFound:
            del known[key]
    kept = written.find_kept(db, settings(), one, lang)
    known[key] = kept.id if kept is not None else written.ask(db, settings(), one, lang, asked_by=reviewer())
    return written.latest(db, known[key])


def _follow(engine: str, waiting: Sequence[int], of: int) -> None:
    """Looks at the questions until one has ended, then runs the page again."""

    @st.fragment(run_every=LOOK_S)
    def look() -> None:
        with open_store(settings()) as db:
            ended = [written.latest(db, number).state.ended for number in waiting]
        done = of - len(waiting)
        st.progress(done / of, text=t("insights.writing", engine=engine, done=done, of=of))
        if any(ended):
            st.rerun()

    look()


def _forget() -> None:
    """Asks anew, on the next run, what has failed."""
    st.session_state.pop(ASKED, None)
