"""The Feedback page with 200,000 decisions: what opening each of its parts waits for on the server.

The history is made of a hundred records that were read, corrected and verified by ShelfLens itself, copied row by
row, with another day for each copy. Measured with Streamlit's own test runner, the first run of a fresh session, caches
empty; the database's own pages are warm, as they are on a server that somebody has used today.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORDS, DECISIONS = 100, 200_000
PARTS = ("accuracy", "corrections", "trust", "people")
COPIED = (
    "items", "predictions", "decisions", "verdicts", "records", "judged_records", "judged_fields", "lessons",
    "confusions",
)  # fmt: skip


def measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHELFLENS_DATA"] = str(Path(folder) / "var")
        from core.autoaccept import refresh_offers
        from core.learning.calibration import calibrate
        from core.settings import load_settings
        from core.store.db import open_store

        settings = load_settings()
        with open_store(settings) as db:
            _real_history(db, settings)
            decisions = _copied(db)
            start = time.perf_counter()
            calibrate(db)
            refresh_offers(db)
            rows = [
                (f"{decisions:,} decisions: calibration and offers, beside the pages", _s(time.perf_counter() - start))
            ]
            rows += _memory(db)
        for part in PARTS:
            first, again = _times(part)
            rows.append((f"{part}, {decisions:,} decisions: first run (of the processor)", first))
            rows.append((f"{part}, {decisions:,} decisions: rerun", again))
        return rows


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _real_history(db: Any, settings: Any) -> None:
    from core.reviewing.review import accept_record
    from tests.seeding import seed_records

    for number, item in enumerate(seed_records(db, settings, RECORDS)):
        edits = {"brand": "晨霧"} if number % 9 == 0 else {"name": f"燕麥片 {number}"} if number % 7 == 0 else {}
        accept_record(db, item, edits, reviewer=("ann", "bea", "cho")[number % 3], seconds=10 + number % 30)


def _copied(db: Any) -> int:
    """Copies everything until there are enough decisions; returns how many there are."""
    names = {table: [column.name for column in db[table].columns] for table in COPIED}
    own = int(db.conn.execute("SELECT COUNT(*) FROM decisions").fetchone()[0])
    copies = -(-DECISIONS // own)
    last = int(db.conn.execute("SELECT MAX(id) FROM predictions").fetchone()[0])
    db.conn.execute("BEGIN")
    for copy in range(1, copies):
        shift = copy * max(RECORDS, last)
        for table, columns in names.items():
            values = ", ".join(_shifted(table, column, shift, copy) for column in columns)
            db.conn.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"
                f" WHERE {'id' if table == 'items' else 'item_id'} <= {RECORDS}"
            )
    db.conn.commit()
    db.conn.execute("ANALYZE")
    return int(db.conn.execute("SELECT COUNT(*) FROM decisions").fetchone()[0])


def _shifted(table: str, column: str, shift: int, copy: int) -> str:
    if column == "item_id" or (column == "id" and table in ("items", "predictions")):
        return f"{column} + {shift}"
    if column == "prediction_id":
        return f"prediction_id + {shift}"
    if column == "id":
        return "NULL"
    if column == "at":
        return f"strftime('%Y-%m-%dT%H:%M:%S', at, '-{copy % 300} days')"
    if column == "product":
        return f"product || '{copy}'"
    return "NULL" if column == "group_key" else column


def _memory(db: Any) -> list[tuple[str, str]]:
    """What one reading asks memory."""
    from core.memory import Reading, remember
    from core.types import Kind
    from tests.seeding import product_fields

    times = []
    for number in range(20):
        start = time.perf_counter()
        remember(db, Kind.PRODUCT, product_fields(1000 + number), Reading())
        times.append(time.perf_counter() - start)
    return [("memory, one reading (median)", f"{sorted(times)[10] * 1000:.0f} ms")]


def _times(part: str) -> tuple[str, str]:
    """The first run and a rerun, each as seconds by the clock and of the processor."""
    import streamlit as st
    from streamlit.logger import set_log_level

    from tests.pages.app import open_page

    set_log_level("ERROR")
    st.cache_data.clear()
    app = open_page("home")
    app.query_params["feedback_part"] = part
    first = _timed(lambda: app.switch_page("pages/feedback.py").run())
    again = _timed(app.run)
    if app.exception or not app.metric:
        raise RuntimeError(f"part {part} was not drawn: what was measured is not the page")
    return first, again


def _timed(act: Callable[[], object]) -> str:
    wall, processor = time.perf_counter(), time.process_time()
    act()
    return f"{time.perf_counter() - wall:.2f} s ({time.process_time() - processor:.2f})"
