"""Nutrition tables: words and amounts first, then whole tables by where their cells stand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core.engines.embedded.layout import lay_out
from core.engines.embedded.nutrition_table import find_table
from core.types import Grade, Line, Readings
from core.values.nutrition import nutrient_key, parse_amount
from tests.unit.printed import line, page, table

KEYS = [
    ("能量", "energy"),
    ("Brennwert", "energy"),
    ("Calories", "energy"),
    ("Total Fat", "fat"),
    ("Matières grasses", "fat"),
    ("davon gesättigte Fettsäuren", "saturated_fat"),
    ("of which saturates", "saturated_fat"),
    ("acides gras saturés", "saturated_fat"),
    ("碳水化合物", "carbohydrate"),
    ("TotalCarbohydrate", "carbohydrate"),
    ("——糖", "sugars"),
    ("dont sucres", "sugars"),
    ("Ballaststoffe", "fibre"),
    ("蛋白贡", "protein"),
    ("Protein / Eiweiß", "protein"),
    ("钠", "sodium"),
    ("Sel", "salt"),
]


@pytest.mark.parametrize(("printed", "key"), KEYS)
def test_a_printed_name_gives_its_nutrient(printed: str, key: str) -> None:
    assert nutrient_key(printed) == key


@pytest.mark.parametrize(
    "printed", ["白砂糖", "碳酸氢钠", "糖浆", "食用盐水", "Father", "Saltine", "Vitamin A", "Zutaten"]
)
def test_a_word_that_holds_a_nutrient_is_not_one(printed: str) -> None:
    assert nutrient_key(printed) is None


AMOUNTS = [
    ("1850 kJ", (1850, "kJ")),
    ("1.850 kJ", (1850, "kJ")),
    ("1 850 kJ", (1850, "kJ")),
    ("1850千焦(kJ)", (1850, "kJ")),
    ("8.0克(g)", (8, "g")),
    ("1,3 g", (1.3, "g")),
    ("<0,5 g", (0.5, "g")),
    ("less than 5mg", (5, "mg")),
    ("Og", (0, "g")),
    ("0,33 mg", (0.33, "mg")),
    ("120 μg", (120, "µg")),
    ("12 mcg", (12, "µg")),
]


@pytest.mark.parametrize(("text", "amount"), AMOUNTS)
def test_an_amount_is_read_with_its_unit(text: str, amount: tuple[float, str]) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["15%", "%6", "NRV%", "per 100 g", "-"])
def test_a_share_or_a_basis_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None


def rows_of(readings: Readings) -> list[tuple[Any, ...]]:
    value = find_table(lay_out(readings)).value
    return [] if value is None else [(r["nutrient"], r["value"], r["unit"], r["per"]) for r in value.value["rows"]]


CHINESE = (
    ("营养成分表", "", ""),
    ("项目", "每100克(g)", "营养素参考值%"),
    ("能量", "1850千焦(kJ)", "22%"),
    ("蛋白质", "8.0克(g)", "13%"),
    ("脂肪", "22.5克(g)", "38%"),
    ("碳水化合物", "62.0克(g)", "21%"),
    ("钠", "310毫克(mg)", "16%"),
)


def test_a_chinese_table_has_its_rows_and_reference_values() -> None:
    found = find_table(lay_out(page(*table(*CHINESE)))).value
    assert found is not None
    assert found.value["basis"] == "100g"
    assert [(row["nutrient"], row["value"], row["unit"], row["nrv_percent"]) for row in found.value["rows"]] == [
        ("energy", 1850, "kJ", 22),
        ("protein", 8, "g", 13),
        ("fat", 22.5, "g", 38),
        ("carbohydrate", 62, "g", 21),
        ("sodium", 310, "mg", 16),
    ]
    assert found.grade is Grade.HIGH


def test_rows_read_as_one_line_each_are_the_same_table() -> None:
    merged = [" ".join(filter(None, row)) for row in CHINESE]
    lines = [line(text, 50, 100 + 45 * number) for number, text in enumerate(merged)]
    assert rows_of(page(*lines)) == rows_of(page(*table(*CHINESE)))


def turned(lines: list[Line], degrees: float) -> list[Line]:
    """The lines as a camera held at an angle sees them."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    tilted = []
    for one in lines:
        x0, y0, x1, y1 = one.box
        quad = tuple(
            (x * cos - y * sin + 200, x * sin + y * cos + 200) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        )
        xs, ys = zip(*quad, strict=True)
        tilted.append(Line(text=one.text, box=(min(xs), min(ys), max(xs), max(ys)), score=one.score, quad=quad))
    return tilted


@pytest.mark.parametrize("degrees", [-9, -3, 4, 10, 90])
def test_a_tilted_or_turned_table_is_read_like_an_upright_one(degrees: float) -> None:
    assert rows_of(page(*turned(table(*CHINESE), degrees))) == rows_of(page(*table(*CHINESE)))


