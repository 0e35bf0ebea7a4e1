"""From decisions to probabilities: how often values with a given support were right, per field and engine.

Each value that a machine proposed on a verified record is one observation: its evidence score
(`core/learning/confidence.py`) and whether it was kept. A curve is the isotonic regression of "kept" on the score
(scipy.optimize.isotonic_regression): the best rising step function, with nothing assumed about its shape.

A field with few decisions borrows: its own observations are joined by `BORROWED` pseudo-observations from
the curve of all fields of its engine, and that one by `PRIOR` from the engine's overall share. No curve is
made below `LEAST_JUDGED` decisions on the field itself.

What is shown of a calibration's quality is cross-fitted: records are dealt into `FOLDS` parts, and each part
is judged by curves made from the others, so no value is judged by a curve that has seen it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from pydantic import TypeAdapter
from sqlite_utils import Database

from core.learning.accuracy import list_proposals
from core.learning.confidence import SCORE_VERSION, Curve, Curves, with_confidence
from core.learning.feedback import Filters
from core.learning.judging import Outcome
from core.store import calibrations
from core.store.calibrations import Calibration
from core.store.db import write
from core.store.records import Record
from core.types import Fields, Frozen, Kind

VERSION = f"score-{SCORE_VERSION}/isotonic-1"

LEAST_JUDGED = 50
"""Decisions on a field before its values get a figure. On simulated fields (tests/unit/learning/test_calibration.py) a
figure is off by 0.15 on average after 20 decisions, 0.085 after 50, 0.06 after 100, 0.03 after 500."""

LEAST_PLOTTED = 200
"""Cross-fitted values before a plot and an error are shown: below, the error expected of perfect figures by
chance alone is as large as what could be seen."""

LEAST_IN_FOLDS = LEAST_JUDGED // 2
"""The same where one part of the records is set aside; what is set aside varies by chance."""

BORROWED = 20
PRIOR = 10
FOLDS = 5

BIN_WIDTH = 0.02
"""Scores are counted in steps of this: finer differences between them mean nothing."""

PLOT_BINS = 10
LEAST_IN_BIN = 20

RESAMPLES = 400
"""Bootstrap samples for the interval of the error."""

DUE_RECORDS, DUE_SHARE = 10, 0.05
"""A new calibration is due after so many verdicts, and after so large a share of those counted."""


_curves = TypeAdapter(dict[str, Curve])


class Judged(NamedTuple):
    """One proposed value that a person judged."""

    kind: str
    engine: str
    field: str
    item: int
    score: float
    right: bool


class Bin(Frozen):
    """Values whose figures lie close together: what was said of them, and how many were right."""

    said: float
    right: int
    total: int


class Reliability(Frozen):
    """How true the figures are. `error` is the expected calibration error, with its 95 % interval.

    `by_chance` is the error that perfectly true figures would show for so many values. `raw_error` takes the
    evidence score itself for a probability. `needed` more judged values are wanted where nothing can be shown.
    """

    judged: int
    fields: dict[str, int] = {}
    """Field -> judged values."""
    needed: int = 0
    bins: tuple[Bin, ...] = ()
    error: float = 0.0
    interval: tuple[float, float] = (0.0, 0.0)
    by_chance: float = 0.0
    raw_error: float = 0.0


def read_history(db: Database, filters: Filters | None = None) -> list[Judged]:
    """Every proposal on the verified records that pass, with what became of it."""
    return [
        Judged(row.kind, row.engine, row.field, row.item_id, row.score, row.outcome is Outcome.KEPT)
        for row in list_proposals(db, filters or Filters())
    ]


# Curves


def fit_curves(history: Iterable[Judged], least: int = LEAST_JUDGED) -> dict[str, Curve]:
    """Field -> curve, from observations of one kind and engine, for fields with at least so many."""
    by_field: dict[str, list[Judged]] = defaultdict(list)
    for each in history:
        by_field[each.field].append(each)
    everything = [each for group in by_field.values() for each in group]
    if not everything:
        return {}
    rate = (sum(each.right for each in everything) + 1) / (len(everything) + 2)
    pooled = _fit(everything, Curve(scores=(0.0,), shares=(rate,), judged=0), PRIOR)
    return {field: _fit(group, pooled, BORROWED) for field, group in by_field.items() if len(group) >= least}


def _fit(group: Sequence[Judged], prior: Curve, weight: float) -> Curve:
    """Isotonic regression on binned observations, joined by `weight` pseudo-observations that follow `prior`."""
    from scipy.optimize import isotonic_regression  # a tenth of a second, and only needed where curves are made

    bins = np.rint(np.array([each.score for each in group]) / BIN_WIDTH).astype(int)
    right = np.bincount(bins, weights=[each.right for each in group])
    total = np.bincount(bins)
    occupied = np.flatnonzero(total)
    scores, n = occupied * BIN_WIDTH, total[occupied].astype(float)
    borrowed = weight * n / n.sum()
    shares = (right[occupied] + borrowed * np.array([prior.at(score) for score in scores])) / (n + borrowed)
    rising = isotonic_regression(shares, weights=n + borrowed).x
    return Curve(
        scores=tuple(round(float(score), 4) for score in scores),
        shares=tuple(round(float(share), 4) for share in rising),
        judged=len(group),
    )


def _by_engine(history: Iterable[Judged]) -> dict[tuple[str, str], list[Judged]]:
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for each in history:
        groups[each.kind, each.engine].append(each)
    return groups


# Quality


def measure_reliability(history: Sequence[Judged]) -> Reliability:
    """How true cross-fitted figures are, over all fields that get one."""
    fields = Counter(each.field for each in history)
    said, told = cross_fit(history)
    if len(said) < LEAST_PLOTTED:
        first = LEAST_JUDGED - max(fields.values(), default=0)
        return Reliability(judged=len(history), fields=fields, needed=max(first, LEAST_PLOTTED - len(said)))
    pairs = list(zip(said, told, strict=True))
    figures = np.array([p for p, _ in pairs])
    right = np.array([each.right for _, each in pairs], dtype=float)
    items = np.array([each.item for _, each in pairs])
    edges = _edges(figures)
    chance = np.random.default_rng(0)
    return Reliability(
        judged=len(history),
        fields=fields,
        bins=_bins(figures, right, edges),
        error=calibration_error(figures, right, edges),
        interval=_interval(figures, right, items, edges, chance),
        by_chance=_by_chance(figures, edges, chance),
        raw_error=_raw_error(pairs),
    )


def cross_fit(history: Sequence[Judged]) -> tuple[list[float], list[Judged]]:
    """Figures from curves that have not seen the record they judge, and what they are about; values whose field
    has too few decisions among the others are left out."""
    said, told = [], []
    for group in _by_engine(history).values():
        counts = Counter(each.field for each in group)
        for fold in range(FOLDS):
            curves = fit_curves((each for each in group if fold_of(each.item) != fold), LEAST_IN_FOLDS)
            for each in group:
                if fold_of(each.item) == fold and counts[each.field] >= LEAST_JUDGED and each.field in curves:
                    said.append(curves[each.field].at(each.score))
                    told.append(each)
    return said, told


def fold_of(item: int) -> int:
    """The part a record is dealt to: by a checksum, for numbers in a row may follow a pattern of the work."""
    return crc32(str(item).encode()) % FOLDS


def _edges(figures: np.ndarray) -> np.ndarray:
    """Inner bounds of bins with about as many values each, and no fewer than `LEAST_IN_BIN`."""
    count = min(PLOT_BINS, max(1, len(figures) // LEAST_IN_BIN))
    return np.unique(np.quantile(figures, np.linspace(0, 1, count + 1)[1:-1]))


def _sums(figures: np.ndarray, right: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per bin: how many, the sum of the figures, how many right."""
    place, size = np.searchsorted(edges, figures, side="right"), len(edges) + 1
    return (
        np.bincount(place, minlength=size).astype(float),
        np.bincount(place, weights=figures, minlength=size),
        np.bincount(place, weights=right, minlength=size),
    )


