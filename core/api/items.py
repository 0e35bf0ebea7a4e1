"""/v1/items: products and ads, each with its photos."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.callers import caller_of
from core.api.documented import answers
from core.api.images import TAKEN, BatchBody, Taken, outcome_json
from core.api.jobs import JOB, JobReport, job_json
from core.api.media import is_form
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.api.refusals import AlreadyThere
from core.api.sources import MOST_IMAGES, ImageSource, body_of, load_sources, read_form, read_json
from core.errors import NotFound, UsageError
from core.incoming.intake import Batch, Grouping, Outcome, State, Upload, accept, merge_items, split_item
from core.reviewing import bin
from core.settings import Settings
from core.store import items, jobs
from core.store.db import kept_store, open_store
from core.store.items import Item, Photo
from core.types import Bilingual, Status

ItemId = Annotated[int, Path(ge=1, le=items.LARGEST_ID, description="The item's number.", examples=[1])]
SomeItem = Annotated[int, Field(ge=1, le=items.LARGEST_ID)]


class ItemBody(BatchBody):
    """What is said about an item; its photos show one product or one ad."""

    grouping: Literal[Grouping.ONE] = Field(Grouping.ONE, description="All photos are of this item.")


class ItemImagesBody(ItemBody):
    """An item with its photos by address or as base64."""

    images: list[ImageSource] = Field(min_length=1, max_length=MOST_IMAGES)


class MergeBody(BaseModel):
    """Items that are one: the first keeps its number and gets the photos of the others."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"items": [1, 2]}]})

    items: list[SomeItem] = Field(min_length=2, max_length=100)


class SplitBody(BaseModel):
    """Photos, by their numbers in the item, that become an item of their own."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"photos": [2]}]})

    photos: list[SomeItem] = Field(min_length=1, max_length=1000)


class PhotoReport(BaseModel):
    """A photo as part of an item: `id` is its number here, `image` the stored picture."""

    id: int
    image: str
    name: str
    source: str
    url: str


class ItemReport(BaseModel):
    """One product or ad with its photos."""

    id: int
    kind: Literal["auto", "product", "ad"]
    status: Status
    priority: int
    competitor: str
    campaign: str
    seen_on: str | None
    platform: str
    page: str = Field(description="The page it was seen on.")
    error: Bilingual | None
    reason: str | None
    version: int
    created_at: str
    updated_at: str
    photos: list[PhotoReport]
    url: str
    record: str
    job: JobReport | None = None


class ItemPage(BaseModel):
    items: list[ItemReport]
    next: str | None


class NewItem(BaseModel):
    item: ItemReport
    images: list[Taken]


ITEM: dict[str, Any] = {
    "id": 1, "kind": "product", "status": "review", "priority": 0, "competitor": "", "campaign": "", "seen_on": None,
    "platform": "", "page": "",
    "error": None, "reason": None, "version": 1, "created_at": "2026-11-25T08:00:00.000+00:00",
    "updated_at": "2026-11-25T08:00:01.000+00:00",
    "photos": [{"id": 1, "image": "9f86…", "name": "milk.jpg", "source": "", "url": "/img/9f86….jpg"}],
    "url": "/api/v1/items/1", "record": "/api/v1/records/1", "job": JOB,
}  # fmt: skip
EXAMPLE_BODY = {"images": [{"url": "https://shop.example/milk.jpg"}], "kind": "product", "high_priority": True}


def add_items(api: FastAPI, settings: Settings) -> None:
    """Adds the items' routes."""
    _add_reading(api, settings)
    _add_changing(api, settings)


