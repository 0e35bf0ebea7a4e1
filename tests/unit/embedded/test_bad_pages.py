"""Pages nobody wants to read: nothing on them, far too much on them, text down the page, photos that contradict."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PIL import Image, ImageDraw, ImageFont

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.kind import guess_kind
from core.readers import Readers
from core.records.merge import merge_photos
from core.records.standing import check_fields
from core.schema import load_schema
from core.settings import Settings
from core.types import Fields, FieldValue, Kind, Level, Readings, Script
from tests.unit.printed import column, line, page, table

PRODUCT = load_schema(Kind.PRODUCT)
PATIENCE_S = 60.0
"""For the rules over 500 lines on a busy machine; about 1.5 s on a quiet one."""


@pytest.fixture(scope="module")
def readers() -> Readers:
    return Readers(Settings())


def fields_of(readings: Readings, kind: Kind = Kind.PRODUCT) -> Fields:
    image = Image.new("RGB", (readings.width, readings.height), "white")
    return EmbeddedEngine(Settings()).extract(EngineInput(image, readings, load_schema(kind))).fields


@pytest.mark.parametrize("colour", ["white", "black", (200, 40, 40)])
def test_a_page_without_text_gives_no_product_fields_and_no_note(readers: Readers, colour: str) -> None:
    readings = readers.read(Image.new("RGB", (700, 500), colour))
    assert (readings.lines, readings.barcodes, readings.notes, readings.script) == ((), (), (), Script.READ)
    assert guess_kind(readings) is Kind.PRODUCT
    assert fields_of(readings) == {}


def test_five_hundred_printed_lines_are_read_in_order(readers: Readers) -> None:
    """A page of 100 rows in 5 columns, as on the back of an insurance leaflet."""
    image = Image.new("RGB", (2000, 2200), "white")
    font = ImageFont.load_default(15)
    for row in range(100):
        for across in range(5):
            ImageDraw.Draw(image).text((20 + 400 * across, 20 + 21 * row), f"{row:02d} clause {across}", 0, font)
    readings = readers.read(image)
    assert len(readings.lines) >= 450
    tops = [each.box[1] for each in readings.lines]
    assert all(later > earlier - 30 for earlier, later in pairwise(tops))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_rules_stand_five_hundred_lines(kind: Kind) -> None:
    texts = [
        "Energy 1850 kJ 440 kcal per 100 g",
        "配料：水、白砂糖、食用盐",
        "Ingredients: sugar, salt",
        "¥99 第二件半价",
    ]
    lines = [each for n in range(125) for each in column(*texts, x=40 + 700 * (n % 3), y=40 + 170 * n)]
    start = time.perf_counter()
    fields = fields_of(page(*lines, width=2200, height=21500), kind)
    assert fields
    assert time.perf_counter() - start < PATIENCE_S


def test_chinese_set_down_the_page_is_read_from_its_columns(readers: Readers) -> None:
    from scripts.samples.fonts import FontsMissing, load

    try:
        font = load("sans", 44)
    except FontsMissing as missing:
        pytest.skip(str(missing))
    image = Image.new("RGB", (700, 900), "white")
    for place, text in enumerate(("云南勐海茶厂出品", "配料：云南大叶种晒青毛茶")):
        for row, char in enumerate(text):
            ImageDraw.Draw(image).text((500 - 140 * place, 60 + 52 * row), char, "black", font)
    readings = readers.read(image)
    assert len(readings.lines) == 2 and "云南勐海茶厂出品" in {each.text for each in readings.lines}
    assert fields_of(readings)["ingredients_text"].value == "云南大叶种晒青毛茶"


# Photos of one product that contradict each other


def test_contradicting_photos_show_both_sides_and_decide_nothing_silently() -> None:
    front = fields_of(page(*column("净含量：500克", "保质期：12个月", "配料：燕麦、白砂糖")))
    back = fields_of(page(*column("净含量：450克", "保质期：18个月", "配料：燕麦、白砂糖")))
    merged = check_fields(Kind.PRODUCT, merge_photos([front, back], PRODUCT))
    for key, sides in {"net_content": {500, 450}, "shelf_life": {12, 18}}.items():
        field = merged[key]
        assert {field.value, *(other["value"] for other in field.alternatives)} == sides
        (finding,) = [finding for finding in field.findings if finding.rule == "photos_agree"]
        assert finding.level is Level.REVIEW
        assert all(str(side) in finding.message.en and str(side) in finding.message.zh for side in sides)
    assert merged["ingredients_text"].alternatives == ()


def test_contradicting_tables_are_kept_apart() -> None:
    """The same nutrients with other amounts: two products were photographed as one."""
    rows = (("Nutrition", "per 100 g"), ("Energy", "1850 kJ"), ("Fat", "12 g"), ("Protein", "6 g"))
    one = fields_of(page(*table(*rows)))
    other = fields_of(page(*table(*rows[:2], ("Fat", "21 g"), ("Protein", "6 g"))))
    merged = merge_photos([one, other], PRODUCT)["nutrition"]
    assert "disagree" in merged.findings[0].message.en
    fats = [row["value"] for row in merged.value["rows"] if row["nutrient"] == "fat"]
    assert fats == [12], "never both in one table"


def test_a_photo_that_says_nothing_contradicts_nothing() -> None:
    said = fields_of(page(line("净含量：500克", 50, 100)))
    assert merge_photos([{}, said, {}], PRODUCT)["net_content"].value == 500
    assert isinstance(merge_photos([{}, said], PRODUCT)["net_content"], FieldValue)
