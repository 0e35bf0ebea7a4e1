"""What the engine is shown and asked in these tests, and what it does about it."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from core.engines.base import EngineInput, Question, Sampling
from core.engines.qwen3vl.decoding import Counts, Decoder
from core.engines.qwen3vl.engine import Qwen3VL
from core.engines.qwen3vl.runtime import Runtime
from core.errors import EngineFailed
from core.schema import load_schema
from core.settings import Settings
from core.types import Kind, Line, Readings
from tests.tiny.pictures import noise

EXACT = "jump,drafts,prefix"
SHORT = Sampling(max_new_tokens=24, seed=7)
LINES = ("燕麦工坊", "Acme Foods", "净含量：500克", "Whole grain oats 35 %")


def with_settings(local: Settings, **changes: Any) -> Qwen3VL:
    return Qwen3VL(local.model_copy(update=changes))


def given(
    image: Image.Image | None = None, kind: Kind = Kind.PRODUCT, *, read: bool = True, **more: Any
) -> EngineInput:
    image = image or noise(300, 200)
    boxes = [(20.0, 20.0 + 40 * row, 250.0, 48.0 + 40 * row) for row in range(len(LINES))]
    lines = tuple(Line(text=text, box=box, score=0.97) for text, box in zip(LINES, boxes, strict=True))
    readings = Readings(width=image.width, height=image.height, lines=lines if read else ())
    return EngineInput(image, readings, load_schema(kind), **more)


def told(engine: Qwen3VL, seen: EngineInput) -> str:
    """What the model says, or the named failure: one of random weights may talk in circles."""
    try:
        return engine.extract(seen).raw_text
    except EngineFailed as err:
        return err.message.en


def asked(text: str, *images: Image.Image, **more: Any) -> Question:
    return Question(images or (noise(300, 200),), text, sampling=more.pop("sampling", SHORT), **more)


class Watch:
    """Counts what a loaded engine does: passes through the language model, pictures seen, prompts' counts."""

    def __init__(self, engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
        self.feeds: list[int] = []
        self.seen = 0
        self.prompts: list[Counts] = []
        runtime: Runtime = engine._ready().runtime
        feed, see, prefill = runtime.feed, runtime.see, Decoder.prefill_in_steps

        def fed(block: Any, *, last: int) -> Any:
            self.feeds.append(len(block.ids))
            return feed(block, last=last)

        def saw(picture: Any) -> Any:
            self.seen += 1
            return see(picture)

        def prefilled(decoder: Decoder, prompt: Any, **more: Any) -> Any:
            self.prompts.append(more["counts"])
            return prefill(decoder, prompt, **more)

        monkeypatch.setattr(runtime, "feed", fed)
        monkeypatch.setattr(runtime, "see", saw)
        monkeypatch.setattr(Decoder, "prefill_in_steps", prefilled)
