"""Insights: what competitors' posters claim, promise and ask for, each number with its posters."""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.insights import Choice, Offered, choose, list_offered
from core.insights.own import own_brands
from core.store.db import open_store
from pages.components.i18n import t
from pages.components.insights_compare import chosen_sides, compare_panel
from pages.components.insights_filters import choose_view, filter_bar, write_address
from pages.components.insights_gallery import poster_gallery
from pages.components.insights_labels_check import own_brands_menu
from pages.components.insights_new import new_panel
from pages.components.insights_panels import panels
from pages.components.insights_poster import asked_poster, show_poster
from pages.components.insights_report import report_menu
from pages.components.insights_story import summary_panel
from pages.components.insights_summary import bring_up_to_date, figures, no_posters, nothing_passes
from pages.components.session import settings


def show_view(db: Database, choice: Choice, offered: Offered, own: tuple[str, ...]) -> None:
    """One of the four ways to look at the posters, and below it the posters behind what is picked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        view = choose_view()
        st.space("stretch")
        own_brands_menu(db)
        report_menu(choice.filters, own, chosen_sides(choice, own, opened=view == "compare"))
    if view == "summary":
        summary_panel(db, choice, choose(db, choice.filters.at_any_time, own))
        return
    if view == "compare":
        choice, picked = compare_panel(db, choice, own)
    elif view == "new":
        picked = new_panel(choice, choose(db, choice.filters.at_any_time, own))
    else:
        picked = panels(choice, offered.competitors)
    poster_gallery(choice, picked)


st.title(t("insights.title"))
st.caption(t("insights.intro"))
with open_store(settings()) as db:
    bring_up_to_date(db)
    if asked := asked_poster():
        show_poster(db, asked)
        st.stop()
    offered, own = list_offered(db), own_brands(db)
    if not offered.posters:
        no_posters()
        st.stop()
    choice = choose(db, filter_bar(offered, has_own=bool(own)), own)
    if choice.count:
        figures(choice)
        show_view(db, choice, offered, own)
    else:
        nothing_passes(offered.posters)
    write_address()
