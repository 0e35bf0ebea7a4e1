"""The records table under a person's hands: cells, ticks, dialogs, the address and the download."""

from __future__ import annotations

import csv
import io
import re
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.reviewing import review
from core.settings import Settings
from core.store import decisions, items
from core.store.records import Filters, count_records
from core.types import Status
from pages.components.records_table import HEADER_HEIGHT, ROW_HEIGHT
from tests.browser.server import Server
from tests.seeding import seed_records

WAIT_MS = 60_000
TICK_X, OPEN_X, STATUS_X = 20, 200, 290
"""Where tick boxes, links to Review and statuses lie in the table: left of every column of varying width."""
TO_BRAND = 3
"""Columns from status to brand: To check, Barcode, Brand."""

ENTER_AND_LEAVE = """pause => {
    const enter = { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true };
    const upload = [...document.querySelectorAll("a")].find(link => link.textContent.includes("Upload"));
    document.querySelector("#portal textarea").dispatchEvent(new KeyboardEvent("keydown", enter));
    setTimeout(() => upload.click(), pause);
}"""
"""Faster than playwright sends two commands."""


@pytest.fixture
def shelf(db: Database, settings: Settings) -> list[int]:
    """Thirty products and four ads; the table shows the products, newest first."""
    return seed_records(db, settings, 30, 4)


@pytest.fixture
def open_records(page: Any, server: Server) -> Callable[[str], None]:
    def run(address: str = "kind=product&order=oldest") -> None:
        page.goto(server.url(f"/records?{address}"))
        page.locator('[data-testid="stDataFrame"]').wait_for(timeout=WAIT_MS)
        page.wait_for_timeout(800)  # the grid draws itself after it is in the page

    return run


def cell(page: Any, x: float, row: int) -> tuple[float, float]:
    box = page.locator('[data-testid="stDataFrame"]').bounding_box()
    return box["x"] + x, box["y"] + HEADER_HEIGHT + ROW_HEIGHT * (row + 0.5)


def tick(page: Any, *rows: int) -> None:
    for count, row in enumerate(rows, start=1):
        page.mouse.click(*cell(page, TICK_X, row))
        page.get_by_text(re.compile(rf"^{count} records? selected$")).wait_for(timeout=WAIT_MS)


def go_to_brand(page: Any, row: int) -> None:
    page.mouse.click(*cell(page, STATUS_X, row))
    for _ in range(TO_BRAND):
        page.wait_for_timeout(150)  # the grid moves its cursor between two frames
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(150)


def type_into_brand(page: Any, row: int, text: str) -> None:
    go_to_brand(page, row)
    type_here(page, text)
    page.keyboard.press("Enter")


def type_here(page: Any, text: str) -> None:
    """Opens the cell under the cursor and replaces its text."""
    page.keyboard.press("Enter")
    page.locator("#portal textarea").fill(text, timeout=WAIT_MS)


def wait_for_text(page: Any, text: str | re.Pattern[str]) -> None:
    page.get_by_text(text).first.wait_for(timeout=WAIT_MS)


def in_dialog(page: Any, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def brand(db: Database, item: int) -> Any:
    return review.load_record(db, item).fields["brand"].value


def test_typed_cells_are_saved_acknowledged_and_exported(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None], tmp_path: Path
) -> None:
    open_records()
    type_into_brand(page, 0, "=Neue Marke")
    wait_for_text(page, "1 field in 1 record saved.")
    type_here(page, "晨光")  # Enter has moved on to the next record: no mouse between two corrections
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    assert [brand(db, item) for item in shelf[:2]] == ["=Neue Marke", "晨光"]
    assert {one.reviewer for one in decisions.list_decisions(db, shelf[0])} == {"tester"}

    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 30 records").click()
    target = tmp_path / "out.csv"
    download.value.save_as(target)
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"))))
    assert len(rows) == 30
    assert [row["brand"] for row in rows[:2]] == ["'=Neue Marke", "晨光"]
    assert rows[0]["gtin"] == "2000000000000\t"


def test_cell_left_open_is_saved_by_the_click_beside_it(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records()
    go_to_brand(page, 0)
    type_here(page, "Left open")
    page.wait_for_timeout(400)  # a person's pause: the key that opened the cell is long ago
    page.get_by_role("link", name="Upload").click()
    page.get_by_role("heading", name="Upload").wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(500)
    assert brand(db, shelf[0]) == "Left open"


@pytest.mark.parametrize("pause_ms", [0, 100])
def test_cell_committed_in_the_instant_before_the_page_is_left_is_saved(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None], pause_ms: int
) -> None:
    open_records()
    go_to_brand(page, 0)
    type_here(page, "In time")
    page.evaluate(ENTER_AND_LEAVE, pause_ms)
    page.get_by_role("heading", name="Upload").wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(500)
    assert brand(db, shelf[0]) == "In time"


