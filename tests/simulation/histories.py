"""Histories of judged values whose true error is known, and whether what was accepted unseen keeps its promise."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.autoaccept.bounds import FIRST_LOOK, PROMISES, find_threshold, level_of, look_of, step_of

Judged = tuple[float, bool]


@dataclass(frozen=True)
class Source:
    """A field under an engine: how its scores fall, and how often a value with a score is wrong."""

    scores: tuple[tuple[float, float], ...]
    """(score, weight) of the scores that occur."""
    errors: tuple[float, ...]
    """Chance to be wrong at each of them."""

    @classmethod
    def drawn(cls, chance: Random) -> Source:
        """A plausible one: error falls with the score, but not everywhere, and never to nothing."""
        scores = sorted(chance.sample([n / 50 for n in range(5, 50)], chance.randint(6, 20)))
        level, fall = chance.choice([0.1, 0.3, 0.6]), chance.uniform(2.0, 9.0)
        errors = [min(0.9, level * 2.718 ** (-fall * score) * chance.uniform(0.4, 2.5) + 0.002) for score in scores]
        weights = [chance.uniform(0.1, 1.0) * (0.3 + score) for score in scores]
        return cls(tuple(zip(scores, weights, strict=True)), tuple(errors))

    def values(self, chance: Random, count: int) -> list[Judged]:
        places = chance.choices(range(len(self.scores)), [weight for _, weight in self.scores], k=count)
        return [(self.scores[place][0], chance.random() >= self.errors[place]) for place in places]

    def error_from(self, threshold: float) -> float:
        """The true share of wrong values among those with at least this score."""
        passing = [
            (weight, error)
            for (score, weight), error in zip(self.scores, self.errors, strict=True)
            if step_of(score) >= step_of(threshold)
        ]
        return sum(weight * error for weight, error in passing) / sum(weight for weight, _ in passing)


@dataclass(frozen=True)
class Verdict:
    """One history: the promises that were made in it, those whose true error is larger, and what was accepted."""

    made: int
    broken: int
    accepted: float
    """Share of the values accepted by the boldest rule that was offered."""


def play_history(seed: int, judged: int = 6400) -> Verdict:
    """A person turns on the first offer of every promise that comes up, at the very look at which it does."""
    chance = Random(seed)
    source = Source.drawn(chance)
    values = source.values(chance, judged)
    made: dict[float, float] = {}
    share = 0.0
    size = FIRST_LOOK
    while size <= judged:
        for promise in PROMISES:
            if promise not in made and (found := find_threshold(values[:size], promise, level_of(look_of(size)))):
                made[promise] = found.score
                share = max(share, found.share)
        size *= 2
    broken = sum(source.error_from(score) > promise for promise, score in made.items())
    return Verdict(len(made), broken, share)
