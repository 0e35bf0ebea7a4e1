"""/v1/insights/compare and /new-claims: sides put beside each other, and what posters have come to claim."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.responses import JSONResponse, Response

from core import insights
from core.api.documented import answers
from core.api.insights import InsightQuery, Row, rows_of
from core.errors import UsageError
from core.insights import compare
from core.insights.compare import OURS, RIVALS, Side
from core.insights.news import new_claims
from core.insights.own import own_brands
from core.insights.prices import currencies
from core.settings import Settings
from core.store.db import open_store

Name = Annotated[str, Field(max_length=200)]


class CompareQuery(InsightQuery):
    """Posters as for /v1/insights, and the sides they are put on."""

    model_config = ConfigDict(extra="forbid")

    sides: list[Name] = Field(
        min_length=2, max_length=20, description=f"Competitors' names; {OURS} for our brands, {RIVALS} for all others."
    )


class SideReport(BaseModel):
    name: str
    posters: int
    discounts: dict[str, float] | None = Field(
        description="posters, low, middle and high of the best discount on one unit; null where no words state one."
    )


class CompareReport(BaseModel):
    """Every share is of a side's own posters, so that sides with more posters do not look louder."""

    sides: list[SideReport]
    only_here: list[Row] = Field(description="side, phrase, text, theme, posters, item_id: claims of one side alone.")
    themes: list[Row] = Field(description="theme, side, posters, share.")
    promotions: list[Row] = Field(description="kind, side, posters, share.")
    prices: dict[str, list[Row]] = Field(
        description="Currency -> goods, side, spread, gap: how far above the first side's middle price (0.1 is 10 %)."
    )


class NewsQuery(InsightQuery):
    model_config = ConfigDict(extra="forbid")

    since: date = Field(description="Wordings that no poster of the competitor carried before this day.")
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class NewClaimReport(BaseModel):
    """A wording first seen on a competitor's poster on `first`; `item_id` is that poster."""

    competitor: str
    phrase: str
    text: str
    theme: str
    first: date
    posters: int
    item_id: int


ONLY = {"side": "Lumina", "phrase": "0蔗糖", "text": "0 蔗糖", "theme": "health", "posters": 2, "item_id": 7}
SHARE = {"side": "Lumina", "posters": 2, "share": 0.5}
SPREAD = {"posters": 2, "low": 99, "middle": 109, "high": 119}
COMPARED = {
    "sides": [{"name": "Lumina", "posters": 4, "discounts": {"posters": 2, "low": 0.2, "middle": 0.35, "high": 0.5}},
              {"name": "FreshCart", "posters": 3, "discounts": None}],
    "only_here": [ONLY], "themes": [{"theme": "health", **SHARE}], "promotions": [{"kind": "bundle", **SHARE}],
    "prices": {"CNY": [{"goods": "snack", "side": "FreshCart", "spread": SPREAD, "gap": 0.1}]},
}  # fmt: skip
NEW = {"competitor": "Lumina", "phrase": "0蔗糖", "text": "0 蔗糖", "theme": "health", "first": "2026-11-20",
       "posters": 2, "item_id": 7}  # fmt: skip


def add_compare(api: FastAPI, settings: Settings) -> None:
    """Adds the routes."""

    @api.get(
        "/v1/insights/compare",
        tags=["insights"],
        summary="Competitors beside each other, or us beside them: claims, promotions, discounts and prices",
        response_model=CompareReport,
        responses=answers(COMPARED),
    )
    def get_comparison(query: Annotated[CompareQuery, Query()]) -> Response:
        with open_store(settings) as db:
            report = CompareReport(**_compared(db, query))
        return Response(report.model_dump_json(), media_type="application/json")

    @api.get(
        "/v1/insights/new-claims",
        tags=["insights"],
        summary="Claims that competitors began to make on or after a day, newest first",
        response_model=list[NewClaimReport],
        responses=answers([NEW]),
    )
    def get_new_claims(query: Annotated[NewsQuery, Query()]) -> Response:
        with open_store(settings) as db:
            _, ever = query.choices(db)
            return JSONResponse([asdict(each) for each in new_claims(ever, query.since, limit=query.limit)])


def _compared(db: Database, query: CompareQuery) -> dict[str, Any]:
    sides = _sides(db, query)
    among = insights.choose(db, query.filters(), own_brands(db))
    return {
        "sides": [{"name": side.name, "posters": side.choice.count, "discounts": _spread(side)} for side in sides],
        "only_here": [asdict(each) for each in compare.only_here(sides, limit=100)],
        "themes": rows_of(compare.theme_shares(sides)),
        "promotions": rows_of(compare.promotion_shares(sides)),
        "prices": {
            currency: [asdict(gap) for gap in compare.price_gaps(sides, currency)] for currency in currencies(among)
        },
    }


def _spread(side: Side) -> dict[str, float] | None:
    found = compare.discount_spread(side.choice)
    return asdict(found) if found is not None else None


def _sides(db: Database, query: CompareQuery) -> list[Side]:
    """The sides with their posters. Raises UsageError for one named twice, and for ours where we named no brands."""
    own = own_brands(db)
    names = list(dict.fromkeys(query.sides))
    if len(names) < 2:
        raise UsageError(en="Name at least two different sides.", zh="请至少指定两个不同的对比方。")
    if not own and {OURS, RIVALS} & set(names):
        raise UsageError(
            en=f"{OURS} and {RIVALS} need to know our brands. Name them on the Insights page.",
            zh=f"{OURS} 和 {RIVALS} 需要先在洞察页面填写我们的品牌。",
        )
    return [Side(name, compare.posters_of(db, name, query.filters(), own)) for name in names]
