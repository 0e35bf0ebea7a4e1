"""/v1/feedback and /v1/autoaccept: how often the machine was right, what people corrected, and what may pass unseen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import autoaccept
from core.api.documented import answers
from core.api.paging import Cursor, Limit, page_response, read_cursor
from core.learning import trends
from core.learning.accuracy import FieldAccuracy, Share, count_outcomes, measure_quality
from core.learning.feedback import Correction, Filters, count_corrections, page_corrections
from core.learning.trends import Confusion, Contradiction
from core.reviewing.reviewers import Reviewer, list_reviewers_work
from core.settings import Settings
from core.store.autoaccept import Draws, Rule
from core.store.db import open_store

Text = Annotated[str, Field(max_length=200)]


class FeedbackQuery(BaseModel):
    """Which feedback is wanted; empty means no limit. Days are UTC, `until` is included."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["", "product", "ad"] = ""
    field: Text = ""
    reviewer: Text = ""
    engine: Text = ""
    brand: Text = ""
    since: date | None = None
    until: date | None = Field(None, description="Included.")

    def filters(self) -> Filters:
        until = self.until if self.until != date.max else None  # the day after it has to exist
        named = ("kind", "field", "reviewer", "engine", "brand", "since")
        return Filters(**{name: getattr(self, name) for name in named}, until=until)


class CorrectionQuery(FeedbackQuery):
    model_config = ConfigDict(extra="forbid")

    limit: Limit = 50
    cursor: Cursor = ""


class Rate(BaseModel):
    """`hits` of `total`; `rate` is null where nothing was counted, `low` and `high` are its 95 % interval (Wilson)."""

    hits: int
    total: int
    rate: float | None
    low: float
    high: float


class FieldReport(BaseModel):
    """One field over the verified records. `accuracy` is kept / (kept + changed + removed); `needed` is how many more
    values have to be judged before it says anything."""

    kind: str
    field: str
    kept: int
    changed: int
    removed: int
    missed: int
    accuracy: Rate
    needed: int


class PeriodReport(BaseModel):
    start: date
    kind: str
    field: str
    accuracy: Rate


class VersionReport(BaseModel):
    kind: str
    engine: str
    revision: str
    prompt: str
    since: str
    accuracy: Rate
    through: Rate = Field(description="Records in which nothing had to be done.")


class FeedbackReport(BaseModel):
    """What verified records say about the machine."""

    fields: list[FieldReport]
    straight_through: Rate
    median_seconds: float | None = Field(description="From opening a record to its verification.")
    timed: int
    corrections: int
    over_time: list[PeriodReport]
    versions: list[VersionReport]


class CorrectionPage(BaseModel):
    corrections: list[Correction]
    next: str | None
    total: int


class ConfusionReport(BaseModel):
    """Characters and whole values that are read for others, and records of one product that contradict each other."""

    characters: list[Confusion]
    values: list[Confusion]
    contradictions: list[Contradiction]


class ReviewerReport(BaseModel):
    """One person's verified records: those in which they changed anything, and fields that others left as they were."""

    name: str
    changed: Rate
    median_seconds: float | None
    looked_at: int
    agreed: Rate
    unusual: bool = Field(description="Far fewer changes than others make: perhaps everything is accepted.")


class AuditReport(BaseModel):
    """What a rule has said so far; from an evidence of 20 on it ends by itself."""

    draws: Draws
    error: Rate
    evidence: float


class OfferReport(BaseModel):
    """What one field's judged values allow, and the rule that somebody made of it: null while it is off."""

    kind: str
    engine: str
    version: str
    field: str
    judged: int
    needed: int = Field(description="Judged values to the next look.")
    thresholds: list[dict[str, Any]] = Field(description="Per promised error, what share of values may be accepted.")
    rule: Rule | None
    audit: AuditReport | None
    last: Rule | None = Field(description="The rule before, and why it ended.")


RATE = {"hits": 45, "total": 50, "rate": 0.9, "low": 0.786, "high": 0.957}
FEEDBACK = {
    "fields": [{"kind": "product", "field": "brand", "kept": 45, "changed": 4, "removed": 1, "missed": 0,
                "accuracy": RATE, "needed": 0}],
    "straight_through": RATE, "median_seconds": 21.5, "timed": 50, "corrections": 5,
    "over_time": [{"start": "2026-11-23", "kind": "product", "field": "brand", "accuracy": RATE}],
    "versions": [{"kind": "product", "engine": "ocr", "revision": "3f2c", "prompt": "none",
                  "since": "2026-11-25T08:00:00.000+00:00", "accuracy": RATE, "through": RATE}],
}  # fmt: skip
CORRECTION = {
    "id": 1, "item_id": 1, "name": "燕麦片", "living": True, "kind": "product", "field": "brand", "change": "changed",
    "before": "晨露食品", "after": "晨露", "reviewer": "li", "engine": "ocr", "at": "2026-11-25T08:02:00.000+00:00",
    "blob": "9f86…", "box": [80, 900, 420, 960],
}  # fmt: skip
CONFUSION = {"kind": "product", "field": "gtin", "wrong": "0", "meant": "O", "records": 3}
CONFUSIONS = {
    "characters": [CONFUSION], "values": [],
    "contradictions": [{"kind": "product", "field": "brand", "product": "6901234567892", "sides": [
        {"text": "晨露", "items": [1], "reviewers": ["li"]}, {"text": "", "items": [2], "reviewers": ["wang"]}]}],
}  # fmt: skip
REVIEWER = {"name": "li", "changed": RATE, "median_seconds": 21.5, "looked_at": 5, "agreed": RATE, "unusual": False}
OFFER = {
    "kind": "product", "engine": "ocr", "version": "3f2c", "field": "brand", "judged": 250, "needed": 150,
    "thresholds": [{"promise": 0.02, "score": 0.97, "judged": 250, "accepted": 180, "wrong": 0, "bound": 0.019}],
    "rule": None, "audit": None, "last": None,
}  # fmt: skip


