"""POST /v1/ask: a question about photos, answered as one JSON object or as server-sent events.

Thin over core/reading/questions.py. Whoever asks is the listener: a client that goes away stops its answer.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import FastAPI, Path
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.answering import growing, last
from core.api.callers import caller_of
from core.api.documented import answers
from core.api.items import ItemId
from core.api.paging import Limit
from core.api.stopping import Stopping
from core.engines.base import Sampling
from core.errors import UsageError
from core.reading import questions
from core.reading.lookup import find_printed
from core.reading.questions import Ask
from core.settings import Settings
from core.store import items, runs
from core.store.db import kept_store
from core.store.questions import Asked, QuestionState, get_question, list_questions
from core.types import Bilingual, Box

EVENTS = "text/event-stream"
USUAL = Sampling()
WhichItem = Annotated[int, Field(ge=1, le=items.LARGEST_ID)]


class AskBody(BaseModel):
    """A question about all photos of an item, or about photos by their ids."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"item": 1, "question": "Does it contain peanut?"}]}
    )

    question: str = Field(description="In any language; the answer comes in English or Chinese.")
    item: WhichItem | None = Field(None, description="Number of the record whose photos are meant.")
    photos: list[str] = Field([], max_length=100, description="Ids of photos (as in /img/{id}.jpg) instead of an item.")
    follows: WhichItem | None = Field(None, description="Id of the question this one goes on from.")
    engine: str = Field(questions.AUTO, description="Name of an engine, or auto.")
    temperature: float = USUAL.temperature
    top_p: float = USUAL.top_p
    max_new_tokens: int = USUAL.max_new_tokens
    seed: Annotated[int, Field(ge=0, lt=2**32)] | None = Field(None, description="The same seed, the same answer.")
    again: bool = Field(False, description="Draw a new answer where one is kept.")
    stream: bool = Field(False, description="Server-sent events, as with the header Accept: text/event-stream.")


class Printed(BaseModel):
    """Characters of the answer, from `start` to before `end`, that are printed on a photo."""

    start: int
    end: int
    photo: int = Field(description="Index into `photos`.")
    box: Box


class AskReport(BaseModel):
    """A question with its answer as far as it is."""

    id: int
    item: int | None
    photos: list[str]
    question: str
    follows: int | None
    state: QuestionState
    answer: str
    partial: bool = Field(description="True where the answer is not complete.")
    engine: str
    revision: str
    cached: bool
    first_s: float | None = Field(description="Seconds to the first words.")
    total_s: float | None
    error: Bilingual | None
    printed: list[Printed]


ANSWER: dict[str, Any] = {
    "id": 1, "item": 1, "photos": ["9f86…"], "question": "Does it contain peanut?", "follows": None, "state": "done",
    "answer": "Yes: 花生", "partial": False, "engine": "ocr", "revision": "1", "cached": False, "first_s": 0.2,
    "total_s": 0.2, "error": None, "printed": [{"start": 5, "end": 7, "photo": 0, "box": [80, 900, 420, 960]}],
}  # fmt: skip
SAID = 'event: text\ndata: {"text": "Yes: 花生"}\n\nevent: end\ndata: {"id": 1, "answer": "Yes: 花生"}\n\n'


