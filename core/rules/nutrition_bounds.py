"""100 g of food hold no more than 105 g of nutrients and no more than 3,800 kJ; nothing is below zero.

Source: DOMAIN section 3, Nutrition; 3,800 kJ is a little above pure fat (37 kJ/g × 100 g). Level: error.
Values per serving are only checked for being negative: the size of the serving may be unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.rules.base import PRODUCT, Hit, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns
from core.types import Fields, Level

MOST_GRAMS = 105.0
MOST_KJ = 3800.0
KJ_PER_KCAL = 4.184
WHOLES = ("fat", "carbohydrate", "protein", "salt")
"""Nutrients that do not contain each other, so that they may be added up."""


def check(fields: Fields, as_of: date) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        yield from _negative(column)
        if column.is_per_hundred:
            yield from _too_much(column)


def _negative(column: Column) -> Iterator[Hit]:
    energies = {"energy": min(column.kj or 0.0, column.kcal or 0.0)}
    for nutrient, value in {**column.grams, **energies}.items():
        if value < 0:
            yield hit(
                "nutrition",
                Level.ERROR,
                f"{nutrient} is below zero ({amount(value)}).",
                f"{nutrient} 为负数（{amount(value)}）。",
            )


def _too_much(column: Column) -> Iterator[Hit]:
    total = sum(column.grams.get(nutrient, 0.0) for nutrient in WHOLES)
    over = [nutrient for nutrient, grams in column.grams.items() if grams > MOST_GRAMS]
    for nutrient in over:
        yield hit("nutrition", Level.ERROR, *_over(nutrient, column.grams[nutrient], column.per))
    if total > MOST_GRAMS and not over:
        yield hit("nutrition", Level.ERROR, *_over("fat + carbohydrate + protein + salt", total, column.per))
    kj = column.kj if column.kj is not None else (column.kcal or 0.0) * KJ_PER_KCAL
    if kj > MOST_KJ:
        yield hit(
            "nutrition",
            Level.ERROR,
            f"{amount(kj)} kJ in {column.per} is more than pure fat holds. Look for a lost decimal point or unit.",
            f"每 {column.per} {amount(kj)} kJ 超过纯脂肪的能量，请核对小数点和单位。",
        )


def _over(name: str, grams: float, per: str) -> tuple[str, str]:
    en = f"{name}: {amount(grams)} g in {per}. Look for a lost decimal point or a value of another column."
    return en, f"{name}：每 {per} 含 {amount(grams)} g，请核对小数点或是否错列。"


RULE = Rule("nutrition_bounds", 1, PRODUCT, check)
