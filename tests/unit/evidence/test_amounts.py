"""Dates, amounts, prices and tables are seen by their value, never by half of their digits."""

from __future__ import annotations

from typing import Any

import pytest

from core.evidence.look import look
from core.evidence.page import Page
from core.evidence.words import How
from core.schema import FieldSpec, FieldType, load_schema
from core.types import FieldValue, Kind, Readings
from core.values.typed import understand
from tests.unit.evidence.pages import line, page

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)


def spec(key: str) -> FieldSpec:
    return PRODUCT.field(key) if PRODUCT.has(key) else AD.field(key)


def how(key: str, text: str, *lines: str) -> How:
    return look(page(*lines), spec(key), understand(spec(key), text)).how


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("2026-05-01", ["生产日期 2026/05/01 A"], How.EXACT),
        ("2026年5月1日", ["20260501"], How.EXACT),
        ("01.05.2026", ["MHD: 01.05.2026 L12"], How.EXACT),
        ("May 1, 2026", ["BEST BEFORE 01 MAY 26"], How.EXACT),
        ("2026-05", ["05/2026"], How.EXACT),
        ("2026-04-03", ["03/04/2026"], How.EXACT),
        ("2026-03-04", ["03/04/2026"], How.EXACT),  # the print can be read both ways, and both are there
        ("见包装封口", ["生产日期：见包装封口处"], How.EXACT),
        ("2026-05-01", ["2026/08/01"], How.DIFFERS),
        ("2026-03-14", ["2026.08.14 03:12"], How.DIFFERS),
        ("2026-05", ["15/2026"], How.NOT),
        ("2026-05-01", ["12026050100"], How.NOT),
        ("2026-05-01", ["2024-11-30"], How.NOT),
        ("2026-05-01", [], How.NOT),
    ],
)
def test_a_date_is_seen_in_any_printed_form(text: str, lines: list[str], expected: How) -> None:
    assert how("expiry_date", text, *lines) is expected


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("500 g", ["净含量：500克"], How.EXACT),
        ("0.5 kg", ["Net wt 500g (17.6 oz)"], How.EXACT),
        ("1.5 l", ["1,5 Liter"], How.EXACT),
        ("500 g", ["Inhalt", "500", "g"], How.EXACT),
        ("240 ml", ["12 x 20 ml"], How.EXACT),
        ("500 g", ["600 g"], How.DIFFERS),
        ("1.5 l", ["15 l"], How.NOT),
        ("500 g", ["1500 g"], How.NOT),
        ("500 g", ["50 g"], How.NOT),
        ("500 g", ["500 ml"], How.NOT),
        ("500 g", ["500 kcal"], How.NOT),
    ],
)
def test_an_amount_is_seen_in_any_unit_that_means_the_same(text: str, lines: list[str], expected: How) -> None:
    assert how("net_content", text, *lines) is expected


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("12个月", ["保质期：12个月"], How.EXACT),
        ("1 year", ["保质期12个月"], How.EXACT),
        ("18 Monate", ["haltbar 18 Monate"], How.EXACT),
        ("12个月", ["保质期：18个月"], How.DIFFERS),
        ("12个月", ["2025年12月"], How.NOT),
        ("30 days", ["1 month"], How.NOT),
    ],
)
def test_a_shelf_life_is_seen_in_any_unit_that_means_the_same(text: str, lines: list[str], expected: How) -> None:
    assert how("shelf_life", text, *lines) is expected


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("168 CNY current", ["到手价￥168"], How.EXACT),
        ("168 CNY current", ["168"], How.EXACT),
        ("12.99 EUR current", ["nur 12,99 €"], How.EXACT),
        ("1299 CNY original", ["原价 1,299"], How.EXACT),
        ("168 CNY current\n199 CNY original", ["￥168 原价199元"], How.EXACT),
        ("168 CNY current", ["1680元"], How.NOT),
        ("168 CNY current", ["￥16.8"], How.NOT),
        ("9 CNY current", ["全场9折"], How.NOT),
        ("500 CNY current", ["500g"], How.NOT),
        ("168 CNY current\n188 CNY original", ["￥168"], How.NOT),
    ],
)
def test_every_price_is_seen_by_its_whole_amount(text: str, lines: list[str], expected: How) -> None:
    assert how("price", text, *lines) is expected


def test_a_price_that_is_not_there_is_named() -> None:
    field = understand(spec("price"), "168 CNY current\n188 CNY original")
    assert look(page("￥168"), spec("price"), field).missing == ("188",)


def table(*rows: tuple[str, str, float, str]) -> FieldValue:
    cells = [{"nutrient": n, "name": name, "value": v, "unit": u, "per": "100g"} for n, name, v, u in rows]
    return FieldValue(value={"basis": "100g", "rows": cells})


ENERGY, PROTEIN = ("energy", "能量", 1850.0, "kJ"), ("protein", "蛋白质", 8.5, "g")


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (["能量\t1850 kJ\t22%", "蛋白质\t8.5 g\t14%"], ()),
        (["项目\t每100克", "能量 1850千焦", "蛋白质 8.5克"], ()),
        (["Energy\t1850kJ", "Protein\t8,5"], ()),
        (["能量\t1850 kJ", "蛋白质\t8.6 g"], ("蛋白质",)),
        (["能量\t1850 kJ", "脂肪\t8.5 g", "蛋白质\t2.0 g"], ("蛋白质",)),
        (["能量", "蛋白质", "1850 kJ", "8.5 g"], ("能量", "蛋白质")),
        (["能量\t1850 kcal", "蛋白质\t85 g"], ("能量", "蛋白质")),
        ([], ("能量", "蛋白质")),
    ],
)
def test_a_table_is_seen_row_by_row_name_and_amount_side_by_side(lines: list[str], missing: tuple[str, ...]) -> None:
    seen = look(page(*lines), spec("nutrition"), table(ENERGY, PROTEIN))
    assert seen.missing == missing
    assert seen.how is (How.NOT if missing else How.EXACT)


def test_the_rows_of_a_table_on_a_tilted_photo_are_found() -> None:
    """A slope of one in ten: the amount of a row stands at the height of the next row's name."""
    lines = []
    for row, (name, amount) in enumerate((("能量能量能量", "1850 kJ"), ("蛋白质蛋白质", "8.5 g      "))):
        for text, x in ((name, 0.0), (amount, 300.0)):
            flat, drop, fall = line(text, x, 26.0 * row + x / 10), len(text), len(text) * 1.0
            x0, y0, x1, y1 = flat.box
            quad = ((x0, y0), (x1, y0 + fall), (x1, y1 + fall), (x0, y1))
            lines.append(flat.model_copy(update={"quad": quad, "box": (x0, y0, x1, y1 + drop)}))
    seen = look(Page(Readings(width=800, height=200, lines=tuple(lines))), spec("nutrition"), table(ENERGY, PROTEIN))
    assert seen.missing == ()


@pytest.mark.parametrize("type_", list(FieldType))
@pytest.mark.parametrize(
    "value", [None, "", "x", 3, -1.5, [], [None], {}, {"rows": 7}, [{"a": 1}], {"rows": [{}]}, True]
)
def test_a_value_of_any_shape_is_looked_for_without_an_error(type_: FieldType, value: Any) -> None:
    fitting = next((field for schema in (PRODUCT, AD) for field in schema.fields if field.type is type_), None)
    assert fitting is not None
    assert look(page("能量 1850 kJ", "￥168"), fitting, FieldValue(value=value)).how in How
