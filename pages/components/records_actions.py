"""What can be done with the ticked records: accept, set a field, read again, merge, split, delete; and undo."""

from __future__ import annotations

from html import escape as escape_html

import streamlit as st

from core.errors import ShelfLensError
from core.incoming.intake import merge_items, read_again, split_item
from core.reviewing import bulk
from core.store.db import open_store
from core.store.items import Photo, list_photos
from core.store.records import Record
from core.types import Kind
from pages.components.i18n import escape, t
from pages.components.problems import show_problem
from pages.components.records_bulk import set_dialog
from pages.components.records_filters import View
from pages.components.records_notices import photos_text, records_text, tell, told, undoable
from pages.components.records_sheet import Sheet
from pages.components.records_table import edits_of, reload_sheet
from pages.components.session import reviewer, settings
from pages.components.twice import ask_anew, asked_twice

THUMB_STYLE = "width:100%;aspect-ratio:4/3;object-fit:contain;border-radius:.5rem;background:rgba(128,128,128,.12)"


def action_bar(view: View, sheet: Sheet) -> None:
    """Which rows are shown or ticked, and buttons for the ticked ones; those that do not fit them are greyed out."""
    chosen = sheet.selected(edits_of(sheet))
    # Two columns, so that what the left one says never pushes the buttons, and with them the table, down.
    left, right = st.columns([1, 2], vertical_alignment="center")
    with left.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_standing(view, len(chosen)), width="content")
        if chosen:
            st.button(t("records.select_none"), type="tertiary", on_click=reload_sheet)
        else:
            st.button(
                t("records.select_page"),
                key="records_select_page",
                type="tertiary",
                on_click=reload_sheet,
                kwargs={"ticked": True},
            )
    with right.container(horizontal=True, horizontal_alignment="right", key="records_actions"):
        _buttons(sheet, chosen)


def undo_button() -> None:
    """Takes back the last act on the table, whatever is ticked by now."""
    _button("undo", "undo", bool(undoable()), on_click=_undo)


def _buttons(sheet: Sheet, chosen: list[Record]) -> None:
    _button("accept", "check", bool(chosen), on_click=_accept, args=(chosen, sheet))
    if _button("set", "edit_note", bool(chosen) and _one_kind(chosen) and chosen[0].kind in list(Kind)):
        st.dialog(t("records.set_title", records=records_text(len(chosen))), width="large")(set_dialog)(chosen, sheet)
    _button("again", "refresh", bool(chosen), on_click=_read_again, args=(chosen,))
    if _button("merge", "merge", len(chosen) > 1 and _one_kind(chosen)):
        st.dialog(t("records.merge_title"))(_merge_dialog)(chosen)
    if _button("split", "call_split", len(chosen) == 1 and chosen[0].photos > 1):
        st.dialog(t("records.split_title", item=chosen[0].item_id))(_split_dialog)(chosen[0])
    if _button("delete", "delete", bool(chosen), on_click=ask_anew, args=("records_delete",)):
        st.dialog(t("records.delete_title", records=records_text(len(chosen))))(_delete_dialog)(chosen)


def _one_kind(chosen: list[Record]) -> bool:
    return len({record.kind for record in chosen}) == 1


def _standing(view: View, chosen: int) -> str:
    if chosen:
        return t("records.selected", records=records_text(chosen))
    first, last = view.offset + 1, min(view.offset + view.rows, view.total)
    return t("records.shown", first=f"{first:,}", last=f"{last:,}", total=f"{view.total:,}")


def _button(name: str, icon: str, enabled: bool, **more: object) -> bool:
    return st.button(
        t(f"records.{name}"),
        icon=f":material/{icon}:",
        help=t(f"records.{name}_help") if name in ("undo", "accept", "set", "again", "merge", "split") else None,
        key=f"records_{name}",
        disabled=not enabled,
        **more,  # type: ignore[arg-type]
    )


@told()
def _accept(chosen: list[Record], sheet: Sheet) -> None:
    versions = {record.item_id: sheet.versions[record.item_id] for record in chosen}
    with open_store(settings()) as db:
        report = bulk.accept_all(db, versions, reviewer=reviewer())
    tell(
        t("records.accepted", records=records_text(len(report.done))) if report.done else "",
        report.refused,
        undo=report.undo,
    )
    reload_sheet()


@told()
def _undo() -> None:
    with open_store(settings()) as db:
        report = bulk.undo_all(db, undoable(), reviewer=reviewer())
    tell(t("records.undone", records=records_text(len(report.done))) if report.done else "", report.refused)
    reload_sheet()


@told()
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
        format_func=lambda item_id: f"{t('records.item_number', item=item_id)} · {escape(names[item_id])}",
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
    name = escape_html(photo.name, quote=True)
    column.html(f'<img src="/thumb/{photo.blob}.jpg" alt="{name}" style="{THUMB_STYLE}">')
    return column.checkbox(escape(photo.name), key=f"records_photo_{photo.id}")


def _delete_dialog(chosen: list[Record]) -> None:
    ids = [record.item_id for record in chosen]
    photos, days = photos_text(sum(record.photos for record in chosen)), f"{settings().bin_days:g}"
    st.write(t("records.delete_text", items=", ".join(map(str, ids)), photos=photos, days=days))
    counted = {"records": records_text(len(ids)), "photos": photos}
    if asked_twice(
        "records_delete",
        act=t("records.delete"),
        sure=t("records.delete_sure", **counted),
        certain=t("records.delete_certain"),
    ):
        with open_store(settings()) as db:
            report = bulk.delete_all(db, ids, reviewer=reviewer())
        tell(t("records.deleted", records=records_text(len(report.done))) if report.done else "", report.refused)
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
        show_problem(err)
        return
    reload_sheet()
    st.rerun()
