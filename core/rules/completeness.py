"""What has to be printed on a prepackaged food and was not found on its photos.

Source: GB 7718 and GB 28050 in their editions of 2011 and, from 2027-03-16, 2025 †; Regulation (EU) 1169/2011, art. 9
and 30 (data/rules/completeness.toml). Level: warning for what a label that was read as a whole lacks (review by the
sets of 2025, and for rows of the nutrition table, for a sentence may name the negligible ones instead); one review of
what is "not on these photos" where they show only a part of it.

Only food is judged: by the Chinese sets where Chinese is printed, by the European ones where a language of the EU is
and the nutrition table is per 100 g or 100 ml. A US label answers to neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from core.rules.base import texts_of, value_of
from core.rules.calendar_dates import first_day
from core.rules.goods import NOUNS, TABLE, is_food
from core.rules.nutrition_rows import Column, columns, named, nutrients_in
from core.rules.tables import load_table
from core.types import Bilingual, Fields, Kind, Level, RecordFinding
from core.values.lexicons import lexicon_tables
from core.values.text import fold, has_cjk

ID, VERSION = "completeness", 1
TABLES = ("completeness", "energy_factors", TABLE)
LEXICONS = ("allergens", NOUNS)
WHOLE_LABEL = 0.65
"""Share of the required particulars from which on a label counts as read as a whole: a front or a table has less."""
LEAST_PRESENT = 2
"""Fewer particulars than this, and the photo shows no label at all."""
ENERGY_GIVING = ("fat", "saturated_fat", "carbohydrate", "sugars", "protein")
EXPLAINED = 0.05
"""Share of the energy that rounding may leave open."""
EU_LANGUAGES = frozenset({"en", "fr", "de", "it", "es", "nl", "pt"})
_NAMES = ("name", "legal_name", "category")
_CHINESE_TEXTS = ("name", "legal_name", "ingredients_text", "storage", "manufacturer")
_AT_HOME = ("china", "p.r.c")
_POSTCODE = re.compile(r"\d{4,6}\s+\w{3}|[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}")


@dataclass(frozen=True)
class Requirement:
    """One of `fields` has to be there."""

    fields: tuple[str, ...]
    label: Bilingual
    imported: bool = True
    """False where imported food need not say it."""
    when: str = ""
    """"allergens": only where the ingredients name one."""


@dataclass(frozen=True)
class RuleSet:
    """What a standard asks for, and from which day until before which."""

    id: str
    market: str
    title: str
    applies_from: date
    applies_until: date
    level: Level
    required: tuple[Requirement, ...]
    nutrients: tuple[str, ...] = ()
    """Rows the nutrition table has to have."""

    def applies(self, market: str, day: date) -> bool:
        return market == self.market and self.applies_from <= day < self.applies_until


@lru_cache
def load_rule_sets() -> tuple[RuleSet, ...]:
    """The sets of data/rules/completeness.toml."""
    return tuple(_rule_set(raw) for raw in load_table("completeness")["sets"])


def check_record(
    kind: Kind, fields: Fields, as_of: date, rule_sets: Iterable[RuleSet] | None = None
) -> tuple[RecordFinding, ...]:
    """What `fields`, read from all photos of a record, lack by the sets in force; none for ads and other goods.

    A product is judged by the sets of the day it was made, where that is known and past. A field that a person
    decided absent (value None) is absent.
    """
    present = {key: field for key, field in fields.items() if field.value is not None}
    market = market_of(present) if kind is Kind.PRODUCT and is_food(present) else None
    if market is None:
        return ()
    made = first_day(value_of(present, "production_date"))
    day = min(made, as_of) if made else as_of
    sets = load_rule_sets() if rule_sets is None else rule_sets
    return tuple(_findings(present, [found for found in sets if found.applies(market, day)]))


def market_of(fields: Fields) -> str | None:
    """ "cn", "eu", or None where what is printed leaves it open."""
    printed = value_of(fields, "languages")
    languages = {entry for entry in printed if isinstance(entry, str)} if isinstance(printed, list | tuple) else set()
    if "zh" in languages or any(has_cjk(text) for key in _CHINESE_TEXTS for text in _texts(fields, key)):
        return "cn"
    per_hundred = any(column.is_per_hundred for column in columns(fields.get("nutrition")))
    return "eu" if per_hundred and languages & EU_LANGUAGES else None


def _findings(fields: Fields, sets: list[RuleSet]) -> Iterator[RecordFinding]:
    asked = [(found, need) for found in sets for need in found.required if _is_asked(need, fields)]
    missing = [(found, need) for found, need in asked if not _is_there(need, fields)]
    there = len(asked) - len(missing)
    if there < LEAST_PRESENT:
        return
    if there < WHOLE_LABEL * len(asked):
        yield _not_on_these_photos([need for _, need in missing])
        return
    yield from (_missing(found, need) for found, need in missing)
    yield from (_missing_rows(found, rows) for found in sets if (rows := _rows_missing(found, fields)))


def _is_asked(need: Requirement, fields: Fields) -> bool:
    if (not need.imported and _is_imported(fields)) or _is_exempt(need, fields):
        return False
    return need.when != "allergens" or _names_allergen(value_of(fields, "ingredients_text"))


def _is_there(need: Requirement, fields: Fields) -> bool:
    if any(key in fields for key in need.fields):
        return True
    # A maker printed in one line with its town and postcode has its address.
    return "address" in need.fields and any(_POSTCODE.search(text) for text in _texts(fields, "manufacturer"))


def _rows_missing(found: RuleSet, fields: Fields) -> list[str]:
    """Nutrients the table has no row for, negligible ones aside; none where there is no table.

    Sodium stands for salt.
    """
    field = fields.get("nutrition")
    rows = nutrients_in(field)
    if not rows:
        return []
    rows |= {"salt"} if "sodium" in rows else set()
    rows |= set(ENERGY_GIVING) if any(_explains_energy(column) for column in columns(field)) else set()
    return [nutrient for nutrient in found.nutrients if nutrient not in rows]


def _explains_energy(column: Column) -> bool:
    """True where the nutrients that are there make up the energy, so that those that are not have next to none."""
    factors, energy = load_table("energy_factors")["factors"], column.by_nutrient.get("energy")
    total = sum(grams * factors.get(nutrient, 0) for nutrient, grams in column.grams.items())
    return energy is not None and energy.size > 0 and abs(total - energy.size) <= EXPLAINED * energy.size


def _is_imported(fields: Fields) -> bool:
    """True for an origin named in another script than Chinese, unless it is China."""
    origin = " ".join(fold(text) for text in _texts(fields, "origin"))
    return bool(origin) and not has_cjk(origin) and not any(word in origin for word in _AT_HOME)


def _is_exempt(need: Requirement, fields: Fields) -> bool:
    words = [word for key in need.fields for word in load_table("completeness")["exempt"].get(key, ())]
    names = [fold(text) for key in _NAMES for text in _texts(fields, key)]
    return any(word in name for word in words for name in names)


def _names_allergen(ingredients: Any) -> bool:
    """True where an ingredient is of the eight groups of GB 7718-2025."""
    text = ingredients if isinstance(ingredients, str) else ""
    tables = lexicon_tables("allergens")
    for name in tables["not"]["names"]:
        text = text.replace(name, "")
    groups = ("gluten", "crustaceans", "fish", "egg", "peanut", "soy", "milk", "nuts")
    return any(word in text for group in groups for word in tables["groups"][group] if has_cjk(word))


def _texts(fields: Fields, key: str) -> list[str]:
    return texts_of(fields[key]) if key in fields else []


def _missing(found: RuleSet, need: Requirement) -> RecordFinding:
    return _finding(
        found.level,
        need.fields,
        f"Not found on the label: {need.label.en}. {found.title} asks for it. Compare with the photos.",
        f"标签上未找到{need.label.zh}（{found.title} 要求标示），请对照照片核对。",
    )


def _missing_rows(found: RuleSet, nutrients: list[str]) -> RecordFinding:
    en, zh = zip(*map(named, nutrients), strict=True)
    return _finding(
        Level.REVIEW,
        ("nutrition",),
        f"Not found in the nutrition table: {', '.join(en)}. {found.title} asks for them. Compare with the photos.",
        f"营养成分表中未找到：{'、'.join(zh)}（{found.title} 要求标示），请对照照片核对。",
    )


def _not_on_these_photos(needs: list[Requirement]) -> RecordFinding:
    about = tuple(dict.fromkeys(key for need in needs for key in need.fields))
    en, zh = ", ".join(need.label.en for need in needs), "、".join(need.label.zh for need in needs)
    return _finding(
        Level.REVIEW,
        about,
        f"Only a part of the label is on these photos. Not on these photos: {en}.",
        f"照片只包含标签的一部分。照片中没有：{zh}。",
    )


def _finding(level: Level, about: tuple[str, ...], en: str, zh: str) -> RecordFinding:
    return RecordFinding(rule=ID, version=VERSION, level=level, message=Bilingual(en=en, zh=zh), about=about)


def _rule_set(raw: dict[str, Any]) -> RuleSet:
    required = tuple(
        Requirement(tuple(r["fields"]), Bilingual(en=r["en"], zh=r["zh"]), r.get("imported", True), r.get("when", ""))
        for r in raw["required"]
    )
    return RuleSet(
        id=raw["id"],
        market=raw["market"],
        title=raw["title"],
        applies_from=raw["applies_from"],
        applies_until=raw.get("applies_until", date.max),
        level=Level(raw["level"]),
        required=required,
        nutrients=tuple(raw.get("nutrients", ())),
    )
