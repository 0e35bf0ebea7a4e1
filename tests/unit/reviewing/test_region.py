"""A box drawn on a photo is read again for a field: by the real readers, on drawn print."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from sqlite_utils import Database

from core.errors import NotFound, NothingRead
from core.incoming.intake import Batch, Upload, accept
from core.reviewing.region import RegionReader, Target
from core.settings import Settings
from core.store import items
from core.store.db import write
from core.store.runs import put_readings
from core.types import Box, Kind, Line, Readings, Source

GTIN = "4006381333931"
PRINT = {
    "Rolled Oats": (60, 40, 40),
    "Net Wt 454 g": (60, 140, 11),
    "Best before 07 MAR 2027": (60, 190, 40),
    "Produced by: Hill Mill Ltd": (60, 290, 30),
}
"""Text -> (left, top, height) on a page of 900 x 700."""
BARS: Box = (480.0, 420.0, 840.0, 640.0)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> RegionReader:
    return RegionReader(Settings(data=tmp_path_factory.mktemp("region")))


@pytest.fixture
def target(db: Database, settings: Settings, reader: RegionReader) -> Target:
    """A product whose photo lies in the reader's own data folder."""
    out = io.BytesIO()
    page().save(out, "PNG")
    (outcome,) = accept(db, settings, [Upload("label.png", out.getvalue())], Batch(kind=Kind.PRODUCT))
    assert outcome.item_id is not None
    reader._settings = settings
    return Target(outcome.item_id, "", items.list_photos(db, outcome.item_id)[0].blob)


def page() -> Image.Image:
    image = Image.new("RGB", (900, 700), "white")
    for text, (left, top, height) in PRINT.items():
        ImageDraw.Draw(image).text((left, top), text, fill="black", font=ImageFont.load_default(height))
    bars = Image.fromarray(zxingcpp.create_barcode(GTIN, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3))
    image.paste(bars.convert("RGB"), (int(BARS[0]) + 20, int(BARS[1]) + 20))
    return image


def around(text: str) -> Box:
    left, top, height = PRINT[text]
    return (left - 8.0, top - 2.0, left + 0.62 * height * len(text) + 8, top + 1.35 * height)


def for_field(target: Target, field: str) -> Target:
    return Target(target.item, field, target.blob)


@pytest.mark.parametrize(
    ("field", "framed", "text"),
    [
        ("name", "Rolled Oats", "Rolled Oats"),
        ("net_content", "Net Wt 454 g", "454 g"),  # print 11 pixels high: read because it is enlarged
        ("expiry_date", "Best before 07 MAR 2027", "2027-03-07"),
        ("manufacturer", "Produced by: Hill Mill Ltd", "Hill Mill Ltd"),
        ("claims", "Rolled Oats", "Rolled Oats"),
    ],
)
def test_a_framed_text_becomes_the_fields_value_where_it_stands(
    db: Database, reader: RegionReader, target: Target, field: str, framed: str, text: str
) -> None:
    found = reader.read_box(db, for_field(target, field), around(framed))
    assert found.text == text
    x0, y0, x1, y1 = found.place.box
    left, top, right, bottom = around(framed)
    assert left - 4 <= x0 < x1 <= right + 20
    assert top - 4 <= y0 < y1 <= bottom + 8
    assert (found.place.photo, found.place.source) == (0, Source.OCR)


def test_a_framed_barcode_is_decoded(db: Database, reader: RegionReader, target: Target) -> None:
    found = reader.read_box(db, for_field(target, "gtin"), BARS)
    assert (found.text, found.place.source) == (GTIN, Source.BARCODE)


def test_a_box_may_be_drawn_from_any_corner_and_over_the_edge(
    db: Database, reader: RegionReader, target: Target
) -> None:
    left, top, right, bottom = around("Rolled Oats")
    assert reader.read_box(db, for_field(target, "name"), (right, bottom, left, top)).text == "Rolled Oats"
    assert reader.read_box(db, for_field(target, "name"), (-50.0, -50.0, right, bottom)).text == "Rolled Oats"


@pytest.mark.parametrize("box", [(600.0, 60.0, 880.0, 300.0), (10.0, 10.0, 11.0, 11.0), (2000.0, 0.0, 3000.0, 90.0)])
def test_where_nothing_is_printed_that_is_said(db: Database, reader: RegionReader, target: Target, box: Box) -> None:
    with pytest.raises(NothingRead, match="Brand"):
        reader.read_box(db, for_field(target, "brand"), box)


def test_picked_lines_are_joined_and_read_as_the_fields_type(
    db: Database, reader: RegionReader, target: Target
) -> None:
    texts = ("配料：燕麦片、", "白砂糖", "净含量：500克", "新西兰")
    lines = tuple(Line(text=text, box=(10, 30 * n, 200, 30 * n + 20), score=0.9) for n, text in enumerate(texts))
    put_readings(db, target.blob, "a later reader", Readings(width=900, height=700, lines=lines))
    assert reader.pick_lines(db, for_field(target, "net_content"), [2]).text == "500 g"
    joined = reader.pick_lines(db, for_field(target, "ingredients_text"), [0, 1])
    assert joined.text == "燕麦片、白砂糖"
    assert (joined.place.box, joined.place.lines) == ((10, 0, 200, 50), (0, 1))
    assert reader.pick_lines(db, for_field(target, "brand"), [3]).text == "新西兰"


def test_a_photo_taken_away_meanwhile_is_not_found(db: Database, reader: RegionReader, target: Target) -> None:
    with write(db):
        db.conn.execute("DELETE FROM photos WHERE item_id = ?", (target.item,))
    with pytest.raises(NotFound, match="taken away"):
        reader.read_box(db, for_field(target, "name"), around("Rolled Oats"))
