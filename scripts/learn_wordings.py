"""Learns data/wordings/weights.npz from the lines beside it, and says how well unseen lines are told apart.

    python -m scripts.learn_wordings              # five folds, then the weights from all lines
    python -m scripts.learn_wordings --only-test

Each `data/wordings/*.tsv` holds `role<TAB>line`, and for an offer `<TAB>kind`: one line of a poster each, written by
hand for this purpose and not taken from any photo that figures are reported of.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from core.values.wordings import BUCKETS, KINDS, ROLES, WEIGHTS, Role, features

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FOLDS = 5
PENALTY = 0.01
"""Of large weights (L2, beside the summed log loss); chosen by the folds among 0.003 to 0.4."""
STEPS = 127
"""Weights are kept as whole numbers of this many steps up to the largest."""


class Line(NamedTuple):
    role: Role
    text: str
    kind: str
    """Of an offer; "" for every other line."""


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only-test", action="store_true", help="write no weights")
    wanted = parser.parse_args(argv)
    lines = list(read_lines(WEIGHTS.parent))
    offers = [line for line in lines if line.role is Role.OFFER]
    learned = {
        **learn_answers("role", ROLES, [(line.text, line.role) for line in lines], wanted.only_test),
        **learn_answers("kind", KINDS, [(line.text, line.kind) for line in offers], wanted.only_test),
    }
    if not wanted.only_test:
        np.savez_compressed(WEIGHTS, **learned)
        print(f"{WEIGHTS}: {WEIGHTS.stat().st_size / 1000:.0f} kB")


def read_lines(folder: Path) -> Iterator[Line]:
    """The lines of all files. Raises SystemExit for one that is of another shape or was there before."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.tsv")):
        for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
            role, _, rest = row.partition("\t")
            text, _, kind = rest.partition("\t")
            right = role in list(Role) and text.strip() and (kind in KINDS if role == Role.OFFER else not kind)
            if not right or text in seen:
                raise SystemExit(f"{path}:{number}: not role<TAB>line[<TAB>kind], or there twice: {row!r}")
            seen.add(text)
            yield Line(Role(role), text, kind)


def learn_answers(
    name: str, answers: Sequence[str], told: Sequence[tuple[str, str]], only_test: bool
) -> dict[str, NDArray[np.generic]]:
    """The arrays of one model as core.values.wordings loads them; none where it is only tested. `told` are lines, each
    with its answer.
    """
    seen, right = matrix([text for text, _ in told]), np.array([answers.index(answer) for _, answer in told])
    print_folds(answers, seen, right)
    if only_test:
        return {}
    weights, bias = learn(seen, right, len(answers))
    step = np.abs(weights).max() / STEPS
    return {
        f"{name}_weights": np.round(weights / step).astype(np.int8),
        f"{name}_step": np.array(step, np.float32),
        f"{name}_bias": bias.astype(np.float32),
    }


def matrix(texts: Sequence[str]) -> csr_matrix:
    """One row of BUCKETS features per line."""
    rows = [features(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return csr_matrix((values, places, ends), shape=(len(texts), BUCKETS))


def learn(seen: csr_matrix, right: Places, answers: int) -> tuple[Floats, Floats]:
    """Weights (BUCKETS, answers) and biases of a multinomial logistic regression with an L2 penalty."""
    truth = np.eye(answers)[right]
    used = np.unique(seen.indices)
    seen = seen[:, used]

    def unpack(packed: Floats) -> tuple[Floats, Floats]:
        return packed[:-answers].reshape(len(used), answers), packed[-answers:]

    def loss(packed: Floats) -> tuple[float, Floats]:
        weights, bias = unpack(packed)
        logs = log_shares(seen, weights, bias)
        error = np.exp(logs) - truth
        slopes = np.concatenate([(seen.T @ error + PENALTY * weights).ravel(), error.sum(axis=0)])
        return float(PENALTY / 2 * (weights**2).sum() - (logs * truth).sum()), slopes

    start = np.zeros((len(used) + 1) * answers)
    found, bias = unpack(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60, "ftol": 1e-4}).x)
    weights = np.zeros((BUCKETS, answers))
    weights[used] = found
    return weights, bias


def log_shares(seen: csr_matrix, weights: Floats, bias: Floats) -> Floats:
    scores = seen @ weights + bias
    scores -= scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def print_folds(answers: Sequence[str], seen: csr_matrix, right: Places) -> None:
    """Each fifth of the lines, by weights that were learned from the others."""
    fold = np.random.default_rng(2026).permutation(len(right)) % FOLDS
    told = np.empty_like(right)
    for number in range(FOLDS):
        held = fold == number
        told[held] = log_shares(seen[held], *learn(seen[~held], right[~held], len(answers))).argmax(axis=1)
    print(f"{len(right)} lines, {np.mean(told == right):.3f} of unseen ones told right")
    for place, answer in enumerate(answers):
        hits = int(np.sum((told == place) & (right == place)))
        wanted, given = int(np.sum(right == place)), int(np.sum(told == place))
        print(f"{answer:18} {wanted:5}  recall {hits / max(wanted, 1):.3f}  precision {hits / max(given, 1):.3f}")


if __name__ == "__main__":
    main()
