"""Questions that lines, barcodes and fields answer: all text, a field, whether a word is printed.

The embedded engine finds and quotes; it does not judge. A question that asks for more is refused with the
way to the model, whatever words of labels it holds besides. Whether an allergen is in a product is not said
either: what is printed is quoted, and that nothing was found is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from PIL import Image

from core.engines.base import Question
from core.engines.embedded.kind import guess_kind
from core.errors import NeedsModel
from core.pitch import MADE, pitch_of
from core.schema import FieldSpec, FieldType, Schema, load_schema
from core.types import Box, Fields, FieldValue, Grade, Kind, Readings
from core.values.lexicons import lexicon_tables
from core.values.text import Vocabulary, has_cjk, squash
from core.values.typed import show_value

Extract = Callable[[Image.Image, Readings, Schema], Fields]

AS_PRINTED = {FieldType.TEXT, FieldType.LONGTEXT, FieldType.DATE, FieldType.DURATION, FieldType.QUANTITY}
"""Fields whose words on the photo are the best answer; the others are shown as editors show them."""

PITCH = {"selling_points", "audience"}
"""Asked for together, about a poster, these are a question for one sentence."""

_WORDS_ASKED = (
    re.compile(r"\b(?:contains?|containing|free (?:of|from)|ha(?:s|ve))\s+(?P<word>.+)", re.IGNORECASE),
    re.compile(r"\b(?:is|are) there (?P<word>.+?)(?: (?:in|on) (?:it|this|there|the .+))?\W*$", re.IGNORECASE),
    re.compile(r"\b(?P<word>\w+)[ -]free\b", re.IGNORECASE),
    re.compile(r"(?:是否|有没有|含不含)(?:含有|含|有|添加)?(?P<word>[^吗？?，。]+)"),
    re.compile(r"(?:含有|包含|含|有|添加了?)(?P<word>[^吗？?，。没无]+)吗"),
)
"""How a question asks whether something is printed; `word` is what it asks for."""

_AROUND = re.compile(r"^(?:an?|any|the|some|traces of|of)\s+|[\s?？!.。吗呢]+$", re.IGNORECASE)
_OR = re.compile(r"\s*(?:,|、|，|/|\bor\b|\band\b|或者|或|和|及)\s*", re.IGNORECASE)

_TEXTS = {
    "photo": ("Photo {number}:", "照片 {number}："),
    "no_text": ("No text was read on it.", "未读到文字。"),
    "line": ("{place}: {text}", "{place}：{text}"),
    "barcode": ("barcode ({format}): {text}", "条码（{format}）：{text}"),
    "field": ("{label}: {text}", "{label}：{text}"),
    "not_found": ("{label}: not found in what was read", "{label}：未在读到的内容中找到"),
    "doubtful": (" (doubtful)", "（存疑）"),
    "printed": ("Printed with {words}:", "含有{words}字样的印刷内容："),
    "not_printed": (
        "{words}: not found in the text that was read. That is no proof that it is not in the product.",
        "{words}：未在读到的文字中找到。这并不能证明产品中没有。",
    ),
    "quote": ("“{text}”", "“{text}”"),
}
_ROWS = (("top", "上"), ("middle", "中"), ("bottom", "下"))
_COLUMNS = (("left", "左"), ("centre", "中"), ("right", "右"))


def answer_lines(question: Question, extract: Extract) -> Iterator[str]:
    """The answer line by line, in the language of the question. Raises NeedsModel."""
    text, lang = question.text, "zh" if has_cjk(question.text) else "en"
    readings = question.readings or tuple(Readings(width=photo.width, height=photo.height) for photo in question.images)
    words, fields = asked_words(text), asked_fields(text)
    if _all_text().exact(text) or any(True for _ in _all_text().find(text)):
        yield from _every_line(readings, lang)
    elif any(True for _ in _judgement().find(text)) or not (words or fields):
        raise NeedsModel
    elif words:
        yield from _quotes(words, readings, lang)
    else:
        yield from _values(fields, question.images, readings, extract, lang)


def asked_words(text: str) -> tuple[str, ...]:
    """The words that the question asks for: "peanut" in "Does it contain peanut?".

    () where it asks for none, or for a field by its name.
    """
    for pattern in _WORDS_ASKED:
        if found := pattern.search(text):
            words = (_bare(word) for word in _OR.split(found["word"]))
            return tuple(word for word in words if squash(word).text and _field_words().exact(word) is None)
    return ()


def _bare(word: str) -> str:
    """The word without article and question mark."""
    while (shorter := _AROUND.sub("", word.strip())) != word:
        word = shorter
    return word


def asked_fields(text: str) -> tuple[str, ...]:
    """The fields that the question names, in its order."""
    return tuple(dict.fromkeys(hit.meaning for hit in _field_words().find(text)))


@lru_cache
def _all_text() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("questions")["all_text"]["names"], "all"))


@lru_cache
def _judgement() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("questions")["judgement"]["names"], "judgement"))


@lru_cache
def _field_words() -> Vocabulary[str]:
    """Labels of both schemas, and what else people call a field."""
    words: dict[str, str] = {}
    for field, names in lexicon_tables("questions")["fields"].items():
        words |= dict.fromkeys(names, field)
    for spec in _specs().values():
        for label in (*re.split(r"[/(（]", spec.zh), *re.split(r"[/(（]", spec.en)):
            if len(squash(label).text) > 1:
                words.setdefault(label.strip("）) "), spec.key)
    return Vocabulary(words)


@lru_cache
def _specs() -> dict[str, FieldSpec]:
    """Every field by its key; a key that both kinds have is the product's."""
    return {spec.key: spec for kind in (Kind.AD, Kind.PRODUCT) for spec in load_schema(kind).fields}


