"""A table whose values are all 0, or that repeats one value for three unrelated nutrients, is looked at again.

Source: DOMAIN section 3, Nutrition. Level: review. Only columns per 100 g or 100 ml: servings are rounded to
grams, where three equal values are usual. A drink may well be all 0 (water, tea). Nutrients that hold each other
count once: honey has as much sugar as carbohydrate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns, named
from core.types import Fields, Level

UNRELATED = ("fat", "carbohydrate", "protein", "fibre", "sodium", "salt", "calcium")
REPEATS = 3
LEAST_ROWS = 4
ROUND_BELOW = 10.0
"""Whole numbers below it repeat by chance."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        if column.is_per_hundred and not column.is_mixed:
            yield from _all_zero(column)
            yield from _repeated(column)


def _all_zero(column: Column) -> Iterator[Hit]:
    if column.is_liquid or len(column.amounts) < LEAST_ROWS or any(cell.value for cell in column.amounts):
        return
    yield hit("nutrition", Level.REVIEW, "Every value of the table is 0.", "营养成分表的数值全为 0，请核对。")


def _repeated(column: Column) -> Iterator[Hit]:
    by_value: dict[tuple[float, str], list[str]] = defaultdict(list)
    for nutrient in UNRELATED:
        cell = column.by_nutrient.get(nutrient)
        if cell and not cell.less_than and _is_telling(cell.value):
            by_value[cell.value, cell.unit].append(nutrient)
    for (value, unit), nutrients in by_value.items():
        if len(nutrients) >= REPEATS:
            en, zh = zip(*map(named, nutrients), strict=True)
            yield hit(
                "nutrition",
                Level.REVIEW,
                f"{', '.join(en)} are all {amount(value)} {unit}. One line may have been read for several.",
                f"{'、'.join(zh)}都是 {amount(value)} {unit}，可能把同一行读了多次。",
            )


def _is_telling(value: float) -> bool:
    return value >= ROUND_BELOW or (value > 1 and value % 1 > 0)


RULE = Rule("nutrition_identical", 1, PRODUCT, check, tables=("energy_factors",))
