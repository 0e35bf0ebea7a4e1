"""In windows of 1,000 to 1,400 pixels no card cuts its words off, in either language."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core.reviewing import review
from core.settings import Settings
from tests.browser.server import Server
from tests.seeding import seed_records

WAIT_MS = 30_000
WIDTHS = (1000, 1100, 1200, 1300, 1400)
CARDS = {"": 5, "insights": 4, "feedback": 4}
"""Page -> its cards with single numbers."""
CUT = """() => [...document.querySelectorAll('[data-testid="stMetric"] *')]
    .filter((part) => part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1)
    .filter((part) => getComputedStyle(part).overflowX !== "visible")
    .map((part) => part.innerText)"""


COVERED = """() => [...document.querySelectorAll('[data-testid="stDateInput"]')].map((field) => {
    const digits = [...field.querySelectorAll('[role="spinbutton"]')].at(-1).getBoundingClientRect();
    const buttons = [...field.querySelectorAll("button")].map((button) => button.getBoundingClientRect());
    return buttons.length === 2 && buttons.every((button) => digits.right <= button.left);
})"""
"""Of every date field, whether its day ends before its two buttons begin."""


@pytest.fixture
def judged(db: Database, settings: Settings) -> None:
    """Posters seen over months, some checked: the longest words that the cards hold."""
    for number, item in enumerate(seed_records(db, settings, 4, 24)):
        if number % 2:
            review.accept_record(db, item, reviewer="ann", seconds=12.0)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_card_cuts_its_words_off(chromium: Any, server: Server, judged: None, locale: str) -> None:
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale=locale)
    page = context.new_page()
    cut: dict[str, list[str]] = {}
    for address, cards in CARDS.items():
        page.goto(server.url(f"/{address}"))
        page.locator('[data-testid="stMetric"]').nth(cards - 1).wait_for(timeout=WAIT_MS)
        page.locator("[data-test-script-state=notRunning]").first.wait_for(timeout=WAIT_MS)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)
            if found := page.evaluate(CUT):
                cut[f"{address or 'home'} at {width}"] = found
    context.close()
    assert cut == {}


def test_two_charts_stand_below_each_other_where_half_the_page_holds_none(
    chromium: Any, server: Server, judged: None
) -> None:
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    page = context.new_page()
    page.goto(server.url("/insights?tab=claims"))
    found = page.locator('[data-testid="stVegaLiteChart"]')
    found.nth(1).wait_for(timeout=WAIT_MS)
    shown = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        left, right = (found.nth(place).bounding_box() for place in (0, 1))
        shown[width] = (min(left["width"], right["width"]) >= 380, left["y"] + left["height"] <= right["y"])
    context.close()
    assert all(wide for wide, _ in shown.values()) and shown[1000][1] and not shown[1400][1]


SQUEEZED = """() => {
    const bar = document.querySelector(".viewer .bar") ??
        [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector(".bar")).find(Boolean);
    return [...bar.querySelectorAll("button:not([hidden])")].filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.innerText);
}"""


def test_buttons_of_a_poster_keep_their_words_and_sentences_their_posters(
    chromium: Any, server: Server, db: Database, judged: None
) -> None:
    ad = db.conn.execute("SELECT MIN(item_id) AS n FROM posters").fetchone()["n"]
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(server.url(f"/insights?poster={ad}"))
    page.get_by_text("适应", exact=True).first.wait_for(timeout=WAIT_MS)
    assert page.evaluate(SQUEEZED) == []
    page.goto(server.url("/insights?view=summary"))
    button = page.locator('[class*="st-key-insights_sentence_"] button')
    button.first.wait_for(timeout=WAIT_MS)
    page.locator("[data-test-script-state=notRunning]").first.wait_for(timeout=WAIT_MS)
    rows = page.locator('[class*="st-key-insights_said_"]')
    for place in range(rows.count()):
        row = rows.nth(place)
        sentence, source = row.locator("> *").first.bounding_box(), row.locator("button").first.bounding_box()
        assert source["x"] >= sentence["x"] + sentence["width"] - 1
        assert sentence["y"] <= source["y"] + source["height"] / 2 <= sentence["y"] + sentence["height"] + 1
    context.close()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_button_that_clears_a_day_covers_no_digit_of_it(
    chromium: Any, server: Server, judged: None, locale: str
) -> None:
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale=locale)
    page = context.new_page()
    page.goto(server.url("/insights?since=2026-08-28&until=2026-12-28"))
    page.locator('[data-testid="stDateInput"]').nth(1).wait_for(timeout=WAIT_MS)
    page.locator("[data-test-script-state=notRunning]").first.wait_for(timeout=WAIT_MS)
    whole = {}
    for width in (1000, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        whole[width] = page.evaluate(COVERED)
    context.close()
    assert whole == {width: [True, True] for width in (1000, 1280, 1440)}
