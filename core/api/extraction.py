"""/v1/extractions: fields of a photo or an item, at once where they are known, waited for, or as a job to look after.

The worker reads; this side looks up, queues and waits. How long it waits is the caller's choice (RFC 7240):

    Prefer: wait=10         up to ten seconds; the default is `WAIT_S`
    Prefer: respond-async   not at all

What is not read by then is answered with 202 and the job's address; it goes on being read.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.documented import answers
from core.api.items import ItemId, SomeItem
from core.api.jobs import ENDED, JOB, JobReport, job_json, wait_hint
from core.api.media import is_form
from core.api.records import FIELD
from core.api.refusals import ReadingCancelled, ReadingFailed
from core.api.remembered import Remembered
from core.api.sources import ImageSource, body_of, load_source, read_form, read_json
from core.api.stopping import Stopping
from core.errors import UsageError
from core.incoming.intake import Batch, Grouping, State, Upload, accept, digest_of, find_item_of_file
from core.reading import extracting
from core.settings import Settings
from core.store import jobs
from core.store.db import kept_store, open_store
from core.store.jobs import Job, JobState
from core.types import Barcode, Bilingual, FieldValue, Kind, Line, RecordFinding, Script

WAIT_S = 30.0
MOST_WAIT_S = 120.0
MOST_DIGESTED = 1 << 20
"""Characters or bytes of a photo that the event loop makes a digest of, which takes it a millisecond at most."""
POLL_S = 0.05
"""Between looks at the job: short beside the third of a second that the quickest reading takes."""

_WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*(\d{1,6})\s*(?:$|[,;])", re.IGNORECASE)
_ASYNC = re.compile(r"(?:^|,)\s*respond-async\s*(?:$|[,;])", re.IGNORECASE)


class ExtractionBody(BaseModel):
    """What is said about a photo that is to be read."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["auto", "product", "ad"] = Field("auto", description="auto: the text on the photo decides.")
    engine: str = Field(extracting.AUTO, max_length=50, description="Name of an engine, or auto.")
    again: bool = Field(False, description="Read anew even where the store has the answer.")


class SourceBody(ExtractionBody):
    """A photo by its address, as base64 or by its id, or an item."""

    item: SomeItem | None = None
    image: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="Id of a stored photo.")
    url: str | None = Field(None, max_length=4000, description="A public http(s) address.")
    base64: str | None = Field(None, description="The file's bytes, also as a data: URL.")
    name: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one_source(self) -> SourceBody:
        if sum(given is not None for given in (self.item, self.image, self.url, self.base64)) != 1:
            raise ValueError("give exactly one of item, image, url and base64")
        return self


