"""The engine that reads where none is named: chosen here for everybody."""

from __future__ import annotations

import streamlit as st

from core.errors import ShelfLensError
from core.machine.engines_overview import EnginesOverview, survey_engines
from core.reading.preferences import AUTO, choose_engine
from core.store.db import open_store
from pages.components.i18n import escape, t
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

KEY = "engines_default"


def choose_default() -> None:
    """The engines that can be used and `auto`, one of them chosen, and who chose it."""
    with open_store(settings()) as db:
        found = survey_engines(db, settings())
    st.session_state[KEY] = found.default
    st.segmented_control(
        t("engines.default"),
        [AUTO, *(engine.name for engine in found.engines if engine.ok)],
        format_func=lambda name: _label(name, found),
        key=KEY,
        required=True,
        help=t("engines.default_help"),
        on_change=_choose,
    )
    _say_who(found)


def engine_label(name: str) -> str:
    """What an engine is called on the page."""
    return t(f"engines.name_{name}")


def _label(name: str, found: EnginesOverview) -> str:
    if name != AUTO:
        return engine_label(name)
    return t("engines.auto_now", name=engine_label(found.reads)) if found.default == AUTO else t("engines.auto")


def _choose() -> None:
    try:
        with open_store(settings()) as db:
            choose_engine(db, settings(), st.session_state[KEY], by=reviewer())
    except ShelfLensError as err:  # it was usable when the page was drawn
        show_problem(err)


def _say_who(found: EnginesOverview) -> None:
    chosen = found.chosen
    if chosen is None:
        if found.default != AUTO:
            st.caption(t("engines.from_settings", name=found.default))
        return
    if chosen.value != found.default:
        st.warning(
            t("engines.passed_over", name=escape(chosen.value), reads=engine_label(found.reads)),
            icon=":material/swap_horiz:",
        )
    st.caption(t("engines.chosen_by", who=escape(chosen.set_by), at=chosen.set_at[:16].replace("T", " ")))
