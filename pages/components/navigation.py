"""The frame round every page: language, sections, page titles."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from pages.components.i18n import KEY, LANGUAGES, language, t
from pages.components.session import settings

ICON = Path(__file__).with_name("icon.svg")
"""A file, because the browser would fetch a named Material icon from another machine."""

SECTIONS = {
    "nav.work": (
        ("home", ":material/home:"),
        ("upload", ":material/upload:"),
        ("review", ":material/fact_check:"),
        ("records", ":material/table_rows:"),
        ("ask", ":material/forum:"),
    ),
    "nav.insight": (
        ("insights", ":material/insights:"),
        ("feedback", ":material/reviews:"),
    ),
    "nav.system": (
        ("lexicons", ":material/dictionary:"),
        ("engines", ":material/memory:"),
        ("access", ":material/key:"),
        ("bin", ":material/delete:"),
    ),
}
"""Section -> (page, icon). A page's name is its file in pages/, its URL and its title's text key."""
FIRST = "home"
ADDRESSES = frozenset(name for entries in SECTIONS.values() for name, _ in entries if name != FIRST) | {""}
"""What stands behind the slash in a page's address: its name, nothing for the first page."""

FRAME = """<style>
.stMainBlockContainer { padding-top: 2.75rem; }
button[data-selected="true"], .stMarkdownBadge, [data-testid="stSliderThumbValue"],
button[kind="tertiary"]:is(:hover, :active, :focus),
:is(button[data-selected="true"], [data-testid="stSliderThumbValue"]) p,
button[kind="tertiary"]:is(:hover, :active, :focus) p {
  color: inherit !important;
}
button[kind="tertiary"]:is(:hover, :active) { background: color-mix(in srgb, currentColor 8%, transparent); }
</style>"""
"""Streamlit leaves 6rem above every page, an eighth of a laptop's screen. It writes what is selected, badges, the
figure of a slider and a plain button under the mouse in their colour or a darker one, on a tint of it or on dark
ground: too little contrast to read (WCAG 2.1, 1.4.3). They take the colour of the text round them; tint and frame say
enough."""


def run_page() -> None:
    """Draws the sidebar and runs the page that the URL names."""
    st.set_page_config(page_title="ShelfLens", page_icon=str(ICON), layout="wide")
    st.session_state.setdefault(KEY, language())
    page = st.navigation(
        {
            t(section): [
                st.Page(f"pages/{name}.py", title=t(f"nav.{name}"), icon=icon, url_path=name, default=name == FIRST)
                for name, icon in entries
            ]
            for section, entries in SECTIONS.items()
        }
    )
    st.html(FRAME)
    with st.sidebar:
        st.segmented_control(
            t("nav.language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=KEY,
            required=True,
            # Not bound to the address: Streamlit 1.67 then falls back to the default on every change of page in code.
            persist_state="session",
            label_visibility="collapsed",
        )
        if settings().password.get_secret_value():
            # A page of its own, which asks: nobody is logged out by a link on another site.
            st.link_button(t("nav.logout"), "/logout", icon=":material/logout:", type="tertiary")
    page.run()


def go_to(name: str, **params: str) -> NoReturn:
    """Leaves for another page within the session; `params` stand in its address."""
    st.switch_page(f"pages/{name}.py", query_params=params)
