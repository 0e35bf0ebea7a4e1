"""Which posters are looked at: the filter bar of Insights, kept for the session and written to the address.

The address holds codes and names (`?competitor=Lumina&theme=taste&since=2026-09-07`), the same in every language,
so that a link works for whoever opens it. Menus whose options are called otherwise in each language come from
pages.components.menus, which keeps the choice apart from what it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from core.insights import AdFilters, Offered
from pages.components import insights_labels as labels
from pages.components.address import PageAddress
from pages.components.i18n import t
from pages.components.menus import menu_of_many

LISTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "competitor": ("competitors", labels.competitor),
    "campaign": ("campaigns", str),
    "platform": ("platforms", str),
    "goods": ("goods", labels.goods),
    "theme": ("themes", labels.theme),
    "promotion": ("promotions", labels.promotion),
}
"""Parameter of the address -> field of the filters and of what is offered, and how a value is called."""
DAYS = ("since", "until")
DAY_PX = 160
"""A date field that shows a whole day beside the button that clears it."""
SIDES = ("own", "rivals")
VIEWS = ("charts", "new", "compare", "summary")
TABS = ("time", "claims", "offers", "prices", "audience", "style", "risks")
CODES = {"side": SIDES, "view": VIEWS, "tab": TABS}
PARAMETERS = (*LISTS, *DAYS, *CODES, "verified", "sides")
ADDRESS = PageAddress("insights_address", PARAMETERS)


def state_key(name: str) -> str:
    """The session key of a parameter's value."""
    return f"insights_{name}"


def filter_bar(offered: Offered, *, has_own: bool) -> AdFilters:
    """Draws the filters over what the posters offer and returns the chosen ones."""
    _read_address()
    with st.container(horizontal=True, vertical_alignment="bottom"):  # goes into a second row where a window is narrow
        _list("competitor", offered.competitors)
        for name in DAYS:
            st.date_input(t(f"insights.{name}"), value=None, key=state_key(name), width=DAY_PX, persist_state="session")
        if has_own:
            _side()
        else:
            st.session_state[state_key("side")] = None
        _more(offered)
    return _filters()


def choose_view() -> str:
    """What is looked at: the charts, what is new, a comparison, or the summary."""
    return str(
        st.segmented_control(
            t("insights.view"),
            VIEWS,
            format_func=lambda view: t(f"insights.view_{view}"),
            key=state_key("view"),
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
    )


def clear_filters() -> None:
    for name in PARAMETERS:
        if name not in ("view", "tab", "sides"):
            st.session_state[state_key(name)] = _default(name)


def _list(name: str, options: tuple[str, ...]) -> None:
    """A choice of several; one that the address asks for is offered too, so that nothing is hidden."""
    chosen = st.session_state[state_key(name)]
    called = LISTS[name][1]
    known = dict.fromkeys([*options, *chosen])
    shown = {value: called(value) for value in known}
    menu_of_many(t(f"insights.{name}"), shown, key=state_key(name), placeholder=t("insights.all"))


def _side() -> None:
    st.segmented_control(
        t("insights.side"),
        SIDES,
        format_func=lambda side: t(f"insights.side_{side}"),
        key=state_key("side"),
        persist_state="session",
    )


def _more(offered: Offered) -> None:
    """What is asked for less often, with the number of those in use on the button."""
    names = [name for name in LISTS if name != "competitor" and (getattr(offered, LISTS[name][0]) or _value(name))]
    used = sum(bool(_value(name)) for name in [*names, "verified"])
    label = t("insights.more_used", n=used) if used else t("insights.more")
    with st.popover(label, icon=":material/filter_list:"):
        for name in names:
            _list(name, getattr(offered, LISTS[name][0]))
        st.toggle(
            t("insights.verified_only"),
            key=state_key("verified"),
            help=t("insights.verified_only_help"),
            persist_state="session",
        )
        if not _filters().is_open:
            st.button(t("insights.clear"), icon=":material/filter_alt_off:", type="tertiary", on_click=clear_filters)


def _value(name: str) -> Any:
    return st.session_state.get(state_key(name)) or _default(name)


def _default(name: str) -> Any:
    if name in LISTS or name == "sides":
        return []
    return {"view": VIEWS[0], "tab": TABS[0], "verified": False}.get(name)


def _filters() -> AdFilters:
    lists = {field: tuple(_value(name)) for name, (field, _) in LISTS.items()}
    return AdFilters(
        **lists,
        side=_value("side") or "",
        since=_value("since"),
        until=_value("until"),
        verified_only=_value("verified"),
    )


def _read_address() -> None:
    """Sets the widgets from an address that this page did not write itself: a link, or a first visit."""
    if given := ADDRESS.given():
        for name in PARAMETERS:
            st.session_state[state_key(name)] = _parsed(name, given.get(name, []))
    for name in PARAMETERS:
        st.session_state.setdefault(state_key(name), _default(name))


def _parsed(name: str, texts: list[str]) -> Any:
    """The parameter's value; the default where the address names none that can be."""
    if name in LISTS or name == "sides":
        return list(dict.fromkeys(texts))
    text = texts[0] if texts else ""
    if name in DAYS:
        return _day(text)
    if name == "verified":
        return text == "1"
    return text if text in CODES[name] else _default(name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_address() -> None:
    """Puts what is chosen into the address, so that it can be sent and kept. Called after the page is drawn."""
    ADDRESS.write({name: texts for name in PARAMETERS if (texts := _texts(name))})


def _texts(name: str) -> list[str]:
    """The parameter as the address holds it; nothing where it is as without it."""
    value = st.session_state.get(state_key(name))
    if not value or value == _default(name):
        return []
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["1"] if value is True else [str(value)]
