"""What is done with every connection that uvicorn accepts."""

from __future__ import annotations

import socket
from typing import Any, Literal
from urllib.request import urlopen

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.api import connections
from core.api.connections import hear_of_connections, send_at_once
from tests.unit.api.uvicorn_server import PARSERS, PATIENCE_S, serving


def _here(_: object) -> Response:
    return PlainTextResponse("here")


@pytest.fixture(autouse=True)
def _nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_heard", {})  # put back afterwards: other tests run in this process


def _delay_switched_off(parser: Literal["h11", "httptools"]) -> bool:
    """Asks a server once, and it for the option of the connection that it was asked by."""
    found = list[int]()

    def look(_: Any, transport: Any) -> None:
        found.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    hear_of_connections("test", look)
    with serving(Starlette(routes=[Route("/", _here)]), parser) as port:
        assert urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_S).read() == b"here"
    (option,) = found
    return option != 0


@pytest.mark.parametrize("parser", PARSERS)
def test_no_answer_waits_until_the_piece_before_it_was_acknowledged(parser: Literal["h11", "httptools"]) -> None:
    send_at_once()
    assert _delay_switched_off(parser)


@pytest.mark.parametrize("parser", PARSERS)
def test_left_alone_the_socket_that_streamlit_opens_would_wait(parser: Literal["h11", "httptools"]) -> None:
    """Fails once asyncio or uvicorn does this by itself: then core.api.connections need not."""
    assert not _delay_switched_off(parser)


def test_connections_of_another_kind_are_left_as_they_are() -> None:
    one, other = socket.socketpair()
    with one, other:
        connections._without_delay(None, _Transport(one))  # type: ignore[arg-type]  # a Unix socket has no such option
    connections._without_delay(None, _Transport(None))  # type: ignore[arg-type]


class _Transport:
    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection

    def get_extra_info(self, name: str) -> socket.socket | None:
        return self._connection if name == "socket" else None
