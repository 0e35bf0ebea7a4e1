"""Cells that were typed on a record which somebody else had changed: both texts, field by field, and a choice."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from sqlite_utils import Database

from core.errors import Conflict, NotFound
from core.reviewing.bulk import Refusal
from core.reviewing.review import load_record
from core.store.decisions import last_reviewer
from pages.components.i18n import language

CLASHES = "records_clashes"
"""Session key: (item, field) -> Clash, in the order they came up."""


@dataclass(frozen=True)
class Clash:
    """`mine` is what was typed, `theirs` what stands now, at `version`; `who` changed the record."""

    item_id: int
    field: str
    label: str
    mine: str
    theirs: str
    who: str
    version: int


def current_clashes() -> dict[tuple[int, str], Clash]:
    clashes: dict[tuple[int, str], Clash] = st.session_state.setdefault(CLASHES, {})
    return clashes


def dismiss_clashes() -> None:
    st.session_state.pop(CLASHES, None)


def keep_clashes(db: Database, refused: tuple[Refusal, ...]) -> None:
    """Remembers, of what was refused, the texts that differ from what stands by now."""
    for refusal in refused:
        if not isinstance(refusal.error, Conflict):
            continue
        try:
            view = load_record(db, refusal.item_id)
        except NotFound:
            continue
        who = last_reviewer(db, refusal.item_id) or ""
        for key, mine in refusal.texts.items():
            theirs = view.text(key)
            if mine.strip() != theirs.strip():
                label = view.schema.field(key).label(language())
                clash = Clash(refusal.item_id, key, label, mine, theirs, who, view.item.version)
                current_clashes()[refusal.item_id, key] = clash
