"""Ends what the API is doing when the server is told to end.

The server waits for its open requests after Ctrl+C, and an upload may take many minutes. So the
signal is heard here first: a request that is still arriving is answered at once, and one that is being
worked on stops after the photo in hand. What has been stored stays.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ServerStopping

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Whether the server has been told to end."""

    def __init__(self) -> None:
        self._told = False
        self._waits: set[asyncio.Timeout] = set()

    @property
    def is_told(self) -> bool:
        """True from the signal on. May be asked from any thread."""
        return self._told

    def tell(self) -> None:
        """The server has to end: what waits `within` a time waits no longer. For the event loop's thread."""
        self._told = True
        for wait in self._waits:
            _end(wait)

    @asynccontextmanager
    async def within(self, seconds: float | None) -> AsyncIterator[None]:
        """A block that may take so long, and no longer than the server lives. Raises TimeoutError where it has to end;
        `is_told` says why.

        No task and no future for it: every body of a request is waited for like this.
        """
        async with asyncio.timeout(seconds) as wait:
            self._waits.add(wait)
            if self._told:
                _end(wait)
            try:
                yield
            finally:
                self._waits.discard(wait)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """A block in which the signals are heard here, then by whoever heard them before.

        Signals reach the main thread alone; a server that runs in another one hears none.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def hear(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.tell)
            then = before[signal.Signals(number)]
            if callable(then):
                then(number, frame)

        for number in SIGNALS:
            signal.signal(number, hear)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _end(wait: asyncio.Timeout) -> None:
    if not wait.expired():
        wait.reschedule(asyncio.get_running_loop().time())


class Interrupted(HTTPException):
    """The server was told to end while a request's body was still arriving. Frameworks let an HTTPException pass."""

    def __init__(self) -> None:
        super().__init__(503)
        self.error = ServerStopping(stored=0)


class EndsWithServer:
    """ASGI middleware: a request that is still arriving when the server is told to end arrives no further."""

    def __init__(self, app: ASGIApp, stopping: Stopping) -> None:
        self.app = app
        self.stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arriving = scope["type"] == "http"

        async def receive_or_end() -> Message:
            nonlocal arriving
            message = await self._first(receive) if arriving else await receive()
            arriving = bool(message.get("more_body"))
            return message

        await self.app(scope, receive_or_end, send)

    async def _first(self, receive: Receive) -> Message:
        """The next part of the request. Raises Interrupted where the server is told to end before it is there."""
        try:
            async with self.stopping.within(None):
                return await receive()
        except TimeoutError:
            raise Interrupted() from None
