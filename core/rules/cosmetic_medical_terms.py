"""Cosmetics must not use medical words.

Source: China's Cosmetics Supervision and Administration Regulation (2020) art. 37, Advertising Law art. 17 †. The
words are data/lexicons/medical_terms.toml. Level: review, never more: registered special cosmetics and
disinfectants may use some of them, and those with such a number are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import ANY, Hit, Known, Rule, terms_in, wordings
from core.rules.goods import NOUNS, TABLE, is_cosmetic, is_disinfectant, is_medical
from core.types import Bilingual, Fields
from core.values.terms import load_terms

WORDINGS = ("claims", "name", "legal_name", "headline", "selling_points", "promotion")


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    lexicon = load_terms("medical_terms")
    found = [(key, match) for key in WORDINGS for match in terms_in(lexicon, fields.get(key))]
    if not found or not is_cosmetic(fields) or is_medical(fields) or is_disinfectant(fields):
        return
    yield from wordings(lexicon, found, _message)


def _message(printed: str, term: Bilingual) -> Bilingual:
    return Bilingual(
        en=f"'{printed}' is a medical term ({term.en}); cosmetics must not use such. Check it.",
        zh=f"“{printed}”属于医疗用语（{term.zh}），化妆品不得使用，请核对。",
    )


RULE = Rule("cosmetic_medical_terms", 1, ANY, check, tables=(TABLE,), lexicons=("medical_terms", NOUNS))
