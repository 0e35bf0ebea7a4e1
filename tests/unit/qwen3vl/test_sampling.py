"""How the next token is drawn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.engines.base import Sampling
from core.engines.qwen3vl.inputs import Floats
from core.engines.qwen3vl.sampling import LIKELY, Greedy, Nucleus, make_chooser

DRAWS = 4000


def logits_of(*probabilities: float) -> Floats:
    return np.log(np.array(probabilities, np.float32))


def draw(logits: Floats, draws: int = DRAWS, **sampling: float) -> Counter[int]:
    chooser = Nucleus(Sampling(seed=1, **sampling))  # type: ignore[arg-type]
    return Counter(chooser.choose(logits) for _ in range(draws))


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_no_temperature_takes_the_likeliest(temperature: float) -> None:
    assert isinstance(make_chooser(Sampling(temperature=temperature)), Greedy)


@pytest.mark.parametrize("temperature", [1e-3, 1e-6, 1e-12])
def test_a_temperature_near_nothing_takes_the_likeliest(temperature: float) -> None:
    logits = np.random.default_rng(3).standard_normal(5000).astype(np.float32)
    assert set(draw(logits, 50, temperature=temperature, top_p=1.0)) == {int(logits.argmax())}


def test_the_likeliest_of_equals_is_the_first() -> None:
    assert Greedy().choose(np.array([0, 2, 2, 1], np.float32)) == 1


def test_the_same_seed_draws_the_same_tokens_and_another_does_not() -> None:
    logits = np.random.default_rng(3).standard_normal(5000).astype(np.float32)

    def drawn(seed: int | None) -> list[int]:
        chooser = make_chooser(Sampling(temperature=1.0, top_p=1.0, seed=seed))
        return [chooser.choose(logits) for _ in range(20)]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
    assert drawn(None) != drawn(None)


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.0, {0}), (0.3, {0}), (0.4, {0}), (0.45, {0, 1}), (0.7, {0, 1}), (0.9, {0, 1, 2}), (0.97, {0, 1, 2, 3})],
)
def test_nothing_outside_the_nucleus_is_drawn_and_all_of_it_is(top_p: float, kept: set[int]) -> None:
    """Its smallest set: probabilities 0.41, 0.3, 0.2, 0.06, 0.03."""
    counts = draw(logits_of(0.41, 0.3, 0.2, 0.06, 0.03), temperature=1.0, top_p=top_p)
    assert set(counts) == kept


@pytest.mark.parametrize("top_p", [0.7, 1.0])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_shares_are_those_of_the_distribution(temperature: float, top_p: float) -> None:
    """Within five standard deviations of a binomial count: one failure in two million runs, and the seed is fixed."""
    given = np.array([0.5, 0.3, 0.15, 0.05])
    shares = given ** (1 / temperature)
    shares /= shares.sum()
    kept = int(np.searchsorted(np.cumsum(shares), top_p)) + 1
    expected = shares[:kept] / shares[:kept].sum()
    counts = draw(logits_of(*given), temperature=temperature, top_p=top_p)
    assert sum(counts.values()) == DRAWS
    for token, share in enumerate(expected):
        assert abs(counts[token] - share * DRAWS) <= 5 * np.sqrt(DRAWS * share * (1 - share)) + 1e-9


def test_with_top_p_1_even_the_least_likely_comes() -> None:
    """Twelve draws for each of more tokens than the first look takes in."""
    logits = np.zeros(LIKELY + 8, np.float32)
    counts = draw(logits, 12 * len(logits), temperature=1.0, top_p=1.0)
    assert len(counts) == len(logits)


def test_a_nucleus_wider_than_the_first_look_is_whole() -> None:
    """Flat logits: the likeliest 512 of 2,048 hold a quarter of the probability, and the half is asked for."""
    counts = draw(np.zeros(4 * LIKELY, np.float32), temperature=1.0, top_p=0.5)
    assert 1.5 * LIKELY < len(counts) <= 2 * LIKELY + 2


def test_order_of_the_vocabulary_does_not_matter() -> None:
    given = [0.5, 0.3, 0.15, 0.05]
    places = [700, 3, 1999, 40]
    logits = np.full(2000, -np.inf, np.float32)
    logits[places] = logits_of(*given)
    counts = draw(logits, temperature=1.0, top_p=0.8)
    assert set(counts) == {700, 3}


def test_only_what_is_allowed_is_drawn() -> None:
    logits = np.full(4160, -np.inf, np.float32)
    logits[[7, 99]] = -80.0
    assert set(draw(logits, 200, temperature=0.7, top_p=1.0)) == {7, 99}
    logits[7] = -np.inf
    assert set(draw(logits, 50, temperature=0.7, top_p=0.9)) == {99}
    assert Greedy().choose(logits) == 99


@pytest.mark.parametrize("scale", [1e4, 3e38])
@pytest.mark.parametrize("temperature", [0.01, 0.7, 5.0])
def test_huge_logits_do_no_harm(scale: float, temperature: float) -> None:
    logits = np.array([-scale, scale, 0.0, scale * 0.5], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        assert set(draw(logits, 50, temperature=temperature, top_p=1.0)) == {1}


def test_choosing_leaves_the_logits_as_they_are() -> None:
    logits = np.random.default_rng(3).standard_normal(100).astype(np.float32)
    before = logits.copy()
    draw(logits, 5, temperature=0.7, top_p=0.9)
    np.testing.assert_array_equal(logits, before)
