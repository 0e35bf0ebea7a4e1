"""HTTP beside the pages: the API under /api, photos under /img, and the life of the worker."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from core.access.sessions import check_password_setting
from core.api.access import Access
from core.api.binding import ensure_login_for_others, serves_others
from core.api.chat import build_chat
from core.api.connections import send_at_once
from core.api.desk import build_desk
from core.api.guard import KnownHosts, SameOrigin, known_hosts
from core.api.health import healthz, readyz
from core.api.login import login_routes
from core.api.metrics import Counted, Metrics
from core.api.openai import build_openai
from core.api.patience import limit_headers
from core.api.photos import crop, full, photo, thumb
from core.api.routes import whatever_follows
from core.api.stopping import Stopping
from core.api.v1 import build_api
from core.background.supervisor import Supervisor
from core.engines.registry import engine_names
from core.errors import BadSetting, ShelfLensError
from core.settings import Settings, load_settings
from core.store.db import ensure_database, open_store


def open_server(address: str = "localhost") -> Server:
    """The server that this process's environment describes, listening on `address`.

    Ends the process with one sentence where a setting or the data folder cannot be used, or where other machines
    would be served without a login.
    """
    try:
        settings = load_settings()
        _check_engine(settings)
        check_password_setting(settings)
        ensure_login_for_others(address, settings)
        ensure_database(settings)
        return Server(settings, serves_others=serves_others(address))
    except ShelfLensError as err:
        sys.exit(f"ShelfLens cannot start. {err.message.en}\nShelfLens 无法启动。{err.message.zh}")


def _check_engine(settings: Settings) -> None:
    known = engine_names(settings)
    if settings.engine not in known:
        raise BadSetting(name="SHELFLENS_ENGINE", value=settings.engine, reason=f"known: {', '.join(known)}")


async def _to_start(request: Request) -> Response:
    """GET /home: the first page's address is `/`, but every other page is found under its name."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


class Server:
    """What the app adds to Streamlit's own server. Nothing is opened or started before `lifespan`."""

    def __init__(self, settings: Settings, *, serves_others: bool = False) -> None:
        self._settings = settings
        self._supervisor = Supervisor(settings) if settings.worker else None
        self._stopping = Stopping()
        metrics = Metrics(settings)
        openai = build_openai(settings, self._stopping)
        self.middleware = [
            Middleware(Counted, metrics=metrics),
            Middleware(KnownHosts, names=known_hosts(settings)),
            Middleware(Access, settings=settings, serves_others=serves_others),
            Middleware(SameOrigin),
        ]
        self.routes: list[BaseRoute] = [  # tried in this order: what is asked for most comes first
            whatever_follows(Mount("/api", build_api(settings, self._stopping))),
            Route("/home", _to_start),
            Route("/healthz", healthz(settings, self._supervisor)),
            Route("/readyz", readyz(settings, self._stopping)),
            *login_routes(settings),
            Route("/img/{blob}.jpg", photo(settings)),
            Route("/full/{blob}.jpg", full(settings)),
            Route("/thumb/{blob}.jpg", thumb(settings)),
            Route("/crop/{blob}.jpg", crop(settings)),
            whatever_follows(Mount("/desk", build_desk(settings))),
            Route("/metrics", metrics.page()),
            Route("/chat", build_chat(settings, self._stopping)),
            whatever_follows(Route("/v1/{path:path}", openai)),
        ]

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[None]:
        """From start to stop: the database is ready and a worker runs, unless `SHELFLENS_WORKER=0`."""
        # Before the server listens: Streamlit and uvicorn both open their socket after this.
        limit_headers(self._settings.headers_s)
        send_at_once()
        if self._supervisor is not None:
            self._supervisor.start()
        try:
            # Whoever closes the last connection folds the log into the database, which takes ten milliseconds on a
            # good disk: without this one it would be nearly every request.
            with open_store(self._settings), self._stopping.heard():
                yield
        finally:
            if self._supervisor is not None:
                self._supervisor.stop()
