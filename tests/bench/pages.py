"""Script time of the pages with 1,000 records: what a click waits for on the server.

Measured with Streamlit's own test runner, which runs a page's script exactly as the server does but
for the browser and the network.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.settings import ROOT
from tests.pages.sheet import fields

RECORDS = 1000
ROUNDS = 9
SHOWN: dict[str, Callable[[Any], bool]] = {
    "home": lambda app: len(app.metric) >= 5,
    "review": lambda app: len(fields(app)) >= 5,
    "records": lambda app: len(app.get("arrow_data_frame")) + len(app.get("data_editor")) > 0,
}
"""Page -> what proves that it was drawn with records in it."""


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
        for page in SHOWN:
            first, rerun = _times(page)
            rows.append((f"{page}, {RECORDS:,} records: first run", f"{first * 1000:.0f} ms"))
            rows.append((f"{page}, {RECORDS:,} records: rerun (median of {ROUNDS})", f"{rerun * 1000:.0f} ms"))
        return rows


def _times(page: str) -> tuple[float, float]:
    from streamlit.logger import set_log_level
    from streamlit.testing.v1 import AppTest

    set_log_level("ERROR")  # it warns of every run outside a server

    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=60)
    app.run()
    app.switch_page(f"pages/{page}.py")
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        app.run()
        times.append(time.perf_counter() - start)
    if app.exception:
        raise RuntimeError(f"page {page}: {app.exception[0].value}")
    if not SHOWN[page](app):
        raise RuntimeError(f"page {page} shows no records: what was measured is not the page")
    return times[0], statistics.median(times[1:])
