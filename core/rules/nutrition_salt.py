"""Salt is sodium × 2.5.

Source: Regulation (EU) 1169/2011, Annex I (salt equivalent). Level: warning beyond rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit
from core.rules.nutrition_rows import columns
from core.types import Fields, Level

SALT_PER_SODIUM = 2.5
LOOSE = 0.03
"""Some labels compute with 2.54, the ratio of the molar masses."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        salt, sodium = column.by_nutrient.get("salt"), column.by_nutrient.get("sodium")
        if salt is None or sodium is None or salt.less_than or sodium.less_than or column.is_mixed:
            continue
        expected = SALT_PER_SODIUM * sodium.size
        slack = salt.slack + SALT_PER_SODIUM * sodium.slack + LOOSE * expected
        if abs(salt.size - expected) > slack:
            printed, other = f"{amount(salt.value)} {salt.unit}", f"{amount(sodium.value)} {sodium.unit}"
            yield hit(
                "nutrition",
                Level.WARNING,
                f"Sodium {other} is {amount(expected)} g of salt, the table says {printed}. One of them is misread.",
                f"钠 {other} 折合盐 {amount(expected)} g，表中为 {printed}，其中一个读错。",
            )


RULE = Rule("nutrition_salt", 1, PRODUCT, check, tables=("energy_factors",))
