"""POST /chat: one picture, one question, one answer; the shape that small model servers have.

{"image": "https://… | data:… | base64 | /allowed/folder/label.jpg", "query": "…"}  ->  {"response": "…"}
"""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.answering import whole
from core.api.bodies import BodyLimits
from core.api.callers import caller_of
from core.api.pictures import keep_pictures
from core.api.problems import add_problems
from core.api.stopping import EndsWithServer, Stopping
from core.engines.base import Sampling
from core.reading.questions import AUTO, MOST_PHOTOS, Ask
from core.settings import Settings

USUAL = Sampling()


class ChatBody(BaseModel):
    """A question about a picture, or about several."""

    model_config = ConfigDict(extra="ignore")

    image: str | list[str]
    query: str
    engine: str = AUTO
    temperature: float = USUAL.temperature
    top_p: float = USUAL.top_p
    max_new_tokens: int = Field(USUAL.max_new_tokens, description="Most tokens of the answer.")
    seed: int | None = Field(None, ge=0, lt=2**32)


def build_chat(settings: Settings, stopping: Stopping) -> FastAPI:
    """The application that answers /chat; other paths are none of its."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(EndsWithServer, stopping=stopping)
    app.add_middleware(BodyLimits, settings=settings)
    add_problems(app)

    @app.post("/chat")
    async def chat(body: ChatBody, request: Request) -> Response:
        pictures = [body.image] if isinstance(body.image, str) else body.image[: MOST_PHOTOS + 1]
        wanted = Ask(
            blobs=await run_in_threadpool(keep_pictures, pictures, settings),
            text=body.query,
            engine=body.engine,
            sampling=Sampling(body.temperature, body.top_p, body.max_new_tokens, body.seed),
            asked_by=caller_of(request, settings),
        )
        asked = await whole(settings, stopping, request, wanted)
        return JSONResponse({"response": asked.answer, "engine": asked.answered_by, "cached": asked.cached})

    return app
