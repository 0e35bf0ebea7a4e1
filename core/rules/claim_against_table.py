"""A claim about a nutrient (低糖, fat-free, high protein) holds by the nutrition table on the same label.

Source: GB 28050-2011 annex C † and Regulation (EC) 1924/2006 annex †, data/rules/nutrition_claims.toml; wordings in
data/lexicons/nutrition_claims.toml. Level: review. Only columns per 100 g or 100 ml decide, the basis telling solid
from liquid; a claim passes if any of them bears it out, and where the nutrient is not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit, texts_of
from core.rules.nutrition_rows import Amount, Column, columns, named
from core.rules.tables import load_table
from core.types import Fields, Level
from core.values.terms import Match, load_terms

WORDINGS = ("claims", "name", "legal_name")
ENERGY_SHARE_KJ = 420.0
"""Plenty of protein or fibre may also be reckoned per 420 kJ (100 kcal)."""
SALT_PER_SODIUM = 2.5


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    table = [column for column in columns(fields.get("nutrition")) if column.is_per_hundred]
    if not table:
        return
    for key in WORDINGS:
        for text in texts_of(fields[key]) if key in fields else ():
            for match in load_terms("nutrition_claims").find(text):
                if not _is_tail_of_number(text, match):
                    yield from _against(table, key, match)


def _is_tail_of_number(text: str, match: Match) -> bool:
    """True where a digit goes on to the left: the 0 of 10 g sugar is no zero."""
    return match.printed[:1].isdigit() and text[: match.start].rstrip(".,")[-1:].isdigit()


def _against(table: list[Column], key: str, match: Match) -> Iterator[Hit]:
    limits = load_table("nutrition_claims")
    ceiling, floor = limits["most"].get(match.key), limits["least"].get(match.key)
    limit = ceiling or floor
    cells = [(column, _cell(column, limit["nutrient"])) for column in table]
    judged = [(column, cell) for column, cell in cells if cell]
    holds = _stays_below if ceiling else _reaches
    if not judged or any(holds(limit, column, cell) for column, cell in judged):
        return
    column, cell = judged[0]
    yield hit(key, Level.REVIEW, *_message(match, limit, bool(ceiling), column, cell))


def _cell(column: Column, nutrient: str) -> Amount | None:
    """The nutrient's amount; sodium also by way of salt."""
    cell = column.by_nutrient.get(nutrient)
    salt = column.by_nutrient.get("salt") if nutrient == "sodium" and cell is None else None
    return salt._replace(size=salt.size / SALT_PER_SODIUM, slack=salt.slack / SALT_PER_SODIUM) if salt else cell


def _stays_below(limit: dict[str, Any], column: Column, cell: Amount) -> bool:
    """Sodium computed from salt has that row's rounding; "<1 g" may be anything below."""
    rounding = cell.slack if cell.nutrient == "salt" else 0.0
    return cell.less_than or cell.size <= _threshold(limit, column) + rounding + 1e-9


def _reaches(limit: dict[str, Any], column: Column, cell: Amount) -> bool:
    energy = column.by_nutrient.get("energy")
    share = cell.size * ENERGY_SHARE_KJ / energy.size if energy and energy.size > 0 else 0.0
    return cell.size >= _threshold(limit, column) - 1e-9 or share >= limit["per_420_kj"]


def _threshold(limit: dict[str, Any], column: Column) -> float:
    return float(limit["liquid" if column.is_liquid else "solid"])


def _message(match: Match, limit: dict[str, Any], below: bool, column: Column, cell: Amount) -> tuple[str, str]:
    label, (en, zh) = load_terms("nutrition_claims").label(match.key), named(cell.nutrient)
    printed, threshold = f"{amount(cell.value)} {cell.unit}", _shown(limit, column)
    bound_en, bound_zh = ("at most", "不超过") if below else ("at least", "不低于")
    return (
        f"'{match.printed}' claims {label.en}: {bound_en} {threshold} in {column.per}. The table says {en} {printed}."
        " Compare the two.",
        f"“{match.printed}”属于“{label.zh}”声称（每 {column.per} {bound_zh} {threshold}），"
        f"表中{zh}为 {printed}，请核对。",
    )


def _shown(limit: dict[str, Any], column: Column) -> str:
    value = _threshold(limit, column)
    if limit["nutrient"] == "energy":
        return f"{amount(value)} kJ"
    return f"{amount(value * 1000)} mg" if value < 0.5 else f"{amount(value)} g"


RULE = Rule(
    "claim_against_table",
    1,
    PRODUCT,
    check,
    tables=("energy_factors", "nutrition_claims"),
    lexicons=("nutrition_claims",),
)
