"""`make screenshots`: the pictures in docs/screenshots, taken of the samples in a real browser.

Needs Debian's chromium. The samples are loaded, read by the worker, some verified and some corrected,
as after a first hour of work; every page is then photographed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlite_utils import Database

from core.incoming.samples import load_samples
from core.reviewing import review
from core.settings import ROOT, Settings
from core.store import jobs, records
from core.store.db import open_store
from tests.browser.conftest import CHROMIUM, FLAGS, VIEWPORT
from tests.browser.server import run_server

OUT = ROOT / "docs" / "screenshots"
PATIENCE_S = 1800.0
"""Longest reading of the samples; on two free cores it takes about two minutes."""
SETTLE_MS = 3500
"""Charts and photos fade in; nothing moves after this."""


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "var", user="mei")
        with run_server(settings, Path(folder) / "server.log"), open_store(settings) as db:
            load_samples(db, settings)
            _wait_until_read(db)
            named = _first_hour(db)
        # Without a worker the pictures show a place at rest.
        with run_server(settings, Path(folder) / "server.log", SHELFLENS_WORKER="0") as server, sync_playwright() as p:
            browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name, path, lang, scheme, act in SHOTS:
                locale = "zh-CN" if lang == "zh" else "en-GB"
                page = browser.new_page(viewport=VIEWPORT, locale=locale, color_scheme=scheme)
                _shoot(page, server.url(path.format(**named)), OUT / f"{name}.png", act)
                page.close()
    return 0


def _wait_until_read(db: Database) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while jobs.progress(db).active:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the samples were not read within {PATIENCE_S:.0f} s")
        time.sleep(0.5)


def _first_hour(db: Database) -> dict[str, int]:
    """Verifies every product but two and every other ad, with a few corrections; names the one with two photos."""
    by_file = {record.item_id: record for record in records.list_records(db, limit=-1)}
    products = sorted(item for item, record in by_file.items() if record.kind == "product")
    milk = next(item for item in products if by_file[item].photos > 1)
    english = next(item for item in products if by_file[item].name.isascii())
    for number, (item, record) in enumerate(sorted(by_file.items())):
        if item in (milk, english) or (record.kind == "ad" and number % 2):
            continue
        edits = {"claims": "low salt\nwhole grain"} if record.kind == "product" and number % 3 == 0 else {}
        review.accept_record(db, item, edits, reviewer="mei", seconds=8.0 + number)
    return {"milk": milk}


def _mistype_protein(page: Page) -> None:
    """Ten times too much: the rules speak while it is being typed, the table lies beside its place on the back."""
    protein = page.locator(".type-nutrition tr:nth-child(2) [data-cell=amount]")
    protein.focus()
    protein.fill("34")
    page.locator(".type-nutrition .finding").first.wait_for()
    page.locator(".type-nutrition").evaluate("row => row.scrollIntoView({block: 'center'})")


def _walk_lines(page: Page) -> None:
    """The best-before day is looked for among the text lines of the back, by keys."""
    page.locator("[id$=_expiry_date_input]").focus()
    page.keyboard.press("Alt+l")
    page.wait_for_timeout(SETTLE_MS)


def _shoot(page: Page, url: str, path: Path, act: Callable[[Page], None] | None) -> None:
    page.goto(url)
    page.wait_for_timeout(SETTLE_MS)
    page.wait_for_load_state("networkidle")  # thumbnails are made when they are first asked for
    if act is not None:
        act(page)
        page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


SHOTS = (
    ("home", "/", "en", "light", None),
    ("upload", "/upload", "en", "light", None),
    ("review", "/review?item={milk}", "en", "light", _mistype_protein),
    ("review_zh_dark", "/review?item={milk}", "zh", "dark", _walk_lines),
    ("records", "/records?kind=product", "en", "light", None),
    ("insights", "/insights", "en", "light", None),
    ("feedback", "/feedback", "en", "light", None),
)
"""File name, address, language, colour scheme, and what is done there first."""


if __name__ == "__main__":
    sys.exit(main())
