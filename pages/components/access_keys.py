"""Keys of the API: made and shown once, listed, revoked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.access.keys import make_key
from core.errors import ShelfLensError
from core.store import keys
from core.store.db import open_store
from core.store.keys import ApiKey, Scope
from pages.components.i18n import escape, t
from pages.components.problems import show_problem
from pages.components.session import reviewer, settings

SHOWN = "access_secret"
"""(label, secret) of the key just made: gone with the next thing that is done."""


def show_keys() -> None:
    """The form for a new key, the secret of the one just made, and every key there is."""
    st.subheader(t("access.keys"), anchor=False)
    _form()
    _show_secret()
    with open_store(settings()) as db:
        found = keys.list_keys(db)
    if not found:
        st.info(t("access.no_keys"), icon=":material/lock_open:")
        return
    st.dataframe(_table(found), hide_index=True, width="stretch", key="access_keys_table")
    _revoking([key for key in found if not key.revoked_at])


def _form() -> None:
    with st.form("access_new_key", clear_on_submit=True, border=True):
        left, middle, right = st.columns([5, 5, 2], vertical_alignment="bottom")
        label = left.text_input(t("access.label"), placeholder=t("access.label_hint"), max_chars=100)
        scopes = {scope: t(f"access.scope_{scope}") for scope in Scope}
        scope = middle.selectbox(t("access.scope"), list(Scope), index=1, format_func=lambda scope: scopes[scope])
        if right.form_submit_button(t("access.make"), type="primary", width="stretch"):
            _make(label, scope or Scope.WRITE)


def _make(label: str, scope: Scope) -> None:
    try:
        with open_store(settings()) as db:
            made = make_key(db, label, scope, by=reviewer())
    except ShelfLensError as err:
        show_problem(err)
    else:
        st.session_state[SHOWN] = (made.key.label, made.secret)


def _show_secret() -> None:
    if (shown := st.session_state.pop(SHOWN, None)) is None:
        return
    label, secret = shown
    st.success(t("access.made", label=escape(label)), icon=":material/key:")
    st.code(secret, language=None)


def _table(found: list[ApiKey]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                t("access.column_id"): key.id,
                t("access.label"): key.label,
                t("access.scope"): t(f"access.scope_{key.scope}"),
                t("access.column_made"): f"{key.created_at[:16].replace('T', ' ')} · {key.made_by}",
                t("access.column_used"): key.last_used_at[:16].replace("T", " ") if key.last_used_at else "–",
                t("access.column_state"): t("access.revoked") if key.revoked_at else t("access.active"),
            }
            for key in found
        ]
    )


def _revoking(active: list[ApiKey]) -> None:
    if not active:
        return
    labels = {key.id: f"{key.label} ({key.id})" for key in active}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        t("access.revoke_which"), list(labels), format_func=lambda key_id: labels[key_id], key="access_revoke_which"
    )
    with right.popover(t("access.revoke"), width="stretch"):
        st.write(t("access.revoke_sure", label=escape(labels[chosen])))
        st.button(t("access.revoke_yes"), key="access_revoke_yes", type="primary", on_click=_revoke, args=(chosen,))


def _revoke(key_id: str) -> None:
    with open_store(settings()) as db:
        keys.revoke_key(db, key_id)
