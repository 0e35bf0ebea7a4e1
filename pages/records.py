"""Records: every product and ad in one table, to filter, correct, act on and export; or as a wall of photos."""

from __future__ import annotations

import streamlit as st

from core.store.db import open_store
from core.store.records import list_tiles
from pages.components.i18n import t
from pages.components.records_actions import action_bar, undo_button
from pages.components.records_bulk import accept_dialog, forget_passing
from pages.components.records_export import export_menu
from pages.components.records_filters import View, choose_view, order_control, page_control
from pages.components.records_messages import draw_messages
from pages.components.records_table import column_chooser, current_sheet, draw_table, reload_sheet, save_pending
from pages.components.session import settings
from pages.components.wall import draw_wall

MOST_TILES = 10_000  # photos on the wall: a megabyte sent to the browser. Streamlit would draw a docstring here.


def _tools(view: View) -> None:
    """What concerns the table as a whole, beside the title."""
    st.space("stretch")
    undo_button()
    if st.button(
        t("records.pass"),
        key="records_pass",
        icon=":material/done_all:",
        help=t("records.pass_help"),
        on_click=forget_passing,
    ):
        st.dialog(t("records.pass_title"), width="large")(accept_dialog)(view.filters)
    column_chooser(view.filters.kind)
    st.button(t("records.refresh"), icon=":material/sync:", help=t("records.refresh_help"), on_click=reload_sheet)
    export_menu(view)


def _table(view: View) -> None:
    with open_store(settings()) as db:
        sheet = current_sheet(db, view)
    action_bar(view, sheet)
    draw_messages(sheet, t("records.hint" if view.filters.kind else "records.hint_all"))
    draw_table(sheet)
    page_control(view)


def _photos(view: View) -> None:
    """All of them on one wall, as many as a browser can be sent at once."""
    with open_store(settings()) as db:
        tiles = list_tiles(db, view.filters, order=view.order, limit=MOST_TILES)
    with st.container(horizontal=True, vertical_alignment="center"):
        counted = {"shown": f"{len(tiles):,}", "total": f"{view.total:,}"}
        st.caption(t("records.wall_all" if len(tiles) == view.total else "records.wall_some", **counted))
        order_control()
    draw_wall(tiles, name=f"{view.filters.model_dump_json()} {view.order}")


save_pending()
head = st.container(horizontal=True, vertical_alignment="center")
head.title(t("records.title"), width="content")
with open_store(settings()) as db:
    view = choose_view(db)
if view.total:
    with head:
        _tools(view)
    (_photos if view.look == "photos" else _table)(view)
elif view.is_filtered:
    st.info(t("records.none_found"), icon=":material/filter_alt:")
else:
    st.info(t("records.none"), icon=":material/inbox:")
    st.page_link("pages/upload.py", label=t("records.none_upload"), icon=":material/upload:")
