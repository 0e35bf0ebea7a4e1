"""What is picked in the charts and tables of Insights: one of them at a time."""

from __future__ import annotations

import streamlit as st

KEYS = "insights_keys"
"""Session state {chart: number}. The number is part of the chart's key: another one forgets what is picked in it."""


def forget_picks(but: str = "") -> None:
    """Forgets what is picked in every chart and table, or in all but one."""
    keys: dict[str, int] = st.session_state.setdefault(KEYS, {})
    for name in keys:
        if name != but:
            keys[name] += 1


def pick_key(name: str) -> str:
    """The widget key of a chart or table that can be picked in; another one after its pick was forgotten."""
    return f"insights_{name}_{st.session_state.setdefault(KEYS, {}).setdefault(name, 0)}"
