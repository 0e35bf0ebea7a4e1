"""`python -m core dataset | train`: verified records as training data, and LoRA adapters from it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.commands.running import guarded, say
from core.errors import UsageError
from core.finetune.dataset import make_data_set
from core.finetune.gate import Figures, Question, compare, present_tools
from core.finetune.manifest import DataSet
from core.finetune.paired import Pairs, Standing
from core.finetune.products import Shares, Split
from core.finetune.progress import LINES, PLOT, Step
from core.finetune.recipe import Recipe
from core.finetune.training import Interrupted, Job, train
from core.readers import Readers
from core.settings import Settings
from core.store.db import open_store
from core.store.gates import Gate
from core.types import Kind
from core.weights import Form, Weights, get_weights
from core.weights.inventory import inspect_local
from core.weights.promoted import get_adapter, keep_adapter


def add_dataset(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    shares = Shares()
    parser = commands.add_parser("dataset", help="write verified records as training data, split by product")
    parser.add_argument("folder", type=Path, metavar="DIR", help="new or empty folder to write")
    parser.add_argument("--kind", choices=("product", "ad", "all"), default="all", help="one kind of record")
    parser.add_argument("--test", type=share, default=shares.test, metavar="SHARE", help="of the products, unseen")
    parser.add_argument(
        "--validation",
        type=share,
        default=shares.validation,
        metavar="SHARE",
        help="of the products, looked at meanwhile",
    )
    parser.add_argument("--seed", type=int, default=shares.seed, help="another number divides the products otherwise")
    parser.add_argument("--json", action="store_true", help="print the manifest instead of a summary")
    parser.set_defaults(run=lambda args, settings: guarded(_dataset, args, settings))


def add_train(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    parser = commands.add_parser("train", help="train a LoRA adapter on a data set; goes on where it was stopped")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="as `dataset` has written it")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder, or that of a stopped run")
    parser.add_argument("--base", type=Path, metavar="DIR", help="the model's weights; those that are here without it")
    for name, kind, words in RECIPE:
        default = Recipe.model_fields[name].default
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default, help=f"{words} ({default})")
    parser.add_argument("--vision", action="store_true", help="let the vision part learn as well")
    parser.add_argument("--sparing", action="store_true", help="less memory for a third more time")
    parser.add_argument("--save-every", type=int, default=50, metavar="STEPS", help="steps between two saves (50)")
    parser.set_defaults(run=lambda args, settings: guarded(_train, args, settings))


RECIPE: tuple[tuple[str, type, str], ...] = (
    ("rank", int, "size of the change to each layer"),
    ("alpha", int, "its strength: alpha / rank"),
    ("dropout", float, "share of it left out at random while training"),
    ("rate", float, "learning rate at its height"),
    ("epochs", float, "times each photo is seen"),
    ("steps", int, "steps instead of epochs, 0 for none"),
    ("accumulate", int, "photos per step"),
    ("max_pixels", int, "larger pictures are scaled down to this"),
    ("seed", int, "another number, another order and beginning"),
)
"""Options of `train` that are numbers of the recipe."""


def _train(args: argparse.Namespace, settings: Settings) -> int:
    base = _base(args.base, settings)
    job = Job(
        args.data,
        base,
        args.out,
        _recipe(args),
        device=settings.device,
        sparing=args.sparing,
        save_every=max(1, args.save_every),
    )
    with stopping() as stopped:
        try:
            card = train(job, show_step, stopped)
        except Interrupted as err:
            say(f"Stopped after step {err.step}. The same command goes on from there.")
            return 1
    print(
        f"{args.out}: {card.steps} steps on {card.examples} photos, loss {card.first_loss:.3f} → {card.last_loss:.3f}"
        f" ({LINES}, {PLOT}).\nCompare it with what reads now: python -m core evaluate --adapter {args.out}"
    )
    return 0


def _base(folder: Path | None, settings: Settings) -> Weights:
    """The weights to train on. Raises ModelNotHere, or the BadWeights that says what is wrong with the folder."""
    if folder is None:
        return get_weights(settings, Form.SAFETENSORS)
    found = inspect_local(settings.model_copy(update={"model": str(folder)}))
    if found.form is not Form.SAFETENSORS:
        raise UsageError(
            en=f"{folder} holds an OpenVINO form, which cannot be trained. Name the weights as published.",
            zh=f"{folder} 是 OpenVINO 形式，无法训练。请指定原始发布的权重。",
        )
    return found


def _recipe(args: argparse.Namespace) -> Recipe:
    """Raises UsageError for a number out of its range."""
    try:
        return Recipe(vision=args.vision, **{name: getattr(args, name) for name, _, _ in RECIPE})
    except ValidationError as err:
        wrong = err.errors()[0]
        name = f"--{str(wrong['loc'][0]).replace('_', '-')}"
        raise UsageError(
            en=f"{name} {wrong['input']} cannot be used: {wrong['msg']}.",
            zh=f"{name} {wrong['input']} 无效：{wrong['msg']}。",
        ) from err


def evaluate_adapter(args: argparse.Namespace, settings: Settings) -> int:
    """The body of `evaluate --adapter`: 0 for a go, 1 for a no-go or a failure."""
    return guarded(_compare, args, settings)


def _compare(args: argparse.Namespace, settings: Settings) -> int:
    named = Path(args.adapter).expanduser()
    adapter = keep_adapter(settings, named) if named.is_dir() else get_adapter(settings, args.adapter)
    with open_store(settings) as db:
        present = present_tools(db, settings, Readers(settings), args.engine)
        gate = compare(db, Question(adapter, present, settings.user), show_count)
    print(json.dumps(gate.model_dump(mode="json"), ensure_ascii=False) if args.json else gate_table(gate))
    return 0 if gate.go else 1


def gate_table(gate: Gate) -> str:
    """The comparison as a table for people, the worst fields first, and what it comes to."""
    figures = Figures.model_validate(gate.figures)
    rows = sorted(figures.fields, key=lambda pair: pair.after - pair.before)
    head = f"{'field':20}{'values':>8}{'before':>9}{'after':>8}{'won':>6}{'lost':>6}   {'change, 95 %':18}"
    whole = figures.whole
    lines = [
        head,
        *(_pair_row(pair) for pair in rows),
        f"{'all':20}{whole.values:8}{whole.before:9.3f}{whole.after:8.3f}{'':15}[{whole.low:+.3f}, {whole.high:+.3f}]",
        "",
        f"{gate.records} records ({gate.photos} photos) of products it has not seen · adapter {gate.digest} against"
        f" {gate.against} {gate.against_revision}",
    ]
    if gate.go:
        lines.append(f"GO. Put it to use on the Engines page, where it is called {gate.adapter}.")
    else:
        lines.append("NO GO. " + " ".join(reason.en for reason in gate.reasons))
    return "\n".join(lines)


def _pair_row(pair: Pairs) -> str:
    low, high = pair.interval
    name = pair.field if pair.kind == Kind.PRODUCT else f"ad {pair.field}"
    mark = {Standing.BETTER: "better", Standing.WORSE: "WORSE", Standing.FEW: "too few to say"}.get(pair.standing, "")
    counts = f"{pair.total:8}{pair.before:9.3f}{pair.after:8.3f}{pair.won:6}{pair.lost:6}"
    return f"{name:20}{counts}   {f'[{low:+.3f}, {high:+.3f}]':18} {mark}".rstrip()


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C or a terminate signal has come: the step in hand is finished and saved first. A second one ends
    the process at once."""
    asked = threading.Event()

    def ask(number: int, frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        say("Stopping after this step …")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def show_step(step: Step) -> None:
    """The step on standard error: one line that changes on a terminal, every tenth step elsewhere."""
    left = (step.of - step.step) * step.seconds
    seen = f", unseen photos {step.validation:.3f}" if step.validation is not None else ""
    line = f"step {step.step} of {step.of}, loss {step.loss:.3f}{seen}, {step.seconds:.1f} s, {left / 60:.0f} min left"
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="\n" if seen or step.step == step.of else "", file=sys.stderr, flush=True)
    elif seen or step.step % 10 == 0 or step.step in (1, step.of):
        say(line)


