"""When an answer says the same as the truth. The rules are those of the project's score tool.

Texts count as equal after NFKC, case folding and removal of spaces and punctuation; long texts
(ingredients, storage, addresses) and list entries from 90 % alike; prices by amount; nutrition by
nutrient, amount and unit.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Any

ALIKE = 0.9
"""Similarity (difflib's ratio) from which two long texts are the same."""

Answer = dict[str, Any]
"""A field as the command line prints it: value, raw, unit."""

NutrientRow = tuple[str, float, str]

NUTRIENTS = {
    "energy": ("能量", "热量", "calories", "energie", "énergie", "kcal", "kj", "brennwert"),
    "fat": ("totalfat", "脂肪", "fett", "matièresgrasses", "lipides"),
    "saturatedfat": (
        "satfat", "饱和脂肪", "ofwhichsaturates", "saturates", "davongesättigtefettsäuren", "acidesgrassaturés",
    ),
    "transfat": ("反式脂肪",),
    "cholesterol": ("cholest", "胆固醇"),
    "carbohydrate": (
        "carbohydrates", "totalcarbohydrate", "totalcarb", "totalcarbs", "碳水化合物", "glucides", "kohlenhydrate",
    ),
    "sugars": ("sugar", "totalsugars", "糖", "ofwhichsugars"),
    "addedsugars": ("includesaddedsugars",),
    "fibre": ("fiber", "dietaryfiber", "dietaryfibre", "膳食纤维"),
    "protein": ("proteins", "蛋白质", "protéines", "eiweiß"),
    "sodium": ("钠",),
    "salt": ("sel", "salz", "盐"),
    "calcium": ("钙",),
    "iron": ("铁",),
    "potassium": ("钾",),
}  # fmt: skip
"""Nutrient -> other names of it in truths. Kept apart from data/lexicons, whose readings it judges."""


def letters(text: object) -> str:
    """What is compared of a text: letters and digits of any script, %, and °."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(c for c in folded if (unicodedata.category(c)[0] not in "ZPSC" or c in "%°") and c not in ".-+")


_ALIASES = {letters(name): key for key, names in NUTRIENTS.items() for name in (key, *names)}


def number(text: object) -> float | None:
    """The first number in a text; one comma counts as the decimal sign."""
    plain = str(text)
    if plain.count(",") == 1:
        plain = plain.replace(",", ".")
    found = re.search(r"\d+(?:[.,]\d+)?", plain)
    return float(found.group().replace(",", ".")) if found else None


def said(field: Any) -> list[str]:
    """Every way an answer says its value: value with unit, value, raw text."""
    if field is None:
        return []
    if isinstance(field, str | int | float):
        return [str(field)]
    if isinstance(field, list):
        return [text for entry in field for text in said(entry)]
    texts = [text for key in ("value", "raw", "text", "iso") for text in said(field.get(key))]
    if isinstance(field.get("value"), int | float) and field.get("unit"):
        texts.append(f"{field['value']:g}{field['unit']}")
    return texts


def entries(field: Answer | None) -> list[Any]:
    """The entries of a list answer."""
    value = (field or {}).get("value")
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def is_same(truth: object, answer: object, *, long: bool = False) -> bool:
    wanted, got = letters(truth), letters(answer)
    if not wanted or not got:
        return False
    if wanted == got:
        return True
    return long and difflib.SequenceMatcher(None, wanted, got, autojunk=False).ratio() >= ALIKE


def names_it(truth: object, answer: object) -> bool:
    """True where a list entry says the wanted text, alone or within more."""
    return is_same(truth, answer, long=True) or letters(truth) in letters(answer)


def nutrient_rows(rows: list[Any]) -> set[NutrientRow]:
    """Rows as (nutrient, amount, unit), whatever language named them."""
    found = set()
    for row in rows:
        name = letters(row.get("nutrient") or row.get("name") or "")
        if (amount := number(row.get("value"))) is not None:
            found.add((_ALIASES.get(name, name), amount, letters(row.get("unit") or "")))
    return found


def numbers_in(lines: list[str]) -> set[float]:
    """Every number printed on the lines, a comma read as the decimal sign."""
    tokens = (token for line in lines for token in re.findall(r"\d+(?:[.,]\d+)?", unicodedata.normalize("NFKC", line)))
    return {float(token.replace(",", ".")) for token in tokens}


def stands_in(text: object, lines: list[str], *, long: bool = False) -> bool:
    """True where the lines, in reading order, hold the text; a long one from 90 % of it."""
    wanted, page = letters(text), letters("".join(lines))
    if not wanted or wanted in page:
        return bool(wanted)
    if not long:
        return False
    parts = [part for line in lines if len(part := letters(line)) > 1 and part in wanted]
    return sum(map(len, parts)) >= ALIKE * len(wanted) or _in_order(wanted, page) >= ALIKE


def _in_order(wanted: str, page: str) -> float:
    """Share of `wanted` that the page holds in pieces of three letters and more, in this order."""
    blocks = difflib.SequenceMatcher(None, wanted, page, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 3) / len(wanted)
