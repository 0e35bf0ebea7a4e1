"""Which records of the queue come: all, or those of one kind, of one brand, with doubts or with findings of rules."""

from __future__ import annotations

import streamlit as st

from core.store.db import open_store
from core.store.records import Filters, list_brands
from core.types import Kind
from pages.components import review_desk as desk
from pages.components.i18n import t
from pages.components.menus import menu
from pages.components.session import settings

KEY = "review_queue_"
NAMES = ("kind", "brand", "flags")
FLAGS = ("doubts", "findings")


@st.cache_data(ttl=30, max_entries=8, show_spinner=False)
def _brands(database: str, kind: str) -> list[str]:
    """Looking through all records takes longer than anything else that an accept waits for."""
    with open_store(settings()) as db:
        return list_brands(db, kind)


def queue_menu() -> None:
    """Draws the choice behind one button, which says what is brought."""
    filters = desk.desk().filters
    for name in NAMES:
        st.session_state[KEY + name] = getattr(filters, name)
    options = {
        "kind": {each.value: t(f"records.kind_{each}") for each in Kind},
        "brand": {name: name for name in _brands(str(settings().database), filters.kind)},
        "flags": {flag: t(f"records.flags_{flag}") for flag in FLAGS},
    }
    chosen = [options[name].get(value, value) for name in NAMES if (value := getattr(filters, name))]
    label = t("review.queue_of", what=" · ".join(chosen)) if chosen else t("review.queue")
    with st.popover(label, icon=":material/filter_list:", type="tertiary", help=t("review.queue_help")):
        for name in NAMES:
            menu(
                t(f"review.queue_{name}"),
                {"": t(f"review.any_{name}"), **options[name]},
                key=KEY + name,
                on_change=_narrow,
            )
        if chosen:
            st.button(t("review.queue_all"), icon=":material/filter_alt_off:", on_click=show_whole_queue)


def show_whole_queue() -> None:
    desk.narrow(Filters())


def _narrow() -> None:
    desk.narrow(Filters(**{name: st.session_state[KEY + name] for name in NAMES}))
