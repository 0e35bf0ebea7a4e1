"""How true the probabilities are that values get: a reliability plot, its error, and which fields have one yet."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from core.colours import CATEGORIES
from core.learning.accuracy import Quality, Share
from core.learning.calibration import LEAST_JUDGED, LEAST_PLOTTED, Measured, Reliability, list_measured
from core.learning.feedback import Filters
from core.store.db import open_store
from pages.components import charts
from pages.components.feedback_filters import field_labels
from pages.components.i18n import t, tn
from pages.components.session import settings

COLOUR = CATEGORIES[0]
PLOT_HEIGHT = 340
LEAST_RANGE = 0.1
"""The plot never zooms in further: a tenth of a point of noise would fill it."""


def calibration_section(filters: Filters, quality: Quality) -> None:
    """The newest measurement of each engine that passes the filters; before the first, how much is missing."""
    st.subheader(t("feedback.calibration"))
    st.caption(t("feedback.calibration_hint"))
    with open_store(settings()) as db:
        measured = list_measured(db, filters)
    if not measured:
        _say_needed(max(1, LEAST_PLOTTED - sum(field.right.total for field in quality.fields)))
        return
    chosen = measured[0] if len(measured) == 1 else _choose(measured)
    left, right = st.columns([1, 1.45], gap="medium")
    with left:
        if chosen.reliability.needed:
            _say_needed(chosen.reliability.needed)
        else:
            st.altair_chart(_chart(chosen.reliability), width="stretch", alt=t("feedback.calibration"))
    with right:
        _numbers(chosen)
        _fields(chosen)


def _say_needed(needed: int) -> None:
    st.markdown(f":material/hourglass_top: {tn('feedback.calibration_needed', needed, least=LEAST_PLOTTED)}")


def _choose(measured: list[Measured]) -> Measured:
    names = [f"{t(f'feedback.kind_{each.kind}')} · {each.engine}" for each in measured]
    place = st.selectbox(
        t("feedback.calibration_of"), range(len(names)), format_func=names.__getitem__, key="feedback_calibration"
    )
    return measured[place]


def _numbers(measured: Measured) -> None:
    found = measured.reliability
    row = st.container(horizontal=True)
    if not found.needed:
        low, high = found.interval
        row.metric(
            t("feedback.calibration_error"),
            f"{found.error:.1%} ({low * 100:.1f}–{high * 100:.1f}%)",
            border=True,
            help=t("feedback.calibration_error_help", chance=f"{found.by_chance:.1%}", raw=f"{found.raw_error:.1%}"),
        )
    at = measured.at[:16].replace("T", " ")
    row.metric(
        t("feedback.calibration_judged"),
        f"{found.judged:,}",
        border=True,
        help=t("feedback.calibration_judged_help", at=at),
    )


def _chart(found: Reliability) -> charts.Chart:
    """A point per group of values with its 95 % interval, over the line on which figures are true."""
    data = pd.DataFrame([_point(each.said, Share(hits=each.right, total=each.total)) for each in found.bins])
    floor = min(1 - LEAST_RANGE, int(min(data["low"].min(), data["said"].min()) * 10) / 10)
    scale = alt.Scale(domain=[floor, 1])
    line = alt.Chart(pd.DataFrame({"said": [floor, 1.0], "right": [floor, 1.0]}), height=PLOT_HEIGHT)
    axis = alt.Axis(format="%")
    diagonal = line.mark_line(strokeDash=[4, 4], color=charts.NEUTRAL_COLOUR).encode(
        x=alt.X("said:Q", scale=scale, axis=axis), y=alt.Y("right:Q", scale=scale, axis=axis)
    )
    base = alt.Chart(data, height=PLOT_HEIGHT).encode(
        x=alt.X("said:Q", title=t("charts.said"), scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("said:Q", title=t("charts.said"), format=".1%"),
            alt.Tooltip("right:Q", title=t("charts.turned_out"), format=".1%"),
            alt.Tooltip("low:Q", title=t("charts.low"), format=".1%"),
            alt.Tooltip("high:Q", title=t("charts.high"), format=".1%"),
            alt.Tooltip("values:Q", title=t("charts.values"), format=","),
        ],
    )
    title = f"{t('charts.turned_out')}, {t('charts.interval')}"
    bars = base.mark_rule(strokeWidth=2.5, opacity=0.8, color=COLOUR).encode(
        y=alt.Y("low:Q", title=title, scale=scale, axis=axis), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=90, opacity=1, color=COLOUR).encode(
        y=alt.Y("right:Q", title=title, scale=scale)
    )
    return alt.layer(diagonal, bars, points)


def _point(said: float, share: Share) -> dict[str, float]:
    low, high = share.interval
    return {"said": said, "right": share.rate or 0.0, "low": low, "high": high, "values": share.total}


def _fields(measured: Measured) -> None:
    """Every field with its judged values, and whether its values get a figure."""
    labels = field_labels(measured.kind)
    rows: list[dict[str, Any]] = [
        {
            "field": labels.get(key, key),
            "judged": judged,
            "figure": tn("feedback.needed", LEAST_JUDGED - judged)
            if judged < LEAST_JUDGED
            else t("feedback.figure_given"),
        }
        for key, judged in sorted(measured.reliability.fields.items(), key=lambda each: -each[1])
    ]
    columns = {
        "field": st.column_config.TextColumn(t("charts.field"), width=160),
        "judged": st.column_config.NumberColumn(t("feedback.column_judged"), width=80),
        "figure": st.column_config.TextColumn(t("feedback.column_figure"), width=140),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, height="content", key="feedback_calibrated")
