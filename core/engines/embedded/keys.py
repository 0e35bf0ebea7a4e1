"""Keys printed on labels (净含量：, Ingredients:, Zutaten) and the values that follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.engines.embedded.layout import Block, Span
from core.values.dates import parse_date, parse_duration
from core.values.lexicons import lexicon_tables
from core.values.quantities import parse_quantity
from core.values.text import Hit, Vocabulary, has_cjk

STOP = "stop"
"""The field of keys that announce something the schema has no field for."""
LANGUAGES = ("zh", "en", "fr", "de")

_BEFORE_KEY = re.compile(r"(?:^|[\n\t])[^\w\n]*(?:\d{1,2}[.、)]\s*)?$")
_SENTENCE_BEFORE = re.compile(r"(?:[.!?。；;，,|]|\s{2}|[】\])）»•·])\s*$")
_COLON = re.compile(r"\s*(?:[(（][^()（）\n]{0,24}[)）]\s*)?[】\]]?\s*[:：﹕∶]\s*")
_BRACKET = re.compile(r"\s*[】\]]\s*[:：]?\s*")
_AND_MORE = re.compile(r"\s*(?:[(（][^()（）\n]{0,24})?[)）]?\s*[及和与/、][^:：\n\t，,。；;0-9]{1,8}[:：]\s*")
"""The rest of a Chinese key that names two things: 生产日期（年月日）及产地代码：."""
_SLASH = re.compile(r"\s*[/／&、和及与]?\s*")
_LINE_END = re.compile(r"\s*(?:[(（][^()（）\n]{0,24}[)）])?\s*(?:\n|$)")
_CELL_END = re.compile(r" *(?:[(（][^()（）\n\t]{0,24}[)）])? *\t")
_BEFORE_COLON = re.compile(r"(?:^|\n)[^\w\n]*(?P<key>[^\n:：]{2,30}?)\s*[】\]]?\s*[:：]\s*")
_WORDED = ("ingredients_text", "storage")
"""Fields whose Chinese keys also begin longer words."""
_SEPARATOR = re.compile(r"[\s.\-–—_]*")


@dataclass(frozen=True)
class Key:
    """What a printed key stands for. `bare` keys need no colon."""

    field: str
    language: str
    bare: bool = False


@dataclass(frozen=True)
class Mark:
    """A key found in a block: its fields, where it begins and where its value begins."""

    fields: tuple[str, ...]
    start: int
    value: int
    language: str
    colon: bool


@dataclass(frozen=True)
class Keyed:
    """A field's printed value: characters [start, end) of `block.text`, up to the next key."""

    field: str
    block: Block
    start: int
    end: int
    colon: bool
    """True where a colon or bracket stands between key and value."""
    key_start: int
    """Where in `block.text` the key begins."""
    key_text: str
    """The key as printed, without its colon."""
    language: str

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.end]

    def spans(self, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
        """The OCR stretches of characters [start, end) of `text`."""
        return self.block.spans(self.start + start, self.end if end is None else self.start + end)


@lru_cache
def key_vocabulary() -> Vocabulary[Key]:
    lexicon = lexicon_tables("label_keys")
    phrases: dict[str, Key] = {}
    for field, names in [*lexicon["fields"].items(), (STOP, lexicon["stop"])]:
        bare = set(names.get("bare", ()))
        for language in LANGUAGES:
            for name in names.get(language, ()):
                phrases.setdefault(name, Key(field, language, name in bare))
        for name in bare:
            phrases.setdefault(name, Key(field, _script(name), True))
    return Vocabulary(phrases)


def _script(name: str) -> str:
    """The language a phrase given without one is counted for; none for Latin letters."""
    return "zh" if has_cjk(name) else ""


def is_label(text: str) -> bool:
    """True where `text` is a key and nothing else, so that its value must stand elsewhere."""
    cleaned = re.sub(r"^[^\w]+", "", text)
    match = _COLON.search(cleaned)
    head, rest = (cleaned[: match.start()], cleaned[match.end() :]) if match else (cleaned, "")
    key = key_vocabulary().exact(head)
    return key is not None and key.field != STOP and not rest.strip()


def read_keys(blocks: tuple[Block, ...]) -> list[Keyed]:
    """Every keyed value of the blocks, in reading order. Keys without a field only end values."""
    found = []
    for block in blocks:
        marks = find_marks(block.text)
        for number, mark in enumerate(marks):
            end = marks[number + 1].start if number + 1 < len(marks) else len(block.text)
            printed = block.text[mark.start : mark.value].strip(" \n:：【】[]•·*-")
            found += [
                Keyed(field, block, mark.value, end, mark.colon, mark.start, printed, mark.language)
                for field in mark.fields
                if field != STOP
            ]
    return found


def find_marks(text: str) -> list[Mark]:
    """The keys in `text`, left to right, without overlaps."""
    marks: list[Mark] = []
    for mark in sorted([*_exact_marks(text), *_misread_marks(text)], key=lambda mark: (mark.start, -mark.value)):
        if marks and mark.start < marks[-1].value:
            if mark.fields != marks[-1].fields and mark.value >= marks[-1].value and marks[-1].start != mark.start:
                marks[-1] = _merged(marks[-1], mark)
            continue
        marks.append(mark)
    return marks


def _merged(one: Mark, other: Mark) -> Mark:
    """Two keys that share one value: 生产日期/批号：20250304."""
    fields = tuple(dict.fromkeys((*one.fields, *other.fields)))
    return Mark(fields, one.start, other.value, one.language, one.colon or other.colon)


def _exact_marks(text: str) -> Iterator[Mark]:
    hits = list(key_vocabulary().find(text))
    for number, hit in enumerate(hits):
        following = hits[number + 1] if number + 1 < len(hits) else None
        end, colon = _behind_key(text, hit, following)
        if end is not None and _begins_here(text, hit, colon):
            start = _bracket_start(text, hit.start)
            yield Mark((hit.meaning.field,), start, end, hit.meaning.language, colon)


def _bracket_start(text: str, start: int) -> int:
    """Before the 【 and the bullet that belong to the key."""
    lead = re.search(r"[ \t【\[●•·*■◆▪\-]*$", text[:start])
    return lead.start() if lead else start


def _behind_key(text: str, hit: Hit[Key], following: Hit[Key] | None) -> tuple[int | None, bool]:
    """Where the value begins, and whether a colon says so; None where this is no key."""
    for pattern in (_COLON, _BRACKET):
        if match := pattern.match(text, hit.end):
            return match.end(), True
    joint = _SLASH.match(text, hit.end)
    if following and joint and joint.end() == following.start and "\n" not in text[hit.end : following.start]:
        end, colon = _behind_key(text, following, None)
        if end is not None and (colon or following.meaning.field == hit.meaning.field):
            return end, colon
    if has_cjk(text[hit.start]) and (match := _AND_MORE.match(text, hit.end)):
        return match.end(), True
    if match := _LINE_END.match(text, hit.end) or _CELL_END.match(text, hit.end):
        return match.end(), False
    if _announces(text, hit):
        separator = _SEPARATOR.match(text, hit.end)
        return separator.end() if separator else hit.end, False
    return None, False


def _announces(text: str, hit: Hit[Key]) -> bool:
    """True where the key needs no colon: a bare key, or one with a value of its own kind behind it.

    A bare Chinese key right before another character is the head of a longer word (配料 in 配料包),
    unless its value is of a kind that shows.
    """
    rest = text[hit.end : hit.end + 24].split("\n")[0]
    if hit.meaning.bare and not (has_cjk(text[hit.start]) and has_cjk(rest[:1]) and hit.meaning.field in _WORDED):
        return True
    if hit.meaning.field == "net_content":
        return bool(re.match(r"\s*\d", rest)) and parse_quantity(rest) is not None
    if hit.meaning.field in ("production_date", "expiry_date"):
        return parse_date(rest) is not None
    if hit.meaning.field == "shelf_life":
        return parse_duration(rest) is not None
    return hit.meaning.field == "licence" and bool(re.match(r"\s*(?:SC|QS)\s*\d", rest))


def _begins_here(text: str, hit: Hit[Key], colon: bool) -> bool:
    """True where a key can begin: at a line's head, after a stop, or anywhere in Chinese before a colon."""
    before = text[: hit.start]
    if _BEFORE_KEY.search(before):
        return True
    if hit.meaning.field == "origin" and hit.meaning.bare:
        return True
    if has_cjk(text[hit.start]):
        return colon or (hit.meaning.bare and _SENTENCE_BEFORE.search(before) is not None)
    if colon:
        return not before[-1:].isalpha()
    return hit.meaning.bare and _begins_sentence(text, hit, before)


def _begins_sentence(text: str, hit: Hit[Key], before: str) -> bool:
    """A bare Latin key inside a line: a capital after a stop, or a line of its own kind after a gap."""
    capital = text[hit.start].isupper()
    return capital and (_SENTENCE_BEFORE.search(before) is not None or before[-1:] in " \n")


def _misread_marks(text: str) -> Iterator[Mark]:
    """Keys with one wrong character, at a line's head and before a colon only."""
    for match in _BEFORE_COLON.finditer(text):
        printed = match["key"]
        if key_vocabulary().exact(printed) is None and (key := key_vocabulary().nearest(printed)):
            yield Mark((key.field,), match.start("key"), match.end(), key.language, True)
