"""Tables of Insights in which a row can be picked, to see the posters behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.insights import Choice
from pages.components.insights_picks import forget_picks, pick_key

ROW_PX = 56
"""Height of a row: a thumbnail in it can be told apart."""
MAX_ROWS_SEEN = 8
PHOTO = "photo"


def thumbs(choice: Choice, items: Collection[int]) -> dict[int, str]:
    """{poster: address of its small photo}."""
    return {one.item_id: f"/thumb/{one.blob}.jpg" if one.blob else "" for one in choice.listing(items)}


def pick_rows(name: str, rows: Sequence[Sequence[Any]], columns: Mapping[str, Any]) -> list[int]:
    """Shows `rows` in a table under the titles in `columns` and returns the places of the picked ones.

    A column called `photo` holds addresses of small photos. A pick forgets those elsewhere on the page.
    """
    photo = {PHOTO: st.column_config.ImageColumn(columns[PHOTO], width=70)} if PHOTO in columns else {}
    seen = min(len(rows), MAX_ROWS_SEEN)
    event = st.dataframe(
        pd.DataFrame(rows, columns=list(columns)),
        column_config={**columns, **photo},
        hide_index=True,
        row_height=ROW_PX if photo else None,
        height=(ROW_PX if photo else 35) * seen + 40,
        on_select=partial(forget_picks, but=name),
        selection_mode="multi-row",
        key=pick_key(name),
        width="stretch",
    )
    picked = event.get("selection", {}).get("rows", [])
    return [row for row in picked if row < len(rows)]
