"""HTTP beside the pages: the API under /api, photos under /img, and the life of the worker.

routes(settings)    what the app mounts next to Streamlit's own routes
lifespan(settings)  starts the worker with the app and stops it with it
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.routing import BaseRoute, Mount, Route

from core.api.photos import crop, photo, thumb
from core.api.v1 import build_api, health
from core.settings import Settings
from core.store.db import ensure_database
from core.supervisor import Supervisor


def routes(settings: Settings) -> list[BaseRoute]:
    """Every route of ShelfLens itself. Nothing is opened or created yet."""
    return [
        Route("/healthz", health(settings)),
        Route("/img/{blob}.jpg", photo(settings)),
        Route("/thumb/{blob}.jpg", thumb(settings)),
        Route("/crop/{blob}.jpg", crop(settings)),
        Mount("/api", build_api(settings)),
    ]


def lifespan(settings: Settings) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """The app's start and stop: database ready, worker running unless `SHELFLENS_WORKER=0`."""

    @asynccontextmanager
    async def life(_app: Any) -> AsyncIterator[dict[str, Any]]:
        ensure_database(settings)
        supervisor = Supervisor(settings)
        if settings.worker:
            supervisor.start()
        try:
            yield {"supervisor": supervisor}
        finally:
            supervisor.stop()

    return life
