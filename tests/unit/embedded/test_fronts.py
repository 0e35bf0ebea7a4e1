"""Brand, name, legal name, claims and kind of the fronts of packs: few lines, two of them large."""

from __future__ import annotations

import pytest

from core.engines.embedded.goods import names_category, names_goods
from core.engines.embedded.kind import guess_kind
from core.engines.embedded.product import extract_product
from core.types import Grade, Kind, Line, Readings
from tests.unit.printed import line, page


def values(readings: Readings) -> dict[str, object]:
    return {key: field.value for key, field in extract_product(readings).items()}


def tea(*more: Line) -> Readings:
    return page(line("云溪谷", 100, 100, height=90), line("无糖茉莉花茶饮料", 100, 205, height=60), *more, height=1200)


def test_brand_and_name_are_the_two_large_lines_though_claims_stand_over_them() -> None:
    readings = page(
        line("• 低温烘焙", 100, 60),
        line("• 每日一包", 100, 100),
        line("半山堂", 100, 560, height=88),
        line("五香牛肉干", 100, 670, height=60),
        line("净含量：98克", 100, 760, height=40),
    )
    found = values(readings)
    assert (found["brand"], found["name"], found["net_content"]) == ("半山堂", "五香牛肉干", 98)
    assert found["claims"] == ["低温烘焙", "每日一包"]


def test_a_name_may_begin_with_a_claim_and_is_then_no_claim() -> None:
    found = values(tea(line("0脂肪", 100, 800), line("净含量 450毫升", 500, 900, height=38)))
    assert (found["brand"], found["name"]) == ("云溪谷", "无糖茉莉花茶饮料")
    assert found["claims"] == ["0脂肪"]


def test_the_larger_line_is_the_brand_only_where_the_other_says_what_it_is() -> None:
    brand_below = page(
        line("Honey Oat Cookies", 100, 100, height=70),
        line("Farrow", 100, 185, height=100),
        line("Source of fibre", 100, 800),
        line("150 g", 100, 900, height=34),
    )
    found = values(brand_below)
    assert (found["brand"], found["name"]) == ("Farrow", "Honey Oat Cookies")
    brand_above = page(
        line("Kettle House", 100, 100, height=90),
        line("Honey Mustard", 100, 205, height=60),
        line("Gluten free", 100, 800),
    )
    found = values(brand_above)
    assert (found["brand"], found["name"]) == ("Kettle House", "Honey Mustard")


@pytest.mark.parametrize(("size", "brand"), [(62, "HARTLEY"), (50, None)], ids=["another size", "one size"])
def test_a_brand_right_above_the_name_is_told_by_type_of_another_size(size: int, brand: str | None) -> None:
    readings = page(
        line("HARTLEY", 85, 90, height=size),
        line("Butter Biscuits", 85, 165, height=50),
        line("No added sugar", 100, 267, height=28),
        line("150 g", 85, 544, height=33),
    )
    found = values(readings)
    assert found.get("brand") == brand
    assert found.get("name") == ("Butter Biscuits" if brand else None)


def test_the_category_right_under_the_name_is_the_legal_name() -> None:
    found = extract_product(tea(line("茶饮料（花茶饮料）", 100, 272, height=32), line("450 ml", 100, 900, height=36)))
    assert found["legal_name"].value == "茶饮料（花茶饮料）"
    assert found["legal_name"].grade is Grade.LOW


@pytest.mark.parametrize(
    "under",
    [line("丝滑醇厚", 100, 272, height=32), line("茶饮料", 100, 400, height=32), line("茶饮料", 160, 272, height=32)],
    ids=["a slogan", "further down", "set in"],
)
def test_other_lines_under_the_name_are_no_legal_name(under: Line) -> None:
    assert "legal_name" not in values(tea(under, line("450 ml", 100, 900, height=36)))


def test_a_category_in_smaller_type_is_no_part_of_the_name() -> None:
    readings = page(
        line("Ashdown", 100, 100, height=90),
        line("Hazelnut Milk Chocolate", 100, 205, height=44),
        line("Chocolate", 100, 254, height=36),
        line("180 g", 100, 900, height=34),
    )
    found = values(readings)
    assert (found["name"], found["legal_name"]) == ("Hazelnut Milk Chocolate", "Chocolate")


def test_what_is_set_like_a_claim_is_one_and_remarks_are_none() -> None:
    readings = page(
        line("Ashdown", 100, 100, height=90),
        line("Oat Crackers", 100, 205, height=60),
        line("Source of fibre", 100, 700),
        line("Baked in Cork", 420, 700),
        line("Serving suggestion", 420, 742),
        line("Ashdown Mills", 100, 1100, height=20),
        line("180 g", 100, 900, height=34),
    )
    found = extract_product(readings)["claims"]
    assert found.value == ["Source of fibre", "Baked in Cork"]
    assert found.grade is Grade.LOW


def test_a_chinese_front_claims_what_it_says_beside_its_names() -> None:
    slogans = (line("丝滑醇厚", 100, 700), line("图片仅供参考", 100, 1000), line("某某食品有限公司", 100, 1100))
    assert values(tea(*slogans))["claims"] == ["丝滑醇厚"]


def test_a_page_with_a_price_is_no_front() -> None:
    priced = tea(line("丝滑醇厚", 100, 700), line("¥12.80", 600, 700, height=60))
    assert values(priced).get("claims") != ["丝滑醇厚"]


def test_a_net_content_behind_its_key_makes_a_pack_of_large_print_a_product() -> None:
    front = page(
        line("溪山记", 45, 60, height=80),
        line("海盐焦糖饼干", 45, 160, height=70),
        line("低温烘焙", 60, 300, height=34),
        line("每日一包", 220, 300, height=34),
        line("净含量96g(12g×8袋)", 45, 540, height=38),
        height=620,
    )
    assert guess_kind(front) is Kind.PRODUCT


@pytest.mark.parametrize("key", ["凈含量", "淨含量", "净含量"])
def test_the_key_of_a_net_content_is_known_in_each_form_of_its_character(key: str) -> None:
    assert values(tea(line(f"{key}100克", 500, 900, height=38)))["net_content"] == 100


@pytest.mark.parametrize(
    "text", ["食用植物油", "茶饮料（乌龙茶饮料）", "Mehrfruchtsaft", "Jus de fruits", "Strawberry jam", "辣椒酱 230克"]
)
def test_categories_of_goods(text: str) -> None:
    assert names_category(text)
    assert names_goods(text)


@pytest.mark.parametrize(
    "text", ["半山堂", "Ashdown", "Sans huile de palme", "Ohne Butter", "真材实料", "0糖", "Made with milk"]
)
def test_brands_and_claims_name_no_goods(text: str) -> None:
    assert not names_goods(text)
