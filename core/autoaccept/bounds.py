"""How much of a field may be accepted at a promised error: exact bounds, honest about having looked.

Values are ordered by their evidence score; a rule accepts those from a threshold on. The threshold is chosen on the
same data that has to vouch for it, which a plain confidence bound forgets. So thresholds are tested one after
another, from the strictest, and the first that fails ends the search: fixed sequence testing, which keeps the chance of
any false "this holds" at the level of a single test (Angelopoulos, Bates, Candès, Jordan, Lei: Learn then Test,
arXiv:2110.01052, section 3.2). The order depends on the scores alone, never on what turned out right. The search begins
at two places, each with half of the allowance: where the values would just do without any error, and where one or two
of them may be wrong.

One test: the upper bound of the error is exact (Clopper and Pearson, Biometrika 26, 1934, p. 404). That values may
have different chances to be wrong only makes it safer (Hoeffding, Ann. Math. Statist. 27, 1956, p. 713).

Offers are renewed as judgements grow, and whoever may look often will see a lucky moment. They are computed only when
the judged values have doubled (200, 400, 800 …), and the k-th look has 1/(k(k+1)) of the error allowance, which sums to
the whole of it however long it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log, log2

from core.types import Frozen

PROMISES = (0.01, 0.02, 0.05)
"""Errors that can be promised; each is tested at its own third of the allowance, so that a person may choose."""
ALLOWANCE = 0.05
"""Chance, over all looks and promises of a field, that a promise does not hold."""
FIRST_LOOK = 200
"""Judged values of a field before the first offer: fewer cannot vouch for 5 % with an error among them."""
STEP = 0.02
"""Distance of the thresholds that are tested: finer differences between scores mean nothing."""
STARTS = (1, 2)
"""The search begins where a threshold accepts this many times the values that would do without any error."""


class Threshold(Frozen):
    """Values with a score of at least `score`: `accepted` of the `judged` ones, `wrong` of them; the error of such
    values is at most `bound`, as far as the test goes."""

    promise: float
    score: float
    judged: int
    accepted: int
    wrong: int
    bound: float

    @property
    def share(self) -> float:
        """The part of the field's values that is accepted."""
        return self.accepted / self.judged


def look_of(judged: int) -> int:
    """Which look at the data this many judged values allow, from 1 on; 0 before the first."""
    return 1 + int(log2(judged / FIRST_LOOK)) if judged >= FIRST_LOOK else 0


def needed_for_look(look: int) -> int:
    """Judged values at which this look is taken."""
    return int(FIRST_LOOK * 2 ** (look - 1))


def level_of(look: int) -> float:
    """The chance of a false promise that one look at one promise may take."""
    return ALLOWANCE / (look * (look + 1)) / len(PROMISES)


def upper_bound(wrong: int, total: int, level: float) -> float:
    """The error that is exceeded only with chance `level`, `wrong` of `total` being wrong; 1 where nothing is known."""
    if total == 0 or wrong >= total:
        return 1.0
    from scipy.special import betaincinv  # a tenth of a second, and only needed where offers are made

    return float(betaincinv(wrong + 1, total - wrong, 1 - level))


def find_threshold(history: Sequence[tuple[float, bool]], promise: float, level: float) -> Threshold | None:
    """The lowest score from which values may be accepted, None where the data vouches for none.

    `history` holds (score, right) of judged values.
    """
    level /= len(STARTS)
    least = ceil(log(level) / log(1 - promise))
    if len(history) < least:
        return None
    steps = _steps(history)
    found = [_searched(steps, promise, level, least=times * least) for times in STARTS]
    return min((each for each in found if each), key=lambda each: each.score, default=None)


def _searched(steps: Sequence[tuple[float, int, int]], promise: float, level: float, *, least: int) -> Threshold | None:
    """The last threshold that passes, beginning at the first one that accepts at least so many (else the lowest)."""
    first = next((n for n, each in enumerate(steps) if each[1] >= least), len(steps) - 1)
    found = None
    for score, accepted, wrong in steps[first:]:
        bound = upper_bound(wrong, accepted, level)
        if bound > promise:
            break
        judged = steps[-1][1]
        found = Threshold(
            promise=promise, score=score, judged=judged, accepted=accepted, wrong=wrong, bound=round(bound, 5)
        )
    return found


def _steps(history: Sequence[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """(score, accepted, wrong) of every threshold, the strictest first."""
    by_step: dict[int, tuple[int, int]] = {}
    for score, right in history:
        n, wrong = by_step.get(step_of(score), (0, 0))
        by_step[step_of(score)] = (n + 1, wrong + (not right))
    steps, accepted, wrong = [], 0, 0
    for step in sorted(by_step, reverse=True):
        accepted, wrong = accepted + by_step[step][0], wrong + by_step[step][1]
        steps.append((round(step * STEP, 4), accepted, wrong))
    return steps


def step_of(score: float) -> int:
    """The step a score lies in: all scores of a step are accepted together, or none."""
    return int(score / STEP + 1e-9)
