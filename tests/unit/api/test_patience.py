"""Headers that do not come are not waited for; whoever sends whole requests is never cut."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.api import connections
from core.api.patience import limit_headers
from tests.unit.api.uvicorn_server import PARSERS, PATIENCE_S, serving

LIMIT_S = 0.4
WHOLE = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"


async def _answer(request: Request) -> Response:
    await asyncio.sleep(float(request.query_params.get("seconds", "0")))
    return PlainTextResponse("here")


@pytest.fixture(params=PARSERS)
def port(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with either parser that waits `LIMIT_S` for headers."""
    monkeypatch.setattr(connections, "_heard", {})  # put back afterwards: other tests run in this process
    limit_headers(LIMIT_S)
    with serving(Starlette(routes=[Route("/", _answer)]), request.param) as port:
        yield port


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def _drip_until_closed(connection: socket.socket) -> bytes:
    """Sends a header's letters one by one, as slow as the limit allows, until the server has had enough of it."""
    came = b""
    connection.settimeout(LIMIT_S / 8)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(TimeoutError, ConnectionError):
            connection.sendall(b"a")
        try:
            piece = connection.recv(1000)
        except TimeoutError:
            continue
        except ConnectionError:
            return came
        if not piece:
            return came
        came += piece
    raise AssertionError("the server waits for ever")


def _whole_answer(connection: socket.socket) -> bytes:
    came = b""
    while not came.endswith(b"here"):
        piece = connection.recv(1000)
        assert piece, came
        came += piece
    return came


def test_headers_that_drip_are_not_waited_for(port: int) -> None:
    with _connect(port) as connection:
        connection.sendall(WHOLE[:-2] + b"x-slow: ")
        came = _drip_until_closed(connection)
    assert came == b"" or came.startswith(b"HTTP/1.1 408 "), came  # a reset may overtake the answer


def test_a_silent_connection_is_let_go_of_with_a_reason(port: int) -> None:
    with _connect(port) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_the_second_request_of_a_connection_is_not_waited_for_either(port: int) -> None:
    with _connect(port) as connection:
        connection.sendall(WHOLE)
        assert _whole_answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(WHOLE[:-2] + b"x-slow: ")
        came = _drip_until_closed(connection)
    assert came == b"" or came.startswith(b"HTTP/1.1 408 "), came


def test_an_answer_may_take_longer_than_headers_and_a_connection_may_rest(port: int) -> None:
    with _connect(port) as connection:
        slow = WHOLE.replace(b"GET / ", f"GET /?seconds={3 * LIMIT_S} ".encode())
        for _ in range(2):
            connection.sendall(slow)
            assert _whole_answer(connection).startswith(b"HTTP/1.1 200 ")
            time.sleep(2 * LIMIT_S)  # idle between two requests: uvicorn's own limit counts
