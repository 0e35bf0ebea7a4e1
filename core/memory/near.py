"""How close a reading is to a known value, and which characters were read for others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from core.values.text import has_cjk

LEAST_LATIN, LEAST_CJK = 5, 3
"""Characters from which one misread character leaves a word recognisable."""
PER_ERROR_LATIN, PER_ERROR_CJK = 6, 4
"""Characters that go with each misread one: at most a sixth of a Latin word, a quarter of a Chinese one (one of
three is allowed to the shortest)."""
MOST_ERRORS = 6
MOST_CHANGED = 0.34
"""Share of a text in which characters are compared one by one: above it another text was typed, not a letter mended."""


def allowed_errors(text: str) -> int:
    """How many characters of a known value may be read otherwise; 0 for a text too short for any."""
    least, per_error = (LEAST_CJK, PER_ERROR_CJK) if has_cjk(text) else (LEAST_LATIN, PER_ERROR_LATIN)
    return min(MOST_ERRORS, max(1, len(text) // per_error)) if len(text) >= least else 0


def is_near(read: str, known: str) -> bool:
    """True where `read` may be a misreading of `known`: few characters differ, and no digit."""
    errors = allowed_errors(known)
    return errors > 0 and digits(read) == digits(known) and _distance(read, known, errors) <= errors


def nearest(read: str, known: Iterable[str]) -> str | None:
    """The one known value that `read` is near to; None where there is none, or two are equally near."""
    found = [
        (distance, text)
        for text, distance, _ in process.extract(
            read, list(known), scorer=Levenshtein.distance, score_cutoff=MOST_ERRORS, limit=4
        )
        if distance <= allowed_errors(text) and digits(text) == digits(read)
    ]
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _distance(one: str, other: str, most: int) -> int:
    return int(Levenshtein.distance(one, other, score_cutoff=most))


def misread(read: str, meant: str) -> Iterator[tuple[str, str]]:
    """The (wrong, meant) characters that turn a reading into what stands, where it was mended rather than replaced.

    Letters, digits and signs by themselves; case, spaces and what was added or left out are no confusion of two
    characters.
    """
    if not read or not meant:
        return
    steps = Levenshtein.editops(read, meant)
    if len(steps) > max(1, int(max(len(read), len(meant)) * MOST_CHANGED)):
        return
    for step in steps:
        if step.tag == "replace":
            wrong, right = read[step.src_pos], meant[step.dest_pos]
            if _means_something(wrong) and _means_something(right) and wrong.casefold() != right.casefold():
                yield wrong, right


def _means_something(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS"
