"""How strongly a value is supported, as one number, and what that number has meant so far.

`evidence_score` orders values by their support. It is no probability: what share of the values with a score
was right is measured from people's decisions (`core/learning/calibration.py`) and kept as a `Curve` per field and
engine, through which a score becomes `FieldValue.confidence`.

    grade                                    low 0.2 · medium 0.5 · high 0.8
    clarity of the print (mean OCR score)    from -0.1 at 0.8 and less to +0.1 at 1.0; 0 where unknown
    each further source that agrees          +0.05, at most +0.1 (people do not count)
    worst finding                            error -0.3 · warning -0.2 · review -0.1
    another value seen for the field         -0.1

Only the order of the scores counts, so the weights need to be plausible, not exact; grades already say how
plainly the value stood on the label.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from core.types import Fields, FieldValue, Frozen, Grade, Level, Source

SCORE_VERSION = 1
"""Bump with every change of the weights: curves made with other weights are not used."""

GRADES = {Grade.LOW: 0.2, Grade.MEDIUM: 0.5, Grade.HIGH: 0.8}
FINDINGS = {Level.ERROR: 0.3, Level.WARNING: 0.2, Level.REVIEW: 0.1}
UNCLEAR, CLARITY_WEIGHT = 0.8, 0.1
SOURCE_WEIGHT, MOST_SOURCES = 0.05, 2
RIVAL_WEIGHT = 0.1


class Curve(Frozen):
    """What share of a field's values was right, by evidence score: points to interpolate between, rising."""

    scores: tuple[float, ...]
    shares: tuple[float, ...]
    judged: int
    """Decisions on this very field that it rests on."""

    def at(self, score: float) -> float:
        """The share right at this score; beyond the first and last point theirs."""
        right = bisect_right(self.scores, score)
        if right == 0:
            return self.shares[0]
        if right == len(self.scores):
            return self.shares[-1]
        x0, x1 = self.scores[right - 1], self.scores[right]
        y0, y1 = self.shares[right - 1], self.shares[right]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)


def as_percent(confidence: float) -> str:
    """Such as "97%", and never more than 99 or less than 1: people verify what is said to be certain no more."""
    return f"{min(0.99, max(0.01, confidence)):.0%}"


Curves = Mapping[str, Curve]
"""Field -> its curve, of one kind and engine. A field without one has too few decisions."""


def evidence_score(field: FieldValue) -> float:
    """0 (nothing speaks for the value) to 1; see the module's text."""
    return score_of(
        field.grade,
        field.clarity,
        [source for source in field.sources if source not in (Source.HUMAN, Source.AUTO)],
        [finding.level for finding in field.findings],
        rivals=len(field.alternatives),
    )


def score_of(grade: Grade, clarity: float | None, sources: list[Source], levels: list[Level], *, rivals: int) -> float:
    score = GRADES[grade]
    if clarity is not None:
        share = (max(clarity, UNCLEAR) - UNCLEAR) / (1.0 - UNCLEAR)
        score += CLARITY_WEIGHT * (2 * min(share, 1.0) - 1)
    score += SOURCE_WEIGHT * min(max(len(set(sources)) - 1, 0), MOST_SOURCES)
    score -= max((FINDINGS[level] for level in levels), default=0.0)
    score -= RIVAL_WEIGHT * (rivals > 0)
    return round(min(1.0, max(0.0, score)), 3)


def with_confidence(fields: Fields, curves: Curves) -> Fields:
    """The fields, each with its calibrated probability of being right where its field has a curve.

    A value a person gave or confirmed has none: it is no longer a question.
    """
    return {key: _with(field, curves.get(key)) for key, field in fields.items()}


def _with(field: FieldValue, curve: Curve | None) -> FieldValue:
    known = curve is not None and field.value is not None and Source.HUMAN not in field.sources
    confidence = round(curve.at(evidence_score(field)), 3) if known and curve else None
    return field if field.confidence == confidence else field.model_copy(update={"confidence": confidence})
