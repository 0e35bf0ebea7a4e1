"""Photos over HTTP: upright JPEGs of stored blobs, kept on disk once made.

A blob's id is the hash of its pixels, so an answer never changes and browsers may keep it for good.
"""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from functools import partial

from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.errors import NotFound, ShelfLensError
from core.images import thumbnail
from core.settings import Settings
from core.store.db import open_store
from core.store.rendered import THUMB_SIDE, VIEW_SIDE, rendered

Endpoint = Callable[[Request], Awaitable[Response]]

FULL_SIDE = 16_000
"""Beyond every photo that is taken in, but for panoramas; browsers show none larger than 16,384 pixels."""
CROP_MARGIN = 0.25
"""Of the box's height, added on every side of a crop so that a person sees where the words stand."""
CROP_SIDE = 480

FOREVER = {"cache-control": "private, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
_BLOB = re.compile(r"[0-9a-f]{64}")


def photo(settings: Settings) -> Endpoint:
    """GET /img/{blob}.jpg: the whole photo."""
    return _sized(settings, VIEW_SIDE)


def full(settings: Settings) -> Endpoint:
    """GET /full/{blob}.jpg: the whole photo in its own resolution, for who looks closer than the usual one allows."""
    return _sized(settings, FULL_SIDE)


def thumb(settings: Settings) -> Endpoint:
    """GET /thumb/{blob}.jpg: a small one for tables and galleries."""
    return _sized(settings, THUMB_SIDE)


def _sized(settings: Settings, side: int) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        blob = request.path_params["blob"]
        if not _BLOB.fullmatch(blob):
            return PlainTextResponse("Not a photo's id.", status_code=404)
        return await _jpeg(partial(rendered, settings, blob, side))

    return endpoint


def crop(settings: Settings) -> Endpoint:
    """GET /crop/{blob}.jpg?box=x0,y0,x1,y1: the part of the photo a value was read from."""

    async def endpoint(request: Request) -> Response:
        blob = request.path_params["blob"]
        box = _box(request.query_params.get("box", ""))
        if not _BLOB.fullmatch(blob) or box is None:
            return PlainTextResponse("Give a photo's id and box=x0,y0,x1,y1 in its pixels.", status_code=404)
        return await _jpeg(partial(_cropped, settings, blob, box))

    return endpoint


async def _jpeg(make: Callable[[], bytes]) -> Response:
    """The photo that `make` gives, or 404 with the reason why there is none."""
    try:
        data = await run_in_threadpool(make)
    except ShelfLensError as err:
        return PlainTextResponse(err.message.en, status_code=404)
    return Response(data, media_type="image/jpeg", headers=FOREVER)


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (x0, y0, x1, y1) if 0 <= x0 < x1 < 1e6 and 0 <= y0 < y1 < 1e6 else None


def _cropped(settings: Settings, blob: str, box: tuple[float, float, float, float]) -> bytes:
    view = Image.open(io.BytesIO(rendered(settings, blob, VIEW_SIDE)))
    with open_store(settings) as db:
        width = db.conn.execute("SELECT width FROM blobs WHERE id = ?", (blob,)).fetchone()["width"]
    factor = view.width / width
    margin = (box[3] - box[1]) * CROP_MARGIN
    left, top = (max(0, int((value - margin) * factor)) for value in box[:2])
    right, bottom = (int((value + margin) * factor) + 1 for value in box[2:])
    if left >= view.width or top >= view.height:
        raise NotFound(what="Part of photo", key=blob[:12], hint="The box lies outside the photo.")
    return thumbnail(view.crop((left, top, min(right, view.width), min(bottom, view.height))), CROP_SIDE)
