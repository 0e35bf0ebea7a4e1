"""Nutrition declarations from plain rows: the Chinese, US and EU forms, with their percentages computed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scripts.samples.facts import Amount, Nutrition, Row

NRV = {"能量": 8400, "蛋白质": 60, "脂肪": 60, "碳水化合物": 300, "钠": 2000, "钙": 800}
"""Nutrient reference values of GB 28050-2011, annex A: kJ, g, g, g, mg, mg."""

DAILY_VALUE = {
    "Total Fat": 78, "Saturated Fat": 20, "Cholesterol": 300, "Sodium": 2300, "Total Carbohydrate": 275,
    "Dietary Fiber": 28, "Added Sugars": 50, "Vitamin D": 20, "Calcium": 1300, "Iron": 18, "Potassium": 4700,
}  # fmt: skip
"""Daily values of 21 CFR 101.9(c): g, g, mg, mg, g, g, g, mcg, mg, mg, mg."""

EU_NAMES = {
    "Energy": "Energie", "Fat": "Fett", "of which saturates": "davon gesättigt", "Carbohydrate": "Kohlenhydrate",
    "of which sugars": "davon Zucker", "Fibre": "Ballaststoffe", "Protein": "Eiweiß", "Salt": "Salz",
}  # fmt: skip


def percent(value: str, reference: int | None) -> str | None:
    if reference is None:
        return None
    share = Decimal(value) * 100 / reference
    return f"{share.quantize(Decimal(1), ROUND_HALF_UP)}%"


def gb_table(per: str, heading: str, rows: list[tuple[str, str, str]]) -> Nutrition:
    """A Chinese table from (name, value, unit); sugars are indented under carbohydrates."""
    drawn = tuple(
        Row(name, ((Amount(value, unit),),), percent(value, NRV.get(name)), indent=int(name == "糖"))
        for name, value, unit in rows
    )
    return Nutrition((per,), (heading,), drawn, title="营养成分表")


def us_table(per: str, rows: list[tuple[str, str, str, int]]) -> Nutrition:
    """A US panel from (name, value, unit, indent), calories first."""
    drawn = tuple(
        Row(
            name,
            ((Amount(value, unit, gap=""),),),
            percent(value, DAILY_VALUE.get(name)),
            indent=indent,
            wording=f"Includes {value}{unit} Added Sugars" if name == "Added Sugars" else "",
        )
        for name, value, unit, indent in rows
    )
    return Nutrition((per,), ("",), drawn)


def eu_table(
    per: tuple[str, ...], headings: tuple[str, ...], title: str, rows: list[tuple[str, ...]], german: bool
) -> Nutrition:
    """An EU table from (name, value per column …); energy values are "kJ/kcal"."""

    def cell(name: str, value: str) -> tuple[Amount, ...]:
        if name != "Energy":
            return (Amount(value, "g"),)
        joules, calories = value.split("/")
        return Amount(joules, "kJ"), Amount(calories, "kcal")

    drawn = tuple(
        Row(
            name,
            tuple(cell(name, value) for value in values),
            also=EU_NAMES[name] if german else "",
            indent=int(name.startswith("of which")),
        )
        for name, *values in rows
    )
    return Nutrition(per, headings, drawn, title=title)
