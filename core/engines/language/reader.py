"""JSON as models write it: cut short, fenced, in prose, with a comma too many, in Python's spelling.

Nothing is ever completed by a guess. A string that the end of the text cut off comes back as `Cut`, a number
or word that may go on does not come back at all.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from core.values.text import whole_characters

LONGEST = 200_000
"""Characters of an answer that are looked at: the longest one the form allows has under 150,000."""
DEEPEST = 6
"""Levels of nesting that are read; the form of an answer has four."""
CANDIDATES = 8
"""Objects in the text that are looked at: a model that explains itself may show examples first."""

_OPENING = re.compile(r"\{\s*[\"'“}]|\[\s*\{")
_NUMBER = re.compile(r"[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_SPACE = re.compile(r"\s*")
_WORDS: dict[str, Any] = {"null": None, "none": None, "undefined": None, "nan": None, "true": True, "false": False}
_QUOTES = {'"': '"', "'": "'", "“": "”"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": "", "/": "/", "\\": "\\", '"': '"', "'": "'"}


class Cut(str):
    """A string whose end is missing."""


@dataclass
class Pairs:
    """An object as it was written: `pairs` in order, doubled keys included. `whole` when its end was there."""

    pairs: list[tuple[str, Any]] = field(default_factory=list)
    whole: bool = False


@dataclass
class Items:
    """A list as it was written. `whole` when its end was there."""

    items: list[Any] = field(default_factory=list)
    whole: bool = False


class _End(Exception):
    """The text ended, or went on as no JSON does: what has been read so far is all there is."""


def read_objects(text: str) -> list[Pairs]:
    """The objects in `text`, at most the first few, outermost first. Numbers stay text, as they were written."""
    text = text[:LONGEST]
    if (strict := _read_strictly(text)) is not None:
        return [strict]
    found: list[Pairs] = []
    at = 0
    while len(found) < CANDIDATES and (opening := _OPENING.search(text, at)):
        scanner = _Scanner(text, opening.start())
        found.extend(_objects_in(scanner.read_top()))
        at = max(scanner.at, opening.end())
    return found


def _read_strictly(text: str) -> Pairs | None:
    """The object that `text` is, when it is valid JSON and nothing else."""
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=False
        )
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Pairs) else None


def _pairs(pairs: list[tuple[str, Any]]) -> Pairs:
    return Pairs([(key, _marked(value)) for key, value in pairs], whole=True)


def _marked(value: Any) -> Any:
    return Items([_marked(entry) for entry in value], whole=True) if isinstance(value, list) else value


def _objects_in(value: Any) -> list[Pairs]:
    if isinstance(value, Pairs):
        return [value]
    return [entry for entry in value.items if isinstance(entry, Pairs)] if isinstance(value, Items) else []


class _Scanner:
    """Reads one value from `at` on, keeping every part that was complete when the text ended."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def read_top(self) -> Any:
        holder = Items()
        with suppress(_End):
            self._into(holder.items, 0)
        return holder.items[0] if holder.items else None

    def _into(self, items: list[Any], depth: int) -> None:
        """Appends the value at `at` to `items`, and what there is of it when it breaks off."""
        char = self._peek()
        if char in "{[" and depth >= DEEPEST:
            raise _End
        if char == "{":
            items.append(pairs := Pairs())
            self._object(pairs, depth)
        elif char == "[":
            items.append(listed := Items())
            self._list(listed, depth)
        elif char in _QUOTES:
            self._string(items)
        else:
            items.append(self._plain())

    def _object(self, pairs: Pairs, depth: int) -> None:
        self.at += 1
        while (char := self._peek()) != "}":
            if char == ",":
                self.at += 1
                continue
            key = self._key()
            holder: list[Any] = []
            try:
                self._into(holder, depth + 1)
            finally:
                pairs.pairs.extend((key, value) for value in holder)
        self.at += 1
        pairs.whole = True

    def _key(self) -> str:
        if self._peek() not in _QUOTES:
            raise _End
        holder: list[Any] = []
        self._string(holder)
        if self._peek() not in ":：":
            raise _End
        self.at += 1
        return str(holder[0])

    def _list(self, listed: Items, depth: int) -> None:
        self.at += 1
        while (char := self._peek()) != "]":
            if char == ",":
                self.at += 1
                continue
            self._into(listed.items, depth + 1)
        self.at += 1
        listed.whole = True

    def _string(self, items: list[Any]) -> None:
        """Appends the string at `at`, as `Cut` when it has no end."""
        close = _QUOTES[self.text[self.at]]
        parts: list[str] = []
        position = self.at + 1
        stop = re.compile(rf"[\\{close}]")
        while match := stop.search(self.text, position):
            parts.append(self.text[position : match.start()])
            if match.group() == close:
                self.at = match.end()
                items.append(_joined(parts))
                return
            piece, position = self._escape(match.end())
            parts.append(piece)
        if position < len(self.text):
            parts.append(self.text[position:])
        self.at = len(self.text)
        items.append(Cut(_joined(parts)))
        raise _End

    def _escape(self, at: int) -> tuple[str, int]:
        """What the escape behind the backslash means, and where it ends. A cut one means nothing."""
        char = self.text[at : at + 1]
        if char != "u":
            return _ESCAPES.get(char, char), at + 1
        digits = self.text[at + 1 : at + 5]
        if re.fullmatch(r"[0-9a-fA-F]{4}", digits):
            return chr(int(digits, 16)), at + 5
        return "", at + 1 + len(digits)

    def _plain(self) -> Any:
        """A number, as text, or a bare word. What stands at the very end may go on, so it does not count."""
        pattern = _NUMBER if self._peek() in "+-0123456789" else _WORD
        match = pattern.match(self.text, self.at)
        if match is None or match.end() == len(self.text):
            raise _End
        self.at = match.end()
        if pattern is _NUMBER:
            return match.group()
        if match.group().casefold() not in _WORDS:
            raise _End
        return _WORDS[match.group().casefold()]

    def _peek(self) -> str:
        """The next character that is no space. Raises _End where there is none."""
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        if self.at >= len(self.text):
            raise _End
        return self.text[self.at]


def _joined(parts: list[str]) -> str:
    """The text, with characters beyond U+FFFF that were written as two escapes made one again."""
    return whole_characters("".join(parts))
