"""How far a long task is, and how it is stopped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.types import Bilingual

WINDOW_S = 10.0
"""Speed is measured over this many seconds: long enough to be calm, short enough to follow the line."""
EVERY_S = 0.2
"""A report comes at most this often; pages and terminals gain nothing from more."""


class Stopped(Exception):
    """Whoever asked does not want the task to go on. No failure: what has been done so far is kept."""


class Phase(StrEnum):
    """What a task is doing now."""

    ASKING = "asking"
    DOWNLOADING = "downloading"
    COPYING = "copying"
    CHECKING = "checking"
    INSTALLING = "installing"
    CONVERTING = "converting"


PHASES = {
    Phase.ASKING: Bilingual(en="asking what to fetch", zh="正在查询文件清单"),
    Phase.DOWNLOADING: Bilingual(en="downloading", zh="正在下载"),
    Phase.COPYING: Bilingual(en="copying", zh="正在复制"),
    Phase.CHECKING: Bilingual(en="checking", zh="正在校验"),
    Phase.INSTALLING: Bilingual(en="installing what the conversion needs", zh="正在安装转换所需的组件"),
    Phase.CONVERTING: Bilingual(en="converting", zh="正在转换"),
}
"""The phases as a person reads them."""


@dataclass(frozen=True)
class Progress:
    """One report of a task. Bytes of all its files together; `total` is 0 where nobody knows it."""

    phase: Phase
    done: int = 0
    total: int = 0
    file: str = ""
    speed: float | None = None
    """Bytes per second over the last seconds; None until it is known."""
    seconds_left: float | None = None
    elapsed_s: float = 0.0
    """Since the phase began."""


OnProgress = Callable[[Progress], None]
HasStopped = Callable[[], bool]


def ignore(_: Progress) -> None:
    """For callers that show nothing."""


def never() -> bool:
    """For callers that never stop a task."""
    return False


class Meter:
    """Counts the bytes of one phase and reports them, not too often, with speed and time left."""

    def __init__(self, on_progress: OnProgress, phase: Phase, total: int = 0, done: int = 0) -> None:
        self._on_progress, self._phase, self._total = on_progress, phase, total
        self.done = done
        self._start = time.monotonic()
        self._marks: deque[tuple[float, int]] = deque([(self._start, done)])
        self._reported = 0.0
        self.report("", force=True)

    def add(self, count: int, file: str) -> None:
        self.done += count
        self.report(file)

    def report(self, file: str, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._reported < EVERY_S:
            return
        self._reported = now
        speed = self._speed(now)
        left = (self._total - self.done) / speed if speed and self._total else None
        self._on_progress(Progress(self._phase, self.done, self._total, file, speed, left, now - self._start))

    def _speed(self, now: float) -> float | None:
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW_S:
            self._marks.popleft()
        since, before = self._marks[0]
        return (self.done - before) / (now - since) if now - since >= EVERY_S and self.done > before else None
