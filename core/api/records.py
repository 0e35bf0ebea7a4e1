"""/v1/records: what stands about each item, filtered, told in pages, and changed by the rules of the Review page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.ads.seen import change_seen
from core.api.callers import caller_of
from core.api.documented import answers
from core.api.items import ITEM, ItemId, ItemReport, item_json
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.api.problems import problem_response
from core.api.versions import etag, expected_version, outdated_status
from core.errors import Conflict
from core.learning.calibration import calibrated_records
from core.reviewing.review import load_record, save_edits
from core.settings import Settings
from core.store import items, records
from core.store.db import kept_store
from core.store.records import Filters, Record
from core.types import FieldValue, RecordFinding, Status

FIELD = {
    "value": 500, "raw": "净含量 500g", "unit": "g", "box": [80, 900, 420, 960], "photo": 0, "lines": [3],
    "sources": ["ocr"], "grade": "high", "clarity": 0.98, "confidence": None, "inferred": False, "truncated": False,
    "findings": [], "alternatives": [],
}  # fmt: skip
RECORD: dict[str, Any] = {
    "item": {key: value for key, value in ITEM.items() if key != "job"},
    "photos": ITEM["photos"], "fields": {"net_content": FIELD}, "texts": {"net_content": "500 g"},
    "findings": [], "engine": "ocr", "cached": False, "version": 1,
}  # fmt: skip
ROW: dict[str, Any] = {
    "item_id": 1, "kind": "product", "status": "review", "priority": 0, "brand": "晨露", "name": "燕麦片",
    "gtin": "6901234567892", "campaign": "", "seen_on": None, "platform": "", "url": "",
    "thumb": "9f86…", "photos": 1, "doubts": 0, "findings": 0,
    "corrections": 0, "fields": {"net_content": FIELD}, "created_at": "2026-11-25T08:00:00.000+00:00",
    "updated_at": "2026-11-25T08:00:01.000+00:00",
}  # fmt: skip


class RecordFilters(BaseModel):
    """Which records are wanted; empty means no limit."""

    kind: Literal["", "product", "ad"] = ""
    status: Status | Literal[""] = ""
    brand: str = Field("", max_length=200)
    campaign: str = Field("", max_length=200)
    text: str = Field("", max_length=500, description="Words that the record holds, in any order.")
    flags: Literal["", "doubts", "findings", "corrected"] = Field("", description="Only records that have these.")

    def filters(self) -> Filters:
        return Filters(**{name: getattr(self, name) for name in RecordFilters.model_fields})


class PageQuery(RecordFilters):
    model_config = ConfigDict(extra="forbid")

    order: Literal["newest", "oldest"] = "newest"
    limit: Limit = 50
    cursor: Cursor = ""


class RecordPage(BaseModel):
    records: list[Record]
    next: str | None
    total: int = Field(description="Records that pass the filters.")


class RecordReport(BaseModel):
    """A record as it stands: the machine's proposal, what people decided, and what the rules say of both."""

    item: ItemReport
    photos: list[dict[str, Any]]
    fields: dict[str, FieldValue] = Field(description="A field whose value is null was decided not to be there.")
    texts: dict[str, str] = Field(description="The fields as an editor shows them: what PATCH takes.")
    findings: list[RecordFinding] = Field(description="What the record lacks as a whole.")
    engine: str
    cached: bool
    version: int


class RecordPatch(BaseModel):
    """Changes of fields, as a merge patch (RFC 7396)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": 1, "fields": {"net_content": "500 g", "brand": None}}]},
    )

    fields: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=20_000)] | None] = Field(
        max_length=200,
        description="Field -> text as one would type it on the Review page; null: not on the label.",
    )
    version: int | None = Field(None, ge=0, le=items.LARGEST_ID, description="The version you saw; or use If-Match.")


class SeenPatch(BaseModel):
    """What is left out stays; "" clears."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"seen_on": "2026-06-01", "platform": "xiaohongshu", "campaign": "618"}]},
    )

    competitor: str = Field("", max_length=200)
    campaign: str = Field("", max_length=200)
    platform: str = Field("", max_length=200)
    seen_on: str = Field("", max_length=10)
    url: str = Field("", max_length=2000)


