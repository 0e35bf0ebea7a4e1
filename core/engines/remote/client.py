"""One request at an OpenAI-compatible server: waits its turn, tries again, streams, and lets go at once.

Requests run in one background event loop, so that a caller who does not want the answer any more cancels
it and the server sees the connection close, also while it has not said a word.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import httpx

from core.engines.base import Stopped
from core.engines.remote.breaker import Breaker
from core.engines.remote.events import LineTooLong, read_events
from core.engines.remote.failures import (
    LONGEST_WAIT_S,
    RETRIED,
    Again,
    failure_of,
    model_unknown,
    redacted,
    retry_after_s,
    server_words,
)
from core.errors import (
    AnswerCut,
    BadSetting,
    EngineFailed,
    RemoteBroken,
    RemoteBusy,
    RemoteResting,
    RemoteTimeout,
    RemoteUnreachable,
    ShelfLensError,
)
from core.settings import Settings
from core.types import Bilingual

T = TypeVar("T")

TRIES = 4
FIRST_PAUSE_S = 0.5
"""Pause before the second try; doubled before each further one, and up to half of it more at random, so that
many callers do not come back in the same moment."""
POLL_S = 0.1
"""How long a caller waits before it looks whether the answer is still wanted."""
CONNECT_S = 10.0
OPTIONAL = ("response_format", "stream_options")
"""Parts of a request that not every server knows. One that refuses them is asked without, from then on."""
NO_WORDS = Bilingual(en="an answer without words", zh="没有文字的回答")
CLOSED = Bilingual(en="the connection was closed", zh="连接被关闭")
LARGEST_BODY = 8_000_000
"""Bytes of an answer that are read."""


@dataclass
class Talk:
    """What an answer was besides its words. Filled in while they come."""

    input_tokens: int = 0
    output_tokens: int = 0
    first_token_s: float = 0.0
    finish: str = ""


@dataclass(frozen=True)
class _End:
    error: Exception | None = None


@dataclass
class _Asked:
    """A request under way: where its words go and whether any came."""

    body: dict[str, Any]
    say: Callable[[str], None]
    talk: Talk
    said: bool = False
    since: float = field(default_factory=time.perf_counter)

    def hear(self, event: dict[str, Any]) -> None:
        """Takes one event, or a whole answer, of the API apart."""
        if isinstance(usage := event.get("usage"), dict):
            self.talk.input_tokens = usage.get("prompt_tokens") or 0
            self.talk.output_tokens = usage.get("completion_tokens") or 0
        for choice in (event.get("choices") or [])[:1]:
            part = choice.get("delta") or choice.get("message") or {}
            self.talk.finish = choice.get("finish_reason") or self.talk.finish
            if text := _content(part):
                self.talk.first_token_s = self.talk.first_token_s or time.perf_counter() - self.since
                self.said = True
                self.say(text)


class Client:
    """Talks to the server that the settings name. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting for an address that is none; contacts nobody."""
        self.base = base_url(settings.remote_url)
        self._key = settings.remote_key.get_secret_value()
        self._timeout = settings.remote_timeout_s
        self._turns = asyncio.Semaphore(settings.remote_concurrency)
        self._breaker = Breaker()
        self._refused: set[str] = set()
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            auth=_login(settings.remote_url) if not self._key else None,
            timeout=httpx.Timeout(None, connect=min(CONNECT_S, self._timeout)),
            limits=httpx.Limits(max_connections=settings.remote_concurrency + 1),
        )

    def models(self) -> list[dict[str, Any]]:
        """The models the server offers, as it describes them; [] where it has no list. Raises EngineFailed."""
        return _run(self._guarded(self._models()))

    def stream(
        self, body: dict[str, Any], talk: Talk, stopped: Callable[[], bool], *, ticks: bool = False
    ) -> Iterator[str]:
        """The words of the answer to a chat request as they come. Closing the iterator ends the request.

        With `ticks` an empty piece comes whenever there is nothing to hear for a while. Raises Stopped when
        `stopped` says so, AnswerCut when the answer broke off behind its first words, else EngineFailed.
        """
        box: SimpleQueue[str | _End] = SimpleQueue()
        running = asyncio.run_coroutine_threadsafe(self._pump(_Asked(body, box.put, talk), box), _loop())
        try:
            while True:
                if stopped():
                    raise Stopped
                try:
                    item = box.get(timeout=POLL_S)
                except Empty:
                    if ticks:
                        yield ""
                    continue
                if isinstance(item, str):
                    yield item
                elif item.error is not None:
                    raise item.error
                else:
                    return
        finally:
            running.cancel()

    def close(self) -> None:
        _run(self._http.aclose())

    async def _pump(self, asked: _Asked, box: SimpleQueue[str | _End]) -> None:
        try:
            async with self._turns:
                asked.since = time.perf_counter()
                await self._guarded(self._converse(asked))
            box.put(_End())
        except Exception as err:
            box.put(_End(err))

    async def _guarded(self, work: Coroutine[Any, Any, T]) -> T:
        """`work` within the time limit and unless the server is being left alone; its outcome counted."""
        if wait := self._breaker.wait_s():
            work.close()
            raise RemoteResting(url=self.base, seconds=round(wait) or 1)
        try:
            async with asyncio.timeout(self._timeout):
                result = await work
        except TimeoutError:
            self._breaker.failed()
            raise RemoteTimeout(url=self.base, seconds=f"{self._timeout:g}") from None
        except (RemoteUnreachable, RemoteBroken, RemoteBusy):
            self._breaker.failed()
            raise
        except ShelfLensError:
            raise
        except Exception as err:
            raise RemoteBroken(url=self.base, reason=self._reason(err)) from err
        self._breaker.succeeded()
        return result

    async def _converse(self, asked: _Asked) -> None:
        await self._again(lambda: self._ask(asked))

    async def _again(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the first attempt that succeeds, with growing pauses between them."""
        for tried in range(1, TRIES + 1):
            try:
                return await attempt()
            except Again as again:
                if tried == TRIES or (again.after_s or 0.0) > LONGEST_WAIT_S:
                    raise again.error from again
                await asyncio.sleep(_pause_s(tried, again.after_s))
        raise AssertionError("the last attempt returns or raises")

    async def _ask(self, asked: _Asked) -> None:
        """One attempt. A server that refuses a request with optional parts is asked once more without them."""
        body = {part: value for part, value in asked.body.items() if part not in self._refused}
        optional = {part for part in OPTIONAL if part in body}
        try:
            await self._post(asked, body)
        except _Refused as refused:
            if not optional:
                raise refused.error from None
            await self._ask_without(asked, body, optional, refused.error)

    async def _ask_without(
        self, asked: _Asked, body: dict[str, Any], optional: set[str], refused: EngineFailed
    ) -> None:
        """The same request less its optional parts; what it was refused for before where that is no help."""
        try:
            await self._post(asked, {part: value for part, value in body.items() if part not in optional})
        except _Refused:
            raise refused from None
        self._refused |= optional

    async def _post(self, asked: _Asked, body: dict[str, Any]) -> None:
        try:
            async with self._http.stream("POST", f"{self.base}/chat/completions", json=body) as response:
                if response.status_code != 200:
                    await self._raise_for(response, str(body.get("model", "")))
                await self._hear(asked, response)
        except httpx.TransportError as err:
            if asked.said:
                raise self._cut(err) from err
            raise Again(self._unreachable(err)) from err
        if not asked.talk.finish and asked.said:
            raise self._cut(None)

    async def _hear(self, asked: _Asked, response: httpx.Response) -> None:
        if "event-stream" in response.headers.get("content-type", ""):
            try:
                async for data in read_events(response.aiter_bytes()):
                    if data.strip() == "[DONE]":
                        asked.talk.finish = asked.talk.finish or "stop"
                        break
                    asked.hear(self._event(data))
            except LineTooLong as err:
                raise RemoteBroken(url=self.base, reason=str(err)) from err
        else:  # a server that does not stream
            asked.hear(self._event((await _bounded(response)).decode("utf-8", "replace")))
            asked.talk.finish = asked.talk.finish or "stop"
        if not asked.said:
            error = RemoteBroken(url=self.base, reason=NO_WORDS)
            raise error if asked.talk.finish else Again(error)

    def _event(self, data: str) -> dict[str, Any]:
        try:
            told = json.loads(data)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not _are_choices(told.get("choices") or []):
            raise self._no_form(data.encode())
        if "error" in told and not told.get("choices"):
            raise RemoteBroken(url=self.base, reason=server_words(data.encode(), self._key))
        return told

    async def _raise_for(self, response: httpx.Response, model: str) -> None:
        body = await _bounded(response)
        error = failure_of(response, body, self.base, self._key)
        if response.status_code in RETRIED:
            raise Again(error, retry_after_s(response))
        if response.status_code in (400, 422):
            raise _Refused(error)
        if response.status_code == 404:
            offers = [str(entry["id"]) for entry in await self._models()]
            raise error if model in offers else model_unknown(self.base, model, offers)
        raise error

    async def _models(self) -> list[dict[str, Any]]:
        return await self._again(self._list_models)

    async def _list_models(self) -> list[dict[str, Any]]:
        try:
            response = await self._http.get(f"{self.base}/models")
        except httpx.TransportError as err:
            raise Again(self._unreachable(err)) from err
        if response.status_code in (404, 405, 501):
            return []
        if response.status_code != 200:
            error = failure_of(response, response.content, self.base, self._key)
            raise Again(error, retry_after_s(response)) if response.status_code in RETRIED else error
        try:
            listed = response.json()["data"]
            return [entry for entry in listed if isinstance(entry, dict) and entry.get("id")]
        except (ValueError, KeyError, TypeError):
            raise self._no_form(response.content) from None

    def _no_form(self, body: bytes) -> RemoteBroken:
        said = server_words(body, self._key)
        return RemoteBroken(
            url=self.base,
            reason=Bilingual(en=f"something else than this API does: {said}", zh=f"不符合接口格式的内容：{said}"),
        )

    def _unreachable(self, err: Exception) -> RemoteUnreachable:
        return RemoteUnreachable(url=self.base, reason=self._reason(err))

    def _cut(self, err: Exception | None) -> AnswerCut:
        return AnswerCut(engine="remote", reason=self._reason(err) if err else CLOSED)

    def _reason(self, err: Exception) -> str:
        return redacted(str(err) or type(err).__name__, self._key)


