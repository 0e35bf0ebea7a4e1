"""Keeps other web sites from using the server through a visitor's browser.

The server listens on this machine only and has no login by default, so a page from anywhere could
send requests to it from the user's own browser. Two things give such a page away:

- Browsers name the page's origin on changing requests, and it has to be the host the request is
  sent to. Programs send no Origin and pass.
- A page can let its own name lead to this machine (DNS rebinding), and then its origin is the host.
  But the name stays in the Host header, and it is none of this machine's. An address in its place is
  safe: no name was looked up that could have been made to lead here.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.api.problems import problem_response, status_of
from core.api.refusals import ForeignOrigin
from core.errors import BadSetting, ShelfLensError, UnknownHost
from core.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPENAI = ("/v1",)
API = ("/api", "/chat", "/metrics", *OPENAI)
"""Paths, each with all below it, that programs call."""
LOGIN = ("/login", "/logout")
STREAMLIT = ("/_stcore",)
"""What Streamlit itself serves, and guards: uploads by a token of the page's own."""
_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


class SameOrigin:
    """ASGI middleware: 403 for a changing request whose Origin is not its own Host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_changing(scope) and _is_foreign(scope):
            await refuse(scope, ForeignOrigin(origin=Headers(scope=scope)["origin"]))(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_changing(scope: Scope) -> bool:
    return scope["method"] not in SAFE_METHODS and not is_below(path_of(scope), STREAMLIT)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


class KnownHosts:
    """ASGI middleware: 421 for a request, or a websocket, by a name that is neither this machine's nor one of `names`.

    It stands before everything, Streamlit's pages and their websocket included.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_known(_name_asked_for(scope), self.names):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refusal(scope)(scope, receive, send)


def _name_asked_for(scope: Scope) -> str:
    """The Host header without its port, in lower case; "" where it is missing or makes no sense."""
    host = Headers(scope=scope).get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    return "" if "@" in host else name.rstrip(".")


def _refusal(scope: Scope) -> Response:
    return refuse(scope, UnknownHost(name=_name_asked_for(scope) or "?"))


def path_of(scope: Scope) -> str:
    """The path below the server's own root, whichever app inside it looks."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("app_root_path", scope.get("root_path", "")))


def is_below(path: str, roots: tuple[str, ...]) -> bool:
    """True for each of `roots` and for what lies below it; /apiary is not below /api."""
    return path in roots or path.startswith(_folders(roots))


@lru_cache
def _folders(roots: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{root}/" for root in roots)


def is_api(scope: Scope) -> bool:
    """True for what programs call, as opposed to pages and what belongs to them."""
    return is_below(path_of(scope), API)


def refuse(scope: Scope, err: ShelfLensError, headers: Mapping[str, str] | None = None) -> Response:
    """The error in the form that whoever asks for this path understands."""
    if is_below(path_of(scope), OPENAI):
        return openai_error(err, headers)
    if is_api(scope):
        return problem_response(err, scope, headers=headers)
    return PlainTextResponse(f"{err.message.en}\n\n{err.message.zh}\n", status_of(err), headers)


def openai_error(err: ShelfLensError, headers: Mapping[str, str] | None = None) -> Response:
    """The error as OpenAI's API tells it: its clients raise by status, and show `message`."""
    status = status_of(err)
    told = {
        "message": err.message.en,
        "message_zh": err.message.zh,
        "type": "invalid_request_error" if status < 500 else "server_error",
        "param": None,
        "code": err.code,
    }
    return JSONResponse({"error": told}, status, headers)


def is_known(name: str, names: frozenset[str]) -> bool:
    """True for an address, and for a name in `names`, where `*.example.com` stands for all names under that."""
    if not name:
        return False
    parents = name.split(".")[1:]
    wildcards = {"*." + ".".join(parents[start:]) for start in range(len(parents))}
    return name in names or not names.isdisjoint(wildcards) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def known_hosts(settings: Settings) -> frozenset[str]:
    """The names this server answers to: this machine's and those of `SHELFLENS_HOSTS`. Raises BadSetting."""
    own = socket.gethostname().casefold()
    named = [name.strip().casefold().rstrip(".") for name in settings.hosts.split(",") if name.strip()]
    for name in named:
        if _NAME.fullmatch(name) is None:
            raise BadSetting(name="SHELFLENS_HOSTS", value=name, reason="names only, without http:// and port")
    return frozenset({"localhost", "*.localhost", own, own.split(".")[0], own.split(".")[0] + ".local", *named})
