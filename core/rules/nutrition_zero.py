"""A Chinese table prints 0 for what is no more than the "0" threshold, so a smaller value is worth a look.

Source: GB 28050-2011 table 1 (data/rules/reference_values.toml) †. Level: review: a lost digit, or a table by other
rules. Only per 100 g or 100 ml, and only tables that name nutrients in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns, named
from core.rules.tables import load_table
from core.types import Fields, Level


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        if column.is_per_hundred and column.is_chinese and not column.is_mixed:
            yield from _below_threshold(column)


def _below_threshold(column: Column) -> Iterator[Hit]:
    for nutrient, threshold in load_table("reference_values")["zero"].items():
        cell = column.by_nutrient.get(nutrient)
        if cell is None or cell.less_than or not 0 < cell.size <= threshold:
            continue
        en, zh = named(nutrient)
        printed = f"{amount(cell.value)} {cell.unit}"
        yield hit(
            "nutrition",
            Level.REVIEW,
            f"{en.capitalize()}: {printed} in {column.per} is so little that Chinese tables print 0."
            " Look for a lost digit.",
            f"{zh}：每 {column.per} {printed} 低于“0”界限值，通常标示为 0，请核对是否漏读数字。",
        )


RULE = Rule("nutrition_zero", 1, PRODUCT, check, tables=("energy_factors", "reference_values"))
