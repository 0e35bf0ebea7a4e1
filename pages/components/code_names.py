"""Words for the codes that values are stored by: kinds of prices, audiences, emotions."""

from __future__ import annotations

from collections import Counter

from core.engines.language.answers import CHOICES
from core.insights import words
from core.schema import FieldSpec, FieldType
from pages.components.i18n import say


def code_names(spec: FieldSpec) -> dict[str, str]:
    """What the codes among the field's entries are called; a name that two would share stands for none."""
    lexicon = "price_labels" if spec.type is FieldType.PRICES else CHOICES.get(spec.key)
    names = {code: say(name) for code, name in words.codes(lexicon).items()} if lexicon else {}
    often = Counter(name.casefold() for name in names.values())
    return {code: name for code, name in names.items() if often[name.casefold()] == 1}


def in_words(spec: FieldSpec, entry: str) -> str:
    """An entry of the field as editors show it (rows.js does the same): "168 CNY current" as "168 CNY 现价"."""
    names = code_names(spec)
    head, gap, code = entry.rpartition(" ") if spec.type is FieldType.PRICES else ("", "", entry)
    return f"{head}{gap}{names[code]}" if code in names else entry
