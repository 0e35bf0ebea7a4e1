"""How the next token is taken from the logits."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from core.engines.base import Sampling
from core.engines.qwen3vl.inputs import Floats

LIKELY = 512
"""Tokens looked at first: they hold nearly all of the probability, and sorting 151,936 costs milliseconds."""


class Chooser(Protocol):
    def choose(self, logits: Floats) -> int:
        """A token of the vocabulary; `logits` is (vocabulary,), minus infinity where forbidden."""
        ...


class Greedy:
    def choose(self, logits: Floats) -> int:
        return int(np.argmax(logits))


class Nucleus:
    """Draws from the smallest set of likeliest tokens that together hold `top_p` of the probability (Holtzman 2019)."""

    def __init__(self, sampling: Sampling) -> None:
        self._temperature, self._top_p = sampling.temperature, sampling.top_p
        self._random = np.random.default_rng(sampling.seed)

    def choose(self, logits: Floats) -> int:
        scaled = logits.astype(np.float64) / self._temperature
        weights = np.exp(scaled - scaled.max())
        weights /= weights.sum()
        count = min(LIKELY, len(weights))
        likely = np.argpartition(weights, -count)[-count:]
        if weights[likely].sum() < self._top_p:
            likely = np.arange(len(weights))
        order = likely[np.argsort(weights[likely])[::-1]]
        running = np.cumsum(weights[order])
        kept = order[: int(np.searchsorted(running, self._top_p)) + 1]
        share = weights[kept] / weights[kept].sum()
        return int(self._random.choice(kept, p=share))


def make_chooser(sampling: Sampling) -> Chooser:
    return Greedy() if sampling.temperature <= 0 else Nucleus(sampling)
