"""Insights: what competitors' posters claim, promise and ask for, each number with its posters."""

from __future__ import annotations

import streamlit as st

from pages.components.i18n import t
from pages.components.insights_filters import all_ads, filter_bar
from pages.components.insights_gallery import poster_gallery
from pages.components.insights_panels import panels
from pages.components.insights_summary import no_posters, nothing_passes, summary

st.title(t("insights.title"))
st.caption(t("insights.intro"))
everything = all_ads()
if everything.posters.empty:
    no_posters()
    st.stop()
ads = everything.where(filter_bar(everything))
if ads.posters.empty:
    nothing_passes(len(everything.posters))
    st.stop()
summary(ads)
picked = panels(ads, everything.competitors)
poster_gallery(ads, picked)
