"""How many tokens a pass should be over on this machine: measured when the model is loaded.

Where the processor multiplies 8-bit integers in hardware, a pass over a dozen tokens takes about as long as one
over a single token, and many drafts pay. Where it does not, each token costs, and a draft that falls is a loss.
The answer is the same either way.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from core.engines.qwen3vl.runtime import Block, Runtime

COUNTED = {
    1: (0.750, 0.988), 2: (0.442, 1.066), 4: (0.313, 1.202), 6: (0.255, 1.332), 8: (0.223, 1.449),
    12: (0.190, 1.658), 16: (0.177, 1.919),
}  # fmt: skip
"""Tokens of block -> passes, and tokens fed to the model, for each token of an answer: counted over the whole
answers of `make bench-vlm ARGS=passes`."""
LONG = 8
"""Tokens of the longer of the two passes that are timed."""
ROUNDS = 2


def measured_block(runtime: Runtime) -> int:
    """The block size that this runtime gets through an answer fastest with. Leaves its sequence empty."""
    runtime.reset()
    _seconds(runtime, LONG)  # the first pass of a runtime also arranges its weights
    single = statistics.median(_seconds(runtime, 1) for _ in range(ROUNDS))
    several = statistics.median(_seconds(runtime, LONG) for _ in range(ROUNDS))
    runtime.reset()
    return best_block(single, several)


def best_block(single: float, several: float) -> int:
    """The block size of the least time a token, from the seconds of a pass over one token and over `LONG`."""
    each = max(several - single, 0.0) / (LONG - 1)

    def a_token(size: int) -> float:
        passes, fed = COUNTED[size]
        return passes * (single - each) + fed * each

    return min(COUNTED, key=a_token)


def _seconds(runtime: Runtime, count: int) -> float:
    steps = np.arange(runtime.length, runtime.length + count, dtype=np.int64)
    block = Block(np.ones(count, np.int64), np.stack([steps] * 3))
    start = time.perf_counter()
    runtime.feed(block, last=count)
    return time.perf_counter() - start
