"""What stands round the editors: which record this is, how it was read, what can be done, what was done."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

import streamlit as st
from sqlite_utils import Database

from core.errors import Conflict
from core.reviewing.day import day_of, why_next
from core.reviewing.queue import count_waiting
from core.reviewing.review import RecordView
from core.schema import FieldSpec
from core.store import decisions, jobs
from core.store.claims import Claim
from core.store.db import open_store
from core.store.decisions import Action, Decision, Verdict
from core.store.jobs import JobState
from core.types import FieldValue, Kind, Status
from core.values.typed import show_value
from pages.components import review_desk as desk
from pages.components.code_names import in_words
from pages.components.i18n import escape, language, say, t
from pages.components.seen_form import show_seen
from pages.components.session import reviewer, settings

STATUS_COLORS = {
    Status.QUEUED: "gray",
    Status.READING: "gray",
    Status.REVIEW: "blue",
    Status.VERIFIED: "green",
    Status.FLAGGED: "orange",
    Status.FAILED: "red",
}
BUSY = {JobState.QUEUED, JobState.RUNNING}


def show_title(view: RecordView) -> None:
    """Name, number and status of the record, and how it was read."""
    title = next((text for key in ("name", "headline", "brand") if (text := view.text(key))), "")
    status = view.item.status
    marks = [
        f":{STATUS_COLORS[status]}-badge[{t(f'review.status_{status}')}]",
        f":gray[{t('review.number', item=view.item.id)}]",
    ]
    if view.engine:
        marks.append(f":gray[{t('review.read_by', engine=view.engine)}]")
    if view.cached:
        marks.append(f":gray-badge[:material/bolt: {t('review.cached')}]")
    if view.job is not None and view.job.state is JobState.PARTIAL:
        marks.append(f":orange-badge[:material/warning: {t('review.partial')}]")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="review_title"):
        st.text(title or (view.photos[0].name if view.photos else ""), width="content")
        st.markdown(" &ensp;".join(marks), width="content")
        if status in (Status.VERIFIED, Status.FLAGGED):
            _button("reopen", ":material/lock_open:", view.item.id, desk.reopen)
        _button("read_again", ":material/refresh:", view.item.id, desk.read_again, disabled=_is_busy(view))
        st.page_link(
            "pages/ask.py",
            label=t("review.ask"),
            icon=":material/forum:",
            query_params={"item": str(view.item.id)},
            help=t("review.ask_help"),
            width="content",
        )
        if view.item.kind == Kind.AD:
            show_seen(view.item)


def show_progress(db: Database, view: RecordView | None = None) -> None:
    """How much is left, how much was done today, and why the record shown comes now."""
    day = day_of(db, reviewer())
    waiting = count_waiting(db, filters=desk.desk().filters)
    parts = [t("review.progress", waiting=f"{waiting:,}", today=f"{day.everybody:,}")]
    if day.own and day.seconds is not None:
        parts.append(t("review.own_pace", own=f"{day.own:,}", seconds=f"{day.seconds:.0f}"))
    with st.container(width="content", gap=None, key="review_progress"):
        st.markdown(" · ".join(parts), width="content")
        if view is not None and view.item.status is Status.REVIEW:
            st.caption(t("review.why", reasons=say(why_next(view))), width="content")


def _button(name: str, icon: str, item: int, act: desk.ByItem, *, disabled: bool = False) -> None:
    st.button(
        t(f"review.{name}"),
        key=f"{name}_{item}",
        type="tertiary",
        icon=icon,
        on_click=act,
        args=(item,),
        disabled=disabled,
        help=t(f"review.{name}_help"),
    )


def _is_busy(view: RecordView) -> bool:
    return view.job is not None and view.job.state in BUSY


def show_notices(view: RecordView, *, current: bool, other: Claim | None) -> None:
    """What the reviewer has to know before anything else: who else has it open, conflict, failure, reading under way.

    `other` is the claim of somebody else on the record.
    """
    if other is not None:
        _show_held(view.item.id, other)
    problem = desk.desk().problem
    if not current:
        _show_conflict(view)
    elif problem is not None:
        st.error(escape(say(problem)), icon=":material/error:")
    if view.item.error is not None:
        with st.container(border=True, gap="xsmall", key="review_failed"):
            st.markdown(f":red[:material/error: **{t('review.failed')}**]")
            st.text(say(view.item.error))
    if view.item.reason:
        with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
            st.markdown(f":orange[:material/flag: **{t('review.flagged_because')}**]", width="content")
            st.text(view.item.reason)
    _show_photo_notes(view)
    if _is_busy(view):
        _watch_reading(view.item.id)


def _show_held(item: int, other: Claim) -> None:
    with st.container(border=True, gap="xsmall", key="review_held"):
        st.markdown(f":orange[:material/group: **{t('review.held')}**]")
        st.text(t("review.held_by", who=other.reviewer, since=_local(other.since)))
        with st.container(horizontal=True):
            st.button(t("review.held_next"), key=f"held_next_{item}", type="primary", on_click=desk.leave, args=(item,))
            st.button(t("review.take_over"), key=f"take_over_{item}", on_click=desk.take_over, args=(item,))


def _show_photo_notes(view: RecordView) -> None:
    """What was done to a photo when it came, and what its readers say of it: turned, a script they do not know."""
    for number, notes in enumerate(view.notes, start=1):
        for note in notes:
            where = f" {t('review.on_photo', number=number)}" if len(view.photos) > 1 else ""
            with st.container(horizontal=True, wrap=False, gap="xxsmall", vertical_alignment="top"):
                st.markdown(f":orange[:material/info: **{t('review.photo_note')}**]{where}", width="content")
                st.text(say(note), width="stretch")


def _show_conflict(view: RecordView) -> None:
    who = view.history[-1].reviewer if view.history else t("review.somebody")
    with st.container(border=True, gap="xsmall", key="review_conflict"):
        st.markdown(f":red[:material/sync_problem: **{t('review.conflict')}**]")
        st.text(say(Conflict(item=view.item.id, who=who).message))
        st.caption(t("review.conflict_kept"))
        st.button(
            t("review.load_again"),
            key=f"load_{view.item.id}_{view.item.version}",
            type="primary",
            icon=":material/refresh:",
            on_click=desk.load_again,
            args=(view.item.id,),
        )


@st.fragment(run_every=2)
def _watch_reading(item: int) -> None:
    """Says how far a reading is, and loads the page again when it has ended."""
    with open_store(settings()) as db:
        job = jobs.latest_job(db, item)
        ahead = jobs.queue_position(db, job.id) if job else None
    if job is None or job.state not in BUSY:
        st.rerun()
    elif ahead is None:
        st.progress(job.progress, t("review.reading"))
    else:
        place = t("review.queued_behind", ahead=ahead) if ahead else t("review.queued_next")
        st.info(place, icon=":material/hourglass_top:")


def show_history(db: Database, view: RecordView) -> None:
    """Who changed what and when, newest first, with a way back to the value before each change."""
    changes = [entry for entry in view.history if entry.action is not Action.CONFIRM]
    entries = _in_order(sorted(decisions.list_verdicts(db, view.item.id), key=lambda verdict: verdict.id), changes)
    if not entries:
        return
    with st.expander(t("review.history", count=len(entries)), icon=":material/history:"):
        for entry in reversed(entries):
            if isinstance(entry, Verdict):
                st.text(f"{_local(entry.at)} · {_verdict_line(entry)}")
            else:
                _show_change(view, entry)


def _in_order(
    verdicts: Iterable[Decision | Verdict], changes: Iterable[Decision | Verdict]
) -> list[Decision | Verdict]:
    """Oldest first. Either list keeps the order it was written in: the clock may have been set back in between.

    A verdict comes after the changes of the same millisecond: it was made on them.
    """
    return list(heapq.merge(changes, verdicts, key=lambda entry: entry.at))


def _show_change(view: RecordView, change: Decision) -> None:
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="top"):
        st.text(f"{_local(change.at)} · {_change_line(view, change)}")
        if not view.schema.has(change.field):
            return
        spec = view.schema.field(change.field)
        if _words(spec, change.before) != _words(spec, view.fields.get(change.field)):
            st.button(
                t("review.restore"),
                key=f"restore_{view.item.id}_{change.id}",
                type="tertiary",
                icon=":material/settings_backup_restore:",
                help=t("review.restore_help", field=spec.label(language())),
                on_click=desk.restore,
                args=(view.item.id, change.id),
            )


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _change_line(view: RecordView, change: Decision) -> str:
    if not view.schema.has(change.field):
        return f"{change.reviewer} · {change.field}"
    spec = view.schema.field(change.field)
    name = f"{change.reviewer} · {spec.label(language())}"
    if change.action is Action.RESET:
        return f"{name}: {t('review.did_reset')}"
    if change.action is Action.AUTO:
        return f"{name}: {t('review.did_auto')}"
    return f"{name}: {_words(spec, change.before)} → {_words(spec, change.after)}"


def _words(spec: FieldSpec, field: FieldValue | None) -> str:
    text = show_value(spec, field) if field is not None else ""
    return " / ".join(in_words(spec, line) for line in text.splitlines()) or "—"


def _verdict_line(verdict: Verdict) -> str:
    line = f"{verdict.reviewer} · {t(f'review.did_{verdict.outcome}')}"
    if verdict.reason:
        line += f": {verdict.reason}"
    return line + (f" ({verdict.seconds:.0f} s)" if verdict.seconds else "")
