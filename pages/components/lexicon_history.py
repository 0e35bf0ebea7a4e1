"""Which version of the lexicons this is, and who changed what, with a way back for each change."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from core.store.db import open_store
from core.store.lexicon_edits import Act, list_acts
from core.words import lexicons
from core.words.lexicons import NAMES
from pages.components.i18n import escape, say, t, tn
from pages.components.lexicon_acts import act
from pages.components.lexicon_editor import entry_label
from pages.components.session import reviewer, settings

SHOWN = 100


def show_version() -> None:
    with open_store(settings()) as db:
        acts = list_acts(db)
    standing = sum(entry.edit is not None and not entry.undone for entry in acts)
    if standing:
        text = tn("lexicons.version", standing, version=acts[0].id)
        st.markdown(f":blue-badge[:material/edit_note: {text}]")
    else:
        st.markdown(f":gray-badge[:material/check: {t('lexicons.unchanged')}]")


def show_history() -> None:
    """The changes, newest first; nothing where there are none."""
    with open_store(settings()) as db:
        acts = list_acts(db)
    if not acts:
        return
    with st.expander(t("lexicons.history", n=len(acts)), icon=":material/history:"):
        for entry in acts[:SHOWN]:
            _show_act(entry)


def _show_act(entry: Act) -> None:
    at = datetime.fromisoformat(entry.at).astimezone().strftime("%Y-%m-%d %H:%M")
    line = f"{entry.id} · {at} · {entry.made_by} · {_said(entry)}"
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center"):
        if entry.undone:
            st.markdown(f":gray[~~{escape(line)}~~] :gray-badge[{t('lexicons.undone')}]")
            return
        st.text(line)
        st.button(
            t("lexicons.undo"),
            key=f"lexicons_undo_{entry.id}",
            type="tertiary",
            icon=":material/undo:",
            on_click=lambda: act(lambda db: lexicons.undo(db, entry.id, by=reviewer())),
        )


def _said(entry: Act) -> str:
    edit = entry.edit
    if edit is None:
        return t("lexicons.did_undo", number=entry.undoes)
    name = edit.key if edit.lexicon not in NAMES else entry_label(edit.lexicon, edit.key)
    lexicon = say(NAMES[edit.lexicon]) if edit.lexicon in NAMES else edit.lexicon
    return t(f"lexicons.did_{edit.action}", text=edit.text, entry=name, lexicon=lexicon)