def _say(name: str, lang: str, **values: object) -> str:
    return _TEXTS[name][lang == "zh"].format(**values)


def _every_line(readings: tuple[Readings, ...], lang: str) -> Iterator[str]:
    for number, reading in enumerate(readings, 1):
        if len(readings) > 1:
            yield _say("photo", lang, number=number) + "\n"
        if not reading.lines and not reading.barcodes:
            yield _say("no_text", lang) + "\n"
        for line in reading.lines:
            yield _say("line", lang, place=_place(line.box, reading, lang), text=line.text) + "\n"
        for code in reading.barcodes:
            yield _say("barcode", lang, format=code.format, text=code.text) + "\n"


def _place(box: Box, reading: Readings, lang: str) -> str:
    """Where on the photo, in thirds: "top left", 左上."""
    row = _ROWS[_third((box[1] + box[3]) / 2, reading.height)]
    column = _COLUMNS[_third((box[0] + box[2]) / 2, reading.width)]
    if lang == "zh":
        return "正中" if row[1] == column[1] else f"{column[1]}{row[1]}"
    return "centre" if (row[0], column[0]) == ("middle", "centre") else f"{row[0]} {column[0]}"


def _third(value: float, size: int) -> int:
    return min(2, max(0, int(3 * value / max(size, 1))))


def _quotes(words: tuple[str, ...], readings: tuple[Readings, ...], lang: str) -> Iterator[str]:
    """The lines that hold a word or, for an allergen, one of its other names."""
    for word in words:
        named = f"“{word}”" if lang == "zh" else word
        lines = list(dict.fromkeys(_lines_with(word, readings)))
        if not lines:
            yield _say("not_printed", lang, words=named) + "\n"
            continue
        yield _say("printed", lang, words=named) + "\n"
        for line in lines:
            yield _say("quote", lang, text=line) + "\n"


def _lines_with(word: str, readings: tuple[Readings, ...]) -> Iterator[str]:
    wanted = _names_of(word)
    for reading in readings:
        for line in reading.lines:
            if any(hit.meaning for hit in wanted.find(line.text)):
                yield line.text


@lru_cache(maxsize=64)
def _names_of(word: str) -> Vocabulary[bool]:
    """The word, with every name of the allergen it stands for; names of other things that hold one mean nothing."""
    lexicon = lexicon_tables("allergens")
    groups = [
        names for names in lexicon["groups"].values() if squash(word).text in {squash(name).text for name in names}
    ]
    names = {name: True for group in groups for name in group}
    harmless = dict.fromkeys(lexicon["not"]["names"], False) if groups else {}
    return Vocabulary({**harmless, **names, word: True})


def _values(
    fields: tuple[str, ...],
    images: tuple[Image.Image, ...],
    readings: tuple[Readings, ...],
    extract: Extract,
    lang: str,
) -> Iterator[str]:
    found = [
        extract(image, reading, load_schema(guess_kind(reading)))
        for image, reading in zip(images, readings, strict=True)
    ]
    if set(fields) == PITCH and any("selling_points" in per_photo or "price" in per_photo for per_photo in found):
        yield from _pitches(found, lang)
        return
    for key in fields:
        spec = _specs()[key]
        label = spec.label(lang)
        texts = dict.fromkeys(_shown(spec, per_photo[key], lang) for per_photo in found if key in per_photo)
        if not texts:
            yield _say("not_found", lang, label=label) + "\n"
        for text in texts:
            yield _say("field", lang, label=label, text=text) + "\n"


def _pitches(found: list[Fields], lang: str) -> Iterator[str]:
    """The sentence about each poster, and that no model wrote it."""
    for number, fields in enumerate(found, 1):
        if len(found) > 1:
            yield _say("photo", lang, number=number) + "\n"
        yield pitch_of(fields).sentence.in_lang(lang) + "\n"
    yield MADE.in_lang(lang) + "\n"


def _shown(spec: FieldSpec, field: FieldValue, lang: str) -> str:
    text = field.raw if spec.type in AS_PRINTED and field.raw else show_value(spec, field)
    lines = text.strip().splitlines()
    shown = lines[0] if len(lines) == 1 else "\n" + "\n".join(f"- {line}" for line in lines)
    return shown + (_say("doubtful", lang) if field.grade is Grade.LOW else "")
