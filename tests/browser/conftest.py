"""A real server and a real browser: `server` (or `serve`) and `page`.

Debian's chromium and the playwright package are needed. Where one is missing the tests are skipped
with a message, or fail when SHELFLENS_REQUIRE_BROWSER=1. A failed test leaves a screenshot in the
folder SHELFLENS_SCREENSHOTS names, else in the test's own temporary folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from tests.browser.server import Server, run_server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT = {"width": 1440, "height": 900}
PATIENCE_MS = 60_000
"""How long a click waits for what it is to be done with, where a test does not say: machines are slow and loaded."""
REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


def _missing(what: str) -> None:
    message = f"browser tests need {what}"
    if os.environ.get("SHELFLENS_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{message}, and SHELFLENS_REQUIRE_BROWSER=1 does not let them be skipped")
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium for all browser tests (playwright's Browser)."""
    if shutil.which(CHROMIUM) is None:
        _missing(f"Debian's chromium ({CHROMIUM}): apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("the playwright package: pip install -r requirements.txt")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def serve(chromium: Any, settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`serve(worker=False, **environment)` starts a server on the test's own data folder."""
    with ExitStack() as running:

        def start(*, worker: bool = False, **environment: str) -> Server:
            environment = {"SHELFLENS_WORKER": "1" if worker else "0", **environment}
            return running.enter_context(run_server(settings, tmp_path / "server.log", **environment))

        yield start


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """A server without worker: what is to be seen was seeded by the test."""
    return serve()


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A fresh English browser window (playwright's Page); photographed when its test fails."""
    context = chromium.new_context(viewport=VIEWPORT, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    window = context.new_page()
    yield window
    report = request.node.stash.get(REPORTS, {}).get("call")
    if report is not None and report.failed:
        folder = Path(os.environ.get("SHELFLENS_SCREENSHOTS") or tmp_path)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{request.node.name}.png"
        window.screenshot(path=target)
        print(f"screenshot: {target}")
    context.close()
