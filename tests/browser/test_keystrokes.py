"""How many keys a record takes. The counts stand in docs/keyboard.md, next to Label Studio's by its documented keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlite_utils import Database

from core.records.merge import merge_photos
from core.records.standing import refresh_record
from core.reviewing import review
from core.schema import load_schema
from core.settings import ROOT, Settings
from core.store import items, runs
from core.types import Fields, Grade, Kind, Status
from tests.browser.server import Server
from tests.browser.test_review_flow import WAIT_MS, open_review, wait_for_focus
from tests.seeding import read_value, seed_records

CLEAN: Fields = {"brand": read_value("Northfield", 0), "name": read_value("Mug", 1)}
TABLE = {
    "basis": "100g",
    "rows": [
        {"nutrient": "energy", "name": "能量", "value": 1500, "unit": "kJ", "per": "100g"},
        {"nutrient": "protein", "name": "蛋白质", "value": 85, "unit": "g", "per": "100g"},
    ],
}
SIDES = [{"net_content": read_value(value, 3, unit="g")} for value in (500, 450)]
TASKS: dict[str, Fields] = {
    "Clean record": CLEAN,
    "One wrong field": {**CLEAN, "brand": read_value("N0rthfield", 0, grade=Grade.LOW)},
    "One wrong cell of the nutrition table": {**CLEAN, "nutrition": read_value(TABLE, 6, grade=Grade.LOW)},
    "Two photos that disagree": {**CLEAN, **merge_photos(SIDES, load_schema(Kind.PRODUCT))},
}


class Keys:
    """Presses keys and counts them: a chord is one, and what is typed as the value's text is counted apart."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.pressed = 0

    def press(self, *chords: str) -> None:
        for chord in chords:
            self._page.keyboard.press(chord)
            self.pressed += 1

    def text(self, text: str) -> None:
        self._page.keyboard.type(text)


@pytest.fixture
def shelf(db: Database, settings: Settings) -> dict[str, int]:
    """One record per task, and one more to go on to."""
    made = seed_records(db, settings, len(TASKS) + 1)
    for item, fields in zip(made, TASKS.values(), strict=False):
        prediction = runs.Prediction(
            item_id=item, kind=Kind.PRODUCT, engine="ocr", run_ids=(), rules_version="", cached=False, fields=fields
        )
        runs.put_prediction(db, prediction)
    first, other = made[3], made[4]
    items.add_photo(db, first, items.list_photos(db, other)[0].blob, "back.jpg")
    for item in made:
        refresh_record(db, item)
    return dict(zip(TASKS, made, strict=False))


def accepted(db: Database, page: Any, item: int) -> Fields:
    for _ in range(WAIT_MS // 100):
        if items.get_item(db, item).status is Status.VERIFIED:
            break
        page.wait_for_timeout(100)
    view = review.load_record(db, item)
    assert view.item.status is Status.VERIFIED
    return view.fields


def documented() -> dict[str, int]:
    """Task -> keys, as the table in the docs has them."""
    text = (ROOT / "docs" / "keyboard.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d+)", text, re.MULTILINE)
    return {task: int(keys) for task, keys in rows if task in TASKS}


def test_keys_per_record_are_those_of_the_docs(page: Any, server: Server, db: Database, shelf: dict[str, int]) -> None:
    counted: dict[str, int] = {}
    for task, item in shelf.items():
        open_review(page, server, item)
        keys = Keys(page)
        match task:
            case "One wrong field":
                wait_for_focus(page, f"fld_{item}_brand")
                keys.press("Control+a")
                keys.text("Northfield")
            case "One wrong cell of the nutrition table":
                wait_for_focus(page, f"fld_{item}_nutrition")
                keys.press("Enter", "Control+a")
                keys.text("8.5")
            case "Two photos that disagree":
                wait_for_focus(page, f"fld_{item}_net_content")
                keys.press("Alt+2")
        keys.press("Control+Enter")
        fields = accepted(db, page, item)
        counted[task] = keys.pressed
        match task:
            case "One wrong field":
                assert fields["brand"].value == "Northfield"
            case "One wrong cell of the nutrition table":
                assert [row["value"] for row in fields["nutrition"].value["rows"]] == [1500, 8.5]
            case "Two photos that disagree":
                assert fields["net_content"].value == 450
    assert counted == documented()
