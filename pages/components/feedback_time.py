"""Accuracy per field over time, with intervals, and by version of the engine."""

from __future__ import annotations

from collections import Counter

import altair as alt
import pandas as pd
import streamlit as st

from core.colours import CATEGORIES
from core.learning.accuracy import MIN_JUDGED
from core.learning.trends import PeriodAccuracy, VersionAccuracy
from pages.components import charts
from pages.components.feedback_accuracy import Measured, rate_or_needed
from pages.components.feedback_filters import field_labels
from pages.components.i18n import t, tn

MOST_FIELDS = 6
"""Fields drawn beside each other; a filter shows any other one."""
COLUMNS = 3
HEIGHT, WIDTH, TALL = 130, 250, 300
REVISION_LENGTH = 24


def time_section(measured: Measured) -> None:
    """A line per field, those with most judged values; before there are two periods, how much is missing."""
    periods, versions = measured.periods, measured.versions
    st.subheader(t("feedback.over_time"))
    drawn = _drawn(periods)
    if drawn:
        st.caption(t("feedback.over_time_hint", least=MIN_JUDGED))
        st.altair_chart(_chart(drawn), width="content", alt=t("feedback.over_time"))
    else:
        most = Counter({(each.kind, each.field, each.start): each.right.total for each in periods})
        missing = max(1, MIN_JUDGED - max(most.values(), default=0))
        st.markdown(f":material/hourglass_top: {tn('feedback.over_time_needed', missing, least=MIN_JUDGED)}")
    if versions:
        st.subheader(t("feedback.versions"))
        st.caption(t("feedback.versions_hint"))
        _versions(versions)


def _drawn(periods: list[PeriodAccuracy]) -> list[PeriodAccuracy]:
    """Of the fields judged most those with an accuracy in two periods or more, without periods that have none."""
    stated = [each for each in periods if each.right.total >= MIN_JUDGED]
    points = Counter((each.kind, each.field) for each in stated)
    judged: Counter[tuple[str, str]] = Counter()
    for each in stated:
        judged[each.kind, each.field] += each.right.total
    fields = [key for key, _ in judged.most_common() if points[key] > 1][:MOST_FIELDS]
    return [each for each in stated if (each.kind, each.field) in fields]


def _chart(periods: list[PeriodAccuracy]) -> charts.Chart:
    """One small plot per field: the accuracy of each period in its 95 % interval."""
    data = pd.DataFrame(
        [
            {
                "start": each.start.isoformat(),
                "name": field_labels(each.kind).get(each.field, each.field),
                "rate": each.right.rate,
                "low": each.right.interval[0],
                "high": each.right.interval[1],
                "judged": each.right.total,
            }
            for each in periods
        ]
    )
    names = list(dict.fromkeys(data["name"]))
    floor = int(data["low"].min() * 10) / 10
    many = len(names) > 1
    base = alt.Chart(data, height=HEIGHT if many else TALL, width=WIDTH if many else WIDTH * COLUMNS).encode(
        x=alt.X("start:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, tickCount=4)),
        tooltip=[
            alt.Tooltip("name:N", title=t("charts.field")),
            alt.Tooltip("start:T", title=t("feedback.period"), format="%Y-%m-%d"),
            alt.Tooltip("rate:Q", title=t("charts.accuracy"), format=".1%"),
            alt.Tooltip("low:Q", title=t("charts.low"), format=".1%"),
            alt.Tooltip("high:Q", title=t("charts.high"), format=".1%"),
            alt.Tooltip("judged:Q", title=t("charts.judged"), format=","),
        ],
    )
    y = alt.Y("low:Q", title=None, scale=alt.Scale(domain=[floor, 1]), axis=alt.Axis(format="%", tickCount=4))
    colour = CATEGORIES[0]
    band = base.mark_area(opacity=0.2, color=colour).encode(y=y, y2="high:Q")
    line = base.mark_line(color=colour, point=True).encode(y=alt.Y("rate:Q", title=None))
    facet = alt.Facet("name:N", title=None, sort=names, header=alt.Header(labelFontWeight="bold"))
    return alt.layer(band, line).facet(facet, columns=COLUMNS)


def _versions(versions: list[VersionAccuracy]) -> None:
    rows = [
        {
            "kind": t(f"feedback.kind_{each.kind}"),
            "engine": each.engine,
            "revision": each.revision[:REVISION_LENGTH] or "–",
            "prompt": each.prompt[:REVISION_LENGTH] or "–",
            "since": each.since[:10],
            "accuracy": rate_or_needed(each.right),
            "through": rate_or_needed(each.through),
            "records": each.through.total,
        }
        for each in versions
    ]
    text = st.column_config.TextColumn
    columns = {
        "kind": text(t("feedback.kind"), width=70),
        "engine": text(t("feedback.engine"), width=80),
        "revision": text(t("feedback.revision"), width=120),
        "prompt": text(t("feedback.prompt"), width=90),
        "since": text(t("feedback.version_since"), width=90),
        "accuracy": text(t("feedback.column_accuracy"), width=130),
        "through": text(t("feedback.through"), width=120, help=t("feedback.through_help", n=MIN_JUDGED)),
        "records": st.column_config.NumberColumn(t("feedback.column_records"), width=70),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, height="content", key="feedback_versions")
