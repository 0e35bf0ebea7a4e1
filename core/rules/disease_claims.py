"""Food must not claim to treat or prevent disease, and ads of goods that are no medicine must not either.

Source: China's Food Safety Law art. 71 and 73, Advertising Law art. 17 †; Regulation (EU) 1169/2011 art. 7(3). The
words are data/lexicons/disease_claims.toml. Level: review, never more: health foods may name the functions they are
registered for. Goods with the approval number of a medicine or a medical device, and disinfectants, are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import ANY, Hit, Known, Rule, terms_in, wordings
from core.rules.goods import NOUNS, TABLE, is_cosmetic, is_disinfectant, is_food, is_medical
from core.types import Bilingual, Fields
from core.values.terms import Match, load_terms

LABEL = ("claims", "name", "legal_name")
AD_COPY = ("headline", "selling_points", "promotion")


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    lexicon = load_terms("disease_claims")
    found = [(key, match) for key in LABEL for match in terms_in(lexicon, fields.get(key))]
    found += [(key, match) for key in AD_COPY for match in terms_in(lexicon, fields.get(key)) if not _is_said(match)]
    if not found or is_medical(fields) or is_disinfectant(fields) or not _applies(fields):
        return
    yield from wordings(lexicon, found, _message)


def _message(printed: str, term: Bilingual) -> Bilingual:
    return Bilingual(
        en=f"'{printed}' may be read as a disease claim ({term.en}). Check that it is allowed here.",
        zh=f"“{printed}”可能涉及疾病预防、治疗功能（{term.zh}），请核对是否可用。",
    )


def _is_said(match: Match) -> bool:
    """True for a promise of a cure (根治) that ad_wording speaks of already."""
    return bool(load_terms("absolute_terms").find(match.printed))


def _applies(fields: Fields) -> bool:
    """A label has to be that of a food; an ad only must not be one of cosmetics, which has a rule of its own."""
    is_ad = any(key in fields for key in AD_COPY)
    return not is_cosmetic(fields) if is_ad else is_food(fields)


RULE = Rule("disease_claims", 1, ANY, check, tables=(TABLE,), lexicons=("disease_claims", "absolute_terms", NOUNS))
