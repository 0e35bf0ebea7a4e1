"""What became of each file of an upload: a bar while it runs, counts, refusals with their reason, a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.incoming.intake import Outcome, State, merge_items
from core.store.db import open_store
from core.store.records import Filters, list_records
from pages.components.i18n import escape, language, say, t, tn
from pages.components.session import settings
from pages.components.upload_run import KEPT, IntakeRun, forget_run

POLL_S = 0.5
PAIRS_SHOWN = 6
"""Near duplicates shown side by side; the table names all of them."""
REFUSALS_SHOWN = 8
"""Refusals spelt out in full, since a table's cell cuts a long reason off; the table has all of them."""
ROW_PX = 35
TABLE_ROWS = 12
ROWS_MEANWHILE = 50
"""Outcomes listed while an upload runs, the refused ones first: the list is drawn anew every `POLL_S`, and
thousands of rows of it would slow down both the upload and the browser."""


def show_summary(run: IntakeRun) -> None:
    """Draws how far the upload has come and follows it; draws the whole page anew when it has ended."""
    st.fragment(_summary, run_every=POLL_S if run.active else None)(run, run.active)


def show_table(run: IntakeRun) -> None:
    """Draws every file's outcome and follows the upload; look-alikes are shown when it has ended."""
    st.fragment(_details, run_every=POLL_S if run.active else None)(run)


def _summary(run: IntakeRun, was_active: bool) -> None:
    if was_active and not run.active:
        st.rerun()
    if run.active:
        total = max(run.expected, run.ended)  # an address may lead to a ZIP, which nobody can count beforehand
        text = t("upload.taking", ended=f"{run.ended:,}", total=f"{total:,}")
        st.progress(run.ended / max(1, total), text=text)
    _counts(run)
    if run.error is not None:
        st.error(escape(say(run.error)), icon=":material/error:")
    _refusals([outcome for outcome in list(run.outcomes) if outcome.state is State.REFUSED])


def _details(run: IntakeRun) -> None:
    outcomes = list(run.outcomes)
    if not run.active:
        _look_alikes(outcomes)
    if outcomes:
        _table(sorted(outcomes, key=_rank)[: ROWS_MEANWHILE if run.active else None])
    if run.active and len(outcomes) > ROWS_MEANWHILE:
        st.caption(t("upload.table_meanwhile", limit=ROWS_MEANWHILE))
    elif run.ended > KEPT:
        st.caption(t("upload.table_limit", limit=KEPT))


def _refusals(refused: list[Outcome]) -> None:
    if not refused:
        return
    lines = [f"- {escape(say(o.message) if o.message else o.name)}" for o in refused[:REFUSALS_SHOWN]]
    if len(refused) > REFUSALS_SHOWN:
        lines.append(f"- {t('upload.more_refused', n=len(refused) - REFUSALS_SHOWN)}")
    st.error("\n".join([tn("upload.refused", len(refused)), "", *lines]), icon=":material/block:")


def _counts(run: IntakeRun) -> None:
    parts = [
        ("green", "stored", run.counts[State.STORED]),
        ("blue", "duplicate", run.counts[State.DUPLICATE]),
        ("red", "refused", run.counts[State.REFUSED]),
        ("orange", "near", run.counts["near"]),
    ]
    badges = [f":{colour}-badge[{tn(f'upload.count_{name}', n)}]" for colour, name, n in parts if n]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" ".join(badges) or t("upload.count_nothing"), width="stretch")
        if not run.active:
            st.button(t("upload.clear"), key="upload_clear", type="tertiary", on_click=forget_run)


def _table(outcomes: list[Outcome]) -> None:
    rows = [_row(outcome) for outcome in outcomes]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(len(rows) + 1, TABLE_ROWS) * ROW_PX + 2,
        placeholder="",
        column_config={
            "state": st.column_config.TextColumn(t("upload.column_state"), width=125),
            "name": st.column_config.TextColumn(t("upload.column_name"), width="medium"),
            "item": st.column_config.LinkColumn(
                t("upload.column_item"), width=60, display_text=r"item=(\d+)", help=t("upload.column_item_help")
            ),
            "remark": st.column_config.TextColumn(t("upload.column_remark"), width="large"),
        },
        key="upload_outcomes",
    )


def _rank(outcome: Outcome) -> int:
    """Refused files first: they are what a person has to act on."""
    if outcome.state is State.STORED:
        return 1 if outcome.near else 3
    return {State.REFUSED: 0, State.DUPLICATE: 2}[outcome.state]


def _row(outcome: Outcome) -> dict[str, Any]:
    item = outcome.item_id
    remarks = [message for message in (outcome.message, *outcome.notes) if message is not None]
    return {
        "state": t(f"upload.state_{'near' if outcome.near else outcome.state}"),
        "name": outcome.name,
        "item": f"/review?item={item}&lang={language()}" if item is not None else None,
        "remark": " ".join(say(message) for message in remarks),
    }


def _look_alikes(outcomes: list[Outcome]) -> None:
    pairs = [(o.item_id, o.near[0], o.name) for o in outcomes if o.near and o.item_id is not None]
    if not pairs:
        return
    with open_store(settings()) as db:
        wanted = tuple({item_id for new, old, _ in pairs for item_id in (new, old)})
        known = {record.item_id: record for record in list_records(db, Filters(items=wanted), limit=-1)}
    pairs = [pair for pair in pairs if pair[0] in known and pair[1] in known][:PAIRS_SHOWN]
    if not pairs:
        return
    st.markdown(f"**{t('upload.near_title')}**", help=t("upload.near_help"))
    for columns, pair in zip(_grid(len(pairs)), pairs, strict=True):
        with columns, st.container(border=True):
            _pair(*pair, {item_id: record.thumb for item_id, record in known.items()})


def _grid(count: int) -> list[Any]:
    """One cell for each of `count` things, three to a row."""
    return [cell for _ in range(0, count, 3) for cell in st.columns(3)][:count]


def _pair(new: int, old: int, name: str, thumbs: dict[int, str]) -> None:
    pictures = "".join(
        f'<img src="/thumb/{thumbs[item_id]}.jpg" alt="{t("upload.item", item=item_id)}" loading="lazy" '
        'style="width:calc(50% - 4px);height:120px;object-fit:contain">'
        for item_id in (new, old)
    )
    st.html(f'<div style="display:flex;gap:8px">{pictures}</div>')
    st.caption(t("upload.near_pair", name=escape(name), new=new, old=old))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/review.py", label=t("upload.open_item", item=old), query_params={"item": str(old)})
        if st.button(t("upload.merge"), key=f"upload_merge_{new}_{old}", type="tertiary"):
            with open_store(settings()) as db:
                merge_items(db, [old, new])
            st.rerun()
