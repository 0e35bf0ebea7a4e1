"""Times one way to run the model, in a process of its own so that its memory is its own. Prints one line of JSON.

python -m tests.bench.vlm.timing WAY FOLDER TASKS     WAY: recipe, torch:int8, openvino:int8 …
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.engines.base import Question, Sampling
from core.engines.qwen3vl.choice import Plan
from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.inputs import Floats, Picture, Vocabulary, make_picture
from core.engines.qwen3vl.model import Model, load_runtime, look
from core.engines.qwen3vl.openvino_runtime import KEEP, OpenVinoRuntime
from core.engines.qwen3vl.reading import extraction_input
from core.engines.qwen3vl.runtime import Block, Runtime, Seen
from core.engines.qwen3vl.talking import talk
from core.types import Bilingual
from core.weights import Form, Weights
from core.weights.inventory import Origin
from tests.bench.vlm.passes import say
from tests.bench.vlm.workload import Task, saved_tasks

SIDE = 512
TOKENS = 96
ROUNDS = 3
TIMED = 5
"""Photos whose answers are timed, spread over all of them: at ten seconds each the rest would tell no more."""
BLOCKS = (1, 4, 8, 12, 16, 24)
QUESTIONS = ("What is the net content?", "Which allergens are named?")
GIB = 1024 * 1024
"""Kilobytes, as /proc counts."""

Numbers = dict[str, float]


def main() -> None:
    way, folder, tasks = sys.argv[1], Path(sys.argv[2]), saved_tasks(Path(sys.argv[3]))
    numbers = _recipe(folder, tasks) if way == "recipe" else _ours(way, folder, tasks)
    print(json.dumps({**numbers, "peak_gib": _peak_gib()}))


def noise(seed: int) -> Image.Image:
    """A picture of the workload's size nobody has seen: time does not depend on what is on it."""
    pixels = np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def _recipe(folder: Path, tasks: list[Task]) -> Numbers:
    """The usual recipe: transformers' `generate` in float32, greedy, one token after the other."""
    import torch
    from transformers import AutoModelForImageTextToText

    torch.set_num_threads(2)
    start = time.perf_counter()
    model: Any = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32, local_files_only=True).eval()
    load = time.perf_counter() - start
    vocabulary = Vocabulary(folder)

    def generate(seed: int, tokens: int) -> float:
        picture = make_picture(noise(seed))
        prompt, _ = extraction_input(vocabulary, tasks[0].given.schema, None, picture)
        ids = torch.from_numpy(prompt.ids)[None]
        begin = time.perf_counter()
        with torch.inference_mode():
            model.generate(
                input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=torch.from_numpy(picture.patches),
                image_grid_thw=torch.tensor([[1, picture.rows, picture.columns]]),
                mm_token_type_ids=(ids == vocabulary.special.image).int(),
                do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens,
            )  # fmt: skip
        return time.perf_counter() - begin

    generate(0, 2)
    first = statistics.median(generate(seed, 1) for seed in range(1, ROUNDS + 1))
    total = statistics.median(generate(seed, TOKENS) for seed in range(11, 11 + ROUNDS))
    return {"load_s": load, "first_s": first, "total_s": total}


