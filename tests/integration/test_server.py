"""The real server seen from outside: the names it answers to, and how it ends."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.settings import Settings
from tests.browser.server import Server, run_server


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """A server without worker."""
    with run_server(settings, tmp_path / "server.log", SHELFLENS_WORKER="0") as running:
        yield running


def ask(server: Server, path: str, **headers: str) -> http.client.HTTPResponse:
    """The answer to a GET with these headers, `Host` among them."""
    connection = http.client.HTTPConnection(urlsplit(server.base).netloc, timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse()


def test_neither_pages_nor_their_websocket_answer_to_the_name_of_another_site(server: Server) -> None:
    socket = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec_WebSocket_Protocol": "streamlit",
    }
    for host, page, stream in (("localhost:8501", 200, 101), ("evil.example:8501", 421, 403)):
        assert ask(server, "/", Host=host).status == page
        assert ask(server, "/_stcore/host-config", Host=host).status == page
        assert ask(server, "/_stcore/stream", Host=host, Origin=f"http://{host}", **socket).status == stream


@pytest.mark.parametrize(("path", "target"), [("/home", "/"), ("/home?lang=zh&x=1", "/?lang=zh&x=1")])
def test_home_is_found_under_its_name_too(server: Server, path: str, target: str) -> None:
    answer = ask(server, path, Host="localhost")
    assert (answer.status, answer.headers["location"]) == (307, target)
