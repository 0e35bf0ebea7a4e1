"""The rows of a nutrition table, one column at a time. Shared by the rules about nutrition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from core.rules.base import number_of
from core.rules.tables import load_table
from core.types import FieldValue
from core.values.text import fold, has_cjk

GRAMS = {"g": 1.0, "mg": 0.001, "µg": 0.000001}
KJ_PER_KCAL = 4.184
_HUNDRED = re.compile(r"100\s*(g|ml|克|毫升)?", re.IGNORECASE)
_LIQUID = re.compile(r"ml|毫升", re.IGNORECASE)
_CALORIES = re.compile(r"calor", re.IGNORECASE)

_NAMES = {
    "energy": ("energy", "能量"),
    "protein": ("protein", "蛋白质"),
    "fat": ("fat", "脂肪"),
    "saturated_fat": ("saturated fat", "饱和脂肪"),
    "trans_fat": ("trans fat", "反式脂肪"),
    "carbohydrate": ("carbohydrate", "碳水化合物"),
    "sugars": ("sugars", "糖"),
    "added_sugars": ("added sugars", "添加糖"),
    "polyols": ("polyols", "糖醇"),
    "fibre": ("fibre", "膳食纤维"),
    "sodium": ("sodium", "钠"),
    "salt": ("salt", "盐"),
    "calcium": ("calcium", "钙"),
}


class Amount(NamedTuple):
    """One cell. `value` as printed; `size` in grams, or in kJ for energy."""

    nutrient: str
    name: str
    value: float
    unit: str
    size: float
    slack: float
    """Half of the last printed digit, in the unit of `size`: how far rounding may have moved it."""
    less_than: bool
    """Printed as "<0.5": the true value lies between 0 and that."""
    percent: float | None


@dataclass(frozen=True)
class Column:
    """What the table says per one basis."""

    per: str
    amounts: tuple[Amount, ...]

    @property
    def is_per_hundred(self) -> bool:
        return _HUNDRED.fullmatch(self.per.strip()) is not None

    @property
    def is_liquid(self) -> bool:
        return _LIQUID.search(self.per) is not None

    @property
    def is_chinese(self) -> bool:
        """True where nutrients are named in Chinese, and so the table follows GB 28050."""
        return any(has_cjk(amount.name) for amount in self.amounts)

    @property
    def is_mixed(self) -> bool:
        """True where one nutrient has two values: several panels were read as one, and nothing can be compared."""
        keys = [(amount.nutrient, amount.unit) for amount in self.amounts]
        return len(set(keys)) < len(keys)

    @cached_property
    def by_nutrient(self) -> dict[str, Amount]:
        """The first amount of each nutrient; of energy in both units, the one in kJ."""
        first: dict[str, Amount] = {}
        for amount in sorted(self.amounts, key=lambda amount: amount.unit == "kcal"):
            first.setdefault(amount.nutrient, amount)
        return first

    @property
    def grams(self) -> dict[str, float]:
        return {nutrient: amount.size for nutrient, amount in self.by_nutrient.items() if nutrient != "energy"}

    @property
    def kj(self) -> float | None:
        return self._energy("kJ")

    @property
    def kcal(self) -> float | None:
        return self._energy("kcal")

    def _energy(self, unit: str) -> float | None:
        return next((a.value for a in self.amounts if a.nutrient == "energy" and a.unit == unit), None)


def columns(field: FieldValue | None) -> Iterator[Column]:
    """The columns of `field`; rows that are no rows, or have no number, are passed over."""
    by_basis: dict[str, list[Amount]] = {}
    basis = _table(field).get("basis")
    for row in _rows(field):
        per = row.get("per") or basis
        amount = _amount(row)
        if amount:
            by_basis.setdefault(per if isinstance(per, str) else "", []).append(amount)
    for per, amounts in by_basis.items():
        yield Column(per, tuple(dict.fromkeys(amounts)))


def nutrients_in(field: FieldValue | None) -> set[str]:
    """The nutrients the table has a row for, whatever was read of its value."""
    return {_key(str(row.get("nutrient"))) for row in _rows(field)}


def named(nutrient: str) -> tuple[str, str]:
    """What messages call a nutrient in English and Chinese; one without a name of its own goes by its key."""
    return _NAMES.get(nutrient, (nutrient, nutrient))


def _table(field: FieldValue | None) -> dict[str, Any]:
    return field.value if field and isinstance(field.value, dict) else {}


def _rows(field: FieldValue | None) -> list[dict[str, Any]]:
    rows = _table(field).get("rows")
    rows = rows if isinstance(rows, list | tuple) else []
    return [row for row in rows if isinstance(row, dict)]


def _amount(row: dict[str, Any]) -> Amount | None:
    """The row as an amount; None where its value is no number, its unit neither a mass nor an energy, or the
    photo's edge cuts it."""
    if row.get("truncated"):
        return None
    value = number_of(row.get("value"))
    nutrient, name = _key(str(row.get("nutrient"))), str(row.get("name") or row.get("nutrient"))
    unit, scale = _unit(nutrient, str(row.get("unit") or ""), name)
    if value is None or scale is None:
        return None
    slack = half_digit(value) * scale
    percent = number_of(row.get("nrv_percent"))
    return Amount(nutrient, name, value, unit, value * scale, slack, bool(row.get("less_than")), percent)


def _unit(nutrient: str, unit: str, name: str) -> tuple[str, float | None]:
    """The unit and what it is in grams or kJ. "Calories 140" has none printed and is kcal (21 CFR 101.9)."""
    if nutrient != "energy":
        return unit, GRAMS.get(unit)
    if unit.lower() == "kj":
        return "kJ", 1.0
    is_kcal = unit.lower() == "kcal" or (not unit and _CALORIES.search(name) is not None)
    return ("kcal", KJ_PER_KCAL) if is_kcal else (unit, None)


def half_digit(value: float) -> float:
    """Half of the last digit of a number as it is printed, trailing zeros lost: 0.05 for 1.5, 0.5 for 2."""
    _, _, decimals = f"{value:.6f}".rstrip("0").partition(".")
    return 0.5 * 10.0 ** -len(decimals)


@lru_cache(maxsize=1024)
def _key(nutrient: str) -> str:
    """The nutrient, or the key of the energy factor for a row kept under its printed name."""
    folded = fold(nutrient).strip()
    names = load_table("energy_factors")["names"]
    return next((key for key, printed in names.items() if folded in printed), nutrient)
