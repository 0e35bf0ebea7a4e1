"""What a request in OpenAI's shape means here, and how answers look in it.

Not every part of that API has a meaning for questions about photos. What would change the answer and cannot be done
is refused by name; what would not (`user`, `metadata`, `store` …) is let pass.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.api.refusals import NotSupported
from core.engines.base import Sampling
from core.settings import Settings
from core.store.questions import Asked
from core.values.text import has_cjk

USUAL = Sampling()
LETTERS_PER_TOKEN = 4
"""Of words in Latin letters; a Chinese character is about a token of its own."""
TILE = 32
"""Pixels of a picture's side that a token of Qwen3-VL stands for."""


class ImageUrl(BaseModel):
    model_config = ConfigDict(extra="ignore")

    url: str


class Part(BaseModel):
    """A piece of a message: words or a picture."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""
    image_url: ImageUrl | str | None = None


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] | None = ""

    @property
    def words(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""

    @property
    def pictures(self) -> list[str]:
        parts = self.content if isinstance(self.content, list) else []
        found = [part.image_url for part in parts if part.type == "image_url"]
        return [url.url if isinstance(url, ImageUrl) else url for url in found if url]


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class Completion(BaseModel):
    """The body of POST /v1/chat/completions."""

    model_config = ConfigDict(extra="allow")

    model: str = Field("shelflens", max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=100)
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    seed: int | None = Field(None, ge=0, lt=2**32)
    n: int | None = 1

    @property
    def sampling(self) -> Sampling:
        most = self.max_completion_tokens or self.max_tokens or USUAL.max_new_tokens
        return Sampling(
            USUAL.temperature if self.temperature is None else self.temperature,
            USUAL.top_p if self.top_p is None else self.top_p,
            most,
            self.seed,
        )

    def check(self) -> None:
        """Raises NotSupported for the first part that would change the answer and has no meaning here."""
        extra = self.model_extra or {}
        plain = {"type": "text"}
        for name, asked in (
            ("n", self.n not in (None, 1)),
            ("tools", bool(extra.get("tools") or extra.get("functions"))),
            ("stop", bool(extra.get("stop"))),
            ("logprobs", bool(extra.get("logprobs"))),
            ("response_format", extra.get("response_format") not in (None, plain)),
            ("modalities", extra.get("modalities") not in (None, ["text"])),
            ("content", any(part.type not in ("text", "image_url") for part in self._parts())),
        ):
            if asked:
                raise NotSupported(what=name)

    def _parts(self) -> list[Part]:
        return [part for message in self.messages if isinstance(message.content, list) for part in message.content]


@dataclass(frozen=True)
class Conversation:
    """A request's messages: the pictures in their order, earlier turns, and the words that are to be answered now."""

    pictures: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]
    text: str

    @property
    def told_whole(self) -> str:
        """The question with everything said before it, for a conversation that the store does not know."""
        if not self.turns:
            return self.text
        earlier = "\n\n".join(f"Q: {question}\nA: {answer}" for question, answer in self.turns)
        return f"{earlier}\n\nQ: {self.text}"


def conversation_in(messages: list[Message]) -> Conversation:
    """What was said and is asked. Instructions of the system stand before the first question."""
    told = "\n".join(message.words for message in messages if message.role in ("system", "developer"))
    pictures = [picture for message in messages for picture in message.pictures]
    turns: list[tuple[str, str]] = []
    waiting = [told] if told else []
    for message in messages:
        if message.role == "user":
            waiting.append(message.words)
        elif message.role == "assistant":
            turns.append(("\n\n".join(waiting).strip(), message.words))
            waiting = []
    return Conversation(tuple(pictures), tuple(turns), "\n\n".join(waiting).strip())


def completion(asked: Asked, settings: Settings) -> dict[str, Any]:
    """A whole answer."""
    message = {"role": "assistant", "content": asked.answer, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": finish(asked), "logprobs": None}
    return {**_head(asked, "chat.completion"), "choices": [choice], "usage": usage(asked, settings)}


def chunk(asked: Asked, delta: dict[str, str], ended: str | None = None) -> dict[str, Any]:
    """A piece of an answer that grows."""
    choice = {"index": 0, "delta": delta, "finish_reason": ended, "logprobs": None}
    return {**_head(asked, "chat.completion.chunk"), "choices": [choice]}


def last_chunk(asked: Asked, settings: Settings) -> dict[str, Any]:
    return {**_head(asked, "chat.completion.chunk"), "choices": [], "usage": usage(asked, settings)}


def finish(asked: Asked) -> str:
    """ "length" where the answer has as many tokens as were allowed, as far as can be told."""
    return "length" if _tokens(asked.answer) >= asked.sampling["max_new_tokens"] else "stop"


def usage(asked: Asked, settings: Settings) -> dict[str, int]:
    """About how many tokens it was. Engines do not count them alike, and the embedded one has none."""
    prompt = _tokens(asked.text) + len(asked.blobs) * (settings.picture_px // TILE) ** 2
    said = _tokens(asked.answer)
    return {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}


def _tokens(text: str) -> int:
    wide = sum(map(has_cjk, text))
    return wide + -(-(len(text) - wide) // LETTERS_PER_TOKEN)


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    """`model` is who really answers, whatever name was asked for."""
    return {
        "id": f"chatcmpl-{asked.id}",
        "object": kind,
        "created": int(time.time()),
        "model": asked.answered_by or asked.engine,
        "system_fingerprint": asked.revision or None,
    }
