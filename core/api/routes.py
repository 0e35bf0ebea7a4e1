"""What every operation of the API has in common: its route looks at the body's type before anything reads it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from core.api.refusals import WrongMediaType

JSON = "application/json"
FORM = "multipart/form-data"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Operation(APIRoute):
    """A route that refuses a body of a type that the documentation does not name: 415, before it is read."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        takes = self._body_types()

        async def checked(request: Request) -> Response:
            if takes and _has_body(request) and not _is_taken(found := _media_type(request), takes):
                raise WrongMediaType(path=request.url.path, found=found or "-", wanted=", ".join(takes))
            return await handle(request)

        return checked

    def _body_types(self) -> tuple[str, ...]:
        """The media types of a body: those the route names by hand, else that of its parameters; () for no body."""
        by_hand = (self.openapi_extra or {}).get("requestBody", {}).get("content", {})
        if by_hand:
            return tuple(by_hand)
        return (self.body_field.field_info.media_type,) if self.body_field is not None else ()  # type: ignore[attr-defined]


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_taken(found: str, takes: tuple[str, ...]) -> bool:
    """True also for what is JSON by another name (RFC 6839), such as application/merge-patch+json."""
    return found in takes or (found.endswith("+json") and found.startswith("application/") and JSON in takes)
