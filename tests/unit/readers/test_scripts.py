"""What is said of pages the OCR network cannot read: unknown scripts, lost accents, mirrored photos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.readers import Readers
from core.readers.script import Loss, find_loss, is_unread, kept, unread_share
from core.schema import load_schema
from core.settings import ROOT, Settings
from core.types import FieldValue, Kind, Line, Readings, Script
from tests.unit.readers.script_pages import FOLDER, PAGES

LOSSY = {"greek", "vietnamese"}
SAMPLES = ROOT / "data" / "samples"
PHOTOS = ROOT.parent / "shared" / "images" / "dev"
KNOWN = ("biscuit_zh", "ad_nuts_bogo_zh", "granola_us", "ad_earbuds_campus_en", "chocolate_eu", "milk_front")


@pytest.fixture(scope="module")
def readers() -> Readers:
    return Readers(Settings())


def picture(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def proposed(readings: Readings, image: Image.Image) -> dict[str, FieldValue]:
    engine = EmbeddedEngine(Settings())
    return engine.extract(EngineInput(image, readings, load_schema(Kind.PRODUCT))).fields


@pytest.mark.parametrize("name", sorted(PAGES.keys() - LOSSY))
def test_a_script_the_network_does_not_know_is_said_and_no_field_is_made_of_it(readers: Readers, name: str) -> None:
    image = picture(FOLDER / f"{name}.png")
    readings = readers.read(image)
    assert readings.script is Script.UNREAD
    (note,) = readings.notes
    assert "not supported" in note.en and "不支持" in note.zh
    assert proposed(readings, image) == {}


@pytest.mark.parametrize("name", sorted(LOSSY))
def test_a_script_that_loses_its_accents_is_named(readers: Readers, name: str) -> None:
    image = picture(FOLDER / f"{name}.png")
    readings = readers.read(image)
    assert readings.script is Script.LOSSY and readings.lines
    assert name.capitalize() in readings.notes[0].en
    assert proposed(readings, image).keys() & {"name", "brand"} == set()


@pytest.mark.parametrize("name", KNOWN)
def test_chinese_english_and_german_labels_are_read_without_a_note(readers: Readers, name: str) -> None:
    readings = readers.read(picture(SAMPLES / f"{name}.jpg"))
    assert readings.script is Script.READ and readings.notes == ()


@pytest.mark.parametrize("name", ["granola_us", "ad_fryer_double11_zh", "chocolate_eu", "tshirt_care"])
def test_a_mirrored_photo_is_said_and_its_letters_are_not_taken_for_text(readers: Readers, name: str) -> None:
    image = ImageOps.mirror(picture(SAMPLES / f"{name}.jpg"))
    readings = readers.read(image)
    assert readings.script is Script.MIRRORED and readings.lines == ()
    assert "mirrored" in readings.notes[0].en and "镜像" in readings.notes[0].zh
    assert proposed(readings, image).keys() <= {"gtin"}, "bars read the same both ways; nothing else does"


def test_korean_on_a_real_pack_is_not_taken_for_latin_words(readers: Readers) -> None:
    path = PHOTOS / "front_candy_ko.png"
    if not path.exists():
        pytest.skip("the photos of ../shared are not on this machine")
    image = picture(path)
    readings = readers.read(image)
    assert readings.script is Script.UNREAD
    assert proposed(readings, image) == {}


# The judgement itself, without any network


def line(text: str, score: float = 0.97, width: float = 300, height: float = 30) -> Line:
    quad = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    return Line(text=text, score=score, box=(0, 0, width, height), quad=quad)


@pytest.mark.parametrize(
    ("found", "unread"),
    [
        (line("Cλ UGLα ACAL", score=0.69), True),
        (line("", score=0.0), True),
        (line("5", score=0.83), True),
        (line("12.05.2027"), False),
        (line("原材料名：水、砂糖、食塩"), False),
        (line("Ingredients: sugar"), False),
        (line("5", width=25), False),
    ],
)
def test_a_line_is_unread_where_letters_are_guessed_or_far_too_few(found: Line, unread: bool) -> None:
    assert is_unread(found) is unread


def test_a_logo_and_two_ornaments_are_no_script() -> None:
    assert unread_share([line("~~", score=0.4)] * 3 + [line("Northfield Whole Milk")]) == 0.0
    assert unread_share([line("~~", score=0.4)] * 4 + [line("Northfield Whole Milk")]) == pytest.approx(0.8)


def test_of_an_unread_page_only_certain_lines_are_kept() -> None:
    lines = [line("12.05.2027"), line("HSTO", score=0.85), line("5", score=0.99)]
    assert [each.text for each in kept(lines, Script.UNREAD)] == ["12.05.2027"]
    assert kept(lines, Script.READ) == lines
    assert kept(lines, Script.MIRRORED) == []


@pytest.mark.parametrize(
    ("texts", "loss"),
    [
        (["Nưc cam ép", "Thành phân: đưng, mui"], Loss.VIETNAMESE),
        (["Συστατι: νερ", "450 kcal"], Loss.GREEK),
        (["Lapte bătut", "Fără adaos de zahăr"], None),
        (["Sastojci: šećer", "Najbolje upotrijebiti do", "Proizvođač"], None),
        (["Vitamin B12 2.5 μg", "α-tocopherol", "β-carotene"], None),
        (["配料：水、白砂糖"], None),
        ([], None),
    ],
)
def test_lost_accents_are_told_from_neighbouring_languages(texts: list[str], loss: Loss | None) -> None:
    assert find_loss([line(text) for text in texts]) is loss
