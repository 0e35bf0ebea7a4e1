"""The NRV % of a Chinese table is the value's share of the nutrient reference value, rounded.

Source: GB 28050-2011 annex A (data/rules/reference_values.toml) †. Level: review. Percentages of tables that name
nutrients in other languages refer to other reference values (EU RI, US DV) and are left alone. Where a table has
several columns the percentage may belong to any of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import Amount, columns, named
from core.rules.tables import load_table
from core.types import Fields, FieldValue, Level

ROUNDING = 1.0
"""Percentage points: labels round to the nearest whole, some up or down."""


def reference_share(row: dict[str, object]) -> int | None:
    """What percentage of the reference value a row of a Chinese table is; None where the standard has none for it."""
    alone = FieldValue(value={"basis": "", "rows": [row]})
    for column in columns(alone):
        for cell in column.amounts if column.is_chinese else ():
            reference = load_table("reference_values")["nrv"].get(cell.nutrient)
            return round(100 * cell.size / reference) if reference else None
    return None


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    table = [column for column in columns(fields.get("nutrition")) if column.is_chinese]
    for nutrient, reference in load_table("reference_values")["nrv"].items():
        cells = [cell for column in table for cell in column.amounts if cell.nutrient == nutrient]
        percents = {cell.percent for cell in cells if cell.percent is not None}
        comparable = cells and not any(cell.less_than for cell in cells)
        for percent in percents if comparable else ():
            if not any(_fits(cell, percent, reference) for cell in cells):
                yield _mismatch(cells[0], percent, 100 * cells[0].size / reference)


def _fits(cell: Amount, percent: float, reference: float) -> bool:
    return abs(percent - 100 * cell.size / reference) <= ROUNDING + 100 * cell.slack / reference


def _mismatch(cell: Amount, percent: float, share: float) -> Hit:
    en, zh = named(cell.nutrient)
    printed = f"{amount(cell.value)} {cell.unit}"
    right, read = amount(round(share)), amount(percent)
    return hit(
        "nutrition",
        Level.REVIEW,
        f"{en.capitalize()}: {printed} is {right} % of the reference value, the table says {read} %.",
        f"{zh}：{printed} 相当于 NRV 的 {right}%，表中为 {read}%，请核对。",
    )


RULE = Rule("nutrition_nrv", 1, PRODUCT, check, tables=("energy_factors", "reference_values"))
