"""The creative a poster belongs to: its run, its other posters, and splitting and merging by hand."""

from __future__ import annotations

import streamlit as st

from core.ads.creatives import Creative, find_creative_of, merge_creatives, split_creative
from core.store.db import open_store
from pages.components.acts import act_and_redraw
from pages.components.gallery import Tile, gallery
from pages.components.i18n import t
from pages.components.session import reviewer, settings

SHOWN = 8
MOST_ITEM = 2**53 - 1
"""Largest whole number that a browser keeps exactly."""


def show_creative(item: int) -> None:
    """Draws it; nothing for what is no ad, or has not been compared with the others yet."""
    with open_store(settings()) as db:
        creative = find_creative_of(db, item)
    if creative is None:
        return
    st.markdown(f"**{t('seen.creative')}**", help=t("seen.creative_help"))
    st.caption(_run(creative))
    others = [member for member in creative.members if member.item_id != item]
    if others:
        gallery([Tile(one.item_id, one.thumb, one.title, one.platform, one.seen_on or "") for one in others[-SHOWN:]])
        if st.button(t("seen.split"), key=f"seen_split_{item}", icon=":material/call_split:"):
            act_and_redraw(lambda db: split_creative(db, [item], by=reviewer()))
    _merge(item)


def _run(creative: Creative) -> str:
    if len(creative.members) == 1:
        return t("seen.run_one")
    return t(
        "seen.run_many",
        n=len(creative.members),
        first=creative.first_seen,
        last=creative.last_seen,
        days=creative.run_days,
    )


def _merge(item: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.number_input(
            t("seen.merge_with"),
            min_value=1,
            max_value=MOST_ITEM,
            value=None,
            key=f"seen_other_{item}",
        )
        pressed = st.button(t("seen.merge"), key=f"seen_merge_{item}", icon=":material/merge:", disabled=other is None)
    if pressed and other is not None:
        act_and_redraw(lambda db: merge_creatives(db, [item, int(other)], by=reviewer()))
