"""Backs of European packs in one to three languages: German, French, English."""

from __future__ import annotations

from random import Random
from typing import Any

from scripts.samples.canvas import Ink
from scripts.samples.facts import Amount, Label, Nutrition, Row
from tests.synth import words
from tests.synth.chinese import print_bars, print_lines, sheet
from tests.synth.page import LATIN_FACES, Column, Page, Style, a_style, cut
from tests.synth.tables import draw_european

LANGUAGES = ("de", "fr", "en")
CANONICAL = {
    "energy": "Energy", "fat": "Fat", "saturates": "of which saturates", "carbohydrate": "Carbohydrate",
    "sugars": "of which sugars", "fibre": "Fibre", "protein": "Protein", "salt": "Salt",
}  # fmt: skip
"""Key of the vocabulary -> the name the truth gives a nutrient, whatever language is printed."""


def back(rng: Random) -> tuple[Label, Page]:
    food = dict(rng.choice(words.vocabulary("food_eu")["food"]))
    food["ingredients"] = words.some(rng, food["ingredients"], max(2, len(food["ingredients"]) - 2))
    languages = rng.sample(LANGUAGES, rng.choices((1, 2, 3), (5, 3, 2))[0])
    spoken = [LANGUAGES.index(language) for language in languages]
    label = facts(rng, food, languages)
    style = a_style(rng, LATIN_FACES, "{}: ", size=(19, 24))
    return label, rng.choice((one_column, two_columns))(rng, label, style, food, spoken)


def facts(rng: Random, food: dict[str, Any], languages: list[str]) -> Label:
    """The truth of texts printed in several languages is the first one's."""
    vocabulary, first = words.vocabulary("food_eu"), LANGUAGES.index(languages[0])
    text, language = vocabulary["text"], languages[0]
    brand = words.latin_brand(rng)
    day = words.months_later(words.made_on(rng), rng.randint(6, 20))
    forms = words.BRITISH_DATES if language == "en" else words.EUROPEAN_DATES
    printed, iso = words.printed_date(rng, day, forms)
    small = [entry[first] for entry in [food["allergens"]] if entry[first]]
    small += [rng.choice(text["lot"]).format(n=rng.randint(1000, 99999))] if words.chance(rng, 0.6) else []
    return Label(
        language=tuple(languages),
        brand=brand,
        product_name=rng.choice(food["names"])[first],
        product_type=food["type"][first] if words.chance(rng, 0.5) else None,
        net_content=net_content(rng, food),
        barcode=_code(rng),
        expiry_date=printed,
        expiry_iso=iso,
        ingredients=", ".join(entry[first] for entry in food["ingredients"]) + ".",
        storage=rng.choice([food["storage"]] if "storage" in food else text["storage"])[first],
        manufacturer=f"{brand.title()} {rng.choice(vocabulary['forms'][language])}",
        address=rng.choice(vocabulary["places"][language]),
        origin=rng.choice(text["made_in"][first]),
        nutrition=nutrition(rng, food, [LANGUAGES.index(name) for name in languages]),
        claims=tuple(claim[first] for claim in words.some(rng, text["claims"], 0, 2)),
        small_print=tuple(small),
    )


def _code(rng: Random) -> str | None:
    draw = rng.random()
    return None if draw < 0.2 else words.gtin8(rng) if draw < 0.35 else words.gtin13(rng)


def net_content(rng: Random, food: dict[str, Any]) -> str:
    size, unit = rng.choice(food["sizes"]), food["unit"]
    if unit == "ml" and size >= 750:
        return rng.choice((f"{size / 1000:g} l", f"{size // 10} cl", f"{size} ml")).replace(".", ",")
    if words.chance(rng, 0.2):
        return f"{rng.choice((2, 4, 6))} x {size} {unit}"
    if size >= 1000:
        return f"{size / 1000:g} kg"
    return f"{size}{rng.choice((' ', ''))}{unit}"


def nutrition(rng: Random, food: dict[str, Any], spoken: list[int]) -> Nutrition:
    names = words.vocabulary("food_eu")["nutrition"]
    amounts = {key: words.amount(rng, food[key], 2 if key == "salt" else 1) for key in CANONICAL if key != "energy"}
    amounts["saturates"] = min(amounts["saturates"], amounts["fat"])
    amounts["sugars"] = min(amounts["sugars"], amounts["carbohydrate"])
    portion = rng.choice((25, 30, 40, 125)) if words.chance(rng, 0.4) else None
    comma = spoken[0] != 2
    shares = [1.0] + ([portion / 100] if portion else [])
    gap = rng.choice((" ", "", " "))
    rows = [_energy(amounts, shares, names, spoken)]
    for key in list(CANONICAL)[1:]:
        if key == "fibre" and words.chance(rng, 0.3):
            continue
        cells = tuple((Amount(_figure(amounts[key] * share, key, comma), "g", gap=gap),) for share in shares)
        rows.append(
            Row(CANONICAL[key], cells, indent=int(key in ("saturates", "sugars")), shown=_joined(names[key], spoken))
        )
    first = spoken[0]
    headings = [names["per"][first].format(u=food["unit"])]
    if portion:
        word = words.vocabulary("food_eu")["text"]["portion"][first]
        headings.append(f"{word} {portion} {food['unit']}")
    per = (f"100{food['unit']}", *((f"portion {portion}{food['unit']}",) if portion else ()))
    return Nutrition(per, tuple(headings), tuple(rows), title=rng.choice(names["titles"][first]))


