"""The records table: an editor whose changes go to the database as decisions, cell by cell."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlite_utils import Database

from core.reviewing import bulk
from core.reviewing.review import load_record
from core.schema import load_schema
from core.store.db import open_store
from core.types import Kind, Status
from pages.components.i18n import language, t
from pages.components.menus import menu_of_many
from pages.components.records_clashes import keep_clashes
from pages.components.records_filters import View
from pages.components.records_hold import hold_clicks_after_edits
from pages.components.records_notices import tell_saved, told
from pages.components.records_sheet import MEASURED, SELECT, USUAL, Edits, Request, Sheet, load_sheet, table
from pages.components.session import reviewer, settings

SHEET = "records_sheet"
"""Session key of the sheet on screen."""
ROW_HEIGHT = 44
HEADER_HEIGHT = 37
PREVIEWED_FROM = 20
"""Cells changed at once, as by a paste, from which on they are shown before they are saved."""
MOST_SHOWN = 12
"""Rows seen at once; the others are reached by scrolling inside the table."""
NO_RAW_DOWNLOAD = '<style>[data-testid="stMain"] button[aria-label^="Download as CSV"] {display: none}</style>'
"""The editor's own download has this page only and guards nothing: Export is the one to use."""
STATUS_COLOURS = {
    Status.QUEUED: "gray",
    Status.READING: "blue",
    Status.REVIEW: "orange",
    Status.VERIFIED: "green",
    Status.FLAGGED: "violet",
    Status.FAILED: "red",
}


def current_sheet(db: Database, view: View) -> Sheet:
    """The sheet for this view: the one on screen while it still fits, else a newly loaded one."""
    request = Request(view.filters, view.order, view.rows, view.page, chosen_fields(view.filters.kind), language())
    sheet: Sheet | None = st.session_state.get(SHEET)
    # An editor that is gone from the session was left for another page: its sheet is out of date.
    left = sheet is not None and sheet.drawn and sheet.editor_key not in st.session_state
    if sheet is None or sheet.request != request or left:
        sheet = load_sheet(db, request, sheet.number + 1 if sheet else 1)
        st.session_state[SHEET] = sheet
    return sheet


@told()
def reload_sheet(*, ticked: bool = False) -> None:
    """Loads the rows on screen anew, which also clears ticks and unsaved texts."""
    sheet: Sheet | None = st.session_state.get(SHEET)
    if sheet is not None:
        with open_store(settings()) as db:
            st.session_state[SHEET] = load_sheet(db, sheet.request, sheet.number + 1, ticked=ticked)


def edits_of(sheet: Sheet) -> Edits:
    """What the editor of this sheet reports."""
    edits: Edits = st.session_state.get(sheet.editor_key, {}).get("edited_rows", {})
    return edits


@told()
def save_pending(*, looked_at: bool = False) -> None:
    """Stores every cell that was changed since the last time, but for a large paste that nobody has `looked_at`.

    Cells of records in conflict are kept beside what stands there now, to be chosen from. Where the disk stands in
    the way all of them stay unsaved; each run of the page tries again.
    """
    sheet: Sheet | None = st.session_state.get(SHEET)
    pending = sheet.pending(edits_of(sheet)) if sheet is not None else {}
    if sheet is None or not pending or (sum(map(len, pending.values())) >= PREVIEWED_FROM and not looked_at):
        return
    with open_store(settings()) as db:
        report = bulk.save_all(db, pending, sheet.versions, reviewer=reviewer())
        saved = {item_id: pending[item_id] for item_id in report.done}
        sheet.mark_sent(db, saved)
        sheet.mark_refused({refusal.item_id: refusal.texts for refusal in report.refused})
        keep_clashes(db, report.refused)
        found = {item_id: load_record(db, item_id).fields for item_id in saved}
    findings = [
        (item_id, key, finding)
        for item_id, texts in saved.items()
        for key in texts
        if (value := found[item_id].get(key)) is not None
        for finding in value.findings
    ]
    tell_saved(report, findings, sheet.schema)


