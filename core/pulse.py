"""Something done again and again beside a long computation: leases are renewed so."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

log = logging.getLogger("shelflens.pulse")


class Pulse(ABC):
    """Calls `beat` from a thread of its own as long as a `with` block lasts: every `every_s` seconds, the first time
    after as many. Whoever derives from it says what a beat does."""

    def __init__(self, name: str, every_s: float) -> None:
        self._name, self._every_s = name, every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def _beat(self) -> None:
        """One beat; what it raises is logged, and the next one comes all the same."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._every_s):
            try:
                self._beat()
            except Exception:  # a busy database may refuse one beat; a lease outlasts two
                log.exception("%s", self._name)
