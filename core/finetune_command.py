"""`python -m core dataset`: verified records as training data."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import NotFound, ShelfLensError, UsageError
from core.finetune.dataset import make_data_set
from core.finetune.manifest import DataSet
from core.finetune.products import Shares, Split
from core.settings import Settings
from core.store.db import open_store
from core.types import Kind

Act = Callable[[argparse.Namespace, Settings], int]


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


def share(text: str) -> float:
    """A share from 0 to 0.9. Raises what argparse turns into a usage error."""
    value = float(text)
    if not 0 <= value <= 0.9:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 0.9")
    return value


def guarded(act: Act, args: argparse.Namespace, settings: Settings) -> int:
    """The exit code: 1 for what failed or was stopped. A usage error and a closed pipe are left to the caller."""
    try:
        return act(args, settings)
    except (UsageError, NotFound, BrokenPipeError):
        raise
    except ShelfLensError as err:
        say(f"shelflens: {err.message.en}")
    except KeyboardInterrupt:
        say("Stopped.")
    return 1


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


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def say_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))
