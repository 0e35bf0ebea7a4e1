"""The frame round every page: language, sections, page titles."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from pages.components.i18n import KEY, LANGUAGES, language, t

SECTIONS = {
    "nav.work": (
        ("home", ":material/home:"),
        ("upload", ":material/upload:"),
        ("review", ":material/fact_check:"),
        ("records", ":material/table_rows:"),
    ),
    "nav.insight": (
        ("insights", ":material/insights:"),
        ("feedback", ":material/reviews:"),
    ),
}
"""Section -> (page, icon). A page's name is its file in pages/, its URL and its title's text key."""


def run_page() -> None:
    """Draws the sidebar and runs the page that the URL names."""
    st.set_page_config(page_title="ShelfLens", page_icon=":material/shelves:", layout="wide")
    st.session_state.setdefault(KEY, language())
    page = st.navigation(
        {
            t(section): [
                st.Page(f"pages/{name}.py", title=t(f"nav.{name}"), icon=icon, url_path=name, default=name == "home")
                for name, icon in entries
            ]
            for section, entries in SECTIONS.items()
        }
    )
    with st.sidebar:
        st.segmented_control(
            t("nav.language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=KEY,
            required=True,
            persist_state="session",
            bind="query-params",
            label_visibility="collapsed",
        )
    page.run()


def go_to(name: str, **params: str) -> NoReturn:
    """Leaves for another page within the session; `params` stand in its address."""
    # Given no parameters at all, Streamlit 1.67 clears the address, and refuses to because `lang` is bound to it.
    st.switch_page(f"pages/{name}.py", query_params=params)
