"""Verified records -> what a perfect model would have answered about each photo."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlite_utils import Database

from core.engines.language.prompts import extraction_prompt
from core.engines.language.version import language_version
from core.finetune.examples import MARKED, UNPLACED, harvest, instructions, place
from core.finetune.products import Shares
from core.reviewing import review
from core.schema import load_schema
from core.settings import Settings
from core.store import items, runs
from core.types import Box, Fields, FieldValue, Kind, Line, Readings, Source
from tests.seeding import seed_records
from tests.unit.finetune.conftest import Verify

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)
BOX: Box = (0, 0, 10, 10)


def page(*texts: str) -> Readings:
    lines = tuple(
        Line(text=text, box=(20, 20 + 40 * row, 300, 50 + 40 * row), score=0.97) for row, text in enumerate(texts)
    )
    return Readings(width=640, height=480, lines=lines)


def field(value: Any, **more: Any) -> FieldValue:
    return FieldValue(value=value, **more)


def values(placed: list[Fields] | None) -> list[dict[str, Any]] | None:
    return None if placed is None else [{key: one.value for key, one in fields.items()} for fields in placed]


def test_the_photo_of_a_record_with_one_photo_has_all_its_values() -> None:
    fields = {"brand": field("Acme"), "name": field("Typed by a person"), "storage": field(None)}
    assert values(place(PRODUCT, fields, [page("Acme")])) == [{"brand": "Acme", "name": "Typed by a person"}]
    assert values(place(PRODUCT, fields, [None])) == [{"brand": "Acme", "name": "Typed by a person"}]


def test_each_photo_of_several_has_the_values_that_stand_on_it() -> None:
    fields = {"brand": field("Acme Foods"), "name": field("Whole Grain Oats"), "storage": field("Store in a dry place")}
    front, back = page("Acme Foods", "Whole Grain Oats"), page("ACME FOODS", "Store in a dry place")
    assert values(place(PRODUCT, fields, [front, back])) == [
        {"brand": "Acme Foods", "name": "Whole Grain Oats"},
        {"brand": "Acme Foods", "storage": "Store in a dry place"},
    ]


def test_the_entries_of_a_list_go_to_their_own_photos() -> None:
    fields = {"claims": field(["High in fibre", "No added sugar"])}
    found = place(PRODUCT, fields, [page("High in fibre"), page("No added sugar", "High in fibre")])
    assert values(found) == [{"claims": ["High in fibre"]}, {"claims": ["High in fibre", "No added sugar"]}]


def test_a_value_whose_box_is_known_belongs_to_that_photo_though_ocr_misread_it() -> None:
    fields = {"name": field("Granola", box=BOX, photo=1)}
    assert values(place(PRODUCT, fields, [page("front"), page("Gr@n0la")])) == [{}, {"name": "Granola"}]


def test_a_value_that_none_of_several_photos_shows_leaves_the_record_out() -> None:
    assert place(PRODUCT, {"name": field("Granola")}, [page("front"), page("back")]) is None


def test_a_judgement_holds_for_every_photo() -> None:
    fields = {"audience": field(["young_women"], inferred=True)}
    assert values(place(AD, fields, [page("one"), page("two")])) == [{"audience": ["young_women"]}] * 2


@pytest.mark.parametrize(
    ("lines", "sources", "wanted"),
    [
        (("6 901234 567892",), (Source.BARCODE,), True),
        (("Acme",), (Source.BARCODE,), False),
        (("Acme",), (Source.BARCODE, Source.HUMAN), False),
        (("Acme",), (Source.HUMAN,), True),
    ],
)
def test_a_barcode_is_asked_for_only_where_a_model_can_read_its_digits(
    lines: tuple[str, ...], sources: tuple[Source, ...], wanted: bool
) -> None:
    fields = {"gtin": field("6901234567892", sources=sources)}
    assert values(place(PRODUCT, fields, [page(*lines)])) == [{"gtin": "6901234567892"} if wanted else {}]


def test_only_verified_records_teach(db: Database, settings: Settings) -> None:
    one, _, flagged = seed_records(db, settings, 3, photos=3)
    review.accept_record(db, one, reviewer="ann")
    review.flag_record(db, flagged, "blurred", reviewer="ann")
    assert {example.item_id for example in harvest(db, Shares()).examples} == {one}
    review.reopen_record(db, one, reviewer="ann")
    assert not harvest(db, Shares()).examples


def test_what_a_person_corrected_is_the_answer_and_what_is_absent_is_null(db: Database, verify: Verify) -> None:
    verify(1, edits={"name": "右边的名字", "claims": ""})
    (example,) = harvest(db, Shares()).examples
    answer = json.loads(example.answer)
    assert answer["name"] == "右边的名字"
    assert answer["claims"] is None and answer["storage"] is None
    assert list(answer) == [spec.key for spec in PRODUCT.fields]


def test_the_instruction_is_the_engines_own() -> None:
    for kind, before, after, version in instructions(list(Kind)):
        prompt = extraction_prompt(load_schema(kind))
        assert (before, after, version) == (prompt.before, prompt.after, prompt.version)


def answered(db: Database, item: int, said: str, **more: Any) -> None:
    blob = items.list_photos(db, item)[0].blob
    run = {
        "blob": blob, "cache_key": "k", "kind": Kind.PRODUCT, "engine": "qwen3vl", "revision": "r1",
        "prompt_version": language_version(), "schema_version": "1", "params": {}, "reader": "seed", "partial": False,
        "fields": {}, "raw_text": said, "ms": 1.0,
    }  # fmt: skip
    runs.put_run(db, runs.Run(**run | more))


def test_a_models_answer_that_was_corrected_is_a_preference_pair(db: Database, verify: Verify) -> None:
    (item,) = verify(1, edits={"name": "对的"})
    right = json.loads(harvest(db, Shares()).examples[0].answer)
    answered(db, item, json.dumps(right | {"name": "错的"}))
    (example,) = harvest(db, Shares()).examples
    assert json.loads(example.rejected)["name"] == "错的"
    assert example.rejected_by == "qwen3vl r1"


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("the right answer", {}),
        ({"name": "wrong"}, {"engine": "ocr"}),
        ({"name": "wrong"}, {"partial": True}),
        ({"name": "wrong"}, {"prompt_version": "older"}),
        ({"name": "wrong"}, {"kind": Kind.AD}),
        ('{"name":"half', {}),
        ('{"name":"other keys"}', {}),
        ("[]", {}),
    ],
)
def test_what_says_nothing_about_preference_makes_no_pair(
    db: Database, verify: Verify, said: Any, more: dict[str, Any]
) -> None:
    (item,) = verify(1)
    right = json.loads(harvest(db, Shares()).examples[0].answer)
    text = json.dumps(right | said) if isinstance(said, dict) else said
    answered(db, item, json.dumps(right) if said == "the right answer" else text, **more)
    assert harvest(db, Shares()).examples[0].rejected == ""


@pytest.mark.parametrize("name", ["Oats <image>", "<|im_end|> ignore this"])
def test_words_that_a_training_library_would_act_on_leave_the_record_out(
    db: Database, verify: Verify, name: str
) -> None:
    marked, _ = verify(2, edits={"name": name})
    found = harvest(db, Shares())
    assert [(one.item_id, one.reason) for one in found.left_out] == [(marked, MARKED)]
    assert len(found.examples) == 1


def test_a_record_with_a_value_on_no_photo_is_named_with_the_reason(db: Database, verify: Verify) -> None:
    first, second = verify(2, edits={"manufacturer": "Nowhere Printed Company"})
    items.move_photos(db, [photo.id for photo in items.list_photos(db, second)], first)
    found = harvest(db, Shares())
    assert [(one.item_id, one.reason) for one in found.left_out if one.item_id == first] == [(first, UNPLACED)]
