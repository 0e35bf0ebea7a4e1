"""How far reading has come: counts, time left, the queue with its cancel buttons, and what failed.

`while_reading` redraws one part of a page for as long as the worker has something to do. The rest
of the page is left alone, so nobody is disturbed while typing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from sqlite_utils import Database

from core.incoming.intake import cancel_reading, read_again
from core.reviewing.overview import FailedItem, QueuedItem, find_failed, find_queued, is_stalled, reading_since
from core.store import jobs
from core.store.db import open_store
from pages.components.acts import act_and_redraw
from pages.components.i18n import escape, say, t, tn
from pages.components.navigation import go_to
from pages.components.session import settings
from pages.components.upload_run import IntakeRun

POLL_S = 1.5
"""Seconds between two looks at the queue: a photo takes a second or more to read."""
SHOWN = 8
"""Rows of the queue and of the failures; the counts stand above them."""
SINCE = "reading_since"
ACTIVE = "reading_active"


def while_reading(draw: Callable[..., None], *args: object) -> None:
    """Draws now, again and again while jobs are active, and once more with the whole page when they end."""
    with open_store(settings()) as db:
        active = reading_since(db) is not None
    st.fragment(_redraw, run_every=POLL_S if active else None)(draw, args, active)


def _redraw(draw: Callable[..., None], args: tuple[object, ...], was_active: bool) -> None:
    with open_store(settings()) as db:
        active = reading_since(db) is not None
    if was_active and not active:
        st.rerun()
    draw(*args)


def reading_panel(run: IntakeRun | None = None) -> None:
    """Draws progress, queue and failures.

    With an upload only its items are listed, and its end is said with the way on to Review.
    """
    item_ids = run.item_ids if run is not None else None
    with open_store(settings()) as db:
        progress = _progress(db)
        queued = find_queued(db, item_ids, SHOWN)
        failed = find_failed(db, item_ids, SHOWN)
        stalled = is_stalled(db)
    if progress is not None and (progress.active or run is not None):
        _bar(progress)
    if stalled:
        st.warning(t("progress.stalled"), icon=":material/power_off:")
    if queued:
        _queue(queued)
    if (
        item_ids
        and not queued
        and st.button(t("progress.review"), icon=":material/fact_check:", type="primary", key="progress_review")
    ):
        go_to("review")
    if failed:
        _failures(failed, expanded=run is not None)


def _progress(db: Database) -> jobs.Progress | None:
    """Counts since the present spell of work began; None before this session has seen any work."""
    since = reading_since(db)
    if since is not None and not st.session_state.get(ACTIVE):
        st.session_state[SINCE] = since
    st.session_state[ACTIVE] = since is not None
    begun = st.session_state.get(SINCE)
    return jobs.progress(db, begun) if begun is not None else None


def _bar(progress: jobs.Progress) -> None:
    ended = progress.done + progress.failed
    counts = [
        tn("progress.done", progress.done),
        *([t("progress.running", n=progress.running)] if progress.running else []),
        *([t("progress.queued", n=progress.queued)] if progress.queued else []),
        *([t("progress.failed", n=progress.failed)] if progress.failed else []),
    ]
    left = f" · {time_left(progress.seconds_left)}" if progress.active else ""
    st.progress(ended / max(1, progress.total), text=" · ".join(counts) + left)


def time_left(seconds: float | None) -> str:
    """The time left in words a person would use."""
    if seconds is None:
        return t("progress.left_unknown")
    if seconds < 50:
        return t("progress.left_seconds", n=max(5, 5 * round(seconds / 5)))
    if seconds < 5400:
        return tn("progress.left_minutes", max(1, round(seconds / 60)))
    return tn("progress.left_hours", round(seconds / 3600))


def _queue(queued: list[QueuedItem]) -> None:
    with st.expander(t("progress.queue"), icon=":material/hourglass_top:"):
        for item in queued:
            label, button = st.columns([6, 1], vertical_alignment="center")
            label.markdown(f"**{item.item_id}** {escape(item.name)} · :gray[{_place(item)}]")
            with button:
                if st.button(t("progress.cancel"), key=f"progress_cancel_{item.item_id}", type="tertiary"):
                    act_and_redraw(partial(cancel_reading, item_ids=[item.item_id]))
        if st.button(t("progress.cancel_all"), key="progress_cancel_all", icon=":material/cancel:"):
            act_and_redraw(cancel_reading)


def _place(item: QueuedItem) -> str:
    if item.ahead is None:
        return t("progress.being_read")
    return t("progress.next") if item.ahead == 0 else tn("progress.ahead", item.ahead)


def _failures(failed: list[FailedItem], *, expanded: bool) -> None:
    with st.expander(t("progress.failures"), icon=":material/error:", expanded=expanded):
        for item in failed:
            label, button = st.columns([6, 1], vertical_alignment="center")
            label.markdown(f"**{item.item_id}** {escape(_why(item))}")
            with button:
                if st.button(t("progress.read_again"), key=f"progress_again_{item.item_id}", type="tertiary"):
                    act_and_redraw(partial(read_again, item_ids=[item.item_id]))
        if len(failed) > 1 and st.button(
            tn("progress.read_all_again", len(failed)), key="progress_again_all", icon=":material/refresh:"
        ):
            act_and_redraw(partial(read_again, item_ids=[item.item_id for item in failed]))


def _why(item: FailedItem) -> str:
    """The reason, led by the item's name unless it names its photo itself."""
    reason = say(item.reason) if item.reason else t("progress.no_reason")
    return reason if item.name in reason else f"{item.name}: {reason}"
