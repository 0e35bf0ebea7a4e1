"""A nutrition table as columns: one per nutrient, unit and basis, such as `energy_kj_100g`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from core.exports.cells import Cell
from core.schema import FieldSpec
from core.types import Bilingual
from core.values.lexicons import lexicon_tables
from core.values.nutrition import default_unit

GRAMS = {"g": 1.0, "mg": 1e-3, "µg": 1e-6, "μg": 1e-6}
"""Masses that are converted into each other. U+00B5 and U+03BC both stand for micro."""
ON_LABELS_PER_100G = (
    "energy", "protein", "fat", "saturated_fat", "trans_fat", "carbohydrate", "sugars", "fibre", "sodium", "salt",
)  # fmt: skip
"""Always given a column, so that files of different days import alike: what GB 28050 and EU 1169/2011 ask for."""
BASES = {
    "100g": Bilingual(en="per 100 g", zh="每100克"),
    "100ml": Bilingual(en="per 100 ml", zh="每100毫升"),
    "100kJ": Bilingual(en="per 100 kJ", zh="每100千焦"),
    "serving": Bilingual(en="per serving", zh="每份"),
    "container": Bilingual(en="per container", zh="每包装"),
}

Seen = tuple[str, str, str, bool]
"""Nutrient, unit, basis, and whether an NRV % is printed for it."""
Named = tuple[str, Bilingual, Callable[[Any], Cell]]
"""Column key, label, and the function that takes the cell from a nutrition value."""


def nutrition_columns(spec: FieldSpec, seen: Sequence[Seen]) -> list[Named]:
    """The columns for the tables of these records; `seen` is every kind of row in them.

    The first holds what a person typed where it could not be understood as a table.
    """
    text = Bilingual(en=f"{spec.en} (as text)", zh=f"{spec.zh}（文本）")
    amounts: dict[tuple[str, str, str], None] = {_always(key): None for key in ON_LABELS_PER_100G}
    percents: dict[tuple[str, str], None] = {}
    for nutrient, unit, basis, has_percent in sorted(seen, key=_order):
        amounts[nutrient, usual_unit(nutrient, unit), basis] = None
        if has_percent:
            percents[nutrient, basis] = None
    return [
        (f"{spec.key}_text", text, _typed_text),
        *(_amount_column(*place) for place in amounts),
        *(_percent_column(*place) for place in percents),
    ]


def _always(nutrient: str) -> tuple[str, str, str]:
    return nutrient, default_unit(nutrient) or "kJ", "100g"


def _order(seen: Seen) -> tuple[int, int, str, str]:
    """Nutrients in the order of the lexicon, the others behind by name; per 100 g before per serving."""
    nutrient, unit, basis, _ = seen
    known, bases = list(nutrients()), list(BASES)
    return (
        known.index(nutrient) if nutrient in known else len(known),
        bases.index(basis) if basis in bases else len(bases),
        nutrient,
        unit,
    )


@lru_cache
def nutrients() -> dict[str, Bilingual]:
    """Key -> name in both languages, of every nutrient ShelfLens has a key for."""
    core = lexicon_tables("nutrients")["core"]
    return {key: Bilingual(en=key.replace("_", " "), zh=table["names"][0]) for key, table in core.items()}


def usual_unit(nutrient: str, unit: str) -> str:
    """The unit a nutrient's column is in: the usual one for masses, else the printed one."""
    usual = default_unit(nutrient)
    return usual if unit in GRAMS and usual in GRAMS else unit


def _name(nutrient: str) -> Bilingual:
    return nutrients().get(nutrient, Bilingual(en=nutrient, zh=nutrient))


def _basis(basis: str) -> Bilingual:
    return BASES.get(basis, Bilingual(en=basis, zh=basis))


def column_key(*parts: str) -> str:
    return "_".join("_".join(part.casefold().split()) for part in parts if part).replace("µ", "u").replace("μ", "u")


def _amount_column(nutrient: str, unit: str, basis: str) -> Named:
    name, per = _name(nutrient), _basis(basis)
    label = Bilingual(
        en=" ".join(filter(None, (name.en.capitalize(), f"({unit})" if unit else "", per.en))),
        zh="".join(filter(None, (name.zh, f"（{unit}）" if unit else "", per.zh))),
    )

    def cell(table: Any) -> Cell:
        row = next((row for row in _rows(table) if _is_at(row, table, nutrient, unit, basis)), None)
        return _amount(row, unit) if row is not None else None

    return column_key(nutrient, unit, basis), label, cell


def _percent_column(nutrient: str, basis: str) -> Named:
    name, per = _name(nutrient), _basis(basis)
    label = Bilingual(en=f"{name.en.capitalize()} NRV % {per.en}".strip(), zh=f"{name.zh}NRV%{per.zh}")

    def cell(table: Any) -> Cell:
        for row in _rows(table):
            if row.get("nutrient") == nutrient and _row_basis(row, table) == basis and "nrv_percent" in row:
                percent: Cell = row["nrv_percent"]
                return percent
        return None

    return column_key(nutrient, "nrv_percent", basis), label, cell


def _typed_text(table: Any) -> Cell:
    return table if isinstance(table, str) else None


def _rows(table: Any) -> list[dict[str, Any]]:
    return list(table.get("rows", ())) if isinstance(table, dict) else []


def _row_basis(row: dict[str, Any], table: dict[str, Any]) -> str:
    return str(row.get("per") or table.get("basis") or "")


def _is_at(row: dict[str, Any], table: dict[str, Any], nutrient: str, unit: str, basis: str) -> bool:
    return (
        row.get("nutrient") == nutrient
        and usual_unit(nutrient, str(row.get("unit") or "")) == unit
        and _row_basis(row, table) == basis
    )


def _amount(row: dict[str, Any], unit: str) -> Cell:
    value = row.get("value")
    if not isinstance(value, int | float):
        return None if value is None else str(value)
    printed = str(row.get("unit") or "")
    if printed != unit:
        # Ten significant digits: more than any label prints, fewer than binary rounding spoils.
        value = float(f"{value * GRAMS[printed] / GRAMS[unit]:.10g}")
    return f"<{value:g}" if row.get("less_than") else value
