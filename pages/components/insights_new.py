"""What is new: claims whose wording a competitor's posters did not carry before a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from core.insights import Choice, stated
from core.insights.news import NewClaim, has_posters_before, new_claims
from core.store.statements import About
from pages.components import insights_labels as labels
from pages.components.i18n import t, tn
from pages.components.insights_panels import Picked, heading
from pages.components.insights_tables import pick_rows, thumbs

SHOWN = 200
USUAL_DAYS = 28
"""Looked back from the newest poster where the filter names no first day."""


def new_panel(choice: Choice, ever: Choice) -> Picked | None:
    """Draws the new claims since the first day of the filter; returns what is picked."""
    title = heading("new")
    last = choice.span()[1]
    since = choice.filters.since or date.fromisoformat(last) - timedelta(days=USUAL_DAYS)
    found = new_claims(ever, since, limit=SHOWN + 1)
    st.caption(t("insights.new_since" if choice.filters.since else "insights.new_usual", day=since, days=USUAL_DAYS))
    if not found:
        none = "insights.new_none" if has_posters_before(ever, since) else "insights.new_nobody"
        st.info(t(none, day=since), icon=":material/search_off:")
        return None
    more = len(found) > SHOWN
    found = found[:SHOWN]
    st.markdown(t("insights.new_more", n=SHOWN) if more else tn("insights.new_count", len(found)))
    picked = pick_rows("new", _rows(ever, found), _columns())
    marks = [{"competitor": found[row].competitor, "phrase": found[row].phrase} for row in picked]
    return Picked(title, stated(ever, About.CLAIM), marks) if marks else None


def _rows(ever: Choice, found: list[NewClaim]) -> list[tuple[Any, ...]]:
    photos = thumbs(ever, {claim.item_id for claim in found})
    return [
        (
            photos.get(claim.item_id, ""), claim.text, labels.theme(claim.theme), labels.competitor(claim.competitor),
            claim.first, claim.posters,
        )
        for claim in found
    ]  # fmt: skip


def _columns() -> dict[str, str]:
    return {
        "photo": t("insights.photo"),
        "text": t("charts.phrase"),
        "theme": t("charts.theme"),
        "competitor": t("charts.competitor"),
        "first": t("insights.first_seen"),
        "posters": t("charts.posters"),
    }
