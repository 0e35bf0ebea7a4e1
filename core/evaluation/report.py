"""An evaluation as a table for people, as JSON for programs, and two of them side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

from core.evaluation.scoring import BEYOND, UNDERSTOOD, Cell
from core.store.evaluations import Evaluation


def cells(evaluation: Evaluation) -> dict[str, Cell]:
    return {name: Cell(**counts) for name, counts in evaluation.fields.items()}


def total(entries: Iterable[Cell]) -> Cell:
    return reduce(add, entries, Cell())


def all_values(evaluation: Evaluation) -> Cell:
    """The sum over everything printed; what was made of it is counted in rows of its own."""
    return total(cell for name, cell in cells(evaluation).items() if name not in UNDERSTOOD)


def like_score_tool(evaluation: Evaluation) -> dict[str, float]:
    """Recall, precision and F1 over the fields the project's score tool knows, counted its way.

    It counts as false only what the truth says is not on the photo, and surplus nutrition rows.
    """
    known = total(cell for name, cell in cells(evaluation).items() if name not in BEYOND)
    recall, precision = known.hits / max(known.wanted, 1), known.hits / max(known.hits + known.absent, 1)
    return {"recall": recall, "precision": precision, "f1": 2 * recall * precision / max(recall + precision, 1e-9)}


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """Everything of a run but its misses, with the shares that follow from its counts."""
    whole = all_values(evaluation)
    return {
        **evaluation.model_dump(mode="json", exclude={"fields", "misses"}),
        "fields": {name: _shares(cell) for name, cell in cells(evaluation).items()},
        "all": _shares(whole),
        "score_tool": {key: round(value, 4) for key, value in like_score_tool(evaluation).items()},
    }


def _shares(cell: Cell) -> dict[str, Any]:
    shares = {"recall": cell.recall, "precision": cell.precision, "f1": cell.f1, "yield": cell.yielded}
    return cell.model_dump() | {key: None if math.isnan(value) else round(value, 4) for key, value in shares.items()}


HEAD = f"{'field':17}{'of':>6}{'hits':>6}{'false':>6}{'recall':>9}{'precision':>11}{'F1':>8}{'yield':>8}"


def table(evaluation: Evaluation) -> str:
    """Fields in the order of the values they cost, their total, then what was made of the offers on ads."""
    rows = sorted(cells(evaluation).items(), key=lambda entry: entry[1].hits - entry[1].wanted)
    printed = [_row(name, cell) for name, cell in rows if name not in UNDERSTOOD]
    understood = [_row(name, cell) for name, cell in rows if name in UNDERSTOOD]
    lines = [HEAD, *printed, _row("all", all_values(evaluation)), *(["", *understood] if understood else [])]
    return "\n".join([*lines, "", *_foot(evaluation)])


def _row(name: str, cell: Cell) -> str:
    counts = f"{cell.wanted:6}{cell.hits:6}{cell.absent + cell.wrong:6}"
    shares = f"{_share(cell.recall):>9}{_share(cell.precision):>11}{_share(cell.f1):>8}{_share(cell.yielded):>8}"
    return f"{name:17}{counts}{shares}"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _foot(evaluation: Evaluation) -> list[str]:
    codes = evaluation.barcodes
    known = "  ".join(f"{name} {value:.3f}" for name, value in like_score_tool(evaluation).items())
    return [
        f"text lines {_of(evaluation.lines_read, evaluation.lines)}",
        f"barcodes {_of(codes['decoded'], codes['wanted'])}, "
        f"wrong {codes['wrong']}, of these graded high {codes['trusted_wrong']}",
        f"as the score tool counts: {known}",
        f"{evaluation.photos} photos · median {evaluation.median_s:.2f} s, 95th percentile {evaluation.p95_s:.2f} s",
        f"run {evaluation.id} · {evaluation.created_at[:16]} · engine {evaluation.engine} {evaluation.revision}"
        f" · reader {evaluation.reader} · rules {evaluation.rules_version}",
        *(f"not read: {failure}" for failure in evaluation.failures),
    ]


def _of(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "–"


def miss_lines(evaluation: Evaluation) -> list[str]:
    """One line per value that was not answered or falsely answered."""
    return [" | ".join(_miss(miss)) for miss in evaluation.misses]


def _miss(miss: dict[str, Any]) -> list[str]:
    what = "false" if not miss["wanted"] else "miss" if miss["legible"] else "unread"
    return [what, miss["photo"], miss["field"], miss["wanted"], " ; ".join(miss["got"])]


def comparison(before: Evaluation, after: Evaluation) -> str:
    """F1 and counts of two runs field by field, and the values won and lost between them."""
    old, new = cells(before), cells(after)
    head = f"{'field':17}{f'run {before.id}':>14}{f'run {after.id}':>14}{'F1':>8}{'→':>3}{'F1':>8}{'change':>9}"
    rows = [_compared(name, old.get(name, Cell()), new.get(name, Cell())) for name in sorted(old | new)]
    lines = [head, *rows, _compared("all", all_values(before), all_values(after)), ""]
    if before.set_name != after.set_name:
        lines.append(f"The sets differ: {before.set_name} and {after.set_name}.")
        return "\n".join(lines)
    lines += [f"won  | {entry}" for entry in _gone(before, after)]
    lines += [f"lost | {entry}" for entry in _gone(after, before)]
    return "\n".join(lines)


def _compared(name: str, old: Cell, new: Cell) -> str:
    change = "–" if math.isnan(new.f1 - old.f1) else f"{new.f1 - old.f1:+.3f}"
    counts = f"{f'{old.hits}/{old.wanted}':>14}{f'{new.hits}/{new.wanted}':>14}"
    return f"{name:17}{counts}{_share(old.f1):>8}{'':>3}{_share(new.f1):>8}{change:>9}"


def _gone(one: Evaluation, other: Evaluation) -> list[str]:
    """Wanted values that are missed in `one` and no longer in `other`."""
    kept = {_key(miss) for miss in other.misses}
    return [" | ".join(_key(miss)) for miss in one.misses if miss["wanted"] and _key(miss) not in kept]


def _key(miss: dict[str, Any]) -> tuple[str, str, str]:
    return miss["photo"], miss["field"], miss["wanted"]
