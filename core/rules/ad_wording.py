"""Absolute terms in the wording of an ad, for a person who knows advertising law to look at.

Source: China's Advertising Law, art. 9(3); exceptions after SAMR's enforcement guide (2023 no. 6) †.
The terms and their exceptions (usage tips, grades, numbering, what is not about the goods) are
data/lexicons/absolute_terms.toml; a term within the brand's own name, or behind which ® or ™ stands, and a
comparison within the brand (data/rules/ad_wording.toml) pass. Level: review, never more: whether a wording is
allowed depends on what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import AD, Hit, Known, Rule, hit, texts_of, value_of
from core.rules.tables import load_table
from core.types import Fields, Level
from core.values.terms import Match, load_terms, wording_form

PHRASES = "compliance"
"""The field that lists terms without their sentence: one that the copy uses in an allowed way only passes."""
WORDINGS = ("headline", "selling_points", "promotion", "call_to_action", PHRASES)
SIGNS = ("®", "™", "(r)", "(tm)")
LEAST_BRAND = 2
"""Characters of a brand that can hold a term."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    lexicon = load_terms("absolute_terms")
    brand = value_of(fields, "brand")
    found = [(key, text, match) for key in WORDINGS for text, match in _matches(fields, key)]
    flagged = [(key, match) for key, text, match in found if not _is_excused(text, match, brand)]
    in_copy = {wording_form(match.printed) for key, match in flagged if key != PHRASES}
    excused = {wording_form(match.printed) for key, _, match in found if key != PHRASES} - in_copy
    said = {
        (key, match.printed): match
        for key, match in flagged
        if key != PHRASES or wording_form(match.printed) not in excused
    }
    for (key, printed), match in said.items():
        label = lexicon.label(match.key)
        yield hit(
            key,
            Level.REVIEW,
            f"'{printed}' is an absolute term ({label.en}). Check that it is allowed here.",
            f"“{printed}”属于绝对化用语（{label.zh}），请核对是否可用。",
        )


def _matches(fields: Fields, key: str) -> Iterator[tuple[str, Match]]:
    for text in texts_of(fields[key]) if key in fields else ():
        for match in load_terms("absolute_terms").find(text):
            yield text, match


def _is_excused(text: str, match: Match, brand: object) -> bool:
    folded = wording_form(text)
    return (
        folded[match.end :].lstrip().startswith(SIGNS)
        or _is_within_brand(folded, match, brand)
        or _compares_within_brand(folded)
    )


def _is_within_brand(folded: str, match: Match, brand: object) -> bool:
    name = wording_form(brand).strip() if isinstance(brand, str) else ""
    if len(name) < LEAST_BRAND or len(name) <= match.end - match.start:
        return False
    start = folded.find(name)
    while start >= 0:
        if start <= match.start and match.end <= start + len(name):
            return True
        start = folded.find(name, start + 1)
    return False


def _compares_within_brand(folded: str) -> bool:
    words, padded = load_table("ad_wording"), f" {folded} "
    return any(word in padded for word in words["own"]) and not any(word in folded for word in words["market"])


RULE = Rule("ad_wording", 2, AD, check, tables=("ad_wording",), lexicons=("absolute_terms",))