def add_ask(api: FastAPI, settings: Settings, stopping: Stopping) -> None:
    """Adds the question's routes."""

    @api.post(
        "/v1/ask",
        tags=["ask"],
        summary="Ask about photos; the answer at once, or word by word",
        response_model=AskReport,
        responses={
            200: {
                "content": {
                    "application/json": {"example": ANSWER},
                    EVENTS: {"schema": {"type": "string"}, "example": SAID},
                },
                "description": "The answer, or the events text, restart and end",
            }
        },
    )
    async def post_ask(body: AskBody, request: Request) -> Response:
        asked = await run_in_threadpool(_ask, settings, body, caller_of(request, settings))
        if body.stream or EVENTS in request.headers.get("accept", ""):
            events = _events(settings, stopping, asked)
            return StreamingResponse(events, media_type=EVENTS, headers={"cache-control": "no-store"})
        asked = await last(settings, stopping, request, asked)
        return JSONResponse(await run_in_threadpool(_report, settings, asked))

    @api.get(
        "/v1/ask/{question_id}",
        tags=["ask"],
        summary="A question with its answer so far",
        response_model=AskReport,
        responses=answers(ANSWER),
    )
    def get_ask(question_id: Annotated[int, Path(ge=1, le=items.LARGEST_ID, examples=[1])]) -> Response:
        with kept_store(settings) as db:
            asked = get_question(db, question_id)
        return JSONResponse(_report(settings, asked))

    @api.get(
        "/v1/items/{item_id}/questions",
        tags=["ask"],
        summary="What was asked about an item's photos and answered, oldest first",
        response_model=list[AskReport],
        responses=answers([ANSWER]),
    )
    def get_questions(item_id: ItemId, limit: Limit = 50) -> Response:
        with kept_store(settings) as db:
            items.get_item(db, item_id)
            photos = tuple(photo.blob for photo in items.list_photos(db, item_id))
            asked = list_questions(db, photos, limit)
        return JSONResponse([_report(settings, each) for each in asked])


def _ask(settings: Settings, body: AskBody, asked_by: str) -> Asked:
    if (body.item is None) == (not body.photos):
        raise UsageError(en="Name either an item or photos.", zh="请指定条目（item）或图片（photos），二者选一。")
    with kept_store(settings) as db:
        photos = tuple(body.photos)
        if body.item is not None:
            items.get_item(db, body.item)
            photos = tuple(photo.blob for photo in items.list_photos(db, body.item))
        sampling = Sampling(body.temperature, body.top_p, body.max_new_tokens, body.seed)
        wanted = Ask(
            blobs=photos,
            text=body.question,
            engine=body.engine,
            sampling=sampling,
            follows=body.follows,
            item_id=body.item,
            asked_by=asked_by,
            again=body.again,
        )
        return get_question(db, questions.ask(db, settings, wanted))


async def _events(settings: Settings, stopping: Stopping, put_in: Asked) -> AsyncIterator[str]:
    """The answer's words as they are added, then the whole; a client that goes away ends this generator."""
    said, attempts = "", put_in.attempts
    async with aclosing(growing(settings, stopping, put_in)) as answers_so_far:
        async for asked in answers_so_far:
            # Another worker began anew: the first one died, or was stopped, which does not count as an attempt.
            if said and (asked.attempts > attempts or not asked.answer.startswith(said)):
                said = ""
                yield _event("restart", {})
            attempts = asked.attempts
            if asked.answer != said:
                yield _event("text", {"text": asked.answer[len(said) :]})
                said = asked.answer
            if asked.state.ended:
                yield _event("end", await run_in_threadpool(_report, settings, asked))
                return
            yield ": waiting\n\n"  # so that a client that has gone is noticed


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _report(settings: Settings, asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "item": asked.item_id,
        "photos": asked.blobs,
        "question": asked.text,
        "follows": asked.follows,
        "state": asked.state,
        "answer": asked.answer,
        "partial": asked.state is not QuestionState.DONE,
        "engine": asked.answered_by or asked.engine,
        "revision": asked.revision,
        "cached": asked.cached,
        "first_s": asked.first_s,
        "total_s": asked.total_s,
        "error": asked.error.model_dump() if asked.error else None,
        "printed": _printed(settings, asked),
    }


def _printed(settings: Settings, asked: Asked) -> list[dict[str, Any]]:
    """Which characters of the answer are printed on the photos, and where."""
    with kept_store(settings) as db:
        readings = [runs.latest_readings(db, blob) for blob in asked.blobs]
    return [
        {"start": found.start, "end": found.end, "photo": found.photo, "box": found.box}
        for found in find_printed(asked.answer, readings)
    ]
