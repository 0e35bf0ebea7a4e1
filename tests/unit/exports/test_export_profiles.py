"""Files for other systems: their columns and units, and what a dry run says will not fit."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core import exports
from core.cli import main
from core.errors import UsageError
from core.settings import Settings
from core.store.records import Filters
from core.types import FieldValue, Kind
from tests.unit.exports.test_exports import add_item, export, read_rows

SHOPS = ("shopify", "google", "openfoodfacts", "gs1")


def nutrition(basis: str, *rows: tuple[str, float, str], **more: Any) -> FieldValue:
    entries = [{"nutrient": key, "name": key, "value": value, "unit": unit, **more} for key, value, unit in rows]
    return FieldValue(value={"basis": basis, "rows": entries})


def biscuit(db: Database, **other: FieldValue | Any) -> int:
    """A product with all that shops ask for; `other` replaces fields, None leaves one out."""
    fields: dict[str, Any] = {
        "gtin": "6901234567892",
        "brand": "晨露",
        "name": "Oat biscuits",
        "category": "biscuits",
        "net_content": FieldValue(value=1.5, unit="kg"),
        "ingredients_text": "oats, sugar <raw>",
        "allergens": ["gluten"],
        "claims": ["high fibre", "no palm oil"],
        "expiry_date": "2027-01-31",
        "storage": "dry & cool",
        "nutrition": nutrition("100g", ("energy", 1900, "kJ"), ("sodium", 350, "mg"), ("fat", 20.5, "g")),
    }
    return add_item(db, Kind.PRODUCT, **{key: value for key, value in {**fields, **other}.items() if value is not None})


def only_row(db: Database, profile: str) -> dict[str, str]:
    (row,) = read_rows(export(db, profile=profile, style=exports.Style.PLAIN))
    return row


def said(db: Database, profile: str) -> dict[str, str]:
    """Field -> the reasons a dry run gives, in English."""
    found: dict[str, str] = {}
    for misfit in exports.dry_run(db, Filters(), profile).misfits:
        found[misfit.field] = "; ".join(filter(None, (found.get(misfit.field), misfit.reason.en)))
    return found


@pytest.mark.parametrize(
    ("profile", "cells"),
    [
        (
            "openfoodfacts",
            {
                "code": "6901234567892", "quantity": "1.5 kg", "sodium_100g": "0.35", "energy-kj_100g": "1900",
                "fat_100g": "20.5", "labels": "high fibre, no palm oil", "expiration_date": "2027-01-31",
                "sugars_100g": "",
            },
        ),
        (
            "shopify",
            {
                "Title": "Oat biscuits", "Vendor": "晨露", "Variant Grams": "1500", "Variant Barcode": "6901234567892",
                "Tags": "high fibre, no palm oil, gluten", "Status": "draft",
                "Body (HTML)": "<p><strong>Ingredients:</strong> oats, sugar &lt;raw&gt;</p>"
                "<p><strong>Storage:</strong> dry &amp; cool</p>",
            },
        ),
        (
            "google",
            {
                "title": "Oat biscuits", "gtin": "6901234567892", "unit_pricing_measure": "1.5 kg",
                "product_highlight": "high fibre,no palm oil", "product_type": "biscuits",
                "google_product_category": "",
                "price": "",
            },
        ),
        (
            "gs1",
            {
                "gtin": "06901234567892", "netContent/value": "1.5", "netContent/unitCode": "KGM",
                "sodiumPerNutrientBasis/g": "0.35", "energyPerNutrientBasis/kJ": "1900",
                "nutrientBasisQuantity": "100g",
            },
        ),
    ],
)  # fmt: skip
def test_each_system_gets_its_own_names_and_units(db: Database, profile: str, cells: dict[str, str]) -> None:
    biscuit(db)
    row = only_row(db, profile)
    assert {header: row[header] for header in cells} == cells


@pytest.mark.parametrize(
    ("profile", "other", "field", "reason"),
    [
        ("openfoodfacts", {"gtin": None}, "gtin", "requires it"),
        ("openfoodfacts", {"expiry_date": FieldValue(value="see_package", raw="见瓶底")}, "expiry_date", "no calendar"),
        ("openfoodfacts", {"nutrition": nutrition("serving", ("fat", 3, "g"))}, "nutrition", "per serving; only those"),
        (
            "openfoodfacts",
            {"nutrition": nutrition("100g", ("vitamin_d", 5, "µg"))},
            "nutrition",
            "without a column: vita",
        ),
        ("openfoodfacts", {"nutrition": FieldValue(value="lots")}, "nutrition", "no table"),
        ("openfoodfacts", {"licence": "SC10153012300129"}, "licence", "has no column"),
        ("shopify", {"net_content": FieldValue(value=500, unit="ml")}, "net_content", "is no weight"),
        ("shopify", {"claims": ["rich, dark"]}, "claims", "has commas"),
        ("shopify", {"name": "x" * 256}, "name", "has 256 characters; 255 are allowed"),
        ("google", {"claims": ["only one"]}, "claims", "two or more"),
        ("google", {"brand": None}, "brand", "requires it"),
        ("google", {"net_content": FieldValue(value=2, unit="cup")}, "net_content", "unit that Google does not take"),
        ("google", {}, "category", "goes to 'product_type'"),
        ("gs1", {"serving_size": FieldValue(value=2, unit="tbsp")}, "serving_size", "no unit"),
    ],
)
def test_a_dry_run_says_what_will_not_fit_and_why(
    db: Database, profile: str, other: dict[str, Any], field: str, reason: str
) -> None:
    item = biscuit(db, **other)
    assert reason in said(db, profile)[field]
    assert all(misfit.items == (item,) for misfit in exports.dry_run(db, Filters(), profile).misfits)


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ("openfoodfacts", "expiry_date"), ("openfoodfacts", "nutrition"), ("openfoodfacts", "gtin"),
        ("shopify", "net_content"), ("shopify", "claims"), ("google", "claims"), ("google", "net_content"),
        ("gs1", "net_content"), ("gs1", "nutrition"),
    ],
)  # fmt: skip
def test_what_fits_is_not_complained_about(db: Database, profile: str, field: str) -> None:
    biscuit(db)
    assert field not in said(db, profile)


def test_what_is_left_out_of_a_file_is_what_a_dry_run_names(db: Database) -> None:
    biscuit(db, nutrition=nutrition("serving", ("fat", 3, "g")))
    assert only_row(db, "openfoodfacts")["fat_100g"] == ""


def test_shops_get_products_only(db: Database) -> None:
    biscuit(db)
    add_item(db, Kind.AD, headline="Half price")
    for profile in SHOPS:
        assert len(read_rows(export(db, profile=profile))) == exports.dry_run(db, Filters(), profile).count == 1
        with pytest.raises(UsageError, match="takes records of kind product, not ad"):
            export(db, Filters(kind="ad"), profile=profile)


def test_the_own_layout_leaves_nothing_out(db: Database) -> None:
    biscuit(db)
    assert exports.dry_run(db, Filters()).misfits == ()


def test_the_command_line_lists_misfits_and_writes_nothing(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    item = biscuit(db, gtin=None)
    assert main(["export", "--profile", "openfoodfacts", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "1 records would be written" in printed
    assert f"gtin is missing, and this layout requires it: 1 records (items {item})" in printed
