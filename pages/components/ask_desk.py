"""What is being talked about on Ask, and everything that is done there."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.engines.base import Sampling
from core.errors import ShelfLensError
from core.reading import questions
from core.reading.questions import Ask
from core.reviewing import review
from core.store.db import open_store
from core.store.questions import Asked
from core.types import Bilingual
from pages.components.session import reviewer, settings

KEY = "ask_desk"
TEXT = "ask_text"
"""The question's text input."""
ENGINE, TEMPERATURE, TOP_P, TOKENS = "ask_engine", "ask_temperature", "ask_top_p", "ask_tokens"


@dataclass
class Desk:
    """Kept in the session. `current` is the question whose answer is shown; None shows the newest one."""

    item: int | None = None
    current: int | None = None
    address: str = ""
    """The item that the page's address named when it was last followed or written."""
    problem: Bilingual | None = None
    used: str = ""
    """The field that the last answer was used for."""


def desk() -> Desk:
    """The session's desk."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Desk()
    found: Desk = st.session_state[KEY]
    return found


def open_item(item: int | None) -> None:
    """Begins to talk about an item; None asks for one."""
    on = desk()
    on.item, on.current, on.problem, on.used = item, None, None, ""


def follow_address() -> None:
    """Opens the item that the address names (`?item=12`), unless that was done already."""
    on, wanted = desk(), st.query_params.get("item", "")
    if wanted != on.address:
        on.address = wanted
        if wanted.isdecimal():
            open_item(int(wanted))
    on.address = str(on.item) if on.item is not None else ""
    if on.address:
        st.query_params["item"] = on.address
    elif "item" in st.query_params:
        del st.query_params["item"]


def sampling() -> Sampling:
    """How answers are drawn, as the session has it set."""
    usual, chosen = Sampling(), st.session_state
    return Sampling(
        temperature=float(chosen.get(TEMPERATURE, usual.temperature)),
        top_p=float(chosen.get(TOP_P, usual.top_p)),
        max_new_tokens=int(chosen.get(TOKENS, usual.max_new_tokens)),
    )


def ask_typed(blobs: tuple[str, ...], follows: int | None) -> None:
    """Asks what stands in the text input, which is then empty for the next question."""
    if _ask(blobs, str(st.session_state[TEXT]), follows):
        st.session_state[TEXT] = ""


def ask_suggested(blobs: tuple[str, ...], text: str) -> None:
    """Asks one of the offered questions."""
    _ask(blobs, text, None)


def ask_again(asked: Asked) -> None:
    """Asks the same in the same way, for another answer."""
    _put(
        Ask(
            blobs=asked.blobs,
            text=asked.text,
            engine=asked.engine,
            sampling=Sampling(**asked.sampling),
            follows=asked.follows,
            item_id=asked.item_id,
            asked_by=reviewer(),
            again=True,
        )
    )


def _ask(blobs: tuple[str, ...], text: str, follows: int | None) -> bool:
    return _put(
        Ask(
            blobs=blobs,
            text=text,
            engine=str(st.session_state.get(ENGINE) or questions.AUTO),
            sampling=sampling(),
            follows=follows,
            item_id=desk().item,
            asked_by=reviewer(),
        )
    )


def _put(wanted: Ask) -> bool:
    """Asks and shows the answer from now on; False, with the reason on the page, where it cannot be asked."""
    on = desk()
    on.problem, on.used = None, ""
    try:
        with open_store(settings()) as db:
            on.current = questions.ask(db, settings(), wanted)
    except ShelfLensError as err:
        on.problem = err.message
    return on.problem is None


def show(question_id: int) -> None:
    """Shows an earlier question and its answer."""
    desk().current = question_id


def stop(question_id: int) -> None:
    """Ends the answer where it is."""
    questions.stop(settings(), question_id)


def use_value(item: int, field: str, text_key: str, label: str, version: int) -> None:
    """Writes a correction of a field, as typing it in Review does."""
    on, text = desk(), str(st.session_state[text_key])
    on.problem = None
    try:
        with open_store(settings()) as db:
            review.save_edits(db, item, {field: text}, reviewer=reviewer(), version=version)
        on.used = label
    except ShelfLensError as err:
        on.problem = err.message
