"""The real server seen from outside: the names it answers to, and how it ends."""

from __future__ import annotations

import http.client
import io
import signal
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.settings import Settings
from core.store import records
from core.store.db import open_store
from tests.browser.server import Server, run_server
from tests.seeding import picture

LONGEST_END_S = 60.0
"""Of a server that was told to end: it takes a second, and the uploads below would never come to their end."""
BOUNDARY = "photos"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="many.zip"\r\n\r\n'.encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


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


def test_headers_that_do_not_come_are_not_waited_for_beside_the_pages_either(
    settings: Settings, tmp_path: Path
) -> None:
    with run_server(settings, tmp_path / "server.log", SHELFLENS_WORKER="0", SHELFLENS_HEADERS_S="0.5") as running:
        host, port = urlsplit(running.base).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=LONGEST_END_S) as slow:
            slow.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ")
            assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(("path", "target"), [("/home", "/"), ("/home?lang=zh&x=1", "/?lang=zh&x=1")])
def test_home_is_found_under_its_name_too(server: Server, path: str, target: str) -> None:
    answer = ask(server, path, Host="localhost")
    assert (answer.status, answer.headers["location"]) == (307, target)


def test_a_server_for_other_machines_does_not_start_without_a_login(settings: Settings, tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="SHELFLENS_PASSWORD"),
        run_server(settings, tmp_path / "server.log", STREAMLIT_SERVER_ADDRESS="0.0.0.0"),
    ):
        pass


def zip_of(count: int) -> bytes:
    """A ZIP of that many different photos."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"photo_{number}.jpg", picture(number, (1600, 1200)))
    return out.getvalue()


def send_upload(server: Server, body: bytes, length: int) -> socket.socket:
    """A connection on which an upload of `length` bytes has been announced, the server has said that it listens
    (100 Continue, said when the route begins to read), and `body` has been sent."""
    target = urlsplit(server.base)
    connection = socket.create_connection((target.hostname, target.port), timeout=30)
    head = (
        f"POST /api/v1/images HTTP/1.1\r\nHost: localhost:{target.port}\r\nContent-Length: {length}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nExpect: 100-continue\r\n\r\n"
    )
    connection.sendall(head.encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
    connection.sendall(body)
    return connection


def end(server: Server) -> None:
    """Presses Ctrl+C and waits until the server is gone."""
    server.process.send_signal(signal.SIGINT)
    server.process.wait(LONGEST_END_S)


def test_ctrl_c_does_not_wait_for_an_upload_that_is_still_arriving(server: Server) -> None:
    connection = send_upload(server, HEAD, 50_000_000)
    end(server)
    assert b" 503 " in connection.recv(1000).split(b"\r\n")[0]


def test_ctrl_c_ends_a_long_upload_after_the_photo_in_hand_and_keeps_what_is_stored(server: Server) -> None:
    body = HEAD + zip_of(200) + TAIL
    connection = send_upload(server, body, len(body))
    while not count(server):
        time.sleep(0.1)
    end(server)
    answer = connection.recv(10_000).decode()
    stored = count(server)
    assert 0 < stored < 200
    assert answer.startswith("HTTP/1.1 503") and f"{stored} of the photos were stored and stay" in answer


def count(server: Server) -> int:
    with open_store(server.settings) as db:
        return records.count_records(db)
