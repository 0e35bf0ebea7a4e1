"""A table of what an act would change: before and after, with what the rules will say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.reviewing.bulk import Change
from pages.components.i18n import language, say, t

MOST_SHOWN = 200
"""Rows; how many there are in all is said beside them."""
HEIGHT = 280


def draw_changes(changes: Sequence[Change], names: Mapping[int, str]) -> None:
    """Draws the changes, nothing where there are none. `names` are the records' by item."""
    if not changes:
        return
    columns = ("item", "name", "field", "before", "after", "rules")
    rows = [_row(change, names) for change in changes[:MOST_SHOWN]]
    frame = pd.DataFrame(rows, columns=[t(f"records.change_{column}") for column in columns])
    st.dataframe(frame, hide_index=True, height=min(HEIGHT, 38 + 35 * len(rows)), width="stretch")
    if len(changes) > MOST_SHOWN:
        st.caption(t("records.change_more", count=len(changes) - MOST_SHOWN))


def _row(change: Change, names: Mapping[int, str]) -> tuple[int, str, str, str, str, str]:
    findings = "; ".join(say(finding.message) for finding in change.findings)
    after = change.after or t("records.clash_empty")
    name = names.get(change.item_id, "")
    return change.item_id, name, change.spec.label(language()), change.before, after, findings
