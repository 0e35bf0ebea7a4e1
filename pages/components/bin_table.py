"""What is in the bin, page by page, and what can be done with the ticked items."""

from __future__ import annotations

from datetime import datetime
from math import ceil

import pandas as pd
import streamlit as st

from core.finetune.register import held_of_items
from core.reviewing import bulk
from core.reviewing.bin import expires_at
from core.store.bin import Binned, list_bin
from core.store.db import open_store
from core.types import Kind
from pages.components.data_sets import ask_rewrite, rewrite_now
from pages.components.i18n import escape, language, say, t
from pages.components.records_notices import photos_text, records_text
from pages.components.session import settings
from pages.components.twice import ask_anew, asked_twice

ROWS = 50
ROW_HEIGHT = 44
OUTCOME = "bin_outcome"
"""Session key: (what was done, what was not and why)."""
TABLE = "bin_table"
"""Session key: how many tables there have been; a new one has no ticks."""


def draw_outcome() -> None:
    """Says once what the last act did."""
    done, refused = st.session_state.pop(OUTCOME, ("", ()))
    if done:
        st.success(done, icon=":material/check_circle:")
    if refused:
        st.error("  \n".join(map(escape, refused)), icon=":material/error:")


def draw_bin(total: int) -> None:
    pages = ceil(total / ROWS)
    bar, body, foot = st.container(), st.container(), st.container()
    with foot:
        page = st.pagination(pages, key="bin_page") if pages > 1 else 1
    with open_store(settings()) as db:
        found = list_bin(db, limit=ROWS, offset=(page - 1) * ROWS)
    with body:
        chosen = _draw_table(found, page)
    with bar:
        _draw_acts(chosen, total)


def _draw_table(found: list[Binned], page: int) -> list[Binned]:
    """The rows that are ticked."""
    shown = st.dataframe(
        pd.DataFrame([_row(one) for one in found]),
        key=f"{TABLE}_{st.session_state.get(TABLE, 0)}_{page}_{language()}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        row_height=ROW_HEIGHT,
        column_config={
            "photo": st.column_config.ImageColumn(t("records.col_photo"), width=64),
            "item": st.column_config.NumberColumn(t("records.col_item"), width=64, format="%d"),
            "name": st.column_config.TextColumn(t("records.col_name"), width="large"),
            "kind": st.column_config.TextColumn(t("records.col_kind")),
            "photos": st.column_config.NumberColumn(t("records.col_photos"), width=80, format="%d"),
            "by": st.column_config.TextColumn(t("bin.by")),
            "at": st.column_config.DatetimeColumn(t("bin.at"), format="YYYY-MM-DD HH:mm"),
            "until": st.column_config.DateColumn(t("bin.until")),
        },
    )
    return [found[place] for place in shown["selection"]["rows"] if place < len(found)]


def _row(binned: Binned) -> dict[str, object]:
    known = binned.kind in list(Kind)
    return {
        "photo": f"/thumb/{binned.thumb}.jpg" if binned.thumb else "",
        "item": binned.item_id,
        "name": binned.name,
        "kind": t(f"records.kind_one_{binned.kind}") if known else t("records.kind_auto"),
        "photos": binned.photos,
        "by": binned.deleted_by,
        "at": datetime.fromisoformat(binned.deleted_at).astimezone().replace(tzinfo=None),
        "until": expires_at(binned, settings()).astimezone().date(),
    }


def _draw_acts(chosen: list[Binned], total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("records.selected", records=records_text(len(chosen))) if chosen else t("bin.hint"))
        st.space("stretch")
        st.button(
            t("bin.restore"),
            icon=":material/restore_from_trash:",
            key="bin_restore",
            disabled=not chosen,
            on_click=_restore,
            args=([binned.item_id for binned in chosen],),
        )
        for name, erased in (("erase", chosen), ("erase_all", None)):
            if st.button(
                t(f"bin.{name}"),
                icon=":material/delete_forever:",
                key=f"bin_{name}",
                disabled=erased == [],
                on_click=ask_anew,
                args=("bin_erase",),
            ):
                st.dialog(t("bin.erase_title"))(_erase_dialog)(erased, total)


def _restore(item_ids: list[int]) -> None:
    with open_store(settings()) as db:
        _tell("bin.restored", bulk.restore_all(db, item_ids))


def _erase_dialog(chosen: list[Binned] | None, total: int) -> None:
    """Asks about the chosen items, or about everything in the bin."""
    with open_store(settings()) as db:
        erased = list_bin(db, limit=-1) if chosen is None else chosen
    records, photos = records_text(len(erased)), photos_text(sum(binned.photos for binned in erased))
    ids = [binned.item_id for binned in erased]
    st.write(t("bin.erase_text", records=records, photos=photos))
    with open_store(settings()) as db:
        held = held_of_items(db, settings(), ids)
    take_out = ask_rewrite(held, "bin", ticked=True)
    if asked_twice(
        "bin_erase",
        act=t("bin.erase"),
        sure=t("bin.erase_sure", records=records, photos=photos),
        certain=t("bin.erase_certain"),
    ):
        with st.spinner(t("bin.erasing")), open_store(settings()) as db:
            _tell("bin.erased", bulk.erase_all(db, settings(), ids))
            if take_out:
                rewrite_now([each.data_set.id for each in held])
        st.rerun()


def _tell(name: str, report: bulk.Report) -> None:
    done = t(name, records=records_text(len(report.done))) if report.done else ""
    st.session_state[OUTCOME] = (done, tuple(say(refusal.error.message) for refusal in report.refused))
    st.session_state[TABLE] = st.session_state.get(TABLE, 0) + 1
