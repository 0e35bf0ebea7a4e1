"""What the generator of synthetic photos promises: readable pages, true truths, the same photos for the same seed."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from stdnum import ean
from stdnum.iso7064 import mod_11_10

from core.evaluation.truths import load_cases
from scripts.samples import fonts
from scripts.samples.canvas import Canvas, Ink
from scripts.samples.facts import Ad, Label, letters
from tests.synth import __main__ as command
from tests.synth import words
from tests.synth.bars import draw_bars
from tests.synth.camera import bad_view, bend, clean_view
from tests.synth.deck import FAMILIES, deal, families, make
from tests.synth.page import Unreadable, cut
from tests.synth.turned import hold

SEED = 11
SAMPLE_TRUTH = Path(__file__).parents[2] / "data" / "samples" / "milk_back.json"


@pytest.fixture(autouse=True)
def drawing() -> None:
    try:
        fonts.ensure_fonts()
    except fonts.FontsMissing as err:
        pytest.skip(str(err))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_deals_pages_whose_truth_is_printed_on_them(family: str) -> None:
    for index in range(4):
        facts, page = deal(family, Random(f"{family} {index}"))
        text = letters("".join(page.lines))
        assert all(letters(value) in text for value in facts.printed_values())


def test_a_run_of_45_holds_every_family_in_its_share() -> None:
    assert Counter(families(45, SEED)) == {name: copies for name, (_, copies) in FAMILIES.items() if copies}
    assert families(45, SEED) != families(45, SEED + 1)


def test_same_seed_same_photo_another_seed_another_page() -> None:
    one, again, other = (make(0, "zh_food", seed, degraded=True) for seed in (SEED, SEED, SEED + 1))
    assert (one.photo, one.truth) == (again.photo, again.truth)
    assert one.truth["fields"] != other.truth["fields"]


def test_clean_and_degraded_show_the_same_page() -> None:
    clean, bad = make(3, "us_food", SEED, degraded=False), make(3, "us_food", SEED, degraded=True)
    assert clean.truth["text_lines"] == bad.truth["text_lines"]
    assert clean.truth["notes"] == "" and bad.truth["notes"]


def test_truth_has_the_shape_of_the_samples() -> None:
    sample = json.loads(SAMPLE_TRUTH.read_text("utf-8"))
    truth = make(0, "zh_food", SEED, degraded=False).truth
    assert set(truth) == set(sample)
    assert set(sample["fields"]) - {"expiry_iso", "production_iso"} <= set(truth["fields"])
    assert {tuple(row) for row in truth["fields"]["nutrition"]} == {("name", "value", "unit", "per")}


def clean_photos(family: str, count: int) -> list[tuple[dict[str, Any], Image.Image]]:
    made = [make(index, family, SEED, degraded=False) for index in range(count)]
    return [(one.truth, Image.open(io.BytesIO(one.photo))) for one in made]


@pytest.mark.parametrize("family", ["zh_food", "us_food", "eu_food"])
def test_bars_on_clean_photos_decode_to_the_truth(family: str) -> None:
    for truth, photo in clean_photos(family, 4):
        if code := truth["fields"]["barcode"]:
            found = {symbol.text.removeprefix("0") for symbol in zxingcpp.read_barcodes(photo)}
            assert code in found


@pytest.mark.parametrize("code", ["96385074", "42345678901" + ean.calc_check_digit("042345678901")])
def test_short_codes_decode(code: str) -> None:
    page = Canvas(420, 240)
    draw_bars(page, (20, 20), code)
    [symbol] = zxingcpp.read_barcodes(page.image)
    assert symbol.text.removeprefix("0") == code


def test_numbers_have_right_check_digits_and_belong_to_nobody() -> None:
    rng = Random(SEED)
    for _ in range(20):
        assert ean.is_valid(words.gtin13(rng)) and words.gtin13(rng).startswith("2")
        assert ean.is_valid("0" + words.upc(rng)) and words.upc(rng).startswith("4")
        assert ean.is_valid(words.gtin8(rng))
        assert mod_11_10.is_valid(words.food_licence(rng, "10801")[2:])


def test_energy_on_a_chinese_label_follows_from_its_nutrients() -> None:
    for index in range(6):
        facts, _ = deal("zh_food", Random(index))
        assert isinstance(facts, Label) and facts.nutrition
        grams = {row["name"]: float(row["value"]) for row in facts.nutrition.truth()}
        energy = 17 * grams["蛋白质"] + 37 * grams["脂肪"] + 17 * grams["碳水化合物"]
        assert grams["能量"] == pytest.approx(energy, abs=1)


def test_text_over_text_is_refused() -> None:
    page = Canvas(300, 100)
    page.text((10, 10), "one", Ink(size=30))
    page.text((14, 12), "two", Ink(size=30))
    with pytest.raises(Unreadable, match="'one' and 'two'"):
        cut(page, 100)


def test_text_under_a_shape_is_refused() -> None:
    page = Canvas(300, 100)
    page.text((10, 10), "one", Ink(size=30))
    page.rect((0, 0, 100, 100), "#ff0000")
    with pytest.raises(Unreadable, match="covered"):
        cut(page, 100)


def test_a_face_without_the_glyph_is_refused() -> None:
    page = Canvas(300, 100)
    page.text((10, 10), "净", Ink("latin", 30))
    with pytest.raises(Unreadable, match="latin has no"):
        cut(page, 100)


def test_a_bent_page_keeps_its_middle_and_loses_width() -> None:
    page = Image.linear_gradient("L").rotate(90).resize((800, 400)).convert("RGB")
    bent = bend(page, np.radians(50))
    assert bent.width < page.width and bent.height > page.height
    assert abs(bent.getpixel((bent.width // 2, 200))[0] - page.getpixel((400, 200))[0]) < 8  # type: ignore[index]


def test_bad_views_show_every_fault_and_clean_ones_none() -> None:
    rng = Random(SEED)
    shown = {fault for _ in range(120) for fault in bad_view(rng).faults.split()}
    assert len(shown) == 11
    assert all(clean_view(rng).faults == "" for _ in range(5))
    assert all(abs(bad_view(rng).shot.tilt) <= 10 for _ in range(60))


def test_missing_fonts_end_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "font_file", lambda name: None)
    monkeypatch.setattr("sys.argv", ["tests.synth", str(tmp_path), "-n", "1"])
    with pytest.raises(SystemExit, match="apt-get install fonts-noto-cjk"):
        command.main()


def test_a_set_held_otherwise_keeps_its_truths_and_turns_its_pixels(tmp_path: Path) -> None:
    source = tmp_path / "set"
    (source / "gt").mkdir(parents=True)
    for name in ("one.jpg", "two.png", "no truth.png"):
        Image.new("RGB", (300, 200), "white").save(source / name)
    for name in ("one.jpg", "two.png"):
        (source / "gt" / f"{name[:-4]}.json").write_text(json.dumps({"file": name, "fields": {"brand": "X"}}))
    assert hold(source, tmp_path / "out") == 2
    for way, size in {"turned-90": (200, 300), "turned-180": (300, 200), "quarter": (600, 400)}.items():
        cases = load_cases(tmp_path / "out" / way)
        assert [case.name for case in cases] == ["one.jpg", "two.png"]
        with Image.open(cases[0].photo) as image:
            assert image.size == size


def test_offers_on_posters_are_possible() -> None:
    """Nothing is taken off that is more than half of the sum to be spent, and two cost more than one and less than
    twice as much."""
    thresholds, pairs = [], []
    for index in range(300):
        facts, _ = deal("ad", Random(index))
        assert isinstance(facts, Ad)
        offer, one = facts.promotion[0], float(facts.price[0].value)
        thresholds += [tuple(map(int, hit.groups())) for hit in [re.match(r"满(\d+)减(\d+)$", offer)] if hit]
        pairs += [(one, int(hit.group(1))) for hit in [re.match(r"2 for \$(\d+)$", offer)] if hit]
    assert len(thresholds) > 5 and len(pairs) > 5
    assert all(0 < less <= full / 2 for full, less in thresholds)
    assert all(one < two < 2 * one for one, two in pairs)