def calibration_error(figures: np.ndarray, right: np.ndarray, edges: np.ndarray) -> float:
    """Expected calibration error: the mean distance, over the values, of share right from figure said, by bin."""
    _, said, hits = _sums(figures, right, edges)
    return round(float(np.abs(said - hits).sum() / len(figures)), 4)


def _bins(figures: np.ndarray, right: np.ndarray, edges: np.ndarray) -> tuple[Bin, ...]:
    n, said, hits = _sums(figures, right, edges)
    return tuple(
        Bin(said=round(float(s / total), 4), right=round(h), total=round(total))
        for total, s, h in zip(n, said, hits, strict=True)
        if total
    )


def _interval(
    figures: np.ndarray, right: np.ndarray, items: np.ndarray, edges: np.ndarray, chance: np.random.Generator
) -> tuple[float, float]:
    """95 % bootstrap interval of the error. Whole records are drawn: their values are not independent."""
    place, size = np.searchsorted(edges, figures, side="right"), len(edges) + 1
    names, record = np.unique(items, return_inverse=True)
    gaps = np.zeros((len(names), size))
    counts = np.bincount(record, minlength=len(names)).astype(float)
    np.add.at(gaps, (record, place), figures - right)
    drawn = chance.multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
    errors = np.abs(drawn @ gaps).sum(axis=1) / (drawn @ counts)
    measured = np.abs(gaps.sum(axis=0)).sum() / counts.sum()
    # Drawing adds noise of its own, which makes every error of a sample larger; what it adds is taken off.
    low, high = np.quantile(errors - (errors.mean() - measured), [0.025, 0.975])
    return max(0.0, round(float(low), 4)), round(float(high), 4)


