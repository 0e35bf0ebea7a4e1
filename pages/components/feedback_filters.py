"""Which feedback is looked at: the part of the page and its filters, kept for the session and in the address.

The address holds codes (`?feedback_kind=ad&feedback_engine=ocr`), the same in every language. It is read before the
widgets are drawn and written after: `bind="query-params"` would put the labels of one language there and take them for
a choice in the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st
from sqlite_utils import Database

from core.learning.feedback import Filters, list_engines, list_reviewers
from core.schema import load_schema
from core.store.db import open_store
from core.store.records import list_brands
from core.types import Kind
from pages.components.address import PageAddress
from pages.components.i18n import language, t
from pages.components.menus import menu
from pages.components.session import settings

PARTS = ("accuracy", "corrections", "trust", "people")
DEFAULTS: dict[str, str] = {
    "part": PARTS[0], "kind": "", "field": "", "brand": "", "reviewer": "", "engine": "", "since": "", "until": "",
}  # fmt: skip
"""What an address that does not name a parameter means."""


def state_key(name: str) -> str:
    """The session key of a parameter's value, which is also its name in the address."""
    return f"feedback_{name}"


def filter_bar() -> Filters:
    """Draws the filters and returns the chosen ones."""
    _read_address()
    with open_store(settings()) as db:
        options = _options(db)
    with st.container(horizontal=True):
        for name in options:
            _choice(name, options[name])
        since, until = _days()
    _write_address()
    return Filters(**{name: _value(name) for name in options}, since=since, until=until)


def part_control() -> str:
    """Draws the choice of the page's part and returns it."""
    return str(
        st.segmented_control(
            t("feedback.part"),
            PARTS,
            format_func=lambda part: t(f"feedback.part_{part}"),
            key=state_key("part"),
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
    )


def field_labels(kind: str = "") -> dict[str, str]:
    """{key: name in the session's language} of a kind's fields, or of all; a product's name for a key of both."""
    labels: dict[str, str] = {}
    for each in [Kind(kind)] if kind else Kind:
        for spec in load_schema(each).fields:
            labels.setdefault(spec.key, spec.label(language()))
    return labels


def _options(db: Database) -> dict[str, dict[str, str]]:
    """Parameter -> its values with what they are called, "" for all of them."""
    kind = _value("kind")
    found = {
        "kind": {each.value: t(f"feedback.kind_{each}") for each in Kind},
        "field": field_labels(kind),
        "brand": {name: name for name in list_brands(db, kind)},
        "reviewer": {name: name for name in list_reviewers(db)},
        "engine": {name: name for name in list_engines(db)},
    }
    if _value("field") not in found["field"]:
        st.session_state[state_key("field")] = ""
    return {name: {"": t(f"feedback.{name}_any"), **values} for name, values in found.items()}


def _choice(name: str, options: dict[str, str]) -> None:
    """A choice of one or of all; what the address asks for is offered too, so that no filter is hidden."""
    chosen = _value(name)
    menu(t(f"feedback.{name}"), options | ({} if chosen in options else {chosen: chosen}), key=state_key(name))


def _value(name: str) -> str:
    return str(st.session_state.get(state_key(name)) or "")


def _days() -> tuple[date | None, date | None]:
    """The days from and until which, behind one button: most people never need them."""
    since, until = (_value(name) for name in ("since", "until"))
    label = t("feedback.days", since=since or "…", until=until or "…") if since or until else t("feedback.days_any")
    with st.popover(label, icon=":material/date_range:", width="stretch"):
        for name in ("since", "until"):
            st.date_input(
                t(f"feedback.{name}"),
                value=_day(name),
                key=f"{state_key(name)}_input",
                on_change=_keep_day,
                args=(name,),
            )
    return _day("since"), _day("until")


def _keep_day(name: str) -> None:
    day = st.session_state[f"{state_key(name)}_input"]
    st.session_state[state_key(name)] = day.isoformat() if day else ""


def _day(name: str) -> date | None:
    text = _value(name)
    return date.fromisoformat(text) if text else None


def _read_address() -> None:
    """Sets the widgets from an address that this page did not write itself: a link, or a first visit."""
    given = _address().given()
    for name, default in DEFAULTS.items():
        key = state_key(name)
        if given or key not in st.session_state:
            st.session_state[key] = _parsed(name, given.get(key, [default])[-1])


def _address() -> PageAddress:
    return PageAddress("feedback_address", [state_key(name) for name in DEFAULTS])


def _parsed(name: str, text: str) -> str:
    """The parameter's value; the default where the address names none that exists."""
    known: dict[str, Callable[[str], bool]] = {
        "part": lambda value: value in PARTS,
        "kind": lambda value: value in list(Kind),
        "since": _is_day,
        "until": _is_day,
    }
    return text if known.get(name, bool)(text) else DEFAULTS[name]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _write_address() -> None:
    values: dict[str, Any] = {name: _value(name) for name in DEFAULTS}
    _address().write({state_key(name): [value] for name, value in values.items() if value and value != DEFAULTS[name]})
