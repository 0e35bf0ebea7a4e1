"""What Insights says before its charts: how many posters of whom, how many of them checked."""

from __future__ import annotations

import streamlit as st

from core.insights import Ads
from pages.components.i18n import t, tn


def no_posters() -> None:
    st.info(t("insights.empty"), icon=":material/image_search:")
    st.page_link("pages/upload.py", label=t("insights.to_upload"), icon=":material/upload:")


def nothing_passes(of: int) -> None:
    st.info(tn("insights.none_pass", of), icon=":material/filter_alt_off:")


def summary(ads: Ads) -> None:
    """The counts everything below is made of."""
    posters = ads.posters
    verified, total = int(posters["verified"].sum()), len(posters)
    columns = st.columns([1, 1, 1.8, 1.2])
    columns[0].metric(t("insights.posters"), f"{total:,}", border=True)
    columns[1].metric(t("insights.competitors"), f"{len(ads.competitors):,}", border=True)
    columns[2].metric(t("insights.seen"), _span(posters["day"].min(), posters["day"].max()), border=True)
    columns[3].metric(
        t("insights.checked"), f"{verified:,} ({verified / total:.0%})", border=True, help=t("insights.checked_help")
    )


def _span(first: str, last: str) -> str:
    if first == last:
        return first
    return f"{first} – {last[5:] if first[:4] == last[:4] else last}"
