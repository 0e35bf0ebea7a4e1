"""What a decoder says of a known answer: a model that says it, and the plainest loop to hold it against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.engines.language.answers import write_json
from core.engines.qwen3vl import decoding
from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.drafts import Drafter
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Prompt, Vocabulary
from core.engines.qwen3vl.runtime import Runtime
from core.engines.qwen3vl.sampling import Chooser, Greedy
from tests.unit.qwen3vl.prompts import block_of

NOTHING = Shortcuts(jump=False, drafts=False, prefix=False)

SCHEMA = {
    "type": "object",
    "properties": {
        "brand": {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        "名称": {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        "claims": {
            "type": ["array", "null"],
            "items": {"type": "string", "minLength": 1, "maxLength": 12},
            "minItems": 1,
            "maxItems": 4,
        },
        "table": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"per": {"type": "string", "minLength": 1, "maxLength": 8}},
                    "required": ["per"],
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        },
    },
    "required": ["brand", "名称", "claims", "table"],
    "additionalProperties": False,
}

ANSWERS = {
    "Latin": {"brand": "Acme Foods", "名称": "Rolled oats", "claims": ["Whole grain", "No sugar"], "table": None},
    "Chinese": {"brand": "燕麦工坊", "名称": "原味燕麦片", "claims": ["非转基因", "0蔗糖"], "table": {"per": "100克"}},
    "rare characters": {"brand": "龘靐齉", "名称": "😀℮®", "claims": ["ꙮ", "é"], "table": None},
    "escapes": {"brand": 'a"b\\c', "名称": "x\ny\tz", "claims": ['"', "\\"], "table": {"per": "/"}},
    "nulls": {"brand": None, "名称": None, "claims": None, "table": None},
}  # fmt: skip

TEXTS = {name: write_json(answer) for name, answer in ANSWERS.items()}


@dataclass
class Drafts:
    """A drafter for tests: what it proposes after a text, and the texts it was asked about."""

    make: Callable[[str], str]

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def propose(self, text: str) -> str:
        self.asked.append(text)
        return self.make(text)


def rest_of(wanted: str) -> Callable[[str], str]:
    return lambda text: wanted[len(text) :] if wanted.startswith(text) else ""


DRAFTERS: dict[str, Callable[[str], Callable[[str], str]]] = {
    "good": rest_of,
    "wrong": lambda wanted: lambda text: "something else entirely",
    "wrong after a while": lambda wanted: lambda text: wanted[len(text) : len(text) + 6] + "qqq",
    "breaking the grammar": lambda wanted: lambda text: "}]{,:\n\n\t" + wanted[len(text) :],
    "breaking it later": lambda wanted: lambda text: wanted[len(text) : len(text) + 4] + "\n" + wanted,
    "none": lambda wanted: lambda text: "",
    "other spelling": lambda wanted: lambda text: " " + wanted[len(text) :],
    "Chinese": lambda wanted: lambda text: "燕麦片配料表净含量",
    "emoji": lambda wanted: lambda text: "😀😀😀",
    "special tokens": lambda wanted: lambda text: "<|im_end|><|image_pad|>",
    "far too long": lambda wanted: lambda text: (wanted[len(text) :] + "x") * 50,
}


@dataclass(frozen=True)
class Said:
    """An answer: its tokens pass by pass, and what it took."""

    pieces: list[list[int]]
    counts: Counts

    @property
    def ids(self) -> list[int]:
        return [token for piece in self.pieces for token in piece]


def say(
    runtime: Runtime,
    vocabulary: Vocabulary,
    prompt: Prompt,
    shortcuts: Shortcuts = NOTHING,
    *,
    grammar: Grammar | None = None,
    schema: dict[str, Any] = SCHEMA,
    drafter: Drafter | None = None,
    chooser: Chooser | None = None,
    max_new: int = 200,
    decoder: Decoder | None = None,
    keep: Sequence[int] = (),
) -> Said:
    decoder = decoder or Decoder(runtime, vocabulary, shortcuts)
    counts = Counts()
    logits = decoder.prefill(prompt, keep=keep, stopped=lambda: False, counts=counts)
    pieces = decoder.decode(
        prompt,
        logits,
        chooser=chooser or Greedy(),
        constraint=grammar.constraint(schema) if grammar else None,
        drafter=drafter,
        max_new=max_new,
        counts=counts,
    )
    return Said(list(pieces), counts)


def one_by_one(
    runtime: Runtime, vocabulary: Vocabulary, prompt: Prompt, grammar: Grammar | None, max_new: int
) -> list[int]:
    """The answer by the plainest loop there is: the whole sequence again for every token, likeliest first."""
    constraint = grammar.constraint(SCHEMA) if grammar else None
    said: list[int] = []
    while len(said) < max_new:
        runtime.reset()
        logits = runtime.feed(block_of(runtime, prompt), last=1)[0]
        for index, token in enumerate(said):
            position = np.full((3, 1), prompt.next_position + index, np.int64)
            logits = runtime.feed(decoding.Block(np.array([token], np.int64), position), last=1)[0]
        if constraint is None:
            token = int(logits.argmax())
        elif forced := constraint.forced():
            token = forced[0]
        else:
            token = int(constraint.only(logits).argmax())
        if token in vocabulary.special.stops:
            break
        said.append(token)
        if constraint is not None:
            assert constraint.accept(token)
            if constraint.ended:
                break
    return said


COMBINATIONS = {
    "jump": Shortcuts(jump=True, drafts=False, prefix=False),
    "drafts": Shortcuts(jump=False, drafts=True, prefix=False),
    "prefix": Shortcuts(jump=False, drafts=False, prefix=True),
    "all": Shortcuts(),
}


def assert_counts_add_up(said: Said, runtime: Runtime, prompt: Prompt) -> None:
    counts = said.counts
    assert counts.tokens == len(said.ids)
    assert counts.passes == len(counts.blocks) == len(said.pieces) - 1
    assert counts.prompt == len(prompt)
    assert 0 <= counts.accepted <= counts.drafted
    assert counts.jumped <= counts.tokens
    fed = runtime.length - len(prompt)
    assert sum(counts.blocks) == fed + counts.drafted - counts.accepted
    assert fed <= counts.tokens


def keeps(prompt: Prompt) -> tuple[int, ...]:
    """Before the first picture, and after it."""
    at, picture = prompt.pictures[0]
    return (at - 1, at + picture.tokens + 1)
