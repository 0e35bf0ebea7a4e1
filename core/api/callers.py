"""Who sends a request: the name that signs decisions and that idempotency keys belong to."""

from __future__ import annotations

from starlette.requests import Request

from core.settings import Settings


def caller_of(request: Request, settings: Settings) -> str:
    """The name of whoever the request was let in as; the local user where nobody is asked who they are."""
    caller = getattr(request.state, "caller", None)
    return str(caller.name) if caller is not None else settings.user
