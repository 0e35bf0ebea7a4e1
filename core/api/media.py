"""The types of bodies that the API takes."""

from __future__ import annotations

from starlette.requests import Request

JSON = "application/json"
FORM = "multipart/form-data"


def media_type(request: Request) -> str:
    """The type of the body without its parameters, in lower case; "" where none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_form(request: Request) -> bool:
    return media_type(request) == FORM


def is_taken(found: str, takes: tuple[str, ...]) -> bool:
    """True also for what is JSON by another name (RFC 6839), such as application/merge-patch+json."""
    return found in takes or (found.endswith("+json") and found.startswith("application/") and JSON in takes)
