"""The HTTP API, version 1: thin over intake, records and exports. OpenAPI at /api/docs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Form, Query, UploadFile
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core import __version__
from core.api.ask import add_ask
from core.api.engines import add_engines
from core.api.guard import SameOrigin, problem
from core.api.stopping import EndsWithServer, Interrupted, Stopping
from core.archive import count_files
from core.calibration import calibrated_records
from core.errors import BadInput, Conflict, NotFound, NotRead, ServerStopping, ShelfLensError, StorageFull, UsageError
from core.intake import Batch, Grouping, Outcome, State, Upload, accept
from core.review import load_record
from core.settings import Settings
from core.store import items, jobs, records
from core.store.db import open_store
from core.supervisor import Supervisor
from core.types import Status

STATUS = {
    NotFound: 404, Conflict: 409, NotRead: 409, BadInput: 422, UsageError: 422, ServerStopping: 503, StorageFull: 507,
}  # fmt: skip
"""Error class -> HTTP status; 500 for the rest."""


def build_api(settings: Settings, stopping: Stopping) -> FastAPI:
    """The FastAPI application to be mounted under /api. It lets go of uploads when `stopping` says so."""
    api = FastAPI(
        title="ShelfLens",
        version=__version__,
        description="Reads product labels and competitor ads from photos. Offline, on this machine.",
        docs_url="/docs",
        openapi_url="/openapi.json",
        redoc_url=None,
    )
    api.add_middleware(EndsWithServer, stopping=stopping)
    api.add_middleware(SameOrigin)
    api.add_exception_handler(ShelfLensError, _explain)
    api.add_exception_handler(Interrupted, _explain_interrupted)
    _add_images(api, settings, stopping)
    _add_records(api, settings)
    add_ask(api, settings, stopping)
    add_engines(api, settings)
    return api


def _explain(_request: Request, err: Exception) -> Response:
    assert isinstance(err, ShelfLensError)
    status = next((code for kind, code in STATUS.items() if isinstance(err, kind)), 500)
    return JSONResponse(problem(err, status), status_code=status, media_type="application/problem+json")


def _explain_interrupted(request: Request, err: Exception) -> Response:
    assert isinstance(err, Interrupted)
    return _explain(request, err.error)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "file": outcome.name,
        "state": outcome.state,
        "item": outcome.item_id,
        "near": list(outcome.near),
        "message": outcome.message.model_dump() if outcome.message else None,
        "notes": [note.model_dump() for note in outcome.notes],
    }


def _add_images(api: FastAPI, settings: Settings, stopping: Stopping) -> None:
    @api.post("/v1/images", status_code=202, summary="Take photos (or a ZIP of them) in and queue them for reading")
    async def post_images(
        files: list[UploadFile],
        kind: Annotated[str, Form(pattern="^(auto|product|ad)$")] = "auto",
        grouping: Annotated[Grouping, Form()] = Grouping.EACH,
        high_priority: Annotated[bool, Form()] = False,
        competitor: Annotated[str, Form(max_length=200)] = "",
        campaign: Annotated[str, Form(max_length=200)] = "",
    ) -> list[dict[str, Any]]:
        batch = Batch(
            kind=kind,
            grouping=grouping,
            priority=items.PRIORITY_HIGH if high_priority else items.PRIORITY_NORMAL,
            competitor=competitor,
            campaign=campaign,
        )
        outcomes: list[dict[str, Any]] = []
        for file in files:
            upload = Upload(file.filename or "unnamed", await file.read())
            await run_in_threadpool(_take, settings, upload, batch, stopping, outcomes)
        return outcomes

    @api.get("/v1/progress", summary="How far the reading queue has come")
    def get_progress() -> dict[str, Any]:
        with open_store(settings) as db:
            return jobs.progress(db).model_dump()


def _take(settings: Settings, upload: Upload, batch: Batch, stopping: Stopping, outcomes: list[dict[str, Any]]) -> None:
    """Adds what became of the upload, photo by photo, to `outcomes`.

    Raises ServerStopping where the server is to end and there is a photo left to take in.
    """
    left = count_files(upload.data, settings)
    _ensure_going_on(stopping, outcomes)
    with open_store(settings) as db, closing(accept(db, settings, [upload], batch)) as accepted:
        for outcome in accepted:
            outcomes.append(_outcome(outcome))
            left -= 1
            if left > 0:
                _ensure_going_on(stopping, outcomes)


def _ensure_going_on(stopping: Stopping, outcomes: list[dict[str, Any]]) -> None:
    if stopping.is_told:
        raise ServerStopping(stored=sum(outcome["state"] == State.STORED for outcome in outcomes))


def _add_records(api: FastAPI, settings: Settings) -> None:
    @api.get("/v1/records", summary="Records that pass the filters, newest first")
    def get_records(
        kind: Literal["", "product", "ad"] = "",
        status: Status | Literal[""] = "",
        brand: str = "",
        text: str = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0, le=items.LARGEST_ID)] = 0,
    ) -> dict[str, Any]:
        filters = records.Filters(kind=kind, status=status, brand=brand, text=text)
        with open_store(settings) as db:
            found = calibrated_records(db, records.list_records(db, filters, limit=limit, offset=offset))
            total = records.count_records(db, filters)
        return {"total": total, "records": [record.model_dump(mode="json") for record in found]}

    @api.get("/v1/records/{item_id}", summary="One record with its photos and what was read on them")
    def get_record(item_id: int) -> dict[str, Any]:
        with open_store(settings) as db:
            view = load_record(db, item_id)
        return {
            "item": view.item.model_dump(mode="json"),
            "photos": [photo.model_dump(mode="json") for photo in view.photos],
            "fields": {key: field.model_dump(mode="json") for key, field in view.fields.items()},
            "engine": view.engine,
            "cached": view.cached,
        }


def health(settings: Settings, supervisor: Supervisor | None) -> Callable[[Request], Awaitable[Response]]:
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
