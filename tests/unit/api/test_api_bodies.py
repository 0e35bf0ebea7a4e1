"""A body that drips (slow loris) is let go of; one that comes steadily may take its time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.api import bodies
from core.api.bodies import BodyLimits
from core.settings import Settings

SCOPE = {"type": "http", "method": "POST", "path": "/api/v1/images", "headers": [(b"content-type", b"text/plain")]}


def send_body(settings: Settings, part: bytes, parts: int, pause_s: float) -> tuple[Any, list[Any]]:
    """What an application that reads the whole body gets, or what stopped it; and the messages that went out."""
    left, sent = parts, list[Any]()

    async def receive() -> Any:
        nonlocal left
        await asyncio.sleep(pause_s)
        left -= 1
        return {"type": "http.request", "body": part, "more_body": left > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    got = bytearray()

    async def read_all(_scope: Any, receive: Any, send: Any) -> None:
        try:
            while True:
                message = await receive()
                got.extend(message["body"])
                if not message["more_body"]:
                    return
        finally:
            await send({"type": "http.response.start", "status": 200, "headers": []})

    try:
        # In a thread of its own: where browser tests ran before, this thread already has Playwright's event loop.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, BodyLimits(read_all, settings)(SCOPE, receive, send)).result()
    except Exception as err:
        return err, sent
    return bytes(got), sent


def test_a_body_that_drips_is_let_go_of_and_its_connection_closed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.2)
    err, sent = send_body(settings, b"x", 10_000, pause_s=0.02)
    assert err.status_code == 408
    assert "came too slowly" in err.error.message.en
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_body_that_stops_coming_is_let_go_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.2)
    err, _ = send_body(settings, b"x" * 100, 2, pause_s=30)
    assert err.status_code == 408


def test_a_steady_body_may_take_longer_than_the_grace(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.05)
    got, sent = send_body(settings, b"x" * 1000, 5, pause_s=0.03)
    assert got == b"x" * 5000
    assert (b"connection", b"close") not in sent[0]["headers"]


@pytest.mark.parametrize(
    ("content_type", "limit"),
    [("multipart/form-data; boundary=x", 2001), ("application/json", 67), ("", 67), ("text/multipart", 67)],
)
def test_uploads_may_be_larger_than_what_is_held_in_memory(settings: Settings, content_type: str, limit: int) -> None:
    assert bodies.limit_mb(content_type, settings)[0] == limit
