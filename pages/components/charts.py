"""What the charts of all pages share: colours, marks that can be picked, and how a chart is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, Final

import altair as alt
import streamlit as st

SHARE_SCHEME: Final = "viridis"
"""Rises evenly in lightness, so it reads without colour too."""
DARK_TEXT_FROM = 0.6
"""Share from which viridis is so light that a number in the cell has to be dark."""

Chart = alt.Chart | alt.LayerChart | alt.FacetChart
OUTLINE_COLOUR = "#D55E00"
"""Round a picked cell of a heat map, whose own colour has to stay what it means."""

PICK = "pick"
"""Name of the selection of every chart that can be clicked."""
FADED = 0.25
"""Opacity of what is not picked while something is."""
ROW_HEIGHT = 30
"""Pixels per row of a chart with names on its vertical axis."""
FRAME_HEIGHT = 130
"""Pixels of legend, horizontal axis and its title: Streamlit's charts include them in their height."""
TIME_CHART_HEIGHT = 360
LEGEND_COLUMNS = 2
LEGEND_COLUMNS_WIDE = 7
"""In a chart over the full width of the page."""
LEGEND_LINE_HEIGHT = 20
NEUTRAL_COLOUR = "#8C8C8C"
"""Seen on light and dark ground: for legends that explain shape, not colour."""


def colour_scale(shown: Sequence[str], colours: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(shown), range=[colours[name] for name in shown])


def pick(fields: Sequence[str]) -> alt.Parameter:
    """Clicking picks what has the same `fields`; with shift held it adds to what is picked."""
    return alt.selection_point(name=PICK, fields=list(fields), toggle="event.shiftKey")


def faded_unless(picked: alt.Parameter) -> Any:
    return alt.when(picked).then(alt.value(1.0)).otherwise(alt.value(FADED))


def rows_height(rows: int, names: int = 0) -> int:
    """Height in pixels of a chart with that many rows and names in its legend, its axis title never cut."""
    more_lines = max(0, ceil(names / LEGEND_COLUMNS) - 1)
    return max(3, rows) * ROW_HEIGHT + FRAME_HEIGHT + more_lines * LEGEND_LINE_HEIGHT


def legend(*, wide: bool = False, limit: int = 95) -> alt.Legend:
    """A legend above the plot, its names cut at `limit` pixels; without `wide` it also fits a plot that takes half a
    chart of half the page's width.
    """
    columns = LEGEND_COLUMNS_WIDE if wide else LEGEND_COLUMNS
    return alt.Legend(orient="top", title=None, columns=columns, labelLimit=limit)


def picked_in(chart: Chart, *, key: str, alt_text: str, on_pick: Callable[[], None]) -> list[dict[str, Any]]:
    """Shows the chart over the full width and returns the picked marks, each as {field: value}."""
    event = st.altair_chart(chart, width="stretch", key=key, on_select=on_pick, selection_mode=PICK, alt=alt_text)
    return list(event.get("selection", {}).get(PICK, []))
