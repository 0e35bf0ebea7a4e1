"""/v1/chat/completions and /v1/models: OpenAI's shape, so that clients of other servers work here with another address.

The same questions, engines and cache as everywhere: `core/reading/questions.py`. A conversation that goes on from
answers given here is found in the store, so that its pictures are not encoded again; any other is told whole.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlite_utils import Database
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from core.api.answering import failure, growing, put, whole
from core.api.bodies import BodyLimits
from core.api.callers import caller_of
from core.api.guard import openai_error
from core.api.openai_shape import Completion, Conversation, chunk, completion, conversation_in, finish, last_chunk
from core.api.pictures import keep_pictures
from core.api.refusals import Broken, InvalidValues, MalformedBody, NoPicture, NoSuchAddress, NoSuchModel
from core.api.stopping import EndsWithServer, Stopping
from core.api.wording import reason_of
from core.engines.registry import available, engine_names
from core.errors import AnswerCut, ShelfLensError
from core.reading.questions import AUTO, Ask
from core.settings import Settings
from core.store.db import open_store
from core.store.questions import Asked, find_turn
from core.types import Bilingual

log = logging.getLogger("shelflens.api")

MODEL = "shelflens"
"""What `auto` is called here."""
BEGAN = 1_764_028_800
"""When the first version was made: the API wants a moment per model, and engines have none."""


def build_openai(settings: Settings, stopping: Stopping) -> FastAPI:
    """The application that answers below /v1."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(EndsWithServer, stopping=stopping)
    app.add_middleware(BodyLimits, settings=settings)
    for kind, handler in ((ShelfLensError, _known), (RequestValidationError, _values), (HTTPException, _http)):
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(Exception, _anything)

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(name) for name in offered(settings)]}

    @app.get("/v1/models/{name:path}")
    def model(name: str) -> dict[str, Any]:
        if name not in offered(settings):
            raise NoSuchModel(model=name[:200], offers=", ".join(offered(settings)))
        return _model(name)

    @app.post("/v1/chat/completions")
    async def complete(body: Completion, request: Request) -> Response:
        wanted = await run_in_threadpool(_wish, settings, body, caller_of(request, settings))
        if not body.stream:
            return JSONResponse(completion(await whole(settings, stopping, request, wanted), settings))
        asked = await run_in_threadpool(put, settings, wanted)
        counted = body.stream_options is not None and body.stream_options.include_usage
        events = _events(settings, stopping, asked, counted=counted)
        return StreamingResponse(events, media_type="text/event-stream", headers={"cache-control": "no-store"})

    return app


def offered(settings: Settings) -> tuple[str, ...]:
    """Names that may be asked for: ours for the default engine, and each engine that can be used here."""
    usable = (name for name in engine_names(settings) if name != AUTO and available(name, settings).ok)
    return (MODEL, *usable)


def engine_of(model: str, settings: Settings) -> str:
    """The engine that a model's name means. A name from another server means the default one: who changes nothing
    but the address is answered, and the answer's `model` says by whom."""
    return model if model in offered(settings)[1:] else AUTO


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": BEGAN, "owned_by": MODEL}


def _wish(settings: Settings, body: Completion, asked_by: str) -> Ask:
    body.check()
    said = conversation_in(body.messages)
    if not said.pictures:
        raise NoPicture()
    blobs = keep_pictures(said.pictures, settings)
    with open_store(settings) as db:
        follows = _last_turn(db, blobs, said)
    return Ask(
        blobs=blobs,
        text=said.text if follows is not None else said.told_whole,
        engine=engine_of(body.model, settings),
        sampling=body.sampling,
        follows=follows,
        asked_by=asked_by,
    )


def _last_turn(db: Database, blobs: tuple[str, ...], said: Conversation) -> int | None:
    """The question that this one goes on from, where every turn before it was asked and answered here."""
    follows: int | None = None
    for question, answer in said.turns:
        follows = find_turn(db, blobs, question, answer, follows)
        if follows is None:
            return None
    return follows


async def _events(settings: Settings, stopping: Stopping, put_in: Asked, *, counted: bool) -> AsyncIterator[str]:
    """Chunks as the answer grows, then [DONE]; an error where it breaks off. A client that goes away ends this."""
    said, begun = "", False
    async with aclosing(growing(settings, stopping, put_in)) as answers:
        async for asked in answers:
            if not begun:
                begun = True
                yield _event(chunk(asked, {"role": "assistant", "content": ""}))
            if not asked.answer.startswith(said):
                # Its worker died and another one began anew: what was said cannot be taken back in this shape.
                yield _failed(AnswerCut(engine=asked.engine, reason="-"))
                return
            if asked.answer != said:
                yield _event(chunk(asked, {"content": asked.answer[len(said) :]}))
                said = asked.answer
            if (err := failure(asked)) is not None:
                yield _failed(err)
                return
            if asked.state.ended:
                yield _event(chunk(asked, {}, finish(asked)))
                if counted:
                    yield _event(last_chunk(asked, settings))
                yield "data: [DONE]\n\n"
                return
            yield ": waiting\n\n"  # so that a client that has gone is noticed


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _failed(err: ShelfLensError) -> str:
    return f"data: {bytes(openai_error(err).body).decode()}\n\n"


async def _known(_request: Request, err: Exception) -> Response:
    assert isinstance(err, ShelfLensError)
    return openai_error(err)


async def _values(_request: Request, err: Exception) -> Response:
    assert isinstance(err, RequestValidationError)
    first = err.errors()[0]
    if first["type"] == "json_invalid":
        return openai_error(MalformedBody(reason=reason_of(first)))
    name, why = ".".join(map(str, first["loc"][1:])) or "body", reason_of(first)
    reason = Bilingual(en=f"{name}: {why.en}", zh=f"{name}：{why.zh}")
    return openai_error(InvalidValues(count=len(err.errors()), first=reason))


async def _http(request: Request, err: Exception) -> Response:
    assert isinstance(err, HTTPException)
    known: ShelfLensError | None = getattr(err, "error", None)
    if known is not None:
        return openai_error(known)
    if err.status_code in (404, 405):
        return openai_error(NoSuchAddress(path=request.url.path[:200]))
    return openai_error(MalformedBody(reason=str(err.detail)))


async def _anything(request: Request, err: Exception) -> Response:
    reference = uuid.uuid4().hex[:12]
    log.error("%s: %s %s", reference, request.method, request.url.path, exc_info=err)
    return openai_error(Broken(reference=reference))
