"""Unknown phrases that recur on posters, each with its posters and a way to put it where it belongs."""

from __future__ import annotations

import streamlit as st
from sqlite_utils import Database

from core.store import records
from core.store.db import open_store
from core.values.terms import load_terms
from core.words import lexicons
from core.words.lexicons import NAMES
from core.words.suggestions import LEAST_CREATIVES, Phrase, ignore_phrase, suggest, suggestions_key
from pages.components.gallery import Tile, gallery
from pages.components.i18n import escape, say, t
from pages.components.lexicon_acts import act
from pages.components.session import reviewer, settings


def show_suggestions() -> None:
    st.subheader(t("lexicons.suggestions"), divider="gray")
    with open_store(settings()) as db:
        with st.spinner(t("lexicons.counting")):
            phrases = _suggested(suggestions_key(db), str(settings().data))
        if not phrases:
            st.caption(t("lexicons.no_suggestions", least=LEAST_CREATIVES))
            return
        st.caption(t("lexicons.suggestions_help", least=LEAST_CREATIVES))
        phrase = _choose(phrases)
        _put_into(phrase)
        gallery(_tiles(db, phrase))


@st.cache_data(max_entries=4, show_spinner=False)
def _suggested(key: tuple[object, ...], data: str) -> list[Phrase]:
    """Kept until something is read or changed: counting ten thousand posters takes seconds."""
    with open_store(settings()) as db:
        return suggest(db)


def _choose(phrases: list[Phrase]) -> Phrase:
    by_text = {phrase.text: phrase for phrase in phrases}
    chosen = st.pills(
        t("lexicons.phrase"),
        list(by_text),
        format_func=lambda text: f"{escape(text)} · {by_text[text].creatives}",
        default=phrases[0].text,
        required=True,
        key="lexicons_phrase",
        label_visibility="collapsed",
    )
    return by_text.get(str(chosen), phrases[0])


def _put_into(phrase: Phrase) -> None:
    st.text(t("lexicons.on_creatives", phrase=phrase.text, n=phrase.creatives, line=phrase.line))
    places = [(name, entry.key) for name in NAMES for entry in load_terms(name).entries]
    labels = {place: f"{say(NAMES[place[0]])} · {say(load_terms(place[0]).label(place[1]))}" for place in places}

    key = f"lexicons_place_{phrase.text}"  # of its own: what was chosen for one phrase must not stand at the next

    def learn() -> None:
        place = st.session_state.get(key)
        if place:
            act(lambda db: lexicons.add_term(db, place[0], place[1], phrase.text, by=reviewer()))

    def ignore() -> None:
        act(lambda db: ignore_phrase(db, phrase.text, by=reviewer()))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("lexicons.put_into"),
            places,
            format_func=lambda place: labels.get(place, str(place)),
            index=None,
            placeholder=t("lexicons.pick"),
            key=key,
        )
        st.button(t("lexicons.learn"), key="lexicons_learn", type="primary", icon=":material/add:", on_click=learn)
        st.button(t("lexicons.ignore"), key="lexicons_ignore", icon=":material/visibility_off:", on_click=ignore)


def _tiles(db: Database, phrase: Phrase) -> list[Tile]:
    found = (records.find_record(db, item) for item in phrase.posters)
    return [
        Tile(record.item_id, record.thumb, record.name, record.brand, record.seen_on or "")
        for record in found
        if record is not None
    ]
