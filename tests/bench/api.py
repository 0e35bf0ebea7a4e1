"""The API as a program sees it: a server of its own, real requests over connections that stay open.

The clients run in this process, beside the server on the same cores, and each sends its next request as soon as the
answer to the last one is there; so a percentile holds for `CLIENTS` clients that never pause. "CPU per request" is the
server's own and hardly depends on what else the machine does.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from core.settings import ROOT
from tests.bench.startup import _free_port, _wait

CLIENTS = 20
REQUESTS = 1500
ASKED = 60
BATCH = 12
SAMPLE = ROOT / "data" / "samples" / "ad_fryer_coupon_zh.jpg"
BOUNDARY = "bench"
Rows = list[tuple[str, str]]
PATIENCE_S = 120
PATIENT = {"prefer": f"wait={PATIENCE_S}"}


def measure() -> Rows:
    with tempfile.TemporaryDirectory() as folder, serving_api(Path(folder)) as server:
        photo = SAMPLE.read_bytes()
        read = _http(server).post("/api/v1/extractions", files={"file": (SAMPLE.name, photo)}, headers=PATIENT).json()
        by_id = _request("/api/v1/extractions", json.dumps({"image": read["photos"][0]["image"]}).encode())
        form = _form(photo)
        whole = _request("/api/v1/extractions", form, f"multipart/form-data; boundary={BOUNDARY}")
        encoded = _request("/api/v1/extractions", json.dumps({"base64": base64.b64encode(photo).decode()}).encode())
        rows = _load(server, f"cached extraction by id, {CLIENTS} clients", by_id, CLIENTS)
        rows += _load(
            server, f"cached extraction of a {len(photo) / 1e3:.0f} kB file, {CLIENTS} clients", whole, CLIENTS
        )
        rows += _load(server, "cached extraction by id, 1 client", by_id, 1, 300)
        rows += _load(server, "cached extraction of the same in base64, 1 client", encoded, 1, 100)
        rows += _load(server, "one record, 1 client", _request(read["record"], None), 1, 200)
        return [*rows, *_asked(server, read["item"]), *_before_batch(server, read["item"])]


@dataclass(frozen=True)
class ApiServer:
    """A running server."""

    base: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Seconds that the server's process has computed, from /proc."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving_api(folder: Path) -> Iterator[ApiServer]:
    """The API alone, with its worker, on data of its own until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "core.api.app:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--no-access-log"], cwd=ROOT, env={**os.environ, "SHELFLENS_DATA": str(folder)}
    )
    try:
        base = f"http://localhost:{port}"
        _wait(f"{base}/healthz", time.perf_counter())
        yield ApiServer(base, port, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _request(path: str, body: bytes | None, media_type: str = "application/json") -> bytes:
    if body is None:
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _form(photo: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    return head.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()


def _load(
    server: ApiServer, what: str, request: bytes, clients: int, requests: int = REQUESTS
) -> list[tuple[str, str]]:
    asyncio.run(_all(server, request, clients, clients * 3))  # every thread has opened its connection by then
    cpu, start = server.cpu_s(), time.perf_counter()
    times = asyncio.run(_all(server, request, clients, requests))
    took = time.perf_counter() - start
    cpu = (server.cpu_s() - cpu) / len(times)
    p50, p95 = (statistics.quantiles(times, n=20)[index] * 1000 for index in (9, 18))
    return [
        (f"{what}: p50 / p95", f"{p50:.1f} / {p95:.1f} ms"),
        (f"{what}: throughput, CPU per request", f"{len(times) / took:.0f}/s, {cpu * 1000:.2f} ms"),
    ]


async def _all(server: ApiServer, request: bytes, clients: int, requests: int) -> list[float]:
    times: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 24)
        for _ in range(requests // clients):
            start = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            times.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return times


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if " 200 " not in head.split("\r\n")[0] + " ":
        raise RuntimeError(f"the server answered {head.splitlines()[0]}")
    length = int(head.partition("content-length:")[2].split("\r\n")[0])
    return await reader.readexactly(length)


ALL_TEXT = "All text?"


def _asked(server: ApiServer, item: int, beside: str = "") -> list[tuple[str, str]]:
    """First byte of the answer's text, for a question that was answered before."""
    body = {"item": item, "question": ALL_TEXT, "stream": True}
    _first_text(server, body)
    times = [_first_text(server, body) for _ in range(ASKED)]
    p50, p95 = (statistics.quantiles(times, n=20)[index] * 1000 for index in (9, 18))
    return [(f"a cached answer's first words{beside}, 1 client: p50 / p95", f"{p50:.1f} / {p95:.1f} ms")]


def _first_text(server: ApiServer, body: dict[str, Any]) -> float:
    """Seconds to the first words. The rest of the answer is read, too, as whoever asked does."""
    start, first = time.perf_counter(), None
    with _http(server).stream("POST", "/api/v1/ask", json=body) as answer:
        for line in answer.iter_lines():
            if first is None and line.startswith("event: text"):
                first = time.perf_counter() - start
    if first is None:
        raise RuntimeError("the answer held no words")
    return first


_clients: dict[int, httpx.Client] = {}


def _http(server: ApiServer) -> httpx.Client:
    """A client whose making is not measured: httpx reads the certificates of the machine."""
    if server.port not in _clients:  # not setdefault: it would make one, and read them, every time
        _clients[server.port] = httpx.Client(base_url=server.base, timeout=PATIENCE_S)
    return _clients[server.port]


def _before_batch(server: ApiServer, item: int) -> list[tuple[str, str]]:
    """A new question while a batch is being read: how long until its first words, and how many photos came between."""
    files = [("files", (f"{number}.jpg", data)) for number, data in enumerate(_different(BATCH))]
    http = _http(server)
    http.post("/api/v1/images", files=files)
    while http.get("/api/v1/progress").json()["running"] == 0:
        time.sleep(0.02)
    done = http.get("/api/v1/progress").json()["done"]
    took = _first_text(server, {"item": item, "question": f"Brand? {time.time()}", "stream": True, "again": True})
    between = http.get("/api/v1/progress").json()["done"] - done
    rows = [(f"a question beside a batch of {BATCH}: first words, photos ended before", f"{took:.1f} s, {between}")]
    rows += _asked(server, item, f" beside a batch of {BATCH}")
    left = http.get("/api/v1/progress").json()
    rows.append(("photos of the batch left after that", str(left["queued"] + left["running"])))
    return rows


def _different(count: int) -> list[bytes]:
    """The sample with a dot at another place each time: the same work, another photo."""
    made = []
    for number in range(count):
        image = Image.open(SAMPLE).convert("RGB")
        image.putpixel((number, 0), (255, 0, number))
        out = io.BytesIO()
        image.save(out, "PNG")
        made.append(out.getvalue())
    return made
