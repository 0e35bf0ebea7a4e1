"""A long command in a process of its own: its words go to a file, and it ends when nobody wants it any more."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.types import Bilingual
from core.weights.progress import HasStopped, Stopped

EVERY_S = 0.2
GRACE_S = 5.0
"""Between the friendly signal to end and the one that cannot be refused."""
TAIL = 3
"""Lines of a failed command's words that stand in its error."""
ERROR = re.compile(r"[\w.]*(Error|Exception)\b")
"""The line in which Python names an exception nobody caught."""


class ChildFailed(Exception):
    """The command ended with an error; `reason` is the end of what it said."""

    def __init__(self, reason: Bilingual) -> None:
        super().__init__(reason.en)
        self.reason = reason


def run_child(
    command: Sequence[str | Path],
    log: Path,
    on_tick: Callable[[], None],
    stopped: HasStopped,
    env: Mapping[str, str] | None = None,
) -> None:
    """Runs a command to its end, what it says added to `log`. Raises ChildFailed, Stopped or OSError.

    However this ends, the command and what it started have ended too. `on_tick` is called several times a second.
    """
    with log.open("ab") as words:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
        try:
            while child.poll() is None:
                if stopped():
                    raise Stopped
                on_tick()
                time.sleep(EVERY_S)
        finally:
            _end(child)
    if child.returncode:
        raise ChildFailed(_why(child.returncode, log))


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the command with everything it started; nothing where it has ended."""
    if child.poll() is not None:
        return
    _signal(child, signal.SIGTERM)
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)
        else:
            child.terminate()


def _why(code: int, log: Path) -> Bilingual:
    if code == -9:  # nothing here sends it to a command that runs; the system does, to get memory back
        return Bilingual(
            en="it was killed from outside, most likely by the system for want of memory",
            zh="被外部终止，很可能是系统因内存不足而终止",
        )
    said = tail(log)
    words = " / ".join(said) or f"code {code}"
    return Bilingual(en=words, zh=words)


def tail(log: Path) -> list[str]:
    """What a log says at its end: its last error and what follows it, else its last lines. What a progress bar
    overwrote is left out."""
    lines = (line.strip().rpartition("\r")[2] for line in log.read_bytes().decode("utf-8", "replace").split("\n"))
    said = [line for line in lines if line]
    errors = [number for number, line in enumerate(said) if ERROR.match(line)]
    return said[errors[-1] :][:TAIL] if errors else said[-TAIL:]
