"""How an adapter is trained: every number that changes the result, kept with the result."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from pydantic import Field

from core.types import Frozen

WARMUP = 0.05
"""Share of the steps in which the learning rate rises to its height: the first gradients are the wildest."""


class Recipe(Frozen):
    """The numbers of one training. Defaults are those of published LoRA runs on models of this size (rank 16, alpha
    twice the rank, 1e-4: Qwen-VL fine-tuning guide, LLaMA-Factory's examples)."""

    rank: int = Field(default=16, ge=1, le=256)
    alpha: int = Field(default=32, ge=1)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    rate: float = Field(default=1e-4, gt=0, le=1)
    """Learning rate at its height."""
    epochs: float = Field(default=3.0, gt=0)
    steps: int = Field(default=0, ge=0)
    """Optimizer steps; 0 takes as many as `epochs` come to."""
    accumulate: int = Field(default=8, ge=1)
    """Photos per step: one after another, so that memory holds one."""
    max_pixels: int = Field(default=1280 * 32 * 32, ge=32 * 32)
    """A larger picture is scaled down to it: 1,280 visual tokens, the model's own upper bound for reading."""
    vision: bool = False
    """Whether the vision part learns as well."""
    seed: int = 0

    def total_steps(self, examples: int) -> int:
        return self.steps or max(1, round(self.epochs * examples / self.accumulate))

    def rate_at(self, step: int, total: int) -> float:
        """The learning rate of a step counted from 0: a short rise, then a half cosine down to a tenth."""
        rise = max(1, round(WARMUP * total))
        if step < rise:
            return self.rate * (step + 1) / rise
        way = (step - rise) / max(1, total - rise)
        return self.rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * way)))


def batch_of(step: int, size: int, examples: int, seed: int) -> list[int]:
    """The examples of a step: epoch after epoch, each in an order of its own. Follows from its arguments alone, so a
    training that goes on needs no memory of where it was."""
    return [_at(position, examples, seed) for position in range(step * size, (step + 1) * size)]


def _at(position: int, examples: int, seed: int) -> int:
    epoch, place = divmod(position, examples)
    order = list(range(examples))
    random.Random(f"{seed} {epoch}").shuffle(order)
    return order[place]


def spread(rows: Sequence[object], most: int) -> Iterator[int]:
    """Indexes of at most `most` rows, evenly spread."""
    count = min(len(rows), most)
    return (index * len(rows) // count for index in range(count))
