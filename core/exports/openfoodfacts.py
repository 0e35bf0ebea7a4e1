"""The profile `openfoodfacts`: Open Food Facts' import columns, nutrients in grams per 100 g or 100 ml."""

from __future__ import annotations

from collections.abc import Iterator

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
)
from core.types import Bilingual

BASES = ("100g", "100ml")
"""Open Food Facts has one set of columns, `…_100g`, for both."""
NUTRIENTS = {
    "fat": "fat", "saturated_fat": "saturated-fat", "trans_fat": "trans-fat", "cholesterol": "cholesterol",
    "carbohydrate": "carbohydrates", "sugars": "sugars", "added_sugars": "added-sugars", "fibre": "fiber",
    "protein": "proteins", "salt": "salt", "sodium": "sodium", "calcium": "calcium", "iron": "iron",
    "potassium": "potassium",
}  # fmt: skip
"""Our key -> theirs."""


def _columns(_kind: str, _seen: Seen) -> list[Column]:
    return [
        text_column("code", "gtin"),
        column("lang", _language),
        text_column("product_name", "name"),
        text_column("generic_name", "legal_name"),
        text_column("brands", "brand"),
        text_column("categories", "category"),
        text_column("quantity", "net_content"),
        text_column("ingredients_text", "ingredients_text"),
        list_column("allergens", "allergens"),
        text_column("serving_size", "serving_size"),
        list_column("labels", "claims"),
        text_column("conservation_conditions", "storage"),
        date_column("expiration_date", "expiry_date"),
        text_column("manufacturing_places", "manufacturer"),
        text_column("origins", "origin"),
        column("energy-kj_100g", lambda row: nutrient(row, "energy", "kJ", BASES)),
        column("energy-kcal_100g", lambda row: nutrient(row, "energy", "kcal", BASES)),
        *(_nutrient_column(ours, theirs) for ours, theirs in NUTRIENTS.items()),
    ]


def _nutrient_column(ours: str, theirs: str) -> Column:
    return column(f"{theirs}_100g", lambda row: nutrient(row, ours, "g", BASES))


def _language(row: Row) -> str | None:
    """The first language of the label, as its two-letter code."""
    field = row.field("languages")
    first = field.value[0] if field is not None and isinstance(field.value, list | tuple) and field.value else None
    return str(first)[:2] if first else None


def _remarks(row: Row) -> Iterator[Remark]:
    yield from missing(row, "gtin", "name")
    yield from not_dates(row, "expiry_date")
    yield from nutrition_remarks(row, ("energy", *NUTRIENTS), BASES)


OPEN_FOOD_FACTS = Profile(
    label=Bilingual(en="Open Food Facts", zh="Open Food Facts"),
    columns=_columns,
    kind="product",
    fields=fields_with_a_name_in("openfoodfacts", "nutrition"),
    remarks=_remarks,
)
