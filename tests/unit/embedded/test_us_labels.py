"""Labels as the United States print them: declarations in running text, two systems of units, packers and names."""

from __future__ import annotations

import pytest

from core.engines.embedded.layout import lay_out
from core.engines.embedded.nutrition_table import find_table
from core.engines.embedded.product import extract_product
from core.exports.google import MEASURES
from core.exports.gs1 import UNIT_CODES
from core.types import Line, Readings
from core.values.quantities import parse_quantity, to_base
from tests.unit.printed import column, line, page, table

LINEAR = (
    "12 servings per container, Serving size: 1 oz (28g/about 15 chips),",
    "Amount per serving: Calories 170, Total Fat 11g (14% DV), Saturated Fat",
    "1.5g (8% DV), Trans Fat 0g, Cholesterol 0mg (0% DV), Sodium 145mg (6%",
    "DV), Total Carbohydrate 15g (5% DV), Dietary Fiber 2g (7% DV), Total",
    "Sugars 1g, Includes 0g Added Sugars (0% DV), Protein 2g, Iron 2mg (11%",
    "DV), Potassium less than 90mg (2% DV).",
)


def rows(readings: Readings) -> dict[str, tuple[object, str, str, object]]:
    value = find_table(lay_out(readings)).value
    assert value is not None
    return {
        row["nutrient"]: (row["value"], row["unit"], row["per"], row.get("nrv_percent")) for row in value.value["rows"]
    }


def values(readings: Readings) -> dict[str, object]:
    return {key: field.value for key, field in extract_product(readings).items()}


def test_a_declaration_in_running_text_is_read_across_its_line_ends() -> None:
    found = rows(page(line("Nutrition Facts", 50, 60, height=40), *column(*LINEAR, step=36)))
    assert found == {
        "energy": (170, "", "serving", None),
        "fat": (11, "g", "serving", 14),
        "saturated_fat": (1.5, "g", "serving", 8),
        "trans_fat": (0, "g", "serving", None),
        "cholesterol": (0, "mg", "serving", 0),
        "sodium": (145, "mg", "serving", 6),
        "carbohydrate": (15, "g", "serving", 5),
        "fibre": (2, "g", "serving", 7),
        "sugars": (1, "g", "serving", None),
        "added_sugars": (0, "g", "serving", 0),
        "protein": (2, "g", "serving", None),
        "iron": (2, "mg", "serving", 11),
        "potassium": (90, "mg", "serving", 2),
    }


def test_a_european_declaration_in_running_text_has_energy_in_both_units() -> None:
    found = find_table(
        lay_out(
            page(
                *column(
                    "Nährwerte je 100 g: Energie 1850 kJ/442 kcal, Fett 18 g, davon gesättigte",
                    "Fettsäuren 2,5 g, Kohlenhydrate 58 g, davon Zucker 22 g, Eiweiß 9 g,",
                    "Salz 0,4 g.",
                    "Kühl und trocken lagern.",
                    step=36,
                )
            )
        )
    ).value
    assert found is not None
    read = [(row["nutrient"], row["value"], row["unit"]) for row in found.value["rows"]]
    assert read[:4] == [("energy", 1850, "kJ"), ("energy", 442, "kcal"), ("fat", 18, "g"), ("saturated_fat", 2.5, "g")]
    assert read[-1] == ("salt", 0.4, "g")
    assert found.value["basis"] == "100g"
    assert len(found.lines) == 3


def test_a_table_is_no_running_text() -> None:
    found = rows(page(*table(("Nutrition Facts", ""), ("Calories", "120"), ("Total Fat 2g", "3%"), ("Protein 3g", ""))))
    assert found["fat"][:2] == (2, "g")


def test_ingredients_behind_a_declaration_stay_ingredients() -> None:
    found = values(
        page(*column("Nutrition Facts", *LINEAR, "Ingredients: Potatoes, vegetable oil, sea salt.", step=36))
    )
    assert found["ingredients_text"] == "Potatoes, vegetable oil, sea salt."
    assert found["serving_size"] == 28


