"""What the editors of a record are given."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core.errors import NotFound, TextTooLong
from core.records.merge import merge_photos
from core.reviewing import review
from core.reviewing.review import MOST_TEXT, Edit, Place
from core.reviewing.sheet import describe
from core.schema import load_schema
from core.settings import Settings
from core.store import decisions, items
from core.store.decisions import Action
from core.store.runs import latest_prediction, put_prediction
from core.types import FieldValue, Kind, Source
from tests.seeding import read_value, seed_records

TABLE = "能量: 1000 kJ / 100g, 12%\n蛋白质: 10 g / 100g, 17%\n脂肪: 10 g / 100g\n碳水化合物: 20 g / 100g"


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    return seed_records(db, settings, 1)[0]


def shown(db: Database, item: int, **edits: str) -> dict[str, Any]:
    fields: dict[str, Any] = describe(review.preview(db, item, edits))["fields"]
    return fields


def with_fields(db: Database, item: int, **fields: FieldValue) -> None:
    known = latest_prediction(db, item)
    assert known is not None
    put_prediction(db, known.model_copy(update={"fields": {**known.fields, **fields}}))


def rules(state: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in state["findings"]}


@pytest.mark.parametrize(
    ("field", "text", "parts"),
    [
        ("net_content", "500克", {"value": "500", "unit": "g"}),
        ("net_content", "6×250ml", {"value": "1500", "unit": "ml"}),
        ("net_content", "about a handful", None),
        ("shelf_life", "十八个月", {"value": "18", "unit": "month"}),
        ("claims", "无糖\n高纤维", ["无糖", "高纤维"]),
        ("claims", "", []),
        ("brand", "晨露", None),
    ],
)
def test_a_value_comes_in_the_parts_of_its_editor(db: Database, item: int, field: str, text: str, parts: Any) -> None:
    assert shown(db, item, **{field: text})[field]["parts"] == parts


def test_a_nutrition_table_comes_cell_by_cell_with_what_the_standard_makes_of_it(db: Database, item: int) -> None:
    state = shown(db, item, nutrition=TABLE)["nutrition"]
    assert state["text"] == TABLE
    assert state["parts"][1] == {
        "name": "蛋白质", "amount": "10", "unit": "g", "per": "100g", "percent": "17", "share": 17,
    }  # fmt: skip
    assert state["sums"] == [{"per": "100g", "computed": 880, "printed": 1000}]


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (("能量: 1000", "能量: 3000"), "nutrition_energy"),
        (("脂肪: 10 g / 100g", "脂肪: 10 g / 100g\n饱和脂肪: 12 g / 100g"), "nutrition_parts"),
        (("17%", "71%"), "nutrition_nrv"),
        (("蛋白质: 10 g", "蛋白质: ten g"), "value_shape"),
    ],
)
def test_arithmetic_that_does_not_come_out_is_found_while_typing(
    db: Database, item: int, wrong: tuple[str, str], rule: str
) -> None:
    assert not rules(shown(db, item, nutrition=TABLE)["nutrition"])
    assert rule in rules(shown(db, item, nutrition=TABLE.replace(*wrong))["nutrition"])


def test_a_preview_stores_nothing(db: Database, item: int) -> None:
    before = review.load_record(db, item)
    shown(db, item, gtin="2000000000008", brand="")
    assert review.load_record(db, item) == before


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [("gtin", "2000000000000", "gtin_check_digit"), ("production_date", "soon", "value_shape"),
     ("net_content", "12 parsecs", "value_shape")],
)  # fmt: skip
def test_what_is_not_understood_stays_as_typed_and_is_flagged(
    db: Database, item: int, field: str, text: str, rule: str
) -> None:
    review.save_edits(db, item, {field: text}, reviewer="ann")
    state = describe(review.load_record(db, item))["fields"][field]
    assert (state["text"], rule in rules(state)) == (text, True)


def test_a_text_of_a_megabyte_is_refused_whole_and_named(db: Database, item: int) -> None:
    with pytest.raises(TextTooLong, match=r"Brand: the text has 1,048,576 characters, at most 20,000"):
        review.save_edits(db, item, {"name": "Kept?", "brand": "x" * 1_048_576}, reviewer="ann")
    with pytest.raises(TextTooLong):
        review.preview(db, item, {"brand": "x" * (MOST_TEXT + 1)})
    assert decisions.list_decisions(db, item) == []
    review.save_edits(db, item, {"brand": "x" * MOST_TEXT}, reviewer="ann")


def test_a_text_from_the_photo_keeps_where_it_stands_and_who_read_it(db: Database, item: int) -> None:
    place = Place(photo=0, box=(1.0, 2.0, 3.0, 4.0), lines=(2,), source=Source.BARCODE)
    review.save_edits(db, item, {"gtin": Edit("2000000000008", place)}, reviewer="ann")
    field = review.load_record(db, item).fields["gtin"]
    assert (field.box, field.lines, field.sources) == (place.box, (2,), (Source.BARCODE, Source.HUMAN))


def test_photos_that_disagree_offer_both_values_with_their_places(db: Database, item: int) -> None:
    front, back = (read_value(value, line, unit="g") for value, line in ((500, 3), (450, 4)))
    merged = merge_photos([{"net_content": front}, {"net_content": back}], load_schema(Kind.PRODUCT))
    with_fields(db, item, **merged)
    state = describe(review.load_record(db, item))["fields"]["net_content"]
    assert (state["text"], state["photo"], rules(state)) == ("500 g", 0, {"photos_agree"})
    (offer,) = state["offers"]
    assert (offer["text"], offer["photo"], tuple(offer["box"])) == ("450 g", 1, back.box)


def test_another_readers_value_is_offered_once_with_its_name(db: Database, item: int) -> None:
    said = tuple({"value": 450, "unit": "g", "raw": raw, "source": "vlm"} for raw in ("450克", "450 g"))
    with_fields(db, item, net_content=read_value(500, 3, unit="g", alternatives=said))
    (offer,) = describe(review.load_record(db, item))["fields"]["net_content"]["offers"]
    assert (offer["text"], offer["source"]) == ("450 g", "vlm")


def test_a_confirmed_value_is_settled_and_asked_about_no_more(db: Database, item: int) -> None:
    values = [{"net_content": read_value(value, 3, unit="g")} for value in (500, 450)]
    with_fields(db, item, **merge_photos(values, load_schema(Kind.PRODUCT)))
    version = review.confirm_field(db, item, "net_content", reviewer="ann")
    state = describe(review.load_record(db, item))["fields"]["net_content"]
    assert (state["doubtful"], state["offers"], rules(state)) == (False, [], set())
    assert items.get_item(db, item).version == version
    assert [entry.action for entry in decisions.list_decisions(db, item)] == [Action.CONFIRM]


def test_what_is_not_there_cannot_be_confirmed(db: Database, item: int) -> None:
    with pytest.raises(NotFound, match="origin"):
        review.confirm_field(db, item, "origin", reviewer="ann")


def test_a_rule_speaks_about_a_confirmed_value_too(db: Database, item: int) -> None:
    review.confirm_field(db, item, "gtin", reviewer="ann")
    assert rules(describe(review.load_record(db, item))["fields"]["gtin"]) == {"gtin_check_digit"}
