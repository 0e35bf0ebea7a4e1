"""The editors of a record in a real browser: by type, from the photo, and when things go wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.records.merge import merge_photos
from core.records.standing import refresh_record
from core.reviewing import review
from core.schema import load_schema
from core.settings import Settings
from core.store import items
from core.store.db import write
from core.store.runs import latest_prediction, put_prediction
from core.types import Kind, Source, Status
from tests.browser.server import Server, free_port, run_server
from tests.browser.test_review_flow import WAIT_MS, editor, open_review, sent, wait_for_focus, wait_for_text
from tests.seeding import read_value, seed_records

__all__ = ["sent"]


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    """A product of two photos that disagree about the net content, before a second record."""
    first, other = seed_records(db, settings, 2)
    items.add_photo(db, first, items.list_photos(db, other)[0].blob, "back.jpg")
    known = latest_prediction(db, first)
    assert known is not None
    sides = [{"net_content": read_value(value, line, unit="g")} for value, line in ((500, 3), (450, 4))]
    fields = {**known.fields, **merge_photos(sides, load_schema(Kind.PRODUCT))}
    put_prediction(db, known.model_copy(update={"fields": fields}))
    with write(db):
        refresh_record(db, first)
    return first


def notes(page: Any, item: int, field: str) -> Any:
    return page.locator(f".st-key-notes_{item}_{field}")


def stored(db: Database, item: int, field: str, wanted: str, page: Any) -> None:
    """Waits until the field stands as `wanted`."""
    for _ in range(WAIT_MS // 100):
        if review.load_record(db, item).text(field) == wanted:
            return
        page.wait_for_timeout(100)
    assert review.load_record(db, item).text(field) == wanted


def frame(page: Any, box: tuple[float, float, float, float]) -> None:
    """Draws a box with Shift held; `box` in shares of the photo as it is shown."""
    area = page.locator(".st-key-review_viewer .stage").bounding_box()
    x0, y0, x1, y1 = (area[side] + share * area[size] for share, side, size in zip(
        box, ("x", "y", "x", "y"), ("width", "height", "width", "height"), strict=True))  # fmt: skip
    page.keyboard.down("Shift")
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")


def test_words_framed_or_picked_on_the_photo_fill_the_field_without_a_message(
    page: Any, server: Server, item: int, db: Database, sent: list[Any]
) -> None:
    open_review(page, server, item)
    before = len(sent)
    editor(page, item, "legal_name").focus()
    frame(page, (0.03, 0.05, 0.35, 0.18))  # where seeding.picture writes "photo 0"
    page.wait_for_function(
        "id => document.getElementById(id).value.toLowerCase().startsWith('photo')",
        arg=f"fld_{item}_legal_name_input", timeout=4 * WAIT_MS,
    )  # fmt: skip
    page.wait_for_function("document.querySelectorAll('.sheet .status:not([hidden])').length === 0", timeout=WAIT_MS)
    editor(page, item, "origin").focus()
    page.keyboard.press("Alt+r")  # turned, a line is still found where it is seen
    page.keyboard.press("Alt+l")
    page.wait_for_timeout(500)
    line = page.locator(".st-key-review_viewer rect.line").nth(6).bounding_box()
    page.mouse.click(line["x"] + line["width"] / 2, line["y"] + line["height"] / 2)
    wait_for_text(page, item, "origin", "line 6")
    stored(db, item, "origin", "line 6", page)
    field = review.load_record(db, item).fields["origin"]
    assert (field.lines, field.sources, field.box) == ((6,), (Source.OCR, Source.HUMAN), (20, 152, 200, 170))
    assert page.locator(".st-key-review_viewer rect.box[data-field=origin]").count() == 1
    assert len(sent) == before


def test_tables_lists_and_amounts_are_edited_by_keyboard_and_checked_while_typing(
    page: Any, server: Server, item: int, db: Database, sent: list[Any]
) -> None:
    open_review(page, server, item)
    before = len(sent)
    protein = page.locator(f".st-key-fld_{item}_nutrition tr:nth-child(2) [data-cell=amount]")
    editor(page, item, "nutrition").focus()
    page.keyboard.press("Enter")  # down the column
    assert protein.evaluate("input => input === document.activeElement")
    page.keyboard.type("80")
    notes(page, item, "nutrition").get_by_text("reference value").wait_for(timeout=WAIT_MS)
    assert review.load_record(db, item).history == (), "said while typing, before anything is saved"
    protein.fill("8.5")
    notes(page, item, "nutrition").get_by_text("reference value").wait_for(state="detached", timeout=WAIT_MS)
    protein.fill("7.9")
    editor(page, item, "claims").focus()
    page.keyboard.type("低钠")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowUp")
    stored(db, item, "claims", "高纤维\n无添加蔗糖\n低钠", page)
    assert "蛋白质: 7.9 g / 100g, 14%" in review.load_record(db, item).text("nutrition")
    editor(page, item, "shelf_life").fill("18")
    page.keyboard.press("Alt+ArrowDown")
    stored(db, item, "shelf_life", "18 month", page)
    editor(page, item, "name").focus()
    page.keyboard.press("Alt+a")
    stored(db, item, "name", "", page)
    page.keyboard.press("Alt+u")
    wait_for_text(page, item, "name", "燕麦片 No. 0")
    assert len(sent) == before


def test_photos_that_disagree_are_settled_by_one_key(page: Any, server: Server, item: int, db: Database) -> None:
    open_review(page, server, item)
    page.keyboard.press("Alt+n")
    wait_for_focus(page, f"fld_{item}_net_content")
    sides = notes(page, item, "net_content")
    assert sides.locator("img").count() == 2
    page.keyboard.press("Alt+2")
    stored(db, item, "net_content", "450 g", page)
    field = review.load_record(db, item).fields["net_content"]
    assert (field.photo, Source.HUMAN in field.sources) == (1, True)
    sides.get_by_text("The photos disagree").wait_for(state="detached", timeout=WAIT_MS)
    page.keyboard.press("Alt+u")
    stored(db, item, "net_content", "500 g", page)
    editor(page, item, "net_content").focus()
    page.keyboard.press("Alt+1")
    sides.get_by_text("The photos disagree").wait_for(state="detached", timeout=WAIT_MS)
    page.wait_for_function(  # the value is settled, and the next one in doubt is at hand
        "mine => !document.activeElement.id.startsWith(mine)", arg=f"fld_{item}_net_content", timeout=WAIT_MS
    )
    assert Source.HUMAN in review.load_record(db, item).fields["net_content"].sources


def test_a_megabyte_pasted_into_a_field_is_refused_and_stays(
    page: Any, server: Server, item: int, db: Database
) -> None:
    open_review(page, server, item)
    brand = editor(page, item, "brand")
    brand.focus()
    brand.evaluate(
        "input => { input.value = 'x'.repeat(1048576); input.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.keyboard.press("Control+Enter")
    notes(page, item, "brand").get_by_text("The text has 1,048,576 characters").wait_for(timeout=WAIT_MS)
    assert brand.evaluate("input => input.value.length") == 1_048_576
    assert items.get_item(db, item).status is Status.REVIEW
    brand.fill("Northfield")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f".st-key-fld_{item}_brand", state="detached", timeout=WAIT_MS)
    assert (items.get_item(db, item).status, review.load_record(db, item).text("brand")) == (
        Status.VERIFIED,
        "Northfield",
    )


def test_photos_taken_away_while_the_record_is_open_cost_nothing_that_was_typed(
    page: Any, server: Server, item: int, db: Database
) -> None:
    open_review(page, server, item)
    with write(db):
        db.conn.execute("DELETE FROM photos WHERE item_id = ?", (item,))
    editor(page, item, "brand").focus()
    frame(page, (0.03, 0.05, 0.35, 0.18))
    page.get_by_role("alert").get_by_text("taken away from this record").wait_for(timeout=4 * WAIT_MS)
    editor(page, item, "brand").fill("Typed all the same")
    page.keyboard.press("Tab")
    stored(db, item, "brand", "Typed all the same", page)
    page.reload()
    page.locator(".st-key-review_viewer").get_by_text("This record has no photo").wait_for(timeout=WAIT_MS)
    wait_for_text(page, item, "brand", "Typed all the same")


def test_a_record_deleted_while_it_is_open_says_so(page: Any, server: Server, item: int, db: Database) -> None:
    open_review(page, server, item)
    with write(db):
        db.conn.execute("UPDATE items SET deleted_at = '2026-01-01T00:00:00Z' WHERE id = ?", (item,))
    editor(page, item, "brand").fill("Too late")
    page.keyboard.press("Tab")
    page.get_by_text("may have been merged or deleted").wait_for(timeout=WAIT_MS)


def test_a_server_started_again_in_mid_edit_gets_what_was_typed(
    page: Any, chromium: Any, item: int, db: Database, settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    with run_server(settings, tmp_path / "first.log", port, SHELFLENS_WORKER="0") as server:
        open_review(page, server, item)
    editor(page, item, "brand").fill("Typed into the void")
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_text("The server does not answer").wait_for(timeout=WAIT_MS)
    with run_server(settings, tmp_path / "second.log", port, SHELFLENS_WORKER="0"):
        stored(db, item, "brand", "Typed into the void", page)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(f".st-key-fld_{item}_brand", state="detached", timeout=WAIT_MS)
    assert items.get_item(db, item).status is Status.VERIFIED


def test_kinds_and_feelings_are_shown_and_typed_in_words_and_stored_as_codes(
    chromium: Any, server: Server, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, products=0, ads=1)
    price = int(review.load_record(db, item).fields["price"].value[0]["value"])  # type: ignore[index,call-overload]
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    try:
        open_review(page, server, item)

        def chips(field: str) -> list[str]:
            texts: list[str] = page.locator(f".st-key-fld_{item}_{field} .entry").all_text_contents()
            return texts

        assert chips("price") == [f"{price} CNY 现价", f"{price + 60} CNY 原价"]
        editor(page, item, "emotion").focus()
        for word in ("紧迫", "trust", "怀旧"):
            page.keyboard.type(word)
            page.keyboard.press("Enter")
        assert chips("emotion") == ["紧迫", "信任安心", "怀旧"]
        page.locator(f".st-key-fld_{item}_price .entry").nth(1).click()
        # The answer to the field that was left comes while an entry is held to be changed, and must not put it back.
        emotion = page.locator(".row", has=page.locator(f".st-key-fld_{item}_emotion"))
        emotion.locator(".marks", has_text="☺").wait_for(timeout=WAIT_MS)
        assert editor(page, item, "price").input_value() == f"{price + 60} CNY 原价"
        editor(page, item, "price").fill("129元 到手价")
        page.keyboard.press("Enter")
        editor(page, item, "headline").focus()
        stored(db, item, "emotion", "urgency\ntrust\n怀旧", page)
        stored(db, item, "price", f"{price} CNY current\n129 CNY final", page)
        notes(page, item, "price").get_by_text(f"{price + 60} CNY 原价").wait_for(timeout=WAIT_MS)
    finally:
        context.close()
