"""Seconds from `streamlit run` to an answering server, and memory of server and worker."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from core.settings import ROOT

ROUNDS = 3
PATIENCE_S = 120.0


def measure() -> list[tuple[str, str]]:
    runs = [_start_once() for _ in range(ROUNDS)]
    return [
        ("start to /healthz answering", f"{statistics.median(run['health'] for run in runs):.1f} s"),
        ("start to the first page's HTML", f"{statistics.median(run['page'] for run in runs):.1f} s"),
        ("memory of the server, idle", f"{statistics.median(run['server_gb'] for run in runs):.2f} GB"),
        ("memory of the worker, idle", f"{statistics.median(run['worker_gb'] for run in runs):.2f} GB"),
    ]


def _start_once() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        start = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "Home.py", "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "SHELFLENS_DATA": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            health = _wait(f"http://localhost:{port}/healthz", start)
            page = _wait(f"http://localhost:{port}/", start)
            time.sleep(3)
            worker = httpx.get(f"http://localhost:{port}/healthz").json()["worker_pid"]
            return {"health": health, "page": page, "server_gb": rss_gb(server.pid), "worker_gb": rss_gb(worker)}
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def _wait(url: str, start: float) -> float:
    while time.perf_counter() - start < PATIENCE_S:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return time.perf_counter() - start
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{url} did not answer within {PATIENCE_S:.0f} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def rss_gb(pid: int, which: str = "VmRSS") -> float:
    """Resident memory of a process, in GB (10^9 bytes), from /proc; with "VmHWM" the most it ever had."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith(which))
    return int(line.split()[1]) * 1024 / 1e9
