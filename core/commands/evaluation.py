"""The body of `python -m core evaluate`: read a set, print its table, keep the run."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

from sqlite_utils import Database

from core.errors import UsageError
from core.evaluation import report
from core.evaluation.measure import evaluate_set
from core.evaluation.truths import SAMPLES, load_cases, set_folder
from core.reading.pipeline import Tools
from core.store.evaluations import Evaluation, get_evaluation, latest_evaluation, put_evaluation

LAST = "last"
"""Compare with the newest earlier run over the same set with the same engine."""


@dataclass(frozen=True)
class Request:
    """What the command line asked for."""

    set_name: str = SAMPLES
    as_json: bool = False
    again: bool = False
    misses: bool = False
    compare: str | None = None
    """Number of an earlier run, or `LAST`."""


def evaluate(db: Database, tools: Tools, request: Request) -> int:
    """Prints the result and stores the run. Gives the exit code: 1 where a photo could not be read.

    Raises UsageError or NotFound, before anything is read, for a set or a run that does not exist.
    """
    folder = set_folder(request.set_name)
    name = SAMPLES if request.set_name == SAMPLES else str(folder.resolve())
    cases = load_cases(folder)
    before = _earlier(db, request.compare, name, tools.engine.name)
    measured = evaluate_set(db, tools, name, cases, again=request.again, progress=_show_progress)
    after = put_evaluation(db, measured)
    print(_as_json(before, after) if request.as_json else _as_text(before, after, request))
    return 1 if after.failures else 0


def _earlier(db: Database, compare: str | None, name: str, engine: str) -> Evaluation | None:
    if compare is None:
        return None
    if compare != LAST:
        if not compare.isdigit():
            raise UsageError(
                en=f"'{compare}' is no run. Give the number printed at the end of a run, or '{LAST}'.",
                zh=f"“{compare}”不是运行编号。请给出评测结尾打印的编号，或“{LAST}”。",
            )
        return get_evaluation(db, int(compare))
    found = latest_evaluation(db, name, engine)
    if found is None:
        raise UsageError(
            en=f"No earlier run over {name} with engine '{engine}'. Run once without --compare.",
            zh=f"没有引擎“{engine}”在 {name} 上的更早评测可比较。请先不带 --compare 运行一次。",
        )
    return found


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _as_text(before: Evaluation | None, after: Evaluation, request: Request) -> str:
    parts = [*(report.miss_lines(after) if request.misses else ()), report.table(after)]
    if before is not None:
        parts += ["", report.comparison(before, after)]
    return "\n".join(parts)


def _as_json(before: Evaluation | None, after: Evaluation) -> str:
    answer = report.summary(after) | {"misses": after.misses}
    if before is not None:
        answer["compared_with"] = report.summary(before)
    return json.dumps(answer, ensure_ascii=False)
