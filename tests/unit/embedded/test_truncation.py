"""Print that the edge of the photo cuts: it is marked, and nothing is added to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.layout import lay_out
from core.engines.embedded.nutrition_table import find_table
from core.readers import Readers
from core.readers.edges import with_cuts
from core.records.merge import merge_photos
from core.records.standing import check_fields
from core.schema import load_schema
from core.settings import ROOT, Settings
from core.types import Cut, Fields, FieldValue, Grade, Kind, Line, Readings
from core.values.typed import show_value, understand
from tests.unit.printed import line, page, table

PRODUCT = load_schema(Kind.PRODUCT)
SAMPLES = ROOT / "data" / "samples"


@pytest.fixture(scope="module")
def readers() -> Readers:
    return Readers(Settings())


def sample(name: str) -> Image.Image:
    with Image.open(SAMPLES / f"{name}.jpg") as image:
        return image.convert("RGB")


def fields_of(readings: Readings, image: Image.Image) -> Fields:
    return EmbeddedEngine(Settings()).extract(EngineInput(image, readings, PRODUCT)).fields


def rows_of(field: FieldValue) -> list[dict[str, Any]]:
    return list(field.value["rows"])


# Photos cut through on purpose


@pytest.mark.parametrize(("name", "right"), [("biscuit_zh", 1166), ("chocolate_eu", 593)])
def test_amounts_cut_at_the_right_edge_stay_open(readers: Readers, name: str, right: int) -> None:
    """The cut runs through the amounts: every number left of it may lack digits, and no row gets one."""
    whole = sample(name)
    image = whole.crop((0, 0, right, whole.height))
    nutrition = fields_of(readers.read(image), image)["nutrition"]
    rows = rows_of(nutrition)
    assert nutrition.truncated and nutrition.grade is Grade.LOW
    assert "not added" in nutrition.findings[0].message.en and "未作补全" in nutrition.findings[0].message.zh
    assert len(rows) >= 5
    numbers = [row for row in rows if row["value"] is not None]
    assert all(row["truncated"] for row in rows if row not in numbers)
    assert [row for row in numbers if row["nutrient"] != "energy"] == []


def test_a_column_cut_off_leaves_the_whole_columns_and_begins_no_other(readers: Readers) -> None:
    whole = sample("chocolate_eu")
    image = whole.crop((0, 0, 813, whole.height))
    rows = rows_of(fields_of(readers.read(image), image)["nutrition"])
    per_100 = {row["nutrient"]: row["value"] for row in rows if row["per"] == "100g"}
    assert per_100["fat"] == 36 and per_100["salt"] == 0.12
    assert {row["nutrient"] for row in rows if row["per"] != "100g"} <= {"energy"}


def test_a_row_cut_lengthwise_is_no_row_and_the_table_is_said_to_go_on(readers: Readers) -> None:
    image = sample("biscuit_zh").crop((0, 0, 1400, 300))
    nutrition = fields_of(readers.read(image), image)["nutrition"]
    assert [row["nutrient"] for row in rows_of(nutrition)] == ["energy", "protein"]
    assert nutrition.truncated and "rows of it may be missing" in nutrition.findings[0].message.en


def test_whole_samples_have_nothing_truncated(readers: Readers) -> None:
    for name in ("biscuit_zh", "granola_us", "milk_front"):
        image = sample(name)
        readings = readers.read(image)
        assert [each.text for each in readings.lines if each.cuts] == [], name
        assert [key for key, field in fields_of(readings, image).items() if field.truncated] == []


# Ink at the edge, drawn


def printed(text: str, x: int, y: int) -> tuple[Image.Image, Line]:
    """A page 400 × 200 with one line at (x, y), and the line with the box a detector gives it, widened by 6 px."""
    image = Image.new("RGB", (400, 200), "white")
    font = ImageFont.load_default(40)
    draw = ImageDraw.Draw(image)
    draw.text((x, y), text, fill="black", font=font)
    left, top, right, bottom = draw.textbbox((x, y), text, font=font)
    x0, y0, x1, y1 = max(0, left - 6), max(0, top - 6), min(400, right + 6), min(200, bottom + 6)
    quad = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return image, Line(text=text, box=(x0, y0, x1, y1), score=0.98, quad=quad)


@pytest.mark.parametrize(
    ("text", "x", "y", "cuts"),
    [
        ("Energy 1850", 5, 60, ()),
        ("Energy 1850", 185, 60, (Cut.END,)),
        ("Energy 1850", -9, 60, (Cut.START,)),
        ("Energy 1850", 60, -22, (Cut.ALONG,)),
        ("Energy 1850", 60, 168, (Cut.ALONG,)),
        ("Energy 1850", 60, 80, ()),
    ],
)
def test_ink_in_the_outermost_pixels_is_a_cut_and_a_box_at_the_edge_is_none(
    text: str, x: int, y: int, cuts: tuple[Cut, ...]
) -> None:
    image, found = printed(text, x, y)
    assert with_cuts(image, [found])[0].cuts == cuts


def test_a_plain_or_empty_page_cuts_nothing() -> None:
    _, found = printed("Energy", -9, 60)
    grey = Image.fromarray(np.full((200, 400, 3), 128, dtype=np.uint8))
    assert with_cuts(grey, [found])[0].cuts == ()
    assert with_cuts(grey, []) == []


# Rows by hand


def cut(text: str, x: float, y: float, *cuts: Cut) -> Line:
    return line(text, x, y).model_copy(update={"cuts": cuts})


HEAD = table(("Nutrition", "per 100 g"), ("Energy", "1850 kJ"), ("Protein", "6.5 g"))


@pytest.mark.parametrize(
    ("last", "value", "unit", "truncated"),
    [
        (cut("12", 400, 235, Cut.END), None, "", True),
        (cut("12.", 400, 235, Cut.END), None, "", True),
        (cut("12.5 g", 400, 235, Cut.END), 12.5, "g", True),
        (cut("12.5 g", 400, 235, Cut.ALONG), 12.5, "g", True),
        (cut("12.5 g", 400, 235, Cut.ALONG).model_copy(update={"score": 0.8}), None, "g", True),
        (cut("12.5 g", 400, 235), 12.5, "g", False),
        (cut("12", 400, 235), 12, "g", False),
    ],
)
def test_a_number_is_whole_only_where_something_follows_it(
    last: Line, value: float | None, unit: str, truncated: bool
) -> None:
    found = find_table(lay_out(page(*HEAD, line("Fat", 50, 235), last))).value
    assert found is not None
    row = next(row for row in rows_of(found) if row["nutrient"] == "fat")
    assert (row["value"], row["unit"], row.get("truncated", False)) == (value, unit, truncated)
    assert found.truncated is truncated


def test_a_table_whose_heading_is_cut_is_whole() -> None:
    heading = cut("Nutrition Facts", 50, 2, Cut.ALONG)
    image = Image.new("RGB", (1000, 1400), "white")
    nutrition = fields_of(page(heading, *HEAD, line("Fat", 50, 235), line("12.5 g", 400, 235)), image)["nutrition"]
    assert nutrition.value["rows"] and not nutrition.truncated


def test_a_text_that_runs_off_the_photo_is_said_to_be_incomplete_and_its_neighbour_is_not() -> None:
    image = Image.new("RGB", (1000, 1400), "white")
    long = cut("配料：小麦粉、白砂糖、植物油、全脂乳粉、食用盐、碳酸氢钠、食用香", 50, 100, Cut.END)
    fields = fields_of(page(long, line("净含量：500克", 50, 200), width=round(long.box[2])), image)
    assert fields["ingredients_text"].truncated and fields["ingredients_text"].grade is Grade.LOW
    assert "边缘" in fields["ingredients_text"].findings[0].message.zh
    assert not fields["net_content"].truncated


CUT_TABLE = {
    "basis": "100g",
    "rows": [
        {"nutrient": "energy", "name": "Energy", "value": 1850.0, "unit": "kJ", "per": "100g"},
        {"nutrient": "fat", "name": "Fat", "value": None, "unit": "", "per": "100g", "truncated": True},
    ],
}


def test_an_open_amount_is_shown_as_a_question_mark_and_typed_back_as_open() -> None:
    spec = PRODUCT.field("nutrition")
    text = show_value(spec, FieldValue(value=CUT_TABLE))
    assert text == "Energy: 1850 kJ / 100g\nFat: ? / 100g"
    assert understand(spec, text).value == CUT_TABLE
    mended = understand(spec, text.replace("?", "22.5 g")).value["rows"][1]
    assert mended["value"] == 22.5 and "truncated" not in mended


def test_rules_leave_an_open_amount_alone() -> None:
    checked = check_fields(Kind.PRODUCT, {"nutrition": FieldValue(value=CUT_TABLE)})
    assert [finding.rule for finding in checked["nutrition"].findings] == []


def test_a_photo_with_the_whole_table_stands_over_one_that_cuts_it() -> None:
    rows = [{**row, "value": row["value"] or 22.5, "unit": row["unit"] or "g"} for row in CUT_TABLE["rows"]]
    whole = {"basis": "100g", "rows": [{k: v for k, v in row.items() if k != "truncated"} for row in rows]}
    pair: list[Fields] = [{"nutrition": FieldValue(value=CUT_TABLE)}, {"nutrition": FieldValue(value=whole)}]
    merged = merge_photos(pair, PRODUCT)["nutrition"]
    assert merged.value == whole and merged.findings == () and merged.alternatives == ()