class AgainBody(ExtractionBody):
    """How an item is to be read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"engine": "auto", "again": True}]})

    kind: Literal["auto"] = "auto"


class PhotoExtraction(BaseModel):
    """What is literally on one photo; boxes in pixels of the upright photo. Null where it has not been read."""

    image: str
    name: str
    width: int | None
    height: int | None
    lines: list[Line] | None
    barcodes: list[Barcode] | None
    script: Script | None
    notes: list[Bilingual] | None


class ExtractionReport(BaseModel):
    """What an engine read of an item: its fields over all photos, with sources, grades and findings."""

    item: int
    prediction: int
    kind: Kind
    engine: str
    revision: str
    partial: bool
    error: Bilingual | None
    ms: float = Field(description="What reading took when it was done; an answer from the store takes none.")
    fields: dict[str, FieldValue]
    findings: list[RecordFinding]
    photos: list[PhotoExtraction]
    record: str
    read_at: str


EXAMPLE: dict[str, Any] = {
    "item": 1, "prediction": 1, "kind": "product", "engine": "ocr", "revision": "3f2c", "partial": False, "error": None,
    "ms": 412.5, "fields": {"net_content": FIELD}, "findings": [],
    "photos": [{"image": "9f86…", "name": "milk.jpg", "width": 1200, "height": 1600, "lines": [], "barcodes": [],
                "script": "read", "notes": []}],
    "record": "/api/v1/records/1", "read_at": "2026-11-25T08:00:01.000+00:00",
}  # fmt: skip
CACHE_HEADER = "X-Cache"


@dataclass(frozen=True)
class _Wish:
    """What is to be read of which item."""

    item: int
    engine: str
    again: bool


def add_extraction(api: FastAPI, settings: Settings, stopping: Stopping) -> None:
    """Adds the routes of readings."""
    remembered = Remembered(settings)

    async def begin(body: ExtractionBody, source: Upload | SourceBody | int) -> bytes | tuple[_Wish, Job]:
        key = _key(body, source)

        async def look_up() -> bytes | tuple[_Wish, Job]:
            return await run_in_threadpool(_begin, settings, body, source)

        return await (look_up() if key is None else remembered.answer(key, look_up))

    read = answers(EXAMPLE, headers={CACHE_HEADER: "hit where the store had the answer, else miss."})
    accepted = answers(JOB, status=202, headers={"Location": "The job."})
    accepted[202]["model"] = JobReport

    @api.post(
        "/v1/extractions",
        tags=["extraction"],
        summary="Read a photo: its fields at once, or a job where that takes longer than you wait",
        description=__doc__.partition("\n\n")[2] if __doc__ else "",
        response_model=ExtractionReport,
        responses={**read, **accepted},
        openapi_extra=body_of(ExtractionBody, SourceBody, {"url": "https://shop.example/milk.jpg"}, single=True),
    )
    async def post_extraction(request: Request) -> Response:
        if is_form(request):
            body, files = await read_form(request, ExtractionBody)
            if len(files) != 1:
                raise UsageError(
                    en="Send one file; several photos of one product go to /api/v1/items.",
                    zh="请只发送一个文件；同一产品的多张照片请发送到 /api/v1/items。",
                )
            upload = Upload(files[0].filename or "unnamed", await files[0].read())
            done = await begin(body, upload)
        else:
            source = await read_json(request, SourceBody)
            done = await begin(source, source)
        return await _end(settings, stopping, request, done)

    @api.get(
        "/v1/items/{item_id}/extraction",
        tags=["extraction"],
        summary="The latest reading of an item, as the machine made it",
        response_model=ExtractionReport,
        responses=answers(EXAMPLE),
    )
    async def get_extraction(item_id: ItemId) -> Response:
        body = await remembered.answer(("latest", item_id), lambda: run_in_threadpool(_latest, settings, item_id))
        return Response(body, media_type="application/json")

    @api.post(
        "/v1/items/{item_id}/extraction",
        tags=["extraction"],
        summary="Read an item's photos, again or by another engine",
        response_model=ExtractionReport,
        responses={**read, **accepted},
    )
    async def post_item_extraction(request: Request, item_id: ItemId, body: AgainBody) -> Response:
        return await _end(settings, stopping, request, await begin(body, item_id))


def _latest(settings: Settings, item_id: int) -> bytes:
    with kept_store(settings) as db:
        return extracting.get_extraction(db, settings, item_id)


def _key(body: ExtractionBody, source: Upload | SourceBody | int) -> tuple[str | int, ...] | None:
    """What the answer follows from, besides the store; None where finding out takes longer than asking the store."""
    if body.again:
        return None
    if isinstance(source, int):
        name: tuple[str | int, ...] = ("item", source)
    elif isinstance(source, Upload):
        if len(source.data) > MOST_DIGESTED:
            return None
        name = ("file", digest_of(source.data))
    elif source.base64 is not None:
        if len(source.base64) > MOST_DIGESTED:
            return None
        name = ("base64", digest_of(source.base64.encode()))
    elif source.url is not None:
        return None
    else:
        name = ("item", source.item) if source.item is not None else ("image", source.image or "")
    return (*name, body.kind, body.engine)


def _begin(settings: Settings, body: ExtractionBody, source: Upload | SourceBody | int) -> bytes | tuple[_Wish, Job]:
    """The answer where the store has it; else the job that will have it, queued."""
    if isinstance(source, SourceBody) and source.base64 is not None:
        source = _loaded(source, settings)  # a file that came before is known by its bytes, undecoded
    with kept_store(settings) as db:
        item = _known_item(db, settings, source)
        if item is not None:
            extracting.ensure_kind(db, item, body.kind)
            known = None if body.again else extracting.find_extraction(db, settings, item, body.engine)
            if known is not None:
                return known
        extracting.wanted_engine(db, body.engine, settings)  # refused before anything is stored for it
    with open_store(settings) as db:
        if item is None:
            item = _take_in(db, settings, body, _loaded(source, settings))
            extracting.ensure_kind(db, item, body.kind)
            known = None if body.again else extracting.find_extraction(db, settings, item, body.engine)
            if known is not None:
                return known
        wish = _Wish(item, body.engine, body.again)
        job = extracting.ask_extraction(db, settings, item, body.engine, again=body.again)
        return wish, jobs.get_job(db, job)


def _known_item(db: Database, settings: Settings, source: Upload | SourceBody | int) -> int | None:
    """The item that is meant, where finding it takes no decoding and no fetching. Raises NotFound."""
    if isinstance(source, int):
        return source
    if isinstance(source, Upload):
        return find_item_of_file(db, settings, source.data)
    if source.item is not None:
        return source.item
    return extracting.find_blob_item(db, source.image) if source.image is not None else None


def _loaded(source: Upload | SourceBody | int, settings: Settings) -> Upload:
    if isinstance(source, SourceBody):
        return load_source(ImageSource(url=source.url, base64=source.base64, name=source.name), settings)
    assert isinstance(source, Upload)
    return source


def _take_in(db: Database, settings: Settings, body: ExtractionBody, upload: Upload) -> int:
    """The photo's item, new or known. Raises UsageError with the reason where the photo cannot be used."""
    batch = Batch(kind=body.kind, grouping=Grouping.ONE)
    outcomes = list(accept(db, settings, [upload], batch))
    usable = [outcome for outcome in outcomes if outcome.state is not State.REFUSED and outcome.item_id is not None]
    if not usable:
        message = outcomes[0].message if outcomes else None
        raise UsageError(
            en=message.en if message else f"{upload.name} holds no photo.",
            zh=message.zh if message else f"{upload.name} 中没有照片。",
        )
    assert usable[0].item_id is not None
    return usable[0].item_id


