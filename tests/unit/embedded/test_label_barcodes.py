"""The barcode of a product label: bars and printed digits that confirm, dispute or stand in for each other."""

from __future__ import annotations

import pytest

from core.engines.embedded.product import extract_product
from core.types import Barcode, FieldValue, Grade, Readings, Source
from tests.unit.printed import line, page


def code(text: str, disputed: bool = False) -> Barcode:
    return Barcode(text=text, format="EAN-13", box=(0, 0, 100, 50), decoders=("zxing",), disputed=disputed)


def gtin(readings: Readings) -> FieldValue | None:
    return extract_product(readings).get("gtin")


def test_a_barcode_confirmed_by_its_digits_is_graded_high() -> None:
    field = gtin(page(line("3 596710 400843", 50, 100), barcodes=(code("3596710400843"),)))
    assert field is not None
    assert (field.value, field.sources, field.grade) == ("3596710400843", (Source.BARCODE, Source.OCR), Grade.HIGH)


def test_printed_digits_alone_are_graded_low() -> None:
    field = gtin(page(line("3596710400843", 50, 100)))
    assert field is not None
    assert (field.value, field.sources, field.grade) == ("3596710400843", (Source.OCR,), Grade.LOW)


@pytest.mark.parametrize("text", ["3596710400844", "400-820-1234", "SC10890020300467", "20250304"])
def test_digits_without_a_right_check_digit_are_no_gtin(text: str) -> None:
    assert gtin(page(line(text, 50, 100))) is None


DISPUTED = (code("6901234567892", disputed=True), code("3596710400843", disputed=True))


@pytest.mark.parametrize(
    ("printed", "proposed"), [("净含量：1kg", "6901234567892"), ("3 596710 400843", "3596710400843")]
)
def test_a_disputed_barcode_is_for_a_person_whatever_the_printed_digits_say(printed: str, proposed: str) -> None:
    field = gtin(page(line(printed, 50, 100), barcodes=DISPUTED))
    assert field is not None
    assert (field.value, field.grade) == (proposed, Grade.LOW)
    assert {field.value, *field.alternatives} == {"6901234567892", "3596710400843"}
    assert [finding.rule for finding in field.findings] == ["decoders_agree"]


def test_other_digits_printed_beside_the_bars_make_a_decoded_code_one_for_a_person() -> None:
    field = gtin(page(line("6901234567892", 0, 60), barcodes=(code("3596710400843"),)))
    assert field is not None
    assert (field.value, field.grade, field.alternatives) == ("3596710400843", Grade.LOW, ("6901234567892",))
    assert [finding.rule for finding in field.findings] == ["decoders_agree"]


@pytest.mark.parametrize(("printed", "y"), [("6901234567892", 600), ("12345678", 60), ("0 3596710400843", 60)])
def test_digits_elsewhere_short_ones_and_the_same_code_dispute_nothing(printed: str, y: int) -> None:
    field = gtin(page(line(printed, 0, y), barcodes=(code("3596710400843"),)))
    assert field is not None
    assert field.findings == ()


def test_an_undisputed_barcode_goes_before_a_disputed_one() -> None:
    field = gtin(page(line("净含量：1kg", 50, 100), barcodes=(*DISPUTED, code("4006381333931"))))
    assert field is not None
    assert field.value == "4006381333931"
