"""The export menu of the records page: whatever the filters show, as a CSV file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import streamlit as st

from core.exports import Style, write_csv
from core.settings import Settings
from core.store.db import open_store
from core.store.records import Filters
from pages.components.i18n import language, t
from pages.components.records_filters import View
from pages.components.records_notices import records_text
from pages.components.session import settings


def export_menu(view: View) -> None:
    """A menu with two choices and the download; the file is made when it is asked for, not before."""
    with st.popover(t("records.export"), icon=":material/download:", type="primary", help=t("records.export_help")):
        style = st.segmented_control(
            t("records.export_for"),
            list(Style),
            default=Style.SPREADSHEET,
            format_func=lambda style: t(f"records.export_{style}"),
            key="records_export_style",
            required=True,
        )
        st.caption(t(f"records.export_{style}_help"))
        lang = st.segmented_control(
            t("records.export_headings"),
            ["keys", language()],
            default="keys",
            format_func=lambda lang: t("records.export_keys" if lang == "keys" else "records.export_labels"),
            key="records_export_lang",
            required=True,
        )
        st.download_button(
            t("records.export_download", records=records_text(view.total)),
            csv_of(settings(), view.filters, Style(style), str(lang)),
            file_name=f"shelflens-{view.filters.kind or 'all'}-{date.today():%Y%m%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="records_download",
            on_click="ignore",
            disabled=view.total == 0,
            width="stretch",
        )


def csv_of(settings: Settings, filters: Filters, style: Style, lang: str) -> Callable[[], bytes]:
    """A function that makes the file; it runs in a thread of its own, so it takes nothing from the session."""

    def make() -> bytes:
        out = io.BytesIO()
        with open_store(settings) as db:
            write_csv(db, filters, out=out, lang=lang, style=style)
        return out.getvalue()

    return make
