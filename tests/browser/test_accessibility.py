"""Every page, light and dark, in both languages, held against WCAG 2.1 A and AA by axe-core; reached by keyboard."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest
from sqlite_utils import Database

from core.reviewing import bin, review
from core.settings import Settings
from pages.components.navigation import SECTIONS
from tests.browser.server import Server
from tests.seeding import seed_records

WAIT_MS = 60_000
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PAGES = ["" if name == "home" else name for entries in SECTIONS.values() for name, _ in entries]
MORE = ["records?kind=product&look=photos"]


@dataclass(frozen=True)
class Known:
    """A violation in Streamlit's own markup, which no page can mend: rule, where, and why it may stay."""

    rule: str
    within: str
    why: str


KNOWN = (
    Known("list", '[data-testid="stSidebarNavItems"]', "Streamlit 1.67 groups the pages by a div inside their ul"),
    Known("listitem", '[data-testid="stSidebarNavItems"]', "the same div: items are announced as links all the same"),
)


@pytest.fixture
def shelf(db: Database, settings: Settings) -> None:
    """Something of everything: doubts, a verified record, a correction, posters, an item in the bin."""
    made = seed_records(db, settings, 8, 6)
    review.save_edits(db, made[0], {"brand": "Northfield"}, reviewer="ann")
    review.accept_record(db, made[0], reviewer="ann")
    review.flag_record(db, made[1], "Blurred.", reviewer="ann")
    bin.delete_item(db, made[7], reviewer="ann")


def axe() -> Any:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        message = "the test needs axe-core: pip install -r requirements-dev.txt"
        if os.environ.get("SHELFLENS_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return Axe()


def is_known(page: Any, rule: str, node: dict[str, Any]) -> bool:
    place = page.locator(node["target"][0]).first if isinstance(node["target"][0], str) else None
    return place is not None and any(
        known.rule == rule and place.evaluate("(node, within) => node.closest(within) !== null", known.within)
        for known in KNOWN
    )


def violations(page: Any, checker: Any) -> list[str]:
    """What axe-core finds on the page as it stands, but for what is known, in one line each."""
    found = checker.run(page, options={"runOnly": STANDARD}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} ({(node['any'] or node['all'] or node['none'])[0]['message']})"
        for violation in found
        for node in violation["nodes"]
        if not is_known(page, violation["id"], node)
    ]


def opened(page: Any, server: Server, address: str) -> None:
    page.goto(server.url(f"/{address}"))
    page.locator("[data-test-script-state=notRunning]").first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(1000)  # components draw themselves after the script has run


@pytest.mark.parametrize(("lang", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_no_page_breaks_the_standard(chromium: Any, server: Server, shelf: None, lang: str, scheme: str) -> None:
    checker = axe()
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale=lang, color_scheme=scheme)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for address in [*PAGES, *MORE]:
        opened(page, server, address)
        if lines := violations(page, checker):
            found[address or "home"] = lines
    context.close()
    assert found == {}


def test_a_broken_page_would_be_found(page: Any, server: Server, shelf: None) -> None:
    checker = axe()
    opened(page, server, "bin")
    page.evaluate(
        """() => document.querySelector('[data-testid="stMain"]').insertAdjacentHTML("beforeend",
            '<p style="color: #999; background: #fff">pale</p><input><img src="/thumb/x.jpg">')"""
    )
    assert {line.split(":")[0] for line in violations(page, checker)} == {"color-contrast", "label", "image-alt"}


def test_what_can_be_done_with_records_is_reached_by_the_tab_key(page: Any, server: Server, shelf: None) -> None:
    opened(page, server, "records?kind=product")
    reached: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
        focused = "document.activeElement.innerText || document.activeElement.ariaLabel || ''"
        reached.add(" ".join(page.evaluate(focused).split()))
    wanted = ("Accept what passes", "Columns", "Load again", "Export", "Table", "Select this page")
    missed = [one for one in wanted if not any(one in name for name in reached)]
    assert not missed, f"{missed} not among {sorted(reached)}"
