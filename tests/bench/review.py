"""What a reviewer waits for: from Ctrl+Enter to the next record standing focused, with 1,000 and with 100,000 records.

On the server: the store's work of an accept and the page's script that draws the next record, in Streamlit's own test
runner. In headless Chromium: from the key to the cursor in the next record, where Chromium is
there; and how many messages an accepted record cost on the wire, one field in three of them corrected.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.settings import ROOT

SIZES = (1_000, 100_000)
ROUNDS = 15
CHROMIUM = "/usr/bin/chromium"
LOOK_MS = 700
"""Pause before each accept: the sheet takes a second Ctrl+Enter within 400 ms for an echo."""
HERE = "document.activeElement?.closest('[class*=st-key-fld_]')?.className.match(/fld_[0-9]+/)?.[0]"
ACCEPT = f"""async () => {{
  const here = () => {HERE};
  const [before, began] = [here(), performance.now()];
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
    {{key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true, composed: true}}));
  while (performance.now() - began < 15000) {{
    await new Promise(requestAnimationFrame);
    const now = here();
    if (now && now !== before) return performance.now() - began;
  }}
  throw new Error('no record came');
}}"""


def measure() -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    medians: dict[str, list[float]] = {}
    for size in SIZES:
        with _records(size) as settings:
            found = {**_server_times(settings), **_browser_times(settings)}
        for what, times in found.items():
            if what == "messages":
                rows.append((f"{size:,} records: websocket messages per accepted record", f"{times[0]:.2f}"))
                continue
            medians.setdefault(what, []).append(statistics.median(times))
            rows.append((f"{size:,} records: {what} (median of {len(times)})", f"{medians[what][-1]:.0f} ms"))
    for what, (small, large) in medians.items():
        rows.append((f"{what}: {SIZES[1]:,} records over {SIZES[0]:,}", f"{large / small:.2f} x"))
    return rows


@contextmanager
def _records(size: int) -> Iterator[Any]:
    """A data folder with so many products that wait for review; the first 500 are read whole, the rest are copies of
    rows, for reading 100,000 would take minutes and the queue looks at rows alone."""
    from core.settings import load_settings
    from core.store.db import open_store
    from tests.seeding import seed_records

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHELFLENS_DATA"] = str(Path(folder) / "var")
        settings = load_settings()
        with open_store(settings) as db:
            seed_records(db, settings, min(size, 500))
            _copy_rows(db, size - 500)
        yield settings


def _copy_rows(db: Any, count: int) -> None:
    from core.store.db import write

    with write(db):
        for table, key in (("items", "id"), ("records", "item_id")):
            names = [row["name"] for row in db.conn.execute(f"PRAGMA table_info({table})") if row["name"] != key]
            shown = ", ".join(names)
            db.conn.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                f" INSERT INTO {table} ({key}, {shown}) SELECT 500 + i, {shown} FROM n"
                f" JOIN {table} ON {table}.{key} = 1 + (i % 500)",
                (count,),
            )
        # What is read whole comes first, so that the records accepted below are real ones.
        db.conn.execute("UPDATE records SET priority = 0, doubts = 0 WHERE item_id > 500")


def _server_times(settings: Any) -> dict[str, list[float]]:
    """Milliseconds of accepting a record and running the page's whole script that shows the next one: more than the
    server does, which runs the fragment alone. The time of the processor is what it takes on an idle machine."""
    from core.reviewing import review
    from core.reviewing.queue import next_item
    from core.store.db import open_store

    draw = _page()
    times, cpu = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        with open_store(settings) as db:
            review.accept_record(db, next_item(db) or 0, {"brand": "Northfield"}, reviewer=settings.user)
        draw()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    return {"accept, server": times, "accept, server, time of the processor": cpu}


def _page() -> Any:
    from streamlit.logger import set_log_level
    from streamlit.testing.v1 import AppTest

    set_log_level("ERROR")  # it warns of every run outside a server
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=60)
    app.switch_page("pages/review.py").run()

    def draw() -> None:
        del app.session_state["review_desk"]
        app.query_params.clear()
        app.run()
        if app.exception:
            raise RuntimeError(f"page review: {app.exception[0].value}")

    return draw


def _browser_times(settings: Any) -> dict[str, list[float]]:
    """Milliseconds from the key to the next record standing focused; nothing where there is no Chromium."""
    if shutil.which(CHROMIUM) is None:
        return {}
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, VIEWPORT
    from tests.browser.server import run_server

    sent: list[Any] = []
    with (
        run_server(settings, settings.data / "server.log", SHELFLENS_WORKER="0") as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        page = browser.new_context(viewport=VIEWPORT, locale="en-US").new_page()
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
        page.goto(server.url("/review"))
        page.wait_for_function(f"() => {HERE}", timeout=60_000)
        page.wait_for_timeout(2000)
        before = len(sent)
        times = [_accepted(page, correct=number % 3 == 0) for number in range(ROUNDS)]
        page.wait_for_timeout(LOOK_MS)
    return {"accept to focus, Chromium": times, "messages": [(len(sent) - before) / ROUNDS]}


def _accepted(page: Any, *, correct: bool) -> float:
    page.wait_for_timeout(LOOK_MS)
    if correct:
        page.keyboard.type("1")
    return float(page.evaluate(ACCEPT))
