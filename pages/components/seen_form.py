"""Where and when an ad was seen, and its creative: a small form in a dialog."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import streamlit as st

from core.ads.seen import change_seen
from core.errors import ShelfLensError
from core.store.db import open_store
from core.store.items import Item
from pages.components.creative_form import show_creative
from pages.components.i18n import escape, say, t
from pages.components.session import settings

TEXTS = ("competitor", "campaign", "platform", "url")


def show_seen(item: Item) -> None:
    """Draws the button that opens the form. Nothing of the record's fields is decided by it."""
    day = _day(item.seen_on)
    label = t("seen.button_day", day=day) if day else t("seen.button")
    if st.button(label, key=f"seen_{item.id}", icon=":material/event:", help=t("seen.help"), type="tertiary"):
        _open(item, day)


def _open(item: Item, day: date | None) -> None:
    @st.dialog(t("seen.title"))
    def form() -> None:
        draw_form(item, day)

    form()


def draw_form(item: Item, day: date | None) -> None:
    """What the dialog holds."""
    with st.form(f"seen_form_{item.id}", border=False):
        seen_on = st.date_input(
            t("seen.seen_on"), value=day, max_value=date.today(), format="YYYY-MM-DD", help=t("seen.dates")
        )
        typed = {name: st.text_input(t(f"seen.{name}"), value=getattr(item, name)) for name in TEXTS}
        if st.form_submit_button(t("seen.save"), type="primary", icon=":material/check:"):
            _save(item.id, {**typed, "seen_on": seen_on.isoformat() if seen_on else ""})
    show_creative(item.id)


def _save(item: int, changes: dict[str, str]) -> None:
    try:
        with open_store(settings()) as db:
            change_seen(db, [item], changes)
    except ShelfLensError as err:
        st.error(escape(say(err.message)), icon=":material/error:")
        return
    st.toast(t("seen.saved"), icon=":material/check:")
    st.rerun()


def _day(text: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat((text or "")[:10])
    return None