def _by_chance(figures: np.ndarray, edges: np.ndarray, chance: np.random.Generator) -> float:
    """The mean error of figures that are exactly true, for so many values."""
    n, said, _ = _sums(figures, figures, edges)
    mean = np.divide(said, n, out=np.zeros_like(said), where=n > 0)
    drawn = chance.binomial(n.astype(int), mean, size=(RESAMPLES, len(n)))
    return round(float(np.abs(drawn - said).sum(axis=1).mean() / len(figures)), 4)


def _raw_error(pairs: Sequence[tuple[float, Judged]]) -> float:
    scores = np.array([each.score for _, each in pairs])
    right = np.array([each.right for _, each in pairs], dtype=float)
    return calibration_error(scores, right, _edges(scores))


# Kept in the store


def calibrate(db: Database) -> int:
    """Measures every engine anew from all decisions; returns how many curves there are now.

    Seconds for 200,000 decisions; the database is free for others but for the moment of writing.
    """
    last = _last_verdict(db)
    made = [_measured(*key, last, group) for key, group in _by_engine(read_history(db)).items()]
    with write(db):
        for found, _ in made:
            calibrations.put_calibration(db, found)
    return sum(curves for _, curves in made)


def _measured(kind: str, engine: str, last: int, group: list[Judged]) -> tuple[Calibration, int]:
    """What is kept of one engine's measurement, and how many curves it has."""
    curves = fit_curves(group)
    found = Calibration(
        kind=kind,
        engine=engine,
        version=VERSION,
        verdicts=last,
        judged=len(group),
        curves=_curves.dump_json(curves).decode(),
        reliability=measure_reliability(group).model_dump_json(),
    )
    return found, len(curves)


def is_due(db: Database) -> bool:
    """True where enough was verified since the last calibration to change its figures. Microseconds."""
    counted = calibrations.counted_verdicts(db, VERSION)
    return _last_verdict(db) - counted >= max(DUE_RECORDS, DUE_SHARE * counted)


def _last_verdict(db: Database) -> int:
    return int(db.conn.execute("SELECT COALESCE(MAX(id), 0) AS last FROM verdicts").fetchone()["last"])


def find_curves(db: Database, kind: str, engine: str) -> Curves:
    """The curves in force; empty before there are enough decisions."""
    return _parsed(calibrations.latest_curves(db, kind, engine, VERSION))


@lru_cache(maxsize=16)
def _parsed(curves: str) -> Curves:
    return _curves.validate_json(curves) if curves else {}


class Measured(NamedTuple):
    """What is known of one engine's figures for one kind of record, and since when (UTC, ISO 8601)."""

    kind: str
    engine: str
    at: str
    reliability: Reliability


def list_measured(db: Database, filters: Filters) -> list[Measured]:
    """The newest calibration of every kind and engine that passes; the other filters do not apply to it."""
    return [
        Measured(found.kind, found.engine, found.created_at, Reliability.model_validate_json(found.reliability))
        for found in calibrations.list_latest(db, VERSION)
        if filters.kind in ("", found.kind) and filters.engine in ("", found.engine)
    ]


def calibrated(db: Database, kind: Kind, engine: str, fields: Fields) -> Fields:
    """The fields with their probabilities by the calibration in force."""
    return with_confidence(fields, find_curves(db, kind, engine)) if engine else fields


def calibrated_records(db: Database, found: Sequence[Record]) -> list[Record]:
    """Records as tables show them, with today's probabilities."""
    engines = _engines(db, [record.item_id for record in found])
    known: dict[tuple[str, str], Curves] = {}
    shown = []
    for record in found:
        key = (record.kind, engines.get(record.item_id, ""))
        curves = known[key] if key in known else known.setdefault(key, find_curves(db, *key))
        fields = with_confidence(record.fields, curves)
        shown.append(record.model_copy(update={"fields": fields}) if curves else record)
    return shown


def _engines(db: Database, items: list[int]) -> dict[int, str]:
    marks = ", ".join("?" for _ in items)
    rows = db.conn.execute(
        "SELECT item_id, engine FROM predictions WHERE id IN"
        f" (SELECT MAX(id) FROM predictions WHERE item_id IN ({marks}) GROUP BY item_id)",
        items,
    )
    return {row["item_id"]: row["engine"] for row in rows}
