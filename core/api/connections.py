"""Every connection that uvicorn accepts in this process: who wants to is told of it, and none waits to send.

uvicorn makes its protocols itself, under Streamlit as from its own command line, where no other class can be named;
so its classes are given a longer `connection_made`. Private to uvicorn, pinned with it and tested
(tests/unit/api/test_connections.py).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

Heard = Callable[[Any, asyncio.Transport], None]
"""Takes uvicorn's protocol of the new connection, and its transport."""
_TCP = (socket.AF_INET, socket.AF_INET6)
_heard: dict[str, Heard] = {}


def hear_of_connections(name: str, heard: Heard) -> None:
    """Calls `heard` in the event loop for each connection from now on, in place of what had that name before."""
    _heard[name] = heard
    for kind in _protocols():
        if not hasattr(kind, "_made_unheard"):
            kind._made_unheard = kind.connection_made
            kind.connection_made = _made_and_heard


def _protocols() -> list[Any]:
    from uvicorn.protocols.http.h11_impl import H11Protocol

    found: list[Any] = [H11Protocol]
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # the faster parser is not installed
        return found
    return [*found, HttpToolsProtocol]


def _made_and_heard(protocol: Any, transport: asyncio.Transport) -> None:
    protocol._made_unheard(transport)
    for heard in list(_heard.values()):
        heard(protocol, transport)


def send_at_once() -> None:
    """Switches Nagle's algorithm (RFC 896) off for every connection, websockets included.

    uvicorn sends the head and the body of an answer one after the other, Streamlit one message for every element. With
    Nagle's algorithm each waits until the client has acknowledged the one before, and clients take up to 40 ms over
    that (delayed acknowledgement, RFC 1122, 4.2.3.2): a file of 1 kB took 44 ms, now 1 ms. asyncio switches it off by
    itself only on sockets that name their protocol, and the one that Streamlit opens does not.
    """
    hear_of_connections("send at once", _without_delay)


def _without_delay(_protocol: Any, transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in _TCP:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
