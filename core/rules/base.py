"""What a rule is: a pure function from a record's fields to findings on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from core.types import Bilingual, Fields, FieldValue, Kind, Level
from core.values.terms import Match, TermLexicon


class Hit(NamedTuple):
    """One thing a rule has to say: about which field, and how serious."""

    key: str
    level: Level
    message: Bilingual


@dataclass(frozen=True)
class Known:
    """What a rule may know besides the record itself."""

    as_of: date
    """The day the record is judged on."""
    brands: Mapping[str, int] = field(default_factory=dict)
    """Brands of verified records whose barcode has this record's company prefix, with their numbers."""


Check = Callable[[Fields, Known], Iterable[Hit]]
"""(fields, known) -> hits on fields that are present."""


@dataclass(frozen=True)
class Rule:
    """`version` goes up whenever the same fields may get another answer."""

    id: str
    version: int
    kinds: frozenset[Kind]
    check: Check
    tables: tuple[str, ...] = ()
    """Files of data/rules it reads."""
    lexicons: tuple[str, ...] = ()
    """Files of data/lexicons it reads."""


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


def entries_of(fields: Fields, key: str) -> list[dict[str, Any]]:
    """The entries of a list of prices or promotions; whatever is no entry is passed over."""
    value = value_of(fields, key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list | tuple) else []


def kind_in(entry: dict[str, Any]) -> str:
    """The `kind` of a price or promotion; "" where it is no text."""
    kind = entry.get("kind")
    return kind if isinstance(kind, str) else ""


def texts_of(field: FieldValue) -> list[str]:
    """The wordings in a text, a list of texts, or a list of entries with a `text`."""
    entries = field.value if isinstance(field.value, list | tuple) else [field.value]
    texts = [entry.get("text") if isinstance(entry, dict) else entry for entry in entries]
    return [text for text in texts if isinstance(text, str)]


def terms_in(lexicon: TermLexicon, field: FieldValue | None) -> Iterable[Match]:
    """The lexicon's terms in the field's wordings, each printed form once."""
    found = (match for text in texts_of(field) for match in lexicon.find(text)) if field else ()
    return {match.printed: match for match in found}.values()


def wordings(
    lexicon: TermLexicon, found: Iterable[tuple[str, Match]], message: Callable[[str, Bilingual], Bilingual]
) -> Iterator[Hit]:
    """One hit for review per (field, term); `message` makes its words of what is printed and what the term means."""
    for key, match in found:
        words = message(match.printed, lexicon.label(match.key))
        yield hit(key, Level.REVIEW, words.en, words.zh)


def amount(value: float) -> str:
    """A number the way messages show it: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