def _add_reading(api: FastAPI, settings: Settings) -> None:
    @api.get(
        "/v1/items",
        tags=["items"],
        summary="Items, newest first",
        response_model=ItemPage,
        responses=answers({"items": [ITEM], "next": None}),
    )
    def get_items(
        request: Request,
        kind: Literal["", "auto", "product", "ad"] = "",
        status: Status | Literal[""] = "",
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Response:
        with kept_store(settings) as db:
            found = items.page_items(db, below=read_cursor(cursor), limit=limit + 1, status=status, kind=kind)
            photos = items.photos_of(db, (item.id for item in found))
        reports = [item_json(item, photos[item.id]) for item in found]
        return page_response(request, "items", reports, [item.id for item in found], limit)

    @api.get(
        "/v1/items/{item_id}",
        tags=["items"],
        summary="One item with its photos and its latest job",
        response_model=ItemReport,
        responses=answers(ITEM),
    )
    def get_item(item_id: ItemId) -> Response:
        with kept_store(settings) as db:
            return JSONResponse(whole_item(db, item_id))


def _add_changing(api: FastAPI, settings: Settings) -> None:
    @api.post(
        "/v1/items",
        status_code=201,
        tags=["items"],
        summary="Make an item of one or several photos and queue it for reading",
        response_model=NewItem,
        responses=answers({"item": ITEM, "images": TAKEN}, status=201, headers={"Location": "The new item."}),
        openapi_extra=body_of(ItemBody, ItemImagesBody, EXAMPLE_BODY),
    )
    async def post_item(request: Request) -> Response:
        if is_form(request):
            form, files = await read_form(request, ItemBody)
            uploads: list[Upload | Outcome] = [Upload(file.filename or "unnamed", await file.read()) for file in files]
            return await run_in_threadpool(_create, settings, uploads, form.batch())
        body = await read_json(request, ItemImagesBody)
        return await run_in_threadpool(_create, settings, None, body.batch(), body.images)

    @api.post(
        "/v1/items/merge",
        tags=["items"],
        summary="Make several items one",
        response_model=ItemReport,
        responses=answers(ITEM),
    )
    def post_merge(body: MergeBody) -> Response:
        if len(set(body.items)) < 2:
            raise UsageError(en="Name at least two different items.", zh="请指定至少两个不同的条目。")
        with open_store(settings) as db:
            return JSONResponse(whole_item(db, merge_items(db, body.items)))

    @api.post(
        "/v1/items/{item_id}/split",
        status_code=201,
        tags=["items"],
        summary="Make some photos of an item an item of their own",
        response_model=ItemReport,
        responses=answers(ITEM, status=201, headers={"Location": "The new item."}),
    )
    def post_split(item_id: ItemId, body: SplitBody) -> Response:
        with open_store(settings) as db:
            made = split_item(db, item_id, body.photos)
            return JSONResponse(whole_item(db, made), status_code=201, headers={"location": f"/api/v1/items/{made}"})

    @api.delete(
        "/v1/items/{item_id}",
        status_code=204,
        tags=["items"],
        summary="Move an item with its photos into the bin, which is emptied in time",
        response_class=Response,
    )
    def delete_item(request: Request, item_id: ItemId) -> Response:
        with open_store(settings) as db:
            bin.delete_item(db, item_id, reviewer=caller_of(request, settings))
        return Response(status_code=204)

    @api.post(
        "/v1/items/{item_id}/restore",
        tags=["items"],
        summary="Take an item out of the bin, with all that was decided about it",
        response_model=ItemReport,
        responses=answers(ITEM),
    )
    def post_restore(item_id: ItemId) -> Response:
        with open_store(settings) as db:
            bin.restore_item(db, item_id)
            return JSONResponse(whole_item(db, item_id))


def _create(
    settings: Settings, uploads: list[Upload | Outcome] | None, batch: Batch, sources: list[ImageSource] | None = None
) -> Response:
    given = uploads if uploads is not None else list(load_sources(sources or [], settings))
    outcomes = [entry for entry in given if isinstance(entry, Outcome)]
    with open_store(settings) as db:
        outcomes += accept(db, settings, [entry for entry in given if isinstance(entry, Upload)], batch)
        made = next((outcome.item_id for outcome in outcomes if outcome.state is State.STORED), None)
        if made is None:
            raise _nothing_stored(outcomes)
        body = {"item": whole_item(db, made), "images": [outcome_json(outcome) for outcome in outcomes]}
    return JSONResponse(body, status_code=201, headers={"location": f"/api/v1/items/{made}"})


def _nothing_stored(outcomes: list[Outcome]) -> Exception:
    """Why no item was made: the photos are in another one, or the first of them cannot be used."""
    known = next((outcome.item_id for outcome in outcomes if outcome.state is State.DUPLICATE), None)
    if known is not None:
        return AlreadyThere(item=known)
    message = outcomes[0].message if outcomes else None
    return UsageError(en=message.en, zh=message.zh) if message else NotFound(what=items.ITEM, key="", hint="")


def whole_item(db: Database, item_id: int) -> dict[str, Any]:
    """An item as `ItemReport`, with its latest job. Raises NotFound."""
    item = items.get_item(db, item_id)
    job = jobs.latest_job(db, item_id)
    return {**item_json(item, items.list_photos(db, item_id)), "job": job_json(db, job) if job else None}


def item_json(item: Item, photos: list[Photo]) -> dict[str, Any]:
    """An item as `ItemReport`, without its job."""
    return {
        **item.model_dump(mode="json", exclude={"deleted_at", "url"}),
        "page": item.url,
        "photos": [
            {
                "id": photo.id,
                "image": photo.blob,
                "name": photo.name,
                "source": photo.source,
                "url": f"/img/{photo.blob}.jpg",
            }
            for photo in photos
        ],
        "url": f"/api/v1/items/{item.id}",
        "record": f"/api/v1/records/{item.id}",
    }
