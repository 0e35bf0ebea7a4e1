"""The rows of a nutrition table, one column at a time. Shared by the rules about nutrition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.rules.base import number_of
from core.types import FieldValue

GRAMS = {"g": 1.0, "mg": 0.001, "µg": 0.000001}
_HUNDRED = re.compile(r"100\s*(g|ml|克|毫升)?", re.IGNORECASE)


class Column(NamedTuple):
    """What the table says per one basis. Amounts in grams by nutrient; energies as printed."""

    per: str
    grams: dict[str, float]
    kj: float | None
    kcal: float | None
    less_than: frozenset[str]
    """Nutrients printed as "<0.5": their true value lies between 0 and that."""

    @property
    def is_per_hundred(self) -> bool:
        return _HUNDRED.fullmatch(self.per.strip()) is not None


def columns(field: FieldValue | None) -> Iterator[Column]:
    """The columns of `field`; rows that are no rows, or have no number, are passed over."""
    by_basis: dict[str, list[dict[str, Any]]] = {}
    basis = _table(field).get("basis")
    for row in _rows(field):
        per = row.get("per") or basis
        by_basis.setdefault(per if isinstance(per, str) else "", []).append(row)
    for per, rows in by_basis.items():
        yield _column(per, rows)


def _table(field: FieldValue | None) -> dict[str, Any]:
    return field.value if field and isinstance(field.value, dict) else {}


def _rows(field: FieldValue | None) -> list[dict[str, Any]]:
    rows = _table(field).get("rows")
    rows = rows if isinstance(rows, list | tuple) else []
    return [row for row in rows if isinstance(row, dict) and number_of(row.get("value")) is not None]


def _column(per: str, rows: list[dict[str, Any]]) -> Column:
    grams: dict[str, float] = {}
    energy: dict[str, float] = {}
    for row in rows:
        nutrient, unit, value = str(row.get("nutrient")), str(row.get("unit")), float(row["value"])
        if nutrient == "energy" and unit.lower() in ("kj", "kcal"):
            energy.setdefault(unit.lower(), value)
        elif unit in GRAMS:
            grams.setdefault(nutrient, value * GRAMS[unit])
    less = frozenset(str(row.get("nutrient")) for row in rows if row.get("less_than"))
    return Column(per, grams, energy.get("kj"), energy.get("kcal"), less)