def test_conflict_keeps_what_both_people_typed(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records()
    review.save_edits(db, shelf[1], {"brand": "Bob's"}, reviewer="bob")
    type_into_brand(page, 1, "Mine")
    wait_for_text(page, re.compile(f"Record {shelf[1]} was changed by bob"))
    wait_for_text(page, re.compile("You typed: Brand: Mine"))
    assert brand(db, shelf[1]) == "Bob's"
    page.get_by_role("button", name="Load the present values").click()
    page.wait_for_timeout(1500)
    type_into_brand(page, 1, "Agreed")
    wait_for_text(page, "1 field in 1 record saved.")
    assert brand(db, shelf[1]) == "Agreed"


def test_ticked_rows_are_accepted_and_the_table_stays_in_its_place(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records()
    before = cell(page, 0, 0)
    tick(page, 0, 1, 3)
    assert cell(page, 0, 0) == before, "the row under the pointer is still the same one"
    page.get_by_role("button", name="Accept", exact=True).click()
    wait_for_text(page, "3 records verified.")
    verified = [item for item in shelf if items.get_item(db, item).status is Status.VERIFIED]
    assert verified == [shelf[0], shelf[1], shelf[3]]


def test_items_are_merged_and_split_again(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records()
    tick(page, 0, 1)
    page.get_by_role("button", name="Merge", exact=True).click()
    in_dialog(page, "Merge")
    wait_for_text(page, f"Merged into item {shelf[0]}.")
    photos = items.list_photos(db, shelf[0])
    assert [photo.name for photo in photos] == ["product_0.jpg", "product_1.jpg"]

    page.wait_for_timeout(800)
    tick(page, 0)
    page.get_by_role("button", name="Split", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("img").nth(1).wait_for(timeout=WAIT_MS)
    dialog.get_by_text("product_1.jpg").click()
    page.wait_for_timeout(800)
    in_dialog(page, "Split")
    wait_for_text(page, re.compile(f"Item {shelf[0]} was split; the new item is"))
    assert [photo.name for photo in items.list_photos(db, shelf[0])] == ["product_0.jpg"]


def test_names_in_dialogs_are_text_not_markup(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    nasty = "**bold** :red[x] [link](https://elsewhere.example) $y$"
    items.add_photo(db, shelf[0], f"{5:064x}", nasty)
    review.save_edits(db, shelf[0], {"name": nasty}, reviewer="bob")
    open_records()
    tick(page, 0, 1)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Merge", exact=True).click()
    dialog.get_by_text(nasty).wait_for(timeout=WAIT_MS)
    in_dialog(page, "Cancel")
    dialog.wait_for(state="hidden", timeout=WAIT_MS)
    page.mouse.click(*cell(page, TICK_X, 1))
    page.get_by_text("1 record selected").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Split", exact=True).click()
    dialog.get_by_text(nasty).wait_for(timeout=WAIT_MS)


def test_what_the_disk_stops_is_told_above_the_table_and_cells_are_saved_later(
    page: Any, db: Database, server: Server, shelf: list[int], open_records: Callable[..., None]
) -> None:
    told = re.compile("shelflens.db could not be stored: the disk reports an error")
    open_records()
    before = resource.prlimit(
        server.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY)
    )  # no write succeeds
    type_into_brand(page, 1, "Kept")
    wait_for_text(page, told)
    page.wait_for_timeout(800)  # the table has moved down to make room for the notice
    tick(page, 0)
    page.get_by_role("button", name="Accept", exact=True).click()
    page.wait_for_timeout(1500)
    wait_for_text(page, told)
    assert brand(db, shelf[1]) != "Kept"
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
    page.get_by_role("button", name="Dismiss").click()
    wait_for_text(page, "1 field in 1 record saved.")
    assert brand(db, shelf[1]) == "Kept"
    assert items.get_item(db, shelf[0]).status is Status.REVIEW


def test_deleting_asks_twice_and_leads_through_the_bin(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records()
    tick(page, 0, 1)
    page.get_by_role("button", name="Delete", exact=True).click()
    in_dialog(page, "Delete")
    wait_for_text(page, "Really delete 2 records with 2 photos?")
    in_dialog(page, "Cancel")
    page.get_by_role("dialog").wait_for(state="hidden", timeout=WAIT_MS)
    assert count_records(db, Filters(kind="product")) == 30
    page.get_by_role("button", name="Delete", exact=True).click()
    in_dialog(page, "Delete")
    in_dialog(page, "Yes, into the bin")
    wait_for_text(page, "2 records moved into the bin.")
    assert count_records(db, Filters(kind="product")) == 28
    page.get_by_role("link", name="Bin", exact=True).click()
    wait_for_text(page, "Tick items to restore them")
    page.wait_for_timeout(800)
    page.mouse.click(*cell(page, TICK_X, 0))
    page.get_by_role("button", name="Restore").click()
    wait_for_text(page, "1 record restored, as they were.")
    page.get_by_role("button", name="Empty the bin").click()
    in_dialog(page, "Delete for good")
    in_dialog(page, "Yes, delete for good")
    wait_for_text(page, "1 record deleted for good.")
    wait_for_text(page, "The bin is empty.")
    assert count_records(db, Filters(kind="product")) == 29


def test_filters_and_page_are_in_the_address_and_survive_another_page(
    page: Any, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records("kind=product&rows=25")
    page.get_by_placeholder("Name, barcode").fill("燕麦片")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("text="), timeout=WAIT_MS)
    page.get_by_role("button", name="Page 2", exact=True).click()
    wait_for_text(page, "26–30")
    page.wait_for_url(re.compile("page=2"), timeout=WAIT_MS)
    page.get_by_role("link", name="Upload").click()
    page.get_by_role("heading", name="Upload").wait_for(timeout=WAIT_MS)
    assert "text=" not in page.url, "the address of another page is its own"
    page.get_by_role("link", name="Records").click()
    wait_for_text(page, "26–30")
    page.reload()
    wait_for_text(page, "26–30")


def test_language_may_be_changed_again_and_again_and_what_was_chosen_stays(
    page: Any, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records("kind=product&rows=25&flags=doubts")
    for language, title in (("中文", "记录"), ("English", "Records")) * 2:
        page.get_by_text(language, exact=True).click()
        page.get_by_role("heading", name=title, exact=True).wait_for(timeout=WAIT_MS)
        page.wait_for_timeout(1500)  # the run after the new title draws the filters
        assert "flags=doubts" in page.url and "rows=25" in page.url
    assert page.locator('[data-testid="stException"]').count() == 0
    page.get_by_role("combobox", name="Only with").click()
    page.get_by_role("option", name="Corrections").click()
    page.wait_for_url(re.compile("flags=corrected"), timeout=WAIT_MS)
    wait_for_text(page, "No record passes")


def test_photos_and_the_link_to_review_are_there(
    page: Any, server: Server, shelf: list[int], open_records: Callable[..., None]
) -> None:
    thumbs: list[int] = []
    page.on("response", lambda response: thumbs.append(response.status) if "/thumb/" in response.url else None)
    open_records()
    assert thumbs and set(thumbs) == {200}
    with page.context.expect_page() as opened:
        page.mouse.click(*cell(page, OPEN_X, 1))  # the first click puts the cursor there
        page.wait_for_timeout(800)
        page.mouse.click(*cell(page, OPEN_X, 1))
    assert f"/review?item={shelf[1]}" in opened.value.url
    opened.value.locator(f".st-key-fld_{shelf[1]}_name").wait_for(timeout=WAIT_MS)


def test_one_field_is_set_in_many_records_after_a_look_and_taken_back(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    before = [brand(db, item) for item in shelf[:3]]
    open_records()
    tick(page, 0, 1, 2)
    page.get_by_role("button", name="Set field").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").click()
    page.get_by_role("option", name="Brand", exact=True).click()
    dialog.locator(".st-key-records_set_text textarea").fill("拾味")
    page.keyboard.press("Tab")
    dialog.locator('[data-testid="stDataFrame"]').wait_for(timeout=WAIT_MS)
    changed = sum(one != "拾味" for one in before)
    dialog.get_by_role("button", name=f"Set in {changed} record").click()
    wait_for_text(page, "The field was set in")
    assert [brand(db, item) for item in shelf[:3]] == ["拾味"] * 3
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_for_text(page, "Taken back in")
    assert [brand(db, item) for item in shelf[:3]] == before


def test_text_typed_before_the_server_has_answered_to_the_choice_of_a_field_stays(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    slow, held = [False], list[tuple[Any, Any]]()

    def connect(browser: Any) -> None:
        server = browser.connect_to_server()
        server.on_message(lambda said: held.append((browser, said)) if slow[0] else browser.send(said))

    page.route_web_socket(re.compile("/_stcore/stream"), connect)
    open_records()
    tick(page, 0, 1)
    page.get_by_role("button", name="Set field").click()
    dialog = page.get_by_role("dialog")
    text = dialog.locator(".st-key-records_set_text textarea")
    dialog.get_by_role("combobox", name="Field").click()
    slow[0] = True
    page.get_by_role("option", name="Brand", exact=True).click()
    text.fill("拾味")
    page.wait_for_timeout(1000)
    slow[0] = False
    assert held, "the server has answered, and the browser does not know it yet"
    for browser, said in held:
        browser.send(said)
    page.keyboard.press("Tab")
    dialog.locator('[data-testid="stDataFrame"]').wait_for(timeout=WAIT_MS)
    assert text.input_value() == "拾味"
    dialog.get_by_role("button", name=re.compile("^Set in")).click()
    wait_for_text(page, "The field was set in")
    assert [brand(db, item) for item in shelf[:2]] == ["拾味"] * 2


def test_what_passes_is_shown_with_its_error_before_it_is_accepted(
    page: Any, db: Database, shelf: list[int], open_records: Callable[..., None]
) -> None:
    open_records("kind=all")
    page.get_by_role("button", name="Accept what passes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("held back: doubtful fields").wait_for(timeout=WAIT_MS)
    dialog.get_by_text("not known yet").or_(dialog.get_by_text("0 records pass.")).first.wait_for(timeout=WAIT_MS)
