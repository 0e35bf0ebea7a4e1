"""Five thousand records as a wall of photos: time until the first photos are painted, and what the tab comes to hold.

Real thumbnails of 5,000 blobs, a real server, headless Chromium.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from core.settings import Settings

PHOTOS = 5000
ROUNDS = 5
CHROMIUM = "/usr/bin/chromium"
STEPS = 40
"""Jumps of a reader who scrolls from the top to the bottom."""

FIRST = 5
"""Photos of the first row."""


def measure() -> list[tuple[str, str]]:
    from core.store.db import open_store
    from tests.browser.server import run_server
    from tests.seeding import multiply_records, seed_records

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "var")
        with open_store(settings) as db:
            (item,) = seed_records(db, settings, 1)
            multiply_records(db, item, PHOTOS - 1)
            _keep_thumbnails(db, settings, item)
        with run_server(settings, Path(folder) / "server.log", SHELFLENS_WORKER="0") as server:
            return _in_browser(server.url("/records?kind=product"))


def _keep_thumbnails(db: Any, settings: Settings, item: int) -> None:
    """Every blob's thumbnail, as it lies there once somebody has seen it; all are the picture of `item`."""
    from core.store.items import list_photos
    from core.store.rendered import THUMB_SIDE, rendered, rendered_path

    data = rendered(settings, list_photos(db, item)[0].blob, THUMB_SIDE)
    for row in db.conn.execute("SELECT id FROM blobs"):
        path = rendered_path(settings, row["id"], THUMB_SIDE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _in_browser(address: str) -> list[tuple[str, str]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.goto(address)
        page.locator('[data-testid="stDataFrame"]').wait_for()
        first = []
        for _ in range(ROUNDS):
            page.wait_for_timeout(500)
            start = time.perf_counter()
            page.get_by_role("radio", name="Photos").click()
            _wait_for_photos(page)
            first.append(time.perf_counter() - start)
            page.get_by_role("radio", name="Table").click()
            page.locator('[data-testid="stDataFrame"]').wait_for()
        page.get_by_role("radio", name="Photos").click()
        _wait_for_photos(page)
        session = page.context.new_cdp_session(page)
        before = _heap(session)
        for step in range(1, STEPS + 1):
            page.locator(".wall").evaluate(
                "(wall, part) => { wall.scrollTop = wall.scrollHeight * part; }", step / STEPS
            )
            page.wait_for_timeout(50)
        after = _heap(session)
        tiles = page.locator(".tiles li").count()
        browser.close()
    return [
        (f"wall of {PHOTOS:,} photos: click until the first are painted (median)", _ms(statistics.median(first))),
        (f"wall of {PHOTOS:,} photos: the slowest of {ROUNDS}", _ms(max(first))),
        (f"wall of {PHOTOS:,} photos: tiles in the page at its end", f"{tiles}"),
        ("JavaScript heap before scrolling through it", f"{before / 1e6:.1f} MB"),
        ("JavaScript heap after", f"{after / 1e6:.1f} MB"),
    ]


def _wait_for_photos(page: Any) -> None:
    """Returns when the first photos have been decoded, ready to be painted in the next frame."""
    images = page.locator(".tiles img")
    images.nth(FIRST - 1).wait_for()
    for place in range(FIRST):
        images.nth(place).evaluate("image => image.decode()")


def _heap(session: Any) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
