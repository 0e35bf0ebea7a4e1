"""What went wrong at a server, as an error that says what to do. No key ever stands in one."""

from __future__ import annotations

import json
from contextlib import suppress
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

import httpx

from core.errors import EngineFailed, RemoteBroken, RemoteBusy, RemoteDenied, RemoteModelUnknown, RemoteRefused

RETRIED = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses that may be another one the next time."""
LONGEST_WAIT_S = 30.0
"""A server that asks for a longer pause is not waited for."""
EXCERPT = 160


class Again(Exception):
    """The same request may succeed later. `after_s` is how long the server asks to wait, None if it does not say."""

    def __init__(self, error: EngineFailed, after_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.after_s = error, after_s


def failure_of(response: httpx.Response, body: bytes, where: str, key: str) -> EngineFailed:
    """The error for a response that is no answer; a 404 still lacks what the server offers."""
    status, said = response.status_code, server_words(body, key)
    if status in (401, 403):
        return RemoteDenied(url=where, status=status, reason=said)
    if status == 429:
        return RemoteBusy(url=where)
    if status >= 500 or status in RETRIED:
        return RemoteBroken(url=where, reason=f"HTTP {status}: {said}")
    return RemoteRefused(url=where, reason=f"HTTP {status}: {said}")


def model_unknown(where: str, model: str, offers: list[str]) -> RemoteModelUnknown:
    return RemoteModelUnknown(url=where, model=model, offers=", ".join(offers[:8]) or "–")


def server_words(body: bytes, key: str = "") -> str:
    """The reason in an error body, one line, without the key; the beginning of the body where it has no known form."""
    text = body[: 20 * EXCERPT].decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = _message_in(json.loads(body)) or text
    return " ".join(redacted(text, key).split())[:EXCERPT] or "–"


def redacted(text: str, key: str) -> str:
    return text.replace(key, "***") if key else text


def retry_after_s(response: httpx.Response) -> float | None:
    """Seconds the server asks to wait: a number or a date (RFC 9110, 10.2.3); None where it says nothing usable."""
    said = response.headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        return max(float(said), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(said).timestamp() - time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def _message_in(told: Any) -> str:
    """OpenAI: {"error": {"message"}}; FastAPI: {"detail"}; others: {"message"} or {"error": "..."}."""
    for key in ("error", "detail", "message"):
        if isinstance(told, dict) and key in told:
            inner = told[key]
            return _message_in(inner) if isinstance(inner, dict) else str(inner)
    return ""
