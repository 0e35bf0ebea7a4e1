"""What goes wrong and can be said plainly, as pages say it: one sentence in the session's language."""

from __future__ import annotations

import streamlit as st

from core.errors import ShelfLensError
from pages.components.i18n import escape, say


def show_problem(err: ShelfLensError) -> None:
    """Draws the error's sentence. Names of files and folders in it stand as they are, never as Markdown."""
    st.error(escape(say(err.message)), icon=":material/error:")


def explain(err: Exception) -> bool:
    """What Streamlit asks about anything that a page, a fragment or a callback did not catch (Home.py).

    True where the page now says what happened, such as a full disk; False leaves it to Streamlit's own notice.
    """
    if not isinstance(err, ShelfLensError):
        return False
    show_problem(err)
    return True
