"""Remote engines that try again without a pause and are closed after the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.engines.remote import client as client_module
from core.engines.remote.engine import RemoteEngine
from core.settings import Settings
from tests.remote_server import Server
from tests.unit.remote.asking import Make


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "FIRST_PAUSE_S", 0.01)


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Makes engines for a server, and closes them after the test."""
    made: list[RemoteEngine] = []

    def engine(server: Server, **changes: Any) -> RemoteEngine:
        update = {"remote_url": server.url, "remote_timeout_s": 10.0, **changes}
        made.append(RemoteEngine(settings.model_copy(update=update)))
        return made[-1]

    yield engine
    for one in made:
        one.close()