@pytest.mark.parametrize(
    ("printed", "dual"),
    [
        ("12 OZ (340g)", True),
        ("1 LB 4 OZ (567g)", True),
        ("1 QT 8 FL OZ (1.18 L)", True),
        ("340g", False),
        ("500 g (17.6 oz)", False),
        ("1 can (355mL)", False),
    ],
)
def test_customary_units_before_metric_ones_are_known(printed: str, dual: bool) -> None:
    amount = parse_quantity(printed)
    assert amount is not None
    assert amount.dual is dual
    assert amount.raw == printed


def nutrition_and(*more: Line) -> Readings:
    panel = table(
        ("Nutrition Facts", ""), ("Calories", "120"), ("Total Fat 2g", "3%"), ("Protein 3g", ""), xs=(50, 300)
    )
    return page(*panel, *more)


@pytest.mark.parametrize("printed", ["8.5 OZ (240g)", "NET WT. 8.5 OZ (240g)", "NET WT.8.5 OZ (240g)"])
def test_a_net_quantity_in_both_systems_stands_beside_a_nutrition_table(printed: str) -> None:
    assert values(nutrition_and(line(printed, 50, 600)))["net_content"] == 240


@pytest.mark.parametrize("other", [line("240 g", 50, 600), line("1 can (355mL)", 50, 600)], ids=["metric", "pieces"])
def test_other_lone_amounts_beside_a_nutrition_table_may_be_anything(other: Line) -> None:
    assert "net_content" not in values(nutrition_and(other))


def test_the_serving_size_is_no_net_content() -> None:
    serving = (line("Serving size", 50, 600), line("1 oz (28g)", 400, 600))
    found = values(nutrition_and(*serving))
    assert found["serving_size"] == 28
    assert "net_content" not in found


@pytest.mark.parametrize(
    "lines",
    [
        ("Dist. by Marlow Mills LLC, 18 Canal Road,", "Burlington, VT 05401"),
        ("Packed by Marlow Mills Company, 18 Canal Road, Burlington, VT 05401",),
        ("Mfg. by Marlow Mills LLC", "18 Canal Road, Burlington, VT 05401"),
        ("Mfg. by Marlow Mills LLC, P.O. Box 18,", "Canal Road, Burlington, VT 05401"),
    ],
)
def test_the_packer_and_the_address_behind_or_under_the_name(lines: tuple[str, ...]) -> None:
    found = values(page(*column("Ingredients: Oats, salt.", *lines, "Product of USA")))
    assert str(found["manufacturer"]).startswith("Marlow Mills")
    assert "Canal" not in str(found["manufacturer"])
    address = str(found["address"]).replace(",", "").removeprefix("P.O. Box ")
    assert address == "18 Canal Road Burlington VT 05401"


def test_the_name_set_large_right_above_the_ingredients_is_no_legal_name() -> None:
    small = column("Ingredients: Water, coffee, sugar, milk.", "Dist. by Marlow LLC", "Product of USA", y=220, x=50)
    found = values(page(line("MARLOW", 50, 60, height=70), line("Cold Brew Coffee", 50, 150, height=45), *small))
    assert found["name"] == "Cold Brew Coffee"
    assert "legal_name" not in found


@pytest.mark.parametrize(
    ("printed", "unit", "base"), [("1 gal", "gal", 3785.412), ("1.5 QT", "qt", 1419.529), ("1 PINT", "pt", 473.176)]
)
def test_gallons_quarts_and_pints_are_units_with_a_name_in_each_export(printed: str, unit: str, base: float) -> None:
    amount = parse_quantity(printed)
    assert amount is not None
    assert amount.unit == unit
    assert to_base(amount.value, unit) == (pytest.approx(base, abs=0.001), "ml")
    assert unit in UNIT_CODES
    assert unit in MEASURES
