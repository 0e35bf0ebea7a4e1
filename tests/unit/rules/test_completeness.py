"""What a label lacks: by market, by the day it is judged on, and by how much of it was photographed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.records.standing import record_findings
from core.rules import check_record
from core.rules.completeness import load_rule_sets
from core.schema import load_schema
from core.types import Kind, Level
from tests.unit.rules.checking import fields_of, row, table

BEFORE, AFTER = date(2026, 6, 1), date(2027, 6, 1)
CORE = ("energy", "protein", "fat", "carbohydrate", "sodium")
CN: dict[str, Any] = {
    "name": "燕麦坚果曲奇",
    "ingredients_text": "小麦粉、燕麦片、白砂糖、鸡蛋",
    "net_content": (160, "g"),
    "manufacturer": "麦朵叮食品有限公司",
    "address": "江屿省麦城市谷仓街66号",
    "production_date": "see_package",
    "shelf_life": (9, "month"),
    "storage": "请置于阴凉干燥处",
    "licence": "SC10744030704994",
    "standard_code": "GB/T 20980",
    "nutrition": table(*[row(nutrient, 10, zh=True) for nutrient in CORE]),
    "languages": ["zh"],
}
EU: dict[str, Any] = {
    "name": "Tomato & Basil Soup",
    "ingredients_text": "Tomatoes (76%), water, onion",
    "net_content": (400, "g"),
    "expiry_date": "2028-10",
    "manufacturer": "Peasdale Kitchens Ltd",
    "address": "Unit 4, Wharf Lane",
    "nutrition": table(
        *[row(n, 1) for n in ("energy", "fat", "saturated_fat", "carbohydrate", "sugars", "protein", "salt")]
    ),
    "languages": ["en"],
}


def lacking(values: dict[str, Any], day: date = BEFORE, **changes: Any) -> list[tuple[Level, tuple[str, ...]]]:
    """(level, keys) of the findings on the record; a change to None takes a field away."""
    kept = {key: value for key, value in {**values, **changes}.items() if value is not None}
    return [(finding.level, finding.about) for finding in check_record(Kind.PRODUCT, fields_of(**kept), day)]


def test_label_with_everything_lacks_nothing() -> None:
    assert lacking(CN) == []
    assert lacking(EU) == []


@pytest.mark.parametrize(
    "key", ["ingredients_text", "net_content", "manufacturer", "address", "production_date", "storage", "standard_code"]
)
def test_particular_missing_on_a_whole_label_is_a_warning(key: str) -> None:
    assert lacking(CN, **{key: None}) == [(Level.WARNING, (key,))]


@pytest.mark.parametrize("key", ["ingredients_text", "net_content", "expiry_date", "manufacturer"])
def test_particular_missing_on_an_eu_label_is_a_warning(key: str) -> None:
    assert lacking(EU, **{key: None}) == [(Level.WARNING, (key,))]


def test_one_of_several_fields_is_enough() -> None:
    assert lacking(CN, name=None, legal_name="曲奇饼干") == []
    assert lacking(CN, shelf_life=None, expiry_date="see_package") == []
    assert lacking(CN, shelf_life=None) == [(Level.WARNING, ("shelf_life", "expiry_date"))]


def test_part_of_a_label_is_one_review_of_what_is_not_on_the_photos() -> None:
    front = {"name": "高原纯牛奶", "net_content": (250, "ml"), "languages": ["zh"], "brand": "鹿鸣溪"}
    found = check_record(Kind.PRODUCT, fields_of(**front), BEFORE)
    assert [finding.level for finding in found] == [Level.REVIEW]
    assert "ingredients_text" in found[0].about and "name" not in found[0].about
    assert "Not on these photos" in found[0].message.en and "照片中没有" in found[0].message.zh


def test_almost_empty_record_says_nothing() -> None:
    assert lacking({"name": "高原纯牛奶", "languages": ["zh"]}) == []
    assert lacking({}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"licence": "浙妆20160045", "nutrition": None},
        {"care": ["手洗", "不可漂白"]},
    ],
)
def test_other_goods_than_food_are_not_judged(changes: dict[str, Any]) -> None:
    assert lacking({**CN, **changes}, storage=None) == []


def test_ads_are_not_judged() -> None:
    assert check_record(Kind.AD, fields_of(**CN, headline="曲奇"), BEFORE) == ()


def test_us_label_answers_to_neither_market() -> None:
    serving = table(*[row(nutrient, 1, "serving") for nutrient in CORE])
    assert lacking(EU, nutrition=serving, expiry_date=None, address=None) == []


def test_editions_change_on_the_day_they_come_into_force() -> None:
    def titles(day: date) -> set[str]:
        found = check_record(Kind.PRODUCT, fields_of(**{**CN, "storage": None}), day)
        return {finding.message.en.split("asks")[0].split(". ")[-1].strip() for finding in found}

    assert titles(date(2027, 3, 15)) == {"GB 7718-2011"}
    assert titles(date(2027, 3, 16)) == {"GB 7718-2025", "GB 28050-2025"}


def test_2025_editions_ask_for_allergens_expiry_date_and_two_more_rows() -> None:
    assert lacking(CN, AFTER) == [
        (Level.REVIEW, ("allergens",)),
        (Level.REVIEW, ("expiry_date",)),
        (Level.REVIEW, ("nutrition",)),
    ]
    full = table(*[row(nutrient, 10, zh=True) for nutrient in (*CORE, "saturated_fat", "sugars")])
    assert lacking(CN, AFTER, allergens=["麸质"], expiry_date="2027-09-01", nutrition=full) == []


def test_allergens_are_asked_of_food_that_has_any() -> None:
    assert (Level.REVIEW, ("allergens",)) not in lacking(CN, AFTER, ingredients_text="水、食用盐、乳化剂")


def test_product_is_judged_by_the_day_it_was_made() -> None:
    assert lacking(CN, AFTER, production_date="2027-03-01") == []
    assert len(lacking(CN, AFTER, production_date="2027-04-01")) == 3
    assert lacking(CN, BEFORE, production_date="2028-01-01") == []


def test_imported_food_needs_no_chinese_licence() -> None:
    foreign = {"licence": None, "standard_code": None}
    assert lacking(CN, **foreign, origin="Germany") == []
    assert len(lacking(CN, **foreign, origin="江屿省")) == 2
    assert len(lacking(CN, **foreign, origin="Made in China")) == 2


def test_water_needs_no_nutrition_table_and_spirits_no_shelf_life() -> None:
    assert lacking(CN, name="饮用天然矿泉水", nutrition=None) == []
    assert lacking(CN, name="浓香型白酒", nutrition=None, shelf_life=None) == []


def test_address_may_stand_in_the_makers_line() -> None:
    assert lacking(EU, manufacturer="St Hubert - 54710 LUDRES", address=None) == []
    assert lacking(EU, manufacturer="Peasdale Kitchens, Peasdale PZ1 0AA", address=None) == []


def test_missing_rows_of_the_table_are_one_review() -> None:
    part = table(row("energy", 1500, zh=True), row("fat", 10, zh=True), row("sodium", 10, zh=True))
    assert lacking(CN, nutrition=part) == [(Level.REVIEW, ("nutrition",))]


def test_rows_that_the_energy_leaves_no_room_for_are_not_missed() -> None:
    spread = table(row("energy", 1850), row("fat", 50), row("saturated_fat", 14), row("salt", 1.3))
    assert lacking(EU, nutrition=spread) == []


def test_row_whose_value_was_not_read_is_there() -> None:
    unread = [*CN["nutrition"]["rows"][1:], {"nutrient": "energy", "name": "能量", "value": None, "unit": ""}]
    assert lacking(CN, nutrition={"basis": "100g", "rows": unread}) == []


def test_a_caller_may_bring_its_own_sets() -> None:
    sets = [found for found in load_rule_sets() if found.id == "gb28050-2011"]
    found = check_record(Kind.PRODUCT, fields_of(**{**CN, "storage": None}), BEFORE, sets)
    assert found == ()


def test_every_set_names_fields_of_the_schema_and_a_time() -> None:
    keys = set(load_schema(Kind.PRODUCT).keys)
    for found in load_rule_sets():
        assert found.applies_from < found.applies_until
        assert {key for need in found.required for key in need.fields} <= keys


def test_field_decided_absent_is_missing() -> None:
    fields = fields_of(**CN, brand="麦朵叮")
    fields["storage"] = fields["storage"].model_copy(update={"value": None})
    assert [finding.about for finding in record_findings(Kind.PRODUCT, fields, BEFORE)] == [("storage",)]
