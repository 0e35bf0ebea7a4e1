"""Names of themes, promotions, price kinds and competitors in the session's language."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from core.values.terms import load_terms
from pages.components.i18n import catalogue, language, t


def theme(key: str) -> str:
    return _label("themes", key)


def promotion(key: str) -> str:
    return _label("promotions", key)


def price_kind(key: str) -> str:
    return _label("price_labels", key)


def audience(key: str) -> str:
    """An audience by its lexicon's name; one that a person typed as typed."""
    return _label("audiences", key)


def goods(key: str) -> str:
    """A kind of goods; words for posters that name none."""
    return _label("product_nouns", key) if key else t("insights.goods_unknown")


def colour(family: str) -> str:
    return t(f"insights.colour_{family}")


def competitor(name: str) -> str:
    """The name, or words for a poster whose competitor nobody named and nothing read."""
    return name or t("insights.nobody")


def named(keys: pd.Series, name: Callable[[str], str]) -> pd.Series:
    """The names of a column of keys; each key is looked up once, for there may be ten thousand rows."""
    return keys.map({key: name(key) for key in keys.unique()})


def named_competitors(facts: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `who`: its competitors as charts show them."""
    return facts.assign(who=facts["competitor"].map(competitor))


def _label(lexicon: str, key: str) -> str:
    """The key's name in its lexicon, else in the texts (for kinds that arithmetic finds), else the key."""
    for entry in load_terms(lexicon).entries:
        if entry.key == key:
            return entry.label.in_lang(language())
    text = catalogue().get(f"insights.{lexicon}_{key}")
    return text.in_lang(language()) if text else key
