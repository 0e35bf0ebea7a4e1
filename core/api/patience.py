"""Connections whose requests never begin: let go of.

uvicorn limits how long a connection may lie idle between two requests, and core/api/bodies.py how long a body may
take. In between, a client could send a line of its headers a minute and keep its place for good (slow loris): no
application hears of a request before its headers are whole.
"""

from __future__ import annotations

import asyncio
from typing import Any

from core.api.connections import hear_of_connections

ANSWER = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
"""RFC 9110, 15.5.9. Whoever sends no whole request has named no language either."""
LOOKS = 4
"""Looks in the time that headers may take: a connection is let go of a quarter of it late at most."""


def limit_headers(seconds: float) -> None:
    """Headers of a request may take so long, in every server that uvicorn runs in this process from now on."""
    hear_of_connections("headers", lambda protocol, transport: _Watch(protocol, transport, seconds).look_later())


class _Watch:
    """Looks at one connection now and then, until it is closed or becomes a websocket."""

    def __init__(self, protocol: Any, transport: asyncio.Transport, limit_s: float) -> None:
        self._protocol, self._transport, self._limit_s = protocol, transport, limit_s
        self._loop = asyncio.get_running_loop()
        self._after: Any = None
        """The request before the one whose headers are being waited for."""
        self._since: float | None = self._loop.time()

    def look_later(self) -> None:
        self._loop.call_later(self._limit_s / LOOKS, self._look)

    def _look(self) -> None:
        serving: Any = self._transport.get_protocol()
        if self._transport.is_closing() or serving != self._protocol:
            return
        if not self._is_beginning():
            self._since = None
        elif self._since is None or self._after is not self._protocol.cycle:
            self._since, self._after = self._loop.time(), self._protocol.cycle
        elif self._loop.time() - self._since >= self._limit_s:
            self._transport.write(ANSWER)
            self._transport.close()
            return
        self.look_later()

    def _is_beginning(self) -> bool:
        """True while neither a request is worked on nor uvicorn's own limit for idle connections runs."""
        cycle = self._protocol.cycle
        return (cycle is None or cycle.response_complete) and self._protocol.timeout_keep_alive_task is None
