"""Prompts with pictures for tests."""

from __future__ import annotations

from PIL import Image

from core.engines.qwen3vl.inputs import Prompt, PromptBuilder, Vocabulary, make_picture
from core.engines.qwen3vl.runtime import Block, Runtime
from tests.tiny.pictures import noise


def prompt_of(vocabulary: Vocabulary, *parts: str | Image.Image) -> Prompt:
    """A user's turn of words and pictures, with the answer's turn opened."""
    builder = PromptBuilder(vocabulary).turn("user")
    for part in parts:
        builder.text(part) if isinstance(part, str) else builder.picture(make_picture(part))
    return builder.end_turn().turn("assistant").build()


def photo_prompt(vocabulary: Vocabulary) -> Prompt:
    """Words, a picture of 12 visual tokens, words."""
    return prompt_of(vocabulary, "Read the label.\n", noise(128, 96), "All of it, please.")


def block_of(runtime: Runtime, prompt: Prompt, start: int = 0, end: int | None = None) -> Block:
    """Part of a prompt, its pictures seen."""
    end = len(prompt) if end is None else end
    seen = tuple((at - start, runtime.see(picture)) for at, picture in prompt.pictures if start <= at < end)
    return Block(prompt.ids[start:end], prompt.positions[:, start:end], seen)
