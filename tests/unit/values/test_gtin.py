"""GTINs: check digits, leading zeros, UPC-E."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values.gtin import check_digit, expand_upc_e, is_valid_gtin, normalise_gtin


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4006381333931", "4006381333931"),
        ("3 596710 400843", "3596710400843"),
        ("0-48500-00174-5", "048500001745"),
        ("0048500001745", "0048500001745"),
        ("96385074", "96385074"),
        ("00012345600012", "00012345600012"),
        ("４００６３８１３３３９３１", "4006381333931"),
        ("4006381333932", None),
        ("400638133393", None),
        ("40063813339310", None),
        ("00000000", None),
        ("0000000000000", None),
        ("4006381333931x", None),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", None),
        ("SC10153012300129", None),
        ("", None),
    ],
)
def test_only_a_right_gtin_is_taken_and_its_zeros_stay(text: str, digits: str | None) -> None:
    assert normalise_gtin(text) == digits


@given(st.text("0123456789", min_size=12, max_size=12).filter(lambda body: body.strip("0")), st.integers(1, 9))
def test_the_check_digit_completes_any_number_and_every_other_digit_fails(body: str, off: int) -> None:
    right = check_digit(body)
    assert is_valid_gtin(body + right)
    assert not is_valid_gtin(body + str((int(right) + off) % 10))


@given(st.text("123456789", min_size=7, max_size=7))
def test_leading_zeros_leave_the_check_digit_alone(body: str) -> None:
    assert check_digit(body) == check_digit("00000" + body)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("01234565", "012345000065"),
        ("04252614", "042100005264"),
        ("425261", "042100005264"),
        ("04252615", None),
        ("4006381333931", None),
        ("abc", None),
    ],
)
def test_upc_e_stands_for_a_upc_a(short: str, full: str | None) -> None:
    assert expand_upc_e(short) == full
