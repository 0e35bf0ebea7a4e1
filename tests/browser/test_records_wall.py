"""The wall of photos on Records: thousands of them, of which the browser holds those in sight."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from core.settings import Settings
from tests.browser.server import Server
from tests.seeding import multiply_records, picture, seed_records

WAIT_MS = 60_000


def test_wall_of_five_thousand_photos_loads_only_those_in_sight(
    page: Any, db: Database, settings: Settings, server: Server
) -> None:
    (item,) = seed_records(db, settings, 1)
    multiply_records(db, item, 4999)
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url) if "/thumb/" in request.url else None)
    page.route("**/thumb/*", lambda route: route.fulfill(body=picture(1), content_type="image/jpeg"))
    page.goto(server.url("/records?kind=product&look=photos"))
    tiles = page.locator(".tiles li")
    tiles.first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(500)
    in_page = tiles.count()
    assert 20 <= in_page <= 60 and len(loaded) == in_page
    assert tiles.first.get_attribute("aria-setsize") == "5000"
    wall = page.locator(".wall")
    wall.evaluate("wall => { wall.scrollTop = wall.scrollHeight; }")
    page.get_by_role("link", name="燕麦片 No. 0 1 ·").or_(tiles.last).first.wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(500)
    assert tiles.last.get_attribute("aria-posinset") == "5000"
    assert tiles.count() <= 60, "what has scrolled away is taken out of the page"
    assert len(loaded) <= 120, "what was jumped over was never loaded"
    tiles.last.get_by_role("link").focus()
    wall.evaluate("wall => { wall.scrollTop = 0; }")
    page.wait_for_timeout(500)
    assert page.locator(".tiles li a:focus").count() == 1, "the focus is not lost with its tile"
    assert f"/review?item={item}" in tiles.last.get_by_role("link").get_attribute("href")
