"""Which law a record is under: food, cosmetics, or goods that may speak of treatment. Shared by rules.

Judged by what is printed: licences, tables, and what the goods are called (data/lexicons/product_nouns.toml).
A record that says nothing is none of them.
"""

from __future__ import annotations

from core.rules.base import texts_of
from core.rules.tables import load_table
from core.types import Fields
from core.values.terms import load_terms
from core.values.text import fold

TABLE = "regulated_goods"
NOUNS = "product_nouns"
_NAMES = ("name", "legal_name", "product", "category")
_TEXTS = (*_NAMES, "headline", "selling_points", "claims", "licence", "standard_code", "storage", "manufacturer")


def is_food(fields: Fields) -> bool:
    """True for food and drink by its nutrition table, its licence (SC) or its name."""
    if fields.get("care") or is_cosmetic(fields):
        return False
    licence = " ".join(_printed(fields, ("licence",)))
    return _has(fields, "nutrition") or licence.startswith("sc") or _is_called(fields, "food_nouns")


def is_cosmetic(fields: Fields) -> bool:
    """True for cosmetics by their licence or filing, or their name where nothing shows food."""
    if any(word in text for text in _printed(fields, _TEXTS) for word in load_table(TABLE)["cosmetic"]):
        return True
    return _is_called(fields, "cosmetic_nouns") and not (_has(fields, "nutrition") or _is_called(fields, "food_nouns"))


def is_medical(fields: Fields) -> bool:
    """True where an approval number or a word says medicine, medical device or clinic."""
    return _says(fields, "medical")


def is_disinfectant(fields: Fields) -> bool:
    return _says(fields, "disinfectant")


def _has(fields: Fields, key: str) -> bool:
    return key in fields and fields[key].value is not None


def _says(fields: Fields, kind: str) -> bool:
    words = load_table(TABLE)[kind]
    return any(word in text for text in _printed(fields, _TEXTS) for word in words)


def _is_called(fields: Fields, nouns: str) -> bool:
    wanted = set(load_table(TABLE)[nouns])
    return any(match.key in wanted for text in _printed(fields, _NAMES) for match in load_terms(NOUNS).find(text))


def _printed(fields: Fields, keys: tuple[str, ...]) -> list[str]:
    return [fold(text) for key in keys if key in fields for text in texts_of(fields[key])]
