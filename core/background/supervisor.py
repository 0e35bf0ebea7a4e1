"""Starts the worker as a process of its own and starts it again when it dies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time

from core.autoaccept import end_broken_rules, refresh_offers
from core.learning.calibration import calibrate, is_due
from core.records.standing import refresh_judgements
from core.settings import ROOT, Settings
from core.store import jobs, questions, tasks, workers
from core.store.db import open_store

log = logging.getLogger("shelflens.supervisor")

CHECK_S = 0.5
CALIBRATE_S = 30.0
"""Pause between two looks whether enough was verified to calibrate anew: seconds of work, so not on a page's way."""
BACKOFF_S = (0.0, 1.0, 5.0, 15.0, 60.0)
"""Pauses before the restarts after quick deaths in a row: a worker that cannot start must not spin."""
HEALTHY_S = 30.0
"""A worker that lived this long had started well; its death counts as the first one again."""
STOP_S = 10.0
"""A stopping worker finishes the photo it reads; after this it is ended by force and its job re-leased."""


class Supervisor:
    """Keeps one worker process alive between `start()` and `stop()`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="worker-watchdog", daemon=True)
        self.restarts = 0
        self._calibrate_at = time.monotonic() + CALIBRATE_S

    @property
    def pid(self) -> int | None:
        """The worker's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the worker: politely, then by force. Safe to call when it never started."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "core", "worker", "--parent", str(os.getpid())]
        # A terminal's Ctrl+C goes to the whole process group; the worker is stopped by stop() alone.
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "SHELFLENS_DATA": str(self._settings.data.resolve())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _free_work(self, pid: int) -> None:
        try:
            with open_store(self._settings) as db:
                owner = jobs.worker_name(pid)
                jobs.expire_leases(db, owner)
                questions.expire_questions(db, owner)
                tasks.expire_tasks(db, owner)
                workers.say_gone(db, owner)
        except Exception:  # the watchdog must outlive a busy or full disk; the leases run out by themselves
            log.exception("freeing the work of worker %s", pid)

    def _calibrate_when_due(self) -> None:
        if time.monotonic() < self._calibrate_at:
            return
        self._calibrate_at = time.monotonic() + CALIBRATE_S
        try:
            with open_store(self._settings) as db:
                while refresh_judgements(db) and not self._stop.is_set():
                    pass  # records verified by an earlier version of ShelfLens, a few hundred at a time
                if is_due(db):
                    calibrate(db)
                    refresh_offers(db)
                for rule in end_broken_rules(db):
                    log.warning("accepting %s of %s without a look ended: %s", rule.field, rule.engine, rule.promise)
        except Exception:  # figures that are a day old serve; a dead watchdog does not
            log.exception("calibrating confidence")

    def _watch(self) -> None:
        quick_deaths = 0
        while not self._stop.is_set():
            started = time.monotonic()
            self._process = self._spawn()
            while self._process.poll() is None:
                if self._stop.wait(CHECK_S):
                    return
                self._calibrate_when_due()
            lived = time.monotonic() - started
            quick_deaths = 0 if lived >= HEALTHY_S else quick_deaths + 1
            pause = BACKOFF_S[min(quick_deaths, len(BACKOFF_S) - 1)] if quick_deaths > 1 else 0.0
            log.warning(
                "the worker ended with code %s after %.0f s; starting it again in %.0f s",
                self._process.returncode,
                lived,
                pause,
            )
            self._free_work(self._process.pid)
            self.restarts += 1
            if self._stop.wait(pause):
                return
