"""The header Idempotency-Key on POST: a request that is sent again is answered as the first time, and done once.

After draft-ietf-httpapi-idempotency-key-header: another body under the same key is refused (422), and so is the same
one while the first is being worked on (409). Kept for a day and per caller. Only answers below 400 are kept: what was
refused changed nothing, and may be mended by waiting. Streamed answers are not kept; a question that is asked again
comes from its own cache.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.api.callers import caller_of
from core.api.media import is_form
from core.api.refusals import BadKey, InFlight, KeyReused
from core.settings import Settings
from core.store import idempotency
from core.store.db import kept_store
from core.store.idempotency import Answer, Claim

HEADER = "idempotency-key"
LONGEST_KEY = 255
LEASE_S = 30.0
"""How long a key stays busy after its server died."""
KEPT_HEADERS = ("content-type", "location", "etag", "retry-after", "x-cache")
CHUNK = 1 << 20

Handle = Callable[[Request], Awaitable[Response]]


async def answer_once(request: Request, settings: Settings, handle: Handle) -> Response:
    """The stored answer where the request came before, else `handle`'s, stored."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return await handle(request)
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadKey(limit=LONGEST_KEY)
    caller, digest = caller_of(request, settings), await _digest(request)
    found = await run_in_threadpool(_claim, settings, caller, key, digest)
    if isinstance(found, Answer):
        return Response(found.body, found.status, {**found.headers, "idempotency-replayed": "true"})
    if found is not Claim.YOURS:
        raise InFlight(key=key) if found is Claim.BUSY else KeyReused(key=key)
    return await _do(request, settings, handle, (caller, key))


async def _do(request: Request, settings: Settings, handle: Handle, owner: tuple[str, str]) -> Response:
    renewing = asyncio.ensure_future(_renew(settings, owner))
    kept = False
    try:
        response = await handle(request)
        if response.status_code < 400 and not isinstance(response, StreamingResponse):
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            answer = Answer(response.status_code, headers, bytes(response.body))
            await run_in_threadpool(_keep, settings, owner, answer)
            kept = True
        return response
    finally:
        renewing.cancel()
        if not kept:
            await asyncio.shield(run_in_threadpool(_forget, settings, owner))


async def _renew(settings: Settings, owner: tuple[str, str]) -> None:
    while True:
        await asyncio.sleep(LEASE_S / 3)
        with suppress(Exception):  # a busy disk must not end the request; the next beat comes
            await run_in_threadpool(_beat, settings, owner)


async def _digest(request: Request) -> str:
    """Of everything the request says. A form is taken apart, because its boundary differs every time it is sent."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if not is_form(request):
        digest.update(await request.body())
        return digest.hexdigest()
    form = await request.form(max_files=10_000)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            digest.update(f"{name}={value.filename}:{await _digest_of(value)}\n".encode())
        else:
            digest.update(f"{name}={hashlib.sha256(value.encode()).hexdigest()}\n".encode())
    return digest.hexdigest()


async def _digest_of(file: UploadFile) -> str:
    digest = hashlib.sha256()
    while piece := await file.read(CHUNK):
        digest.update(piece)
    await file.seek(0)
    return digest.hexdigest()


def _claim(settings: Settings, caller: str, key: str, digest: str) -> Claim | Answer:
    with kept_store(settings) as db:
        return idempotency.claim_request(db, caller, key, digest, lease_s=LEASE_S)


def _beat(settings: Settings, owner: tuple[str, str]) -> None:
    with kept_store(settings) as db:
        idempotency.renew_request(db, *owner, lease_s=LEASE_S)


def _keep(settings: Settings, owner: tuple[str, str], answer: Answer) -> None:
    with kept_store(settings) as db:
        idempotency.keep_answer(db, *owner, answer)


def _forget(settings: Settings, owner: tuple[str, str]) -> None:
    with kept_store(settings) as db:
        idempotency.forget_request(db, *owner)
