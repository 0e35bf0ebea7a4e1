"""What the editors of an open record ask beside Streamlit's connection, so that typing waits for no page to be drawn.

    POST /desk/{item}/check      what rules would say of a text, nothing stored
    POST /desk/{item}/save       texts as corrections
    POST /desk/{item}/reset      takes back what people decided about a field
    POST /desk/{item}/confirm    the value that stands is the right one
    POST /desk/{item}/read       what a box or some lines of a photo say for a field

No part of the public API: requests name the seat (`core/access/seats.py`) of a page that is open, and are refused
without.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import Response

from core.access.seats import Seat, find_seat
from core.api.guard import SameOrigin
from core.errors import Conflict, NotFound, NothingRead, SeatGone, ShelfLensError, StorageFull, TextTooLong
from core.reviewing import review
from core.reviewing.region import RegionReader, Target
from core.reviewing.review import Edit, Place
from core.reviewing.sheet import describe
from core.settings import Settings
from core.store import claims
from core.store.db import open_store
from core.types import Box, Source

STATUS = {SeatGone: 403, NotFound: 404, Conflict: 409, TextTooLong: 422, NothingRead: 422, StorageFull: 507}
"""Error class -> HTTP status; 500 for the rest."""
TOKEN = "x-shelflens-seat"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlaceBody(_Body):
    photo: Annotated[int, Field(ge=0)]
    box: Box
    lines: tuple[int, ...] = ()
    source: Source = Source.OCR


class EditBody(_Body):
    text: str
    place: PlaceBody | None = None


_EDITS = TypeAdapter(dict[str, EditBody])


class Edits(_Body):
    edits: dict[str, EditBody]
    version: int | None = None


class OneField(_Body):
    field: str
    version: int | None = None


class Region(_Body):
    """Either `box`, in page pixels, or `lines`, numbers of the photo's OCR lines."""

    field: str
    blob: str
    box: Box | None = None
    lines: tuple[int, ...] = ()


def build_desk(settings: Settings) -> FastAPI:
    """The application to be mounted under /desk."""
    desk = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    desk.add_middleware(SameOrigin)
    desk.add_exception_handler(ShelfLensError, _explain)
    reader = RegionReader(settings)

    @desk.post("/{item}/check")
    def check(item: int, body: Edits, _seat: Taken) -> dict[str, Any]:
        with open_store(settings) as db:
            return describe(review.preview(db, item, as_edits(body.edits)))

    @desk.post("/{item}/save")
    def save(item: int, body: Edits, seat: Taken) -> dict[str, Any]:
        with open_store(settings) as db:
            edits = as_edits(body.edits)
            version = review.save_edits(db, item, edits, reviewer=seat.reviewer, version=body.version)
            return _seen(db, seat, item, version)

    @desk.post("/{item}/reset")
    def reset(item: int, body: OneField, seat: Taken) -> dict[str, Any]:
        with open_store(settings) as db:
            version = review.reset_field(db, item, body.field, reviewer=seat.reviewer, version=body.version)
            return _seen(db, seat, item, version)

    @desk.post("/{item}/confirm")
    def confirm(item: int, body: OneField, seat: Taken) -> dict[str, Any]:
        with open_store(settings) as db:
            version = review.confirm_field(db, item, body.field, reviewer=seat.reviewer, version=body.version)
            return _seen(db, seat, item, version)

    @desk.post("/{item}/read")
    def read(item: int, body: Region, _seat: Taken) -> dict[str, Any]:
        target = Target(item, body.field, body.blob)
        with open_store(settings) as db:
            found = reader.read_box(db, target, body.box) if body.box else reader.pick_lines(db, target, body.lines)
        place = found.place
        return {
            "text": found.text,
            "place": {"photo": place.photo, "box": place.box, "lines": place.lines, "source": place.source},
        }

    return desk


def as_edits(edits: dict[str, EditBody]) -> dict[str, Edit]:
    """What the browser sent, as core takes it."""
    return {
        key: Edit(edit.text, Place(**edit.place.model_dump()) if edit.place is not None else None)
        for key, edit in edits.items()
    }


def read_edits(sent: Any) -> dict[str, Edit]:
    """Edits as the browser sends them with an act. Raises ValidationError where they are none."""
    return as_edits(_EDITS.validate_python(sent))


def _seat(token: Annotated[str, Header(alias=TOKEN)] = "") -> Seat:
    seat = find_seat(token)
    if seat is None:
        raise SeatGone
    return seat


Taken = Annotated[Seat, Depends(_seat)]


def _seen(db: Database, seat: Seat, item: int, version: int) -> dict[str, Any]:
    """The record after a change of the seat's own: its reviewer has seen that version, and works on it."""
    if seat.item == item:
        seat.version = version
    claims.claim_item(db, item, seat.reviewer)
    return describe(review.load_record(db, item))


def _explain(_request: Request, err: Exception) -> Response:
    assert isinstance(err, ShelfLensError)
    status = next((code for kind, code in STATUS.items() if isinstance(err, kind)), 500)
    return JSONResponse({"code": err.code, **err.message.model_dump()}, status_code=status)
