"""The posters behind what is picked in Insights, with boxes round the words that were counted."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from core.insights import Choice, Listed, behind, wordings_on
from core.types import Box
from pages.components import insights_labels as labels
from pages.components.gallery import page_of
from pages.components.i18n import KEY, LANGUAGES, language, t, tn
from pages.components.insights_panels import Picked
from pages.components.insights_picks import forget_picks

Wordings = Sequence[tuple[str, Box | None]]

_STYLE = """<style>
.poster-gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px; }
.poster-gallery a { display: block; color: inherit; text-decoration: none; border-radius: 8px; overflow: hidden;
    border: 1px solid rgba(128, 128, 128, .3); }
.poster-gallery a:hover, .poster-gallery a:focus-visible { border-color: currentColor; }
.poster-gallery .pane { height: 180px; display: flex; align-items: center; justify-content: center;
    background: rgba(128, 128, 128, .12); }
.poster-gallery .photo { position: relative; max-width: 100%; max-height: 100%; }
.poster-gallery img { display: block; width: 100%; height: 100%; }
.poster-gallery i { position: absolute; border: 2px solid #D55E00; border-radius: 2px;
    box-shadow: 0 0 0 1px rgba(255, 255, 255, .8); }
.poster-gallery span { display: block; padding: 0 8px; font-size: 13px; line-height: 1.4; overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap; }
.poster-gallery span:first-of-type { padding-top: 6px; font-weight: 600; }
.poster-gallery span:last-of-type { padding-bottom: 8px; }
.poster-gallery .quiet { font-size: 12px; }
</style>"""


def poster_link(item_id: int) -> str:
    """Address of one poster on this page, in the session's language: a link opens a session of its own."""
    return f"/insights?{urlencode({'poster': item_id, KEY: LANGUAGES[language()]})}"


def poster_gallery(choice: Choice, picked: Picked | None) -> None:
    """Draws the posters that the picked marks count, newest first; all of them while nothing is picked."""
    items = behind(picked.facts, picked.marks) if picked else None
    total = len(items) if items is not None else choice.count
    heading, forget = st.columns([4, 1], vertical_alignment="bottom")
    with heading:
        st.subheader(tn("insights.posters_picked" if picked else "insights.posters_all", total))
        st.caption(t("insights.picked_in", chart=picked.title) if picked else t("insights.pick_hint"))
    if picked:
        forget.button(t("insights.forget"), icon=":material/close:", on_click=forget_picks, key="insights_forget")
    page = page_of(total, key="insights_gallery")
    source = picked.facts.choice if picked else choice
    shown = source.listing(items, limit=page.stop - page.start, offset=page.start)
    words = wordings_on(picked.facts, picked.marks, [one.item_id for one in shown]) if picked else {}
    draw_posters(shown, words)


def draw_posters(posters: Sequence[Listed], words: dict[int, list[tuple[str, Box | None]]] | None = None) -> None:
    """Posters as tiles, each a link to all that is known of it; `words` are what was counted on them."""
    tiles = "".join(_tile(one, (words or {}).get(one.item_id, ())) for one in posters)
    st.html(f'{_STYLE}<div class="poster-gallery">{tiles}</div>')


def _tile(poster: Listed, words: Wordings) -> str:
    said = " · ".join(dict.fromkeys(text for text, _ in words if text))
    verdict = t("insights.verified") if poster.verified else t("insights.unverified")
    who = f"{labels.competitor(poster.competitor)} · {poster.day}"
    lines = [said or poster.title, who, verdict]
    spans = "".join(
        f'<span{" class=quiet" if place == 2 else ""} title="{escape(line)}">{escape(line)}</span>'
        for place, line in enumerate(lines)
    )
    return (
        f'<a href="{escape(poster_link(poster.item_id))}" target="_blank" title="{escape(poster.title)}">'
        f'<div class="pane">{framed(poster, [box for _, box in words if box])}</div>{spans}</a>'
    )


def framed(poster: Listed, boxes: Sequence[Box]) -> str:
    """The poster's first photo with frames round `boxes`, as markup that keeps the photo's shape."""
    if not poster.blob:
        return ""
    width, height = max(1, poster.width), max(1, poster.height)
    shape = f"aspect-ratio: {width} / {height}; {'height' if height >= width else 'width'}: 100%"
    frames = "".join(f'<i style="{_place(box, width, height)}"></i>' for box in dict.fromkeys(boxes))
    image = f'<img src="/thumb/{escape(poster.blob)}.jpg" loading="lazy" alt="{escape(poster.title)}">'
    return f'<div class="photo" style="{shape}">{image}{frames}</div>'


def _place(box: Box, width: int, height: int) -> str:
    """A box of page pixels as shares of the photo, so that it holds at any size."""
    left, top, right, bottom = box
    return (
        f"left: {left / width:.2%}; top: {top / height:.2%};"
        f" width: {(right - left) / width:.2%}; height: {(bottom - top) / height:.2%}"
    )