async def _end(settings: Settings, stopping: Stopping, request: Request, done: bytes | tuple[_Wish, Job]) -> Response:
    """The answer, waited for as long as the request prefers."""
    if isinstance(done, bytes):
        return Response(done, media_type="application/json", headers={CACHE_HEADER: "hit"})
    wish, job = done
    deadline = time.monotonic() + wait_of(request.headers.get("prefer", ""))
    while job.state not in ENDED and time.monotonic() < deadline and not stopping.is_told:
        if await request.is_disconnected():
            break
        await asyncio.sleep(POLL_S)
        job = await run_in_threadpool(_look, settings, job.id)
    return await run_in_threadpool(_answer, settings, wish, job)


def _look(settings: Settings, job_id: int) -> Job:
    with kept_store(settings) as db:
        return jobs.get_job(db, job_id)


def _answer(settings: Settings, wish: _Wish, job: Job) -> Response:
    with kept_store(settings) as db:
        if job.state in (JobState.DONE, JobState.PARTIAL):
            body = extracting.get_extraction(db, settings, wish.item)
            return Response(body, media_type="application/json", headers={CACHE_HEADER: "miss"})
        if job.state is JobState.FAILED:
            raise ReadingFailed(item=wish.item, reason=job.error or Bilingual(en="no reason is known", zh="原因未知"))
        if job.state is JobState.CANCELLED:
            raise ReadingCancelled(item=wish.item)
        headers = {"location": f"/api/v1/jobs/{job.id}", **wait_hint(job)}
        return JSONResponse(job_json(db, job), status_code=202, headers=headers)


def wait_of(prefer: str) -> float:
    """How many seconds a header Prefer (RFC 7240, 4.1 and 4.3) allows to wait."""
    if _ASYNC.search(prefer) and not _WAIT.search(prefer):
        return 0.0
    found = _WAIT.search(prefer)
    return min(float(found[1]) if found else WAIT_S, MOST_WAIT_S)
