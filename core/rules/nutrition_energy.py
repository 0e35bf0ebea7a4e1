"""The energy follows from the nutrients, and kJ from kcal.

Source: Regulation (EU) 1169/2011, Annex XIV and GB 28050 (kJ per gram, data/rules/energy_factors.toml); the
tolerances and the band 3.7·kcal - 2 <= kJ <= 4.7·kcal + 2 are DOMAIN section 3. Level: warning outside 15 % + 5 kJ,
error outside 30 % + 5 kJ.

Holds for any basis, for both sides scale alike. Products under 55 kJ are exempt, and those sweetened with
polyols, whose energy labels count in different ways. Fibre is ambiguous: within carbohydrate in the US, beside
it in the EU and China. Both sums are tried, and the energy passes if it fits either. A US serving is rounded to
grams and tens of kcal; that is allowed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit, value_of
from core.rules.nutrition_rows import KJ_PER_KCAL, Amount, Column, columns
from core.rules.tables import load_table
from core.types import Fields, FieldValue, Level
from core.values.text import fold

NEEDED = ("protein", "fat", "carbohydrate")
EXEMPT_KJ = 55.0
SLACK_KJ = 5.0
CALORIE_STEP = 5.0
"""Half of the 10 kcal that "Calories" are rounded to (21 CFR 101.9(c)(1))."""
WARN, FAIL = 0.15, 0.30


class EnergySum(NamedTuple):
    """What one column's nutrients come to, in kJ, beside what it prints; both rounded to whole kJ."""

    per: str
    computed: int
    printed: int


def energy_sums(nutrition: FieldValue | None) -> list[EnergySum]:
    """The arithmetic that `check` does, for every column that has protein, fat, carbohydrate and energy."""
    found = []
    for column in columns(nutrition):
        energy, sums = column.by_nutrient.get("energy"), _sums(column)
        if energy is not None and sums and not column.is_mixed:
            found.append(EnergySum(column.per, round(_nearest(sums, energy)), round(energy.size)))
    return found


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    sweetened = _has_sweetener(value_of(fields, "ingredients_text"))
    for column in columns(fields.get("nutrition")):
        if column.is_mixed:
            continue
        unfit = list(_kj_against_kcal(column))
        yield from unfit or ([] if sweetened else _energy_against_nutrients(column))


def _has_sweetener(ingredients: object) -> bool:
    folded = fold(ingredients) if isinstance(ingredients, str) else ""
    return any(fold(name) in folded for name in load_table("energy_factors")["sweetened"]["ingredients"])


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
    energy, sums = column.by_nutrient.get("energy"), _sums(column)
    exempt = column.grams.keys() & set(load_table("energy_factors")["sweetened"]["nutrients"])
    if energy is None or energy.size < EXEMPT_KJ or not sums or exempt:
        return
    computed = _nearest(sums, energy)
    beyond = abs(computed - energy.size) - _slack(column, energy)
    if beyond <= WARN * energy.size:
        return
    found, printed, per = amount(round(computed)), amount(round(energy.size)), column.per
    yield hit(
        "nutrition",
        Level.ERROR if beyond > FAIL * energy.size else Level.WARNING,
        f"The nutrients come to {found} kJ, the table says {printed} kJ ({per or 'no basis'})."
        " A value or its unit is misread.",
        f"按营养素计算为 {found} kJ，表中为 {printed} kJ（{per or '未标明基准'}），可能有数值或单位读错。",
    )


def _nearest(sums: list[float], energy: Amount) -> float:
    return min(sums, key=lambda total: abs(total - energy.size))


def _slack(column: Column, energy: Amount) -> float:
    """Kilojoules that rounding alone explains; beyond 5 kJ only for tables in US calories."""
    if column.kj is not None or column.is_per_hundred:
        return SLACK_KJ
    factors = load_table("energy_factors")["factors"]
    return SLACK_KJ + CALORIE_STEP * KJ_PER_KCAL + sum(factors[n] * column.by_nutrient[n].slack for n in NEEDED)


def _sums(column: Column) -> list[float]:
    """Energies the nutrients may come to; none where protein, fat or carbohydrate is missing."""
    grams, factors = column.grams, load_table("energy_factors")["factors"]
    if not grams.keys() >= set(NEEDED):
        return []
    base = sum(grams[nutrient] * factors[nutrient] for nutrient in NEEDED)
    fibre = grams.get("fibre", 0.0)
    return [base, base + fibre * factors["fibre"], base - fibre * (factors["carbohydrate"] - factors["fibre"])]


RULE = Rule("nutrition_energy", 2, PRODUCT, check, tables=("energy_factors",))
