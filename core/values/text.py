"""Comparing printed text the way OCR needs it: blind to case, width, accents, spaces and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")

CJK = re.compile(r"[\u3400-\u9fff]")
FUZZY_LATIN = 85.0
"""Least likeness (0 to 100) at which a Latin word counts as a misread key: one error in about seven letters."""
FUZZY_CJK = 66.0
"""The same for Chinese keys, where three characters with one misread are 67 alike."""
WRAPPED = 14
"""Letters of a Latin phrase from which it may run over a line's end (à consommer de / préférence avant)."""
FUZZY_LENGTH_LATIN = 6
FUZZY_LENGTH_CJK = 3
"""Shorter keys are matched exactly only: one error makes them another word."""


def fold(text: str) -> str:
    """`text` in NFKC and casefolded, Latin letters without their accents, everything else kept."""
    return "".join(_fold_char(char) for char in unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    """One folded character. Only Latin loses its marks: か must not become が's equal."""
    folded = unicodedata.normalize("NFKC", char).casefold()
    bare = unicodedata.normalize("NFKD", folded)
    return bare[0] if bare and bare[0].isascii() and bare[0].isalpha() and len(folded) == 1 else folded


def fold_aligned(text: str) -> str:
    """`text` folded character by character to exactly its own length, so offsets in one hold in the other."""
    return "".join(folded if len(folded := _fold_char(char)) == 1 else char for char in text)


@dataclass(frozen=True)
class Squashed:
    """Folded letters and digits only. `at[i]` is where `text[i]` stood in `source`."""

    source: str
    text: str
    at: tuple[int, ...]

    def start(self, index: int) -> int:
        """Offset in `source` of squashed character `index`; the source's end behind the last one."""
        return self.at[index] if index < len(self.at) else len(self.source)

    def end(self, index: int) -> int:
        """Offset in `source` just behind squashed character `index - 1`."""
        return self.at[index - 1] + 1 if index else 0


@lru_cache(maxsize=8192)
def squash(text: str) -> Squashed:
    """`text` without spaces, punctuation and symbols, folded, with the way back to the original."""
    letters: list[str] = []
    at: list[int] = []
    for index, char in enumerate(text):
        for folded in _fold_char(char):
            if unicodedata.category(folded)[0] in "LN":
                letters.append(folded)
                at.append(index)
    return Squashed(text, "".join(letters), tuple(at))


def is_same(one: str, other: str) -> bool:
    """True where both say the same letters and digits; two empty texts are not the same thing."""
    return bool(squash(one).text) and squash(one).text == squash(other).text


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1, spaces and punctuation aside."""
    return fuzz.ratio(squash(one).text, squash(other).text) / 100


def whole_characters(text: str) -> str:
    """The text with surrogate pairs made one character, and lone surrogates, which no file can hold, U+FFFD."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def has_cjk(text: str) -> bool:
    return CJK.search(text) is not None


def letters(text: str) -> int:
    """How many characters of `text` are letters of any script."""
    return sum(char.isalpha() for char in text)


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A phrase of a vocabulary found in a text: offsets in that text and what the phrase stands for."""

    start: int
    end: int
    meaning: T


class Vocabulary(Generic[T]):
    """Printed phrases and what each stands for; found in text whatever its case, accents and spaces."""

    def __init__(self, phrases: Mapping[str, T]) -> None:
        self._meanings = {squash(phrase).text: meaning for phrase, meaning in phrases.items()}
        self._lengths: dict[str, list[int]] = {}
        for phrase in self._meanings:
            self._lengths.setdefault(phrase[:1], []).append(len(phrase))
        self._lengths = {first: sorted(set(sizes), reverse=True) for first, sizes in self._lengths.items()}
        self._long = [phrase for phrase in self._meanings if _fuzzy_allowed(phrase)]

    def find(self, text: str) -> Iterator[Hit[T]]:
        """Every phrase that stands in `text` as whole words, short ones on one line, left to right, longest first."""
        squashed = squash(text)
        position = 0
        while position < len(squashed.text):
            size = self._size_at(squashed, position)
            if size:
                yield self._hit(squashed, position, size)
            position += size or 1

    def match(self, text: str, start: int = 0) -> Hit[T] | None:
        """The longest phrase that begins at `start` (spaces and punctuation skipped), as whole words."""
        squashed = squash(text[start:])
        size = self._size_at(squashed, 0)
        if not size:
            return None
        hit = self._hit(squashed, 0, size)
        return Hit(hit.start + start, hit.end + start, hit.meaning)

    def exact(self, text: str) -> T | None:
        """What `text` as a whole stands for."""
        return self._meanings.get(squash(text).text)

    def nearest(self, text: str) -> T | None:
        """What `text` as a whole stands for, allowing for a misread character in longer phrases."""
        squashed = squash(text).text
        if squashed in self._meanings:
            return self._meanings[squashed]
        if not _fuzzy_allowed(squashed):
            return None
        least = FUZZY_CJK if has_cjk(squashed) else FUZZY_LATIN
        best = process.extractOne(squashed, self._long, scorer=fuzz.ratio, score_cutoff=least)
        alike_length = best is not None and abs(len(best[0]) - len(squashed)) <= 1
        return self._meanings[best[0]] if best and alike_length else None

    def _size_at(self, squashed: Squashed, position: int) -> int:
        """Length of the longest phrase at squashed character `position` that cuts no word; 0 for none."""
        for size in self._lengths.get(squashed.text[position : position + 1], ()):
            phrase = squashed.text[position : position + size]
            found = len(phrase) == size and phrase in self._meanings
            if found and _is_whole(squashed, position, position + size):
                return size
        return 0

    def _hit(self, squashed: Squashed, position: int, size: int) -> Hit[T]:
        meaning = self._meanings[squashed.text[position : position + size]]
        return Hit(squashed.start(position), squashed.end(position + size), meaning)


def _is_whole(squashed: Squashed, first: int, last: int) -> bool:
    """True where squashed characters [first, last) are whole words of the source, on one line unless they are many."""
    start, end = squashed.start(first), squashed.end(last)
    source = squashed.source
    broken = "\n" in source[start:end] and (last - first < WRAPPED or has_cjk(source[start]))
    return not broken and not _cuts_word(source, start) and not _cuts_word(source, end)


def _fuzzy_allowed(phrase: str) -> bool:
    return len(phrase) >= (FUZZY_LENGTH_CJK if has_cjk(phrase) else FUZZY_LENGTH_LATIN)


def _cuts_word(text: str, offset: int) -> bool:
    """True where `offset` lies inside a Latin word. "TotalFat" is two words that lost their space."""
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if not (before.isalpha() and after.isalpha()) or has_cjk(before + after):
        return False
    return after.islower() or before.isupper()
