"""A photo taken upside down gives the fields of the upright one, each boxed where it stands on the photo."""

from __future__ import annotations

import pytest
from PIL import Image

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.kind import guess_kind
from core.engines.embedded.turning import is_upside_down, turned_back, turned_over
from core.readers import Readers
from core.schema import load_schema
from core.settings import ROOT, Settings
from core.types import Fields, FieldValue, Line, Readings
from tests.unit.printed import column, line, page


def with_quads(readings: Readings) -> Readings:
    """The readings with corners, as the OCR reader gives them."""
    lines = []
    for each in readings.lines:
        x0, y0, x1, y1 = each.box
        lines.append(each.model_copy(update={"quad": ((x0, y0), (x1, y0), (x1, y1), (x0, y1))}))
    return readings.model_copy(update={"lines": tuple(lines)})


UPRIGHT = with_quads(page(*column("净含量：500克", "配料：燕麦、白砂糖", "保质期：12个月")))


def fields_of(readings: Readings, image: Image.Image | None = None) -> Fields:
    image = image or Image.new("RGB", (readings.width, readings.height), "white")
    schema = load_schema(guess_kind(readings))
    return EmbeddedEngine(Settings()).extract(EngineInput(image, readings, schema)).fields


def test_half_a_turn_changes_no_value_and_every_box_with_the_page() -> None:
    upright, over = fields_of(UPRIGHT), fields_of(turned_over(UPRIGHT))
    assert {key: field.value for key, field in over.items()} == {key: field.value for key, field in upright.items()}
    for key, field in upright.items():
        if field.box is not None:
            x0, y0, x1, y1 = field.box
            wanted = (1000 - x1, 1400 - y1, 1000 - x0, 1400 - y0)
            assert over[key].box == pytest.approx(wanted, abs=0.11), key


def test_two_half_turns_are_none() -> None:
    assert turned_over(turned_over(UPRIGHT)) == UPRIGHT


def test_entries_of_a_list_keep_their_own_boxes() -> None:
    field = FieldValue(value=[{"text": "A", "box": [10, 20, 110, 50]}, {"text": "B"}], box=(10, 20, 110, 50))
    back = turned_back(field, UPRIGHT)
    assert back.value == [{"text": "A", "box": [890, 1350, 990, 1380]}, {"text": "B"}]
    assert back.box == (890, 1350, 990, 1380)


def down(text: str) -> Line:
    """A line that runs down the page."""
    quad = ((130.0, 100.0), (130.0, 400.0), (100.0, 400.0), (100.0, 100.0))
    return Line(text=text, box=(100, 100, 130, 400), score=0.99, quad=quad)


@pytest.mark.parametrize(
    ("readings", "over"),
    [
        (UPRIGHT, False),
        (turned_over(UPRIGHT), True),
        (page(line("no corners", 10, 10)), False),
        (page(down("runs down the page")), False),
        (page(), False),
    ],
)
def test_only_text_that_runs_from_right_to_left_is_upside_down(readings: Readings, over: bool) -> None:
    assert is_upside_down(readings) is over


@pytest.mark.parametrize("name", ["biscuit_zh", "tomato_soup_uk", "ad_earbuds_campus_en"])
def test_a_sample_on_its_head_is_read_as_the_upright_one(name: str) -> None:
    readers = Readers(Settings())
    with Image.open(ROOT / "data" / "samples" / f"{name}.jpg") as opened:
        image = opened.convert("RGB")
    over = image.transpose(Image.Transpose.ROTATE_180)
    one, other = fields_of(readers.read(image), image), fields_of(readers.read(over), over)
    same = [key for key in one if key in other and one[key].value == other[key].value]
    assert len(same) >= 0.75 * len(one), set(one) - set(same)
