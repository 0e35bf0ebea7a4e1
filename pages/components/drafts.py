"""Typing that never reached the server, kept by the browser (drafts.js) and offered when the record is opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.review import RecordView

KEY = "review_drafts"

_component = st.components.v2.component(
    "shelflens_drafts",
    html="<i></i>",
    css=":host { display: none; }",
    js=Path(__file__).with_name("drafts.js").read_text("utf-8"),
)


def keep_drafts(
    view: RecordView, *, prefix: str, judged: int | None, dropped: frozenset[str], on_found: Callable[[], None]
) -> None:
    """Draws nothing. What is typed into editors whose key is `prefix` + field is kept until it is stored.

    Drafts of the record `judged`, and those of the fields `dropped`, are forgotten. `on_found` is called
    when the record on screen has drafts from before.
    """
    data = {
        "item": view.item.id,
        "prefix": prefix,
        "stored": {key: view.text(key) for key in view.schema.keys},
        "judged": judged,
        "dropped": sorted(dropped),
    }
    _component(key=KEY, data=data, on_found_change=on_found)


def found_drafts() -> tuple[int, dict[str, str]] | None:
    """The drafts that the browser has just found, as (item, field -> text)."""
    found = st.session_state[KEY].found
    if not found:
        return None
    return int(found["item"]), {str(field): str(text) for field, text in found["texts"].items()}
