"""`make bench-vlm`: the vision-language engine against the usual recipe, medians, in one run.

The weights are RANDOM, in the exact size and shape of Qwen3-VL-2B-Instruct: the figures are speed and memory, never
accuracy. Answers are the transcribed ones, forced token by token (tests/bench/vlm/workload.py).

    make bench-vlm                              everything; makes 4.3 GB of weights and their prepared form first
    make bench-vlm ARGS="passes"                one part: passes, openvino:int8, torch:int8 … (rows come as each ends)
    SHELFLENS_BENCH=DIR                         where the weights are kept (default ~/.cache/shelflens-bench)
    SHELFLENS_EXPORT_ENV=DIR                    an environment for `models prepare`, else one is made
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.engines.language.prompts import extraction_prompt
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Vocabulary
from core.schema import load_schema
from core.settings import ROOT, load_settings
from core.types import Kind
from tests.bench.vlm.passes import ROWS, count_passes
from tests.bench.vlm.workload import Task, load_tasks, save_tasks

CACHE = Path(os.environ.get("SHELFLENS_BENCH") or Path.home() / ".cache" / "shelflens-bench")
GENAI = "openvino-genai==2026.4.1.0"
WAYS = ("recipe", "torch:int8", "torch:bfloat16", "openvino:int8", "openvino:int4", "genai:int8", "genai:int4")
DEFAULT = ("passes", "recipe", "openvino:int8", "genai:int8", "torch:int8")
FLOP_FIRST = 1.68e12
"""Floating-point operations of a 512 px picture and its prompt, vision and language together."""

Numbers = dict[str, float]


def main() -> int:
    wanted = sys.argv[1:] or list(DEFAULT)
    if unknown := set(wanted) - {"passes", "roofline", *WAYS}:
        print(f"No such part: {', '.join(unknown)}. Parts: passes, roofline, {', '.join(WAYS)}.")
        return 2
    print("RANDOM weights of the exact size of Qwen3-VL-2B-Instruct: speed and memory, never accuracy.")
    print(f"load of this machine before the run: {os.getloadavg()[0]:.1f} (quiet is below 0.5)")
    source = _checkpoint()
    with tempfile.TemporaryDirectory() as folder:
        tasks = load_tasks(load_settings())
        save_tasks(tasks, Path(folder))
        if "passes" in wanted:
            _print_passes(tasks, source)
        times: dict[str, Numbers] = {}
        for way in sorted(set(wanted) & set(WAYS), key=WAYS.index):  # the recipe first: others are held against it
            times[way] = _time(way, _folder(way, source), Path(folder))
            _print_way(way, times[way], times.get("recipe"))
    if times or "roofline" in wanted:
        _print_roofline(times)
    return 0


def _checkpoint() -> Path:
    folder = CACHE / "random-2b"
    if not (folder / "config.json").exists():
        from tests.tiny.checkpoint import make_full

        print(f"making 4.3 GB of random weights in {folder} …", flush=True)
        make_full(folder)
    return folder


def _folder(way: str, source: Path) -> Path:
    """Where the weights of a way to run lie; a prepared form that is not there is made."""
    if way.split(":")[0] not in ("openvino", "genai"):
        return source
    form = way.split(":")[1]
    target = CACHE / f"random-2b-{form}"
    if not (target / "openvino_language_model.xml").exists():
        _prepare(source, form, target)
    return target


def _prepare(source: Path, form: str, target: Path) -> None:
    """`python -m core models prepare` on the random weights, moved to where the bench keeps it."""
    print(f"making the {form} form in {target} …", flush=True)
    data = CACHE / "var"
    env = {**os.environ, "SHELFLENS_MODEL": str(source), "SHELFLENS_DATA": str(data)}
    command = [sys.executable, "-m", "core", "models", "prepare", "--form", form]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    made = next(data.glob(f"models/*/openvino-{form}"))
    made.rename(target)


def _time(way: str, folder: Path, tasks: Path) -> Numbers:
    print(f"measuring {way} …", flush=True)
    start = time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.vlm.timing", way, str(folder), str(tasks)]
    if way.startswith("genai"):
        command = [str(_genai_python()), "tests/bench/vlm/closed_loop.py", str(folder), str(_instruction(tasks))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    print(f"  took {time.perf_counter() - start:.0f} s", flush=True)
    numbers: Numbers = json.loads(done.stdout.splitlines()[-1])
    return numbers


def _genai_python() -> Path:
    """Python of an environment with openvino-genai, which is made once: the app has no use for it."""
    python = CACHE / "genai" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(CACHE / "genai")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", GENAI], check=True)
    return python


def _instruction(folder: Path) -> Path:
    path = folder / "instruction.txt"
    path.write_text(extraction_prompt(load_schema(Kind.PRODUCT)).before, "utf-8")
    return path


def _print_passes(tasks: list[Task], source: Path) -> None:
    vocabulary = Vocabulary(source)
    grammar = Grammar(vocabulary)
    print(f"\npasses ({len(tasks)} real photos, whole answers of every field, drafts from their OCR; counted)")
    for name, shortcuts in ROWS:
        tally = count_passes(tasks, vocabulary, grammar, shortcuts)
        share = f", {tally.accepted / tally.drafted:.0%} of drafts stood" if tally.drafted else ""
        share += f", {tally.fed / tally.tokens:.2f} fed a token"
        _row(name, f"{tally.passes} passes for {tally.tokens} tokens = {tally.tokens / tally.passes:.2f} a pass{share}")


def _print_way(way: str, numbers: Numbers, recipe: Numbers | None) -> None:
    print(f"\n{way}", flush=True)

    def line(what: str, key: str, against: str = "") -> None:
        if key in numbers:
            other = recipe.get(against) if recipe and against and way != "recipe" else None
            ratio = f"   1/{other / numbers[key]:.1f} of the recipe" if other else ""
            _row(what, f"{numbers[key]:.2f} s{ratio}")

    line("load", "load_s")
    line("load with tokenizer and grammar", "ready_s")
    line("load until the first answer has begun", "warm_s")
    line("vision, 512 px", "see_s")
    line("first token, new 512 px picture", "first_s", "first_s")
    line("first token, nothing kept", "first_cold_s", "first_s")
    line("question about a new picture, first piece", "question_first_s")
    line("question that follows, first piece", "followup_first_s")
    line("96-token answer, new 512 px picture", "total_s", "total_s")
    line("the slowest photo's", "worst_s")
    line("96-token answer of the photos as the engine sees them", "engine_total_s", "total_s")
    for name in ("plain", "no_jump", "no_drafts", "no_prefix", "total_block_8", "total_block_16"):
        line(f"96-token answer, {name.replace('_', ' ')}", f"{name}_s", "total_s")
    if "passes" in numbers:
        _row("tokens a pass in these", f"{numbers['tokens'] / numbers['passes']:.2f}")
        _row("share of the time that is ours, not the model's", f"{numbers['ours']:.1%}")
    blocks = {key: value for key, value in numbers.items() if key.startswith("block_") and "two" not in key}
    if blocks:
        said = ", ".join(f"{key.split('_')[1]}: {value:.3f}" for key, value in blocks.items())
        _row("seconds of a pass by its tokens", said)
    _row("peak memory", f"{numbers['peak_gib']:.2f} GiB")


def _print_roofline(times: dict[str, Numbers]) -> None:
    """What the machine's memory and arithmetic allow at best, measured now."""
    bandwidth, int8, float32 = _bandwidth(), _int8_speed(), _float32_speed()
    best = max(int8, float32)
    print("\nroofline")
    _row("memory read", f"{bandwidth / 1e9:.1f} GB/s")
    _row("matrix products, int8 in torch (slow without VNNI)", f"{int8 / 1e9:.0f} GOP/s")
    _row("matrix products, float32", f"{float32 / 1e9:.0f} GFLOP/s")
    for way, numbers in times.items():
        if "block_two_12_s" in numbers:
            alone = 2 * numbers["block_12_s"]
            _row(
                f"{way}: two photos in one pass, 12 tokens each",
                f"{numbers['block_two_12_s']:.3f} s, apart {alone:.3f} s",
            )
        size = _weights_of(way)
        if size and "block_1_s" in numbers:
            floor = size / bandwidth
            _row(f"{way}: one-token pass over its floor ({floor:.3f} s)", f"{numbers['block_1_s'] / floor:.2f}")
            _row(f"{way}: 12-token pass over that floor", f"{numbers['block_12_s'] / floor:.2f}")
            _row(
                f"{way}: first token over its floor ({FLOP_FIRST / best:.2f} s)",
                f"{numbers['first_s'] * best / FLOP_FIRST:.2f}",
            )