class _Refused(Exception):
    """The server calls the request a bad one."""

    def __init__(self, error: EngineFailed) -> None:
        super().__init__(str(error))
        self.error = error


def base_url(url: str) -> str:
    """The address that `/chat/completions` is appended to, without a login; `/v1` is added where no path is given.

    Raises BadSetting for anything but an http(s) address.
    """
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError) as err:
        raise BadSetting(name="SHELFLENS_REMOTE_URL", value=url, reason=str(err)) from err
    if parsed.scheme not in ("http", "https") or not parsed.host:
        reason = "an address such as http://gpu-server:8000 is wanted"
        raise BadSetting(name="SHELFLENS_REMOTE_URL", value=url, reason=reason)
    path = parsed.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return str(parsed.copy_with(userinfo=b"", path=path, query=None, fragment=None))


def _login(url: str) -> tuple[str, str] | None:
    parsed = httpx.URL(url.strip())
    return (parsed.username, parsed.password) if parsed.username else None


def _are_choices(choices: Any) -> bool:
    return isinstance(choices, list) and all(isinstance(choice, dict) for choice in choices)


def _content(part: Any) -> str:
    """The words of a delta or message; some servers give them as a list of parts."""
    content = part.get("content") if isinstance(part, dict) else None
    if isinstance(content, list):
        return "".join(str(piece.get("text") or "") for piece in content if isinstance(piece, dict))
    return content if isinstance(content, str) else ""


def _pause_s(tried: int, after_s: float | None) -> float:
    """Seconds before the next attempt: what the server asks for, or a growing pause, each with some chance in it."""
    pause = FIRST_PAUSE_S * 2.0 ** (tried - 1) if after_s is None else after_s
    return pause * random.uniform(1.0, 1.5)


async def _bounded(response: httpx.Response) -> bytes:
    """The body, as far as one is read."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            break
    return bytes(body)


_STARTING = threading.Lock()


@lru_cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="remote-engine", daemon=True).start()
    return loop


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of this process for all remote requests."""
    with _STARTING:
        return _started_loop()


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()
