"""/v1/insights: what competitors' posters say, counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.responses import Response

from core import insights
from core.api.documented import answers
from core.insights.facts import WHO
from core.insights.own import own_brands
from core.insights.prices import currencies, price_ladder
from core.settings import Settings
from core.store.db import open_store

Row = dict[str, Any]


class InsightQuery(BaseModel):
    """Which posters are counted; empty means no limit."""

    model_config = ConfigDict(extra="forbid")

    competitor: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    campaign: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    platform: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    goods: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    theme: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    promotion: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=100)
    side: Literal["", "own", "rivals"] = ""
    since: date | None = None
    until: date | None = Field(None, description="Included.")
    verified_only: bool = False

    def filters(self) -> insights.AdFilters:
        return insights.AdFilters(
            competitors=tuple(self.competitor),
            campaigns=tuple(self.campaign),
            platforms=tuple(self.platform),
            goods=tuple(self.goods),
            themes=tuple(self.theme),
            promotions=tuple(self.promotion),
            side=self.side,
            since=self.since,
            until=self.until,
            verified_only=self.verified_only,
        )

    def choices(self, db: Database) -> tuple[insights.Choice, insights.Choice]:
        """The posters that are asked for, and the same without limits of time."""
        filters, own = self.filters(), own_brands(db)
        return insights.choose(db, filters, own), insights.choose(db, filters.at_any_time, own)


class InsightReport(BaseModel):
    """Posters and what they state. Every count is of posters: one that states the same twice counts once."""

    posters: int
    verified: int
    competitors: list[Row] = Field(description="competitor, posters, verified; the most frequent first.")
    claims: list[Row] = Field(description="theme, competitor, posters, verified, share of the competitor's posters.")
    promotions: list[Row] = Field(description="kind, competitor, posters, verified.")
    discounts: list[Row] = Field(description="percent, at_most, competitor, posters, verified.")
    prices: dict[str, list[Row]] = Field(
        description="Currency -> goods, competitor, posters, low, middle, high of what one piece costs."
    )
    timeline: list[Row] = Field(description="period, competitor, posters, verified.")
    grain: str = Field(description="What a period is: day or week, named by its first day.")


REPORT: dict[str, Any] = {
    "posters": 2, "verified": 1, "competitors": [{"competitor": "Lumina", "posters": 2, "verified": 1}],
    "claims": [{"theme": "health", "competitor": "Lumina", "posters": 1, "verified": 1, "share": 0.5}],
    "promotions": [{"kind": "bundle", "competitor": "Lumina", "posters": 1, "verified": 0}],
    "discounts": [{"percent": 50, "at_most": 0, "competitor": "Lumina", "posters": 1, "verified": 0}],
    "prices": {"CNY": [{"goods": "", "competitor": "Lumina", "posters": 1, "low": 99, "middle": 99, "high": 99}]},
    "timeline": [{"period": "2026-09-07", "competitor": "Lumina", "posters": 2, "verified": 1}], "grain": "week",
}  # fmt: skip


def add_insights(api: FastAPI, settings: Settings) -> None:
    """Adds the insights' route."""

    @api.get(
        "/v1/insights",
        tags=["insights"],
        summary="Competitors' posters: claims, promotions, prices and their course in time",
        response_model=InsightReport,
        responses=answers(REPORT),
    )
    def get_insights(query: Annotated[InsightQuery, Query()]) -> Response:
        with open_store(settings) as db:
            report = InsightReport(**_report(insights.choose(db, query.filters(), own_brands(db))))
        return Response(report.model_dump_json(), media_type="application/json")


def _report(choice: insights.Choice) -> dict[str, Any]:
    course = insights.timeline(choice)
    discounted = ("percent", "at_most", "competitor")
    return {
        "posters": choice.count,
        "verified": choice.verified,
        "competitors": rows_of(insights.tally(insights.Facts(choice, dict(WHO)), ("competitor",))),
        "claims": rows_of(insights.claim_shares(choice)),
        "promotions": rows_of(insights.tally(insights.promotions(choice), ("kind", "competitor"))),
        "discounts": rows_of(insights.tally(insights.discounts(choice), discounted)),
        "prices": {currency: rows_of(price_ladder(choice, currency)) for currency in currencies(choice)},
        "timeline": rows_of(insights.tally(course.facts, ("period", "competitor"))),
        "grain": course.grain,
    }


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows as JSON has them: what is not a number is null."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