def _weights_of(way: str) -> int:
    """Bytes of the language model that every pass reads."""
    if way.startswith("openvino"):
        return (CACHE / f"random-2b-{way.split(':')[1]}" / "openvino_language_model.bin").stat().st_size
    return {"torch:int8": 1_720_000_000, "recipe": 6_880_000_000}.get(way, 0)


def _bandwidth() -> float:
    """Bytes a second that summing a large array reads."""
    import torch

    torch.set_num_threads(2)
    array = torch.ones(1 << 28)
    return max(array.nbytes / _seconds(array.sum) for _ in range(5))


def _int8_speed() -> float:
    """Operations a second of a product of two 2,048 × 2,048 int8 matrices."""
    import torch

    side = 2048
    a, b = (torch.randint(-100, 100, (side, side), dtype=torch.int8) for _ in range(2))
    return max(2 * side**3 / _seconds(lambda: torch._int_mm(a, b)) for _ in range(5))


def _float32_speed() -> float:
    """Operations a second of a product of two 2,048 × 2,048 float32 matrices."""
    import torch

    side = 2048
    a, b = torch.rand(side, side), torch.rand(side, side)
    return max(2 * side**3 / _seconds(lambda: a @ b) for _ in range(5))


def _seconds(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def _row(what: str, figure: str) -> None:
    print(f"  {what:58} {figure}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
