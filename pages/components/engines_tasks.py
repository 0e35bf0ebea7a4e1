"""Tasks on engines and models as the page shows them: asked for, followed, cancelled, and how they ended."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.background.tasks import COUNTING, READING, ask_task
from core.errors import ShelfLensError
from core.machine.engines_overview import EnginesOverview, survey_engines
from core.store import tasks
from core.store.db import open_store
from core.store.tasks import Report, Task, TaskKind, TaskState
from core.weights.progress import PHASES, Phase
from pages.components.i18n import escape, say, t
from pages.components.problems import show_problem
from pages.components.progress import time_left
from pages.components.session import reviewer, settings

BUSY_S, IDLE_S = 1.0, 10.0
"""Between two looks while a task is under way, and else: what the worker holds in memory changes by itself."""
GIB, MIB = 1 << 30, 1 << 20


def follow_tasks(*draw: Callable[[EnginesOverview], None]) -> None:
    """Draws the parts now, and again as tasks go on; the whole page when the first begins or the last ends."""
    with open_store(settings()) as db:
        busy = survey_engines(db, settings()).is_busy
    st.fragment(_redraw, run_every=BUSY_S if busy else IDLE_S)(draw, busy)


def _redraw(draw: tuple[Callable[[EnginesOverview], None], ...], was_busy: bool) -> None:
    with open_store(settings()) as db:
        found = survey_engines(db, settings())
    if found.is_busy != was_busy:
        st.rerun()
    if found.is_busy and not found.is_worker_alive:
        st.warning(t("engines.no_worker"), icon=":material/power_off:")
    for part in draw:
        part(found)


def ask(kind: TaskKind, subject: str, form: str = "") -> None:
    """Queues a task; says on the page why where it is refused. For callbacks."""
    try:
        with open_store(settings()) as db:
            ask_task(db, settings(), kind, subject, form, by=reviewer())
    except ShelfLensError as err:
        show_problem(err)


def task_of(found: EnginesOverview, subject: str, form: str = "") -> Task | None:
    """The newest task of a subject and form, one under way first; None where there never was one."""
    return next((task for task in found.tasks if (task.subject, task.form) == (subject, form)), None)


def is_open(task: Task | None) -> bool:
    return task is not None and not task.state.ended


def show_task(task: Task | None) -> None:
    """How far a task is, with its Cancel, or how it ended, where that is worth a line."""
    if task is None:
        return
    if task.state.ended:
        _show_end(task)
        return
    bar, button = st.columns([6, 1], vertical_alignment="center")
    with bar:
        share = min(1.0, task.report.done / task.report.total) if task.report and task.report.total else 0.0
        st.progress(share, text=_how_far(task))
    button.button(
        t("engines.cancel"), key=f"engines_cancel_{task.id}", on_click=_cancel, args=(task.id,), disabled=task.cancel
    )


def _cancel(task_id: int) -> None:
    with open_store(settings()) as db:
        tasks.cancel_task(db, task_id)


def _how_far(task: Task) -> str:
    name = t(f"engines.task_{task.kind}")
    if task.cancel:
        return t("engines.stopping", task=name)
    if task.state is TaskState.QUEUED:
        return t("engines.waits", task=name)
    if task.report is None:
        return t("engines.begins", task=name)
    return " · ".join((name, *_details(task.report)))


def _details(report: Report) -> list[str]:
    if report.phase == READING:
        return [t("engines.photo_of", n=report.done + 1, total=report.total)]
    if report.phase == COUNTING:
        return [t("engines.photo_count", n=report.done, total=report.total)]
    known = [say(PHASES[Phase(report.phase)])]
    if report.total:
        known.append(t("engines.bytes_of", done=size(report.done), total=size(report.total)))
    elif report.done:
        known.append(size(report.done))
    if report.speed:
        known.append(t("engines.speed", size=size(report.speed)))
    if report.seconds_left is not None:
        known.append(time_left(report.seconds_left))
    return [*known, escape(report.file)] if report.file else known


def _show_end(task: Task) -> None:
    name = t(f"engines.task_{task.kind}")
    if task.state is TaskState.FAILED:
        reason = say(task.error) if task.error else ""
        st.error(f"{t('engines.failed', task=name)} {escape(reason)}", icon=":material/error:")
    elif task.state is TaskState.CANCELLED:
        pulled = task.kind is TaskKind.PULL and task.started_at is not None
        st.caption(t("engines.cancelled_pull") if pulled else t("engines.cancelled", task=name))
    elif task.kind is TaskKind.CHECK:
        at = (task.finished_at or "")[:16].replace("T", " ")
        st.success(t("engines.done_check", at=at), icon=":material/verified:")


def size(count: float) -> str:
    """Bytes in the unit that suits them."""
    return f"{count / GIB:.1f} GiB" if count >= GIB / 10 else f"{count / MIB:.1f} MiB"
