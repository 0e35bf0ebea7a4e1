"""Leaves a server alone for a while that has failed again and again, and then tries it once."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 5
"""Failures in a row, each after its retries, from which a server counts as down."""
PAUSE_S, LONGEST_PAUSE_S = 15.0, 300.0
"""First pause, and where doubling it ends: a restarted GPU server is back within minutes."""


class Breaker:
    """Counts failures in a row. Used from one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = PAUSE_S
        self._until = 0.0

    def wait_s(self) -> float:
        """Seconds until the server may be asked again; 0 to ask it now.

        When a pause is over one caller is let through, and the others wait for what becomes of it.
        """
        now = self._clock()
        if self._failures < FAILURES:
            return 0.0
        if now < self._until:
            return self._until - now
        self._until = now + self._pause
        return 0.0

    def succeeded(self) -> None:
        self._failures, self._pause = 0, PAUSE_S

    def failed(self) -> None:
        self._failures += 1
        if self._failures > FAILURES:
            self._pause = min(2 * self._pause, LONGEST_PAUSE_S)
        if self._failures >= FAILURES:
            self._until = self._clock() + self._pause
