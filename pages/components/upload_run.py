"""Taking photos in beside the page's script, so that neither a click nor a change of page stops it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import streamlit as st
from sqlite_utils import Database

from core.errors import ShelfLensError
from core.incoming.archive import count_files
from core.incoming.intake import Batch, Outcome, State, Upload, accept, accept_urls
from core.incoming.samples import accept_samples, list_samples
from core.settings import Settings
from core.store.db import open_store
from core.types import Bilingual
from pages.components.session import settings

log = logging.getLogger("shelflens.pages")

KEPT = 5000
"""Outcomes kept per upload for showing: the most entries read from one ZIP by default."""
KEY = "intake_run"

Source = TypeVar("Source")


class IntakeRun:
    """One upload on its way in. Read its attributes at any time; a thread of its own fills them.

    `expected` is how many outcomes it should come to, those of the photos in a ZIP included.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Sequence[Source],
        take: Callable[[Database, Iterator[Source]], Iterable[Outcome]],
        *,
        expected: int,
    ) -> None:
        self.expected = expected
        self.outcomes: list[Outcome] = []
        self.counts: Counter[str] = Counter()
        self.error: Bilingual | None = None
        work = (settings, list(sources), take)
        # Stopping the server does not wait for a long upload: what has been stored by then is kept.
        self._thread = threading.Thread(target=self._work, args=work, name="intake", daemon=True)
        self._thread.start()

    @property
    def active(self) -> bool:
        return self._thread.is_alive()

    @property
    def ended(self) -> int:
        """How many files, photos in a ZIP or addresses have their outcome."""
        return sum(self.counts[state] for state in State)

    @property
    def item_ids(self) -> list[int]:
        """The items this upload's photos are in, each once."""
        return list(dict.fromkeys(o.item_id for o in list(self.outcomes) if o.item_id is not None))

    def wait(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    def _work(
        self,
        settings: Settings,
        sources: list[Source],
        take: Callable[[Database, Iterator[Source]], Iterable[Outcome]],
    ) -> None:
        try:
            with open_store(settings) as db:
                for outcome in take(db, self._feed(sources)):
                    self._note(outcome)
        except ShelfLensError as err:
            self.error = err.message
        except Exception as err:  # the page has to say so: nobody watches this thread
            log.exception("an upload broke off")
            reason = f"{type(err).__name__}: {err}"
            self.error = Bilingual(en=f"The upload broke off: {reason}.", zh=f"上传中断：{reason}。")

    def _feed(self, sources: list[Source]) -> Iterator[Source]:
        """Hands out the sources one by one and lets go of each, so that memory shrinks as files are stored."""
        while sources:
            yield sources.pop(0)

    def _note(self, outcome: Outcome) -> None:
        self.counts[outcome.state] += 1
        self.counts["near"] += bool(outcome.near)
        if len(self.outcomes) < KEPT:
            self.outcomes.append(outcome)


def current_run() -> IntakeRun | None:
    """The session's latest upload."""
    return st.session_state.get(KEY)


def start_files(files: Sequence[Upload], batch: Batch) -> None:
    limits = settings()
    expected = sum(count_files(file.data, limits) for file in files)
    st.session_state[KEY] = IntakeRun(
        limits, files, lambda db, feed: accept(db, limits, feed, batch), expected=expected
    )


def start_urls(urls: Sequence[str], batch: Batch) -> None:
    limits = settings()
    st.session_state[KEY] = IntakeRun(
        limits, urls, lambda db, feed: accept_urls(db, limits, feed, batch), expected=len(urls)
    )


def start_samples() -> None:
    """Starts loading the samples. Raises NotFound where they are missing."""
    limits = settings()
    groups = list_samples()
    st.session_state[KEY] = IntakeRun(
        limits, groups, lambda db, feed: accept_samples(db, limits, feed), expected=sum(map(len, groups))
    )


def forget_run() -> None:
    st.session_state.pop(KEY, None)
