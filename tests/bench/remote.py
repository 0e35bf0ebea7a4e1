"""A remote engine that answers in 50 ms, 32 at once: images a second from the queue to the stored prediction.

The server is a process of its own with scripted answers, so that what is left is what this machine does per photo.
A worker lives for days, so it has read a few photos before the clock starts.
Photos whose lines are known (read before, by another model or version) show the way of the engine alone; photos that
are new show text recognition, which takes all cores and is the limit of a batch.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.settings import Settings

WARM, KNOWN, NEW = 4, 200, 8
ANSWER_S, AT_ONCE = 0.05, 32
ANSWER = '{"brand":"Acme","net_content":"500 g"}'
SERVER = """
import sys, time
from tests.remote_server import Says, serve
with serve(Says(sys.argv[1], sys.argv[2], chunk=10**6, delay_s=float(sys.argv[3]))) as server:
    print(server.url, flush=True)
    time.sleep(600)
"""


def measure() -> list[tuple[str, str]]:
    rows = []
    with serving() as url:
        for what, count, known in (("lines known", KNOWN, True), ("new photos", NEW, False)):
            wall, cpu = _read_all(url, count, known=known)
            rows.append(
                (f"{what}, {AT_ONCE} at once, {ANSWER_S * 1000:.0f} ms answers: photos a second", f"{count / wall:.1f}")
            )
            rows.append((f"{what}: processor time of this machine per photo", f"{cpu / count * 1000:.1f} ms"))
    return rows


@contextmanager
def serving(words: str = "Acme.") -> Iterator[str]:
    """The address of a server that answers photos with `ANSWER` and questions with `words`, in 50 ms."""
    command = [sys.executable, "-c", SERVER, ANSWER, words, str(ANSWER_S)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def _read_all(url: str, count: int, *, known: bool) -> tuple[float, float]:
    """Seconds of wall and of processor for `count` photos in the queue; raises where one was not read there."""
    from core.background import worker
    from core.store.db import open_store

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "var", remote_url=url, remote_concurrency=AT_ONCE)
        _fill(settings, range(count, count + WARM), known=known)
        worker.run_worker(settings, stop=threading.Event(), once=True)
        _fill(settings, range(count), known=known)
        wall, cpu = time.perf_counter(), time.process_time()
        worker.run_worker(settings, stop=threading.Event(), once=True)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        with open_store(settings) as db:
            read = db.conn.execute("SELECT COUNT(*) AS n FROM predictions WHERE engine = 'remote'").fetchone()["n"]
        if read != count + WARM:
            raise RuntimeError(f"{read} of {count + WARM} photos were read by the server")
        return wall, cpu


def _fill(settings: Settings, numbers: range, *, known: bool) -> None:
    from core.incoming.intake import Batch, Upload, accept
    from core.readers import Readers
    from core.store import runs
    from core.store.db import open_store
    from core.types import Line, Readings
    from tests.seeding import picture

    lines = tuple(Line(text=f"Acme 500 g {n}", box=(20, 20 + 22 * n, 200, 38 + 22 * n), score=0.97) for n in range(8))
    size = (960, 720)
    with open_store(settings) as db:
        uploads = [Upload(f"{number}.jpg", picture(number, size)) for number in numbers]
        for _ in accept(db, settings, uploads, Batch(kind="product")):
            pass
        if known:
            version = Readers(settings).version
            for row in db.conn.execute("SELECT id FROM blobs").fetchall():
                runs.put_readings(db, row["id"], version, Readings(width=size[0], height=size[1], lines=lines))
