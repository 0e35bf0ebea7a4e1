"""The columns per 100 g and per serving have one ratio, that of the serving size.

Source: Regulation (EU) 1169/2011, art. 33 (both columns describe one food). Level: warning for a row that leaves the
ratio all others have, for one of its two values is misread; review where all rows agree on another ratio than the
serving size, which may be misread, or the serving be meant as prepared with milk.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit, number_of
from core.rules.nutrition_rows import Amount, Column, columns, named
from core.types import Fields, FieldValue, Level
from core.values.quantities import to_base

LEAST_AGREEING = 3
LOOSE = 0.05
"""Share by which a value may leave the ratio beyond its rounding: servings are given in round grams."""
SIZE_LOOSE = 0.10
CALORIE_STEP_KJ = 5 * 4.184
"""Energies per serving are often rounded to ten kilocalories."""


class _Pair(NamedTuple):
    whole: Amount
    serving: Amount

    def fits(self, ratio: float) -> bool:
        rounding = self.serving.slack + ratio * self.whole.slack
        rounding += CALORIE_STEP_KJ if self.whole.nutrient == "energy" else 0.0
        return abs(self.serving.size - ratio * self.whole.size) <= rounding + LOOSE * self.serving.size


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    table = [column for column in columns(fields.get("nutrition")) if not column.is_mixed]
    hundreds = [column for column in table if column.is_per_hundred]
    servings = [column for column in table if column.per == "serving"]
    if len(hundreds) != 1 or len(servings) != 1:
        return
    pairs = _pairs(hundreds[0], servings[0])
    telling = [pair.serving.size / pair.whole.size for pair in pairs if pair.whole.size and pair.serving.size]
    if len(telling) < LEAST_AGREEING:
        return
    ratio = median(telling)
    strays = [pair for pair in pairs if not pair.fits(ratio)]
    if len(pairs) - len(strays) < max(LEAST_AGREEING, len(strays) + 1):
        return
    yield from (_stray(pair, ratio) for pair in strays)
    yield from _other_size(ratio, fields.get("serving_size"), hundreds[0])


def _pairs(hundred: Column, serving: Column) -> list[_Pair]:
    both = {(cell.nutrient, cell.unit): cell for cell in serving.amounts if not cell.less_than and cell.value >= 0}
    return [
        _Pair(cell, both[cell.nutrient, cell.unit])
        for cell in hundred.amounts
        if not cell.less_than and cell.value >= 0 and (cell.nutrient, cell.unit) in both
    ]


def _stray(pair: _Pair, ratio: float) -> Hit:
    en, zh = named(pair.whole.nutrient)
    whole, serving = (f"{amount(cell.value)} {cell.unit}" for cell in pair)
    return hit(
        "nutrition",
        Level.WARNING,
        f"{en.capitalize()}: {serving} per serving and {whole} per 100 do not fit; in the other rows a serving has"
        f" {amount(100 * ratio)} % of it. One of the two is misread.",
        f"{zh}：每份 {serving} 与每 100 {whole} 不符；其他各行每份约为其 {amount(ratio * 100)}%，其中一个读错。",
    )


def _other_size(ratio: float, size: FieldValue | None, hundred: Column) -> Iterator[Hit]:
    number = number_of(size.value) if size else None
    base = to_base(number, size.unit or "") if size and number else None
    if base is None or base[1] != ("ml" if hundred.is_liquid else "g"):
        return
    if abs(base[0] - 100 * ratio) > SIZE_LOOSE * base[0] + 0.5:
        shown = amount(round(100 * ratio, 1))
        yield hit(
            "serving_size",
            Level.REVIEW,
            f"By the nutrition table a serving is {shown} {base[1]}, not {amount(base[0])} {base[1]}.",
            f"按营养成分表推算每份约 {shown} {base[1]}，而不是 {amount(base[0])} {base[1]}。",
        )


RULE = Rule("nutrition_servings", 1, PRODUCT, check, tables=("energy_factors",))
