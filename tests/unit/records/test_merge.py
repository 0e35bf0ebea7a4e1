"""Several photos of one product become one set of fields, and what differs stays visible."""

from __future__ import annotations

from typing import Any

import pytest

from core.records.merge import merge_photos
from core.schema import load_schema
from core.types import Fields, FieldValue, Grade, Kind, Source

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)


def read(
    value: Any, grade: Grade = Grade.MEDIUM, sources: tuple[Source, ...] = (Source.OCR,), **more: Any
) -> FieldValue:
    return FieldValue(value=value, raw=str(value), grade=grade, sources=sources, **more)


def table(**amounts: float) -> FieldValue:
    rows = [{"nutrient": name, "value": value, "unit": "g", "per": "100g"} for name, value in amounts.items()]
    return read({"basis": "100g", "rows": rows}).model_copy(update={"raw": None})


def merged(key: str, *photos: FieldValue | None, schema: Any = PRODUCT) -> FieldValue:
    per_photo: list[Fields] = [{key: field} if field else {} for field in photos]
    return merge_photos(per_photo, schema)[key]


def test_a_field_of_one_photo_names_that_photo() -> None:
    assert merged("brand", None, read("Mill")).photo == 1


def test_the_better_supported_value_is_proposed_and_the_other_stands_beside_it() -> None:
    field = merged("name", read("Oots", Grade.LOW), read("Oats", Grade.HIGH))
    assert (field.value, field.photo, field.grade) == ("Oats", 1, Grade.LOW)
    assert [other["value"] for other in field.alternatives] == ["Oots"]
    assert "photo 1: Oots" in field.findings[0].message.en


def test_a_decoded_barcode_goes_before_digits_that_were_read() -> None:
    decoded = read("4006381333931", Grade.MEDIUM, (Source.BARCODE,))
    assert merged("gtin", read("4006381333930", Grade.HIGH), decoded).value == "4006381333931"


@pytest.mark.parametrize(("one", "other"), [("Oat Flakes", "OatFlakes"), ("OATS", "oats")])
def test_spaces_and_letter_case_are_no_disagreement(one: str, other: str) -> None:
    assert merged("name", read(one), read(other)).findings == ()


def test_the_same_number_in_another_unit_is_a_disagreement() -> None:
    assert merged("net_content", read(500, unit="g"), read(500, unit="ml")).findings


def test_lists_add_up_without_repeats() -> None:
    assert merged("claims", read(["a", "b"]), read(["b", "c"])).value == ["a", "b", "c"]


def test_what_other_readers_said_about_either_photo_stays_beside_the_sum() -> None:
    sides = [FieldValue(value=[name], alternatives=(f"other {name}",)) for name in ("a", "b")]
    merged = merge_photos([{"claims": sides[0]}, {"claims": sides[1]}], load_schema(Kind.PRODUCT))["claims"]
    assert (merged.value, merged.alternatives) == (["a", "b"], ("other a", "other b"))


def test_the_longer_of_two_tables_that_agree_is_taken_without_a_word() -> None:
    field = merged("nutrition", table(fat=3), table(fat=3, protein=8))
    assert len(field.value["rows"]) == 2
    assert field.findings == ()


def test_tables_with_different_amounts_for_one_nutrient_are_for_a_person() -> None:
    field = merged("nutrition", table(fat=3, protein=8), table(fat=30))
    assert len(field.value["rows"]) == 2
    assert [finding.rule for finding in field.findings] == ["photos_agree"]
    assert field.grade is Grade.LOW


def test_the_palette_is_that_of_the_first_photo() -> None:
    one, other = read([{"hex": "#000000", "share": 1.0}]), read([{"hex": "#ffffff", "share": 1.0}])
    assert merged("palette", one, other, schema=AD).value == one.value
