"""What opens on a page, held against WCAG 2.1 A and AA by axe-core as well: panels, menus, dialogs, the sidebar.

What Streamlit draws by one piece of code is found on each page by its mark and opened. Dialogs and what comes up on
Review stand in a table, each with the way to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from sqlite_utils import Database

from core.records.standing import refresh_record
from core.reviewing import review
from core.settings import Settings
from core.store import claims, items
from core.store.db import write
from tests.browser.server import Server
from tests.browser.test_accessibility import MORE, PAGES, WAIT_MS, axe, opened, shelf, violations

__all__ = ["shelf"]

MAIN = '[data-testid="stMain"]'
PANEL = f'{MAIN} [data-testid="stExpander"] details:not([open]) > summary'
PARTS = f'{MAIN} [data-testid="stButtonGroup"] button:not([disabled]), {MAIN} [data-testid="stTabs"] [role="tab"]'
OPENERS = {
    "popover": (f'{MAIN} [data-testid="stPopover"] button', 9),
    "menu of one": (f'{MAIN} [data-testid="stSelectbox"] input', 1),
    "menu of several": (f'{MAIN} [data-testid="stMultiSelect"] input', 1),
}
"""What opens -> its mark, and how many are opened on a page: Streamlit draws all menus alike."""
MOST_PANELS = 20
SETTLE_MS = 500
"""What opens fades in: its colours are those of the design only afterwards."""
AT_REST = """() => document.getAnimations().every((each) =>
    each.playState !== "running" || each.effect.getComputedTiming().iterations === Infinity)"""
SCHEMES = [("en-US", "light"), ("zh-CN", "dark")]


@pytest.fixture(params=SCHEMES, ids=["light", "dark"])
def window(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    lang, scheme = request.param
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale=lang, color_scheme=scheme)
    yield context.new_page()
    context.close()


def settle(page: Any) -> None:
    page.locator("[data-test-script-state=notRunning]").first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(SETTLE_MS)
    page.wait_for_function(AT_REST, timeout=WAIT_MS)


def each(page: Any, selector: str) -> Iterator[tuple[str, Any]]:
    """What can be seen of it, with its name."""
    found = page.locator(selector)
    for number in range(found.count()):
        one = found.nth(number)
        if one.is_visible():
            yield f"{number} {one.get_attribute('aria-label') or one.inner_text()}", one


def what_opens(page: Any) -> Iterator[str]:
    """Opens one thing after the other, each closed again before the next; yields what stands open."""
    panels = 0
    while panels < MOST_PANELS and (panel := page.locator(PANEL)).count():
        panel.first.click()
        settle(page)
        panels += 1
    if panels:
        yield f"{panels} panels"
    for kind, (selector, most) in OPENERS.items():
        for name, one in islice(each(page, selector), most):
            one.click()
            settle(page)
            yield f"{kind} {name}"
            page.keyboard.press("Escape")
            settle(page)


def test_nothing_that_opens_on_a_page_breaks_the_standard(window: Any, server: Server, shelf: None) -> None:
    checker, opened_at = axe(), set[str]()
    found: dict[str, list[str]] = {}
    for address in [*PAGES, *MORE]:
        opened(window, server, address)
        for what in what_opens(window):
            opened_at.add(address)
            if lines := violations(window, checker):
                found[f"{address}: {what}"] = lines
    assert found == {}
    assert opened_at >= {"upload", "review", "records", "insights", "feedback", "lexicons", "access"}


def test_no_part_of_a_page_breaks_the_standard(window: Any, server: Server, shelf: None) -> None:
    checker = axe()
    found: dict[str, list[str]] = {}
    for address in ("insights", "feedback", "access"):
        opened(window, server, address)
        for name, one in each(window, PARTS):
            one.click()
            settle(window)
            window.wait_for_timeout(SETTLE_MS)  # charts draw themselves
            if lines := violations(window, checker):
                found[f"{address}: {name}"] = lines
    assert found == {}


def press(*chords: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        for chord in chords:
            page.keyboard.press(chord)

    return act


def click(*selectors: str) -> Callable[[Any], None]:
    """Presses one after the other, each once it stands there and can be pressed."""

    def act(page: Any) -> None:
        for selector in selectors:
            page.locator(selector).first.click(timeout=WAIT_MS)
            settle(page)

    return act


def ticked(*selectors: str) -> Callable[[Any], None]:
    return click(".st-key-records_select_page button", *selectors)


def conflict(page: Any) -> None:
    """Somebody else was faster; what was typed is refused."""
    page.keyboard.press("Control+a")
    page.keyboard.type("Mine")
    page.keyboard.press("Control+Enter")
    page.locator(".st-key-review_conflict").wait_for(timeout=WAIT_MS)
    click(".st-key-review_conflict button")(page)


def draft(page: Any) -> None:
    page.keyboard.type("Half a bra")
    page.reload()
    page.locator(".sheet .note .link").first.wait_for(timeout=WAIT_MS)


DIALOG = '[role="dialog"]'
SCENES: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "keys": ("review?item={clean}", "dialog.help[open]", press("Alt+h")),
    "flag": ("review?item={clean}", "dialog.flag[open]", press("Alt+f")),
    "lines": ("review?item={clean}", ".st-key-review_viewer [role=listbox]", press("Alt+l", "Shift+ArrowDown")),
    "frame": ("review?item={clean}", ".st-key-review_viewer rect.frame", press("Alt+b", "ArrowDown")),
    "conflict": ("review?item={other}", ".sheet .note .link", conflict),
    "draft": ("review?item={other}", ".sheet .note .link", draft),
    "held": ("review?item={held}", ".st-key-review_held", press("Tab")),
    "flagged": ("review?item={flagged}", ".st-key-review_title", press("Tab")),
    "history": ("review?item={corrected}", "details[open]", click(PANEL, PANEL)),
    "seen": ("review?item={ad}", DIALOG, click("[class*=st-key-seen_] button")),
    "pass": ("records?kind=product", DIALOG, click(".st-key-records_pass button")),
    "set": ("records?kind=product", DIALOG, ticked(".st-key-records_set button")),
    "merge": ("records?kind=product", DIALOG, ticked(".st-key-records_merge button")),
    "split": ("records?items={several}", DIALOG, ticked(".st-key-records_split button")),
    "delete": ("records?kind=product", DIALOG, ticked(".st-key-records_delete button")),
    "delete, asked again": (
        "records?kind=product", ".st-key-records_delete_certain",
        ticked(".st-key-records_delete button", ".st-key-records_delete_now button"),
    ),
    "bin, all": ("bin", DIALOG, click(".st-key-bin_erase_all button")),
    "erase a person": ("feedback?feedback_part=people", DIALOG, click(".st-key-feedback_personal_erase button")),
    "a poster": ("insights?poster={ad}", ".st-key-insights_viewer", press("Tab")),
}  # fmt: skip
"""Name -> address, what stands open then, and how it is opened."""


@pytest.fixture
def named(db: Database, settings: Settings, shelf: None) -> dict[str, int]:
    made = [row["id"] for row in db.conn.execute("SELECT id FROM items ORDER BY id")]
    names = ("corrected", "flagged", "clean", "held", "several", "other")
    found = {**dict(zip(names, made, strict=False)), "ad": made[-1]}
    items.add_photo(db, found["several"], items.list_photos(db, found["clean"])[0].blob, "back.jpg")
    with write(db):
        refresh_record(db, found["several"])
    claims.claim_item(db, found["held"], "bob")
    return found


def test_no_dialog_breaks_the_standard(window: Any, server: Server, db: Database, named: dict[str, int]) -> None:
    checker = axe()
    found: dict[str, list[str]] = {}
    for name, (address, stands, act) in SCENES.items():
        opened(window, server, address.format(**named))
        if "review" in address:
            window.wait_for_function("document.activeElement?.closest('[class*=st-key-fld_]')", timeout=WAIT_MS)
        if name == "conflict":
            review.save_edits(db, named["other"], {"brand": "Theirs", "gtin": "1"}, reviewer="bob")
        act(window)
        settle(window)
        window.locator(stands).first.wait_for(state="attached", timeout=WAIT_MS)
        if lines := violations(window, checker):
            found[name] = lines
    assert found == {}


def test_the_sidebar_of_a_small_window_keeps_the_standard(window: Any, server: Server, shelf: None) -> None:
    window.set_viewport_size({"width": 700, "height": 900})
    opened(window, server, "records")
    checker = axe()
    closed = violations(window, checker)
    window.locator('[data-testid="stExpandSidebarButton"]').click(timeout=WAIT_MS)
    settle(window)
    assert (closed, violations(window, checker)) == ([], [])
