"""The block size follows what a pass costs on the machine."""

from __future__ import annotations

import pytest

from core.engines.qwen3vl.pace import GAIN, best_block, measured_block
from tests.bench.vlm.passes import Idle


@pytest.mark.parametrize(
    ("single", "several", "least", "most"),
    [
        (0.09, 0.12, 12, 16),  # VNNI: eight tokens cost a third more than one
        (0.23, 0.85, 4, 8),  # AVX2: eight tokens cost nearly four times as much
        (0.10, 0.80, 1, 1),  # every token costs as much as the first: no drafts, for half of them fall
        (0.10, 0.09, 16, 16),  # noise: more tokens cannot cost less
    ],
)
def test_the_dearer_a_token_the_smaller_the_block(single: float, several: float, least: int, most: int) -> None:
    assert least <= best_block(single, several) <= most


def test_measuring_leaves_the_sequence_empty() -> None:
    runtime = Idle(16)
    assert measured_block(runtime) in GAIN
    assert runtime.length == 0
