"""The engines of one process: made at first use, and of those that hold gigabytes at most one loaded."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from core.engines.base import Engine, EngineInput, EngineOutput, Unloads
from core.engines.registry import make_engine, resolve_engine
from core.errors import BadSetting, ShelfLensError, UsageError
from core.settings import Settings

log = logging.getLogger("shelflens.engines")


class Engines:
    """Hands out engines by name. Engines do not share their work between threads; the bookkeeping here may be
    asked from several."""

    def __init__(
        self,
        settings: Settings,
        *,
        make: Callable[[str, Settings], Engine] = make_engine,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._make, self._clock = settings, make, clock
        self._lock = threading.RLock()
        self._made: dict[str, Engine] = {}
        self._used: dict[str, float] = {}
        self._busy: dict[str, int] = {}

    def get(self, name: str) -> Engine:
        """The engine called `name`, the same one each time. Raises UsageError or BadSetting, as the registry does."""
        name = resolve_engine(name, self._settings)
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name, self._settings)
            return self._made[name]

    @contextmanager
    def use(self, name: str) -> Iterator[Engine]:
        """The engine for one job. Before a heavy one works, the other heavy ones give back their memory.

        Never raises by itself: where the engine cannot be made it is one that says why for every photo, so that
        whoever reads photos has one way to deal with an engine that does not answer.
        """
        engine = self._engine_or_reason(name)
        with self._lock:
            if isinstance(engine, Unloads):
                self._unload(lambda other: other != engine.name)
            self._busy[engine.name] = self._busy.get(engine.name, 0) + 1
        try:
            yield engine
        finally:
            with self._lock:
                self._busy[engine.name] -= 1
                self._used[engine.name] = self._clock()

    def tend(self) -> None:
        """Gives back the memory of engines that nobody has used for SHELFLENS_UNLOAD_S seconds. For idle moments."""
        oldest = self._clock() - self._settings.unload_s
        with self._lock:
            self._unload(lambda name: self._used.get(name, oldest) <= oldest)

    def make_room(self) -> None:
        """Gives back the memory of every engine that does not work just now, or lets go of its files."""
        with self._lock:
            self._unload(lambda _: True)

    @property
    def loaded(self) -> tuple[str, ...]:
        """Names of the engines whose model is in memory."""
        with self._lock:
            return tuple(name for name, engine in self._made.items() if isinstance(engine, Unloads) and engine.loaded)

    def _engine_or_reason(self, name: str) -> Engine:
        try:
            return self.get(name)
        except (UsageError, BadSetting) as err:
            return Unusable(name, err)

    def _unload(self, chosen: Callable[[str], bool]) -> None:
        for name, engine in self._made.items():
            if isinstance(engine, Unloads) and engine.loaded and chosen(name) and not self._busy.get(name):
                log.info("engine %s is unloaded", name)
                engine.unload()


class Unusable:
    """Stands in for an engine that cannot be made on this machine: whatever it is asked, it says why."""

    def __init__(self, name: str, reason: ShelfLensError) -> None:
        self.name, self._reason = name, reason

    @property
    def revision(self) -> str:
        self._refuse()

    @property
    def prompt_version(self) -> str:
        self._refuse()

    @property
    def params(self) -> dict[str, Any]:
        self._refuse()

    def extract(self, given: EngineInput) -> EngineOutput:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise self._reason.with_traceback(None)
