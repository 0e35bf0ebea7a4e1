"""A question of another server's client: asked, waited for, and stopped when nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request

from core.api.refusals import NotAnswered
from core.api.stopping import Stopping
from core.errors import NeedsModel, ServerStopping, ShelfLensError
from core.reading import questions
from core.reading.questions import Ask
from core.settings import Settings
from core.store.db import kept_store
from core.store.questions import Asked, QuestionState, get_question


def put(settings: Settings, wanted: Ask) -> Asked:
    """Asks, and returns the question; with its answer where that was in the cache. Raises what asking raises."""
    with kept_store(settings) as db:
        return get_question(db, questions.ask(db, settings, wanted))


async def growing(settings: Settings, stopping: Stopping, asked: Asked) -> AsyncGenerator[Asked, None]:
    """The question as its answer grows, several times a second; an iterator that is closed stops the answer."""
    if asked.state.ended:
        yield asked
        return
    try:
        async for now in iterate_in_threadpool(questions.follow(settings, asked.id)):
            asked = now
            yield asked
            if stopping.is_told:
                return
    finally:
        if not asked.state.ended:
            await asyncio.shield(run_in_threadpool(questions.stop, settings, asked.id))


async def last(settings: Settings, stopping: Stopping, request: Request, asked: Asked) -> Asked:
    """The question with its whole answer; as far as it is where the client goes away or the server has to end."""
    async with aclosing(growing(settings, stopping, asked)) as answers:
        async for now in answers:
            asked = now
            if asked.state.ended or await request.is_disconnected():
                break
    return asked


async def whole(settings: Settings, stopping: Stopping, request: Request, wanted: Ask) -> Asked:
    """The question with its whole answer. Raises the reason where there is none."""
    asked = await last(settings, stopping, request, await run_in_threadpool(put, settings, wanted))
    if (err := failure(asked)) is not None:
        raise err
    if not asked.state.ended:
        raise ServerStopping(stored=0)
    return asked


def failure(asked: Asked) -> ShelfLensError | None:
    """Why there is no answer; None where there is one, or will be."""
    if asked.state is not QuestionState.FAILED:
        return None
    needs_model = NeedsModel()
    if asked.error == needs_model.message:
        return needs_model
    return NotAnswered(reason=asked.error or "-")
