"""The profile `gs1`: properties of the GS1 Web Vocabulary as columns, units by UN/ECE Recommendation 20."""

from __future__ import annotations

from collections.abc import Iterator

from core.exports.cells import Cell
from core.exports.columns import Column, Row, Seen
from core.exports.profile import (
    Profile,
    Remark,
    column,
    date_column,
    fields_with_a_name_in,
    list_column,
    missing,
    not_dates,
    nutrient,
    nutrition_remarks,
    text_column,
    text_of,
)
from core.types import Bilingual

UNIT_CODES = {
    "kg": "KGM", "g": "GRM", "mg": "MGM", "µg": "MC", "l": "LTR", "dl": "DLT", "cl": "CLT", "ml": "MLT", "oz": "ONZ",
    "lb": "LBR", "fl oz": "OZA", "pt": "PTL", "qt": "QTL", "gal": "GLL",
    "m": "MTR", "cm": "CMT", "mm": "MMT", "pc": "H87",
}  # fmt: skip
"""Our unit -> the code of UN/ECE Recommendation 20."""
BASES = ("100g", "100ml", "serving")
NUTRIENTS = {
    "fat": "fat", "saturated_fat": "saturatedFat", "trans_fat": "transFat", "carbohydrate": "carbohydrates",
    "sugars": "sugars", "fibre": "fibre", "protein": "protein", "salt": "salt", "sodium": "sodium",
}  # fmt: skip
"""Our key -> the first half of `…PerNutrientBasis`. Amounts in grams."""


def _columns(_kind: str, _seen: Seen) -> list[Column]:
    return [
        column("gtin", _gtin),
        text_column("brand/brandName", "brand"),
        text_column("productName", "name"),
        text_column("regulatedProductName", "legal_name"),
        *_quantity("netContent", "net_content"),
        text_column("ingredientStatement", "ingredients_text"),
        list_column("hasAllergen", "allergens"),
        *_quantity("servingSize", "serving_size"),
        date_column("productionDate", "production_date"),
        date_column("expirationDate", "expiry_date"),
        text_column("consumerStorageInstructions", "storage"),
        text_column("manufacturer/organizationName", "manufacturer"),
        text_column("countryOfOrigin", "origin"),
        list_column("productMarketingMessage", "claims"),
        column("nutrientBasisQuantity", _basis),
        column("energyPerNutrientBasis/kJ", lambda row: nutrient(row, "energy", "kJ", _own_basis(row))),
        column("energyPerNutrientBasis/kcal", lambda row: nutrient(row, "energy", "kcal", _own_basis(row))),
        *(_nutrient_column(ours, theirs) for ours, theirs in NUTRIENTS.items()),
    ]


def _gtin(row: Row) -> str | None:
    """GS1 writes every GTIN with 14 digits."""
    digits = text_of(row, "gtin")
    return digits.zfill(14) if digits.isdecimal() else digits or None


def _quantity(header: str, key: str) -> tuple[Column, Column]:
    def value(row: Row) -> Cell:
        field = row.field(key)
        return field.value if field is not None and isinstance(field.value, int | float) else None

    def unit(row: Row) -> Cell:
        field = row.field(key)
        return UNIT_CODES.get(field.unit or "") if field is not None else None

    return column(f"{header}/value", value), column(f"{header}/unitCode", unit)


def _nutrient_column(ours: str, theirs: str) -> Column:
    return column(f"{theirs}PerNutrientBasis/g", lambda row: nutrient(row, ours, "g", _own_basis(row)))


def _own_basis(row: Row) -> tuple[str, ...]:
    """The one basis whose amounts are written: GS1 has a single basis per set of nutrients."""
    field = row.field("nutrition")
    basis = field.value.get("basis") if field is not None and isinstance(field.value, dict) else None
    return (str(basis),) if basis in BASES else BASES[:1]


def _basis(row: Row) -> str | None:
    return _own_basis(row)[0] if row.field("nutrition") is not None else None


def _remarks(row: Row) -> Iterator[Remark]:
    yield from missing(row, "gtin", "name")
    yield from not_dates(row, "production_date", "expiry_date")
    for key in ("net_content", "serving_size"):
        field = row.field(key)
        if field is not None and (field.unit or "") not in UNIT_CODES:
            yield key, Bilingual(en="has no unit that UN/ECE has a code for", zh="的单位没有 UN/ECE 代码")
    yield from nutrition_remarks(row, ("energy", *NUTRIENTS), _own_basis(row))


GS1 = Profile(
    label=Bilingual(en="GS1 Web Vocabulary", zh="GS1 Web Vocabulary"),
    columns=_columns,
    kind="product",
    fields=fields_with_a_name_in("gs1", "nutrition"),
    remarks=_remarks,
)
