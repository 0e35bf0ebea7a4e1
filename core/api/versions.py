"""The version of a record that a change was made on: `version` in the body, or If-Match (RFC 9110, 13.1.1)."""

from __future__ import annotations

import re

from starlette.requests import Request

from core.api.refusals import VersionMissing

_ETAG = re.compile(r'^"(\d{1,18})"$')
OUTDATED = -1
"""A version that no record has: an If-Match that names none of ours can match nothing."""


def etag(version: int) -> str:
    """The ETag of a record at this version."""
    return f'"{version}"'


def expected_version(request: Request, in_body: int | None, item_id: int) -> int:
    """The version that the record has to have. Raises VersionMissing where the request names none."""
    header = request.headers.get("if-match")
    if header is not None:
        found = _ETAG.match(header.strip())
        return int(found[1]) if found else OUTDATED
    if in_body is None:
        raise VersionMissing(item=item_id)
    return in_body


def outdated_status(request: Request) -> int:
    """412 where the version came as a precondition (RFC 9110, 15.5.13), 409 where it came in the body."""
    return 412 if "if-match" in request.headers else 409
