"""Pages of long lists. A cursor says after which entry the next page begins, so that none is skipped or told twice
however much is added meanwhile; the header Link leads there, too (RFC 8288)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api.refusals import BadCursor
from core.store.items import LARGEST_ID

MARK = "after:"

Limit = Annotated[int, Query(ge=1, le=500, description="Entries of one page, at most.")]
Cursor = Annotated[
    str, Query(max_length=100, description="`next` of the page before; without it the first page.", examples=[""])
]


def read_cursor(cursor: str) -> int | None:
    """The id that a page goes on from; None for the first page. Raises BadCursor."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
        number = int(text.removeprefix(MARK))
    except (binascii.Error, ValueError) as err:
        raise BadCursor(cursor=cursor) from err
    if not text.startswith(MARK) or not 0 <= number <= LARGEST_ID:
        raise BadCursor(cursor=cursor)
    return number


def cursor_after(number: int) -> str:
    """The cursor of the page that begins after this id."""
    return base64.urlsafe_b64encode(f"{MARK}{number}".encode()).decode("ascii")


def page_response(
    request: Request, name: str, entries: Sequence[dict[str, Any]], ids: Sequence[int], limit: int, **more: Any
) -> Response:
    """A page of `entries` under `name`, of which one more than `limit` was looked up where there is a next page."""
    following = cursor_after(ids[limit - 1]) if len(ids) > limit else None
    headers = {}
    if following is not None:
        query = {**request.query_params, "cursor": following}
        headers["link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return JSONResponse({name: list(entries[:limit]), "next": following, **more}, headers=headers)
