"""`python -m core models list | pull | prepare | check | remove`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from core.commands.running import Act, guarded, say
from core.engines.registry import available
from core.errors import UsageError
from core.machine.ways import QWEN, say_way, ways_of
from core.settings import Settings
from core.weights import Form, FormState, ModelState, Phase, Progress, State, Stopped, Weights, get_model, survey
from core.weights.care import check, remove
from core.weights.hub import COMMIT, endpoint
from core.weights.prepare import prepare
from core.weights.progress import PHASES, OnProgress
from core.weights.pull import pull, pull_from
from core.weights.space import GIB

SHORT = {"safetensors": Form.SAFETENSORS, "int8": Form.INT8, "int4": Form.INT4}
"""What a form is called on the command line."""
UNCHANGED = "Stopped. What was here before is unchanged."
LINE_S = 15.0
"""Where nobody watches a terminal, progress is a line now and then."""


def add_models(commands: Any) -> None:
    """Adds the command to the parser of `python -m core`."""
    parser = commands.add_parser("models", help="weights of the vision-language model: what is here, fetch, convert")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "list", _list, "what is known and what is here", model=False).add_argument(
        "--json", action="store_true", help="one JSON object a line, one per form"
    )
    pulling = _add(actions, "pull", _pull, "fetch the published weights; goes on where it was stopped or cut")
    pulling.add_argument("--from", dest="source", type=Path, metavar="DIR", help="take them from a folder instead")
    pulling.add_argument("--yes", action="store_true", help="do not ask before fetching")
    preparing = _add(actions, "prepare", _prepare, "make the OpenVINO form, several times faster on a CPU")
    preparing.add_argument("--form", choices=("int8", "int4"), default="int8", help="bits of a weight")
    _add(actions, "check", _check, "hold every file against its hash")
    removing = _add(actions, "remove", _remove, "delete one form", optional=False)
    removing.add_argument("--form", choices=tuple(SHORT), required=True, help="which form")
    removing.add_argument("--yes", action="store_true", help="do not ask before deleting")


def _add(
    actions: Any,
    name: str,
    act: Act,
    words: str,
    *,
    model: bool = True,
    optional: bool = True,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    if model:
        nargs = "?" if optional else None
        parser.add_argument("model", nargs=nargs, default="", metavar="MODEL", help="as `models list` names it")
    parser.set_defaults(run=lambda args, settings: guarded(act, args, settings, stopped=UNCHANGED))
    return parser


def _list(args: argparse.Namespace, settings: Settings) -> int:
    for model in survey(settings):
        for form in model.forms:
            if args.json:
                print(json.dumps(_as_json(model, form) | {"ways": _ways(settings, model, form)}, ensure_ascii=False))
        if not args.json:
            print(_as_text(model))
    if not args.json:
        print(_how_it_runs(settings))
    return 0


def _how_it_runs(settings: Settings) -> str:
    """Every way the model can be run here, the one taken first, or why there is none."""
    ways = ways_of(QWEN, settings)
    if not ways:
        return f"It cannot run here yet: {available(QWEN, settings).reason.en}"
    rows = (f"  {say_way(plan):22} {_gib(plan.memory):>10} of memory  {plan.why.en}" for plan in ways)
    return "\n".join(["How it runs here, the first way being the one taken:", *rows])


def _ways(settings: Settings, model: ModelState, form: FormState) -> list[dict[str, Any]]:
    """The ways that this form can be run in, in their order among all ways."""
    return [
        {"way": say_way(plan), "place": place, "memory_bytes": plan.memory, "why": plan.why.en, "why_zh": plan.why.zh}
        for place, plan in enumerate(ways_of(QWEN, settings), 1)
        if (plan.weights.model_id, plan.weights.form) == (model.model_id, form.form)
    ]


def _as_json(model: ModelState, form: FormState) -> dict[str, Any]:
    return {
        "model": model.model_id,
        "form": form.form,
        "state": form.state,
        "bytes": form.bytes,
        "total_bytes": form.total,
        "needed_bytes": form.needed_bytes,
        "free_bytes": model.free_bytes,
        "memory_gib": form.memory_gib,
        "revision": form.revision,
        "folder": str(form.folder),
        "licence": model.licence,
        **({"reason": form.reason.en, "reason_zh": form.reason.zh} if form.reason else {}),
    }


def _as_text(model: ModelState) -> str:
    head = f"{model.model_id}{f'  ({model.licence})' if model.licence else ''}, {_gib(model.free_bytes)} free"
    return "\n".join([head, *(_row(form) for form in model.forms), f"  {model.card.en}"])


def _row(form: FormState) -> str:
    size = f"{_gib(form.bytes)} of {_gib(form.total)}" if form.state is State.PARTIAL else _gib(form.total)
    memory = f"{form.memory_gib:.1f} GiB of memory to read" if form.memory_gib else ""
    return (
        f"  {form.form:14} {form.state:9} {size:>20}  {memory}{f'  {form.reason.en}' if form.reason else ''}".rstrip()
    )


def _pull(args: argparse.Namespace, settings: Settings) -> int:
    model = get_model(args.model)
    if args.source is not None:
        weights = pull_from(settings, args.source.expanduser(), model.id, show())
        if COMMIT.fullmatch(model.revision) and weights.revision != model.revision and weights.form is Form.SAFETENSORS:
            say(f"These are not the weights published as {model.revision}; they are kept as {weights.revision}.")
        return _done(weights)
    state = next(entry for entry in survey(settings) if entry.model_id == model.id).forms[0]
    if state.state is not State.COMPLETE:
        question = f"Fetch up to {_gib(state.needed_bytes)} of {model.id} ({model.licence}) from {endpoint()}?"
        _confirm(args, f"{question} It comes to lie in {state.folder}.")
    try:
        return _done(pull(settings, model.id, show()))
    except KeyboardInterrupt:
        kept = next(entry for entry in survey(settings) if entry.model_id == model.id).forms[0]
        say(f"Stopped. {_gib(kept.bytes)} of {_gib(kept.total)} are kept; the same command goes on from there.")
        return 1


def _prepare(args: argparse.Namespace, settings: Settings) -> int:
    return _done(prepare(settings, args.model, SHORT[args.form], show()))


def _check(args: argparse.Namespace, settings: Settings) -> int:
    found = check(settings, args.model, show())
    if not found:
        print("No weights are here. Fetch them: python -m core models pull")
    for entry in found:
        words = entry.fault or entry.note
        print(f"{entry.model_id} {entry.form}: {words.en if words else 'every file is right'}")
    return 1 if any(entry.fault for entry in found) else 0


def _remove(args: argparse.Namespace, settings: Settings) -> int:
    form = SHORT[args.form]
    _confirm(args, f"Delete {form} of {args.model}?")
    print(f"{_gib(remove(settings, args.model, form))} are free again.")
    return 0


def _done(weights: Weights) -> int:
    print(f"{weights.model_id} {weights.form} is complete: {_gib(weights.bytes)} in {weights.folder}")
    return 0


def _confirm(args: argparse.Namespace, question: str) -> None:
    """Goes on with --yes or after a yes. Raises UsageError where there is nobody to ask, Stopped after a no."""
    if args.yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(en=f"{question} Nobody can be asked here: add --yes.", zh="此处无法询问，请加上 --yes。")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Stopped


def show() -> OnProgress:
    """Shows progress on standard error: one line that changes on a terminal, a line now and then elsewhere."""
    terminal = sys.stderr.isatty()
    last: dict[str, Any] = {"phase": None, "at": 0.0}

    def report(progress: Progress) -> None:
        fresh = progress.phase is not last["phase"]
        if terminal:
            print(("\n" if fresh and last["phase"] else "") + f"\r\x1b[K{line(progress)}", end="", file=sys.stderr)
            sys.stderr.flush()
        elif fresh or time.monotonic() - last["at"] > LINE_S:
            say(line(progress))
            last["at"] = time.monotonic()
        last["phase"] = progress.phase

    return report


def line(progress: Progress) -> str:
    """One report in a line: phase, bytes, speed, time left."""
    parts = [PHASES[progress.phase].en]
    if progress.total:
        parts.append(f"{_gib(progress.done)} of {_gib(progress.total)} ({progress.done / progress.total:.0%})")
    elif progress.done:
        parts.append(f"{_gib(progress.done)} written")
    if progress.speed and progress.phase is not Phase.CONVERTING:
        parts.append(f"{progress.speed / 1e6:.1f} MB/s")
    if progress.seconds_left is not None:
        parts.append(f"{_clock(progress.seconds_left)} left")
    elif progress.elapsed_s >= 1:
        parts.append(_clock(progress.elapsed_s))
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def _gib(count: int) -> str:
    return f"{count / GIB:.2f} GiB" if count >= GIB // 10 else f"{count / (1 << 20):.1f} MiB"
