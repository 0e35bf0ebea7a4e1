"""GET /healthz: does the process answer? GET /readyz: can it do its work, and if not, what is in the way?"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import __version__
from core.api.stopping import Stopping
from core.background.supervisor import Supervisor
from core.engines.registry import AUTO, available
from core.errors import ServerStopping, ShelfLensError
from core.images import MEGABYTE
from core.reading.preferences import default_engine
from core.settings import Settings
from core.store import jobs, workers
from core.store.db import open_store
from core.types import Bilingual, Frozen

Endpoint = Callable[[Request], Awaitable[Response]]

LEAST_FREE_MB = 200
"""Free megabytes below which no photos should be sent: a batch of phone photos takes as much."""
WORKER_SILENT_S = 30.0
"""A worker says every second that it lives, but not while a native library has the interpreter."""
LOCK_S = 2.0
"""How long the write lock may take: the longest transaction takes milliseconds."""
FINE = Bilingual(en="fine", zh="正常")


class Check(Frozen):
    """One thing that has to be in order, whether it is, and what to do where it is not."""

    name: str
    ok: bool
    message: Bilingual


def healthz(settings: Settings, supervisor: Supervisor | None) -> Endpoint:
    """GET /healthz: 200 while the database answers; says whether a worker runs and how long the queue is."""

    async def endpoint(_request: Request) -> Response:
        try:
            progress = await run_in_threadpool(_progress, settings)
        except Exception as err:  # whatever broke, a health check has to answer
            return JSONResponse({"status": "failing", "reason": str(err)}, status_code=503)
        answer = {"status": "ok", "version": __version__, "queued": progress.queued, "running": progress.running}
        if supervisor is not None:
            answer |= {"worker_pid": supervisor.pid, "worker_restarts": supervisor.restarts}
        return JSONResponse(answer)

    return endpoint


def _progress(settings: Settings) -> jobs.Progress:
    with open_store(settings) as db:
        return jobs.progress(db)


def readyz(settings: Settings, stopping: Stopping) -> Endpoint:
    """GET /readyz: 200 where photos sent now would be stored and read, else 503; every check with its reason."""

    async def endpoint(_request: Request) -> Response:
        checks = [_check_running(stopping), *await run_in_threadpool(check_all, settings)]
        ready = all(check.ok for check in checks)
        body = {"ready": ready, "checks": [check.model_dump() for check in checks]}
        return JSONResponse(body, status_code=200 if ready else 503, headers={"cache-control": "no-store"})

    return endpoint


def check_all(settings: Settings) -> list[Check]:
    """Database, disk, worker and engine; never raises."""
    return [_check_database(settings), _check_disk(settings), _check_worker(settings), _check_engine(settings)]


def _check_running(stopping: Stopping) -> Check:
    message = ServerStopping(stored=0).message if stopping.is_told else FINE
    return Check(name="server", ok=not stopping.is_told, message=message)


def _check_database(settings: Settings) -> Check:
    """The write lock can be had: a disk that turned read-only still reads."""
    try:
        with open_store(settings):  # creates and migrates it where it is missing
            pass
        with closing(sqlite3.connect(str(settings.database), timeout=LOCK_S)) as conn:
            conn.execute("BEGIN IMMEDIATE")
            conn.rollback()
    except ShelfLensError as err:
        return Check(name="database", ok=False, message=err.message)
    except sqlite3.Error as err:
        message = Bilingual(
            en=f"The database cannot be written: {err}. Look at the disk of {settings.data}.",
            zh=f"数据库无法写入：{err}。请检查 {settings.data} 所在磁盘。",
        )
        return Check(name="database", ok=False, message=message)
    return Check(name="database", ok=True, message=FINE)


def _check_disk(settings: Settings) -> Check:
    try:
        free = shutil.disk_usage(settings.data).free // MEGABYTE
    except OSError as err:
        reason = err.strerror or str(err)
        message = Bilingual(en=f"{settings.data}: {reason}.", zh=f"{settings.data}：{reason}。")
        return Check(name="disk", ok=False, message=message)
    message = Bilingual(en=f"{free} MB are free in {settings.data}.", zh=f"{settings.data} 剩余 {free} MB。")
    return Check(name="disk", ok=free >= LEAST_FREE_MB, message=message)


def _check_worker(settings: Settings) -> Check:
    try:
        with open_store(settings) as db:
            alive = workers.loaded_engines(db, within_s=WORKER_SILENT_S) is not None
    except Exception as err:  # the database's own check says it properly
        return Check(name="worker", ok=False, message=Bilingual(en=str(err), zh=str(err)))
    silent = Bilingual(
        en=f"No worker has been heard of for {WORKER_SILENT_S:.0f} s, so nothing is read. It starts with the server"
        " unless SHELFLENS_WORKER is 0; by hand: python -m core worker.",
        zh=f"已有 {WORKER_SILENT_S:.0f} 秒没有后台进程响应，暂不读取照片。除非 SHELFLENS_WORKER 为 0，"
        "它会随服务器启动；也可手动运行 python -m core worker。",
    )
    return Check(name="worker", ok=alive, message=FINE if alive else silent)


def _check_engine(settings: Settings) -> Check:
    """Whether the engine that reads where none is asked for can be used."""
    try:
        with open_store(settings) as db:
            name = default_engine(db, settings)
        candidates = AUTO if name == "auto" else (name,)
        found = [(candidate, available(candidate, settings)) for candidate in candidates]
    except Exception as err:
        return Check(name="engine", ok=False, message=Bilingual(en=str(err), zh=str(err)))
    usable = next((candidate for candidate, there in found if there.ok), None)
    if usable is None:
        return Check(name="engine", ok=False, message=found[0][1].reason)
    return Check(name="engine", ok=True, message=Bilingual(en=f"{usable} reads.", zh=f"由 {usable} 读取。"))
