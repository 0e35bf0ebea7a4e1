"""A part is no more than its whole: saturated and trans fat within fat, sugars and polyols within carbohydrate.

Source: Regulation (EU) 1169/2011, Annex I ("fat" and "carbohydrate" include what is listed "of which").
Fibre is left out: it counts as carbohydrate in the US and not in the EU. Level: error beyond rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.rules.base import PRODUCT, Hit, Rule, amount, hit
from core.rules.nutrition_rows import columns
from core.types import Fields, Level

PARTS = (
    ("saturated_fat", "fat", "Saturated fat", "饱和脂肪", "fat", "脂肪"),
    ("trans_fat", "fat", "Trans fat", "反式脂肪", "fat", "脂肪"),
    ("sugars", "carbohydrate", "Sugars", "糖", "carbohydrate", "碳水化合物"),
    ("added_sugars", "sugars", "Added sugars", "添加糖", "sugars", "糖"),
)
ROUNDING = 0.5
"""Grams: US tables round fat and sugars to half grams and grams (21 CFR 101.9(c))."""


def check(fields: Fields, as_of: date) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        for part, whole, en, zh, whole_en, whole_zh in PARTS:
            small, large = column.grams.get(part), column.grams.get(whole)
            if small is None or large is None or small <= large + ROUNDING or part in column.less_than:
                continue
            yield hit(
                "nutrition",
                Level.ERROR,
                f"{en} ({amount(small)} g) is more than {whole_en} ({amount(large)} g). Compare both with the photo.",
                f"{zh}（{amount(small)} g）大于{whole_zh}（{amount(large)} g），请对照照片核对。",
            )


RULE = Rule("nutrition_parts", 1, PRODUCT, check)
