"""A part is no more than its whole: saturated and trans fat within fat, sugars and polyols within carbohydrate.

Source: Regulation (EU) 1169/2011, Annex I ("fat" and "carbohydrate" include what is listed "of which").
Fibre is left out: it counts as carbohydrate in the US and not in the EU. Level: error beyond rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns, named
from core.types import Fields, Level

PARTS = (
    ("saturated_fat", "fat"),
    ("trans_fat", "fat"),
    ("sugars", "carbohydrate"),
    ("polyols", "carbohydrate"),
    ("added_sugars", "sugars"),
)
ROUNDING = 0.5
"""Grams: US tables round fat and sugars to half grams and grams (21 CFR 101.9(c))."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        if not column.is_mixed:
            for part, whole in PARTS:
                yield from _part_in_whole(column, part, whole)


def _part_in_whole(column: Column, part: str, whole: str) -> Iterator[Hit]:
    small, large = column.by_nutrient.get(part), column.by_nutrient.get(whole)
    if small is None or large is None or small.less_than or small.size <= large.size + ROUNDING:
        return
    (part_en, part_zh), (whole_en, whole_zh) = named(part), named(whole)
    less, more = amount(small.size), amount(large.size)
    yield hit(
        "nutrition",
        Level.ERROR,
        f"{part_en.capitalize()} ({less} g) is more than {whole_en} ({more} g). Compare both with the photo.",
        f"{part_zh}（{less} g）大于{whole_zh}（{more} g），请对照照片核对。",
    )


RULE = Rule("nutrition_parts", 2, PRODUCT, check, tables=("energy_factors",))
