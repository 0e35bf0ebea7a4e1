"""Absolute terms in the wording of an ad, for a person who knows advertising law to look at.

Source: China's Advertising Law, art. 9(3); exceptions after SAMR's enforcement guide (2023 no. 6) †.
The terms and their exceptions are data/lexicons/absolute_terms.toml. Level: review, never more: whether
a wording is allowed depends on what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.rules.base import AD, Hit, Rule, hit, texts_of
from core.types import Fields, Level
from core.values.terms import load_terms

WORDINGS = ("headline", "selling_points", "promotion", "call_to_action", "compliance")


def check(fields: Fields, as_of: date) -> Iterator[Hit]:
    lexicon = load_terms("absolute_terms")
    for key in WORDINGS:
        if key not in fields:
            continue
        matches = {match.printed: match for text in texts_of(fields[key]) for match in lexicon.find(text)}
        for printed, match in matches.items():
            label = lexicon.label(match.key)
            yield hit(
                key,
                Level.REVIEW,
                f"'{printed}' is an absolute term ({label.en}). Check that it is allowed here.",
                f"“{printed}”属于绝对化用语（{label.zh}），请核对是否可用。",
            )


RULE = Rule("ad_wording", 1, AD, check)
