"""What a worker does beside reading, in threads of its own: says which models it holds, fetches and checks weights,
empties the bin, and, when it begins, writes what posters state where an earlier version did not, and finds the
creatives of posters that were read before there were any."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

from core.ads.creatives import place_some
from core.background.tasks import LIGHT, Bench, serve_task
from core.reviewing.bin import AT_ONCE, erase_due, erase_loose
from core.settings import Settings
from core.store.db import open_store
from core.store.statements import refresh_stale
from core.store.workers import say_gone, say_loaded
from core.webhooks import deliver_due, forget_old

log = logging.getLogger("shelflens.worker")

LOOK_S = 1.0
"""Between two looks at what is loaded and at what waits: as soon as a page looks again."""
BIN_S = 60.0
"""Between two looks at the bin, whose days are no matter of minutes."""
AGAIN_S = 10.0
"""A worker says that it lives at least this often; `core.machine.engines_overview.LIVE_S` is when it counts as gone."""


class Aside:
    """Works from the beginning to the end of a `with` block; a light task under way then goes back into the queue."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ended = threading.Event()
        self._said: tuple[str, ...] | None = None
        self._said_at = 0.0
        self._bin_at = time.monotonic()
        self._placed = False
        self._threads = [
            threading.Thread(target=self._run, args=(act,), name=name, daemon=True)
            for name, act in (
                ("says-loaded", self._say),
                ("light-tasks", self._serve),
                ("empties-bin", self._empty_bin),
                ("webhooks", self._tell),
            )
        ]

    def __enter__(self) -> Aside:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        try:
            with open_store(self._settings) as db:
                say_gone(db, self._bench.owner)
        except Exception:  # its last word grows old by itself
            log.exception("leaving")

    @property
    def _settings(self) -> Settings:
        return self._bench.settings

    def _run(self, act: Callable[[], None]) -> None:
        while not self._ended.is_set():
            try:
                act()
            except Exception:  # a busy or full disk may refuse; the reading of photos must not suffer
                log.exception("beside reading")
            self._ended.wait(LOOK_S)

    def _say(self) -> None:
        """Writes which models are loaded, when that has changed and now and then."""
        loaded, moment = self._bench.engines.loaded, time.monotonic()
        if loaded == self._said and moment - self._said_at < AGAIN_S:
            return
        with open_store(self._settings) as db:
            say_loaded(db, self._bench.owner, loaded)
        self._said, self._said_at = loaded, moment

    def _serve(self) -> None:
        with open_store(self._settings) as db:
            if not self._placed:
                for _left in refresh_stale(db):
                    if self._ended.is_set():
                        return
            while not self._placed and not self._ended.is_set():
                self._placed = place_some(db) == 0
            while not self._ended.is_set():  # a task given back at the end must not be taken up again
                if not serve_task(db, self._bench, LIGHT, self._ended.is_set):
                    return

    def _tell(self) -> None:
        """Says what webhooks are to hear, one after the other: a receiver that is down puts off its own only."""
        with open_store(self._settings) as db:
            while not self._ended.is_set() and deliver_due(db, self._settings):
                pass

    def _empty_bin(self) -> None:
        if time.monotonic() < self._bin_at:
            return
        self._bin_at = time.monotonic() + BIN_S
        with open_store(self._settings) as db:
            forget_old(db)
            for erase in (erase_due, erase_loose):
                while not self._ended.is_set() and erase(db, self._settings) == AT_ONCE:
                    pass
