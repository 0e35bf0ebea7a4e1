"""What a page needs to know of the process and the person: settings and the reviewer's name."""

from __future__ import annotations

import streamlit as st

from core.access.sessions import COOKIE, session_name
from core.settings import Settings, load_settings


@st.cache_resource
def settings() -> Settings:
    """The settings, read once per server: they come from its environment."""
    return load_settings()


def reviewer() -> str:
    """The name that signs decisions: of the logged-in user, else of the local one."""
    cookie = st.context.cookies.get(COOKIE, "")
    if isinstance(cookie, str) and (name := session_name(settings(), cookie)) is not None:  # no text in AppTest
        return name
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or settings().user)
    return settings().user
