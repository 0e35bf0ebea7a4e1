"""`make screenshots`: the pictures in docs/screenshots, taken of the samples in a real browser.

Needs Debian's chromium. The samples are loaded, read by the worker, some verified and some corrected,
as after a first hour of work; every page is then photographed.
"""

from __future__ import annotations

import sys
import tempfile
import time
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
PATIENCE_S = 300.0
SETTLE_MS = 3500
"""Charts and photos fade in; nothing moves after this."""

SHOTS = (
    ("home", "/", "en", "light"),
    ("upload", "/upload", "en", "light"),
    ("review", "/review?item={label}", "en", "light"),
    ("review_zh_dark", "/review?item={label_zh}", "zh", "dark"),
    ("records", "/records?kind=product", "en", "light"),
    ("insights", "/insights", "en", "light"),
    ("feedback", "/feedback", "en", "light"),
)
"""File name, address, language, colour scheme."""


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
            for name, path, lang, scheme in SHOTS:
                locale = "zh-CN" if lang == "zh" else "en-GB"
                page = browser.new_page(viewport=VIEWPORT, locale=locale, color_scheme=scheme)
                _shoot(page, server.url(path.format(**named)), OUT / f"{name}.png")
                page.close()
    return 0


def _wait_until_read(db: Database) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while jobs.progress(db).active:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the samples were not read within {PATIENCE_S:.0f} s")
        time.sleep(0.5)


def _first_hour(db: Database) -> dict[str, int]:
    """Verifies every product but two and every other ad, with a few corrections; names what is left."""
    by_file = {record.item_id: record for record in records.list_records(db, limit=-1)}
    labels = sorted(item for item, record in by_file.items() if record.kind == "product")
    chinese = next(item for item in labels if any("\u4e00" <= c <= "\u9fff" for c in by_file[item].name))
    english = next(item for item in labels if by_file[item].name.isascii())
    for number, (item, record) in enumerate(sorted(by_file.items())):
        if item in (chinese, english) or (record.kind == "ad" and number % 2):
            continue
        edits = {"claims": "low salt\nwhole grain"} if record.kind == "product" and number % 3 == 0 else {}
        review.accept_record(db, item, edits, reviewer="mei", seconds=8.0 + number)
    return {"label": english, "label_zh": chinese}


def _shoot(page: Page, url: str, path: Path) -> None:
    page.goto(url)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
