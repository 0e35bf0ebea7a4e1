"""What the parts of the Lexicons page do: one change each, saved or refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import streamlit as st
from sqlite_utils import Database

from core.errors import ShelfLensError
from core.store.db import open_store
from pages.components.i18n import escape, say, t
from pages.components.session import settings

PROBLEM = "lexicons_problem"


def act(change: Callable[[Database], object], *, clears: str = "") -> None:
    """Makes a change, for callbacks. What refused it is shown by `show_problem_of` where the act began; a widget's
    text is cleared only once it was saved, so that nothing typed is lost."""
    st.session_state.pop(PROBLEM, None)
    try:
        with open_store(settings()) as db:
            change(db)
    except ShelfLensError as err:
        st.session_state[PROBLEM] = err.message
        return
    if clears:
        st.session_state[clears] = ""
    with suppress(Exception):  # a toast is a courtesy
        st.toast(t("lexicons.done"), icon=":material/check:")


def show_problem_of_act() -> None:
    """Why the last change was refused, until the next one."""
    problem = st.session_state.get(PROBLEM)
    if problem is not None:
        st.error(escape(say(problem)), icon=":material/error:")