def draw_table(sheet: Sheet) -> None:
    """The editor. Its output is never fed back: changes are read from the session by `save_pending`."""
    frame = table(sheet)
    sheet.drawn = True
    st.html(NO_RAW_DOWNLOAD)
    hold_clicks_after_edits()
    st.data_editor(
        frame,
        key=sheet.editor_key,
        on_change=save_pending,
        hide_index=True,
        column_order=[column for column in frame.columns if _is_shown(sheet, column)],
        column_config=_column_config(sheet),
        disabled=[column for column in frame.columns if column != SELECT and not _is_editable(sheet, column)],
        num_rows="fixed",
        row_height=ROW_HEIGHT,
        height=HEADER_HEIGHT + ROW_HEIGHT * min(len(frame), MOST_SHOWN) + 3,
        placeholder="",
        alt=t("records.table"),
    )


def _is_editable(sheet: Sheet, column: str) -> bool:
    return any(spec.key == column and spec.type not in MEASURED for spec in sheet.specs)


def _is_shown(sheet: Sheet, column: str) -> bool:
    """Columns that are empty on the whole page are left to the column menu of the table."""
    match column:
        case "campaign" | "seen_on":
            return any(getattr(record, column) for record in sheet.records)
        case "photos":
            return any(record.photos > 1 for record in sheet.records)
        case "note":
            return any(item.error or item.reason for item in sheet.items.values())
    return True


def _column_config(sheet: Sheet) -> dict[str, Any]:
    config = st.column_config
    fixed = {
        SELECT: config.CheckboxColumn(
            t("records.col_select"), help=t("records.col_select_help"), pinned=True, width=40
        ),
        "photo": config.ImageColumn(t("records.col_photo"), pinned=True, width=64),
        "item": config.NumberColumn(t("records.col_item"), pinned=True, width=64, format="%d"),
        "open": config.LinkColumn(t("records.col_open"), display_text=":material/open_in_new:", width=64),
        "status": config.MultiselectColumn(
            t("records.status"),
            options=[t(f"records.status_{status}") for status in Status],
            color=list(STATUS_COLOURS.values()),
            width=110,
        ),
        "kind": config.TextColumn(t("records.col_kind"), width=90),
        "brand": config.TextColumn(t("records.col_brand")),
        "name": config.TextColumn(t("records.col_name"), width="large"),
        "gtin": config.TextColumn(t("records.col_gtin")),
        "check": config.ListColumn(t("records.col_check"), help=t("records.col_check_help"), width=150),
        "campaign": config.TextColumn(t("records.col_campaign")),
        "seen_on": config.TextColumn(t("records.col_seen_on")),
        "photos": config.NumberColumn(t("records.col_photos"), width=80, format="%d"),
        "note": config.TextColumn(t("records.col_note"), help=t("records.col_note_help"), width="medium"),
    }
    lang = sheet.request.lang
    fields = {spec.key: config.TextColumn(spec.label(lang), help=spec.hint) for spec in sheet.specs}
    return {**fixed, **fields}


def chosen_fields(kind: str) -> tuple[str, ...]:
    """The fields shown as columns for this kind, in the order they were chosen; none where both are shown."""
    if not kind:
        return ()
    chosen = st.session_state.get(_columns_key(kind))
    return tuple(chosen) if chosen is not None else USUAL[kind]


def column_chooser(kind: str) -> None:
    """A menu of the schema's fields; what is chosen there becomes the table's columns."""
    if not kind:
        return
    key = _columns_key(kind)
    st.session_state.setdefault(key, list(USUAL[kind]))
    with st.popover(t("records.columns"), icon=":material/view_column:"):
        labels = {spec.key: spec.label(language()) for spec in load_schema(Kind(kind)).fields}
        menu_of_many(t("records.columns"), labels, key=key, help=t("records.columns_help"))
        st.button(
            t("records.columns_default"),
            type="tertiary",
            on_click=lambda: st.session_state.update({key: list(USUAL[kind])}),
        )


def _columns_key(kind: str) -> str:
    return f"records_columns_{kind}"
