"""What a person sees where the disk or the database stands in the way: a sentence, on every page."""

from __future__ import annotations

import re
import resource
from typing import Any

import pytest
from sqlite_utils import Database

from core.incoming.intake import read_again
from core.settings import Settings
from core.store.db import write
from pages.components.navigation import SECTIONS
from tests.browser.server import Server
from tests.browser.test_records_flow import tick
from tests.seeding import seed_records

WAIT_MS = 60_000
PAGES = [name for entries in SECTIONS.values() for name, _ in entries]
SENTENCE = {"en": "The database shelflens.db is damaged", "zh": "数据库 shelflens.db 已损坏"}


@pytest.fixture
def shelf(db: Database, settings: Settings) -> list[int]:
    """Two products and two ads."""
    return seed_records(db, settings, 2, 2)


def damage(settings: Settings) -> None:
    """Makes the database unreadable under the running server, as a failing disk would."""
    for path in settings.data.glob("shelflens.db*"):
        path.write_bytes(b"no database" * 1000)


def wait_for_sentence(page: Any, lang: str) -> None:
    page.get_by_role("alert").get_by_text(SENTENCE[lang]).first.wait_for(timeout=WAIT_MS)
    assert page.locator('[data-testid="stException"]').count() == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_says_that_the_database_is_damaged(
    page: Any, server: Server, shelf: list[int], settings: Settings, lang: str
) -> None:
    damage(settings)
    for name in PAGES:
        page.goto(server.url(f"/{name}?lang={lang}" if name != "home" else f"/?lang={lang}"))
        wait_for_sentence(page, lang)


def test_an_act_and_a_part_that_follows_the_queue_say_it_too(
    page: Any, server: Server, shelf: list[int], settings: Settings, db: Database
) -> None:
    read_again(db, shelf[:1])
    page.goto(server.url("/upload"))
    page.get_by_text(re.compile("waiting|queued", re.IGNORECASE)).first.wait_for(timeout=WAIT_MS)
    records = page.context.new_page()
    records.goto(server.url("/records?kind=product"))
    records.locator('[data-testid="stDataFrame"]').wait_for(timeout=WAIT_MS)
    records.wait_for_timeout(800)
    tick(records, 0)
    damage(settings)
    wait_for_sentence(page, "en")
    records.get_by_role("button", name="Accept", exact=True).click()
    wait_for_sentence(records, "en")


def test_a_record_can_be_looked_at_while_nothing_can_be_written(page: Any, server: Server, shelf: list[int]) -> None:
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    page.goto(server.url("/review"))
    editor = page.locator(f".st-key-fld_{shelf[0]}_brand input")
    editor.wait_for(timeout=WAIT_MS)
    editor.fill("Typed on a full disk")
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_text("shelflens.db could not be stored").wait_for(timeout=WAIT_MS)
    assert editor.input_value() == "Typed on a full disk"


def test_an_unexpected_error_offers_no_way_to_other_machines(
    page: Any, server: Server, shelf: list[int], db: Database
) -> None:
    with write(db):
        db.conn.execute("UPDATE records SET fields = 'nothing that could be read'")
    page.goto(server.url("/records"))
    notice = page.locator('[data-testid="stException"]')
    notice.wait_for(timeout=WAIT_MS)
    assert notice.get_by_role("link").count() == 0
    assert "Google" not in notice.inner_text()
