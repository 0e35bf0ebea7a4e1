"""Bodies of requests: not too large, and not too slow in coming.

Both are looked at while the body arrives, so that neither memory nor a place among the open requests is taken by
what will be refused in the end. A photo's own size is checked where it is opened (core/images.py).
"""

from __future__ import annotations

import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api.problems import problem_response
from core.api.refusals import BodyTooLarge, Refusal, TooSlow
from core.api.stopping import Interrupted, Stopping
from core.images import MEGABYTE
from core.settings import Settings
from core.types import Bilingual

GRACE_S = 10.0
"""Seconds that a body may take whatever its size."""
LEAST_RATE = 2000
"""Bytes a second that it has to bring after that, on average: a poor mobile line brings ten times as much. A client
that drips a byte now and then (slow loris) is let go of soon after GRACE_S."""

FORMS = "multipart/form-data"
UPLOADS = Bilingual(en="uploads", zh="上传")
OTHERS = Bilingual(en="bodies other than uploads", zh="上传以外的正文")


def limit_mb(content_type: str, settings: Settings) -> tuple[int, Bilingual]:
    """Most megabytes of a body of this type, and what it is called.

    An upload may be a ZIP and is kept on disk while it comes. Everything else is held in memory, so it may be as
    large as the largest photo in base64, which takes four characters for three bytes.
    """
    if content_type.startswith(FORMS):
        return max(settings.max_zip_mb, settings.max_file_mb) + 1, UPLOADS
    return settings.max_file_mb * 4 // 3 + 1, OTHERS


class _Refused(HTTPException):
    """Raised where the body is read. Frameworks let an HTTPException pass, and problems.py finds `error` in it."""

    def __init__(self, error: Refusal) -> None:
        super().__init__(error.status)
        self.error = error


class BodyLimits:
    """ASGI middleware: 413 for a body above `limit_mb`, 408 for one that comes too slowly, 503 for one that is still
    coming when the server is told to end."""

    def __init__(self, app: ASGIApp, settings: Settings, stopping: Stopping | None = None) -> None:
        self.app = app
        self.settings = settings
        self.stopping = stopping or Stopping()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit, what = limit_mb(headers.get("content-type", ""), self.settings)
        too_large = BodyTooLarge(limit_mb=limit, what=what)
        if _declared(headers) > limit * MEGABYTE:
            # Unread, the rest of the body would be taken for the next request.
            await problem_response(too_large, scope, headers={"connection": "close"})(scope, receive, send)
            return
        body = _Body(receive, limit * MEGABYTE, too_large, self.stopping)
        await self.app(scope, body.receive, body.closing(send))


def _declared(headers: Headers) -> int:
    try:
        return int(headers.get("content-length", "0"))
    except ValueError:
        return 0


class _Body:
    """One body as it arrives."""

    def __init__(self, receive: Receive, limit: int, too_large: Refusal, stopping: Stopping) -> None:
        self._receive, self._stopping = receive, stopping
        self._limit, self._too_large = limit, too_large
        self._began = time.monotonic()
        self._received = 0
        self._arriving = True

    async def receive(self) -> Message:
        """The next message. Raises an HTTPException whose `error` says why the body is refused."""
        if not self._arriving:
            return await self._receive()
        message = await self._next_part()
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            raise _Refused(self._too_large)
        self._arriving = bool(message.get("more_body"))
        return message

    async def _next_part(self) -> Message:
        left = self._began + GRACE_S + self._received / LEAST_RATE - time.monotonic()
        try:
            async with self._stopping.within(max(0.0, left)):
                return await self._receive()
        except TimeoutError:
            if self._stopping.is_told:
                raise Interrupted() from None
        raise _Refused(TooSlow(received=self._received, seconds=time.monotonic() - self._began))

    def closing(self, send: Send) -> Send:
        """`send` that ends the connection where an answer goes out before the whole body was read."""

        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self._arriving and self._received:
                message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
            await send(message)

        return send_closing
