"""Fixtures of the page tests."""

from __future__ import annotations

import pytest
import streamlit as st

from core.settings import Settings


@pytest.fixture(autouse=True)
def fresh_settings(settings: Settings) -> None:
    """Pages keep their settings for the life of the server; every test is a server of its own."""
    st.cache_resource.clear()
