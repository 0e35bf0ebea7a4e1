"""What is read for something else most often, and records of one product that contradict each other."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.learning.feedback import Filters
from core.learning.trends import Confusion, Contradiction, list_confusions, list_contradictions, list_misreadings
from core.memory.confusions import ALWAYS, LEAST
from core.store.db import open_store
from pages.components.feedback_filters import field_labels
from pages.components.gallery import review_link
from pages.components.i18n import t
from pages.components.session import settings


def confusions_section(filters: Filters) -> None:
    """Characters on the left, whole values on the right."""
    with open_store(settings()) as db:
        characters, values = list_confusions(db, filters), list_misreadings(db, filters)
    st.subheader(t("feedback.confusions"))
    if not characters and not values:
        st.caption(t("feedback.confusions_none"))
        return
    st.caption(t("feedback.confusions_hint", least=LEAST, share=f"{ALWAYS:.0%}"))
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        _table(characters, "characters", t("feedback.confusions_characters"))
    with right:
        _table(values, "values", t("feedback.confusions_values"))


def _table(found: list[Confusion], name: str, title: str) -> None:
    st.markdown(f"**{title}**")
    if not found:
        st.caption(t("feedback.confusions_none"))
        return
    rows = [
        {
            "wrong": each.wrong,
            "meant": each.meant,
            "field": field_labels(each.kind).get(each.field, each.field),
            "records": each.records,
        }
        for each in found
    ]
    wide = 60 if name == "characters" else 170
    columns = {
        "wrong": st.column_config.TextColumn(t("feedback.column_wrong"), width=wide),
        "meant": st.column_config.TextColumn(t("feedback.column_meant"), width=wide),
        "field": st.column_config.TextColumn(t("charts.field"), width=110),
        "records": st.column_config.NumberColumn(t("feedback.column_records"), width=70),
    }
    st.dataframe(rows, hide_index=True, column_config=columns, key=f"feedback_{name}")


def contradictions_section(filters: Filters) -> None:
    """Every contradiction with its sides and a way to the records behind each; nothing where there is none."""
    with open_store(settings()) as db:
        found = list_contradictions(db, filters)
    if not found:
        return
    st.subheader(t("feedback.contradictions"))
    st.caption(t("feedback.contradictions_hint"))
    st.dataframe(
        [_row(each) for each in found],
        hide_index=True,
        column_config=_columns(),
        key="feedback_contradictions",
    )


def _row(found: Contradiction) -> dict[str, Any]:
    """The first two sides; with more of them their number is said."""
    row: dict[str, Any] = {
        "field": field_labels(found.kind).get(found.field, found.field),
        "product": found.product.split("|")[1] if "|" in found.product else found.product.lstrip("0"),
    }
    for number, side in enumerate(found.sides[:2]):
        more = len(side.items) - 1
        row[f"side_{number}"] = side.text or t("feedback.change_removed")
        row[f"by_{number}"] = ", ".join(side.reviewers) + (f" (+{more})" if more else "")
        row[f"record_{number}"] = f"{review_link(side.items[0])}#{side.items[0]}"
    row["sides"] = len(found.sides)
    return row


def _columns() -> dict[str, Any]:
    config = st.column_config
    columns: dict[str, Any] = {
        "field": config.TextColumn(t("charts.field"), width=100),
        "product": config.TextColumn(t("feedback.column_product"), width=120),
        "sides": config.NumberColumn(t("feedback.column_sides"), width=60),
    }
    for number in range(2):
        side = number + 1
        columns[f"side_{number}"] = config.TextColumn(t("feedback.column_side", side=side), width=150)
        columns[f"by_{number}"] = config.TextColumn(t("feedback.reviewer"), width=85)
        columns[f"record_{number}"] = config.LinkColumn(t("feedback.column_record"), width=65, display_text=r"#(.*)$")
    return columns
