"""Keeps the leases of a worker's jobs while they are worked on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from core.pulse import Pulse
from core.settings import Settings
from core.store import jobs
from core.store.db import open_store

LOOK_S = 1.0
"""Pause between looks at whether somebody has cancelled a job: a person waits that long for a model to stop."""


class Held:
    """A job whose lease is kept. May be asked from any thread."""

    def __init__(self, job: jobs.Job, owner: str, lease_s: float) -> None:
        self._id, self._owner, self._lease_s = job.id, owner, lease_s
        self._lost = threading.Event()
        self._renewed_at = time.monotonic()

    @property
    def held(self) -> bool:
        """False from when the job was seen to be cancelled or lost. Asks nobody: costs nothing."""
        return not self._lost.is_set()

    def beat(self, db: Database, progress: float | None = None) -> bool:
        """Renews the lease now; False when the job has to stop."""
        self._renewed_at = time.monotonic()
        if not jobs.heartbeat(db, self._id, self._owner, lease_s=self._lease_s, progress=progress):
            self._lost.set()
        return self.held

    def tend(self, db: Database) -> None:
        """Renews the lease where a third of it is over; else only looks whether the job is still wanted."""
        if time.monotonic() - self._renewed_at >= self._lease_s / 3:
            self.beat(db)
        elif not jobs.is_wanted(db, self._id, self._owner):
            self._lost.set()


class Heart(Pulse):
    """One thread for all the jobs that a worker has under way at once, so that one slow photo does not lose its lease.

    A thread and connections for each job took a tenth of the time of a photo that another machine reads.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("heart", min(LOOK_S, settings.lease_s / 3))
        self._settings = settings
        self._lock = threading.Lock()
        self._held: set[Held] = set()

    @contextmanager
    def hold(self, job: jobs.Job) -> Iterator[Held]:
        """Keeps the lease of a job that was claimed, as long as the block lasts."""
        assert job.owner is not None
        held = Held(job, job.owner, self._settings.lease_s)
        with self._lock:
            self._held.add(held)
        try:
            yield held
        finally:
            with self._lock:
                self._held.remove(held)

    def _beat(self) -> None:
        with self._lock:
            under_way = list(self._held)
        if not under_way:
            return
        with open_store(self._settings) as db:
            for held in under_way:
                held.tend(db)
