"""Insights under a person's hands: a cell is clicked, its posters stand below with the words boxed, one is opened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from core.insights import AdFilters, choose, claim_shares
from core.settings import Settings
from tests.browser.server import Server
from tests.seeding import seed_records

WAIT_MS = 60_000


def test_cell_leads_to_its_posters_with_boxes_and_a_poster_to_its_evidence(
    page: Any, server: Server, db: Database, settings: Settings
) -> None:
    seed_records(db, settings, 0, 24)
    page.goto(server.url("/insights?tab=claims&competitor=Lumina"))
    page.get_by_text("All 6 posters", exact=True).wait_for(timeout=WAIT_MS)
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    chart.locator("canvas, svg").first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(1000)  # the chart takes clicks once it has been laid out
    _click_middle_of_first_cell(page, chart)
    heading = page.get_by_role("heading", name=re.compile(r"^\d+ posters? behind what is picked$"))
    heading.wait_for(timeout=WAIT_MS)

    shares = claim_shares(choose(db, AdFilters(competitors=("Lumina",))))
    posters = int(heading.inner_text().split()[0])
    assert posters in set(shares["posters"])
    tiles = page.locator(".poster-gallery a")
    assert tiles.count() == posters and page.locator(".poster-gallery i").count() >= posters

    with page.context.expect_page() as opened:
        tiles.first.click()
    opened.value.locator(".poster-piece").first.wait_for(timeout=WAIT_MS)
    assert opened.value.get_by_text("Its main selling point is").count() == 1


def _click_middle_of_first_cell(page: Any, chart: Any) -> None:
    """The heat map's cells fill the right part of its drawing; its middle height holds one, whatever their number."""
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.5)


def test_report_is_one_click_and_opens_without_a_request(
    page: Any, server: Server, db: Database, settings: Settings, tmp_path: Path
) -> None:
    seed_records(db, settings, 0, 8)
    page.goto(server.url("/insights"))
    page.get_by_role("button", name="Report").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="HTML, one file").click()
    target = tmp_path / "report.html"
    download.value.save_as(target)

    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.context.set_offline(True)
    page.goto(target.as_uri())
    page.get_by_role("heading", name="Price ladder by kind of goods").wait_for(timeout=WAIT_MS)
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    seen = "Array.from(document.images).filter(image => image.complete && image.naturalWidth > 0).length"
    assert page.evaluate(seen) == 8
