"""How often one caller may ask.

Buckets live in this process, as the server is one: a restart fills them, nothing else does.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

MINUTE = 60.0
MOST_BUCKETS = 10_000
"""Callers that are told apart; the one not heard of for longest is forgotten first, its bucket long full again."""


@dataclass(frozen=True)
class Taken:
    """Whether a request may pass, and what is left after it."""

    ok: bool
    limit: int
    remaining: int
    wait_s: int
    """Seconds until the next one may pass; 0 where one may now."""
    full_s: int
    """Seconds until the bucket is full again."""

    @property
    def headers(self) -> dict[str, str]:
        """For the answer (draft-ietf-httpapi-ratelimit-headers; Retry-After is RFC 9110, 10.2.3)."""
        told = {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(self.full_s),
            "ratelimit-policy": f"{self.limit};w={MINUTE:.0f}",
        }
        return told if self.ok else {**told, "retry-after": str(self.wait_s)}


class Buckets:
    """A token bucket per caller: `per_minute` tokens that fill again over a minute. For the event loop's thread."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = per_minute, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> Taken:
        """Takes a token of `caller`'s, if there is one."""
        now = self._clock()
        level, at = self._levels.pop(caller, (float(self._limit), now))
        level = min(self._limit, level + (now - at) * self._limit / MINUTE)
        ok = level >= 1
        level -= ok
        self._levels[caller] = (level, now)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        per_s = self._limit / MINUTE
        wait = 0 if ok else max(1, ceil((1 - level) / per_s))
        return Taken(ok, self._limit, int(level), wait, ceil((self._limit - level) / per_s))
