"""One meaning of one lexicon: its terms and exceptions, with ways to add and to take out."""

from __future__ import annotations

import streamlit as st

from core.store.db import open_store
from core.values.terms import Entry, TermLexicon, load_terms, shipped_terms, wording_key
from core.words import lexicons
from core.words.lexicons import NAMES, OPEN
from pages.components.i18n import escape, language, say, t
from pages.components.lexicon_acts import act, show_problem_of_act
from pages.components.session import reviewer, settings


def edit_lexicon() -> None:
    """Draws the choice of lexicon and meaning, and the chosen meaning."""
    with open_store(settings()):  # whose edition of the words counts from here on
        name = _choose_lexicon()
        lexicon = load_terms(name)
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        entry = _choose_meaning(lexicon)
        if name in OPEN:
            _new_meaning(name)
    with right:
        show_problem_of_act()
        _show_wordings(name, entry)


def _choose_lexicon() -> str:
    labels = {name: say(label) for name, label in NAMES.items()}
    chosen = st.segmented_control(
        t("lexicons.which"),
        list(labels),
        format_func=labels.__getitem__,
        default="themes",
        required=True,
        key="lexicons_which",
        persist_state="session",
    )
    return str(chosen)


def _choose_meaning(lexicon: TermLexicon) -> Entry:
    entries = {entry.key: entry for entry in lexicon.entries}
    labels = {key: say(entry.label) for key, entry in entries.items()}
    key = st.selectbox(
        t("lexicons.meaning"),
        list(labels),
        format_func=lambda key: labels.get(key, key),
        key=f"lexicons_meaning_{lexicon.name}",
        help=t("lexicons.meaning_help"),
    )
    return entries[str(key)]


def _show_wordings(name: str, entry: Entry) -> None:
    shipped = {known.key: known for known in shipped_terms(name).entries}.get(entry.key)
    _wordings("terms", entry.terms, shipped.terms if shipped else ())
    _add(name, entry, "term")
    st.markdown("")
    _wordings("exceptions", entry.exceptions, shipped.exceptions if shipped else ())
    _add(name, entry, "exception")
    _take_out(name, entry)


def _wordings(kind: str, wordings: tuple[str, ...], shipped: tuple[str, ...]) -> None:
    """The words as badges, those added here first and marked."""
    known = set(map(wording_key, shipped))
    own = [text for text in wordings if wording_key(text) not in known]
    rest = [text for text in wordings if wording_key(text) in known]
    st.markdown(
        f"**{t(f'lexicons.{kind}', n=len(wordings))}**",
        help=t("lexicons.exceptions_help") if kind == "exceptions" else t("lexicons.own"),
    )
    badges = [f":blue-badge[:material/edit: {escape(text)}]" for text in own]
    badges += [f":gray-badge[{escape(text)}]" for text in rest]
    with st.container(height=190 if len(wordings) > 40 else "content", border=False):
        st.markdown(" ".join(badges) or f":gray[{t('lexicons.no_exceptions')}]")


def _add(name: str, entry: Entry, kind: str) -> None:
    key = f"lexicons_add_{kind}_{name}_{entry.key}"
    add = lexicons.add_term if kind == "term" else lexicons.add_exception

    def save() -> None:
        text = str(st.session_state.get(key, ""))
        act(lambda db: add(db, name, entry.key, text, by=reviewer()), clears=key)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t(f"lexicons.add_{kind}"), key=key, help=t("lexicons.add_term_help"), max_chars=80)
        st.button(t("lexicons.add"), key=f"{key}_button", icon=":material/add:", on_click=save)


def _take_out(name: str, entry: Entry) -> None:
    key = f"lexicons_out_{name}_{entry.key}"

    def save() -> None:
        text = st.session_state.get(key)
        if text:
            act(lambda db: lexicons.drop_wording(db, name, entry.key, str(text), by=reviewer()))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("lexicons.take_out_what"),
            [*entry.terms, *entry.exceptions],
            index=None,
            key=key,
            placeholder=t("lexicons.pick"),
        )
        st.button(t("lexicons.take_out"), key=f"{key}_button", icon=":material/remove:", on_click=save)


def _new_meaning(name: str) -> None:
    keys = {part: f"lexicons_new_{part}_{name}" for part in ("en", "zh", "term")}

    def save() -> None:
        en, zh, text = (str(st.session_state.get(key, "")) for key in keys.values())
        act(lambda db: lexicons.add_entry(db, name, en, zh, text, by=reviewer()), clears=keys["term"])

    with st.expander(t("lexicons.new_meaning"), icon=":material/add_circle:"):
        for part, key in keys.items():
            st.text_input(t(f"lexicons.new_{part}"), key=key, max_chars=80)
        st.button(t("lexicons.add"), key=f"lexicons_new_button_{name}", icon=":material/add:", on_click=save)


def entry_label(lexicon: str, key: str) -> str:
    """How a meaning is called in the session's language; the key where it is gone."""
    return load_terms(lexicon).label(key).in_lang(language())
