"""How often the machine was right: figures and the accuracy of every field with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from core.colours import CATEGORIES
from core.learning.accuracy import MIN_JUDGED, FieldAccuracy, Quality, Share, count_outcomes, measure_quality
from core.learning.feedback import Filters, change_key
from core.learning.trends import PeriodAccuracy, VersionAccuracy, accuracy_by_version, accuracy_over_time
from core.store.db import open_store
from core.types import Kind
from pages.components import charts
from pages.components.feedback_filters import field_labels
from pages.components.i18n import t, tn
from pages.components.session import settings

ACCURACY_COLOUR = CATEGORIES[0]


@dataclass(frozen=True)
class Measured:
    """All that is counted from the judged fields of verified records, at once."""

    quality: Quality
    periods: list[PeriodAccuracy]
    versions: list[VersionAccuracy]


@st.cache_data(max_entries=16, show_spinner=False)
def _measured_at(database: str, key: tuple[int, int, int], filters: str) -> Measured:
    """The figures of a database in the state `key`; `filters` as JSON, which Streamlit can compare."""
    wanted = Filters.model_validate_json(filters)
    with open_store(settings()) as db:
        tallies = count_outcomes(db, wanted)
        return Measured(
            measure_quality(db, wanted, tallies),
            accuracy_over_time(tallies, wanted.field),
            accuracy_by_version(db, wanted, tallies),
        )


def measure(filters: Filters) -> Measured:
    """The figures, counted again only after a decision, a verdict or a deletion."""
    with open_store(settings()) as db:
        key = change_key(db)
    return _measured_at(str(settings().database), key, filters.model_dump_json())


def figures(measured: Quality, corrections: int) -> None:
    """The row of single numbers."""
    through, row = measured.straight_through, st.container(horizontal=True)
    seconds = measured.median_seconds
    shown = "–" if seconds is None else t("feedback.seconds_value", n=f"{seconds:.0f}")
    for name, value, explained in (
        ("verified", f"{through.total:,}", t("feedback.verified_help")),
        ("through", rate_or_needed(through), t("feedback.through_help", n=MIN_JUDGED)),
        ("seconds", shown, tn("feedback.seconds_help", measured.timed)),
        ("corrections", f"{corrections:,}", t("feedback.corrections_help")),
    ):
        row.metric(t(f"feedback.{name}"), value, border=True, help=explained)


def rate_or_needed(share: Share) -> str:
    needed = MIN_JUDGED - share.total
    if needed > 0:
        return tn("feedback.needed", needed)
    return percent_with_interval(share)


def percent_with_interval(share: Share) -> str:
    """Such as "94% (87–98%)"."""
    low, high = share.interval
    return f"{share.rate or 0:.0%} ({low * 100:.0f}–{high * 100:.0f}%)"


def accuracy_section(measured: Quality) -> None:
    """Chart of the fields judged often enough, and the counts of all."""
    st.subheader(t("feedback.accuracy"))
    st.caption(t("feedback.accuracy_hint"))
    stated = [field for field in measured.fields if not field.needed]
    left, right = st.columns([1, 1.45], gap="medium")
    with left:
        if stated:
            st.altair_chart(_chart(stated), width="stretch", alt=t("feedback.accuracy"))
        else:
            _say_needed(measured)
    with right:
        if measured.fields:
            _table(measured.fields)


def _say_needed(measured: Quality) -> None:
    most = max((field.right.total for field in measured.fields), default=0)
    st.info(tn("feedback.too_few", MIN_JUDGED - most, most=most, least=MIN_JUDGED), icon=":material/hourglass_top:")


def _name(field: FieldAccuracy) -> str:
    """The field's name, with the kind where both kinds have a field of that key."""
    name = field_labels(field.kind).get(field.field, field.field)
    both = all(field.field in field_labels(kind) for kind in Kind)
    return f"{name} · {t(f'feedback.kind_{field.kind}')}" if both else name


def _chart(fields: list[FieldAccuracy]) -> charts.Chart:
    """A point per field with its 95 % interval, the least accurate on top."""
    data = pd.DataFrame(
        [
            {
                "name": _name(field),
                "rate": field.right.rate,
                "low": field.right.interval[0],
                "high": field.right.interval[1],
                "kept": field.kept,
                "judged": field.right.total,
            }
            for field in fields
        ]
    ).sort_values("rate")
    floor = int(data["low"].min() * 10) / 10
    base = alt.Chart(data, height=charts.rows_height(len(data))).encode(
        y=alt.Y("name:N", title=None, sort=list(data["name"]), axis=alt.Axis(labelLimit=200)),
        tooltip=[
            alt.Tooltip("name:N", title=t("charts.field")),
            alt.Tooltip("rate:Q", title=t("charts.accuracy"), format=".1%"),
            alt.Tooltip("low:Q", title=t("charts.low"), format=".1%"),
            alt.Tooltip("high:Q", title=t("charts.high"), format=".1%"),
            alt.Tooltip("judged:Q", title=t("charts.judged"), format=","),
        ],
    )
    title = f"{t('charts.accuracy')}, {t('charts.interval')}"
    x = alt.X("low:Q", title=title, scale=alt.Scale(domain=[floor, 1]), axis=alt.Axis(format="%"))
    bars = base.mark_rule(strokeWidth=2.5, opacity=0.8, color=ACCURACY_COLOUR).encode(x=x, x2="high:Q")
    points = base.mark_point(filled=True, size=90, opacity=1, color=ACCURACY_COLOUR).encode(x="rate:Q")
    return alt.layer(bars, points)


def _table(fields: tuple[FieldAccuracy, ...]) -> None:
    rows = [
        {
            "field": _name(field),
            "accuracy": rate_or_needed(field.right),
            "judged": field.right.total,
            "changed": field.changed,
            "removed": field.removed,
            "missed": field.missed,
        }
        for field in fields
    ]
    columns = {
        "field": st.column_config.TextColumn(t("charts.field"), width=140),
        "accuracy": st.column_config.TextColumn(
            t("feedback.column_accuracy"), width=115, help=t("feedback.accuracy_hint")
        ),
        **{
            name: st.column_config.NumberColumn(
                t(f"feedback.column_{name}"), width=62, help=t(f"feedback.column_{name}_help")
            )
            for name in ("judged", "changed", "removed", "missed")
        },
    }
    st.dataframe(rows, hide_index=True, column_config=columns, height="content", key="feedback_fields")