def _energy(amounts: dict[str, float], shares: list[float], names: dict[str, Any], spoken: list[int]) -> Row:
    """Factors of Regulation (EU) 1169/2011, annex XIV: kJ and kcal per gram."""
    grams = [amounts[key] for key in ("fat", "carbohydrate", "protein", "fibre")]
    joules = sum(gram * factor for gram, factor in zip(grams, (37, 17, 17, 8), strict=True))
    calories = sum(gram * factor for gram, factor in zip(grams, (9, 4, 4, 2), strict=True))
    cells = tuple((Amount(f"{joules * s:.0f}", "kJ"), Amount(f"{calories * s:.0f}", "kcal")) for s in shares)
    return Row("Energy", cells, shown=_joined(names["energy"], spoken))


def _figure(value: float, key: str, comma: bool) -> str:
    text = f"{value:.2f}" if key == "salt" else f"{value:.1f}"
    if key != "salt" and value and value < 0.1:
        text = "<0.1"
    return text.replace(".", ",") if comma else text


def _joined(forms: list[str], spoken: list[int]) -> str:
    """The printed name: one language, or several with strokes between them."""
    return " / ".join(dict.fromkeys(forms[index] for index in spoken[:2]))


def print_head(rng: Random, column: Column, label: Label) -> None:
    align = rng.choice("lm")
    column.title(label.brand, rng.choice((2.4, 3.2)), align=align)
    column.title(label.product_name, rng.choice((1.6, 2.0)), align=align)
    column.title(label.product_type, 1.1, align=align, bold=False)
    column.gap(8)


def print_texts(rng: Random, column: Column, label: Label, food: dict[str, Any], spoken: list[int]) -> None:
    """Ingredients in every language, the label's own first."""
    text = words.vocabulary("food_eu")["text"]
    marks = rng.random() < 0.5 and len(spoken) > 1
    for number, index in enumerate(spoken):
        listed = label.ingredients if number == 0 else ", ".join(entry[index] for entry in food["ingredients"]) + "."
        mark = f"{LANGUAGES[index].upper()} " if marks else ""
        column.key(f"{mark}{text['ingredients'][index]}", listed)
    print_lines(column, label.small_print)
    column.say(label.storage or "")


def print_foot(rng: Random, column: Column, label: Label, spoken: list[int]) -> None:
    text, first = words.vocabulary("food_eu")["text"], spoken[0]
    best = rng.choice(text["best_before"][first])
    if rng.random() < 0.5:
        column.say(f"{best} {label.expiry_date}")
    else:
        column.say(best)
        column.canvas.text((column.x, column.y), label.expiry_date or "", Ink("stamp", 30, column.style.ink))
        column.y += 46
    column.say(f"{rng.choice(text['made_by'][first])} {label.manufacturer}")
    column.say(label.address or "")
    column.say(label.origin or "")
    column.title((label.net_content or "") + rng.choice(("", " ℮")), 1.7)


def one_column(rng: Random, label: Label, style: Style, food: dict[str, Any], spoken: list[int]) -> Page:
    canvas = sheet(style, rng.choice((820, 900)))
    column = Column(canvas, style, 40, canvas.width - 80, 30)
    print_head(rng, column, label)
    print_texts(rng, column, label, food, spoken)
    column.gap(10)
    if label.nutrition:
        draw_european(column, label.nutrition, rng)
    column.chips(label.claims, style.ink, style.paper)
    left = Column(canvas, style, 40, column.width * 0.56, column.y)
    right = Column(canvas, style, 60 + column.width * 0.56, column.width * 0.44 - 20, column.y)
    print_foot(rng, left, label, spoken)
    print_bars(right, label.barcode)
    return cut(canvas, max(left.y, right.y))


def two_columns(rng: Random, label: Label, style: Style, food: dict[str, Any], spoken: list[int]) -> Page:
    canvas = sheet(style, rng.choice((1200, 1300)))
    width = (canvas.width - 120) / 2
    left, right = Column(canvas, style, 40, width, 32), Column(canvas, style, 80 + width, width, 32)
    print_head(rng, left, label)
    print_texts(rng, left, label, food, spoken)
    left.gap(8)
    left.chips(label.claims, style.ink, style.paper)
    if label.nutrition:
        draw_european(right, label.nutrition, rng)
    print_foot(rng, right, label, spoken)
    print_bars(right, label.barcode)
    return cut(canvas, max(left.y, right.y))
