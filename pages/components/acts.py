"""Acts of pages on the store."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from sqlite_utils import Database

from core.errors import ShelfLensError
from core.store.db import open_store
from pages.components.problems import show_problem
from pages.components.session import settings


def act_and_redraw(act: Callable[[Database], object]) -> None:
    """Does it and draws the whole page anew; where it fails, says why instead."""
    try:
        with open_store(settings()) as db:
            act(db)
    except ShelfLensError as err:
        show_problem(err)
        return
    st.rerun()
