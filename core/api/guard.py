"""Keeps other web sites from using the API through a visitor's browser.

The server listens on this machine only and has no login by default, so a page from anywhere could
post to it from the user's own browser. Browsers name the page's origin on such requests, and it
has to be the host the request is sent to. Programs send no Origin and pass.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class SameOrigin:
    """ASGI middleware: 403 for a changing request whose Origin is not its own Host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and _is_foreign(scope):
            body = {"type": "ForeignOrigin", "title": "Requests from other web sites are refused.", "status": 403}
            await JSONResponse(body, 403, media_type="application/problem+json")(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc != headers.get(b"host", "")
