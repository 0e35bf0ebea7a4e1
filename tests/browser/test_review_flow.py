"""A reviewer's hands on the real page: boxes, fields and keys, and what they cost on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlite_utils import Database

from core.incoming.intake import read_again
from core.reviewing import review
from core.reviewing.queue import next_item
from core.settings import Settings
from core.store import decisions, items, jobs
from core.store.decisions import Action, Outcome
from core.store.runs import latest_prediction, put_prediction
from core.types import Source, Status
from tests.browser.server import Server
from tests.seeding import seed_records

WAIT_MS = 60_000


@pytest.fixture
def queue(db: Database, settings: Settings) -> list[int]:
    """Four products in the order Review brings them; the first and the last have a doubtful date."""
    made = seed_records(db, settings, 5)
    order: list[int] = []
    while (found := next_item(db, skip=tuple(order))) is not None:
        order.append(found)
    assert sorted(order) == sorted(made)
    return order


@pytest.fixture
def sent(page: Any) -> list[Any]:
    """Every websocket message the page sends, as it is sent."""
    frames: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return frames


def open_review(page: Any, server: Server, item: int | None = None) -> None:
    page.goto(server.url("/review" if item is None else f"/review?item={item}"))
    page.wait_for_selector(".st-key-review_viewer rect.box", timeout=WAIT_MS)
    page.wait_for_function("document.activeElement?.closest('[class*=st-key-fld_]')", timeout=WAIT_MS)
    page.wait_for_timeout(600)  # later than the least look, and the page's own start-up messages are through


def editor(page: Any, item: int, field: str) -> Any:
    return page.locator(f"#fld_{item}_{field}_input")


def focused_field(page: Any) -> str:
    """`fld_{item}_{field}` of the editor that has the cursor, "" where none has."""
    script = "[...(document.activeElement?.closest('[class*=st-key-fld_]')?.classList ?? [])]"
    classes: list[str] = page.evaluate(f"{script}.filter(name => name.startsWith('st-key-fld_'))")
    return classes[0].removeprefix("st-key-") if classes else ""


def wait_for_focus(page: Any, wanted: str) -> None:
    page.wait_for_function(
        "wanted => document.activeElement?.closest('.st-key-' + wanted)", arg=wanted, timeout=WAIT_MS
    )


def wait_for_text(page: Any, item: int, field: str, wanted: str) -> None:
    script = "([id, wanted]) => document.getElementById(id)?.value === wanted"
    page.wait_for_function(script, arg=[f"fld_{item}_{field}_input", wanted], timeout=WAIT_MS)


def marked_box(page: Any) -> str:
    return str(page.locator(".st-key-review_viewer rect.box.on").get_attribute("data-field"))


def test_moving_between_boxes_and_fields_sends_nothing(
    page: Any, server: Server, queue: list[int], sent: list[Any]
) -> None:
    open_review(page, server, queue[0])
    before = len(sent)
    editor(page, queue[0], "brand").click()
    assert marked_box(page) == "brand"
    box = page.locator(".st-key-review_viewer rect.box[data-field=net_content]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert focused_field(page) == f"fld_{queue[0]}_net_content"
    page.keyboard.press("Alt+ArrowDown")
    assert focused_field(page) == f"fld_{queue[0]}_serving_size"
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert focused_field(page) == f"fld_{queue[0]}_category"
    page.locator(".st-key-review_viewer .pane").hover()
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(500)
    assert len(sent) == before


def test_corrected_by_keyboard_and_accepted_in_one_message(
    page: Any, server: Server, queue: list[int], db: Database, sent: list[Any]
) -> None:
    item, following = queue[:2]
    open_review(page, server)
    before = len(sent)
    assert focused_field(page) == f"fld_{item}_gtin"  # the first one with a finding
    editor(page, item, "brand").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("山禾農場 <b>*x*</b>")
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{following}_gtin")
    page.wait_for_timeout(500)
    assert len(sent) - before == 1
    assert items.get_item(db, item).status is Status.VERIFIED
    changed = [entry for entry in decisions.list_decisions(db, item) if entry.action is Action.CORRECT]
    assert [(entry.field, entry.after.value, entry.reviewer) for entry in changed if entry.after] == [
        ("brand", "山禾農場 <b>*x*</b>", "tester")
    ]
    assert 0 < (decisions.list_verdicts(db, item)[0].seconds or 0) < 60


def test_a_clean_record_costs_one_message(page: Any, server: Server, queue: list[int], sent: list[Any]) -> None:
    open_review(page, server)
    before = len(sent)
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    assert len(sent) - before == 1


@pytest.mark.parametrize("pause_ms", [0, 30, 150, 300])
def test_double_press_accepts_once(page: Any, server: Server, queue: list[int], db: Database, pause_ms: int) -> None:
    open_review(page, server)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(pause_ms)
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    page.wait_for_timeout(1000)
    assert decisions.count_verdicts(db, Outcome.VERIFIED, "") == 1
    assert items.get_item(db, queue[1]).status is Status.REVIEW


def test_double_click_on_the_button_accepts_once(page: Any, server: Server, queue: list[int], db: Database) -> None:
    open_review(page, server)
    page.locator(f".st-key-accept_{queue[0]} button").dblclick()
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    page.wait_for_timeout(1000)
    assert decisions.count_verdicts(db, Outcome.VERIFIED, "") == 1


def test_enter_of_an_input_method_is_not_an_accept(page: Any, server: Server, queue: list[int], db: Database) -> None:
    open_review(page, server)
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true, composed: true}))"
    )
    page.wait_for_timeout(700)
    assert decisions.count_verdicts(db, Outcome.VERIFIED, "") == 0


def test_rules_look_at_a_value_when_the_cursor_leaves_it(page: Any, server: Server, queue: list[int]) -> None:
    item = queue[0]
    open_review(page, server)
    notes = page.locator(f".st-key-notes_{item}_gtin")
    notes.get_by_text("check digit").wait_for(timeout=WAIT_MS)
    editor(page, item, "gtin").fill("2000000000008")
    page.keyboard.press("Tab")
    notes.get_by_text("check digit").wait_for(state="detached", timeout=WAIT_MS)
    notes.get_by_text("Read as:").wait_for(timeout=WAIT_MS)
    notes.get_by_role("button", name="Undo").click()
    notes.get_by_text("check digit").wait_for(timeout=WAIT_MS)
    wait_for_text(page, item, "gtin", "2000000000000")


def test_typing_goes_on_while_the_last_field_is_saved(
    page: Any, server: Server, queue: list[int], db: Database
) -> None:
    item = queue[0]
    open_review(page, server)
    editor(page, item, "brand").fill("Northfield")
    page.keyboard.press("Tab")
    page.keyboard.type("Rolled oats, wholegrain", delay=40)
    page.locator(f".st-key-notes_{item}_brand").get_by_text("Read as:").wait_for(timeout=WAIT_MS)
    assert focused_field(page) == f"fld_{item}_name"
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    standing = review.load_record(db, item)
    assert (standing.text("brand"), standing.text("name")) == ("Northfield", "Rolled oats, wholegrain")


def test_an_unread_record_is_not_accepted_by_key(page: Any, server: Server, queue: list[int], db: Database) -> None:
    items.set_status(db, queue[0], Status.QUEUED)
    open_review(page, server, queue[0])
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1000)
    assert items.get_item(db, queue[0]).status is Status.QUEUED


def test_page_notices_that_a_reading_has_ended(page: Any, server: Server, queue: list[int], db: Database) -> None:
    (job,) = read_again(db, queue[:1])
    open_review(page, server, queue[0])
    waits = page.get_by_text("Waits to be read")
    waits.wait_for(timeout=WAIT_MS)
    editor(page, queue[0], "brand").fill("typed meanwhile")
    jobs.cancel_job(db, job)
    waits.wait_for(state="detached", timeout=WAIT_MS)
    assert editor(page, queue[0], "brand").input_value() == "typed meanwhile"


def test_back_button_returns_to_the_record_before(page: Any, server: Server, queue: list[int]) -> None:
    open_review(page, server)
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    page.wait_for_url(f"**item={queue[1]}*")
    page.go_back()
    page.locator(".st-key-review_title").get_by_text("verified", exact=True).wait_for(timeout=WAIT_MS)
    page.reload()
    page.locator(".st-key-review_title").get_by_text(f"Record {queue[0]}").wait_for(timeout=WAIT_MS)


def test_skip_flag_and_undo_by_keyboard(page: Any, server: Server, queue: list[int], db: Database) -> None:
    first, second, third = queue[:3]
    open_review(page, server)
    page.keyboard.press("Alt+s")
    wait_for_focus(page, f"fld_{second}_gtin")
    page.keyboard.press("Alt+f")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Wrong photo").click()
    dialog.get_by_role("button", name="Flag").click()
    wait_for_focus(page, f"fld_{third}_gtin")
    flagged = items.get_item(db, second)
    assert (flagged.status, flagged.reason) == (Status.FLAGGED, "Wrong photo")
    page.wait_for_timeout(600)
    page.keyboard.press("Alt+z")
    wait_for_focus(page, f"fld_{second}_gtin")
    assert items.get_item(db, second).status is Status.REVIEW
    assert items.get_item(db, first).status is Status.REVIEW


def test_a_conflict_keeps_what_was_typed(page: Any, server: Server, queue: list[int], db: Database) -> None:
    item = queue[0]
    open_review(page, server)
    review.save_edits(db, item, {"brand": "Theirs", "name": "Their name"}, reviewer="bob")
    editor(page, item, "brand").fill("Mine")
    page.keyboard.press("Control+Enter")
    conflict = page.locator(".st-key-review_conflict")
    conflict.get_by_text("bob").wait_for(timeout=WAIT_MS)
    assert editor(page, item, "brand").input_value() == "Mine"
    conflict.get_by_role("button", name="Load again").click()
    conflict.wait_for(state="detached", timeout=WAIT_MS)
    wait_for_text(page, item, "name", "Their name")
    assert editor(page, item, "brand").input_value() == "Mine"
    assert page.locator(f".st-key-notes_{item}_brand").get_by_text("Theirs").is_visible()
    assert items.get_item(db, item).status is Status.REVIEW


def test_a_conflict_is_settled_without_the_mouse(page: Any, server: Server, queue: list[int], db: Database) -> None:
    item = queue[0]
    open_review(page, server)
    review.save_edits(db, item, {"gtin": "2000000000008"}, reviewer="bob")
    page.keyboard.press("Control+a")
    page.keyboard.type("Mine")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.activeElement.closest('.st-key-review_conflict')", timeout=WAIT_MS)
    page.keyboard.press("Enter")
    page.locator(".st-key-review_conflict").wait_for(state="detached", timeout=WAIT_MS)
    wait_for_focus(page, f"fld_{item}_gtin")
    notes = page.locator(f".st-key-notes_{item}_gtin")
    notes.get_by_text("'Mine' is not").wait_for(timeout=WAIT_MS)  # rules speak of what is typed, not of what is stored
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Use stored"
    page.wait_for_timeout(1000)
    assert review.load_record(db, item).text("gtin") == "2000000000008", "leaving the field is no choice"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Keep mine"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    wait_for_text(page, item, "gtin", "2000000000008")
    page.keyboard.press("Control+Enter")
    wait_for_focus(page, f"fld_{queue[1]}_gtin")
    assert review.load_record(db, item).text("gtin") == "2000000000008"


def test_typing_that_never_reached_the_server_is_offered_again(
    page: Any, server: Server, queue: list[int], db: Database
) -> None:
    item = queue[0]
    open_review(page, server, item)
    editor(page, item, "brand").fill("Half a bra")
    page.reload()  # as a window that is closed and opened again
    notes = page.locator(f".st-key-notes_{item}_brand")
    notes.get_by_text("Half a bra").wait_for(timeout=WAIT_MS)
    assert editor(page, item, "brand").input_value() != "Half a bra"
    notes.get_by_role("button", name="Use", exact=True).click()
    wait_for_text(page, item, "brand", "Half a bra")
    notes.get_by_role("button", name="Discard").wait_for(state="detached", timeout=WAIT_MS)
    assert review.load_record(db, item).text("brand") == "Half a bra"
    page.wait_for_timeout(600)
    page.reload()
    wait_for_text(page, item, "brand", "Half a bra")
    page.wait_for_timeout(1500)
    assert notes.get_by_text("Typed before").count() == 0, "what is stored is no draft any more"


def test_a_discarded_draft_does_not_come_back(page: Any, server: Server, queue: list[int]) -> None:
    item = queue[0]
    open_review(page, server, item)
    editor(page, item, "brand").fill("A mistake")
    page.reload()
    notes = page.locator(f".st-key-notes_{item}_brand")
    notes.get_by_role("button", name="Discard").click(timeout=WAIT_MS)
    notes.get_by_text("A mistake").wait_for(state="detached", timeout=WAIT_MS)
    page.reload()
    page.wait_for_selector(".st-key-review_viewer rect.box", timeout=WAIT_MS)
    page.wait_for_timeout(2000)
    assert notes.get_by_text("A mistake").count() == 0


def test_words_from_a_photo_are_text_not_markup(
    page: Any, serve: Callable[..., Server], queue: list[int], db: Database
) -> None:
    item = queue[0]
    nasty = "<img src=x onerror=\"document.title='owned'\"> **bold** [x](javascript:1)"
    known = latest_prediction(db, item)
    assert known is not None
    field = known.fields["brand"].model_copy(
        update={"value": nasty, "raw": nasty, "alternatives": (nasty + "!",), "sources": (Source.OCR,)}
    )
    put_prediction(db, known.model_copy(update={"fields": {**known.fields, "brand": field, "name": field}}))
    open_review(page, serve(), item)
    editor(page, item, "brand").focus()
    page.wait_for_timeout(500)
    notes = page.locator(f".st-key-notes_{item}_brand")
    assert nasty + "!" in notes.inner_text()
    assert page.locator(".st-key-review_viewer .loupe p").inner_text().endswith(nasty)
    outside_the_viewer = "document.querySelectorAll('.stMain :is(img, b, strong, a[href*=javascript])')"
    made = page.evaluate(f"[...{outside_the_viewer}].map(element => element.outerHTML)")
    made = [html for html in made if not html.startswith('<img src="/crop/')]
    assert [html for html in made if "bold" in html or "src=" in html or "href" in html] == []
    assert page.title() != "owned"


def test_a_field_on_another_photo_brings_that_photo(
    page: Any, serve: Callable[..., Server], queue: list[int], db: Database
) -> None:
    item, other = queue[:2]
    back = items.list_photos(db, other)[0].blob
    items.add_photo(db, item, back, "back.jpg")
    known = latest_prediction(db, item)
    assert known is not None
    moved = known.fields["shelf_life"].model_copy(update={"photo": 1})
    put_prediction(db, known.model_copy(update={"fields": {**known.fields, "shelf_life": moved}}))
    open_review(page, serve(), item)
    assert page.locator(".st-key-review_viewer rect.box[data-field=shelf_life]").count() == 0
    editor(page, item, "shelf_life").focus()
    assert marked_box(page) == "shelf_life"
    assert page.locator(".st-key-review_viewer .strip [aria-selected=true]").get_attribute("data-photo") == "1"
