"""A ShelfLens server of a test's own: free port, own data folder, ended with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.settings import ROOT, Settings

START_S = 60.0
"""Longest start on a loaded machine; usual is 3 s."""
STOP_S = 15.0


@dataclass(frozen=True)
class Server:
    """A running server. `log` holds what it printed."""

    base: str
    settings: Settings
    log: Path
    process: subprocess.Popen[bytes]

    def url(self, path: str = "/") -> str:
        return self.base + path


@contextmanager
def run_server(settings: Settings, log: Path, port: int | None = None, **environment: str) -> Iterator[Server]:
    """Serves Home.py on `settings`' data until the block ends; `environment` adds variables.

    `port` None takes a free one. Raises RuntimeError with the end of the server's log where it does not come up.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "Home.py", "--server.port", str(port)]
    env = {**os.environ, "SHELFLENS_DATA": str(settings.data), "SHELFLENS_USER": settings.user, **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    server = Server(f"http://localhost:{port}", settings, log, process)
    try:
        _wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(server.url("/_stcore/health"), timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    tail = server.log.read_text("utf-8", "replace")[-3000:]
    raise RuntimeError(f"The server did not come up within {START_S:.0f} s (exit {process.poll()}):\n{tail}")
