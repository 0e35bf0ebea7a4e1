"""A page of ShelfLens in Streamlit's test runner, opened the way a browser opens it: through Home.py."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.settings import ROOT

WAIT_S = 60
"""Longest run of a page on a loaded machine; usual is well below a second."""


def open_page(name: str, lang: str = "en", **address: str) -> AppTest:
    """The page called `name` after its first run, in `lang`, with `address` as its query parameters."""
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=WAIT_S)
    app.session_state["lang"] = lang
    for key, value in address.items():
        app.query_params[key] = value
    app.switch_page(f"pages/{name}.py").run()
    assert not app.exception
    return app


def numbers(app: AppTest) -> dict[str, str]:
    """Every metric on the page: label -> value."""
    return {metric.label: metric.value for metric in app.metric}
