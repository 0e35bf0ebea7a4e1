"""How far the re-reading of stored posters is, while it runs, and how it ended where that is worth a line."""

from __future__ import annotations

import streamlit as st

from core.store import tasks
from core.store.db import open_store
from core.store.tasks import Task, TaskKind, TaskState
from core.words.lexicons import ask_reread
from pages.components.i18n import escape, say, t
from pages.components.lexicon_acts import act
from pages.components.session import reviewer, settings

EVERY_S = 1.0


def follow_reread() -> None:
    task = _latest()
    if task is not None and not task.state.ended:
        st.fragment(_draw, run_every=EVERY_S)()
    elif task is not None:
        _show_end(task)


def _latest() -> Task | None:
    with open_store(settings()) as db:
        return tasks.latest_of(db, TaskKind.REREAD)


def _draw() -> None:
    task = _latest()
    if task is None or task.state.ended:
        st.rerun()
    bar, button = st.columns([6, 1], vertical_alignment="center")
    with bar:
        if task.report is None or not task.report.total:
            st.progress(0.0, t("lexicons.reread_waits"))
        else:
            done, total = task.report.done, task.report.total
            st.progress(min(1.0, done / total), t("lexicons.rereading", done=f"{done:,}", total=f"{total:,}"))
    button.button(t("lexicons.cancel"), key="lexicons_cancel", on_click=_cancel, args=(task.id,), disabled=task.cancel)


def _cancel(task_id: int) -> None:
    with open_store(settings()) as db:
        tasks.cancel_task(db, task_id)


def _show_end(task: Task) -> None:
    """Nothing where it was done: the posters say what was read."""
    if task.state is TaskState.DONE:
        return
    if task.state is TaskState.FAILED:
        reason = say(task.error) if task.error else ""
        st.error(f"{t('lexicons.reread_failed')} {escape(reason)}", icon=":material/error:")
    else:
        st.warning(t("lexicons.reread_cancelled"), icon=":material/pause_circle:")
    st.button(
        t("lexicons.reread_again"),
        key="lexicons_again",
        icon=":material/refresh:",
        on_click=lambda: act(lambda db: ask_reread(db, by=reviewer())),
    )
