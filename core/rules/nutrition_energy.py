"""The energy follows from the nutrients, and kJ from kcal.

Source: Regulation (EU) 1169/2011, Annex XIV and GB 28050 (kJ per gram: protein 17, fat 37, carbohydrate
17, fibre 8, alcohol 29, organic acids 13, polyols 10, erythritol 0); the tolerances and the kcal band
3.7·kcal - 2 <= kJ <= 4.7·kcal + 2 are DOMAIN section 3. Level: warning outside 15 % + 5 kJ, error outside
30 % + 5 kJ. Products under 55 kJ are exempt, and those whose polyols or organic acids stand in the table,
for how labels count them differs. Holds for any basis, for both sides scale alike.

Fibre is ambiguous: within carbohydrate in the US, beside it in the EU and China. Both sums are tried, and
the energy passes if it fits either.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.rules.base import PRODUCT, Hit, Rule, amount, hit
from core.rules.nutrition_rows import Column, columns
from core.types import Fields, Level

KJ_PER_GRAM = {"protein": 17.0, "fat": 37.0, "carbohydrate": 17.0, "alcohol": 29.0}
FIBRE_KJ, CARBOHYDRATE_KJ = 8.0, 17.0
SWEETENED = frozenset({"polyols", "erythritol", "organic_acids"})
KJ_PER_KCAL = 4.184
EXEMPT_KJ = 55.0
SLACK_KJ = 5.0
WARN, FAIL = 0.15, 0.30


def check(fields: Fields, as_of: date) -> Iterator[Hit]:
    for column in columns(fields.get("nutrition")):
        swapped = list(_kj_against_kcal(column))
        yield from swapped or _energy_against_nutrients(column)


def _kj_against_kcal(column: Column) -> Iterator[Hit]:
    kj, kcal = column.kj, column.kcal
    if kj is None or kcal is None or kj < 0 or kcal < 0 or 3.7 * kcal - 2 <= kj <= 4.7 * kcal + 2:
        return
    if 3.7 * kj - 2 <= kcal <= 4.7 * kj + 2:
        en, zh = (
            f"kJ ({amount(kj)}) and kcal ({amount(kcal)}) are swapped.",
            f"kJ（{amount(kj)}）与 kcal（{amount(kcal)}）对调了。",
        )
    else:
        en = f"{amount(kj)} kJ and {amount(kcal)} kcal do not fit: 1 kcal is 4.184 kJ."
        zh = f"{amount(kj)} kJ 与 {amount(kcal)} kcal 不符：1 kcal = 4.184 kJ。"
    yield hit("nutrition", Level.ERROR, en, zh)


def _energy_against_nutrients(column: Column) -> Iterator[Hit]:
    printed = column.kj if column.kj is not None else (column.kcal or 0.0) * KJ_PER_KCAL
    sums = _sums(column)
    if printed < EXEMPT_KJ or not sums or SWEETENED & column.grams.keys():
        return
    computed = min(sums, key=lambda total: abs(total - printed))
    gap = abs(computed - printed)
    if gap <= WARN * printed + SLACK_KJ:
        return
    level = Level.ERROR if gap > FAIL * printed + SLACK_KJ else Level.WARNING
    yield hit(
        "nutrition",
        level,
        f"The nutrients come to {amount(round(computed))} kJ, the table says {amount(round(printed))} kJ"
        f" ({column.per or 'no basis'}). A value or its unit is misread.",
        f"按营养素计算为 {amount(round(computed))} kJ，表中为 {amount(round(printed))} kJ"
        f"（{column.per or '未标明基准'}），可能有数值或单位读错。",
    )


def _sums(column: Column) -> list[float]:
    """Energies the nutrients may come to; none where protein, fat or carbohydrate is missing."""
    if not {"protein", "fat", "carbohydrate"} <= column.grams.keys():
        return []
    base = sum(column.grams.get(nutrient, 0.0) * factor for nutrient, factor in KJ_PER_GRAM.items())
    fibre = column.grams.get("fibre", 0.0)
    return [base, base + fibre * FIBRE_KJ, base - fibre * (CARBOHYDRATE_KJ - FIBRE_KJ)]


RULE = Rule("nutrition_energy", 1, PRODUCT, check)
