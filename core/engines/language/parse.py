"""A model's answer -> typed fields, or a named failure.

Whatever is complete in a broken or cut answer is kept. Nothing is completed by a guess: half a number is
dropped, half a sentence is marked as truncated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.engines.language.answers import ALL_TEXT, CHOICES, ENTRIES, LANGUAGE_CODES, LIMITS, asked_fields, choices
from core.engines.language.reader import Cut, Pairs, read_objects
from core.engines.language.table import read_table
from core.engines.language.words import entries_of, is_absent, is_cut, is_doubtful, says_something, text_of
from core.errors import UnusableAnswer
from core.schema import FieldSpec, FieldType, Schema
from core.types import Bilingual, Fields, FieldValue, Grade, Source
from core.values.dates import SEE_PACKAGE
from core.values.periods import find_period
from core.values.prices import find_prices
from core.values.terms import load_terms
from core.values.text import squash
from core.values.typed import understand

LANGUAGES = {
    "zh": "chinese zh中文 汉语 中文 简体中文 繁体中文 chinois chinesisch zhcn zhtw mandarin",
    "en": "english 英文 英语 anglais englisch enus engb",
    "fr": "french 法文 法语 francais franzosisch",
    "de": "german 德文 德语 deutsch allemand",
    "es": "spanish 西班牙文 西班牙语 espanol",
    "it": "italian 意大利文 意大利语 italiano",
    "nl": "dutch 荷兰文 荷兰语 nederlands",
    "pt": "portuguese 葡萄牙文 葡萄牙语 portugues",
    "ja": "japanese 日文 日语 日本語 jp",
    "ko": "korean 韩文 韩语 한국어 kr",
    "ru": "russian 俄文 俄语 русский",
    "ar": "arabic 阿拉伯文 阿拉伯语",
    "th": "thai 泰文 泰语",
    "vi": "vietnamese 越南文 越南语",
}
"""Code -> what models call the language instead, squashed."""
_CODES = {name: code for code, names in LANGUAGES.items() for name in names.split()}

EXCERPT = 80
"""Characters of an unusable answer that its message shows."""


@dataclass(frozen=True)
class Parsed:
    """What an answer says. Absent fields are not in `fields`.

    `partial`: the answer broke off. `problems`: what was wrong with it and what became of that.
    `lines`: the text of the photo, where it was asked for.
    """

    fields: Fields = field(default_factory=dict)
    partial: bool = False
    problems: tuple[Bilingual, ...] = ()
    lines: tuple[str, ...] = ()


def parse_answer(text: str, schema: Schema, keys: Sequence[str] | None = None, *, engine: str = "model") -> Parsed:
    """The fields in a model's answer, graded MEDIUM, and LOW where it is doubtful.

    Raises UnusableAnswer where it says nothing about any key asked for. An answer whose keys are all null
    is a usable one: the photo shows nothing.
    """
    asked = asked_fields(schema, keys)
    answer = _answer_in(read_objects(text), _names(asked))
    if answer is None:
        raise UnusableAnswer(engine=engine, excerpt=excerpt(text))
    reading = _Reading(asked)
    for name, value in answer.pairs:
        reading.take(name, value)
    if not reading.said:
        raise UnusableAnswer(engine=engine, excerpt=excerpt(text))
    return Parsed(reading.fields, not answer.whole, tuple(reading.problems), tuple(reading.lines))


def excerpt(text: str) -> str:
    """The beginning of an answer in quotes, fit to stand in a message."""
    words = text_of(text[: EXCERPT * 4])
    return f'"{words[:EXCERPT]}…"' if len(words) > EXCERPT else f'"{words}"'


class _Reading:
    """The fields of one answer as they come in."""

    def __init__(self, asked: Sequence[FieldSpec]) -> None:
        self._names = _names(asked)
        self.fields: Fields = {}
        self.problems: list[Bilingual] = []
        self.lines: list[str] = []
        self.said = False
        """True when anything was said about a key, be it that nothing is there."""

    def take(self, name: str, value: Any) -> None:
        """Adds the field called `name`; of a doubled one the first that says something stands."""
        if name == ALL_TEXT:
            self.lines = self.lines or entries_of(value)
            self.said = self.said or bool(self.lines)
        spec = self._names.get(squash(name).text)
        if spec is None:
            return
        found, odd = read_field(spec, value)
        self.said = self.said or found is not None or not odd
        if odd:
            self._note(spec, odd)
        if found is None:
            return
        if spec.key in self.fields:
            if found.value != self.fields[spec.key].value:
                self._note(spec, "twice")
            return
        self.fields[spec.key] = found

    def _note(self, spec: FieldSpec, what: str) -> None:
        en, zh = _PROBLEMS.get(what, (f"{{field}}: '{what}' is not understood.", f"{{field}}：“{what}”无法识别。"))
        self.problems.append(Bilingual(en=en.replace("{field}", spec.en), zh=zh.replace("{field}", spec.zh)))


_PROBLEMS = {
    "shape": ("{field}: written in another form than asked for.", "{field}：书写格式与要求不符。"),
    "doubt": ("{field}: the model could not read a character.", "{field}：模型有无法辨认的字符。"),
    "cut": ("{field}: the answer breaks off inside it.", "{field}：回答在此处中断。"),
    "twice": ("{field}: answered twice; the first answer is kept.", "{field}：重复回答，已保留第一个。"),
    "long": (
        "{field}: longer than any label prints; its beginning is kept.",
        "{field}：长度超出合理范围，仅保留开头。",
    ),
}


def read_field(spec: FieldSpec, value: Any) -> tuple[FieldValue | None, str]:
    """The typed value of one field, and what was odd about it ("" for nothing): a key of the problems, or words."""
    read = _READ.get(spec.type, _read_text)
    found, odd = read(spec, value)
    if found is None:
        return None, odd
    cut = is_cut(value) or odd == "long"
    doubtful = is_doubtful(found.raw or "")
    if not odd and not doubtful and not _is_understood(spec, found):
        odd = str(found.value)
    grade = Grade.LOW if odd or cut or doubtful else Grade.MEDIUM
    marks = {"sources": (Source.VLM,), "grade": grade, "inferred": spec.inferred, "truncated": cut}
    return found.model_copy(update=marks), odd or ("cut" if cut else "doubt" if doubtful else "")


_MEASURED = {FieldType.DATE, FieldType.DURATION, FieldType.QUANTITY}
"""Types whose value is a number or a day, which one unread character changes into another."""


def _is_understood(spec: FieldSpec, found: FieldValue) -> bool:
    """False for words that were kept because they are no date, amount or table."""
    if spec.type is FieldType.DATE:
        return found.value == SEE_PACKAGE or bool(_DAY.fullmatch(str(found.value)))
    return spec.type in _WORDS or not isinstance(found.value, str)


_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?|--\d\d-\d\d")
"""ISO 8601; an offer's day may stand without its year."""


