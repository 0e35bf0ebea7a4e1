"""The API alone, without the pages: `uvicorn core.api.app:app`.

Same addresses, settings, data folder and worker as under `make run`; both may run at once on one data folder, where
all but one get SHELFLENS_WORKER=0.
"""

from __future__ import annotations

import os
import sys

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.api import open_server
from core.api.binding import LOCAL, uvicorn_address
from core.api.problems import on_http


async def _to_docs(_request: Request) -> Response:
    return RedirectResponse("/api/docs")


def make_app() -> Starlette:
    """The application that this process's environment describes; ends the process with one sentence where it cannot."""
    server = open_server(uvicorn_address(sys.argv, os.environ) or LOCAL)
    return Starlette(
        routes=[Route("/", _to_docs), *server.routes],
        middleware=server.middleware,
        lifespan=server.lifespan,
        exception_handlers={HTTPException: on_http},
    )


def __getattr__(name: str) -> Starlette:
    """`app`, made when a server asks for it: importing this module opens nothing."""
    if name == "app":
        return make_app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
