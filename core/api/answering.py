"""A question of another server's client: asked, waited for, and stopped when nobody waits any more."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request

from core.api.refusals import NotAnswered
from core.api.stopping import Stopping
from core.errors import NeedsModel, ServerStopping, ShelfLensError
from core.reading import questions
from core.reading.questions import Ask
from core.settings import Settings
from core.store.db import open_store
from core.store.questions import Asked, QuestionState


def put(settings: Settings, wanted: Ask) -> int:
    """Asks, and returns the question's number. Raises what asking raises."""
    with open_store(settings) as db:
        return questions.ask(db, settings, wanted)


async def growing(settings: Settings, stopping: Stopping, question_id: int) -> AsyncIterator[Asked]:
    """The question as its answer grows, several times a second; an iterator that is closed stops the answer."""
    try:
        async for asked in iterate_in_threadpool(questions.follow(settings, question_id)):
            yield asked
            if stopping.is_told:
                return
    finally:
        questions.stop(settings, question_id)


async def whole(settings: Settings, stopping: Stopping, request: Request, wanted: Ask) -> Asked:
    """The question with its whole answer. Raises the reason where there is none."""
    question_id = await run_in_threadpool(put, settings, wanted)
    async for asked in growing(settings, stopping, question_id):
        if asked.state.ended or await request.is_disconnected():
            break
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
