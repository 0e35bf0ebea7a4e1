"""A server of uvicorn's in a thread, on a socket opened as Streamlit opens its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

PATIENCE_S = 60
"""How long a test waits before it fails."""
PARSERS: tuple[Literal["h11", "httptools"], ...] = ("h11", "httptools")


@contextmanager
def serving(app: ASGIApp, parser: Literal["h11", "httptools"]) -> Iterator[int]:
    """The port that `app` is served on until the block ends."""
    config = uvicorn.Config(app, port=0, http=parser, log_level="warning", timeout_keep_alive=PATIENCE_S)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
    assert not thread.is_alive()
