"""What a rule is: a pure function from a record's fields to findings on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from core.types import Bilingual, Fields, FieldValue, Kind, Level


class Hit(NamedTuple):
    """One thing a rule has to say: about which field, and how serious."""

    key: str
    level: Level
    message: Bilingual


Check = Callable[[Fields, date], Iterable[Hit]]
"""(fields, as_of) -> hits on fields that are present. `as_of` is the day the record is judged on."""


@dataclass(frozen=True)
class Rule:
    """`version` goes up whenever the same fields may get another answer."""

    id: str
    version: int
    kinds: frozenset[Kind]
    check: Check


PRODUCT = frozenset({Kind.PRODUCT})
AD = frozenset({Kind.AD})
ANY = PRODUCT | AD


def hit(key: str, level: Level, en: str, zh: str) -> Hit:
    return Hit(key, level, Bilingual(en=en, zh=zh))


def value_of(fields: Fields, key: str) -> Any:
    """The field's value; None where it is absent."""
    field = fields.get(key)
    return field.value if field else None


LARGEST = 1e15
"""No label prints more; beyond it arithmetic would lose digits or overflow."""


def number_of(value: Any) -> float | None:
    """`value` as a number; None for anything else: a bool, a text, infinity, NaN, a number beyond LARGEST."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST else None


def texts_of(field: FieldValue) -> list[str]:
    """The wordings in a text, a list of texts, or a list of entries with a `text`."""
    entries = field.value if isinstance(field.value, list | tuple) else [field.value]
    texts = [entry.get("text") if isinstance(entry, dict) else entry for entry in entries]
    return [text for text in texts if isinstance(text, str)]


def amount(value: float) -> str:
    """A number the way messages show it: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
