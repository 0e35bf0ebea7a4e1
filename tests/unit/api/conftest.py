"""A client of the whole application as it is served, and records for it to find; some files have their own clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.api import Server
from core.settings import Settings
from tests.seeding import seed_records


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    server = Server(settings)
    app = Starlette(routes=server.routes, middleware=server.middleware)
    with TestClient(app, base_url="http://localhost:8501") as test_client:
        yield test_client


@pytest.fixture
def seeded(db: Database, settings: Settings) -> list[int]:
    """Six products and four ads, read and waiting for review."""
    return seed_records(db, settings, 6, 4)
