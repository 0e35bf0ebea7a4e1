"""What cannot be taken back lightly is asked twice: at the foot of a dialog, and once more in its place."""

from __future__ import annotations

import streamlit as st

from pages.components.i18n import t


def ask_anew(name: str) -> None:
    """Call this when the dialog opens: the first question comes first again."""
    st.session_state.pop(_key(name), None)


def asked_twice(name: str, *, act: str, sure: str, certain: str) -> bool:
    """Draws the buttons of a dialog; True when both questions were answered with yes.

    `act` is on the first button. It brings up the sentence `sure` and a second button, `certain`.
    """
    if not st.session_state.get(_key(name)):
        with st.container(horizontal=True, horizontal_alignment="right"):
            _cancel(name)
            if st.button(act, type="primary", key=f"{name}_now"):
                st.session_state[_key(name)] = True
                st.rerun(scope="fragment")
        return False
    st.warning(sure, icon=":material/warning:")
    with st.container(horizontal=True, horizontal_alignment="right"):
        _cancel(name)
        return st.button(certain, type="primary", key=f"{name}_certain")


def _cancel(name: str) -> None:
    if st.button(t("records.cancel"), key=f"{name}_cancel"):
        st.rerun()


def _key(name: str) -> str:
    return f"{name}_asked_once"
