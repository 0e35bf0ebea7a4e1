"""/v1/overview and /v1/review: where the work stands, and the record that a person should look at next."""

from __future__ import annotations

from datetime import date

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from core.api.callers import caller_of
from core.api.documented import answers
from core.api.items import SomeItem
from core.api.records import RECORD, RecordReport, record_response
from core.reviewing import overview
from core.reviewing.overview import Overview
from core.reviewing.queue import take_next
from core.settings import Settings
from core.store.db import kept_store


class DayReport(BaseModel):
    day: date
    verified: int


class OverviewReport(BaseModel):
    """The figures of the home page; weeks begin on Monday, days and weeks are of the server's time zone."""

    counts: Overview
    untouched_share: float | None = Field(description="Of verified records, those accepted as read.")
    verified_per_day: list[DayReport] = Field(description="The last 14 days, today last.")
    reading_since: str | None = Field(description="When the present spell of reading began.")
    stalled: bool = Field(description="Work waits and no worker does it.")


OVERVIEW = {
    "counts": {
        "records": 10, "reading": 1, "waiting": 4, "urgent": 1, "verified": 5, "flagged": 0, "failed": 0,
        "corrections": 2, "untouched": 4, "verified_today": 3, "verified_week": 5,
    },
    "untouched_share": 0.8, "verified_per_day": [{"day": "2026-11-25", "verified": 3}], "reading_since": None,
    "stalled": False,
}  # fmt: skip


class NextBody(BaseModel):
    """Which record was looked at last, and which are to be left for later."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"after": 1, "skip": [2]}]})

    after: SomeItem | None = None
    skip: list[SomeItem] = Field([], max_length=1000)


def add_overview(api: FastAPI, settings: Settings) -> None:
    """Adds the routes of the work as a whole."""

    @api.get(
        "/v1/overview",
        tags=["records"],
        summary="How many records stand where, and what people did lately",
        response_model=OverviewReport,
        responses=answers(OVERVIEW),
    )
    def get_overview() -> Response:
        with kept_store(settings) as db:
            counts = overview.take_overview(db)
            report = OverviewReport(
                counts=counts,
                untouched_share=counts.untouched_share,
                verified_per_day=[DayReport(day=day, verified=n) for day, n in overview.verified_per_day(db)],
                reading_since=overview.reading_since(db),
                stalled=overview.is_stalled(db),
            )
        return Response(report.model_dump_json(), media_type="application/json")

    @api.post(
        "/v1/review/next",
        tags=["records"],
        summary="Take the record that should be looked at next: high value first, then most doubts",
        description="It is yours for a while, so that nobody else is brought the same one. Accept, flag or change it as"
        " any record; `skip` names those that you leave for later. 204 where none waits.",
        response_model=RecordReport,
        responses={**answers(RECORD), 204: {"description": "No record waits for review"}},
    )
    def post_next(request: Request, body: NextBody) -> Response:
        with kept_store(settings) as db:
            found = take_next(db, caller_of(request, settings), after=body.after, skip=tuple(body.skip))
            return Response(status_code=204) if found is None else record_response(db, found)
