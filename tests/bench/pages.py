"""Script time of the pages with 1,000 records: what a click waits for on the server.

Measured with Streamlit's own test runner, which runs a page's script exactly as the server does but
for the browser and the network.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

RECORDS = 1000
ROUNDS = 9
PAGES = ("home", "review", "records")


def measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHELFLENS_DATA"] = str(Path(folder) / "var")
        from core.settings import load_settings
        from core.store.db import open_store
        from tests.seeding import seed_records

        settings = load_settings()
        with open_store(settings) as db:
            seed_records(db, settings, RECORDS * 4 // 5, RECORDS // 5)
        rows = []
        for page in PAGES:
            first, rerun = _times(page)
            rows.append((f"{page}, {RECORDS:,} records: first run", f"{first * 1000:.0f} ms"))
            rows.append((f"{page}, {RECORDS:,} records: rerun (median of {ROUNDS})", f"{rerun * 1000:.0f} ms"))
        return rows


def _times(page: str) -> tuple[float, float]:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file("Home.py", default_timeout=60)
    app.run()
    app.switch_page(f"pages/{page}.py")
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        app.run()
        times.append(time.perf_counter() - start)
    if app.exception:
        raise RuntimeError(f"page {page}: {app.exception[0].value}")
    return times[0], statistics.median(times[1:])
