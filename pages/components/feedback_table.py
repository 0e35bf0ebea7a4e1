"""Every correction, before and after, with the place on the photo it is about."""

from __future__ import annotations

import io
from math import ceil
from typing import Any

import streamlit as st

from core.learning.feedback import Correction, Filters, list_corrections, write_corrections
from core.store.db import open_store
from pages.components.feedback_filters import field_labels
from pages.components.gallery import review_link
from pages.components.i18n import t
from pages.components.session import settings

ROWS_PER_PAGE = 50
ROW_HEIGHT = 56
"""Pixels: a crop of one line of print can be read."""


def corrections_section(filters: Filters, count: int) -> None:
    """The corrections that pass the filters, newest first, a page at a time, and all of them as CSV."""
    title, download = st.columns([4, 1], vertical_alignment="bottom")
    title.subheader(t("feedback.list"))
    if not count:
        st.info(t("feedback.list_none"), icon=":material/filter_alt_off:")
        return
    with download:
        _download(filters)
    pages = ceil(count / ROWS_PER_PAGE)
    page = st.pagination(pages, key="feedback_page") if pages > 1 else 1
    with open_store(settings()) as db:
        shown = list_corrections(db, filters, limit=ROWS_PER_PAGE, offset=(page - 1) * ROWS_PER_PAGE)
    st.dataframe(
        [_row(correction) for correction in shown],
        hide_index=True,
        row_height=ROW_HEIGHT,
        column_config=_columns(),
        key="feedback_list",
    )


def _row(correction: Correction) -> dict[str, Any]:
    return {
        "crop": _crop(correction),
        "field": field_labels(correction.kind).get(correction.field, correction.field),
        "change": t(f"feedback.change_{correction.change}"),
        "before": correction.before,
        "after": correction.after,
        "reviewer": correction.reviewer,
        "at": correction.at[:16].replace("T", " "),
        "record": f"{review_link(correction.item_id)}#{correction.name}" if correction.living else None,
        "engine": correction.engine,
    }


def _crop(correction: Correction) -> str:
    """The address of the place on the photo; "" leaves the cell empty, where None would say None."""
    if correction.box is None:
        return ""
    box = ",".join(f"{side:.0f}" for side in correction.box)
    return f"/crop/{correction.blob}.jpg?box={box}"


def _columns() -> dict[str, Any]:
    """Widths in pixels, such that the whole row is seen on a laptop's screen."""
    config = st.column_config
    return {
        "crop": config.ImageColumn(t("feedback.column_crop"), width=130),
        "field": config.TextColumn(t("charts.field"), width=110),
        "change": config.TextColumn(t("feedback.column_change"), width=80),
        "before": config.TextColumn(t("feedback.column_before"), width=150),
        "after": config.TextColumn(t("feedback.column_after"), width=150),
        "reviewer": config.TextColumn(t("feedback.reviewer"), width=70),
        "at": config.TextColumn(t("feedback.column_at"), width=120),
        "record": config.LinkColumn(t("feedback.column_record"), width=120, display_text=r"#(.*)$"),
        "engine": config.TextColumn(t("feedback.engine"), width=60),
    }


def _download(filters: Filters) -> None:
    chosen = settings()

    def csv() -> bytes:
        out = io.BytesIO()
        with open_store(chosen) as db:
            write_corrections(db, filters, out=out)
        return out.getvalue()

    st.download_button(
        t("feedback.download"),
        csv,
        file_name="shelflens-corrections.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="feedback_download",
        width="stretch",
    )
