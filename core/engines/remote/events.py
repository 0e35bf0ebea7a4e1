"""Server-sent events out of bytes that come in any pieces (WHATWG HTML, 9.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator

LONGEST_LINE = 4_000_000
"""Bytes of one line: a whole answer in one event has under 200,000."""


class LineTooLong(ValueError):
    pass


async def read_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The data of each event. Comments, names and ids of events are left out.

    Lines end at line feeds only: an answer may hold U+2028 or U+0085, where `splitlines` would break its JSON.
    Each data line counts as an event: no server of this API spreads its JSON over several lines, and some
    leave out the blank line between events.
    """
    async for line in _lines(chunks):
        field, _, data = line.partition(":")
        if field == "data":
            yield data.removeprefix(" ")


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Whole lines, however the bytes were cut. What stands behind the last line feed is a line too."""
    rest = bytearray()
    async for chunk in chunks:
        rest += chunk
        if len(rest) > LONGEST_LINE:
            raise LineTooLong(f"{len(rest)} bytes")
        if b"\n" in chunk:
            *whole, last = bytes(rest).split(b"\n")
            rest = bytearray(last)
            for line in whole:
                yield line.decode("utf-8", "replace").rstrip("\r")
    if rest:
        yield rest.decode("utf-8", "replace").rstrip("\r")