def share(text: str) -> float:
    """A share from 0 to 0.9. Raises what argparse turns into a usage error."""
    value = float(text)
    if not 0 <= value <= 0.9:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 0.9")
    return value


def _dataset(args: argparse.Namespace, settings: Settings) -> int:
    if args.test + args.validation >= 1:
        raise UsageError(
            en="--test and --validation together leave nothing to train on. Lower one of them.",
            zh="--test 与 --validation 之和过大，没有可用于训练的数据。请调低其中之一。",
        )
    shares = Shares(args.validation, args.test, args.seed)
    kind = None if args.kind == "all" else Kind(args.kind)
    with open_store(settings) as db:
        made = make_data_set(db, settings, args.folder, shares=shares, kind=kind, progress=show_count)
    print(made.model_dump_json(indent=1) if args.json else summary(args.folder, made))
    return 0


def summary(folder: Path, made: DataSet) -> str:
    """What was written, in lines for people, with a word on every split that came out empty."""
    rows = [f"{made.examples} examples of {sum(made.products.values())} products in {folder}, data {made.digest}"]
    for split in Split:
        kinds = ", ".join(f"{count} {kind}" for kind, count in made.counts[split].items() if count) or "none"
        rows.append(f"  {split:10} {made.products[split]:5} products  {kinds}")
    rows.append(f"  {made.preferences} preference pairs")
    for reason, count in Counter(note.reason.en for note in made.left_out).most_common():
        items = [str(note.item) for note in made.left_out if note.reason.en == reason][:5]
        rows.append(f"  left out: {count} records, {reason} (items {', '.join(items)}{' …' if count > 5 else ''})")
    empty = [split for split in Split if not made.products[split]]
    if empty:
        rows.append(f"  No product fell into {', '.join(empty)}: verify more records, or divide with another --seed.")
    return "\n".join(rows)


def show_count(done: int, of: int) -> None:
    """A line that counts on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r{done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
