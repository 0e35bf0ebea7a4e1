"""Menus whose options are called otherwise in each language: `menu` for one of them, `menu_of_many` for several.

Streamlit 1.67 sends what was chosen as its *label* and reads it by the labels of the run before. After a change
of language the label of the other one would reach the page as if it were the choice. So each language has a
widget of its own, and the choice itself is kept beside them, in the session, under `key`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from pages.components.i18n import language


def menu(
    label: str,
    options: dict[Any, str],
    *,
    key: str,
    on_change: Callable[[], None] | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A choice of one, drawn without its label; `options` are the values with what they are called."""
    st.selectbox(
        label,
        list(options),
        format_func=lambda value: options.get(value, str(value)),
        key=_shown(key),
        on_change=_keep,
        args=(key, _shown(key), on_change),
        label_visibility="collapsed",
        width=width,
    )


def menu_of_many(
    label: str, options: dict[str, str], *, key: str, help: str | None = None, placeholder: str | None = None
) -> None:
    """A choice of several, kept in the order they were chosen."""
    st.multiselect(
        label,
        list(options),
        format_func=lambda value: options.get(value, value),
        key=_shown(key),
        on_change=_keep,
        args=(key, _shown(key), None),
        help=help,
        placeholder=placeholder,
    )


def _shown(key: str) -> str:
    """The session key of the widget of the present language, which shows what is kept under `key`.

    It is written to only where it shows something else: writing would close a menu that is being used.
    """
    widget = f"{key}_{language()}"
    if st.session_state.get(widget) != st.session_state[key]:
        st.session_state[widget] = st.session_state[key]
    return widget


def _keep(key: str, widget: str, then: Callable[[], None] | None) -> None:
    st.session_state[key] = st.session_state[widget]
    if then is not None:
        then()
