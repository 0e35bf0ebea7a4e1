"""Which records show the same product, and what split it falls into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finetune.products import Shares, Split, group_products, product_keys, split_of
from core.types import Fields, FieldValue, Kind


def product(**values: str | None) -> Fields:
    return {key: FieldValue(value=value) for key, value in values.items()}


def is_same(one: Fields, other: Fields, photos: tuple[str, str] = ("a", "b")) -> bool:
    keys = [product_keys(Kind.PRODUCT, fields, [photo]) for fields, photo in zip((one, other), photos, strict=True)]
    return len(set(group_products(keys))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"gtin": "6901234567892"}, {"gtin": "6901234567892", "brand": "Other"}),
        ({"gtin": "036000291452"}, {"gtin": "0036000291452"}),
        ({"brand": "Acme Foods", "name": "Whole oats"}, {"brand": "ACME FOODS", "name": "Whole Oats!"}),
        ({"brand": "晨露", "name": "燕麦片"}, {"brand": "晨露", "name": "燕麦片 ", "gtin": "6901234567892"}),
        ({"brand": "晨露", "legal_name": "燕麦片"}, {"brand": "晨露", "name": "燕麦片"}),
    ],
)
def test_records_of_one_product_are_one_group(one: dict[str, str], other: dict[str, str]) -> None:
    assert is_same(product(**one), product(**other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"gtin": "6901234567892"}, {"gtin": "6901234567885"}),
        ({"brand": "Acme", "name": "Oats"}, {"brand": "Acme", "name": "Rye"}),
        ({"brand": "Acme", "name": "Oats"}, {"brand": "Borg", "name": "Oats"}),
        ({"brand": "Acme"}, {"brand": "Acme"}),
        ({"name": None}, {"name": None}),
        ({}, {}),
    ],
)
def test_records_of_two_products_are_two(one: dict[str, str], other: dict[str, str]) -> None:
    assert not is_same(product(**one), product(**other))


def test_the_same_photo_makes_records_one_product_whatever_is_written_of_them() -> None:
    assert is_same(product(name="Oats"), product(name="Rye"), ("same", "same"))


def test_a_record_between_two_others_makes_one_group_of_all_three() -> None:
    fields = [product(gtin="1"), product(gtin="1", brand="Acme", name="Oats"), product(brand="acme", name="oats")]
    keys = [product_keys(Kind.PRODUCT, one, [str(n)]) for n, one in enumerate(fields)]
    assert len(set(group_products(keys))) == 1
    assert len(set(group_products([keys[0], keys[2]]))) == 2


def test_keys_tell_nothing_about_the_product() -> None:
    (key,) = product_keys(Kind.PRODUCT, product(gtin="6901234567892"), [])
    assert "6901234567892" not in key and len(key) == 16


keys = st.lists(st.frozensets(st.sampled_from("abcdefghij"), max_size=3), max_size=12)


@given(keys)
def test_no_key_is_in_two_groups_and_the_order_of_records_does_not_matter(found: list[frozenset[str]]) -> None:
    groups = group_products(found)
    for key in "abcdefghij":
        assert len({group for group, mine in zip(groups, found, strict=True) if key in mine}) <= 1
    backwards = group_products(found[::-1])[::-1]
    assert [group for group, mine in zip(groups, found, strict=True) if mine] == [
        group for group, mine in zip(backwards, found, strict=True) if mine
    ]


def test_splits_have_their_shares_and_stay_when_other_products_come() -> None:
    shares = Shares(validation=0.1, test=0.2)
    drawn = [split_of(f"product {n}", shares) for n in range(5000)]
    assert drawn.count(Split.TEST) / 5000 == pytest.approx(0.2, abs=0.03)
    assert drawn.count(Split.VALIDATION) / 5000 == pytest.approx(0.1, abs=0.03)
    assert drawn[:100] == [split_of(f"product {n}", shares) for n in range(100)]
    assert drawn != [split_of(f"product {n}", Shares(0.1, 0.2, seed=1)) for n in range(5000)]


@pytest.mark.parametrize("only", list(Split))
def test_a_share_of_nothing_or_all_is_just_that(only: Split) -> None:
    shares = Shares(validation=float(only is Split.VALIDATION), test=float(only is Split.TEST))
    assert {split_of(str(n), shares) for n in range(200)} == {only}
