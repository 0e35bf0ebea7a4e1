"""Fixtures of the page tests."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.settings import ROOT, Settings
from tests.pages.app import WAIT_S
from tests.pages.records import Open, again


@pytest.fixture(autouse=True)
def fresh_settings(settings: Settings) -> None:
    """Pages keep their settings for the life of the server; every test is a server of its own."""
    st.cache_resource.clear()


@pytest.fixture
def open_records(settings: Settings) -> Open:
    """Runs the Records page: `open_records("zh", kind="ad")`; parameters go into the address."""

    def run(lang: str = "en", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=WAIT_S)
        app.session_state["lang"] = lang
        app.switch_page("pages/records.py")
        for name, value in address.items():
            app.query_params[name] = value
        return again(app)

    return run
