"""Photos as tiles, each a link to its record in Review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from urllib.parse import urlencode

import streamlit as st

from pages.components.i18n import KEY, LANGUAGES, language

TILES_PER_PAGE = 24

_STYLE = """<style>
.shelf-gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; }
.shelf-gallery a { display: block; color: inherit; text-decoration: none; border-radius: 8px; overflow: hidden;
    border: 1px solid rgba(128, 128, 128, .3); }
.shelf-gallery a:hover, .shelf-gallery a:focus-visible { border-color: currentColor; }
.shelf-gallery img { display: block; width: 100%; height: 150px; object-fit: contain;
    background: rgba(128, 128, 128, .12); }
.shelf-gallery span { display: block; padding: 0 8px; font-size: 13px; line-height: 1.4; overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap; }
.shelf-gallery span:first-of-type { padding-top: 6px; font-weight: 600; }
.shelf-gallery span:last-of-type { padding-bottom: 8px; }
.shelf-gallery .quiet { opacity: .75; font-size: 12px; }
</style>"""


@dataclass(frozen=True)
class Tile:
    """One record: the blob of its first photo, and three short lines of text."""

    item_id: int
    blob: str
    title: str
    subtitle: str
    note: str


def review_link(item_id: int) -> str:
    """Address of a record in Review, in the session's language: a link opens a session of its own.

    Streamlit keeps a bound choice in the URL by the name it is shown with, here the language's own.
    """
    return f"/review?{urlencode({'item': item_id, KEY: LANGUAGES[language()]})}"


def page_of(total: int, *, key: str) -> slice:
    """Draws the page numbers, where there is more than one page, and returns which tiles to show."""
    pages = ceil(total / TILES_PER_PAGE)
    page = st.pagination(pages, key=key) if pages > 1 else 1
    return slice((page - 1) * TILES_PER_PAGE, page * TILES_PER_PAGE)


def gallery(tiles: Sequence[Tile]) -> None:
    st.html(f'{_STYLE}<div class="shelf-gallery">{"".join(map(_tile, tiles))}</div>')


def _tile(tile: Tile) -> str:
    image = f'<img src="/thumb/{escape(tile.blob)}.jpg" loading="lazy" alt="{escape(tile.title)}">' if tile.blob else ""
    return (
        f'<a href="{escape(review_link(tile.item_id))}" target="_blank" title="{escape(tile.title)}">{image}'
        f"<span>{escape(tile.title)}</span><span>{escape(tile.subtitle)}</span>"
        f'<span class="quiet">{escape(tile.note)}</span></a>'
    )
