"""The figures of a gate: every field with and without the adapter, the worst first."""

from __future__ import annotations

import streamlit as st

from core.finetune.gate import Figures
from core.finetune.paired import Pairs
from core.schema import load_schema
from core.types import Kind
from pages.components.i18n import language, t


def show_figures(figures: Figures, *, key: str) -> None:
    with st.expander(t("engines.figures", n=len(figures.fields)), icon=":material/table:"):
        st.caption(t("engines.figures_hint"))
        rows = [_row(pair) for pair in sorted(figures.fields, key=lambda pair: pair.after - pair.before)]
        columns = {
            "field": st.column_config.TextColumn(t("engines.column_field")),
            "values": st.column_config.NumberColumn(t("engines.column_values"), width=60),
            "before": st.column_config.NumberColumn(t("engines.column_before"), format="%.1f %%", width=75),
            "after": st.column_config.NumberColumn(t("engines.column_after"), format="%.1f %%", width=75),
            "change": st.column_config.TextColumn(t("engines.column_change"), width=115),
            "won": st.column_config.NumberColumn(t("engines.column_won"), width=50),
            "lost": st.column_config.NumberColumn(t("engines.column_lost"), width=50),
            "standing": st.column_config.TextColumn(t("engines.column_standing")),
        }
        st.dataframe(rows, hide_index=True, column_config=columns, height="content", key=key)


def _row(pair: Pairs) -> dict[str, object]:
    low, high = pair.interval
    return {
        "field": _label(pair),
        "values": pair.total,
        "before": 100 * pair.before,
        "after": 100 * pair.after,
        "change": f"{100 * low:+.1f} … {100 * high:+.1f}",
        "won": pair.won,
        "lost": pair.lost,
        "standing": t(f"engines.standing_{pair.standing}"),
    }


def _label(pair: Pairs) -> str:
    schema = load_schema(Kind(pair.kind))
    label = schema.field(pair.field).label(language()) if schema.has(pair.field) else pair.field
    return t("engines.field_of_ad", field=label) if schema.kind is Kind.AD else label
