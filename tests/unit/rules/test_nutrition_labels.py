"""NRV, "0" thresholds, salt, columns that belong together, repeated values: hits and near-misses."""

from __future__ import annotations

from typing import Any

import pytest

from core.types import Level
from tests.unit.rules.checking import findings, row, table


def rules_on(*rows: dict[str, Any], **others: Any) -> list[str]:
    return [rule for rule, _ in findings("nutrition", nutrition=table(*rows), **others)]


@pytest.mark.parametrize(
    ("nutrient", "value", "percent"),
    [
        ("energy", 2009, 24),
        ("protein", 7.2, 12),
        ("fat", 22.5, 38),
        ("fat", 22.5, 37),
        ("saturated_fat", 3, 15),
        ("carbohydrate", 62.0, 21),
        ("fibre", 6, 24),
        ("sodium", 310, 16),
        ("sodium", 8, 0),
        ("calcium", 110, 14),
    ],
)
def test_nrv_percentage_within_rounding_passes(nutrient: str, value: float, percent: float) -> None:
    assert rules_on(row(nutrient, value, zh=True, nrv_percent=percent)) == []


@pytest.mark.parametrize(
    ("nutrient", "value", "percent"),
    [("energy", 2009, 34), ("protein", 7.2, 21), ("fat", 22.5, 8), ("sodium", 310, 61), ("calcium", 110, 0)],
)
def test_nrv_percentage_of_another_value_is_for_review(nutrient: str, value: float, percent: float) -> None:
    found = findings("nutrition", nutrition=table(row(nutrient, value, zh=True, nrv_percent=percent)))
    assert found == [("nutrition_nrv", Level.REVIEW)]


def test_percentages_of_other_countries_are_left_alone() -> None:
    assert rules_on(row("sodium", 310, nrv_percent=13)) == []
    assert rules_on(row("fat", 9, "serving", nrv_percent=12)) == []


def test_percentage_may_belong_to_the_other_column() -> None:
    per_hundred = row("fat", 20, zh=True, nrv_percent=10)
    assert rules_on(per_hundred, row("fat", 6, "serving", zh=True)) == []
    assert rules_on(per_hundred, row("fat", 9, "serving", zh=True)) == ["nutrition_nrv"]


@pytest.mark.parametrize(
    ("nutrient", "value", "expected"),
    [
        ("energy", 17, ["nutrition_zero"]),
        ("energy", 18, []),
        ("protein", 0.5, ["nutrition_zero"]),
        ("protein", 0.6, []),
        ("protein", 0, []),
        ("sugars", 0.3, ["nutrition_zero"]),
        ("sodium", 5, ["nutrition_zero"]),
        ("sodium", 8, []),
        ("calcium", 1, []),
    ],
)
def test_value_below_the_zero_threshold_is_for_review(nutrient: str, value: float, expected: list[str]) -> None:
    assert rules_on(row(nutrient, value, zh=True)) == expected


def test_zero_thresholds_are_those_of_chinese_tables_per_hundred() -> None:
    assert rules_on(row("fat", 0.3)) == []
    assert rules_on(row("fat", 0.3, "serving", zh=True)) == []
    assert rules_on(row("fat", 0.5, zh=True, less_than=True)) == []


@pytest.mark.parametrize(
    ("salt", "sodium", "expected"),
    [
        (1.0, 400, []),
        (1.02, 400, []),
        (0.13, 52, []),
        (0.1, 40, []),
        (1.3, 520, []),
        (1.3, 512, []),
        (0, 5, []),
        (4, 400, ["nutrition_salt"]),
        (1.0, 1000, ["nutrition_salt"]),
        (13, 520, ["nutrition_salt"]),
    ],
)
def test_salt_is_sodium_times_two_and_a_half(salt: float, sodium: float, expected: list[str]) -> None:
    assert rules_on(row("salt", salt), row("sodium", sodium)) == expected


COLUMNS = {
    "energy": (2324, 581),
    "fat": (36, 9),
    "saturated_fat": (21.5, 5.4),
    "carbohydrate": (51, 13),
    "salt": (0.2, 0.05),
}


def two_columns(**changed: tuple[float, float]) -> list[dict[str, Any]]:
    pairs = {**COLUMNS, **changed}
    return [row(n, v, per) for n, pair in pairs.items() for v, per in zip(pair, ("100g", "serving"), strict=True)]


def test_columns_in_the_ratio_of_the_serving_pass() -> None:
    assert rules_on(*two_columns()) == []
    assert rules_on(*two_columns(), serving_size=(25, "g")) == []


