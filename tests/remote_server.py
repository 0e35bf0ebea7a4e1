"""A server that speaks OpenAI's chat API as it is told to: streams in odd pieces, fails, hangs, breaks off.

    with serve(Says('{"brand":"Acme"}')) as server:
        ... server.url, server.requests

Real sockets and real HTTP: what the client sees is what it would see of vLLM or Ollama.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

MODEL = "test-vlm"


class Behaviour(Protocol):
    """What the server does with one chat request."""

    async def respond(self, server: Server, body: dict[str, Any]) -> Response: ...


@dataclass
class Server:
    """The running server: what it was asked, and how it goes on."""

    script: list[Behaviour]
    url: str = ""
    models: list[dict[str, Any]] | None = field(default_factory=lambda: [{"id": MODEL, "root": "/weights/test"}])
    key: str = ""
    broken_list: bool = False
    """The list of models answers with HTTP 500, as `transformers serve` does without a cache folder."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    dropped: int = 0
    """Streams that the client closed before their end."""
    at_once: int = 0
    most_at_once: int = 0
    """Answers it was streaming at the same time."""

    def next(self) -> Behaviour:
        """The behaviours in their order; the last one again and again."""
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@dataclass(frozen=True)
class Says:
    """Answers with `text`, in events that are cut into TCP pieces of `chunk` bytes.

    `words` is said instead where no schema stands in the request: the answer to a question.
    """

    text: str
    words: str | None = None
    delay_s: float = 0.0
    chunk: int = 7
    letters: int = 5
    finish: str = "stop"
    done: bool = True
    end: str = "\n\n"
    stream: bool = True
    cut_after: int | None = None
    """Bytes after which the connection is reset."""
    together: int = 1
    """Nobody gets a word until so many have been asked for at the same time, or 60 s have passed."""

    async def respond(self, server: Server, body: dict[str, Any]) -> Response:
        if self.words is not None and "response_format" not in body:
            return await replace(self, text=self.words, words=None).respond(server, body)
        if not (self.stream and body.get("stream")):
            message = {"role": "assistant", "content": self.text}
            usage = {"prompt_tokens": 11, "completion_tokens": len(self.text)}
            return JSONResponse({"choices": [{"message": message, "finish_reason": self.finish}], "usage": usage})
        return StreamingResponse(self._bytes(server), media_type="text/event-stream")

    async def _bytes(self, server: Server) -> AsyncIterator[bytes]:
        whole = "".join(self._events()).encode()
        server.at_once += 1
        server.most_at_once = max(server.most_at_once, server.at_once)
        waited_until = time.monotonic() + 60
        try:
            while server.most_at_once < self.together and time.monotonic() < waited_until:
                await asyncio.sleep(0.01)
            for at in range(0, len(whole), self.chunk):
                if self.cut_after is not None and at >= self.cut_after:
                    raise ConnectionResetError("as told")
                yield whole[at : at + self.chunk]
                await asyncio.sleep(self.delay_s)
        except (asyncio.CancelledError, GeneratorExit):
            server.dropped += 1
            raise
        finally:
            server.at_once -= 1

    def _events(self) -> Iterator[str]:
        yield f": a comment{self.end}"
        yield self._event({"delta": {"role": "assistant", "content": ""}})
        for at in range(0, len(self.text), self.letters):
            yield self._event({"delta": {"content": self.text[at : at + self.letters]}})
        if self.finish:
            yield self._event({"delta": {}, "finish_reason": self.finish})
        yield self._event(None)
        if self.done:
            yield f"data: [DONE]{self.end}"

    def _event(self, choice: dict[str, Any] | None) -> str:
        usage = {"prompt_tokens": 11, "completion_tokens": len(self.text)}
        told = {"choices": [choice]} if choice else {"choices": [], "usage": usage}
        return f"data: {json.dumps(told, ensure_ascii=False)}{self.end}"


@dataclass(frozen=True)
class Fails:
    """Answers with a status, a body and headers."""

    status: int
    message: str = "no"
    headers: dict[str, str] = field(default_factory=dict)

    async def respond(self, server: Server, body: dict[str, Any]) -> Response:
        return JSONResponse({"error": {"message": self.message}}, self.status, headers=self.headers)


@dataclass(frozen=True)
class Raw:
    """Answers with these words, whatever was asked."""

    text: str
    media_type: str = "application/json"

    async def respond(self, server: Server, body: dict[str, Any]) -> Response:
        return PlainTextResponse(self.text, media_type=self.media_type)


@dataclass(frozen=True)
class Hangs:
    """Says nothing until the client goes away."""

    async def respond(self, server: Server, body: dict[str, Any]) -> Response:
        return StreamingResponse(self._nothing(server), media_type="text/event-stream")

    async def _nothing(self, server: Server) -> AsyncIterator[bytes]:
        try:
            yield b": alive\n\n"
            await asyncio.sleep(60)
        except (asyncio.CancelledError, GeneratorExit):
            server.dropped += 1
            raise


@dataclass(frozen=True)
class Wants:
    """Refuses requests that have one of these parts; does `then` with the others."""

    without: Sequence[str]
    then: Behaviour
    status: int = 400

    async def respond(self, server: Server, body: dict[str, Any]) -> Response:
        if any(part in body for part in self.without):
            return JSONResponse({"detail": f"unexpected: {', '.join(self.without)}"}, self.status)
        return await self.then.respond(server, body)


@contextmanager
def serve(*script: Behaviour, models: list[dict[str, Any]] | str | None = "one", key: str = "") -> Iterator[Server]:
    """A server on a free port of this machine, until the block ends. `models` None: it has no such list."""
    server = Server(list(script), key=key)
    if not isinstance(models, str):
        server.models = models
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        config = uvicorn.Config(_app(server), log_level="critical", timeout_graceful_shutdown=1)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        _wait_for(lambda: running.started)
        try:
            yield server
        finally:
            running.should_exit = True
            thread.join(5)


def _app(server: Server) -> Starlette:
    async def models(request: Request) -> Response:
        if server.broken_list:
            return PlainTextResponse("Internal Server Error", 500)
        if server.models is None:
            return PlainTextResponse("Not Found", 404)
        return _denied(server, request) or JSONResponse({"object": "list", "data": server.models})

    async def chat(request: Request) -> Response:
        body = await request.json()
        server.requests.append(body)
        if denied := _denied(server, request):
            return denied
        known = [entry["id"] for entry in server.models or ()]
        if known and body["model"] not in known:
            return JSONResponse({"error": {"message": f"The model {body['model']} does not exist."}}, 404)
        return await server.next().respond(server, body)

    routes = [Route("/v1/models", models), Route("/v1/chat/completions", chat, methods=["POST"])]
    return Starlette(routes=routes)


def _denied(server: Server, request: Request) -> Response | None:
    said = request.headers.get("authorization", "")
    if server.key and said != f"Bearer {server.key}":
        return JSONResponse({"error": {"message": f"Incorrect API key provided: {said.removeprefix('Bearer ')}"}}, 401)
    return None


def _wait_for(true: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "the test server did not start"
        time.sleep(0.01)