def test_two_bases_stand_side_by_side_with_energy_in_both_units() -> None:
    readings = page(
        *table(
            ("Nährwerte", "je 100 g", "pro Portion (30 g)"),
            ("Brennwert", "1.850 kJ / 442 kcal", "555 kJ / 133 kcal"),
            ("Fett", "22 g", "6,6 g"),
            ("davon gesättigte Fettsäuren", "2,5 g", "0,8 g"),
            ("Kohlenhydrate", "48 g", "14 g"),
            ("davon Zucker", "<0,5 g", "<0,5 g"),
            ("Eiweiß", "12 g", "3,6 g"),
            ("Salz", "1,3 g", "0,39 g"),
            xs=(50, 500, 850),
        ),
        width=1400,
    )
    found = rows_of(readings)
    assert found[:6] == [
        ("energy", 1850, "kJ", "100g"),
        ("energy", 442, "kcal", "100g"),
        ("energy", 555, "kJ", "serving"),
        ("energy", 133, "kcal", "serving"),
        ("fat", 22, "g", "100g"),
        ("fat", 6.6, "g", "serving"),
    ]
    assert ("sugars", 0.5, "g", "100g") in found
    assert ("salt", 0.39, "g", "serving") in found
    assert len(found) == 16


def test_a_missing_cell_leaves_its_row_out_of_that_column_only() -> None:
    readings = page(
        *table(
            ("", "per 100 g", "per serving"),
            ("Energy", "500 kJ", "250 kJ"),
            ("Fat", "", "4 g"),
            ("Carbohydrate", "20 g", ""),
            ("Protein", "6 g", "3 g"),
        )
    )
    found = rows_of(readings)
    assert ("fat", 4, "g", "serving") in found
    assert ("carbohydrate", 20, "g", "100g") in found
    assert [row for row in found if row[0] in ("fat", "carbohydrate")] == [
        ("fat", 4, "g", "serving"),
        ("carbohydrate", 20, "g", "100g"),
    ]


def test_units_in_boxes_of_their_own_join_their_numbers() -> None:
    lines = table(("", "Pour 100 g"), ("Énergie", ""), xs=(50, 400))
    lines += [line("1850", 400, 145), line("kJ", 480, 145), line("450", 400, 180), line("kcal", 480, 180)]
    lines += table(("Matières grasses", "50"), ("Sel", "1,3 g"), xs=(50, 400), y=225)
    assert rows_of(page(*lines))[:3] == [
        ("energy", 1850, "kJ", "100g"),
        ("energy", 450, "kcal", "100g"),
        ("fat", 50, "g", "100g"),
    ]


US_PANEL = (
    ("Nutrition Facts",),
    ("Serving size", "2/3 cup (55g)"),
    ("Amount per serving",),
    ("Calories", "230"),
    ("Total Fat 8g", "10%"),
    ("Saturated Fat 1g", "5%"),
    ("Trans Fat 0g",),
    ("Sodium 160mg", "7%"),
    ("Total Carbohydrate 37g", "13%"),
    ("Includes 10g Added Sugars", "20%"),
    ("Protein 3g",),
    ("Vitamin D 2mcg", "10%"),
    ("Vitamin A 0%", "Vitamin C 9%"),
)


def test_a_us_panel_counts_per_serving_and_calories_have_no_unit() -> None:
    found = rows_of(page(*table(*US_PANEL, xs=(50, 450))))
    assert found[0] == ("energy", 230, "", "serving")
    assert ("added_sugars", 10, "g", "serving") in found
    assert ("Vitamin D", 2, "µg", "serving") in found
    assert not [row for row in found if row[0] in ("Vitamin A", "Vitamin C")]
    assert len(found) == 9


def test_panels_side_by_side_keep_their_rows_apart() -> None:
    lines = table(*US_PANEL, xs=(50, 450)) + table(*US_PANEL, xs=(850, 1250))
    found = find_table(lay_out(page(*lines, width=1800))).value
    assert found is not None
    assert {row["panel"] for row in found.value["rows"]} == {1, 2}
    assert len(found.value["rows"]) == 18


def test_a_hundred_kilojoules_on_the_row_of_energy_are_its_value_per_a_hundred_kilojoules() -> None:
    formula = (("营养成分表", "", ""), ("项目", "每100kJ", "每100g"), ("能量", "100kJ", "2080kJ"),
               ("蛋白质", "0.56g", "11.6g"), ("脂肪", "1.28g", "26.6g"), ("维生素A", "18μgRE", "374μgRE"))  # fmt: skip
    found = rows_of(page(*table(*formula)))
    assert ("energy", 100, "kJ", "100kJ") in found and ("energy", 2080, "kJ", "100g") in found
    assert ("维生素A", 18, "µg", "100kJ") in found and ("维生素A", 374, "µg", "100g") in found


def test_an_ingredient_list_is_no_table() -> None:
    lines = [
        line("Ingredients: Sugar, palm oil, hazelnuts (13%), skimmed milk powder (8.7%),", 50, 100),
        line("Salt, sodium bicarbonate, vitamin C. Protein source: whey.", 50, 140),
        line("Net weight 400 g", 50, 220),
    ]
    assert find_table(lay_out(page(*lines))).value is None


def test_a_claim_far_from_the_table_is_no_row_of_it() -> None:
    lines = [*table(*CHINESE), line("0糖0脂", 50, 900)]
    assert len(rows_of(page(*lines))) == 5


def test_an_empty_page_has_no_table() -> None:
    assert find_table(lay_out(page())).value is None
