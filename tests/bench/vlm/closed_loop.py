"""The same workload through openvino-genai's VLMPipeline, whose decode loop is closed: what our own is held against.

Run by the bench with the Python of an environment that has openvino-genai, so it imports nothing of ours.
python closed_loop.py FOLDER INSTRUCTION_FILE
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # it would report the run

import numpy as np  # noqa: E402
import openvino  # noqa: E402
import openvino_genai  # noqa: E402

SIDE, TOKENS, ROUNDS = 512, 96, 3


def main() -> None:
    folder, instruction = sys.argv[1], Path(sys.argv[2]).read_text("utf-8")
    start = time.perf_counter()
    pipeline = openvino_genai.VLMPipeline(folder, "CPU", INFERENCE_NUM_THREADS=2, PERFORMANCE_HINT="LATENCY")
    load = time.perf_counter() - start

    def generate(seed: int, tokens: int) -> float:
        pixels = np.random.default_rng(seed).integers(0, 255, (1, SIDE, SIDE, 3), dtype=np.uint8)
        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = config.min_new_tokens = tokens
        config.do_sample, config.ignore_eos = False, True
        begin = time.perf_counter()
        pipeline.generate(instruction, images=[openvino.Tensor(pixels)], generation_config=config)
        return time.perf_counter() - begin

    generate(0, 2)
    numbers = {
        "load_s": load,
        "first_s": statistics.median(generate(seed, 1) for seed in range(1, 1 + ROUNDS)),
        "total_s": statistics.median(generate(seed, TOKENS) for seed in range(11, 11 + ROUNDS)),
    }
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(json.dumps({**numbers, "peak_gib": peak / 1024**2}))


if __name__ == "__main__":
    main()
