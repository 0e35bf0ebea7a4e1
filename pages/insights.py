"""Insights: what competitors' posters claim, promise and ask for, each number with its posters."""

from __future__ import annotations

import streamlit as st

from core.insights import choose, list_offered
from core.insights.own import own_brands
from core.store.db import open_store
from pages.components.i18n import t
from pages.components.insights_filters import filter_bar, write_address
from pages.components.insights_gallery import poster_gallery
from pages.components.insights_panels import panels
from pages.components.insights_summary import bring_up_to_date, figures, no_posters, nothing_passes
from pages.components.session import settings

st.title(t("insights.title"))
st.caption(t("insights.intro"))
with open_store(settings()) as db:
    bring_up_to_date(db)
    offered, own = list_offered(db), own_brands(db)
    if not offered.posters:
        no_posters()
        st.stop()
    choice = choose(db, filter_bar(offered, has_own=bool(own)), own)
    write_address()
    if not choice.count:
        nothing_passes(offered.posters)
        st.stop()
    figures(choice)
    poster_gallery(choice, panels(choice, offered.competitors))
