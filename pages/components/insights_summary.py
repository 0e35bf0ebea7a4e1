"""What Insights says before its charts: how many posters of whom, how many of them checked."""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.insights import Choice
from core.store import statements
from pages.components.i18n import t, tn
from pages.components.insights_filters import clear_filters


def bring_up_to_date(db: Database) -> None:
    """Writes statements that an older version made or left out, with a bar: once per version, seconds per thousand."""
    total = statements.count_stale(db)
    if total <= 0:
        return
    bar = st.progress(0.0, text=tn("insights.preparing", total))
    for left in statements.refresh_stale(db):
        bar.progress(min(1.0, max(0.0, 1 - left / total)), text=tn("insights.preparing", left))
    bar.empty()


def no_posters() -> None:
    st.info(t("insights.empty"), icon=":material/image_search:")
    st.page_link("pages/upload.py", label=t("insights.to_upload"), icon=":material/upload:")


def nothing_passes(of: int) -> None:
    st.info(tn("insights.none_pass", of), icon=":material/filter_alt_off:")
    st.button(t("insights.clear"), icon=":material/filter_alt_off:", on_click=clear_filters, key="insights_clear_all")


def figures(choice: Choice) -> None:
    """The counts everything below is made of."""
    verified, total = choice.verified, choice.count
    row = st.container(horizontal=True)
    row.metric(t("insights.posters"), f"{total:,}", border=True)
    row.metric(t("insights.competitors"), f"{len(choice.competitors()):,}", border=True)
    row.metric(t("insights.seen"), _span(*choice.span()), border=True)
    checked = f"{verified:,} ({verified / total:.0%})"
    row.metric(t("insights.checked"), checked, border=True, help=t("insights.checked_help"))


def _span(first: str, last: str) -> str:
    if first == last:
        return first
    return f"{first} – {last[5:] if first[:4] == last[:4] else last}"
