"""The posters behind what is picked in the charts of Insights."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from core.insights import Ads
from pages.components import insights_labels as labels
from pages.components.gallery import Tile, gallery, page_of
from pages.components.i18n import t, tn
from pages.components.insights_panels import Picked, forget_picks


def poster_gallery(ads: Ads, picked: Picked | None) -> None:
    """Draws the posters that the picked marks count, newest first; all of them while nothing is picked."""
    posters = ads.posters.iloc[::-1]
    if picked:
        posters = posters[posters["item_id"].isin(picked.posters)]
    heading, forget = st.columns([4, 1], vertical_alignment="bottom")
    with heading:
        st.subheader(tn("insights.posters_picked" if picked else "insights.posters_all", len(posters)))
        st.caption(t("insights.picked_in", chart=picked.title) if picked else t("insights.pick_hint"))
    if picked:
        forget.button(t("insights.forget"), icon=":material/close:", on_click=forget_picks, key="insights_forget")
    shown = posters.iloc[page_of(len(posters), key="insights_gallery")]
    gallery([_tile(row) for row in shown.to_dict("records")])


def _tile(row: Mapping[Hashable, Any]) -> Tile:
    return Tile(
        item_id=row["item_id"],
        blob=row["thumb"],
        title=row["title"],
        subtitle=f"{labels.competitor(row['competitor'])} · {row['day']}",
        note=t("insights.verified") if row["verified"] else t("insights.unverified"),
    )
