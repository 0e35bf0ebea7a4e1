"""Field values out of printed text: what every finder of the embedded engine hands back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import mean
from typing import Any

from core.engines.embedded.keys import Keyed
from core.engines.embedded.layout import Span, spans_box
from core.types import FieldValue, Grade, Source

CLEAR = 0.9
"""Recogniser score from which a line counts as clearly read."""

_EDGES = re.compile(r"^[\s:：.,，;；、。|·•●*\-–—_=~]+|[\s:：,，;；、|·•●*\-–—_=~]+$")

# What no label prints: an ordinal sign behind a number is a degree sign, a letter before the digits of a
# percentage is the digit it looks like.
_MISREAD = (
    (re.compile(r"(?<=\d)\s?º"), "°"),
    (re.compile(r"(?<![^\W_])S(?=\d(?:[.,]\d+)?\s?%)"), "5"),
    (re.compile(r"(?<![^\W_])[Oo](?=[.,]\d+\s?%)"), "0"),
)


def clean(text: str) -> str:
    """One line, single spaces, without the punctuation that only separates, plain misreadings mended."""
    for wrong, right in _MISREAD:
        text = wrong.sub(right, text)
    return _EDGES.sub("", re.sub(r"\s+", " ", text)).strip()


def join_lines(text: str) -> str:
    """Wrapped lines as one text: without a space between Chinese characters, and words cut by a hyphen whole."""
    text = re.sub(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])", "", text)
    text = re.sub(r"(?<=[\u3000-\u9fff，。；：、）])\n(?=[\u3000-\u9fff，。；：、（])", "", text)
    return clean(text.replace("\n", " "))


def found(
    value: Any, raw: str, spans: Sequence[Span], best: Grade = Grade.HIGH, *, unit: str | None = None, **more: Any
) -> FieldValue:
    """A value read by OCR from `spans`, graded `best`, or a step less where the print was not clear."""
    return FieldValue(
        value=value,
        raw=raw,
        unit=unit,
        box=spans_box(spans),
        lines=tuple(dict.fromkeys(span.piece.index for span in spans)),
        sources=(Source.OCR,),
        grade=grade_for(spans, best),
        **more,
    )


def grade_for(spans: Sequence[Span], best: Grade) -> Grade:
    """`best` for clear print, one grade lower otherwise."""
    if spans and mean(span.piece.line.score for span in spans) >= CLEAR:
        return best
    return Grade.MEDIUM if best is Grade.HIGH else Grade.LOW


def from_keyed(keyed: Keyed, value: Any, raw: str, *, unit: str | None = None, **more: Any) -> FieldValue:
    """A value behind its printed key, boxed by the stretch that says `raw`: high with a colon, else medium."""
    start = keyed.text.find(raw)
    spans = keyed.spans(start, start + len(raw)) if start >= 0 else keyed.spans()
    best = Grade.HIGH if keyed.colon else Grade.MEDIUM
    return found(value, raw, spans or keyed.spans(), best, unit=unit, **more)
