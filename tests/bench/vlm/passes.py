"""Forward passes an answer takes, with each shortcut on and off: counted, no model needed.

The counts are exact for greedy decoding of a model that gives the true answer; only the tokenizer, the grammar, the
decode loop and what the OCR reader saw take part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Floats, Picture, Vocabulary
from core.engines.qwen3vl.reading import answer_drafter, extraction_input
from core.engines.qwen3vl.runtime import Block, Seen
from core.engines.qwen3vl.sampling import Greedy
from tests.bench.vlm.workload import Task, Teacher

NO_PICTURE = Picture(np.zeros((4, 1536), np.float32), 2, 2, "none")
ROWS = (
    ("one token a pass", Shortcuts(jump=False, drafts=False)),
    ("jump-forward alone", Shortcuts(jump=True, drafts=False)),
    ("OCR drafts alone", Shortcuts(jump=False, drafts=True)),
    ("both", Shortcuts()),
    *((f"both, blocks of {size}", Shortcuts(block=size)) for size in (1, 2, 4, 6, 8, 12, 16, 24)),
)


class Idle:
    """A runtime that computes nothing."""

    label = "idle"

    def __init__(self, size: int) -> None:
        self._row = np.zeros(size, np.float32)
        self.length = 0

    def see(self, picture: Picture) -> Seen:
        return Seen(None, None)

    def feed(self, block: Block, *, last: int) -> Floats:
        self.length += len(block.ids)
        return np.broadcast_to(self._row, (last, len(self._row))).copy()

    def drop(self, count: int) -> None:
        self.length -= count

    def save(self) -> Any:
        return self.length

    def restore(self, saved: Any, length: int) -> None:
        self.length = length

    def reset(self) -> None:
        self.length = 0

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Tally:
    tokens: int
    passes: int
    accepted: int
    drafted: int
    fed: int
    """Tokens that passes were over, drafts that fell included."""


def count_passes(
    tasks: Sequence[Task], vocabulary: Vocabulary, grammar: Grammar, shortcuts: Shortcuts, limit: int = 4096
) -> Tally:
    """Tokens and passes over all answers, each up to `limit` tokens. The token the prompt itself gives is free."""
    total = Counts()
    for task in tasks:
        decoder = Decoder(Idle(vocabulary.size), vocabulary, shortcuts)
        counts = say(decoder, vocabulary, grammar, task, NO_PICTURE, limit)
        total.tokens += counts.tokens
        total.passes += counts.passes
        total.accepted += counts.accepted
        total.drafted += counts.drafted
        total.blocks += counts.blocks
    return Tally(total.tokens, total.passes, total.accepted, total.drafted, sum(total.blocks))


def say(decoder: Decoder, vocabulary: Vocabulary, grammar: Grammar, task: Task, picture: Picture, limit: int) -> Counts:
    """Lets a decoder say the true answer, up to `limit` tokens, exactly as the engine would."""
    counts = Counts()
    prompt, keep = extraction_input(vocabulary, task.given.schema, None, picture)
    logits = decoder.prefill(prompt, keep=keep, stopped=lambda: False, counts=counts)
    ids: list[int] = []
    for piece in decoder.decode(
        prompt, logits, chooser=Greedy(), constraint=Teacher(grammar, vocabulary, task.given.schema, task.answer),
        drafter=answer_drafter(task.given, None), max_new=limit, counts=counts,
    ):  # fmt: skip
        ids += piece
    said = vocabulary.text(ids)
    assert task.answer.startswith(said), (said[-40:], task.answer[: len(said)][-40:])
    return counts
