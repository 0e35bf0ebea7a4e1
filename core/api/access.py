"""Who may come in: people with the password, programs with a key, and on this machine alone everybody.

    | server                                | pages, photos            | API                                     |
    |---------------------------------------|--------------------------|-----------------------------------------|
    | this machine only, no key ever made   | open                     | open                                    |
    | this machine only, a key made         | open                     | key                                     |
    | SHELFLENS_PASSWORD                    | login; photos also a key | key, or the login of the asking browser |
    | SHELFLENS_PROXY_LOGIN                 | whoever the proxy lets   | key                                     |
    | for others, with neither              | refused, at start and per request                                  |

One middleware before everything else, by path and method: a route that somebody adds is closed, not open.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access.keys import digest, recognise
from core.access.sessions import COOKIE, session_name
from core.api.guard import LOGIN, SAFE_METHODS, is_api, is_below, path_of, refuse
from core.api.limits import Buckets
from core.api.refusals import (
    KeyMissing,
    KeyUnknown,
    NotLoggedIn,
    OpenToOthers,
    Refusal,
    ScopeTooSmall,
    TooManyRequests,
)
from core.settings import Settings
from core.store.db import kept_store
from core.store.keys import ApiKey, has_keys, note_use
from core.store.keys import Scope as KeyScope

OPEN = ("/healthz", "/readyz", "/_stcore/health", "/api/docs", "/api/openapi.json", "/api/v1/problems", *LOGIN)
"""What says nothing that is not known to everybody: whether the server lives, and how its API looks."""
PHOTOS = ("/img/", "/full/", "/thumb/", "/crop/")
ADMIN = ("/api/v1/keys", "/api/v1/webhooks", "/api/v1/engines", "/api/v1/lexicons", "/api/v1/settings", "/api/v1/bin")
"""Below these, whatever changes something wants an admin's key; keys and webhooks want it for a look, too."""
SECRET = ("/api/v1/keys", "/api/v1/webhooks")
KNOWN_S = 1.0
"""How long what the store says of a key is believed: a revoked key is refused a second later, and a busy client
costs one lookup a second instead of one a request."""
MOST_KNOWN = 1000
USED_S = 60.0
"""Between two notes of a key's last use."""


@dataclass(frozen=True)
class Caller:
    """Who asks. `name` signs what is done; `key` is "" for who needs none."""

    name: str
    scope: KeyScope
    key: str = ""


