"""The summary of Insights: sentences over counted figures, each with the posters it speaks of."""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.insights import Choice
from core.insights.summary import summarise
from core.insights.written import Told
from pages.components import insights_labels as labels
from pages.components.i18n import escape, t, tn
from pages.components.insights_charts import MAX_COMPETITORS
from pages.components.insights_gallery import draw_posters
from pages.components.insights_written import Shown, show_marks, told

OPEN = "insights_sentence"
"""Session key: the sentence whose posters are shown, as (competitor, place)."""
POSTERS_SHOWN = 24
_STYLE = """<style>
[class*="st-key-insights_said_"] { flex-wrap: nowrap !important; }
[class*="st-key-insights_said_"] > :first-child { min-width: 0; flex: 1 1 0; }
</style>"""
"""The button of a long sentence stays beside it."""


def summary_panel(db: Database, choice: Choice, ever: Choice) -> None:
    """One box per competitor; a sentence's button shows its posters below it."""
    st.html(_STYLE)
    st.caption(t("insights.summary_hint"))
    summaries = summarise(choice, ever, most=MAX_COMPETITORS)
    if len(choice.competitors()) > len(summaries):
        st.caption(t("insights.most_posters", n=len(summaries), of=len(choice.competitors())))
    for shown in told(db, summaries, ever):
        _draw(ever, shown)


def _draw(ever: Choice, shown: Shown) -> None:
    one = shown.written
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"#### {escape(labels.competitor(one.competitor))}")
        show_marks(shown)
        for place, sentence in enumerate(one.sentences):
            name = (one.competitor, place)
            row = f"insights_said_{one.competitor}_{place}"
            with st.container(key=row, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.text(sentence.text, width="stretch")
                _sources_button(name, sentence)
            if st.session_state.get(OPEN) == name:
                _sources(ever, sentence)


def _sources_button(name: tuple[str, int], sentence: Told) -> None:
    shown = st.session_state.get(OPEN) == name
    st.button(
        tn("insights.sources", len(sentence.posters)),
        icon=":material/expand_less:" if shown else ":material/photo_library:",
        type="tertiary",
        help=t("insights.by_engine", engine=sentence.by) if sentence.by else t("insights.by_template"),
        key=f"insights_sentence_{name[0]}_{name[1]}",
        on_click=_toggle,
        args=(name,),
    )


def _toggle(name: tuple[str, int]) -> None:
    st.session_state[OPEN] = None if st.session_state.get(OPEN) == name else name


def _sources(ever: Choice, sentence: Told) -> None:
    shown = ever.listing(sentence.posters, limit=POSTERS_SHOWN)
    draw_posters(shown)
    if len(sentence.posters) > len(shown):
        st.caption(t("insights.sources_cut", n=len(shown), of=len(sentence.posters)))
