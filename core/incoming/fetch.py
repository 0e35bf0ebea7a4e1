"""The image behind an address, without ever reaching into a private network.

Every address a host name stands for is checked, and the connection goes to the very address that was
checked, so that neither odd number forms nor a name that resolves differently the second time (DNS
rebinding) leads anywhere else. Redirects are followed by hand, with the same checks each time.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass
from queue import Empty, Queue
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from core.errors import BadUrl, FetchFailed, ForbiddenAddress
from core.images import MEGABYTE, clean_name
from core.settings import Settings
from core.types import Bilingual

REDIRECTS = 5
CONNECT_S = 5.0
USER_AGENT = "ShelfLens (label reader; one image per request)"
TEXT_TYPES = ("text/", "application/json", "application/xhtml", "application/pdf", "audio/", "video/")
"""Content that is certainly no image, refused before it is downloaded. Everything else is sniffed later."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All that is handed out for the public IPv6 internet (RFC 4291, 2.4; IANA's registry). The rest of the space holds
private, link-local, site-local and multicast addresses, and half a dozen ways to write an IPv4 address."""
NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # the host behind every virtual machine of one cloud, public only by its number
        "192.88.99.0/24",  # 6to4 relays, given up (RFC 7526)
        "3fff::/20",  # documentation (RFC 9637), which Python's own list does not know yet
    )
)

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones in their last 32 bits (RFC 6052)."""


@dataclass(frozen=True)
class Fetched:
    """What came back: a name for the photo, its bytes, and the address after redirects."""

    name: str
    data: bytes
    final_url: str


def fetch_image(url: str, settings: Settings) -> Fetched:
    """Downloads the file at `url`.

    Raises BadUrl for what is no http(s) address, ForbiddenAddress for one that leads to a private
    network, FetchFailed for everything that goes wrong on the way. Never returns an empty file.
    """
    deadline = time.monotonic() + settings.url_timeout_s
    current = url.strip()
    for _ in range(REDIRECTS + 1):
        host = _checked_host(current, url)
        address = pinned_address(host, url, settings.url_allow, deadline)
        with pinned_client(address, settings.url_timeout_s, deadline, FETCHING) as client:
            try:
                answer = _get(client, current, url, settings)
            except httpx.HTTPError as err:
                raise FetchFailed(url=url, reason=_reason(err)) from err
        if isinstance(answer, bytes):
            return Fetched(_name_of(current), answer, current)
        current = answer
    raise FetchFailed(url=url, reason=Bilingual(en="too many redirects", zh="重定向过多"))


def _checked_host(current: str, url: str) -> str:
    """The host of an http(s) address; raises BadUrl."""
    try:
        parts = urlsplit(current)
        host, _port = parts.hostname, parts.port
    except ValueError as err:
        raise BadUrl(url=url) from err
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BadUrl(url=url)
    return host


def resolve(host: str) -> list[Address]:
    """Every address `host` stands for, as the system's resolver reads it (0x7f.1 and 2130706433 included)."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def is_public(address: Address) -> bool:
    """True for an address anybody on the internet may reach; IPv4 hidden in IPv6 is looked at as IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address not in GLOBAL_V6:
            return False
    special = any(address.version == network.version and address in network for network in NEVER)
    return address.is_global and not address.is_multicast and not special


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None


def pinned_address(host: str, url: str, allow: str, deadline: float) -> str:
    """The address to connect to for `url`; `allow` names hosts, comma separated, that may be private.

    Raises ForbiddenAddress if any address of the host is private, FetchFailed where it has none in time.
    """
    try:
        addresses = _resolve_in_time(host, deadline)
    except (OSError, UnicodeError, ValueError) as err:
        reason = Bilingual(en=f"the host {host} is not known", zh=f"找不到主机 {host}")
        raise FetchFailed(url=url, reason=reason) from err
    allowed = {name.strip().lower() for name in allow.split(",") if name.strip()}
    if host.lower() not in allowed:
        for address in addresses:
            if not is_public(address):
                raise ForbiddenAddress(url=url, address=address)
    return str(addresses[0])


