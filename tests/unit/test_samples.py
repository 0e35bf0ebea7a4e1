"""What the app and the docs promise about data/samples, and what the drawing code promises itself.

Tests of the committed files need no fonts; those that draw are skipped, with the command that
installs the fonts, where these are absent.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from stdnum import ean
from stdnum.iso7064 import mod_11_10

from core.settings import ROOT
from scripts.samples import codes, fonts
from scripts.samples.canvas import Canvas, Ink, OffPage, wrap
from scripts.samples.catalogue import SAMPLES, Incomplete
from scripts.samples.facts import Label, letters
from scripts.samples.photo import Shot, encode, take

FOLDER = ROOT / "data" / "samples"
SCORE_TOOL = ROOT.parent / "shared" / "tools" / "score.py"

MANIFEST: list[dict[str, Any]] = json.loads((FOLDER / "samples.json").read_text("utf-8"))
TRUTHS: dict[str, dict[str, Any]] = {
    entry["file"]: json.loads((FOLDER / entry["file"]).with_suffix(".json").read_text("utf-8")) for entry in MANIFEST
}
LABELS = {file: truth for file, truth in TRUTHS.items() if truth["kind"] == "label"}
WITH_BARCODE = {file: truth for file, truth in LABELS.items() if truth["fields"]["barcode"]}

TRUTH_KEYS = {"file", "kind", "language", "lines_complete", "text_lines", "fields", "illegible", "notes"}
LONGEST_BYTES, FOLDER_BYTES = 250_000, 4_000_000
"""What a newcomer's clone may be charged for: one photo, all of them with their truth."""


@pytest.fixture
def drawing() -> None:
    try:
        fonts.ensure_fonts()
    except fonts.FontsMissing as err:
        pytest.skip(str(err))


# ---- the committed files


def test_every_file_in_the_folder_is_in_the_manifest_and_the_other_way_round() -> None:
    assert {path.name for path in FOLDER.glob("*.jpg")} == {entry["file"] for entry in MANIFEST}
    assert {path.stem for path in FOLDER.glob("*.json")} - {"samples"} == {Path(file).stem for file in TRUTHS}


def test_manifest_is_what_the_catalogue_says() -> None:
    assert [sample.manifest() for sample in SAMPLES] == MANIFEST


def test_there_are_enough_products_and_ads_in_both_languages() -> None:
    kinds = Counter(entry["kind"] for entry in MANIFEST)
    first_language = Counter((truth["kind"], truth["language"][0]) for truth in TRUTHS.values())
    assert kinds["product"] >= 8 and kinds["ad"] >= 12
    for kind in ("label", "ad"):
        assert abs(first_language[kind, "zh"] - first_language[kind, "en"]) <= 2


def test_two_photos_are_one_product() -> None:
    items = Counter(entry["item"] for entry in MANIFEST)
    assert [item for item, photos in items.items() if photos > 1] == ["milk"]
    assert {entry["file"] for entry in MANIFEST if entry["item"] == "milk"} == {"milk_front.jpg", "milk_back.jpg"}


def test_each_competitor_has_posters_over_several_weeks() -> None:
    days: dict[str, list[date]] = {}
    for entry in MANIFEST:
        if entry["kind"] == "ad":
            days.setdefault(entry["brand"], []).append(date.fromisoformat(entry["seen_on"]))
    assert len(days) >= 3
    assert all(len(seen) >= 3 and (max(seen) - min(seen)).days >= 28 for seen in days.values())


def test_photos_are_small_enough_to_ship() -> None:
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert max(sizes) < LONGEST_BYTES
    assert sum(sizes) < FOLDER_BYTES


@pytest.mark.parametrize("file", TRUTHS)
def test_photo_is_a_jpeg_of_screen_size(file: str) -> None:
    with Image.open(FOLDER / file) as photo:
        assert photo.format == "JPEG"
        assert 900 <= max(photo.size) <= 1400


# ---- the truth


@pytest.mark.parametrize("file", TRUTHS)
def test_truth_has_the_score_tools_shape(file: str) -> None:
    truth = TRUTHS[file]
    assert set(truth) == TRUTH_KEYS and truth["file"] == file
    assert truth["text_lines"] and all(isinstance(line, str) and line for line in truth["text_lines"])
    fields = truth["fields"]
    assert all(set(price) == {"value", "currency", "kind"} for price in fields["price"])
    assert all(set(row) == {"name", "value", "unit", "per"} for row in fields.get("nutrition", []))
    assert all(isinstance(fields[key], list) for key in ("claims", "promotion", "audience", "care") if key in fields)


def printed_values(fields: dict[str, Any]) -> list[str]:
    """Every value of the truth that has to stand on the photo letter by letter."""
    derived = {"production_iso", "expiry_iso", "promo_start", "promo_end", "nutrition", "price"}
    values = [value for key, value in fields.items() if key not in derived and value]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    flat += [row["value"] for row in fields.get("nutrition", [])]
    return flat + [price["value"] for price in fields["price"]]


@pytest.mark.parametrize("file", TRUTHS)
def test_every_value_of_the_truth_is_printed_on_the_photo(file: str) -> None:
    page = letters("".join(TRUTHS[file]["text_lines"]))
    missing = [value for value in printed_values(TRUTHS[file]["fields"]) if letters(value) not in page]
    assert not missing


@pytest.mark.parametrize("file", TRUTHS)
def test_derived_dates_are_dates(file: str) -> None:
    fields = TRUTHS[file]["fields"]
    for key in ("production_iso", "expiry_iso", "promo_start", "promo_end"):
        value = fields.get(key)
        if value:  # a year may be absent on a poster (10-28), a day on a label (2028-10)
            full = {5: f"2026-{value}", 7: f"{value}-01", 10: value}[len(value)]
            assert date.fromisoformat(full)


