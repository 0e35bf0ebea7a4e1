"""Names of themes, promotions, price kinds and competitors in the session's language."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from core.insights import words
from pages.components.i18n import say, t


def theme(key: str) -> str:
    return say(words.theme(key))


def promotion(key: str) -> str:
    return say(words.promotion(key))


def price_kind(key: str) -> str:
    return say(words.price_kind(key))


def audience(key: str) -> str:
    """An audience by its lexicon's name; one that a person typed as typed."""
    return say(words.audience(key))


def goods(key: str) -> str:
    return say(words.goods(key))


def risk(rule: str) -> str:
    return say(words.risk(rule))


def competitor(name: str) -> str:
    """The name, or words for a poster whose competitor nobody named and nothing read."""
    return say(words.competitor(name))


def currency(code: str) -> str:
    return say(words.currency(code))


def colour(family: str) -> str:
    return t(f"insights.colour_{family}")


def named(keys: pd.Series, name: Callable[[str], str]) -> pd.Series:
    """The names of a column of keys; each key is looked up once."""
    return keys.map({key: name(key) for key in keys.unique()})


def named_competitors(facts: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `who`: its competitors as charts show them."""
    return facts.assign(who=facts["competitor"].map(competitor))
