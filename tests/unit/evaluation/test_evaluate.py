"""Scoring against truths, the command `evaluate`, and what it keeps."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.cli import main
from core.errors import NotFound, UsageError
from core.evaluation import report
from core.evaluation.matching import is_same, letters, names_it, number, nutrient_rows, stands_in
from core.evaluation.measure import BarcodeCount, count_barcode
from core.evaluation.offers import is_right_discount, judged_offers
from core.evaluation.scoring import BEYOND, Cell, score_photo
from core.evaluation.truths import Case, load_cases, set_folder
from core.settings import ROOT, Settings
from core.store.evaluations import Evaluation, get_evaluation, latest_evaluation, put_evaluation
from core.types import Barcode, Extraction, FieldValue, Grade, Kind, Readings, Source

SCORE_TOOL = ROOT.parent / "shared" / "tools" / "score.py"
SAMPLES = ROOT / "data" / "samples"


def case(fields: dict[str, Any], *, kind: str = "label", lines: tuple[str, ...] = (), complete: bool = True) -> Case:
    return Case(photo=Path("x.jpg"), kind=kind, fields=fields, lines=lines, complete=complete)


def cell(truth: dict[str, Any], answers: dict[str, Any], name: str, *lines: str, **about: Any) -> Cell:
    fields = {key: {"value": value} if not isinstance(value, dict) else value for key, value in answers.items()}
    return score_photo(case(truth, **about), fields, list(lines)).cells.get(name, Cell())


# ---- matching


@pytest.mark.parametrize(
    ("truth", "answer", "same"),
    [
        ("500g×2", "500 G x 2", False),
        ("Best Foods, Inc.", "best foods inc", True),
        ("净含量：５００ｇ", "净含量500g", True),
        ("-40°C", "40°c", True),
        ("12%", "12", False),
        ("", "", False),
        ("…", "...", False),
    ],
)
def test_short_texts_are_the_same_by_their_letters(truth: str, answer: str, same: bool) -> None:
    assert is_same(truth, answer) is same


def test_long_texts_may_differ_by_a_tenth() -> None:
    text = "Store in a cool, dry place away from direct sunlight."
    assert is_same(text, text.replace("cool", "coo1"), long=True)
    assert not is_same(text, text.replace("cool", "coo1"))
    assert not is_same(text, "Store in a cool place.", long=True)


@pytest.mark.parametrize(("text", "value"), [("1,5 g", 1.5), ("<0.5", 0.5), ("¥1,299", 1.299), ("none", None)])
def test_first_number(text: str, value: float | None) -> None:
    assert number(text) == value


def test_nutrients_are_named_in_any_language() -> None:
    german = {"name": "davon gesättigte Fettsäuren", "value": "1,2", "unit": "g"}
    answer = {"nutrient": "saturated_fat", "value": 1.2, "unit": "g"}
    assert nutrient_rows([german, answer]) == {("saturatedfat", 1.2, "g")}
    assert nutrient_rows([{"name": "Protein", "value": None, "unit": "g"}]) == set()


def test_a_list_entry_may_stand_within_more() -> None:
    assert names_it("买一送一", "国庆 买一送一!")
    assert not names_it("国庆买一送一", "买一送一")


def test_a_long_text_broken_over_columns_stands_in_its_lines() -> None:
    lines = ["Ingredients: oats, honey,", "Energy 1500 kJ", "palm oil, sea salt,", "Fat 12 g", "vanilla extract."]
    assert stands_in("oats, honey, palm oil, sea salt, vanilla extract.", lines, long=True)
    assert not stands_in("oats, honey, palm oil, sea salt, vanilla extract.", lines)
    assert not stands_in("wheat flour, butter, eggs, milk, cocoa", lines, long=True)
    assert letters("ＯＡＴＳ, honey") == "oatshoney"


# ---- scoring


def test_a_wrong_value_is_a_miss_and_a_false_answer() -> None:
    counted = cell({"brand": "Oakwell"}, {"brand": "Oakdale"}, "brand", "Oakwell")
    assert counted == Cell(wanted=1, wrong=1, legible=1)
    assert (counted.recall, counted.precision, counted.f1, counted.yielded) == (0, 0, 0, 0)


def test_a_missing_answer_is_a_miss_only() -> None:
    assert cell({"brand": "Oakwell"}, {}, "brand") == Cell(wanted=1)


def test_an_answer_for_what_is_not_on_the_photo_is_false() -> None:
    assert cell({"origin": None}, {"origin": "China"}, "origin") == Cell(absent=1)


def test_a_field_the_truth_does_not_mention_is_not_judged() -> None:
    assert score_photo(case({}), {"brand": {"value": "Oakwell"}}, []).cells == {}


def test_a_date_counts_as_printed_or_as_iso() -> None:
    truth = {"expiry_date": "12.03.27", "expiry_iso": "2027-03-12"}
    for answer in ({"value": "2027-03-12"}, {"value": "2027-12-03", "raw": "12.03.27"}):
        assert cell(truth, {"expiry_date": answer}, "expiry_date").hits == 1
    assert cell(truth, {"expiry_date": {"value": "2027-12-03"}}, "expiry_date").wrong == 1


def test_a_quantity_counts_with_its_unit() -> None:
    assert cell({"net_content": "500 g"}, {"net_content": {"value": 500, "unit": "g"}}, "net_content").hits == 1
    assert cell({"net_content": "500 g"}, {"net_content": {"value": 500, "unit": "ml"}}, "net_content").hits == 0


def test_on_an_ad_the_product_is_the_name_on_a_label_it_is_not() -> None:
    assert cell({"product_name": "Kettle"}, {"product": "Kettle"}, "name", kind="ad").hits == 1
    assert cell({"product_name": "Kettle"}, {"product": "Kettle"}, "name").hits == 0


def offers(*entries: dict[str, Any], **truth: Any) -> dict[str, Cell]:
    """Cells of an ad that prints `truth` and is answered with these promotions and a price of 99."""
    answers = {"promotion": {"value": list(entries)}, "price": {"value": [{"value": 99}]}}
    return score_photo(case(truth, kind="ad"), answers, ["买一送一 全场5折 满300减50 99"]).cells


BUNDLE = {"text": "买一送一", "kind": "bundle", "unit_discount": 0.5}


def test_an_offer_is_judged_by_its_kind_and_by_what_it_saves_on_one_unit() -> None:
    cells = offers(BUNDLE, promotion=["买一送一"], price=[{"value": "99", "kind": "现价"}])
    right = Cell(wanted=1, hits=1, legible=1, reached=1)
    assert (cells["promotion_kind"], cells["unit_discount"], cells["whole ad"].hits) == (right, right, 1)
    for wrong in ({"kind": "gift"}, {"unit_discount": 0.25}, {"at_most": True}):
        cells = offers({**BUNDLE, **wrong}, promotion=["买一送一"])
        assert cells["promotion_kind"].hits == int("kind" not in wrong)
        assert cells["unit_discount"].hits == int("kind" in wrong)
        assert cells["promotion_kind"].wrong + cells["unit_discount"].wrong == 1


def test_an_offer_nobody_answered_is_a_miss_and_its_ad_not_whole() -> None:
    cells = offers(promotion=["买一送一"], price=[{"value": "99", "kind": "现价"}])
    assert cells["promotion_kind"] == Cell(wanted=1, legible=1)
    assert cells["whole ad"] == Cell(wanted=1)


def test_one_wrong_price_makes_an_ad_not_whole() -> None:
    assert offers(BUNDLE, promotion=["买一送一"], price=[{"value": "98", "kind": "现价"}])["whole ad"].hits == 0


@pytest.mark.parametrize(
    ("text", "share", "at_most"),
    [("全场5折", 0.5, False), ("全场8.5折", 0.15, False), ("全场75折", 0.25, False), ("满300减50", 0.1667, True),
     ("Up to 30% off", 0.3, True), ("20% OFF", 0.2, False)],
)  # fmt: skip
def test_what_an_offer_saves_follows_from_its_printed_number(text: str, share: float, at_most: bool) -> None:
    (offer,) = judged_offers({"promotion": [text]})
    assert is_right_discount(offer, {"unit_discount": share, "at_most": at_most})
    assert not is_right_discount(offer, {"unit_discount": share + 0.01, "at_most": at_most})
    assert not is_right_discount(offer, {"unit_discount": share, "at_most": not at_most})


def test_a_discount_where_the_words_determine_none_is_false() -> None:
    cells = offers({"text": "下单立减100元", "kind": "discount", "unit_discount": 0.2}, promotion=["下单立减100元"])
    assert cells["unit_discount"] == Cell(absent=1)


def test_a_truth_may_say_itself_what_its_offers_are() -> None:
    own = {"text": "刮刮乐", "kinds": ["gift"]}
    truth = {"promotion": ["刮刮乐", "买一送一", "满腔热情"], "offers": [own]}
    assert [offer.text for offer in judged_offers(truth)] == ["刮刮乐", "买一送一"]


def test_offers_are_in_no_total() -> None:
    """Their texts are counted as promotions already."""
    evaluation = Evaluation(
        set_name="x", engine="ocr", revision="1", reader="r", rules_version="1", schema_version="1", photos=1,
        failures=(), median_s=0, p95_s=0, lines=0, lines_read=0, misses=(),
        barcodes={"wanted": 0, "decoded": 0, "wrong": 0, "trusted_wrong": 0},
        fields={name: cell.model_dump() for name, cell in offers(BUNDLE, promotion=["买一送一"]).items()},
    )  # fmt: skip
    assert report.summary(evaluation)["all"]["wanted"] == 1
    rows = report.table(evaluation).splitlines()
    assert [row.split()[0] for row in rows if row.startswith(("promotion", "all"))] == [
        "promotion", "all", "promotion_kind"
    ]  # fmt: skip


def test_every_offer_of_the_samples_is_judged() -> None:
    """One left out of the ledger would not be missed."""
    for ad in (one for one in load_cases(SAMPLES) if one.kind == "ad"):
        assert len(judged_offers(ad.fields)) == len(ad.fields["promotion"]), ad.name


def test_surplus_list_entries_are_false_only_where_the_truth_is_complete() -> None:
    truth, answers = {"claims": ["Vegan"]}, {"claims": ["Vegan", "Organic"]}
    assert cell(truth, answers, "claims") == Cell(wanted=1, hits=1, wrong=1)
    assert cell(truth, answers, "claims", complete=False) == Cell(wanted=1, hits=1)


def test_dates_and_price_captions_among_promotions_are_neither_right_nor_wrong() -> None:
    truth = {
        "promotion": ["Half price"],
        "promo_start": "2026-10-05",
        "promo_end": "2026-10-18",
        "price": [{"value": "9", "kind": "Now"}],
    }
    answers = {"promotion": [{"text": text} for text in ("Half price", "Oct 5 - Oct 18, 2026", "Now $9", "Oct 6 only")]}
    assert cell(truth, answers, "promotion") == Cell(wanted=1, hits=1, wrong=1)


def test_prices_count_by_amount() -> None:
    truth = {"price": [{"value": "19.90", "kind": "now"}, {"value": "25", "kind": "was"}]}
    answers = {"price": [{"value": 19.9, "currency": "CNY", "kind": "current"}, {"value": 5, "currency": "CNY"}]}
    assert cell(truth, answers, "price", "¥19.9") == Cell(wanted=2, hits=1, wrong=1, legible=1, reached=1)


def test_nutrition_counts_row_by_row() -> None:
    truth = {"nutrition": [{"name": "Fat", "value": "9", "unit": "g"}, {"name": "Salt", "value": "0,1", "unit": "g"}]}
    rows = [{"nutrient": "fat", "value": 9.0, "unit": "g"}, {"nutrient": "salt", "value": 1.0, "unit": "g"}]
    counted = cell(truth, {"nutrition": {"value": {"rows": rows}}}, "nutrition", "Fat 9 g", "Salt 0,1 g")
    assert counted == Cell(wanted=2, hits=1, absent=1, legible=2, reached=1)


def test_a_value_from_the_bars_alone_does_not_count_for_the_yield() -> None:
    counted = cell({"barcode": "2006101000183"}, {"gtin": "2006101000183"}, "gtin")
    assert counted == Cell(wanted=1, hits=1)


# ---- against the score tool


def test_hits_and_wanted_values_are_those_of_the_score_tool() -> None:
    if not SCORE_TOOL.is_file():
        pytest.skip(f"the score tool is not on this machine ({SCORE_TOOL})")
    spec = importlib.util.spec_from_file_location("score", SCORE_TOOL)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    answers = {one.name: crooked_answer(one, index) for index, one in enumerate(load_cases(SAMPLES))}
    truths = {one.name: json.loads(one.photo.with_suffix(".json").read_text("utf-8")) for one in load_cases(SAMPLES)}
    theirs, _ = tool.score(answers, truths)
    ours: dict[str, Cell] = {}
    lines = [0, 0]
    for one in load_cases(SAMPLES):
        texts = [line["text"] for line in answers[one.name]["lines"]]
        score = score_photo(one, answers[one.name]["fields"], texts)
        lines = [lines[0] + score.lines_read, lines[1] + score.lines]
        for name, counted in score.cells.items():
            ours[name] = ours.get(name, Cell()) + counted
    assert lines == theirs.pop("text line")[:2]
    counted = {name: [one.hits, one.wanted, one.absent] for name, one in ours.items() if name not in BEYOND}
    assert counted == {name: tally for name, tally in theirs.items() if any(tally)}


def crooked_answer(one: Case, index: int) -> dict[str, Any]:
    """The truth as an answer, with every third value gone or spoilt and one field too many."""
    names = {"barcode": "gtin", "product_name": "name", "product_type": "legal_name", "ingredients": "ingredients_text"}
    names |= {"standard": "standard_code", "licence_no": "licence"}
    fields: dict[str, Any] = {"serving_size": {"value": 30, "unit": "g"}}
    for position, (key, value) in enumerate(one.fields.items()):
        spoilt = (position + index) % 3
        if not value or spoilt == 0:
            continue
        if key == "nutrition":
            rows = [row | {"value": row["value"] + "1" * (row_index % 4 == 3)} for row_index, row in enumerate(value)]
            fields[key] = {"value": {"rows": rows}}
        else:
            fields[names.get(key, key)] = {"value": value, "raw": "?" if spoilt == 1 else None}
            if spoilt == 2 and isinstance(value, str):
                fields[names.get(key, key)] = {"value": value[:-1] + "口"}
    return {"fields": fields, "lines": [{"text": line} for line in one.lines[::2]]}


# ---- sets


def test_samples_are_a_set_and_an_unknown_name_is_refused(tmp_path: Path) -> None:
    assert len(load_cases(set_folder("samples"))) == len(list(SAMPLES.glob("*.jpg")))
    with pytest.raises(UsageError, match="neither 'samples' nor a folder"):
        set_folder(str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="holds no truth"):
        load_cases(tmp_path)


def test_truths_may_lie_in_a_folder_of_their_own_and_must_have_their_photo(tmp_path: Path) -> None:
    (tmp_path / "gt").mkdir()
    truth = {"file": "a.jpg", "kind": "label", "fields": {"brand": "Oakwell"}}
    (tmp_path / "gt" / "a.json").write_text(json.dumps(truth), "utf-8")
    with pytest.raises(UsageError, match=r"a\.jpg, which is not in"):
        load_cases(tmp_path)
    Image.new("RGB", (20, 20)).save(tmp_path / "a.jpg")
    [found] = load_cases(tmp_path)
    assert (found.name, found.complete, found.lines) == ("a.jpg", False, ())


# ---- the command and the store


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """Two sample photos with their truth."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("green_tea_zh", "ad_kettle_flash_zh"):
        for suffix in (".jpg", ".json"):
            shutil.copy(SAMPLES / f"{name}{suffix}", folder)
    return folder