class Watched:
    """A runtime whose own time is added up: what is left of a total is ours."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.seconds = 0.0

    @contextmanager
    def _watch(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start

    @property
    def label(self) -> str:
        return self._runtime.label

    @property
    def length(self) -> int:
        return self._runtime.length

    def see(self, picture: Picture) -> Seen:
        with self._watch():
            return self._runtime.see(picture)

    def feed(self, block: Block, *, last: int) -> Floats:
        with self._watch():
            return self._runtime.feed(block, last=last)

    def drop(self, count: int) -> None:
        self._runtime.drop(count)

    def save(self) -> Any:
        return self._runtime.save()

    def restore(self, saved: Any, length: int) -> None:
        self._runtime.restore(saved, length)

    def reset(self) -> None:
        self._runtime.reset()

    def close(self) -> None:
        self._runtime.close()


def _ours(way: str, folder: Path, tasks: list[Task]) -> Numbers:
    runtime_name, precision = way.split(":")
    form = Form.SAFETENSORS if runtime_name == "torch" else Form(f"openvino-{precision}")
    weights = Weights("bench", form, folder, "random", 0, Origin.FOLDER)
    start = time.perf_counter()
    runtime = load_runtime(Plan(runtime_name, "cpu", precision, weights, Bilingual(en="", zh="")), 2)
    load = time.perf_counter() - start
    watched = Watched(runtime)
    model = Model(watched, Vocabulary(folder), Shortcuts())
    ready = time.perf_counter() - start
    say(model.decoder, model.vocabulary, model.grammar, tasks[0], make_picture(noise(0)), 8)
    warm = time.perf_counter() - start
    numbers = {"load_s": load, "ready_s": ready, "warm_s": warm}
    numbers |= {f"block_{size}_s": _block_time(runtime, model.vocabulary, size) for size in BLOCKS}
    if isinstance(runtime, OpenVinoRuntime):
        numbers["block_two_12_s"] = _two_together(runtime, 12)
    numbers |= _first_tokens(model, tasks[0])
    timed = tasks[:: max(len(tasks) // TIMED, 1)][:TIMED]
    numbers |= _answers(model, watched, timed)
    numbers |= _answers_as_the_engine(model, timed)
    numbers |= _questions(model)
    return numbers


def _fresh(model: Model, shortcuts: Shortcuts) -> Decoder:
    """A decoder without anything kept, on the same runtime."""
    return Decoder(model.runtime, model.vocabulary, shortcuts)


def _block_time(runtime: Runtime, vocabulary: Vocabulary, size: int, rounds: int = 9) -> float:
    """Median seconds of a pass over `size` tokens after 320 others."""
    ids = np.random.default_rng(size).integers(0, vocabulary.size // 2, 320 + size * rounds)
    steps = np.arange(len(ids), dtype=np.int64)
    block = Block(ids, np.stack([steps] * 3))

    def feed(start: int, end: int) -> float:
        begin = time.perf_counter()
        runtime.feed(
            Block(block.ids[start:end], np.ascontiguousarray(block.positions[:, start:end])), last=min(end - start, 16)
        )
        return time.perf_counter() - begin

    runtime.reset()
    feed(0, 320)
    return statistics.median(feed(320 + n * size, 320 + (n + 1) * size) for n in range(rounds))


def _two_together(runtime: OpenVinoRuntime, size: int, rounds: int = 9) -> float:
    """Median seconds of a pass over `size` tokens of each of two sequences, after 320 others each."""
    request = runtime._language.get_compiled_model().create_infer_request()  # one that has only seen such shapes
    hidden, layers = runtime._hidden, runtime._layers
    random = np.random.default_rng(0)

    def feed(start: int, end: int) -> float:
        count = end - start
        inputs = {
            "inputs_embeds": (random.standard_normal((2, count, hidden)) * 0.02).astype(np.float32),
            "attention_mask": np.ones((2, end), np.int64),
            "position_ids": np.broadcast_to(np.arange(start, end, dtype=np.int64), (3, 2, count)).copy(),
            "beam_idx": np.arange(2, dtype=np.int32),
            "visual_pos_masks": np.zeros((2, count), bool),
            "deepstack_visual_embeds": np.zeros((layers, 1, hidden), np.float32),
            KEEP: np.array([min(count, size)], np.int64),
        }
        begin = time.perf_counter()
        request.infer(inputs)
        return time.perf_counter() - begin

    feed(0, 320)
    return statistics.median(feed(320 + n * size, 320 + (n + 1) * size) for n in range(rounds))


def _first_tokens(model: Model, task: Task) -> Numbers:
    """Time to the first token of a new picture: with the instruction's cache, as from the second photo on, and cold."""

    def first(decoder: Decoder, seed: int) -> tuple[float, float]:
        image = noise(seed)
        begin = time.perf_counter()
        picture = make_picture(image)
        decoder.see(picture)
        seen = time.perf_counter() - begin
        prompt, keep = extraction_input(model.vocabulary, task.given.schema, None, picture)
        decoder.prefill(prompt, keep=keep, stopped=lambda: False, counts=Counts())
        return time.perf_counter() - begin, seen

    kept = [first(model.decoder, 100 + n) for n in range(ROUNDS)]
    cold = [first(_fresh(model, Shortcuts(prefix=False)), 200 + n)[0] for n in range(ROUNDS)]
    return {
        "first_s": statistics.median(total for total, _ in kept),
        "see_s": statistics.median(seen for _, seen in kept),
        "first_cold_s": statistics.median(cold),
    }


