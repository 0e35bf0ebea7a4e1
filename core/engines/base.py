"""The contract of an engine: one photo in, proposed fields out; and, for those that can, questions answered.

To add an engine: write a module with a class that satisfies `Engine` and name it in
`core/engines/registry.py`; docs/how-to/add-an-engine.md walks through it. Every engine passes the
same tests, `tests/contract`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from PIL import Image

from core.schema import Schema
from core.types import Fields, Readings


class Stopped(Exception):
    """Whoever asked does not want the answer any more. No failure: nothing is stored, nothing is shown."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class EngineInput:
    """What an engine may look at. Boxes in `readings` are pixels of `image`, the upright page."""

    image: Image.Image
    readings: Readings
    schema: Schema
    proposed: Fields = field(default_factory=dict)
    """What the embedded engine proposes for the same photo. A language model uses it to guess ahead which
    tokens it will say, never as a part of its answer: the answer is the same without."""
    examples: tuple[Fields, ...] = ()
    """Verified fields of labels like this one, for an engine that can be shown how they are answered. They change the
    answer, so whoever gives them has them in the cache key."""
    stopped: Callable[[], bool] = _never
    """Asked at least once per step of a long computation; True makes the engine raise `Stopped`."""


@dataclass(frozen=True)
class Usage:
    """What an answer cost."""

    input_tokens: int = 0
    output_tokens: int = 0
    passes: int = 0
    """Forward passes of the language model after the prompt; fewer than `output_tokens` where it guessed ahead."""
    first_token_s: float = 0.0
    total_s: float = 0.0


@dataclass(frozen=True)
class EngineOutput:
    """Proposed fields. `partial` says the answer was cut short; `raw_text` is a model's own words."""

    fields: Fields = field(default_factory=dict)
    raw_text: str = ""
    partial: bool = False
    usage: Usage | None = None


class Engine(Protocol):
    """One way to turn a photo into fields.

    `revision`, `prompt_version` and `params` are part of the cache key: whatever changes an answer
    has to change one of them. An engine raises `EngineFailed` or another ShelfLensError that says what is
    missing, or `Stopped`; never anything a model or library raised.
    """

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def prompt_version(self) -> str: ...

    @property
    def params(self) -> dict[str, Any]: ...

    def extract(self, given: EngineInput) -> EngineOutput: ...


@dataclass(frozen=True)
class Sampling:
    """How an answer in free words is drawn. Temperature 0 takes the likeliest token each time."""

    temperature: float = 0.7
    top_p: float = 0.9
    max_new_tokens: int = 512
    seed: int | None = None
    """The same seed gives the same answer on the same engine; None draws anew each time."""


@dataclass(frozen=True)
class Question:
    """A question in free words about one or several photos, after what was asked and answered before.

    Without a photo its text is all there is, the instruction included; only engines that are `Writes` are asked so.
    """

    images: tuple[Image.Image, ...]
    text: str
    readings: tuple[Readings, ...] = ()
    """What is literally on the photos, in their order."""
    history: tuple[tuple[str, str], ...] = ()
    """Earlier (question, answer) pairs about the same photos, oldest first."""
    sampling: Sampling = Sampling()


@runtime_checkable
class Answers(Protocol):
    """An engine that also answers questions in free words."""

    def ask(self, question: Question) -> Iterator[str]:
        """Pieces of the answer as they are made, "" where a step made no whole character.

        At least one piece per step, so that whoever reads them can stop within one: close the iterator.
        Raises EngineFailed.
        """
        ...


@runtime_checkable
class Writes(Protocol):
    """An engine that answers a question without a photo: one whose text holds all that is asked about."""

    @property
    def writes(self) -> bool: ...


@runtime_checkable
class Waits(Protocol):
    """An engine that another machine computes for: this one waits, and may have several photos there at once."""

    @property
    def at_once(self) -> int:
        """How many photos it takes at once. `extract` may be called from as many threads."""
        ...


@runtime_checkable
class TakesExamples(Protocol):
    """An engine that looks at `EngineInput.examples`."""

    @property
    def takes_examples(self) -> bool: ...


@runtime_checkable
class Unloads(Protocol):
    """An engine that holds gigabytes while it works."""

    @property
    def loaded(self) -> bool: ...

    def unload(self) -> None:
        """Frees what it holds; the next call loads it again."""
        ...
