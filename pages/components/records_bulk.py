"""Acts on many records that are looked at before they are done: one field for all of them, accepting what passes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.reviewing import bulk
from core.reviewing.passing import Held, Passing, find_passing
from core.schema import FieldSpec, load_schema
from core.store.db import open_store
from core.store.records import Filters, Record, list_records
from core.types import Kind
from pages.components.i18n import language, t
from pages.components.menus import menu
from pages.components.records_changes import draw_changes
from pages.components.records_notices import records_text, tell
from pages.components.records_sheet import MEASURED, Sheet
from pages.components.records_table import reload_sheet
from pages.components.session import reviewer, settings

FIELD = "records_set_field"
"""Session key of the field that is to be set."""
TEXT_LIMIT = 20_000
"""Characters of a text that is to be set in many records; longer ones are typed into one."""
FOUND = "records_passing"
"""Session key: what passed when the dialog was opened."""
NAMED = 100
"""Records that are named of those that pass."""


def set_dialog(chosen: list[Record], sheet: Sheet) -> None:
    """Asks for a field and a text, shows what they would change, and sets it."""
    kind = Kind(chosen[0].kind)
    specs = {spec.key: spec for spec in load_schema(kind).fields if spec.type not in MEASURED}
    if st.session_state.get(FIELD) not in specs:
        st.session_state[FIELD] = next(iter(specs))
    st.caption(t("records.set_field"))
    menu(t("records.set_field"), {key: spec.label(language()) for key, spec in specs.items()}, key=FIELD)
    text = _text_of(specs[st.session_state[FIELD]])
    edits = {record.item_id: {st.session_state[FIELD]: text} for record in chosen} if text is not None else {}
    with open_store(settings()) as db:
        changes = bulk.preview(db, edits)
    if edits and not changes:
        st.caption(t("records.set_same"))
    draw_changes(changes, {record.item_id: record.name for record in chosen})
    changed = [change.item_id for change in changes]
    if _confirmed("records_set", t("records.set_now", records=records_text(len(changed))), disabled=not changed):
        with open_store(settings()) as db:
            wanted = {item_id: edits[item_id] for item_id in changed}
            report = bulk.save_all(db, wanted, sheet.versions, reviewer=reviewer())
        done = t("records.set_done", records=records_text(len(report.done))) if report.done else ""
        tell(done, report.refused, sheet.schema, undo=report.undo)
        reload_sheet()
        st.rerun()


def _text_of(spec: FieldSpec) -> str | None:
    """What is to stand in the field: "" for not on the label, None while nothing was typed.

    One box of text for all fields: what is typed before the page knows of a field that was just chosen stays.
    """
    absent = st.checkbox(t("records.set_absent"), key=f"records_set_absent_{spec.key}")
    typed = st.text_area(
        t("records.set_text"),
        key="records_set_text",
        help=spec.hint,
        max_chars=TEXT_LIMIT,
        disabled=absent,
        height=96,
    )
    return "" if absent else typed.strip() or None


def forget_passing() -> None:
    """The dialog looks anew when it is opened the next time."""
    st.session_state.pop(FOUND, None)


def accept_dialog(filters: Filters) -> None:
    """Shows which records nothing speaks against, with the error that accepting them implies, and accepts them."""
    with open_store(settings()) as db:
        if FOUND not in st.session_state:
            with st.spinner(t("records.pass_looking")):
                st.session_state[FOUND] = find_passing(db, filters)
        found: Passing = st.session_state[FOUND]
        names = list_records(db, Filters(items=tuple(found.versions)[:NAMED]), order="oldest") if found.versions else []
    st.write(t("records.pass_meaning"))
    st.markdown(t("records.pass_count", records=records_text(len(found.versions))))
    _draw_held(found)
    if found.versions:
        _draw_implied(found)
        _draw_names(names, len(found.versions))
    label = t("records.pass_now", records=records_text(len(found.versions)))
    if _confirmed("records_pass", label, disabled=not found.versions):
        _accept(found)
        st.rerun()


def _draw_held(found: Passing) -> None:
    for reason in Held:
        if count := found.held.get(reason):
            st.caption(t(f"records.held_{reason}", records=records_text(count)))


def _draw_implied(found: Passing) -> None:
    implied = found.implied
    if implied.share is None:
        st.info(t("records.implied_unknown"), icon=":material/help:")
        return
    numbers = {
        "wrong": f"{implied.expected_wrong:.1f}",
        "known": f"{implied.known:,}",
        "share": f"{implied.share:.1%}",
        "unknown": f"{implied.values - implied.known:,}",
    }
    st.info(t("records.implied", **numbers), icon=":material/query_stats:")


def _draw_names(records: list[Record], total: int) -> None:
    rows = [(record.item_id, record.name, record.brand, record.gtin) for record in records]
    heads = [t("records.col_item"), t("records.col_name"), t("records.col_brand"), t("records.col_gtin")]
    st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, height=min(220, 38 + 35 * len(rows)))
    if total > len(records):
        st.caption(t("records.change_more", count=total - len(records)))


def _accept(found: Passing) -> None:
    total = len(found.versions)
    bar = st.progress(0.0)
    with open_store(settings()) as db:
        report = bulk.accept_all(db, found.versions, reviewer=reviewer(), tell=lambda done: _move(bar, done, total))
    done = t("records.accepted", records=records_text(len(report.done))) if report.done else ""
    tell(done, report.refused, undo=report.undo)
    forget_passing()
    reload_sheet()


def _move(bar: st.delta_generator.DeltaGenerator, done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        bar.progress(done / total, text=f"{done:,} / {total:,}")


def _confirmed(name: str, label: str, *, disabled: bool) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(t("records.cancel"), key=f"{name}_cancel"):
            st.rerun()
        return st.button(label, type="primary", key=f"{name}_now", disabled=disabled)
