"""Insights over 10,000 ads: what a person waits for when the page opens and when a filter changes.

Targets: open in 2 s, redraw after a change of filter in 1 s. The ads are seeded through the real store, so that their
statements are the rows a reading would have made. Server times are of the page's script in Streamlit's test runner,
browser times of a real server with Debian's Chromium, until the number that has to change stands on the screen; where
no Chromium is, only the first are given. Wall-clock times mean something only on a
machine that does nothing else; processor times hold under load, too.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from core.settings import ROOT, Settings
from core.types import FieldValue
from tests.seeding import ad_fields, read_value, seed_records

ADS = 10_000
PHOTOS = 40
ROUNDS = 5
CHROMIUM = "/usr/bin/chromium"
VIEWS: dict[str, dict[str, str]] = {
    "over time": {},
    "claims": {"tab": "claims"},
    "promotions": {"tab": "offers"},
    "prices": {"tab": "prices"},
    "audience": {"tab": "audience"},
    "colours": {"tab": "style"},
    "wording to check": {"tab": "risks"},
    "new claims": {"view": "new"},
    "compare": {"view": "compare"},
    "summary": {"view": "summary"},
}
WAIT_MS = 120_000
REST_MS = 500
"""What Chromium takes to have made a window, on two cores."""


def measure() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHELFLENS_DATA"] = str(Path(folder) / "var")
        from core.settings import load_settings

        settings = load_settings()
        rows = [_seed(settings)]
        rows += [_script(name, address) for name, address in VIEWS.items()]
        rows.append(_report(settings))
        return rows + (_browser(settings) if shutil.which(CHROMIUM) else [])


def _seed(settings: Settings) -> tuple[str, str]:
    from core.store.db import open_store

    started = time.process_time()
    with open_store(settings) as db:
        seed_records(db, settings, 0, ADS, photos=PHOTOS, ad=_varied)
    each = (time.process_time() - started) / ADS
    return f"{ADS:,} ads written with their statements, processor time per ad", f"{each * 1000:.1f} ms"


def _varied(number: int) -> dict[str, FieldValue]:
    """A poster that besides the usual claims has some that few or no others share, as real ones have."""
    fields = ad_fields(number)
    own = [
        {"text": f"{number % 2000} hours of battery", "theme": "performance"},
        {"text": f"本店独家第{number}款", "theme": "variety"},
    ]
    points = fields["selling_points"]
    goods = ("Oat drink", "每日坚果", "空气炸锅", "Silk dress", "X-200")[number % 5]
    return {
        **fields,
        "selling_points": points.model_copy(update={"value": [*points.value, *own]}),
        "product": read_value(goods, 6),
        "call_to_action": read_value(("立即购买", "Shop now", "领券下单")[number % 3], 7),
    }


def _script(name: str, address: dict[str, str]) -> tuple[str, str]:
    """Median script time of a view, filters changing between runs as they do under a person's hands."""
    from streamlit.logger import set_log_level
    from streamlit.testing.v1 import AppTest

    set_log_level("ERROR")  # it warns of every run outside a server
    app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    app.switch_page("pages/insights.py").run()
    if app.exception:
        raise RuntimeError(f"Insights, {name}: {app.exception[0].value}")
    walls, works = [], []
    for round_ in range(ROUNDS):
        app.multiselect(key="insights_competitor_en").set_value(["Lumina"] if round_ % 2 else [])
        wall, work = time.perf_counter(), time.process_time()
        app.run()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    figures = " / ".join(f"{statistics.median(times) * 1000:.0f} ms" for times in (walls, works))
    return f"{name}: server, filter changed, wall / processor (median of {ROUNDS})", figures


def _report(settings: Settings) -> tuple[str, str]:
    from core.insights import AdFilters, choose
    from core.report import make_report
    from core.store.db import open_store

    started = time.perf_counter()
    with open_store(settings) as db:
        choice = choose(db, AdFilters())
        make_report(db, settings, choice, choice, lang="en")
    return "report, HTML", f"{time.perf_counter() - started:.1f} s"


def _browser(settings: Settings) -> list[tuple[str, str]]:
    from playwright.sync_api import sync_playwright

    from tests.browser.server import run_server

    log = settings.data / "bench.log"
    with run_server(settings, log, SHELFLENS_WORKER="0") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        opened = [_open(_window(_person(browser)), server.url("/insights")) for _ in range(ROUNDS)]
        person = _person(browser)
        page = _window(person)
        _open(page, server.url("/insights?tab=claims"))
        again = [_open(_window(person), server.url("/insights")) for _ in range(ROUNDS)]
        page.bring_to_front()
        changed = [_timed(partial(_choose_competitor, page, on)) for on in (True, False) * 2]
        browser.close()
    return [
        (
            f"page opened in a browser that was never here, chart drawn (median of {ROUNDS})",
            f"{statistics.median(opened):.2f} s",
        ),
        (
            f"page opened in one that knows the pages, chart drawn (median of {ROUNDS})",
            f"{statistics.median(again):.2f} s",
        ),
        (
            "filter changed in the browser, chart and posters redrawn (median of 4)",
            f"{statistics.median(changed):.2f} s",
        ),
    ]


def _timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _person(browser: Any) -> Any:
    """A browser of its own, with nothing kept."""
    return browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")


def _window(person: Any) -> Any:
    """An empty window, open and at rest, as it is before somebody goes to an address in it."""
    page = person.new_page()
    page.wait_for_timeout(REST_MS)
    return page


def _open(page: Any, url: str) -> float:
    """Seconds from going to the address until the chart and the posters stand there."""
    started = time.perf_counter()
    page.goto(url)
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for(
        timeout=WAIT_MS
    )
    page.get_by_text(f"All {ADS:,} posters", exact=True).wait_for(timeout=WAIT_MS)
    return time.perf_counter() - started


def _choose_competitor(page: Any, on: bool) -> None:
    """Chooses one competitor, or takes the choice back, until the number of posters says so."""
    menu = page.locator("[data-testid=stMultiSelect]").first
    if on:
        menu.locator("input").first.click()
        page.get_by_role("option", name="Lumina").click()
    else:
        menu.get_by_role("button", name="Clear all").click()
    page.get_by_text(f"All {ADS // 4 if on else ADS:,} posters", exact=True).wait_for(timeout=WAIT_MS)
    page.keyboard.press("Escape")
