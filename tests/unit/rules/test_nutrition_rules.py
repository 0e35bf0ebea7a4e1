"""Nutrition arithmetic: tables that add up, tables that cannot, and the near-misses between."""

from __future__ import annotations

from datetime import date

import pytest

from core.rules import run_rules
from core.types import FieldValue, Kind, Level

UNITS = {"energy": "kJ", "sodium": "mg"}


def findings(per: str = "100g", kcal: float | None = None, **amounts: float) -> list[tuple[str, Level]]:
    rows = [
        {"nutrient": name, "name": name, "value": value, "unit": UNITS.get(name, "g"), "per": per}
        for name, value in amounts.items()
    ]
    if kcal is not None:
        rows.append({"nutrient": "energy", "name": "energy", "value": kcal, "unit": "kcal", "per": per})
    fields = {"nutrition": FieldValue(value={"basis": per, "rows": rows})}
    checked = run_rules(Kind.PRODUCT, fields, date(2026, 6, 1))
    return [(finding.rule, finding.level) for finding in checked["nutrition"].findings]


@pytest.mark.parametrize(
    "table",
    [
        # 17·8 + 37·20 + 17·60 = 1896 kJ
        {"energy": 1896, "protein": 8, "fat": 20, "carbohydrate": 60, "sodium": 400},
        {"energy": 1650, "protein": 8, "fat": 20, "carbohydrate": 60},
        {"energy": 1896, "kcal": 453, "protein": 8, "fat": 20, "carbohydrate": 60, "saturated_fat": 10, "sugars": 25},
        {"energy": 1976, "protein": 8, "fat": 20, "carbohydrate": 60, "fibre": 10},
        {"energy": 1806, "protein": 8, "fat": 20, "carbohydrate": 60, "fibre": 10},
        {"kcal": 453, "protein": 8, "fat": 20, "carbohydrate": 60},
        {"energy": 40, "protein": 0, "fat": 0, "carbohydrate": 0},
        {"energy": 600, "protein": 0, "fat": 0, "carbohydrate": 60, "polyols": 58},
        {"energy": 1896, "protein": 8, "fat": 20},
        {"energy": 3700, "protein": 0, "fat": 100, "carbohydrate": 0},
        {"energy": 1896, "protein": 8, "fat": 20, "saturated_fat": 20.5, "carbohydrate": 60, "sugars": 60},
    ],
)
def test_table_that_adds_up_passes(table: dict[str, float]) -> None:
    assert findings(**table) == []


@pytest.mark.parametrize(
    ("energy", "level"), [(1600, Level.WARNING), (2300, Level.WARNING), (1300, Level.ERROR), (3000, Level.ERROR)]
)
def test_energy_that_does_not_follow_from_the_nutrients(energy: float, level: Level) -> None:
    assert findings(energy=energy, protein=8, fat=20, carbohydrate=60) == [("nutrition_energy", level)]


def test_energy_is_checked_per_serving_too() -> None:
    assert findings(per="serving", energy=569, protein=2.4, fat=6, carbohydrate=18) == []
    assert findings(per="serving", energy=1896, protein=2.4, fat=6, carbohydrate=18) == [
        ("nutrition_energy", Level.ERROR)
    ]


def test_swapped_kj_and_kcal_are_an_error_said_once() -> None:
    assert findings(energy=453, kcal=1896, protein=8, fat=20, carbohydrate=60) == [("nutrition_energy", Level.ERROR)]


@pytest.mark.parametrize(
    "parts", [{"fat": 5, "saturated_fat": 14}, {"carbohydrate": 10, "sugars": 25}, {"sugars": 5, "added_sugars": 9}]
)
def test_part_above_its_whole_is_an_error(parts: dict[str, float]) -> None:
    assert findings(**parts) == [("nutrition_parts", Level.ERROR)]


def test_less_than_is_no_part_above_its_whole() -> None:
    row = {"nutrient": "saturated_fat", "value": 1.0, "unit": "g", "per": "100g", "less_than": True}
    fat = {"nutrient": "fat", "value": 0.1, "unit": "g", "per": "100g"}
    fields = {"nutrition": FieldValue(value={"basis": "100g", "rows": [row, fat]})}
    assert run_rules(Kind.PRODUCT, fields, date(2026, 6, 1))["nutrition"].findings == ()


@pytest.mark.parametrize("table", [{"fat": 106}, {"fat": 50, "carbohydrate": 60}, {"energy": 4000}, {"fat": -1}])
def test_impossible_amount_per_hundred_is_an_error(table: dict[str, float]) -> None:
    assert findings(**table) == [("nutrition_bounds", Level.ERROR)]


@pytest.mark.parametrize("table", [{"fat": 105}, {"fat": 45, "carbohydrate": 60}, {"energy": 3800}, {"fat": 0}])
def test_amount_at_the_bound_passes(table: dict[str, float]) -> None:
    assert findings(**table) == []


def test_serving_may_hold_more_than_a_hundred_grams() -> None:
    assert findings(per="serving", carbohydrate=150) == []


def test_milligrams_are_not_taken_for_grams() -> None:
    assert findings(sodium=400, salt=1.0) == []
