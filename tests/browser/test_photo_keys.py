"""The photo without a mouse: text lines walked and put into a field, words framed and read again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core.reviewing import review
from core.settings import Settings
from core.store import items, runs
from core.types import Line, Readings, Source
from tests.browser.server import Server
from tests.browser.test_review_editors import notes, stored
from tests.browser.test_review_flow import WAIT_MS, editor, open_review, sent, wait_for_focus, wait_for_text
from tests.seeding import seed_records

__all__ = ["sent"]

VIEWER = ".st-key-review_viewer"
FRAMED = [20.0, 20.0, 60.0, 32.0]
"""Where seeding.picture writes "photo 0", of whose words nothing was read before."""


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    """A product with a second photo, of which other lines were read."""
    first, other = seed_records(db, settings, 2)
    back = items.list_photos(db, other)[0].blob
    items.add_photo(db, first, back, "back.jpg")
    lines = tuple(Line(text=text, box=(20, 40 + 30 * n, 200, 60 + 30 * n), score=0.9) for n, text in enumerate("ab"))
    runs.put_readings(db, back, "seed", Readings(width=320, height=240, lines=lines))
    return first


def in_viewer(page: Any, script: str) -> Any:
    """`script` is a function of the viewer's element, which lies in a shadow tree of its own."""
    return page.locator(f"{VIEWER} .viewer").evaluate(script)


def read_out(page: Any) -> str:
    """The list entry that a screen reader is sent to; "" where the list has not the focus."""
    return str(
        in_viewer(
            page,
            """viewer => {
                const tree = viewer.getRootNode();
                const id = tree.querySelector("[role=listbox]:focus")?.getAttribute("aria-activedescendant");
                return id ? tree.getElementById(id).textContent : "";
            }""",
        )
    )


def chosen(page: Any) -> list[str]:
    titles = page.locator(f"{VIEWER} rect.line.on title")
    return list(titles.all_text_contents())


def frame_box(page: Any) -> list[float]:
    rect = page.locator(f"{VIEWER} rect.frame")
    x, y, w, h = (float(rect.get_attribute(name)) for name in ("x", "y", "width", "height"))
    return [x, y, x + w, y + h]


def test_lines_are_walked_and_put_into_the_field(
    page: Any, server: Server, item: int, db: Database, sent: list[Any]
) -> None:
    open_review(page, server, item)
    before = len(sent)
    editor(page, item, "brand").focus()
    page.keyboard.press("Alt+l")
    assert read_out(page) == "line 1", "the walk begins at the field's own place"
    assert "Brand" in page.locator(f"{VIEWER} [role=listbox]").get_attribute("aria-label")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert (read_out(page), chosen(page)) == ("line 3", ["line 3"])
    assert "Line 4 of 8 → Brand" in page.locator(f"{VIEWER} .loupe p").inner_text()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert read_out(page) == "line 7", "there is no line after the last"
    page.keyboard.type("E 2")
    assert read_out(page) == "line 2", "what is typed is looked for"
    page.keyboard.press("Enter")
    wait_for_text(page, item, "brand", "line 2")
    wait_for_focus(page, f"fld_{item}_brand")
    stored(db, item, "brand", "line 2", page)
    field = review.load_record(db, item).fields["brand"]
    assert (field.lines, field.sources) == ((2,), (Source.OCR, Source.HUMAN))
    assert page.locator(f"{VIEWER} rect.line").count() == 0, "the lines were shown for the walk"
    assert len(sent) == before


def test_several_lines_are_taken_at_once_and_more_are_added(page: Any, server: Server, item: int, db: Database) -> None:
    open_review(page, server, item)
    editor(page, item, "origin").focus()
    page.keyboard.press("Alt+l")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowDown")
    assert chosen(page) == ["line 0", "line 1"]
    selected = page.locator(f"{VIEWER} [role=option][aria-selected=true]").all_text_contents()
    assert selected == ["line 0", "line 1"]
    page.keyboard.press("Shift+Enter")
    stored(db, item, "origin", "line 0 line 1", page)
    page.locator(".sheet [role=status]").get_by_text("Origin: line 0 line 1").wait_for(timeout=WAIT_MS)
    assert read_out(page) == "line 1", "whoever adds goes on among the lines"
    page.keyboard.press("End")
    page.keyboard.press("Shift+Enter")
    stored(db, item, "origin", "line 0 line 1 line 7", page)
    page.keyboard.press("Escape")
    wait_for_focus(page, f"fld_{item}_origin")
    assert editor(page, item, "origin").input_value() == "line 0 line 1 line 7"


