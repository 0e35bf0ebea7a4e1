"""Errors as the API tells them: problem details (RFC 9457) in the language that Accept-Language prefers.

Every answer with a status from 400 on, whatever raised it, has this shape, plus what its kind adds:

    type      address of a page about this kind of problem, stable: what a program decides by
    title     what kind of problem it is, the same for every one of its status
    status    the HTTP status
    detail    what happened, to what, and what to do now
    instance  the path that was asked for
    code      the last part of `type`
    message   `detail` in both languages, as messages stand in all answers
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from core import errors
from core.api.refusals import Broken, InvalidValues, MalformedBody, MethodNotAllowed, NoSuchAddress, Refusal
from core.api.wording import reason_of
from core.errors import (
    BadInput,
    Conflict,
    FileTooLarge,
    NeedsModel,
    NotFound,
    NothingToSplit,
    NotRead,
    ServerStopping,
    ShelfLensError,
    StorageFull,
    UnknownHost,
    UsageError,
)
from core.types import Bilingual

log = logging.getLogger("shelflens.api")

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
"""Where the kinds of problem are explained."""

STATUS: dict[type[ShelfLensError], int] = {
    NotFound: 404, Conflict: 409, NotRead: 409, FileTooLarge: 413, UnknownHost: 421, BadInput: 422, NothingToSplit: 422,
    UsageError: 422, NeedsModel: 422, ServerStopping: 503, StorageFull: 507,
}  # fmt: skip
"""Error class -> HTTP status, the first that fits; a Refusal knows its own, and the rest is 500."""

TITLES = {
    400: Bilingual(en="The request is malformed", zh="请求格式错误"),
    401: Bilingual(en="A key is needed", zh="需要密钥"),
    403: Bilingual(en="The request is not allowed", zh="不允许该请求"),
    404: Bilingual(en="Not found", zh="未找到"),
    405: Bilingual(en="The method is not allowed here", zh="不支持该方法"),
    408: Bilingual(en="The request took too long to arrive", zh="请求传输超时"),
    409: Bilingual(en="The request does not fit the present state", zh="请求与当前状态冲突"),
    412: Bilingual(en="Somebody else was faster", zh="内容已被他人修改"),
    413: Bilingual(en="Too large", zh="内容过大"),
    415: Bilingual(en="The type of the body is not taken here", zh="不支持该正文类型"),
    421: Bilingual(en="The server has another name", zh="主机名不符"),
    422: Bilingual(en="Values cannot be used", zh="参数无效"),
    428: Bilingual(en="The version is missing", zh="缺少版本"),
    429: Bilingual(en="Too many requests", zh="请求过于频繁"),
    500: Bilingual(en="The server failed", zh="服务器出错"),
    503: Bilingual(en="The server cannot do it now", zh="服务器暂时无法处理"),
    507: Bilingual(en="The disk is full", zh="磁盘已满"),
}
"""RFC 9457, 3.1.3: a title should not change from one occurrence of the problem to the next."""

LONGEST_ECHO = 100
"""Characters of a path or a method that an answer repeats."""


def status_of(err: ShelfLensError) -> int:
    """The HTTP status that tells this error."""
    if isinstance(err, Refusal):
        return err.status
    return next((status for kind, status in STATUS.items() if isinstance(err, kind)), 500)


def language_of(accepted: str) -> str:
    """ "zh" or "en": the one that a header Accept-Language prefers (RFC 9110, 12.5.4); "en" where it names neither."""
    best, lang = 0.0, "en"
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        primary = name.strip().lower().partition("-")[0]
        if primary in ("zh", "en") and (quality := _quality(weight)) > best:
            best, lang = quality, primary
    return lang


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return min(1.0, max(0.0, float(value))) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def problem_response(
    err: ShelfLensError,
    scope: Scope,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """The error as an answer to the request of `scope`; `extra` adds members of this kind of problem."""
    code = status or status_of(err)
    accepted = next((value for name, value in scope.get("headers", []) if name == b"accept-language"), b"")
    lang = language_of(accepted.decode("latin-1"))
    body = {
        "type": TYPES + err.code,
        "title": TITLES.get(code, TITLES[500 if code >= 500 else 400]).in_lang(lang),
        "status": code,
        "detail": err.message.in_lang(lang),
        "instance": scope.get("path", "")[:LONGEST_ECHO],
        "code": err.code,
        "message": err.message.model_dump(),
        **(extra or {}),
    }
    return Response(
        # A lone surrogate, from a path or a file name that is no UTF-8, has no other form in JSON.
        json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace"),
        status_code=code,
        media_type=MEDIA_TYPE,
        headers={"content-language": lang, "vary": "accept-language", "cache-control": "no-store", **(headers or {})},
    )


def add_problems(api: FastAPI) -> None:
    """Lets every error of `api` leave as a problem, and adds the pages that explain them."""
    api.add_exception_handler(ShelfLensError, _on_known)
    api.add_exception_handler(RequestValidationError, _on_values)
    api.add_exception_handler(HTTPException, on_http)
    api.add_exception_handler(Exception, _on_anything)


def _on_known(request: Request, err: Exception) -> Response:
    assert isinstance(err, ShelfLensError)
    if status_of(err) >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, err)
    return problem_response(err, request.scope)


def on_http(request: Request, err: Exception) -> Response:
    """What the framework raises: no such address, no such method, and bodies that it cannot read."""
    assert isinstance(err, HTTPException)
    path, method = request.url.path[:LONGEST_ECHO], request.method[:LONGEST_ECHO]
    known: ShelfLensError | None = getattr(err, "error", None)
    if known is not None:
        return problem_response(known, request.scope)
    if err.status_code == 404:
        return problem_response(NoSuchAddress(path=path), request.scope)
    headers = dict(err.headers or {})
    if err.status_code == 405:
        refusal = MethodNotAllowed(path=path, method=method, allowed=headers.get("Allow", "-"))
        return problem_response(refusal, request.scope, headers=headers)
    return problem_response(MalformedBody(reason=_why_unreadable(err)), request.scope, status=err.status_code)


def _why_unreadable(err: HTTPException) -> str | Bilingual:
    """Why the framework could not read a body; its own sentence says less than the cause of it."""
    match err.__cause__:
        case UnicodeDecodeError() as cause:
            return Bilingual(
                en=f"it is not valid UTF-8 (byte {cause.start})", zh=f"不是有效的 UTF-8（第 {cause.start} 字节）"
            )
        case RecursionError():
            return Bilingual(en="it is nested too deeply", zh="嵌套过深")
    return str(err.detail)


def _on_values(request: Request, err: Exception) -> Response:
    """Values that do not fit: 400 where the body is no JSON at all, otherwise 422 (RFC 9110, 15.5.1 and 15.5.21)."""
    assert isinstance(err, RequestValidationError)
    found = err.errors()
    broken = next((entry for entry in found if entry["type"] == "json_invalid"), None)
    if broken is not None:
        return problem_response(MalformedBody(reason=reason_of(broken)), request.scope)
    named = [_error(entry) for entry in found]
    first = Bilingual(
        en=f"{named[0]['name']}: {named[0]['message']['en']}", zh=f"{named[0]['name']}：{named[0]['message']['zh']}"
    )
    return problem_response(InvalidValues(count=len(named), first=first), request.scope, extra={"errors": named})


def _error(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One wrong value: where it was, with a JSON pointer (RFC 6901) for one in the body, and what is wrong with it."""
    place, *path = entry["loc"]
    name = ".".join(map(str, path)) or "body"
    pointer = {"pointer": "#" + "".join(f"/{part}" for part in path)} if place == "body" else {}
    return {"in": place, "name": name[:LONGEST_ECHO], **pointer, "message": reason_of(entry).model_dump()}


def _on_anything(request: Request, err: Exception) -> Response:
    """What nobody expected. The answer names the entry of the log, and nothing of the program."""
    reference = uuid.uuid4().hex[:12]
    log.error("%s: %s %s", reference, request.method, request.url.path, exc_info=err)
    return problem_response(Broken(reference=reference), request.scope, extra={"reference": reference})


def problem_kinds() -> Iterator[tuple[str, int, Bilingual, Bilingual]]:
    """(code, status, title, what it says with its holes) of every problem there is, by code."""
    for code, kind in sorted(_classes().items()):
        status = kind.status if issubclass(kind, Refusal) else _class_status(kind)
        yield code, status, TITLES[status], Bilingual(en=kind.en, zh=kind.zh)


def _class_status(kind: type[ShelfLensError]) -> int:
    return next((status for known, status in STATUS.items() if issubclass(kind, known)), 500)


def _classes() -> dict[str, type[ShelfLensError]]:
    found: dict[str, type[ShelfLensError]] = {}
    waiting: list[type[ShelfLensError]] = [errors.ShelfLensError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("core."):
            found[kind.__name__] = kind
    return found
