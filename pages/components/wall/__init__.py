"""Thousands of records as a wall of photos, each a link to Review.

Runs in the browser (wall.js): only tiles in sight are in the page, so neither the first paint nor memory grows with
the number of photos. The server sends one short row per record and is not asked again while somebody scrolls.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from core.store.records import Tile
from core.types import Status
from pages.components.gallery import review_link
from pages.components.i18n import t

HERE = Path(__file__).parent

_component = st.components.v2.component(
    "shelflens_wall",
    html='<div class="wall" tabindex="0"><ul class="tiles"></ul></div>',
    css=(HERE / "wall.css").read_text("utf-8"),
    js=(HERE / "wall.js").read_text("utf-8"),
)


def draw_wall(tiles: Sequence[Tile], *, name: str) -> None:
    """Draws the tiles in their order. `name` stands for what is shown: another one begins at its top."""
    data = {
        "name": name,
        "label": t("records.wall"),
        "link": review_link(0).replace("item=0", f"item={quote('{item}', safe='{}')}"),
        "statuses": {status.value: t(f"records.status_{status}") for status in Status},
        "tiles": [[tile.item_id, tile.thumb, tile.name, tile.status] for tile in tiles],
    }
    _component(key="records_wall", data=data)