def _answers(model: Model, watched: Watched, tasks: list[Task]) -> Numbers:
    """A 96-token true answer about a new 512 × 512 picture, all shortcuts on; and with each one off."""
    on = _timed(model, model.decoder, tasks, watched)
    off = {
        "plain": Shortcuts(jump=False, drafts=False, prefix=False), "no_jump": Shortcuts(jump=False),
        "no_drafts": Shortcuts(drafts=False), "no_prefix": Shortcuts(prefix=False),
    }  # fmt: skip
    few = tasks[:ROUNDS]
    others = {f"{name}_s": _timed(model, _fresh(model, cuts), few, watched)["total_s"] for name, cuts in off.items()}
    blocks = {
        f"total_block_{size}_s": _timed(model, _fresh(model, Shortcuts(block=size)), few, watched)["total_s"]
        for size in (8, 16)
    }
    return {**on, **others, **blocks}


def _timed(model: Model, decoder: Decoder, tasks: list[Task], watched: Watched) -> Numbers:
    totals, ours, passes, tokens = [], [], 0, 0
    # The first of a fresh decoder pays for the instruction: not counted.
    say(decoder, model.vocabulary, model.grammar, tasks[0], make_picture(noise(299)), 2)
    if tasks[-1].given.schema != tasks[0].given.schema:
        say(decoder, model.vocabulary, model.grammar, tasks[-1], make_picture(noise(298)), 2)
    for index, task in enumerate(tasks):
        image = noise(300 + index)
        watched.seconds, begin = 0.0, time.perf_counter()
        counts = say(decoder, model.vocabulary, model.grammar, task, make_picture(image), TOKENS)
        total = time.perf_counter() - begin
        totals.append(total)
        ours.append((total - watched.seconds) / total)
        passes += counts.passes
        tokens += counts.tokens
    return {
        "total_s": statistics.median(totals), "worst_s": max(totals), "ours": statistics.median(ours),
        "tokens": tokens, "passes": passes,
    }  # fmt: skip


def _answers_as_the_engine(model: Model, tasks: list[Task]) -> Numbers:
    """The same answers about the photos themselves: the text's region, smaller where the print is large."""
    totals, tokens = [], []
    for task in tasks:
        begin = time.perf_counter()
        picture = look(task.given.image, task.given.readings, SIDE, crop=True)
        say(model.decoder, model.vocabulary, model.grammar, task, picture, TOKENS)
        totals.append(time.perf_counter() - begin)
        tokens.append(picture.tokens)
    return {"engine_total_s": statistics.median(totals), "engine_visual_tokens": statistics.median(tokens)}


def _questions(model: Model) -> Numbers:
    """Time to the first piece of a question about a new picture, and of the one that follows it."""
    image = noise(500)
    first, answer = _first_piece(model, Question((image,), QUESTIONS[0], sampling=Sampling(0.0, max_new_tokens=24)))
    followups = []
    for n in range(ROUNDS):
        question = Question(
            (image,), f"{QUESTIONS[1]} ({n})", history=((QUESTIONS[0], answer),),
            sampling=Sampling(0.0, max_new_tokens=4),
        )  # fmt: skip
        followups.append(_first_piece(model, question)[0])
    return {"question_first_s": first, "followup_first_s": statistics.median(followups)}


def _first_piece(model: Model, question: Question) -> tuple[float, str]:
    begin = time.perf_counter()
    pieces = talk(model, question, [make_picture(question.images[0])])
    next(pieces)  # before anything is computed
    words = [next(pieces, "")]
    first = time.perf_counter() - begin
    return first, "".join([*words, *pieces])


def _peak_gib() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / GIB


if __name__ == "__main__":
    main()
