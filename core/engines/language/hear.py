"""Listening to an answer as it is made, and making fields of it: the same for every engine that gets text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.engines.base import EngineOutput, Stopped, Usage
from core.engines.language.guard import Circle, RepetitionGuard
from core.engines.language.parse import parse_answer
from core.errors import AnswerCut, EngineFailed, UnusableAnswer
from core.schema import Schema
from core.types import Bilingual

PHOTO = Bilingual(en="the photo", zh="照片")
"""How errors of engines call what they read: an engine knows pixels, not names."""


@dataclass(frozen=True)
class Heard:
    """What was said. `text` ends where the answer began to run in circles, if it did (`circle`).

    `cut`: the answer broke off on its way here.
    """

    text: str
    circle: Circle | None = None
    cut: bool = False


def hear(pieces: Iterable[str], stopped: Callable[[], bool]) -> Heard:
    """Listens until the answer ends or runs in circles. Raises Stopped when `stopped` says so between two pieces.

    `pieces` is closed in any case, so that nobody goes on talking.
    """
    guard, said = RepetitionGuard(), list[str]()
    iterator = iter(pieces)
    try:
        for piece in iterator:
            if stopped():
                raise Stopped
            said.append(piece)
            if circle := guard.feed(piece):
                return Heard("".join(said)[: guard.good], circle)
    except AnswerCut:
        return Heard("".join(said), cut=True)
    finally:
        _close(iterator)
    return Heard("".join(said))


def until_circles(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces of an answer in free words, up to where it runs in circles; `pieces` is closed with this iterator.

    Empty pieces pass unseen: a server that thinks is no model that says nothing.
    """
    guard = RepetitionGuard()
    try:
        for piece in pieces:
            yield piece
            if piece and guard.feed(piece):
                return
    finally:
        _close(pieces)


def understand_answer(
    heard: Heard, schema: Schema, keys: Sequence[str] | None = None, *, engine: str, usage: Usage | None = None
) -> EngineOutput:
    """The fields of what was heard. Raises UnusableAnswer, or EngineFailed where nothing but circles came."""
    try:
        parsed = parse_answer(heard.text, schema, keys, engine=engine)
    except UnusableAnswer:
        if heard.circle is None:
            raise
        raise EngineFailed(engine=engine, name=PHOTO, reason=heard.circle.message) from None
    return EngineOutput(fields=parsed.fields, raw_text=heard.text, partial=parsed.partial, usage=usage)


def _close(iterator: Iterator[str]) -> None:
    close = getattr(iterator, "close", None)
    if close:
        close()