def add_records(api: FastAPI, settings: Settings) -> None:
    """Adds the records' routes."""

    @api.get(
        "/v1/records",
        tags=["records"],
        summary="Records that pass the filters",
        response_model=RecordPage,
        responses=answers({"records": [ROW], "next": None, "total": 1}),
    )
    def get_records(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
        filters, past = query.filters(), read_cursor(query.cursor)
        with kept_store(settings) as db:
            found = records.list_records(db, filters, order=query.order, limit=query.limit + 1, past=past)
            shown = calibrated_records(db, found[: query.limit])
            total = records.count_records(db, filters)
        rows = [record.model_dump(mode="json") for record in shown]
        ids = [record.item_id for record in found]
        return page_response(request, "records", rows, ids, query.limit, total=total)

    @api.get(
        "/v1/records/{item_id}",
        tags=["records"],
        summary="One record as it stands, with what the rules say of it",
        response_model=RecordReport,
        responses=answers(RECORD, headers={"ETag": "The record's version, for If-Match."}),
    )
    def get_record(item_id: ItemId) -> Response:
        with kept_store(settings) as db:
            return record_response(db, item_id)

    @api.patch(
        "/v1/records/{item_id}",
        tags=["records"],
        summary="Change fields of a record, on the version that you saw",
        description=(
            "Texts are understood as those typed on the Review page, and the same rules look at them: a text that is"
            " not understood is kept and gets a finding. Name the version in the body (409 where the record has another"
            " one by now) or in If-Match (412). That answer holds `yours`, `theirs` and the present `version`."
        ),
        response_model=RecordReport,
        responses=answers(RECORD),
    )
    def patch_record(request: Request, item_id: ItemId, body: RecordPatch) -> Response:
        edits = {key: text or "" for key, text in body.fields.items()}
        with kept_store(settings) as db:
            items.get_item(db, item_id)
            version = expected_version(request, body.version, item_id)
            try:
                save_edits(db, item_id, edits, reviewer=caller_of(request, settings), version=version)
            except Conflict as err:
                return conflict_response(request, db, item_id, err, body.fields)
            return record_response(db, item_id)

    @api.patch(
        "/v1/records/{item_id}/seen",
        tags=["records"],
        summary="Change when, where and of whom an ad was seen",
        response_model=RecordReport,
        responses=answers(RECORD),
    )
    def patch_seen(item_id: ItemId, body: SeenPatch) -> Response:
        with kept_store(settings) as db:
            change_seen(db, [item_id], body.model_dump(exclude_unset=True))
            return record_response(db, item_id)


def conflict_response(request: Request, db: Database, item_id: int, err: Conflict, yours: Any) -> Response:
    """The conflict with both versions: what was sent, and the record as it is now."""
    theirs = record_json(db, item_id)
    return problem_response(
        err,
        request.scope,
        status=outdated_status(request),
        headers={"etag": etag(theirs["version"])},
        extra={"yours": yours, "theirs": theirs, "version": theirs["version"]},
    )


def record_response(db: Database, item_id: int, status: int = 200) -> Response:
    body = record_json(db, item_id)
    return JSONResponse(body, status_code=status, headers={"etag": etag(body["version"])})


def record_json(db: Database, item_id: int) -> dict[str, Any]:
    """A record as `RecordReport`. Raises NotFound."""
    view = load_record(db, item_id)
    item = item_json(view.item, list(view.photos))
    return {
        "item": item,
        "photos": item["photos"],
        "fields": {key: field.model_dump(mode="json") for key, field in view.fields.items()},
        "texts": {key: view.text(key) for key in view.fields},
        "findings": [finding.model_dump(mode="json") for finding in view.findings],
        "engine": view.engine,
        "cached": view.cached,
        "version": view.item.version,
    }
