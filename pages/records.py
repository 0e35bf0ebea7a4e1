"""Records: every product and ad in one table, to filter, correct, act on and export."""

from __future__ import annotations

import streamlit as st

from core.store.db import open_store
from pages.components.i18n import t
from pages.components.records_actions import action_bar
from pages.components.records_export import export_menu
from pages.components.records_filters import View, choose_view, page_control
from pages.components.records_notices import draw_notice
from pages.components.records_table import column_chooser, current_sheet, draw_table, reload_sheet, save_pending
from pages.components.session import settings


def _header(view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        first, last = view.offset + 1, min(view.offset + view.rows, view.total)
        st.markdown(t("records.shown", first=f"{first:,}", last=f"{last:,}", total=f"{view.total:,}"), width="content")
        st.space("stretch")
        column_chooser(view.filters.kind)
        st.button(t("records.refresh"), icon=":material/sync:", help=t("records.refresh_help"), on_click=reload_sheet)
        export_menu(view)


save_pending()
st.title(t("records.title"))
with open_store(settings()) as db:
    view = choose_view(db)
    if view.total:
        _header(view)
        sheet = current_sheet(db, view)
if view.total:
    if not view.filters.kind:
        st.caption(t("records.choose_kind"))
    action_bar(sheet)
    draw_table(sheet)
    draw_notice(reload_sheet)
    page_control(view)
elif view.is_filtered:
    st.info(t("records.none_found"), icon=":material/filter_alt:")
else:
    st.info(t("records.none"), icon=":material/inbox:")
    st.page_link("pages/upload.py", label=t("records.none_upload"), icon=":material/upload:")
