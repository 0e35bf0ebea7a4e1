"""The HTTP API, version 1: thin over intake, records and exports. OpenAPI at /api/docs."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Form, Query, UploadFile
from starlette.concurrency import run_in_threadpool

from core import __version__
from core.api.ask import add_ask
from core.api.bodies import BodyLimits
from core.api.docs import add_docs
from core.api.engines import add_engines
from core.api.guard import SameOrigin
from core.api.problems import add_problems
from core.api.routes import Operation
from core.api.stopping import EndsWithServer, Stopping
from core.archive import count_files
from core.calibration import calibrated_records
from core.errors import ServerStopping
from core.intake import Batch, Grouping, Outcome, State, Upload, accept
from core.review import load_record
from core.seen import change_seen, checked
from core.settings import Settings
from core.store import items, jobs, records
from core.store.db import open_store
from core.types import Status

SEEN_EXAMPLE = {"seen_on": "2026-06-01", "platform": "xiaohongshu", "url": "https://…", "campaign": "618"}


def build_api(settings: Settings, stopping: Stopping) -> FastAPI:
    """The FastAPI application to be mounted under /api. It lets go of uploads when `stopping` says so."""
    api = FastAPI(
        title="ShelfLens",
        version=__version__,
        description="Reads product labels and competitor ads from photos. Offline, on this machine.",
        docs_url=None,
        openapi_url="/openapi.json",
        redoc_url=None,
    )
    api.router.route_class = Operation
    api.add_middleware(EndsWithServer, stopping=stopping)
    api.add_middleware(BodyLimits, settings=settings)
    api.add_middleware(SameOrigin)
    add_problems(api)
    add_docs(api)
    _add_images(api, settings, stopping)
    _add_records(api, settings)
    add_ask(api, settings, stopping)
    add_engines(api, settings)
    return api


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
        platform: Annotated[str, Form(max_length=200)] = "",
        url: Annotated[str, Form(max_length=2000)] = "",
        seen_on: Annotated[str, Form(max_length=10)] = "",
    ) -> list[dict[str, Any]]:
        seen = checked({"platform": platform, "url": url, "seen_on": seen_on})
        batch = Batch(
            kind=kind,
            grouping=grouping,
            priority=items.PRIORITY_HIGH if high_priority else items.PRIORITY_NORMAL,
            competitor=competitor,
            campaign=campaign,
            seen_on=date.fromisoformat(seen["seen_on"]) if seen["seen_on"] else None,
            platform=seen["platform"],
            url=seen["url"],
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

    @api.patch("/v1/records/{item_id}/seen", summary="Change when, where and of whom an ad was seen")
    def patch_seen(item_id: int, changes: Annotated[dict[str, str], Body(examples=[SEEN_EXAMPLE])]) -> dict[str, Any]:
        with open_store(settings) as db:
            change_seen(db, [item_id], changes)
            return load_record(db, item_id).item.model_dump(mode="json")
