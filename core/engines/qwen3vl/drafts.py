"""Guesses at what an answer says next, from what the embedded reader has read on the same photo.

Nearly every value of an answer is printed on the photo, and the embedded engine has already proposed one for this
very field. A guess costs almost nothing: checking eight tokens in one pass takes about as long as making one. It
changes nothing either: a guessed token stands only where the model would have said the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

TAIL = 16
"""Characters of the answer so far that are looked up on the photo, at most."""
LOOK_AHEAD = 160
"""Characters handed to the tokenizer: more than any block of drafts has tokens for."""


class Drafter(Protocol):
    """Proposes how the text goes on. `text` is the whole answer so far."""

    def propose(self, text: str) -> str: ...


class AnswerDrafter:
    """Drafts of a structured answer: the embedded engine's value for the field at hand first, OCR lines after it."""

    def __init__(self, expected: Sequence[tuple[str, str]], lines: Iterable[str]) -> None:
        """`expected` are (key, value as JSON) in the order of the answer; `lines` what the OCR reader saw."""
        self._keys = [key for key, _ in expected]
        parts = [f'"{key}":{value}' for key, value in expected]
        self._whole = "{" + ",".join(parts) + "}"
        self._from: dict[str, str] = {}
        at = 1
        for key, part in zip(self._keys, parts, strict=True):
            self._from[key] = self._whole[at + len(key) + 3 :]
            at += len(part) + 1
        self._values = dict(expected)
        self._printed = Squashed("\n".join(_escaped(line) for line in lines))
        self._cursor = KeyCursor()

    def propose(self, text: str) -> str:
        key, start = self._cursor.find(text)
        if key is None:
            return self._whole[len(text) :][:LOOK_AHEAD] if self._whole.startswith(text) else ""
        rest, said = self._from.get(key, ""), text[start:]
        if rest.startswith(said):
            return rest[len(said) : len(said) + LOOK_AHEAD]
        value = self._values.get(key, "")
        return Squashed(value).after(said) or self._printed.after(said)


class TextDrafter:
    """Drafts of an answer in free words: lines of the photo that the answer has begun to quote."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._printed = Squashed("\n".join(lines))

    def propose(self, text: str) -> str:
        return self._printed.after(text, least=3)


class Squashed:
    """A text in which one looks up the end of another, spaces apart: OCR loses those between words."""

    def __init__(self, text: str) -> None:
        kept = [(char, at) for at, char in enumerate(text) if not char.isspace() or char == "\n"]
        self._text = text
        self._squashed = "".join(char for char, _ in kept)
        self._places = [at for _, at in kept]

    def after(self, said: str, least: int = 1) -> str:
        """How this text goes on, up to the end of its line, behind the longest end of `said` that stands in it.

        "" where no end of at least `least` characters does. One Latin letter or digit alone says too little.
        """
        tail = "".join(said[-2 * TAIL :].split())[-TAIL:]
        for length in range(len(tail), least - 1, -1):
            end = tail[-length:]
            if not _tells(end):
                break
            at = self._squashed.rfind(end)
            if at >= 0:
                return self._rest(at + length, spaced=said[-1:].isspace())
        return ""

    def _rest(self, at: int, *, spaced: bool) -> str:
        if at >= len(self._places):
            return ""
        start = self._places[at - 1] + 1
        line = self._text[start : start + LOOK_AHEAD].split("\n")[0]
        return line.lstrip() if spaced else line


def _tells(text: str) -> bool:
    """True for a piece that is not just anywhere: a letter or digit, and more than one of the Latin ones."""
    return any(ord(char) > 0x2E80 for char in text) or (len(text) > 1 and any(char.isalnum() for char in text))


def _escaped(line: str) -> str:
    return json.dumps(line, ensure_ascii=False)[1:-1]


class KeyCursor:
    """Follows a growing JSON object and says which of its own keys the text stands in."""

    def __init__(self) -> None:
        self._read = 0
        self._depth = 0
        self._quoted_from: int | None = None
        self._escape = False
        self._word = ""
        self._found: tuple[str | None, int] = (None, 0)

    def find(self, text: str) -> tuple[str | None, int]:
        """The last key of the outermost object whose colon has been said, and where its value starts."""
        for at in range(self._read, len(text)):
            self._step(text, at)
        self._read = len(text)
        return self._found

    def _step(self, text: str, at: int) -> None:
        char = text[at]
        if self._quoted_from is not None:
            if self._escape:
                self._escape = False
            elif char == "\\":
                self._escape = True
            elif char == '"':
                self._word, self._quoted_from = text[self._quoted_from : at], None
        elif char == '"':
            self._quoted_from = at + 1
        elif char in "{[":
            self._depth += 1
        elif char in "}]":
            self._depth -= 1
        elif char == ":" and self._depth == 1:
            self._found = (self._word, at + 1)


def draft_tokens(
    continuation: str, pending: bytes, encode: Callable[[str], list[int]], token_bytes: Sequence[bytes]
) -> list[int]:
    """Token ids of a proposed continuation; `pending` are bytes of its first character that have been said already.

    [] where the tokenizer does not cut the character there.
    """
    ids = encode(continuation) if continuation else []
    if not pending:
        return ids
    said = b""
    for index, number in enumerate(ids):
        if said == pending:
            return ids[index:]
        said += token_bytes[number]
        if not pending.startswith(said):
            return []
    return []
