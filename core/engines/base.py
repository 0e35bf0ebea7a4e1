"""The contract of an engine: one photo in, proposed fields out.

To add an engine: write a module with a class that satisfies `Engine` and name it in
`core/engines/registry.py`; docs/how-to/add-an-engine.md walks through it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL import Image

from core.schema import Schema
from core.types import Fields, Readings


@dataclass(frozen=True)
class EngineInput:
    """What an engine may look at. Boxes in `readings` are pixels of `image`, the upright page."""

    image: Image.Image
    readings: Readings
    schema: Schema


@dataclass(frozen=True)
class EngineOutput:
    """Proposed fields. `partial` says the answer was cut short; `raw_text` is a model's own words."""

    fields: Fields = field(default_factory=dict)
    raw_text: str = ""
    partial: bool = False


class Engine(Protocol):
    """One way to turn a photo into fields.

    `revision`, `prompt_version` and `params` are part of the cache key: whatever changes an answer
    has to change one of them. An engine raises `EngineFailed`, never anything a model or library
    raised.
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
