"""Backs of American packs: Nutrition Facts in three forms, ingredients, distributor."""

from __future__ import annotations

from random import Random
from typing import Any

from scripts.samples.canvas import Ink
from scripts.samples.declarations import us_table
from scripts.samples.facts import Label, Nutrition
from tests.synth import words
from tests.synth.chinese import print_bars, print_lines, sheet
from tests.synth.page import LATIN_FACES, Column, Page, Style, a_style, cut
from tests.synth.tables import draw_american, draw_american_linear, draw_american_tabular


def back(rng: Random) -> tuple[Label, Page]:
    food = rng.choice(words.vocabulary("food_us")["food"])
    label = facts(rng, food)
    style = a_style(rng, LATIN_FACES, "{}: ", size=(19, 24))
    return label, rng.choice((beside, tabular, linear))(rng, label, style)


def facts(rng: Random, food: dict[str, Any]) -> Label:
    text = words.vocabulary("food_us")["text"]
    brand = words.latin_brand(rng)
    customary, metric = rng.choice(food["sizes"])
    day = words.months_later(words.made_on(rng), rng.randint(5, 18))
    printed, iso = words.printed_date(rng, day, words.AMERICAN_DATES)
    serving = rng.choice(food["serving"])
    small = [f"CONTAINS: {food['contains']}."] if food["contains"] else []
    contact = rng.choice(text["contact"]).format(n=rng.randint(100, 199), b=brand.lower())
    listed = ", ".join(words.some(rng, food["ingredients"], max(4, len(food["ingredients"]) - 3))) + "."
    return Label(
        language=("en",),
        brand=brand,
        product_name=rng.choice(food["names"]),
        net_content=f"{customary} ({metric})",
        barcode=(words.upc(rng) if words.chance(rng, 0.75) else words.gtin13(rng)) if words.chance(rng, 0.85) else None,
        expiry_date=printed,
        expiry_iso=iso,
        ingredients=listed.upper() if words.chance(rng, 0.5) else listed,
        storage=rng.choice(text["storage"]) if words.chance(rng, 0.6) else None,
        manufacturer=f"{brand.title()} {rng.choice(text['forms'])}",
        address=rng.choice(text["places"]),
        origin=rng.choice(text["origin"]),
        serving_size=serving,
        servings=rng.choice(("about 8", "12", "about 2", "6")),
        nutrition=nutrition(rng, food, serving),
        claims=tuple(words.some(rng, food["claims"], 0, 2)),
        small_print=(*small, contact),
    )


def nutrition(rng: Random, food: dict[str, Any], serving: str) -> Nutrition:
    grams = {key: round(rng.uniform(*food[key])) for key in ("fat", "carbohydrate", "fiber", "sugars", "protein")}
    grams["sugars"] = min(grams["sugars"], grams["carbohydrate"] - min(grams["fiber"], grams["carbohydrate"]))
    saturated = f"{min(round(rng.uniform(*food['saturated']) * 2) / 2, grams['fat']):g}"
    calories = round((9 * grams["fat"] + 4 * (grams["carbohydrate"] + grams["protein"])) / 10) * 10
    rows = [
        ("Calories", f"{calories}", "", 0),
        ("Total Fat", f"{grams['fat']}", "g", 0),
        ("Saturated Fat", saturated, "g", 1),
        ("Trans Fat", "0", "g", 1),
        ("Cholesterol", f"{rng.choice((0, 0, 5, 15))}", "mg", 0),
        ("Sodium", f"{round(rng.uniform(*food['sodium']) / 5) * 5}", "mg", 0),
        ("Total Carbohydrate", f"{grams['carbohydrate']}", "g", 0),
        ("Dietary Fiber", f"{grams['fiber']}", "g", 1),
        ("Total Sugars", f"{grams['sugars']}", "g", 1),
        ("Added Sugars", f"{grams['sugars'] // 2}", "g", 2),
        ("Protein", f"{grams['protein']}", "g", 0),
    ]
    minerals = [("Calcium", f"{rng.choice((0, 20, 40, 130))}", "mg", 0), ("Iron", f"{rng.choice((0, 1, 2))}", "mg", 0)]
    minerals.append(("Potassium", f"{rng.choice((90, 180, 320))}", "mg", 0))
    return us_table(f"serving {serving}", rows + words.some(rng, minerals, 0))


def _servings(label: Label) -> str:
    return f"{label.servings} servings per container"


def print_head(rng: Random, column: Column, label: Label) -> None:
    align = rng.choice("lm")
    column.title(label.brand, rng.choice((2.4, 3.2)), align=align)
    column.title(label.product_name, rng.choice((1.6, 2.0)), align=align)
    column.gap(6)
    column.chips(label.claims, column.style.ink, column.style.paper)


def print_texts(rng: Random, column: Column, label: Label) -> None:
    text = words.vocabulary("food_us")["text"]
    column.key(rng.choice(("INGREDIENTS", "Ingredients")), label.ingredients)
    print_lines(column, label.small_print[:-1])
    column.say(label.storage or "")
    if rng.random() < 0.5:
        column.say(f"{rng.choice(text['made_by'])} {label.manufacturer}, {label.address}")
    else:
        column.say(rng.choice(text["made_by"]) + " " + (label.manufacturer or ""))
        column.say(label.address or "")
    column.say(label.origin or "")
    column.say(label.small_print[-1])
    best = rng.choice(text["best_by"])
    column.canvas.runs(
        (column.x, column.y + 34),
        [
            (f"{best} ", column.style.text(1.0, bold=True)),
            (label.expiry_date or "", Ink("stamp", 28, column.style.ink)),
        ],
    )
    column.y += 52
    column.title(rng.choice(("NET WT ", "NET WT. ", "")) + (label.net_content or ""), 1.3)


def beside(rng: Random, label: Label, style: Style) -> Page:
    """The vertical panel to one side of the text."""
    canvas = sheet(style, rng.choice((1080, 1180)))
    left, right = 36.0, 36 + 470 + 40.0
    if rng.random() < 0.4:
        left, right = canvas.width - 36 - 470.0, 36.0
    panel = Column(canvas, style, left, 470, 36)
    text = Column(canvas, style, right, canvas.width - 470 - 112, 36)
    if label.nutrition:
        draw_american(panel, label.nutrition, _servings(label), label.serving_size or "")
    print_head(rng, text, label)
    print_texts(rng, text, label)
    print_bars(text, label.barcode)
    return cut(canvas, max(panel.y, text.y))


def tabular(rng: Random, label: Label, style: Style) -> Page:
    canvas = sheet(style, rng.choice((1120, 1240)))
    column = Column(canvas, style, 36, canvas.width - 72, 30)
    print_head(rng, column, label)
    if label.nutrition:
        draw_american_tabular(column, label.nutrition, _servings(label), label.serving_size or "")
    text = Column(canvas, style, 36, canvas.width * 0.58, column.y)
    side = Column(canvas, style, 56 + canvas.width * 0.58, canvas.width * 0.42 - 92, column.y)
    print_texts(rng, text, label)
    print_bars(side, label.barcode)
    return cut(canvas, max(text.y, side.y))


def linear(rng: Random, label: Label, style: Style) -> Page:
    canvas = sheet(style, rng.choice((820, 900)))
    column = Column(canvas, style, 36, canvas.width - 72, 30)
    print_head(rng, column, label)
    if label.nutrition:
        draw_american_linear(column, label.nutrition, _servings(label), label.serving_size or "")
    print_texts(rng, column, label)
    print_bars(column, label.barcode)
    return cut(canvas, column.y)
