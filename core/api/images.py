"""/v1/images: photos come in, and what is literally on them goes out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.ads.seen import checked
from core.api.documented import answers
from core.api.media import is_form
from core.api.sources import MOST_IMAGES, ImageSource, body_of, load_sources, read_form, read_json
from core.api.stopping import Stopping
from core.errors import NotFound, ServerStopping
from core.incoming.archive import count_files
from core.incoming.intake import Batch, Grouping, Outcome, State, Upload, accept
from core.settings import Settings
from core.store import blobs, items, runs
from core.store.db import open_store
from core.types import Bilingual, Readings

EXAMPLE_ID = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ImageId = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The photo's id.", examples=[EXAMPLE_ID])]


class BatchBody(BaseModel):
    """What is said about all photos of one request."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["auto", "product", "ad"] = Field("auto", description="auto: the text on the photo decides.")
    grouping: Grouping = Field(
        Grouping.EACH,
        description="each photo is an item; one: all show one; stem: names tell, as milk_front, milk_back.",
    )
    high_priority: bool = Field(False, description="Read before everything of normal priority.")
    competitor: str = Field("", max_length=200)
    campaign: str = Field("", max_length=200)
    platform: str = Field("", max_length=200, description="Where a poster was seen.")
    url: str = Field("", max_length=2000, description="The page it was seen on.")
    seen_on: str = Field("", max_length=10, description="The day it was seen, as 2026-06-01.")

    def batch(self) -> Batch:
        """What intake wants to know. Raises UsageError for an address or a day that is none."""
        seen = checked({"platform": self.platform, "url": self.url, "seen_on": self.seen_on})
        return Batch(
            kind=self.kind,
            grouping=self.grouping,
            priority=items.PRIORITY_HIGH if self.high_priority else items.PRIORITY_NORMAL,
            competitor=self.competitor,
            campaign=self.campaign,
            seen_on=date.fromisoformat(seen["seen_on"]) if seen["seen_on"] else None,
            platform=seen["platform"],
            url=seen["url"],
        )


class ImagesBody(BatchBody):
    """Photos by address or as base64."""

    images: list[ImageSource] = Field(min_length=1, max_length=MOST_IMAGES)


class Taken(BaseModel):
    """What became of one photo. `item` is the new item, or the one that has had this very picture before."""

    file: str
    state: State
    item: int | None
    near: list[int] = Field(description="Items with a photo that looks almost the same.")
    message: Bilingual | None
    notes: list[Bilingual]


class ImageReport(BaseModel):
    """One stored photo."""

    id: str
    media_type: str
    width: int
    height: int
    bytes: int
    items: list[int] = Field(description="Items that show it.")
    url: str = Field(description="The upright photo as JPEG.")
    thumbnail: str


TAKEN = [{"file": "milk.jpg", "state": "stored", "item": 1, "near": [], "message": None, "notes": []}]
IMAGES = {"images": [{"url": "https://shop.example/milk.jpg"}], "kind": "product"}
IMAGE = {
    "id": EXAMPLE_ID, "media_type": "image/jpeg", "width": 1200, "height": 1600, "bytes": 345678, "items": [1],
    "url": f"/img/{EXAMPLE_ID}.jpg", "thumbnail": f"/thumb/{EXAMPLE_ID}.jpg",
}  # fmt: skip
READINGS = {
    "width": 1200, "height": 1600, "lines": [{"text": "净含量 500g", "box": [80, 900, 420, 960], "score": 0.98}],
    "barcodes": [], "script": "read", "notes": [], "ms": 410.0,
}  # fmt: skip


def add_images(api: FastAPI, settings: Settings, stopping: Stopping) -> None:
    """Adds the photos' routes."""

    @api.post(
        "/v1/images",
        status_code=202,
        tags=["images"],
        summary="Take photos (files, a ZIP, addresses, base64) in and queue them for reading",
        response_model=list[Taken],
        responses=answers(TAKEN, status=202),
        openapi_extra=body_of(BatchBody, ImagesBody, IMAGES),
    )
    async def post_images(request: Request) -> Response:
        outcomes: list[dict[str, Any]] = []
        if is_form(request):
            form, files = await read_form(request, BatchBody)
            batch = form.batch()
            for file in files:
                upload = Upload(file.filename or "unnamed", await file.read())
                await run_in_threadpool(_take, settings, [upload], batch, stopping, outcomes)
        else:
            body = await read_json(request, ImagesBody)
            sources = load_sources(body.images, settings)
            await run_in_threadpool(_take, settings, sources, body.batch(), stopping, outcomes)
        return JSONResponse(outcomes, status_code=202)

    @api.get(
        "/v1/images/{image_id}",
        tags=["images"],
        summary="One stored photo",
        response_model=ImageReport,
        responses=answers(IMAGE),
    )
    def get_image(image_id: ImageId) -> Response:
        with open_store(settings) as db:
            blob = blobs.find_blob(db, image_id)
            if blob is None:
                raise NotFound(what=blobs.PHOTO, key=image_id[:12], hint=blobs.UPLOAD_AGAIN)
            shown_in = items.find_items_with_blob(db, image_id)
        return JSONResponse(
            {
                "id": blob.id,
                "media_type": blob.media_type,
                "width": blob.width,
                "height": blob.height,
                "bytes": blob.bytes,
                "items": shown_in,
                "url": f"/img/{blob.id}.jpg",
                "thumbnail": f"/thumb/{blob.id}.jpg",
            }
        )

    @api.get(
        "/v1/images/{image_id}/readings",
        tags=["images"],
        summary="Lines and barcodes that were read on a photo, with their boxes in its pixels",
        response_model=Readings,
        responses=answers(READINGS),
    )
    def get_readings(image_id: ImageId) -> Response:
        with open_store(settings) as db:
            found = runs.latest_readings(db, image_id)
        if found is None:
            raise NotFound(
                what=Bilingual(en="A reading of photo", zh="图片的读取结果"),
                key=image_id[:12],
                hint=Bilingual(en="Nobody has read it yet.", zh="尚未读取。"),
            )
        return Response(found.model_dump_json(), media_type="application/json")


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as `Taken`."""
    return {
        "file": outcome.name,
        "state": outcome.state,
        "item": outcome.item_id,
        "near": list(outcome.near),
        "message": outcome.message.model_dump() if outcome.message else None,
        "notes": [note.model_dump() for note in outcome.notes],
    }


def _take(
    settings: Settings,
    sources: Iterable[Upload | Outcome],
    batch: Batch,
    stopping: Stopping,
    outcomes: list[dict[str, Any]],
) -> None:
    """Adds what became of the photos, one by one, to `outcomes`.

    Raises ServerStopping where the server is to end and there is a photo left to take in.
    """
    for source in sources:
        _ensure_going_on(stopping, outcomes)
        if isinstance(source, Outcome):
            outcomes.append(outcome_json(source))
            continue
        left = count_files(source.data, settings)
        with open_store(settings) as db, closing(accept(db, settings, [source], batch)) as accepted:
            for outcome in accepted:
                outcomes.append(outcome_json(outcome))
                left -= 1
                if left > 0:
                    _ensure_going_on(stopping, outcomes)


def _ensure_going_on(stopping: Stopping, outcomes: list[dict[str, Any]]) -> None:
    if stopping.is_told:
        raise ServerStopping(stored=sum(outcome["state"] == State.STORED for outcome in outcomes))
