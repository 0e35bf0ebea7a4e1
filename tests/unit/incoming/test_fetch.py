"""Addresses: what is fetched, and everything that must not be."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from core.errors import BadUrl, FetchFailed, ForbiddenAddress
from core.incoming import fetch
from core.incoming.fetch import fetch_image, is_public
from core.settings import Settings
from tests.seeding import picture

PHOTO = picture(3)
DRIPS, DRIP_S = 300, 0.1
"""How a page that never comes to its end goes on: for half a minute."""


class Handler(http.server.BaseHTTPRequestHandler):
    """A web site with one photo and many ways to go wrong."""

    def do_GET(self) -> None:
        act = getattr(self, "page_" + self.path.split("?")[0].strip("/").partition(".")[0].partition("/")[0], None)
        if act is None:
            self.answer(404, b"nothing here", "text/plain")
        else:
            act()

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def page_photo(self) -> None:
        self.answer(200, PHOTO, "image/jpeg")

    def page_html(self) -> None:
        self.answer(200, b"<html>", "text/html; charset=utf-8")

    def page_empty(self) -> None:
        self.answer(200, b"", "image/jpeg")

    def page_moved(self) -> None:
        self.answer(302, b"", "text/plain", location="/photo.jpg")

    def page_loop(self) -> None:
        self.answer(302, b"", "text/plain", location="/loop")

    def page_inward(self) -> None:
        self.answer(302, b"", "text/plain", location="http://127.0.0.1:1/photo.jpg")

    def page_file(self) -> None:
        self.answer(302, b"", "text/plain", location="file:///etc/passwd")

    def page_huge(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "image/jpeg")
        self.end_headers()
        for _ in range(3 * 16):
            self.wfile.write(b"\0" * 65536)

    def page_announced(self) -> None:
        self.answer(200, b"", "image/jpeg", **{"content-length": "99000000"})

    def page_drip(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "image/jpeg")
        self.end_headers()
        with suppress(OSError):  # whoever asked has left, as they should
            for _ in range(DRIPS):
                self.wfile.write(b"\0")
                self.wfile.flush()
                time.sleep(DRIP_S)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web site on this machine, allowed by name; its bare address stays private."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    resolve = fetch.resolve
    monkeypatch.setattr(fetch, "resolve", lambda host: resolve("127.0.0.1" if host == "shop.test" else host))
    yield f"http://shop.test:{server.server_port}"
    server.shutdown()


def lenient(settings: Settings, **more: object) -> Settings:
    return settings.model_copy(update={"url_allow": "shop.test", **more})


def test_an_image_is_fetched_with_its_name_and_final_address(site: str, settings: Settings) -> None:
    fetched = fetch_image(f"{site}/photo/%E7%89%9B%E5%A5%B6.jpg?size=big", lenient(settings))
    assert fetched.data == PHOTO
    assert fetched.name == "牛奶.jpg"


def test_a_redirect_is_followed(site: str, settings: Settings) -> None:
    assert fetch_image(f"{site}/moved", lenient(settings)).final_url == f"{site}/photo.jpg"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("nothing", "404"),
        ("html", "text/html"),
        ("empty", "empty"),
        ("loop", "too many redirects"),
        ("huge", "larger than 1 MB"),
    ],
)
def test_a_failure_says_what_is_wrong(site: str, settings: Settings, page: str, words: str) -> None:
    with pytest.raises(FetchFailed, match=words):
        fetch_image(f"{site}/{page}", lenient(settings, max_file_mb=1))


def test_a_server_that_drips_is_left_after_the_time_limit(site: str, settings: Settings) -> None:
    start = time.monotonic()
    with pytest.raises(FetchFailed, match="in time"):
        fetch_image(f"{site}/drip", lenient(settings, url_timeout_s=0.5))
    assert time.monotonic() - start < DRIPS * DRIP_S / 2


def test_a_redirect_into_the_private_network_is_refused(site: str, settings: Settings) -> None:
    with pytest.raises(ForbiddenAddress, match=r"127\.0\.0\.1"):
        fetch_image(f"{site}/inward", lenient(settings))


def test_a_redirect_to_a_local_file_is_refused(site: str, settings: Settings) -> None:
    with pytest.raises(BadUrl):
        fetch_image(f"{site}/file", lenient(settings))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.jpg",
        "http://localhost:8501/api/v1/records",
        "http://2130706433/x.jpg",
        "http://0x7f.1/x.jpg",
        "http://0177.0.0.1/x.jpg",
        "http://127.1/x.jpg",
        "http://0.0.0.0/x.jpg",
        "http://10.0.0.8/x.jpg",
        "http://172.16.3.4/x.jpg",
        "http://192.168.1.1/x.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/x.jpg",
        "http://[::1]/x.jpg",
        "http://[64:ff9b::7f00:1]/x.jpg",
        "http://[2002:7f00:1::]/x.jpg",
        "http://[fe80::1]/x.jpg",
        "http://[fd00::1]/x.jpg",
        "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://[64:ff9b:1::7f00:1]/x.jpg",
        "http://[fec0::1]/x.jpg",
        "http://[2001:0:7f00:1::]/x.jpg",
        "http://[3fff::1]/x.jpg",
        "http://[ff02::1]/x.jpg",
        "http://168.63.129.16/metadata",
        "http://192.88.99.1/x.jpg",
        "http://0/x.jpg",
        "http://0x7f000001/x.jpg",
        "http://017700000001/x.jpg",
        "http://１２７.0.0.1/x.jpg",
    ],
)
def test_no_spelling_of_a_private_address_is_fetched(url: str, settings: Settings) -> None:
    with pytest.raises(ForbiddenAddress):
        fetch_image(url, settings)


def test_a_file_that_announces_too_much_is_not_begun(site: str, settings: Settings) -> None:
    with pytest.raises(FetchFailed, match="larger than 1 MB"):
        fetch_image(f"{site}/announced", lenient(settings, max_file_mb=1))


def test_a_resolver_that_does_not_answer_is_left_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(fetch, "resolve", lambda _: ended.wait(120) or [])
    start = time.monotonic()
    with pytest.raises(FetchFailed, match="not known"):
        fetch_image("http://slow.test/x.jpg", settings.model_copy(update={"url_timeout_s": 0.3}))
    ended.set()
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    "url", ["", "shop.test/x.jpg", "ftp://shop.test/x.jpg", "file:///etc/passwd", "http://", "http://a@b/x", "http://["]
)
def test_what_is_no_web_address_is_refused(url: str, settings: Settings) -> None:
    with pytest.raises(BadUrl):
        fetch_image(url, settings)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(text: str) -> None:
    import ipaddress

    assert is_public(ipaddress.ip_address(text))


def test_the_connection_goes_to_the_address_that_was_checked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name resolves to a public address for the check and a private one afterwards."""
    connected: list[str] = []

    def create_connection(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address[0])
        raise OSError("no network in this test")

    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    monkeypatch.setattr(fetch, "resolve", lambda _: [fetch.ipaddress.ip_address(ip) for ip in next(answers)])
    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(FetchFailed):
        fetch_image("http://rebind.test/x.jpg", settings)
    assert connected == ["93.184.216.34"]