@pytest.mark.parametrize(
    "changed", [{"saturated_fat": (21.5, 54)}, {"carbohydrate": (51, 51)}, {"salt": (0.2, 2.0)}, {"energy": (2324, 58)}]
)
def test_row_that_leaves_the_ratio_of_the_others_is_a_warning(changed: dict[str, tuple[float, float]]) -> None:
    assert ("nutrition_servings", Level.WARNING) in findings("nutrition", nutrition=table(*two_columns(**changed)))


def test_columns_without_a_common_ratio_say_nothing() -> None:
    pairs = {"energy": (900, 500), "fat": (10, 1), "carbohydrate": (20, 19), "protein": (5, 4)}
    assert "nutrition_servings" not in rules_on(*two_columns(**pairs, saturated_fat=(1, 1), salt=(1, 0.2)))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((25, "g"), []),
        ((26, "g"), []),
        ((25, "ml"), []),
        ((1, "pc"), []),
        ((52, "g"), [("nutrition_servings", Level.REVIEW)]),
        ((2.5, "g"), [("nutrition_servings", Level.REVIEW)]),
    ],
)
def test_serving_size_is_that_of_the_columns(size: tuple[float, str], expected: list[tuple[str, Level]]) -> None:
    assert findings("serving_size", nutrition=table(*two_columns()), serving_size=size) == expected


def test_three_unrelated_nutrients_of_one_value_are_for_review() -> None:
    same = [row("fat", 12.5), row("protein", 12.5), row("carbohydrate", 12.5)]
    assert rules_on(*same) == ["nutrition_identical"]


@pytest.mark.parametrize(
    "rows",
    [
        [row("fat", 12.5), row("saturated_fat", 12.5), row("protein", 12.5)],
        [row("carbohydrate", 80), row("sugars", 80), row("added_sugars", 80)],
        [row("fat", 0), row("protein", 0), row("fibre", 0), row("carbohydrate", 4)],
        [row("fat", 2), row("protein", 2), row("fibre", 2)],
        [row("fat", 0.5), row("protein", 0.5), row("fibre", 0.5)],
        [row("fat", 12.5), row("protein", 12.5), row("sodium", 12.5)],
        [row("fat", 12.5, "serving"), row("protein", 12.5, "serving"), row("carbohydrate", 12.5, "serving")],
        [row("fat", 12.5, less_than=True), row("protein", 12.5), row("carbohydrate", 12.5)],
    ],
)
def test_values_that_may_well_be_equal_pass(rows: list[dict[str, Any]]) -> None:
    assert rules_on(*rows) == []


def test_food_of_nothing_but_zeros_is_for_review_and_a_drink_is_not() -> None:
    core = ("energy", "protein", "fat", "carbohydrate", "sodium")
    assert rules_on(*[row(nutrient, 0, zh=True) for nutrient in core]) == ["nutrition_identical"]
    assert rules_on(*[row(nutrient, 0, "100ml", zh=True) for nutrient in core]) == []
    assert rules_on(*[row(nutrient, 0, zh=True) for nutrient in core[:4]], row("sodium", 8, zh=True)) == []


SWEETS = [row("energy", 600), row("protein", 0), row("fat", 0), row("carbohydrate", 60)]


def test_sweetened_food_is_exempt_from_the_energy_sum() -> None:
    assert rules_on(*SWEETS) == ["nutrition_energy"]
    assert rules_on(*SWEETS, row("糖醇", 58)) == []
    assert rules_on(*SWEETS, row("Polyols", 58)) == []
    assert rules_on(*SWEETS, ingredients_text="麦芽糖醇、水、食用香精") == []
    assert rules_on(*SWEETS, ingredients_text="sugar, water") == ["nutrition_energy"]


def test_calories_without_a_unit_are_kilocalories_rounded_the_us_way() -> None:
    def serving(calories: float, **amounts: float) -> list[str]:
        energy = {**row("energy", calories, "serving", unit=""), "name": "Calories"}
        return rules_on(energy, *[row(nutrient, value, "serving") for nutrient, value in amounts.items()])

    assert serving(140, fat=0, carbohydrate=33, protein=2) == []
    assert serving(30, fat=0, carbohydrate=8, protein=1) == []
    assert serving(190, fat=16, carbohydrate=8, protein=7) == []
    assert serving(40, fat=16, carbohydrate=8, protein=7) == ["nutrition_energy"]


def test_several_panels_read_as_one_are_not_compared() -> None:
    panels = [*SWEETS, row("carbohydrate", 20), row("sugars", 70)]
    assert rules_on(*panels) == []


def test_kj_and_kcal_at_the_edges_of_the_band_pass() -> None:
    for kj, expected in ((368, []), (472, []), (367, ["nutrition_energy"]), (473, ["nutrition_energy"])):
        assert rules_on(row("energy", kj), row("energy", 100, unit="kcal")) == expected