def _answer_in(objects: Sequence[Pairs], names: dict[str, FieldSpec]) -> Pairs | None:
    """The object, or the object in an object, that has most of the keys asked for; None where none has one."""
    inner = [value for pairs in objects for _, value in pairs.pairs if isinstance(value, Pairs)]
    best = max((*objects, *inner), key=lambda pairs: _known(pairs, names), default=None)
    return best if best is not None and _known(best, names) else None


def _known(pairs: Pairs, names: dict[str, FieldSpec]) -> int:
    return len({squash(key).text for key, _ in pairs.pairs if squash(key).text in names or key == ALL_TEXT})


def _names(asked: Sequence[FieldSpec]) -> dict[str, FieldSpec]:
    """What a field may be called in an answer, squashed: its key, or its label in either language."""
    names = {squash(spec.key).text: spec for spec in asked}
    for spec in asked:
        for label in (spec.en, spec.zh, *spec.zh.split("/")):
            names.setdefault(squash(label).text, spec)
    return names


Read = tuple[FieldValue | None, str]


def _read_text(spec: FieldSpec, value: Any) -> Read:
    """Text, dates and amounts. The beginning of a date or of an amount is another one, so a cut one is dropped."""
    text = text_of(value)
    if isinstance(value, Cut) and (spec.type not in _WORDS or not says_something(text)):
        return None, "cut"
    if is_absent(text):
        return None, ""
    if len(text) > LIMITS[spec.type]:
        return understand(spec, text[: LIMITS[spec.type]]), "long"
    odd = "" if isinstance(value, str) else "shape"
    if spec.type in _MEASURED and is_doubtful(text):
        # Understood with a digit missing, 20?6-05-01 would be the sixth of May 2001.
        return FieldValue(value=text, raw=text), odd
    return _day_of_offer(spec, text) or understand(spec, text), odd