def _resolve_in_time(host: str, deadline: float) -> list[Address]:
    """What `resolve` says. A system's resolver may try for half a minute and cannot be told to stop: it is left
    behind in its thread. Raises OSError where the time is over."""
    found: Queue[list[Address] | Exception] = Queue()

    def ask() -> None:
        try:
            found.put(resolve(host))
        except Exception as err:
            found.put(err)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = found.get(timeout=max(0.0, deadline - time.monotonic()))
    except Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class _PinnedBackend(httpcore.SyncBackend):
    """Connects to one checked address whatever host it is asked for; TLS still verifies the host's name."""

    def __init__(self, address: str, deadline: float) -> None:
        super().__init__()
        self._address, self._deadline = address, deadline

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _DeadlineStream(super().connect_tcp(self._address, port, *args, **kwargs), self._deadline)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes all end by one moment: a server that drips single bytes, in
    its headers or its body, would outlast any timeout that starts anew with every byte."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def _left(self, error: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise error("the time for this address is over")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _DeadlineStream(self._inner.start_tls(*args, **kwargs), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


FETCHING = {"user-agent": USER_AGENT, "accept": "image/*,*/*;q=0.5", "accept-encoding": "identity"}
"""A picture is packed already: what came packed once more could unpack to anything."""


def pinned_client(address: str, timeout_s: float, deadline: float, headers: dict[str, str]) -> httpx.Client:
    """A client that connects to `address` whatever host is asked for, ends by `deadline`, and follows no redirect."""
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(  # the one place where httpx lets a resolver be replaced
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_PinnedBackend(address, deadline)
    )
    timeout = httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False, headers=headers)


def _get(client: httpx.Client, current: str, url: str, settings: Settings) -> bytes | str:
    """The file's bytes, or the address it redirects to."""
    with client.stream("GET", current) as answer:
        if answer.is_redirect:
            return str(answer.url.join(answer.headers["location"]))
        if answer.status_code != 200:
            reason = Bilingual(
                en=f"the server answered {answer.status_code}", zh=f"服务器返回状态 {answer.status_code}"
            )
            raise FetchFailed(url=url, reason=reason)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind.startswith(TEXT_TYPES):
            raise FetchFailed(
                url=url, reason=Bilingual(en=f"it is {kind}, not an image", zh=f"内容是 {kind}，不是图片")
            )
        return _body(answer, url, settings)


def _body(answer: httpx.Response, url: str, settings: Settings) -> bytes:
    parts, size = [], 0
    limit = settings.max_file_mb * MEGABYTE
    too_large = Bilingual(en=f"larger than {settings.max_file_mb} MB", zh=f"超过 {settings.max_file_mb} MB")
    if answer.headers.get("content-length", "").isdigit() and int(answer.headers["content-length"]) > limit:
        raise FetchFailed(url=url, reason=too_large)
    for part in answer.iter_bytes(1 << 16):
        size += len(part)
        if size > limit:
            raise FetchFailed(url=url, reason=too_large)
        parts.append(part)
    if not size:
        raise FetchFailed(url=url, reason=Bilingual(en="the answer is empty", zh="返回内容为空"))
    return b"".join(parts)


def _reason(err: httpx.HTTPError) -> Bilingual:
    if isinstance(err, httpx.TimeoutException):
        return Bilingual(en="the server did not answer in time", zh="服务器未及时响应")
    if isinstance(err, httpx.ConnectError):
        return Bilingual(en="no connection to the server", zh="无法连接服务器")
    return Bilingual(en=str(err) or type(err).__name__, zh=str(err) or type(err).__name__)


def _name_of(url: str) -> str:
    """A display name from the address's path, else its host."""
    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return clean_name(last or parts.hostname or "image")
