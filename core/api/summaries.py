"""/v1/insights/summary: each competitor's posters in sentences; GET in fixed ones, POST in a model's words."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import insights
from core.api.answering import whole
from core.api.callers import caller_of
from core.api.documented import answers
from core.api.insights import InsightQuery
from core.api.stopping import Stopping
from core.errors import NeedsModel
from core.insights import written
from core.insights.summary import Sentence, Summary, summarise
from core.insights.written import Written
from core.reading import questions
from core.settings import Settings
from core.store.db import open_store
from core.types import Bilingual

POSTERS_NAMED = 100
"""Of a sentence's posters the newest; their number is said."""


class SentenceReport(BaseModel):
    text: Bilingual
    figures: list[float] = Field(description="The numbers in its words, as counted.")
    posters: list[int] = Field(description="Items it speaks of.")


class SummaryReport(BaseModel):
    competitor: str
    sentences: list[SentenceReport]


class WrittenQuery(InsightQuery):
    """Which posters are summed up, by whom and in which language."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"competitor": ["Lumina"], "since": "2026-09-01", "lang": "en"}]},
    )

    lang: Literal["en", "zh"] = "en"
    most: int = Field(7, ge=1, le=50, description="Competitors, those with the most posters.")
    engine: str = Field(questions.AUTO, max_length=200, description="Name of an engine that can write, or auto.")


class SaidSentence(BaseModel):
    """One sentence with the posters it speaks of."""

    text: str
    written_by: str = Field(description="The engine; empty for fixed words.")
    posters: int
    newest: list[int] = Field(description=f"At most {POSTERS_NAMED} of their records, the newest first.")


class WrittenOf(BaseModel):
    """One competitor's summary."""

    competitor: str
    sentences: list[SaidSentence]
    refused: list[Bilingual] = Field(description="Why sentences of the model were not taken.")


class WrittenReport(BaseModel):
    """Every figure is counted from posters, whoever found the words."""

    posters: int
    summaries: list[WrittenOf]


SENTENCE = {
    "text": {"en": "2 posters, 1 verified.", "zh": "2 张海报，1 张已核验。"},
    "figures": [2, 1],
    "posters": [1, 2],
}
REPORT: dict[str, Any] = {
    "posters": 12,
    "summaries": [
        {
            "competitor": "Lumina",
            "sentences": [
                {"text": "12 posters, all seen on 2026-09-07.", "written_by": "", "posters": 12, "newest": [41, 40]}
            ],
            "refused": [],
        }
    ],
}


def add_summaries(api: FastAPI, settings: Settings, stopping: Stopping) -> None:
    """Adds both routes."""

    @api.get(
        "/v1/insights/summary",
        tags=["insights"],
        summary="What each competitor's posters say, in sentences, with the posters that each is about",
        response_model=list[SummaryReport],
        responses=answers([{"competitor": "Lumina", "sentences": [SENTENCE]}]),
    )
    def get_summary(query: Annotated[InsightQuery, Query()]) -> Response:
        with open_store(settings) as db:
            choice, ever = query.choices(db)
            said = [
                SummaryReport(competitor=each.competitor, sentences=[_sentence(one) for one in each.sentences])
                for each in summarise(choice, ever)
            ]
        return JSONResponse([each.model_dump(mode="json") for each in said])

    @api.post(
        "/v1/insights/summary",
        tags=["insights"],
        summary="Competitors' posters in a model's words, each sentence held against the counted figures",
        response_model=WrittenReport,
        responses=answers(REPORT),
    )
    async def post_summary(body: WrittenQuery, request: Request) -> Response:
        posters, summaries, names = await run_in_threadpool(_asked_for, settings, body)
        by, told = caller_of(request, settings), list[Written]()
        for one in summaries:  # one after the other: a question that nobody listens to is stopped
            wanted = written.question(one, body.lang, engine=body.engine, asked_by=by)
            asked = await whole(settings, stopping, request, wanted)
            rivals = [name for name in names if name != one.competitor]
            told.append(written.read(one, asked, body.lang, rivals))
        return _answer(posters, told)


def _sentence(one: Sentence) -> SentenceReport:
    return SentenceReport(text=one.text, figures=list(one.figures), posters=list(one.posters))


def _asked_for(settings: Settings, body: WrittenQuery) -> tuple[int, list[Summary], list[str]]:
    """As `_counted`. Raises NeedsModel where the engine cannot write."""
    with open_store(settings) as db:
        if written.can_write(db, settings, body.engine) is None:
            raise NeedsModel
        return _counted(db, body)


def _counted(db: Database, query: WrittenQuery) -> tuple[int, list[Summary], list[str]]:
    """How many posters there are, their summaries, and the names of all competitors."""
    choice, ever = query.choices(db)
    names = [name for name in insights.list_offered(db).competitors if name]
    return choice.count, summarise(choice, ever, most=query.most), names


def _answer(posters: int, told: list[Written]) -> Response:
    report = WrittenReport(
        posters=posters,
        summaries=[
            WrittenOf(
                competitor=one.competitor,
                sentences=[
                    SaidSentence(
                        text=said.text,
                        written_by=said.by,
                        posters=len(said.posters),
                        newest=list(said.posters[::-1][:POSTERS_NAMED]),
                    )
                    for said in one.sentences
                ],
                refused=list(one.refused),
            )
            for one in told
        ],
    )
    return Response(report.model_dump_json(), media_type="application/json")
