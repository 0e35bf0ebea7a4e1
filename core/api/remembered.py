"""Answers that were given a moment ago and hold as long as nobody has written to the store.

Looking an answer up takes seven statements in a thread, and threads of one interpreter wait for each other at every
one of them. That nothing was written since takes one look at shared memory, which the event loop can do itself.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from core.settings import Settings
from core.store.db import store_state

T = TypeVar("T")

BELIEVED_S = 1.0
"""How long an answer is believed where nothing was written: the day may change, and an engine's files."""
MOST = 2048
"""Answers remembered; they share their bytes with those that `core/reading/extracting.py` keeps."""


@dataclass(frozen=True)
class _Answer:
    state: tuple[object, ...]
    at: float
    body: bytes


class Remembered:
    """What was answered to what. For the event loop's thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._answers: dict[Hashable, _Answer] = {}

    async def answer(self, key: Hashable, look_up: Callable[[], Awaitable[bytes | T]]) -> bytes | T:
        """The answer to `key` as it was given, or what `look_up` finds; of that only bytes are remembered."""
        state = store_state(self._settings)
        known = self._answers.get(key)
        if known is not None and known.state == state and time.monotonic() - known.at < BELIEVED_S:
            return known.body
        found = await look_up()
        if isinstance(found, bytes) and store_state(self._settings) == state:  # else it may be of before or after
            self._put(key, _Answer(state, time.monotonic(), found))
        return found

    def _put(self, key: Hashable, answer: _Answer) -> None:
        self._answers.pop(key, None)
        while len(self._answers) >= MOST:
            self._answers.pop(next(iter(self._answers)))
        self._answers[key] = answer
