"""Price tags of shelves: what they are for, whether they are read as a product or as an ad."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads import extract_ad
from core.engines.embedded.layout import lay_out
from core.engines.embedded.product import extract_product
from core.engines.embedded.tags import tag_name
from core.types import Line, Readings
from tests.unit.printed import line, page


def tag(name: str, *more: Line, price: str = "¥26.80") -> Readings:
    return page(line(name, 40, 40, height=46), *more, line(price, 520, 180, height=130), width=1060, height=520)


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("土鸡蛋20枚", "¥26.80"),
        ("Brown Rice Cakes 8 ct", "$499"),
        ("H-Milch 1,5 %", "€1,09"),
        ("纯牛奶250ml×12", "4990"),
    ],
)
def test_the_largest_words_beside_a_much_larger_price_name_the_goods(name: str, price: str) -> None:
    readings = tag(name, line("产地：江苏", 40, 100), line("零售价", 540, 60, height=44), price=price)
    assert extract_product(readings)["name"].value == name
    assert "brand" not in extract_product(readings)
    assert extract_ad(readings)["product"].value == name


def test_the_keyed_lines_of_a_tag_are_no_selling_points_and_its_claims_are() -> None:
    readings = tag(
        "冷鲜五花肉", line("产地：四川", 40, 100), line("等级：合格 单位：盒", 40, 140), line("非转基因", 40, 190)
    )
    points = extract_ad(readings)["selling_points"].value
    assert [point["text"] for point in points] == ["非转基因"]


@pytest.mark.parametrize(
    "readings",
    [
        tag("红富士苹果", line("满99减20", 40, 300)),
        tag("红富士苹果", price="促销中"),
        page(line("红富士苹果", 40, 40, height=90), line("¥9.90", 40, 200, height=90)),
        tag("红富士苹果", *(line(f"说明文字{number}", 40, 240 + 36 * number) for number in range(12))),
        page(),
    ],
    ids=["an offer in figures", "no price", "words as large as the price", "many lines", "nothing"],
)
def test_other_pages_are_no_tags(readings: Readings) -> None:
    assert tag_name(lay_out(readings)) is None
