"""Stops an answer that runs in circles, and says from where on it did.

One detector at three grains: characters, tokens and list entries. Something is a loop when what was said last
is the same stretch over and over, often enough that no label prints it. Zeros of a code, the dots of a leader
line, "0 g, 0%" in every row of a table and an ingredient named again all repeat and are no loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.types import Bilingual


class Circle(StrEnum):
    """What an answer did instead of going on."""

    LOOP = "loop"
    """The same characters, or the same tokens, again and again."""
    ENTRIES = "entries"
    """The same entries of a list, or rows of a table, again and again."""
    WHITESPACE = "whitespace"
    SILENCE = "silence"
    """Steps that make no character."""

    @property
    def message(self) -> Bilingual:
        return _MESSAGES[self]


_MESSAGES = {
    Circle.LOOP: Bilingual(en="the model repeated the same words without end", zh="模型不断重复相同的文字"),
    Circle.ENTRIES: Bilingual(en="the model repeated the same entries without end", zh="模型不断重复相同的条目"),
    Circle.WHITESPACE: Bilingual(en="the model wrote nothing but spaces", zh="模型只输出空白"),
    Circle.SILENCE: Bilingual(en="the model wrote nothing", zh="模型没有输出任何文字"),
}


@dataclass(frozen=True)
class Limits:
    """From when on a repetition counts. The tests hold a near miss for each."""

    rounds: int = 4
    """Times a stretch has to come in a row: three identical lines are printed."""
    letters: int = 72
    """Least characters said again, where letters are among them: "SALE SALE SALE SALE SALE" on a poster is less."""
    marks: int = 240
    """The same where they are digits, marks and spaces: lines of dots and underscores are printed long."""
    tokens: int = 64
    """Least tokens said again. A token of a leader line is several dots."""
    entry_rounds: int = 3
    entries: int = 8
    """Least list entries said again: eight products of one flyer may cost the same."""
    whitespace: int = 64
    """Spaces in a row; the columns of a table stand less far apart."""
    silence: int = 24
    """Steps without a character. A character is at most four bytes, so at most four tokens."""


LONGEST_ROUND = {"characters": 400, "tokens": 160, "entries": 48}
"""Longest stretch whose repetition is seen: 400 characters are a table of twelve rows."""


class RepetitionGuard:
    """Fed with an answer piece by piece; says when it has begun to run in circles.

    Takes some ten microseconds a character, however long the answer is.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._characters = _Rounds(LONGEST_ROUND["characters"])
        self._tokens = _Rounds(LONGEST_ROUND["tokens"])
        self._entries = _Entries(self._limits)
        self._length = self._silent = self._spaces = 0
        self._last_letter = -self._limits.marks
        self._token_ends: list[int] = []
        self.good = 0
        """Characters before the answer went in circles, the first round included; all of them until it does."""

    def feed(self, piece: str, token: int | None = None) -> Circle | None:
        """What the answer does wrong now that `piece` (the token `token`) is said; None while all is well."""
        for char in piece:
            if circle := self._see(char):
                return circle
        self._silent = 0 if piece else self._silent + 1
        if self._silent >= self._limits.silence:
            return Circle.SILENCE
        return self._see_token(token) if token is not None else None

    def _see(self, char: str) -> Circle | None:
        self._length += 1
        self.good = self._length
        self._spaces = self._spaces + 1 if char.isspace() else 0
        if self._spaces >= self._limits.whitespace:
            return self._stop(Circle.WHITESPACE, self._length - self._spaces)
        if (end := self._entries.see(char, self._length)) is not None:
            return self._stop(Circle.ENTRIES, end)
        again = self._characters.push(self._unless_entry_ends(ord(char), char == '"'), self._limits.rounds)
        return self._stop(Circle.LOOP, self._length - again) if again >= self._least(char) else None

    def _see_token(self, token: int) -> Circle | None:
        """Tokens show rounds that are too long for characters to."""
        self._token_ends.append(self._length)
        again = self._tokens.push(self._unless_entry_ends(token, True), self._limits.rounds)
        return self._stop(Circle.LOOP, self._token_ends[-again - 1]) if again >= self._limits.tokens else None

    def _unless_entry_ends(self, value: int, may_end: bool) -> int:
        """`value`, or a number like no other where an entry of a list may end: entries are compared as entries."""
        return -2 - self._length if may_end and self._entries.in_list else value

    def _least(self, char: str) -> int:
        """Characters that have to come again to be a loop."""
        if char.isalpha():
            self._last_letter = self._length
        worded = self._length - self._last_letter < self._limits.letters
        return self._limits.letters if worded else self._limits.marks

    def _stop(self, circle: Circle, good: int) -> Circle:
        self.good = good
        return circle


class _Rounds:
    """For every length of a round up to `longest`: for how long the sequence has been repeating at that distance."""

    def __init__(self, longest: int) -> None:
        self._lengths = np.arange(1, longest + 1)
        self._recent = np.full(longest, -1, dtype=np.int64)
        """The last values, newest first."""
        self._runs = np.zeros(longest, dtype=np.int64)

    def push(self, value: int, rounds: int) -> int:
        """How many values, up to this one, say a round again; 0 where there are fewer than `rounds` in a row."""
        self._runs += 1
        self._runs *= self._recent == value
        self._recent[1:] = self._recent[:-1].copy()
        self._recent[0] = value
        long_enough = self._runs >= self._lengths * (rounds - 1)
        return int(self._runs[long_enough].max(initial=0))


class _Entries:
    """The strings in the lists of a JSON answer, seen as they end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = 0
        self._string: list[str] | None = None
        self._escaped = False
        self._begin_list()

    @property
    def in_list(self) -> bool:
        return self._depth > 0

    def see(self, char: str, at: int) -> int | None:
        """Where the first round ended, when `char`, the `at`-th of the answer, ends one entry too many."""
        if self._string is None:
            self._see_outside(char)
        elif self._escaped or char != '"':
            self._escaped = char == "\\" and not self._escaped
            self._string.append(char)
        else:
            entry, self._string = "".join(self._string), None
            return self._end_entry(entry, at) if self._depth else None
        return None

    def _see_outside(self, char: str) -> None:
        if char == '"':
            self._string = []
        elif char == "[":
            self._depth += 1
            self._begin_list()
        elif char == "]":
            self._depth = max(self._depth - 1, 0)

    def _begin_list(self) -> None:
        self._rounds = _Rounds(LONGEST_ROUND["entries"])
        self._numbers: dict[str, int] = {}
        self._ends: list[int] = []

    def _end_entry(self, entry: str, at: int) -> int | None:
        self._ends.append(at)
        number = self._numbers.setdefault(entry, len(self._numbers))
        again = self._rounds.push(number, self._limits.entry_rounds)
        return self._ends[-again - 1] if again >= self._limits.entries else None
