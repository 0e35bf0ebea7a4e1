"""What every operation of the API has in common: the body's type is looked at, and a POST with a key is done once."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from core.api.idempotency import answer_once
from core.api.media import is_taken, media_type
from core.api.refusals import WrongMediaType

Below = TypeVar("Below", Mount, Route)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def whatever_follows(route: Below) -> Below:
    """The route, for every path below its own. Starlette's `.*` stops at a line break (%0A), so that such a path would
    be answered by nobody: as text, where a problem is promised."""
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return route


class Operation(APIRoute):
    """A route that refuses a body of a type that the documentation does not name (415), before it is read, and does a
    request with an Idempotency-Key once (core/api/idempotency.py). The app's state holds the settings."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        takes = self._body_types()

        async def checked(request: Request) -> Response:
            if takes and _has_body(request) and not is_taken(found := media_type(request), takes):
                raise WrongMediaType(path=request.url.path, found=found or "-", wanted=", ".join(takes))
            return await answer_once(request, request.app.state.settings, handle)

        return checked

    def _body_types(self) -> tuple[str, ...]:
        """The media types of a body: those the route names by hand, else that of its parameters; () for no body."""
        by_hand = (self.openapi_extra or {}).get("requestBody", {}).get("content", {})
        if by_hand:
            return tuple(by_hand)
        return (self.body_field.field_info.media_type,) if self.body_field is not None else ()  # type: ignore[attr-defined]


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
