"""Why engines cannot answer just now, remembered for a while: a batch must not wait for the same failure per photo."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import (
    BadSetting,
    BadWeights,
    ModelNotHere,
    NotEnoughMemory,
    ShelfLensError,
    UnusableAnswer,
    UsageError,
)

CANNOT = (BadWeights, ModelNotHere, NotEnoughMemory)
"""What stands in the way of every photo and can take time to find out, so that one refusal is enough to know."""
NO_FAILURE = (UnusableAnswer, UsageError, BadSetting)
"""An answer that makes no sense: the engine works, and the photo may be to blame. A setting that is missing or
wrong: found at once, and right again as soon as somebody has corrected it."""
FAILURES = 3
"""Other failures in a row from which an engine counts as broken and not the photos."""
PAUSE_S = 30.0
"""How long an engine is left alone: short enough for a person who has made room to see it work again soon."""


class Refusals:
    """Remembers per engine what it refused with. Several threads may ask: each step is one of the interpreter's own,
    and a failure that is counted once too little or too much changes nothing that matters."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._standing: dict[str, tuple[float, ShelfLensError]] = {}

    def check(self, engine: str) -> None:
        """Raises what `engine` refused with where that still stands."""
        until, reason = self._standing.get(engine, (0.0, None))
        if reason is not None and self._clock() < until:
            raise reason.with_traceback(None)  # or it would hold on to the pixels of the photo it was first about

    def answered(self, engine: str) -> None:
        self._failures.pop(engine, None)
        self._standing.pop(engine, None)

    def failed(self, engine: str, reason: ShelfLensError) -> None:
        """Counts a failure, and remembers its reason where that is enough to know."""
        if isinstance(reason, NO_FAILURE):
            self._failures.pop(engine, None)
            return
        self._failures[engine] = self._failures.get(engine, 0) + 1
        if isinstance(reason, CANNOT) or self._failures[engine] >= FAILURES:
            self._standing[engine] = (self._clock() + PAUSE_S, reason)