class Access:
    """ASGI middleware: lets in whom the table above does, and says what to do to everybody else.

    `serves_others` says that the server listens for other machines, as far as that is known.
    """

    def __init__(self, app: ASGIApp, settings: Settings, serves_others: bool = False) -> None:
        self.app, self.settings = app, settings
        self._password = bool(settings.password.get_secret_value())
        self._closed = self._password or settings.proxy_login or serves_others
        self._buckets = Buckets(settings.rate_per_minute)
        self._keyring = _Keyring(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_below(path_of(scope), OPEN):
            await self.app(scope, receive, send)
            return
        try:
            headers = await self._admit(scope)
        except _NotAdmitted as refusal:
            await refusal.answer(scope, receive, send)
            return
        await self.app(scope, receive, _with_headers(send, headers) if headers else send)

    async def _admit(self, scope: Scope) -> dict[str, str]:
        """Headers for the answer to somebody who may come in. Raises _NotAdmitted."""
        if not self._password and not self.settings.proxy_login and _is_elsewhere(scope):
            raise _NotAdmitted(OpenToOthers(address=_client(scope)))
        if is_api(scope):
            return await self._admit_program(scope)
        if self._password and not (self._person(scope) or await self._may_see_photo(scope)):
            raise _NotAdmitted(NotLoggedIn(path="/login"), login=_is_page(scope))
        return {}

    async def _admit_program(self, scope: Scope) -> dict[str, str]:
        secret = _secret(scope)
        if secret:
            key = await self._key(secret)
            caller = Caller(key.label, key.scope, key.id)
        elif (name := self._person(scope)) is not None:
            caller = Caller(name, KeyScope.ADMIN)
        elif self._closed or await self._keyring.is_in_use():
            raise _NotAdmitted(KeyMissing(), {"www-authenticate": 'Bearer realm="ShelfLens"'})
        else:
            caller = Caller(self.settings.user, KeyScope.ADMIN)
        scope.setdefault("state", {})["caller"] = caller
        headers = self._take(caller)
        if not caller.scope.allows(needs := scope_needed(scope["method"], path_of(scope))):
            raise _NotAdmitted(ScopeTooSmall(key=caller.key, has=caller.scope, needs=needs), headers)
        return headers

    async def _key(self, secret: str) -> ApiKey:
        key = await self._keyring.find(secret)
        if key is None or key.revoked_at:
            # The part that stands in lists anyway; of anything else not a letter comes back.
            shown = secret[:11] if key is not None else secret[:3]
            challenge = {"www-authenticate": 'Bearer realm="ShelfLens", error="invalid_token"'}
            raise _NotAdmitted(KeyUnknown(key=shown), challenge)
        return key

    def _take(self, caller: Caller) -> dict[str, str]:
        if not caller.key or not self.settings.rate_per_minute:
            return {}
        taken = self._buckets.take(caller.key)
        if not taken.ok:
            err = TooManyRequests(who=caller.name, limit=taken.limit, seconds=taken.wait_s)
            raise _NotAdmitted(err, taken.headers)
        return taken.headers

    def _person(self, scope: Scope) -> str | None:
        cookie = HTTPConnection(scope).cookies.get(COOKIE, "")
        return session_name(self.settings, cookie) if cookie else None

    async def _may_see_photo(self, scope: Scope) -> bool:
        """Programs fetch the photos that records name with the key they read the records with."""
        if not path_of(scope).startswith(PHOTOS) or not (secret := _secret(scope)):
            return False
        key = await self._keyring.find(secret)
        return key is not None and not key.revoked_at


class _NotAdmitted(Exception):
    def __init__(self, err: Refusal, headers: dict[str, str] | None = None, *, login: bool = False) -> None:
        self.err, self.headers, self.login = err, headers, login

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        if not self.login:
            return refuse(scope, self.err, self.headers)
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        return RedirectResponse(f"/login?next={quote(path_of(scope) + query, safe='/')}", 303)


class _Keyring:
    """What the store says of keys, believed for a second. For the event loop; the store is asked in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, tuple[float, ApiKey | None]] = {}
        self._in_use = (float("-inf"), False)
        self._noted: dict[str, float] = {}

    async def find(self, secret: str) -> ApiKey | None:
        """The key that this is, revoked or not. Its use is noted."""
        at, key = self._known.get(name := digest(secret), (float("-inf"), None))
        if time.monotonic() - at >= KNOWN_S:
            key = await run_in_threadpool(self._look_up, secret)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[name] = (time.monotonic(), key)
        return key

    async def is_in_use(self) -> bool:
        """True where a key was ever made: the API then wants one of everybody."""
        at, used = self._in_use
        if time.monotonic() - at >= KNOWN_S:
            used = await run_in_threadpool(self._has_keys)
            self._in_use = (time.monotonic(), used)
        return used

    def _has_keys(self) -> bool:
        with kept_store(self._settings) as db:
            return has_keys(db)

    def _look_up(self, secret: str) -> ApiKey | None:
        with kept_store(self._settings) as db:
            key = recognise(db, secret)
            if key is not None and not key.revoked_at and time.monotonic() - self._noted.get(key.id, -USED_S) >= USED_S:
                self._noted[key.id] = time.monotonic()
                note_use(db, key.id)
            return key


def scope_needed(method: str, path: str) -> KeyScope:
    """What a key must be good for. Asking a question writes: it is kept, and it costs the machine's time."""
    changes = method not in SAFE_METHODS
    if is_below(path, SECRET) or (changes and is_below(path, ADMIN)):
        return KeyScope.ADMIN
    return KeyScope.WRITE if changes else KeyScope.READ


def _secret(scope: Scope) -> str:
    """The key a request shows, as `Authorization: Bearer` or `X-API-Key`; "" for none."""
    headers = Headers(scope=scope)
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _is_elsewhere(scope: Scope) -> bool:
    """True for a request from another machine, as uvicorn tells it: also behind a proxy on this one."""
    try:
        address = ipaddress.ip_address(_client(scope).partition("%")[0])
    except ValueError:  # a socket of this machine has no address
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_loopback


def _is_page(scope: Scope) -> bool:
    """True for what a browser opens in a tab, as opposed to what a page loads."""
    if scope["type"] != "http" or scope["method"] not in SAFE_METHODS or path_of(scope).startswith(PHOTOS):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return told
