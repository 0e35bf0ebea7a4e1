"""Labels of the European Union: net quantities without a key, names of one word, lists in several languages."""

from __future__ import annotations

import pytest

from core.engines.embedded.layout import lay_out
from core.engines.embedded.nutrition_table import find_table
from core.engines.embedded.product import extract_product
from core.types import Line, Readings
from tests.unit.printed import column, line, page, table

ROWS = (("Nährwertangaben", "pro 100 g"), ("Energie", "1684 kJ"), ("Fett", "12,8 g"), ("Eiweiß", "9,0 g"))


def values(readings: Readings) -> dict[str, object]:
    return {key: field.value for key, field in extract_product(readings).items()}


def label(*more: Line) -> Readings:
    small = ("Zutaten: Haferflocken, Rosinen, Honig.", "Los: L6", "Trocken lagern.")
    return page(*column(*small, y=60), *table(*ROWS, y=200, xs=(50, 400)), *more)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ((line("375 g", 50, 600, height=46),), 375),
        ((line("375", 50, 600, height=46), line("g", 140, 606, height=40)), 375),
        ((line("375 g", 50, 600, height=30),), None),
        ((line("375 g", 50, 600, height=46), line("25 g", 300, 600, height=46)), None),
    ],
    ids=["large", "in two boxes", "in usual print", "two of them"],
)
def test_beside_a_table_the_only_amount_in_large_print_is_the_net_content(
    amount: tuple[Line, ...], expected: int | None
) -> None:
    assert values(label(*amount)).get("net_content") == expected


@pytest.mark.parametrize(
    ("printed", "name"), [("Müslimischung", "Müslimischung"), ("Oakstead", None), ("Feines", None)]
)
def test_one_word_right_above_the_ingredients_is_the_legal_name_where_it_names_goods(
    printed: str, name: str | None
) -> None:
    readings = page(
        line("OAKSTEAD", 50, 20, height=60), *column(printed, "Zutaten: Haferflocken, Rosinen, Honig.", "Los: L6")
    )
    assert values(readings).get("legal_name") == name


def test_the_code_of_a_language_before_the_ingredients_is_no_part_of_the_name() -> None:
    readings = page(
        *column("Müsli mit Honig", "DE Zutaten: Haferflocken, Rosinen, Honig.", "FR Ingrédients: avoine, miel.")
    )
    assert values(readings)["legal_name"] == "Müsli mit Honig"


def test_of_a_list_in_several_languages_the_first_printed_counts() -> None:
    readings = page(
        *column(
            "Zutaten: Zucker, Kakaobutter, Salz.",
            "Ingredients: sugar, cocoa butter, salt of the sea.",
            "Ingrédients: sucre, beurre de cacao, sel de mer fin.",
        )
    )
    assert values(readings)["ingredients_text"] == "Zucker, Kakaobutter, Salz."


def test_of_lists_that_say_different_things_the_longest_counts() -> None:
    readings = page(
        *column("Zutaten: Zucker, Salz.", "Ingredients: sugar, cocoa butter, salt, milk, nuts, honey, oats.")
    )
    assert str(values(readings)["ingredients_text"]).startswith("sugar")


@pytest.mark.parametrize(
    "below", ["Gewerbepark 5, 4600 Wels", "PO Box 212, Dublin 12", "12 rue des Tanneurs, 59000 Lille"]
)
def test_the_address_under_the_maker(below: str) -> None:
    found = values(page(*column("Conditionné par Northford SAS", below, "Fabriqué en France")))
    assert (found["manufacturer"], found["address"]) == ("Northford SAS", below)


def test_energy_of_two_columns_in_one_line_of_print_is_no_code() -> None:
    rows = (*ROWS[:1], ("Energie", "1684 kJ / 401 kcal 421 kJ / 100 kcal"), *ROWS[2:])
    value = find_table(lay_out(page(*table(*rows, xs=(50, 400))))).value
    assert value is not None
    assert {row["value"] for row in value.value["rows"] if row["nutrient"] == "energy"} >= {1684, 401}


@pytest.mark.parametrize(("text", "claims"), [("Soap-free", ["Soap-free"]), ("Toll free", None)])
def test_what_a_product_is_free_of_is_a_claim(text: str, claims: list[str] | None) -> None:
    assert values(label(line(text, 50, 800))).get("claims") == claims


def test_the_name_printed_once_more_is_no_claim() -> None:
    readings = page(
        line("氨基酸保湿洁面乳", 50, 20, height=60), *column("品名：氨基酸保湿洁面乳", "净含量：120g", "深层补水")
    )
    assert values(readings)["claims"] == ["深层补水"]


def test_the_longest_legal_form_ends_a_companys_name() -> None:
    found = values(page(*column("Fabriqué par Hollowfield S.A.R.L., 12 rue des Tanneurs, 59000 Lille", "Lot: L6")))
    assert str(found["manufacturer"]).startswith("Hollowfield S.A.R.L")
    assert found["address"] == "12 rue des Tanneurs, 59000 Lille"