def _day_of_offer(spec: FieldSpec, text: str) -> FieldValue | None:
    """The first or last day where a model copies the whole period ("6月1日-18日") or a day without its year."""
    period = find_period(text) if spec.key in _OFFER else None
    if period is None:
        return None
    days = (period.start, period.end) if spec.key == _OFFER[0] else (period.end, period.start)
    return FieldValue(value=days[0] or days[1], raw=text)


_OFFER = ("offer_start", "offer_end")
_WORDS = (FieldType.TEXT, FieldType.LONGTEXT)


def _read_list(spec: FieldSpec, value: Any) -> Read:
    entries = list(dict.fromkeys(filter(None, (_entry(spec, text) for text in entries_of(value)))))
    kept = entries[: ENTRIES[spec.type]]
    if not kept:
        return None, ""
    return understand(spec, "\n".join(kept)), "long" if len(kept) < len(entries) else _shape_of(value)


def _shape_of(value: Any) -> str:
    return "shape" if isinstance(value, str | Pairs) else ""


def _entry(spec: FieldSpec, text: str) -> str | None:
    """The entry, in the words its field is answered in where there are such; None where it is none of them."""
    if spec.key in CHOICES:
        return _choice(spec.key, text)
    if spec.key == LANGUAGE_CODES:
        name = squash(text).text
        return _CODES.get(name) or (name[:2] if len(name) == 2 else text)
    return text[: LIMITS[spec.type]]


def _choice(key: str, text: str) -> str:
    """The lexicon key that `text` is, is called, or has a word of; its own words where it is none."""
    lexicon = load_terms(CHOICES[key])
    if text in choices(key):
        return text
    named = {squash(name).text: entry.key for entry in lexicon.entries for name in (entry.key, entry.en, entry.zh)}
    match = lexicon.first(text)
    return named.get(squash(text).text) or (match.key if match else text)


def _read_prices(spec: FieldSpec, value: Any) -> Read:
    """Each price as it is typed ("168 CNY current"), else as it is printed ("原价¥199")."""
    entries = entries_of(value)[: ENTRIES[spec.type]]
    prices = {entry: _prices_in(spec, entry) for entry in entries}
    raw = "\n".join(entries)
    found = [price for entry in entries for price in prices[entry]]
    odd = next((entry for entry in entries if not prices[entry]), "")
    if not found:
        return (FieldValue(value=raw, raw=raw), odd) if raw else (None, "")
    return FieldValue(value=found, raw=raw), odd or _shape_of(value)


def _prices_in(spec: FieldSpec, text: str) -> list[dict[str, Any]]:
    """The prices of one entry. A kind the model names decides; else the printed label beside the amount does."""
    typed = understand(spec, text).value
    prices: list[dict[str, Any]] = typed if isinstance(typed, list) else []
    if prices and text.endswith(f" {prices[0]['kind']}"):
        return prices
    return [price.as_value() for price in find_prices(text)] or prices


def _read_nutrition(spec: FieldSpec, value: Any) -> Read:
    found, odd = read_table(spec, value)
    return found, odd[0] if odd else ""


_READ: dict[FieldType, Callable[[FieldSpec, Any], Read]] = {
    FieldType.LIST: _read_list,
    FieldType.PROMOTIONS: _read_list,
    FieldType.SELLING_POINTS: _read_list,
    FieldType.PRICES: _read_prices,
    FieldType.NUTRITION: _read_nutrition,
}
