"""/v1/records/{id}/decisions, /v1/decisions and /v1/verdicts: what people said, listed and added to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.callers import caller_of
from core.api.documented import answers
from core.api.items import ItemId
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.api.records import RECORD, RecordReport, conflict_response, record_response
from core.api.versions import expected_version
from core.errors import Conflict, NotRead, UsageError
from core.reviewing import review
from core.settings import Settings
from core.store import decisions, items
from core.store.db import kept_store, write
from core.store.decisions import Decision, Verdict
from core.types import Status

ItemFilter = Annotated[int | None, Query(ge=1, le=items.LARGEST_ID, description="Only about this item.")]
UNREAD = (Status.QUEUED, Status.READING, Status.FAILED)

DECISION: dict[str, Any] = {
    "id": 1, "item_id": 1, "prediction_id": 1, "field": "brand", "action": "correct", "before": None, "after": None,
    "reviewer": "li", "at": "2026-11-25T08:02:00.000+00:00",
}  # fmt: skip
VERDICT: dict[str, Any] = {
    "id": 1, "item_id": 1, "prediction_id": 1, "outcome": "verified", "reason": "", "reviewer": "li", "seconds": None,
    "at": "2026-11-25T08:02:10.000+00:00",
}  # fmt: skip


class DecisionPage(BaseModel):
    decisions: list[Decision]
    next: str | None


class VerdictPage(BaseModel):
    verdicts: list[Verdict]
    next: str | None


class RecordHistory(BaseModel):
    """Everything that people said about one record, oldest first."""

    decisions: list[Decision]
    verdicts: list[Verdict]


class DecisionBody(BaseModel):
    """What is decided about a record."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "accept", "version": 1},
                {"action": "accept", "version": 1, "fields": {"net_content": "500 g"}},
                {"action": "flag", "version": 1, "reason": "The photo shows two products."},
                {"action": "reset", "version": 2, "field": "brand"},
            ]
        },
    )

    action: Literal["accept", "flag", "reopen", "reset", "restore"] = Field(
        description="accept: verified, with `fields` as corrections. flag: set aside for `reason`. reopen: back into"
        " the queue. reset: the machine's value of `field` counts again. restore: `field` as before `decision`."
    )
    version: int | None = Field(None, ge=0, le=items.LARGEST_ID, description="The version you saw; or use If-Match.")
    fields: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=20_000)] | None] = Field(
        {}, max_length=200
    )
    reason: str = Field("", max_length=2000)
    field: str = Field("", max_length=100)
    decision: int | None = Field(None, ge=1, le=items.LARGEST_ID)
    seconds: float | None = Field(None, ge=0, le=86_400, description="How long a person looked at it.")


def add_decisions(api: FastAPI, settings: Settings) -> None:
    """Adds the decisions' routes."""
    _add_feeds(api, settings)

    @api.get(
        "/v1/records/{item_id}/decisions",
        tags=["decisions"],
        summary="Everything that people said about one record",
        response_model=RecordHistory,
        responses=answers({"decisions": [DECISION], "verdicts": [VERDICT]}),
    )
    def get_history(item_id: ItemId) -> Response:
        with kept_store(settings) as db:
            items.get_item(db, item_id)
            said = decisions.list_decisions(db, item_id)
            verdicts = decisions.list_verdicts(db, item_id)
        return JSONResponse({"decisions": _dumped(said), "verdicts": _dumped(verdicts)})

    @api.post(
        "/v1/records/{item_id}/decisions",
        status_code=201,
        tags=["decisions"],
        summary="Accept, flag or reopen a record, or take a decision back; answers with the record as it stands then",
        response_model=RecordReport,
        responses=answers(RECORD, status=201),
    )
    def post_decision(request: Request, item_id: ItemId, body: DecisionBody) -> Response:
        with kept_store(settings) as db:
            items.get_item(db, item_id)
            version = expected_version(request, body.version, item_id)
            try:
                _decide(db, item_id, body, version, caller_of(request, settings))
            except Conflict as err:
                return conflict_response(request, db, item_id, err, body.model_dump())
            return record_response(db, item_id, status=201)


def _add_feeds(api: FastAPI, settings: Settings) -> None:
    @api.get(
        "/v1/decisions",
        tags=["decisions"],
        summary="Decisions about fields of all records, oldest first: ask again with `next` to follow them",
        response_model=DecisionPage,
        responses=answers({"decisions": [DECISION], "next": None}),
    )
    def get_decisions(request: Request, item: ItemFilter = None, limit: Limit = 50, cursor: Cursor = "") -> Response:
        with kept_store(settings) as db:
            found = decisions.page_decisions(db, after=_after(cursor), limit=limit + 1, item_id=item)
        return _page(request, "decisions", found, limit)

    @api.get(
        "/v1/verdicts",
        tags=["decisions"],
        summary="Verdicts on all records, oldest first",
        response_model=VerdictPage,
        responses=answers({"verdicts": [VERDICT], "next": None}),
    )
    def get_verdicts(request: Request, item: ItemFilter = None, limit: Limit = 50, cursor: Cursor = "") -> Response:
        with kept_store(settings) as db:
            found = decisions.page_verdicts(db, after=_after(cursor), limit=limit + 1, item_id=item)
        return _page(request, "verdicts", found, limit)


def _after(cursor: str) -> int:
    return read_cursor(cursor) or 0


def _page(request: Request, name: str, found: list[Decision] | list[Verdict], limit: int) -> Response:
    return page_response(request, name, _dumped(found), [entry.id for entry in found], limit)


def _dumped(found: list[Decision] | list[Verdict]) -> list[dict[str, Any]]:
    return [entry.model_dump(mode="json") for entry in found]


def _decide(db: Database, item_id: int, body: DecisionBody, version: int, reviewer: str) -> None:
    """Raises Conflict, NotFound, NotRead, and UsageError for an action that lacks something."""
    acts: dict[str, Callable[[], object]] = {
        "accept": lambda: _accept(db, item_id, body, version, reviewer),
        "flag": lambda: review.flag_record(
            db, item_id, _needed(body.reason.strip(), "reason"), reviewer=reviewer, version=version
        ),
        "reopen": lambda: review.reopen_record(db, item_id, reviewer=reviewer, version=version),
        "reset": lambda: review.reset_field(
            db, item_id, _known_field(db, item_id, body.field), reviewer=reviewer, version=version
        ),
        "restore": lambda: review.restore_field(
            db, item_id, _needed(body.decision, "decision"), reviewer=reviewer, version=version
        ),
    }
    acts[body.action]()


def _needed(value: Any, name: str) -> Any:
    if not value:
        raise UsageError(en=f"This action needs `{name}`. Send it along.", zh=f"该操作需要 {name}，请一并提供。")
    return value


def _known_field(db: Database, item_id: int, key: str) -> str:
    return review.load_record(db, item_id).schema.field(_needed(key, "field")).key


def _accept(db: Database, item_id: int, body: DecisionBody, version: int, reviewer: str) -> None:
    """As on the Records page: one that nobody can have seen yet is refused."""
    with write(db):
        if items.get_item(db, item_id).status in UNREAD:
            raise NotRead(item=item_id)
        edits = {key: text or "" for key, text in body.fields.items()}
        review.accept_record(db, item_id, edits, reviewer=reviewer, version=version, seconds=body.seconds)
