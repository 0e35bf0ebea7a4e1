"""What tests of rules share: fields from plain values, and the findings of one field."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.rules import run_rules
from core.types import Fields, FieldValue, Kind, Level

TODAY = date(2026, 6, 1)
UNITS = {"energy": "kJ", "sodium": "mg", "calcium": "mg"}
CHINESE = {
    "energy": "能量",
    "protein": "蛋白质",
    "fat": "脂肪",
    "saturated_fat": "饱和脂肪",
    "carbohydrate": "碳水化合物",
    "sugars": "糖",
    "fibre": "膳食纤维",
    "sodium": "钠",
    "calcium": "钙",
}


def fields_of(**values: Any) -> Fields:
    """Each value as a field; a pair is a value and its unit."""
    return {
        key: FieldValue(value=value[0], unit=value[1]) if isinstance(value, tuple) else FieldValue(value=value)
        for key, value in values.items()
    }


def row(nutrient: str, value: float, per: str = "100g", unit: str | None = None, **more: Any) -> dict[str, Any]:
    """A row named in English; `zh=True` names it in Chinese."""
    name = CHINESE[nutrient] if more.pop("zh", False) else nutrient
    unit = UNITS.get(nutrient, "g") if unit is None else unit
    return {"nutrient": nutrient, "name": name, "value": value, "unit": unit, "per": per, **more}


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"basis": rows[0]["per"] if rows else "", "rows": list(rows)}


def findings(key: str, kind: Kind = Kind.PRODUCT, **values: Any) -> list[tuple[str, Level]]:
    """(rule, level) of the findings on field `key`, in the order of the rules."""
    checked = run_rules(kind, fields_of(**values), TODAY)
    return [(finding.rule, finding.level) for finding in checked[key].findings]
