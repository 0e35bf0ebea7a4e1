"""What can be done with the ticked records: accept, read again, merge, split, delete, open."""

from __future__ import annotations

from html import escape

import streamlit as st

from core import bulk
from core.errors import ShelfLensError
from core.intake import merge_items, read_again, split_item
from core.store.db import open_store
from core.store.items import Photo, list_photos
from core.store.records import Record
from pages.components.i18n import say, t
from pages.components.records_notices import records_text, tell
from pages.components.records_sheet import Sheet
from pages.components.records_table import edits_of, reload_sheet
from pages.components.session import reviewer, settings

THUMB_STYLE = "width:100%;aspect-ratio:4/3;object-fit:contain;border-radius:.5rem;background:rgba(128,128,128,.12)"


def action_bar(sheet: Sheet) -> None:
    """Buttons for the ticked rows; those that do not fit the selection are greyed out."""
    chosen = sheet.selected(edits_of(sheet))
    one = chosen[0] if len(chosen) == 1 else None
    with st.container(horizontal=True, vertical_alignment="center", key="records_actions"):
        st.markdown(t("records.selected", records=records_text(len(chosen))), width="content")
        if len(chosen) < len(sheet.records):
            st.button(t("records.select_page"), type="tertiary", on_click=reload_sheet, kwargs={"ticked": True})
        if chosen:
            st.button(t("records.select_none"), type="tertiary", on_click=reload_sheet)
        st.space("stretch")
        _button("accept", "check", bool(chosen), on_click=_accept, args=(chosen, sheet))
        _button("again", "refresh", bool(chosen), on_click=_read_again, args=(chosen,))
        mergeable = len(chosen) > 1 and len({record.kind for record in chosen}) == 1
        if _button("merge", "merge", mergeable):
            st.dialog(t("records.merge_title"))(_merge_dialog)(chosen)
        if _button("split", "call_split", one is not None and one.photos > 1) and one:
            st.dialog(t("records.split_title", item=one.item_id))(_split_dialog)(one)
        if _button("delete", "delete", bool(chosen)):
            st.dialog(t("records.delete_title", records=records_text(len(chosen))))(_delete_dialog)(chosen)
        if _button("open", "fact_check", one is not None) and one:
            st.switch_page("pages/review.py", query_params={"item": str(one.item_id)})


def _button(name: str, icon: str, enabled: bool, **more: object) -> bool:
    """A button of the bar. Only the main act spells itself out; the others have icon and help."""
    return st.button(
        t(f"records.{name}"),
        icon=f":material/{icon}:",
        help=t(f"records.{name}_help") if name in ("accept", "again", "merge", "split") else None,
        key=f"records_{name}",
        disabled=not enabled,
        **more,  # type: ignore[arg-type]
    )


def _accept(chosen: list[Record], sheet: Sheet) -> None:
    versions = {record.item_id: sheet.versions[record.item_id] for record in chosen}
    with open_store(settings()) as db:
        report = bulk.accept_all(db, versions, reviewer=reviewer())
    tell(t("records.accepted", records=records_text(len(report.done))) if report.done else "", report.refused)
    reload_sheet()


def _read_again(chosen: list[Record]) -> None:
    queued = 0
    refused: list[ShelfLensError] = []
    with open_store(settings()) as db:
        for record in chosen:
            try:
                queued += len(read_again(db, [record.item_id]))
            except ShelfLensError as err:
                refused.append(err)
    tell(
        t("records.again_done", records=records_text(queued)) if queued else "",
        tuple(bulk.Refusal(0, err, {}) for err in refused),
    )
    reload_sheet()


def _merge_dialog(chosen: list[Record]) -> None:
    ids = [record.item_id for record in chosen]
    names = {record.item_id: record.name for record in chosen}
    target = st.radio(
        t("records.merge_target"),
        sorted(ids),
        format_func=lambda item_id: f"{t('records.item_number', item=item_id)} · {names[item_id]}",
    )
    others = [item_id for item_id in ids if item_id != target]
    st.write(t("records.merge_text", others=", ".join(map(str, others)), target=target))
    if _confirmed("merge"):
        _run(lambda: t("records.merged", item=_merged([target, *others])))


def _merged(ids: list[int]) -> int:
    with open_store(settings()) as db:
        return merge_items(db, ids)


def _split_dialog(record: Record) -> None:
    with open_store(settings()) as db:
        photos = list_photos(db, record.item_id)
    st.write(t("records.split_text"))
    columns = st.columns(min(3, len(photos)))
    moving = [photo.id for place, photo in enumerate(photos) if _photo_box(columns[place % len(columns)], photo)]
    if _confirmed("split", disabled=not 0 < len(moving) < len(photos)):
        item = record.item_id
        _run(lambda: t("records.split_done", item=item, new=_split(item, moving)))


def _split(item_id: int, photo_ids: list[int]) -> int:
    with open_store(settings()) as db:
        return split_item(db, item_id, photo_ids)


def _photo_box(column: st.delta_generator.DeltaGenerator, photo: Photo) -> bool:
    name = escape(photo.name, quote=True)
    column.html(f'<img src="/thumb/{photo.blob}.jpg" alt="{name}" style="{THUMB_STYLE}">')
    return column.checkbox(photo.name, key=f"records_photo_{photo.id}")


def _delete_dialog(chosen: list[Record]) -> None:
    ids = [record.item_id for record in chosen]
    st.write(t("records.delete_text", items=", ".join(map(str, ids))))
    if _confirmed("delete"):
        with open_store(settings()) as db:
            report = bulk.delete_all(db, ids)
        tell(t("records.deleted", records=records_text(len(report.done))), report.refused)
        reload_sheet()
        st.rerun()


def _confirmed(name: str, *, disabled: bool = False) -> bool:
    """The two buttons at the foot of a dialog: True when the act is wanted."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(t("records.cancel"), key="records_cancel"):
            st.rerun()
        return st.button(t(f"records.{name}"), type="primary", key=f"records_{name}_now", disabled=disabled)


def _run(act: object) -> None:
    """Runs an act that returns what to say, shows why it failed where it did, and closes the dialog."""
    assert callable(act)
    try:
        tell(act())
    except ShelfLensError as err:
        st.error(say(err.message))
        return
    reload_sheet()
    st.rerun()