@pytest.mark.parametrize("file", WITH_BARCODE)
def test_bars_decode_to_the_truth(file: str) -> None:
    with Image.open(FOLDER / file) as photo:
        found = zxingcpp.read_barcodes(photo.convert("RGB"))
    assert [symbol.text for symbol in found] == [WITH_BARCODE[file]["fields"]["barcode"]]


@pytest.mark.parametrize("file", WITH_BARCODE)
def test_gtin_is_valid_and_belongs_to_nobody(file: str) -> None:
    gtin = WITH_BARCODE[file]["fields"]["barcode"]
    assert ean.is_valid(gtin)
    assert gtin.startswith("2"), "only numbers for use inside a company: never those of a real article"


def test_food_licences_have_a_right_check_digit() -> None:
    licences = [truth["fields"]["licence_no"] for truth in LABELS.values()]
    licences = [licence for licence in licences if licence and licence.startswith("SC")]
    assert len(licences) >= 4
    assert all(len(licence) == 16 and mod_11_10.is_valid(licence[2:]) for licence in licences)


KJ_PER_GRAM = {
    "蛋白质": 17, "脂肪": 37, "碳水化合物": 17, "Protein": 17, "Fat": 37, "Carbohydrate": 17, "Fibre": 8,
    "Total Fat": 37, "Total Carbohydrate": 17,
}  # fmt: skip
"""Energy factors of GB 28050 and Regulation (EU) 1169/2011, annex XIV."""


@pytest.mark.parametrize("file", [file for file, truth in LABELS.items() if truth["fields"]["nutrition"]])
def test_energy_follows_from_the_nutrients(file: str) -> None:
    for per in {row["per"] for row in TRUTHS[file]["fields"]["nutrition"]}:
        rows = [row for row in TRUTHS[file]["fields"]["nutrition"] if row["per"] == per]
        kilojoules = sum(KJ_PER_GRAM.get(row["name"], 0) * float(row["value"]) for row in rows)
        stated = {row["unit"]: float(row["value"]) for row in rows if row["name"] in ("能量", "Energy", "Calories")}
        joules = stated.get("kJ", stated.get("千焦", stated.get("", 0) * 4.184))
        assert joules == pytest.approx(kilojoules, rel=0.08, abs=5)


def test_a_perfect_answer_scores_full_marks() -> None:
    if not SCORE_TOOL.is_file():
        pytest.skip(f"the score tool is not on this machine ({SCORE_TOOL})")
    spec = importlib.util.spec_from_file_location("score", SCORE_TOOL)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    answers = {
        file: {
            "fields": {tool.SCALARS.get(key, key): {"value": value} for key, value in truth["fields"].items() if value},
            "lines": [{"text": line} for line in truth["text_lines"]],
        }
        for file, truth in TRUTHS.items()
    }
    tally, misses = tool.score(answers, TRUTHS)
    assert misses == []
    assert all(hits == wanted and false == 0 for hits, wanted, false in tally.values())


# ---- the drawing


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize("name", ["milk_back", "granola_us", "chocolate_eu", "ad_nuts_double11_zh"])
def test_drawing_again_prints_the_committed_lines(name: str) -> None:
    sample = next(sample for sample in SAMPLES if sample.name == name)
    assert sample.draw().lines == TRUTHS[sample.file]["text_lines"]


@pytest.mark.usefixtures("drawing")
def test_a_value_the_layout_does_not_print_is_refused() -> None:
    sample = next(sample for sample in SAMPLES if sample.name == "milk_front")
    assert isinstance(sample.facts, Label)
    with pytest.raises(Incomplete, match="GB 25190"):
        replace(sample, facts=replace(sample.facts, standard="GB 25190")).draw()


@pytest.mark.usefixtures("drawing")
def test_text_beyond_the_page_is_refused() -> None:
    page = Canvas(200, 100)
    page.text((10, 10), "here", Ink(size=20))
    with pytest.raises(OffPage, match="not here"):
        page.text((180, 10), "not here", Ink(size=20))
    assert page.lines == ["here"]


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("配料：水、白砂糖", 100, ["配料：水、", "白砂糖"]),
        ("牛肉（15%）", 50, ["牛肉", "（15%）"]),
        ("sea salt", 60, ["sea", "salt"]),
        ("unbreakable", 20, ["unbreakable"]),
        ("", 50, [""]),
    ],
)
def test_lines_break_where_typesetters_break_them(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, Ink(size=20)) == lines


def test_missing_fonts_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "font_file", lambda name: None)
    with pytest.raises(fonts.FontsMissing, match=r"NotoSansCJK-Regular\.ttc.*apt-get install fonts-noto-cjk"):
        fonts.ensure_fonts()


def test_same_page_and_shot_give_the_same_photo() -> None:
    page = Image.linear_gradient("L").resize((400, 300)).convert("RGB")
    shot = Shot(7, "wood", tilt=2, perspective=0.02, blur=0.5, glare=0.3, noise=2)
    assert encode(take(page, shot), 85) == encode(take(page, shot), 85)
    assert encode(take(page, shot), 85) != encode(take(page, replace(shot, seed=8)), 85)


def test_symbol_has_95_modules_between_its_guards() -> None:
    pattern = codes.modules("4006381333931")
    assert len(pattern) == 95
    assert pattern.startswith("101") and pattern[45:50] == "01010" and pattern.endswith("101")
    assert pattern[3:10] == "0001101", "the second digit of a code that begins with 4 comes from set A"
    assert pattern[10:17] == "0100111", "and the third from set B"


@pytest.mark.parametrize("digits", ["690123456789", "20061010001", "200610100018X"])
def test_real_prefixes_and_wrong_lengths_are_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="begin with 2"):
        codes.gtin13(digits)
