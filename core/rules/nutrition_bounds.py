"""100 g of food hold no more than 105 g of nutrients and no more than 3,800 kJ; nothing is below zero.

Source: DOMAIN section 3, Nutrition; 3,800 kJ is a little above pure fat (37 kJ/g × 100 g). Level: error.
Values per serving are only checked for being negative: the size of the serving may be unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns, named
from core.types import Fields, Level

MOST_GRAMS = 105.0
MOST_KJ = 3800.0
WHOLES = ("fat", "carbohydrate", "protein", "salt")
"""Nutrients that do not contain each other, so that they may be added up."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        yield from _negative(column)
        if column.is_per_hundred:
            yield from _too_much(column)


def _negative(column: Column) -> Iterator[Hit]:
    for cell in column.amounts:
        if cell.value < 0:
            en, zh = named(cell.nutrient)
            shown = f"{amount(cell.value)} {cell.unit}"
            yield hit("nutrition", Level.ERROR, f"{en}: {shown} is below zero.", f"{zh}：{shown} 为负数。")


def _too_much(column: Column) -> Iterator[Hit]:
    over = [nutrient for nutrient, grams in column.grams.items() if grams > MOST_GRAMS]
    for nutrient in over:
        yield hit("nutrition", Level.ERROR, *_over(*named(nutrient), column.grams[nutrient], column.per))
    total = sum(column.grams.get(nutrient, 0.0) for nutrient in WHOLES)
    if total > MOST_GRAMS and not over and not column.is_mixed:
        names = "fat + carbohydrate + protein + salt", "脂肪 + 碳水化合物 + 蛋白质 + 盐"
        yield hit("nutrition", Level.ERROR, *_over(*names, total, column.per))
    energy = column.by_nutrient.get("energy")
    if energy and energy.size > MOST_KJ:
        kj = amount(round(energy.size))
        yield hit(
            "nutrition",
            Level.ERROR,
            f"{kj} kJ in {column.per} is more than pure fat holds. Look for a lost decimal point or unit.",
            f"每 {column.per} {kj} kJ 超过纯脂肪的能量，请核对小数点和单位。",
        )


def _over(en: str, zh: str, grams: float, per: str) -> tuple[str, str]:
    return (
        f"{en}: {amount(grams)} g in {per}. Look for a lost decimal point or a value of another column.",
        f"{zh}：每 {per} 含 {amount(grams)} g，请核对小数点或是否错列。",
    )


RULE = Rule("nutrition_bounds", 2, PRODUCT, check, tables=("energy_factors",))