def test_a_run_is_printed_kept_and_compared(
    small_set: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--set", str(small_set), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["id"], first["photos"], first["engine"]) == (1, 2, "ocr")
    assert first["barcodes"] == {"wanted": 1, "decoded": 1, "wrong": 0, "trusted_wrong": 0}
    assert first["all"]["f1"] > 0.8 and first["median_s"] > 0
    assert main(["evaluate", "--set", str(small_set), "--compare", "last", "--misses"]) == 0
    printed = capsys.readouterr().out
    assert "run 2" in printed and "run 1" in printed and "+0.000" in printed
    assert "won " not in printed and "lost" not in printed


def test_a_photo_that_cannot_be_read_counts_as_unanswered(
    small_set: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_set / "green_tea_zh.jpg").write_bytes(b"")
    assert main(["evaluate", "--set", str(small_set), "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert "green_tea_zh.jpg" in result["failures"][0]
    assert result["fields"]["gtin"]["recall"] == 0


def test_an_engine_that_does_not_answer_is_not_scored_with_another_ones_answers(
    small_set: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"extract": "no fields here"}', "utf-8")
    monkeypatch.setenv("SHELFLENS_SCRIPT", str(script))
    assert main(["evaluate", "--set", str(small_set), "--engine", "scripted", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert len(report["failures"]) == report["photos"]
    assert all(cell["recall"] == 0 for cell in report["fields"].values())


@pytest.mark.parametrize(
    "options", [["--set", "/nowhere"], ["--compare", "last"], ["--compare", "x"], ["--compare", "9"]]
)
def test_usage_errors_end_with_code_2_before_anything_is_read(
    options: list[str], small_set: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--set", str(small_set), *options]) == 2
    assert "shelflens:" in capsys.readouterr().err


def evaluation(misses: tuple[str, ...] = (), set_name: str = "samples") -> Evaluation:
    cells = {"brand": Cell(wanted=4, hits=4 - len(misses), legible=4, reached=4 - len(misses)).model_dump()}
    return Evaluation(
        set_name=set_name, engine="ocr", revision="r", reader="o", rules_version="1", schema_version="s", photos=4,
        failures=(), median_s=1.0, p95_s=2.0, fields=cells, lines=9, lines_read=9,
        barcodes={"wanted": 0, "decoded": 0, "wrong": 0, "trusted_wrong": 0},
        misses=tuple(
            {"photo": photo, "field": "brand", "wanted": "Oakwell", "got": [], "legible": True} for photo in misses
        ),
    )  # fmt: skip


def test_an_evaluation_comes_back_as_it_was_stored(db: Database) -> None:
    stored = put_evaluation(db, evaluation(("a.jpg",)))
    assert stored.id == 1 and stored.created_at
    assert get_evaluation(db, 1) == stored
    assert stored == evaluation(("a.jpg",)).model_copy(update={"id": 1, "created_at": stored.created_at})


def test_the_latest_run_is_that_of_the_same_set_and_engine(db: Database) -> None:
    put_evaluation(db, evaluation())
    newest = put_evaluation(db, evaluation(("a.jpg",)))
    put_evaluation(db, evaluation(set_name="elsewhere"))
    assert latest_evaluation(db, "samples", "ocr") == newest
    assert latest_evaluation(db, "samples", "vlm") is None


def test_an_unknown_run_is_named_with_those_there_are(db: Database) -> None:
    put_evaluation(db, evaluation())
    with pytest.raises(NotFound, match=r"'7' does not exist\. Newest: 1"):
        get_evaluation(db, 7)


def test_a_comparison_names_values_won_and_lost() -> None:
    text = report.comparison(evaluation(("a.jpg", "b.jpg")), evaluation(("b.jpg", "c.jpg")))
    assert "won  | a.jpg | brand | Oakwell" in text
    assert "lost | c.jpg | brand | Oakwell" in text
    assert "b.jpg" not in text


def test_different_sets_are_compared_by_figures_only() -> None:
    text = report.comparison(evaluation(("a.jpg",)), evaluation(set_name="elsewhere"))
    assert "The sets differ" in text and "won" not in text


@pytest.mark.parametrize(
    ("value", "grade", "counts"),
    [
        ("2006101000183", Grade.HIGH, (1, 1, 0, 0)),
        ("02006101000183", Grade.HIGH, (1, 1, 0, 0)),
        ("2006101000190", Grade.MEDIUM, (1, 1, 1, 0)),
        ("2006101000190", Grade.HIGH, (1, 1, 1, 1)),
    ],
)
def test_a_wrong_barcode_counts_and_weighs_more_where_it_is_trusted(
    value: str, grade: Grade, counts: tuple[int, int, int, int]
) -> None:
    seen = Barcode(text="2006101000183", format="EAN-13", box=(0, 0, 9, 9), decoders=("zxing",))
    field = FieldValue(value=value, sources=(Source.BARCODE,), grade=grade)
    readings = Readings(width=9, height=9, barcodes=(seen,))
    extraction = Extraction(kind=Kind.PRODUCT, engine="ocr", fields={"gtin": field}, readings=readings)
    counted = count_barcode(BarcodeCount(), case({"barcode": "2006101000183"}), extraction)
    assert tuple(counted.model_dump().values()) == counts