def add_feedback(api: FastAPI, settings: Settings) -> None:
    """Adds the feedback's routes."""
    _add_figures(api, settings)
    _add_people(api, settings)


def _add_figures(api: FastAPI, settings: Settings) -> None:
    @api.get(
        "/v1/feedback",
        tags=["feedback"],
        summary="How often the machine was right, per field, over time and by engine version",
        response_model=FeedbackReport,
        responses=answers(FEEDBACK),
    )
    def get_feedback(query: Annotated[FeedbackQuery, Query()]) -> Response:
        with open_store(settings) as db:
            return JSONResponse(_feedback(db, query.filters()))

    @api.get(
        "/v1/feedback/corrections",
        tags=["feedback"],
        summary="What people changed, newest first, with the place of each value on its photo",
        response_model=CorrectionPage,
        responses=answers({"corrections": [CORRECTION], "next": None, "total": 1}),
    )
    def get_corrections(request: Request, query: Annotated[CorrectionQuery, Query()]) -> Response:
        with open_store(settings) as db:
            found = page_corrections(db, query.filters(), below=read_cursor(query.cursor), limit=query.limit + 1)
            total = count_corrections(db, query.filters())
        told = [entry.model_dump(mode="json") for entry in found]
        return page_response(request, "corrections", told, [entry.id for entry in found], query.limit, total=total)

    @api.get(
        "/v1/feedback/confusions",
        tags=["feedback"],
        summary="What is most often read for something else, and records of one product that contradict each other",
        response_model=ConfusionReport,
        responses=answers(CONFUSIONS),
    )
    def get_confusions(query: Annotated[FeedbackQuery, Query()]) -> Response:
        filters = query.filters()
        with open_store(settings) as db:
            report = ConfusionReport(
                characters=trends.list_confusions(db, filters),
                values=trends.list_misreadings(db, filters),
                contradictions=trends.list_contradictions(db, filters),
            )
        return JSONResponse(report.model_dump(mode="json"))


def _add_people(api: FastAPI, settings: Settings) -> None:
    @api.get(
        "/v1/feedback/reviewers",
        tags=["feedback"],
        summary="Who verified how many records and changed how many of them",
        response_model=list[ReviewerReport],
        responses=answers([REVIEWER]),
    )
    def get_reviewers(query: Annotated[FeedbackQuery, Query()]) -> Response:
        with open_store(settings) as db:
            found = list_reviewers_work(db, query.filters())
        return JSONResponse([_reviewer(each) for each in found])

    @api.get(
        "/v1/autoaccept",
        tags=["feedback"],
        summary="Fields whose values may be accepted without a look, at what error, and the rules in force",
        response_model=list[OfferReport],
        responses=answers([OFFER]),
    )
    def get_autoaccept() -> Response:
        with open_store(settings) as db:
            return JSONResponse([_offer(db, each) for each in autoaccept.list_offers(db)])


def _feedback(db: Database, filters: Filters) -> dict[str, Any]:
    tallies = count_outcomes(db, filters)
    quality = measure_quality(db, filters, tallies)
    return {
        "fields": [_field(each) for each in quality.fields],
        "straight_through": _rate(quality.straight_through),
        "median_seconds": quality.median_seconds,
        "timed": quality.timed,
        "corrections": count_corrections(db, filters),
        "over_time": [_told(each) for each in trends.accuracy_over_time(tallies, filters.field)],
        "versions": [_told(each) for each in trends.accuracy_by_version(db, filters, tallies)],
    }


def _field(each: FieldAccuracy) -> dict[str, Any]:
    return {**each.model_dump(mode="json"), "accuracy": _rate(each.right), "needed": each.needed}


def _told(each: trends.PeriodAccuracy | trends.VersionAccuracy) -> dict[str, Any]:
    told = {**each.model_dump(mode="json", exclude={"right", "through"}), "accuracy": _rate(each.right)}
    return {**told, "through": _rate(each.through)} if isinstance(each, trends.VersionAccuracy) else told


def _reviewer(each: Reviewer) -> dict[str, Any]:
    return {**each.model_dump(mode="json"), "changed": _rate(each.changed), "agreed": _rate(each.agreed)}


def _rate(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"hits": share.hits, "total": share.total, "rate": share.rate, "low": low, "high": high}


def _offer(db: Database, offered: autoaccept.Offered) -> dict[str, Any]:
    offer = asdict(offered.offer)
    audit = autoaccept.audit_of(db, offered.rule) if offered.rule is not None else None
    return {
        **{name: offer[name] for name in ("kind", "engine", "version", "field", "judged", "needed")},
        "thresholds": [each.model_dump(mode="json") for each in offered.offer.thresholds],
        "rule": offered.rule.model_dump(mode="json") if offered.rule is not None else None,
        "audit": _audit(audit) if audit is not None else None,
        "last": offered.last.model_dump(mode="json") if offered.last is not None else None,
    }


def _audit(audit: autoaccept.Audit) -> dict[str, Any]:
    return {"draws": audit.draws.model_dump(mode="json"), "error": _rate(audit.error), "evidence": audit.evidence}
