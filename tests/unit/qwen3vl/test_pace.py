"""How many tokens a pass is over goes by what a pass costs here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.engines.qwen3vl import pace
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.pace import COUNTED, LONG, best_block, measured_block
from tests.tiny.fake_runtime import FakeRuntime

COSTS = [
    ("a token more costs nothing", 0.1, 0.1, max(COUNTED)),
    ("the longer pass happened to be faster", 0.1, 0.09, max(COUNTED)),
    ("a tenth of a pass", 0.1, 0.17, 12),
    ("measured on two AVX2 cores", 0.136, 0.404, 6),
    ("each token costs a whole pass", 0.1, 0.8, 1),
]


@pytest.mark.parametrize(("single", "several", "block"), [row[1:] for row in COSTS], ids=[row[0] for row in COSTS])
def test_the_block_fits_what_a_token_more_costs(single: float, several: float, block: int) -> None:
    assert best_block(single, several) == block


def test_a_dearer_token_never_makes_a_larger_block() -> None:
    blocks = [best_block(0.1, 0.1 + 0.01 * step) for step in range(100)]
    assert blocks == sorted(blocks, reverse=True)
    assert {blocks[0], blocks[-1]} == {max(COUNTED), min(COUNTED)}


@pytest.mark.parametrize(("each", "block"), [(0.0, max(COUNTED)), (1.0, 1)])
def test_passes_are_timed_and_leave_the_sequence_empty(
    each: float, block: int, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = FakeRuntime(vocabulary)
    clock = Clock(runtime, each)
    monkeypatch.setattr(pace.time, "perf_counter", lambda: next(clock))
    assert measured_block(runtime) == block
    assert runtime.length == 0
    assert runtime.feeds[0] == LONG and {1, LONG} == set(runtime.feeds[1:])


class Clock:
    """Seconds that pass only while something is fed: one a pass, and `each` for every token beyond the first."""

    def __init__(self, runtime: FakeRuntime, each: float) -> None:
        self._runtime, self._each = runtime, each

    def __iter__(self) -> Iterator[float]:
        return self

    def __next__(self) -> float:
        return sum(1 + self._each * (count - 1) for count in self._runtime.feeds)
