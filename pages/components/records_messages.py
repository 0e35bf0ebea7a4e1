"""What stands between the buttons and the table: what the last act did, fields in conflict, a large paste to look at.

All of it stands in one container: a table whose place among the elements changes would be drawn anew, without its
ticks and its cursor.
"""

from __future__ import annotations

import streamlit as st

from core.reviewing import bulk
from core.store.db import open_store
from pages.components.i18n import escape, t
from pages.components.records_changes import draw_changes
from pages.components.records_clashes import Clash, current_clashes, dismiss_clashes, keep_clashes
from pages.components.records_notices import current_notice, dismiss, draw_done, draw_refused, records_text, tell, told
from pages.components.records_sheet import Sheet
from pages.components.records_table import PREVIEWED_FROM, edits_of, reload_sheet, save_pending
from pages.components.session import reviewer, settings

SHOWN = 400
"""Characters of a text in a comparison; all of it is saved."""


def draw_messages(sheet: Sheet, hint: str) -> None:
    """Says what there is to say; nothing but `hint` where that is nothing."""
    with st.container():
        draw_done(hint)
        _draw_paste(sheet)
        if current_notice().refused or current_clashes():
            with st.container(border=True):
                _draw_refused()


def _draw_refused() -> None:
    draw_refused()
    for clash in current_clashes().values():
        _draw_clash(clash)
    with st.container(horizontal=True):
        st.button(t("records.reload_present"), icon=":material/sync:", on_click=reload_sheet)
        st.button(t("records.dismiss"), type="tertiary", on_click=_dismiss_all)


def _dismiss_all() -> None:
    dismiss()
    dismiss_clashes()


def _draw_clash(clash: Clash) -> None:
    """Both texts of one field, each with a button. Nothing is saved before one is pressed."""
    name, mine, theirs = st.columns([2, 4, 4])
    name.markdown(f"**{escape(clash.label)}**  \n{t('records.item_number', item=clash.item_id)}")
    _draw_side(mine, "mine", clash, t("records.clash_mine"), clash.mine)
    _draw_side(theirs, "theirs", clash, t("records.clash_theirs", who=escape(clash.who)), clash.theirs)


def _draw_side(column: st.delta_generator.DeltaGenerator, side: str, clash: Clash, head: str, text: str) -> None:
    shown = escape(text[:SHOWN]) + ("…" if len(text) > SHOWN else "") if text else t("records.clash_empty")
    column.markdown(f"{head}  \n{shown}")
    column.button(
        t(f"records.clash_take_{side}"),
        key=f"records_clash_{side}_{clash.item_id}_{clash.field}",
        on_click=_choose,
        args=(clash, side),
    )


@told()
def _choose(clash: Clash, side: str) -> None:
    named = {"item": clash.item_id, "field": escape(clash.label)}
    if side == "theirs":
        tell(t("records.clash_kept", **named))
    else:
        edits = {clash.item_id: {clash.field: clash.mine}}
        with open_store(settings()) as db:
            report = bulk.save_all(db, edits, {clash.item_id: clash.version}, reviewer=reviewer())
            keep_clashes(db, report.refused)  # changed once more since: both texts are compared anew
        tell(t("records.clash_saved", **named) if report.done else "", report.refused, undo=report.undo)
        if report.refused:
            return
    current_clashes().pop((clash.item_id, clash.field), None)
    reload_sheet()


def _draw_paste(sheet: Sheet) -> None:
    """Many cells at once, as from a paste: what they would change, before anything is saved."""
    pending = sheet.pending(edits_of(sheet))
    cells = sum(map(len, pending.values()))
    if cells < PREVIEWED_FROM:
        return
    with open_store(settings()) as db:
        changes = bulk.preview(db, pending)
    with st.container(border=True):
        st.markdown(t("records.paste", cells=cells, records=records_text(len(pending)), changes=len(changes)))
        draw_changes(changes, {record.item_id: record.name for record in sheet.records})
        with st.container(horizontal=True):
            st.button(
                t("records.paste_save"),
                type="primary",
                key="records_paste_save",
                on_click=save_pending,
                kwargs={"looked_at": True},
            )
            st.button(t("records.paste_discard"), key="records_paste_discard", on_click=reload_sheet)
