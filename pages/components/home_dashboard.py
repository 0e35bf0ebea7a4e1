"""The home page once there are records: what waits, what was done, and where to go next."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd
import streamlit as st

from core.reviewing.overview import Overview, find_doubts, most_doubtful, take_overview, verified_per_day
from core.schema import load_schema
from core.store.db import open_store
from core.store.records import Record, list_records
from core.types import Kind, Status
from pages.components.home_cards import Card, show_cards
from pages.components.i18n import language, say, t, tn
from pages.components.navigation import go_to
from pages.components.progress import reading_panel
from pages.components.session import settings

LATEST = 12
DOUBTFUL = 5
CHART_PX = 300
BAR_COLOUR = "#0d9488"
"""The accent, seen on light and on dark ground."""
TONES = {
    Status.QUEUED: "busy",
    Status.READING: "busy",
    Status.REVIEW: "warn",
    Status.VERIFIED: "good",
    Status.FLAGGED: "bad",
    Status.FAILED: "bad",
}


def dashboard() -> None:
    """Draws everything that changes while photos are read."""
    with open_store(settings()) as db:
        overview = take_overview(db)
        days = verified_per_day(db)
        doubtful = most_doubtful(db, DOUBTFUL)
        latest = list_records(db, limit=LATEST)
    _head(overview)
    _numbers(overview)
    reading_panel()
    left, right = st.columns([3, 2], gap="large")
    with left:
        _doubtful(doubtful, overview)
    with right:
        st.subheader(t("home.per_day"))
        summary = tn("home.per_day_summary", sum(n for _, n in days), days=len(days))
        st.altair_chart(_chart(days), width="stretch", alt=summary)
    st.subheader(t("home.latest"))
    show_cards([_latest_card(record) for record in latest], layout="strip", label=t("home.latest"), key="home_latest")


def _head(overview: Overview) -> None:
    title, actions = st.columns([3, 2], vertical_alignment="center")
    title.title(t("home.title"))
    with actions, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(t("home.upload"), icon=":material/upload:", key="home_upload"):
            go_to("upload")
        if st.button(
            t("home.start_review"),
            icon=":material/fact_check:",
            type="primary",
            disabled=not overview.waiting,
            key="home_review",
        ):
            go_to("review")


def _numbers(overview: Overview) -> None:
    share = overview.untouched_share
    with st.container(horizontal=True, key="home_numbers"):
        _number("waiting", overview.waiting, tn("home.urgent", overview.urgent))
        _number("verified_today", overview.verified_today, t("home.week", n=overview.verified_week))
        _number("untouched", "–" if share is None else f"{share:.0%}", tn("home.of_verified", overview.verified))
        _number("corrections", overview.corrections, tn("home.flagged", overview.flagged))
        _number("failed", overview.failed, tn("home.records", overview.records))


def _number(name: str, value: int | str, note: str) -> None:
    st.metric(
        t(f"home.{name}"),
        f"{value:,}" if isinstance(value, int) else value,
        note,
        delta_color="off",
        delta_arrow="off",
        border=True,
        help=t(f"home.{name}_help"),
    )


def _chart(days: list[tuple[date, int]]) -> alt.Chart:
    """Bars of records verified per day; an empty fortnight still shows its days."""
    frame = pd.DataFrame({"day": [day.strftime("%m-%d") for day, _ in days], "n": [n for _, n in days]})
    top = max(5, int(frame["n"].max()))
    return (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=2, color=BAR_COLOUR)
        .encode(
            x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)),
            y=alt.Y("n:Q", title=None, scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickMinStep=1, tickCount=4)),
            tooltip=[alt.Tooltip("day:O", title=t("home.day")), alt.Tooltip("n:Q", title=t("home.verified"))],
        )
        .properties(height=CHART_PX)
    )


def _doubtful(records: list[Record], overview: Overview) -> None:
    st.subheader(t("home.doubtful"), help=t("home.doubtful_help"))
    if not records:
        _no_doubts(overview)
        return
    show_cards([_doubt_card(r) for r in records], layout="list", label=t("home.doubtful"), key="home_doubtful")


def _no_doubts(overview: Overview) -> None:
    if overview.waiting:
        st.info(t("home.no_doubts"), icon=":material/check_circle:")
    elif overview.reading:
        st.info(t("home.still_reading"), icon=":material/hourglass_top:")
    else:
        st.info(t("home.nothing_waits"), icon=":material/check_circle:")


def _doubt_card(record: Record) -> Card:
    return Card(
        item=record.item_id,
        thumb=record.thumb,
        title=_title(record),
        note=_reasons(record),
        badge=tn("home.doubts", record.doubts),
        tone="warn",
    )


def _reasons(record: Record) -> str:
    """Which fields to look at and why, the gravest first; fields with one reason are named together."""
    schema = load_schema(Kind(record.kind))
    fields: dict[str, list[str]] = {}
    for doubt in find_doubts(record):
        label = schema.field(doubt.field).label(language()) if schema.has(doubt.field) else doubt.field
        fields.setdefault(say(doubt.reason) if doubt.reason else t("home.weak"), []).append(label)
    return " · ".join(
        t("home.doubt", fields=t("home.comma").join(labels), reason=reason) for reason, labels in fields.items()
    )


def _title(record: Record) -> str:
    return f"{record.brand} · {record.name}" if record.brand else record.name


def _latest_card(record: Record) -> Card:
    return Card(
        item=record.item_id,
        thumb=record.thumb,
        title=record.name,
        note=record.brand or t("home.no_brand"),
        badge=t(f"home.status_{record.status}"),
        tone=TONES[record.status],
    )
