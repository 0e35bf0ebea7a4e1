"""Two engines on the same records: what counts as better and as worse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from core.finetune.paired import Pairs, Standing, Tally, chance_of, overall


def pairs(both: int, won: int, lost: int, neither: int = 0) -> Pairs:
    return Pairs(kind="product", field="name", both=both, won=won, lost=lost, neither=neither)


@pytest.mark.parametrize(("more", "fewer"), [(0, 0), (1, 0), (5, 0), (7, 3), (3, 7), (40, 25), (400, 380)])
def test_the_chance_is_that_of_the_exact_mcnemar_test(more: int, fewer: int) -> None:
    wanted = binomtest(more, more + fewer, alternative="greater").pvalue if more + fewer else 1.0
    assert chance_of(more, fewer) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("counts", "standing"),
    [
        ((90, 10, 0), Standing.BETTER),
        ((90, 5, 5), Standing.SAME),
        ((100, 0, 0), Standing.SAME),
        ((0, 0, 0, 100), Standing.SAME),
        ((90, 0, 10), Standing.WORSE),
        ((195, 0, 5), Standing.WORSE),
        ((98, 0, 1), Standing.SAME),
        ((98, 0, 2), Standing.SAME),
        ((97, 0, 3), Standing.WORSE),
        ((5, 1, 0), Standing.FEW),
        ((5, 0, 1), Standing.FEW),
        ((5, 0, 2), Standing.WORSE),
        ((0, 0, 0), Standing.FEW),
        ((15, 5, 0), Standing.BETTER),
    ],
)
def test_the_standing_of_a_field(counts: tuple[int, ...], standing: Standing) -> None:
    assert pairs(*counts).standing is standing


def test_shares_and_their_difference() -> None:
    found = pairs(60, 20, 5, 15)
    assert (found.total, found.before, found.after) == (100, 0.65, 0.8)
    low, high = found.interval
    assert low < found.after - found.before < high
    assert low > 0


def test_the_interval_is_that_of_agresti_and_min() -> None:
    low, high = pairs(794, 86, 150, 570).interval  # approval asked twice of 1,600 voters, "0.040 ± 0.019"
    assert (low, high) == pytest.approx((-0.059, -0.021), abs=0.001)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, inside = np.random.default_rng(7), 0
    for _ in range(2000):
        won, lost, rest = chance.multinomial(60, [0.12, 0.06, 0.82])
        low, high = pairs(int(rest), int(won), int(lost)).interval
        inside += low <= 0.06 <= high
    assert 0.93 <= inside / 2000 <= 0.985


def test_equal_engines_are_seldom_called_worse_and_a_worse_one_mostly_is() -> None:
    chance = np.random.default_rng(7)

    def worse(won: float, lost: float) -> float:
        drawn = [chance.multinomial(300, [won, lost, 1 - won - lost]) for _ in range(400)]
        return sum(pairs(int(c), int(a), int(b)).standing is Standing.WORSE for a, b, c in drawn) / 400

    assert worse(0.02, 0.02) < 0.1
    assert worse(0.01, 0.08) > 0.95


def test_records_whose_fields_fall_together_widen_the_interval_over_all() -> None:
    alone = [Tally(values=1, won=int(n % 10 == 0), lost=0) for n in range(200)]
    together = [Tally(values=10, won=10 * int(n % 10 == 0), lost=0) for n in range(20)]
    one, other = (overall([pairs(180, 20, 0)], tallies) for tallies in (alone, together))
    assert one.values == other.values == 200
    assert one.low > 0
    assert other.high - other.low > 2 * (one.high - one.low)


def test_without_a_value_nothing_is_known() -> None:
    assert (overall([], []).low, overall([], []).high) == (-1.0, 1.0)