def test_the_walk_goes_on_over_another_photo_and_leaves_nothing_behind(page: Any, server: Server, item: int) -> None:
    open_review(page, server, item)
    editor(page, item, "brand").focus()
    page.keyboard.press("Alt+l")
    page.keyboard.press("Alt+PageDown")
    assert read_out(page) == "b"
    page.keyboard.press("Alt+r")
    page.keyboard.press("ArrowUp")
    assert (read_out(page), chosen(page)) == ("a", ["a"])
    page.keyboard.press("Alt+l")
    wait_for_focus(page, f"fld_{item}_brand")
    assert page.locator(f"{VIEWER} [role=option]").count() == 0
    page.locator(f"{VIEWER} .toggle input").focus()
    page.keyboard.press("Space")  # the box beside it only shows the lines
    assert page.locator(f"{VIEWER} rect.line").count() > 0
    assert read_out(page) == ""
    page.keyboard.press("Alt+l")
    page.keyboard.press("Escape")
    assert page.locator(f"{VIEWER} rect.line").count() > 0, "who had them shown before still has them"


def test_a_photo_without_lines_says_so(page: Any, server: Server, item: int, db: Database) -> None:
    blob = items.list_photos(db, item)[0].blob
    runs.put_readings(db, blob, "blind", Readings(width=320, height=240, lines=()))
    open_review(page, server, item)
    page.keyboard.press("Alt+l")
    page.locator(f"{VIEWER} [role=status]").get_by_text("No text lines were read").wait_for(timeout=WAIT_MS)
    assert page.evaluate("document.activeElement.closest('[class*=st-key-fld_]') !== null"), "the cursor stays"


def test_a_frame_is_moved_and_read_by_keys(page: Any, server: Server, item: int, db: Database, sent: list[Any]) -> None:
    open_review(page, server, item)
    before = len(sent)
    editor(page, item, "legal_name").focus()
    page.keyboard.press("Alt+b")
    begun = frame_box(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = frame_box(page)
    assert moved[0] > begun[0] and moved[1] > begun[1]
    assert [moved[2] - moved[0], moved[3] - moved[1]] == pytest.approx([begun[2] - begun[0], begun[3] - begun[1]])
    page.keyboard.press("Shift+ArrowLeft")
    assert frame_box(page)[2] < moved[2] and frame_box(page)[:2] == pytest.approx(moved[:2])
    page.locator(f"{VIEWER} [role=status]").get_by_text("line").first.wait_for(state="attached", timeout=WAIT_MS)
    page.keyboard.press("Escape")
    wait_for_focus(page, f"fld_{item}_legal_name")
    assert page.locator(f"{VIEWER} rect.frame").count() == 0
    page.keyboard.press("Alt+l")
    page.keyboard.press("Home")
    page.keyboard.press("Alt+b")  # round the line that was walked to: "photo 0" is printed there
    assert frame_box(page) == pytest.approx([20, 20, 200, 38])
    page.keyboard.press("Enter")
    page.wait_for_function(
        "id => document.getElementById(id).value.toLowerCase().startsWith('photo')",
        arg=f"fld_{item}_legal_name_input", timeout=4 * WAIT_MS,
    )  # fmt: skip
    wait_for_focus(page, f"fld_{item}_legal_name")
    assert notes(page, item, "legal_name").count() == 1
    assert len(sent) == before


def test_arrows_move_a_frame_as_a_turned_photo_is_seen(page: Any, server: Server, item: int) -> None:
    open_review(page, server, item)
    editor(page, item, "brand").focus()
    page.keyboard.press("Alt+r")
    page.keyboard.press("Alt+b")
    seen = page.locator(f"{VIEWER} rect.frame").bounding_box()
    page.keyboard.press("ArrowRight")
    right = page.locator(f"{VIEWER} rect.frame").bounding_box()
    page.keyboard.press("Shift+ArrowDown")
    longer = page.locator(f"{VIEWER} rect.frame").bounding_box()
    assert (right["x"] - seen["x"], right["y"] - seen["y"]) == pytest.approx((8, 0), abs=1)
    assert longer["height"] - right["height"] == pytest.approx(8, abs=1)
    assert (longer["x"], longer["y"]) == pytest.approx((right["x"], right["y"]), abs=1)


def test_the_overlay_of_keys_names_them(page: Any, server: Server, item: int) -> None:
    open_review(page, server, item)
    page.keyboard.press("Alt+h")
    help_text = page.locator("dialog.help").inner_text()
    assert "Alt+L" in help_text and "Shift+Enter adds" in help_text and "Shift+← ↑ ↓ →" in help_text
