"""Where words stand on a photo: exactly, nearly, with other digits, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from core.evidence.page import Flow, Page, Stretch
from core.values.text import has_cjk, squash

LEAST_NEAR_LATIN, LEAST_NEAR_CJK = 7, 4
"""Letters from which one differing character leaves a word that can be no other."""
TWO_LATIN, TWO_CJK = 14, 8
"""Letters from which two may differ."""
LONGEST_ALIGNED = 64
"""Letters up to which words are aligned; longer text is compared by the short runs of letters it is made of."""
RUN_LATIN, RUN_CJK = 5, 3
"""Letters of such a run: long enough to be rare, short enough to survive between two misread letters."""
COVERED = 0.85
"""Share of a long text's letters that stand in runs found on the photo, for it to count as nearly there."""
LEAST_OF_LINE = 8
"""Letters of a line in a row that make it part of a long text."""
LOST_SPACES = 13
"""Letters in a row from which several words that lost their spaces are likelier than one (WHOLEGRAINOATS)."""
LEAST_KNOWN_LATIN, LEAST_KNOWN_CJK = 3, 2
"""Letters beside a doubtful one that are needed to find its place."""
MOST_HITS = 50
"""Places of very short words that are looked at; the first are as good as the next."""

DOUBT = re.compile("[?？\ufffd]")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d{1,2}|\d{4,})(?![\d.,]*\d)")
"""A number with decimals; three of them are taken for thousands set apart, which some print and some do not."""
_POINT = "\0"


class How(StrEnum):
    """How a value is seen on the photo."""

    EXACT = "exact"
    """Case, width, spaces and punctuation aside."""
    NEAR = "near"
    """With a letter or two otherwise, as OCR or a model misreads."""
    DIFFERS = "differs"
    """With other digits. Those are another value, never a near one."""
    NOT = "not"


ORDER = (How.NOT, How.DIFFERS, How.NEAR, How.EXACT)
"""The weakest first."""


@dataclass(frozen=True)
class Seen:
    """How and where. `printed` is the OCR reader's version; `missing` are the parts of a value it does not have."""

    how: How
    stretches: tuple[Stretch, ...] = ()
    printed: str = ""
    missing: tuple[str, ...] = ()


NOWHERE = Seen(How.NOT)


def find_words(page: Page, words: str) -> Seen:
    """Where `words` stand, over several lines if need be. A ? stands for one letter that could not be read."""
    if DOUBT.search(words):
        return _find_doubtful(page, words)
    return _find_plain(page, words)


def same_numbers(one: str, other: str) -> bool:
    """True where both have the same digits in a row, a decimal point where one stands included."""
    return _numbers(one) == _numbers(other)


def _find_plain(page: Page, words: str) -> Seen:
    wanted = squash(words).text
    if not wanted:
        return NOWHERE
    exact = _find_exact(page, words, wanted)
    if exact.how is How.EXACT:
        return exact
    nearly = (
        _find_aligned(page, words, wanted) if len(wanted) <= LONGEST_ALIGNED else _find_covered(page, words, wanted)
    )
    return max(exact, nearly, key=lambda seen: ORDER.index(seen.how))


def _find_exact(page: Page, words: str, wanted: str) -> Seen:
    found = [_judged(page, words, stretches) for stretches in _places(page, wanted)]
    return max(found, key=lambda seen: (ORDER.index(seen.how), -_room(page, seen)), default=NOWHERE)


def _room(page: Page, seen: Seen) -> int:
    """Characters on the lines of a find: the line that says nothing else is the best place."""
    return sum(len(page.lines[stretch.line].text) for stretch in seen.stretches)


def _places(page: Page, wanted: str) -> Iterator[tuple[Stretch, ...]]:
    for flow in page.flows:
        at, hits = flow.text.find(wanted), 0
        while at >= 0 and hits < MOST_HITS:
            stretches = page.stretches(flow, at, at + len(wanted))
            if page.run_on(stretches) and (may_differ(wanted) or _fills_lines(page, stretches)):
                yield stretches
            at, hits = flow.text.find(wanted, at + 1), hits + 1


def _fills_lines(page: Page, stretches: Sequence[Stretch]) -> bool:
    """True for words on one line, or on lines that say nothing else: short ones fall together by chance
    (水牛 above 奶粉 is no 牛奶)."""
    return len(stretches) == 1 or all(
        squash(page.printed([stretch])).text == squash(page.lines[stretch.line].text).text for stretch in stretches
    )


def _judged(page: Page, words: str, stretches: tuple[Stretch, ...]) -> Seen:
    """Exact where whole words say it; near inside a long row of letters, which has lost its spaces; else nothing."""
    printed = page.printed(stretches)
    if _cuts_number(page, stretches):
        return NOWHERE
    if not same_numbers(words, printed):
        return Seen(How.DIFFERS, stretches, printed)
    if len(squash(words).text) == 1 and not _stands_alone(page, stretches[0]):
        return NOWHERE
    cut = _cut_words(page, stretches)
    if not cut:
        return Seen(How.EXACT, stretches, printed)
    return Seen(How.NEAR, stretches, max(cut, key=len)) if all(len(word) >= LOST_SPACES for word in cut) else NOWHERE


def _edges(page: Page, stretches: Sequence[Stretch]) -> tuple[tuple[str, int], tuple[str, int]]:
    """The line and the offset where a find begins, and where it ends."""
    first, last = stretches[0], stretches[-1]
    return (page.lines[first.line].text, first.start), (page.lines[last.line].text, last.end)


def _cuts_number(page: Page, stretches: Sequence[Stretch]) -> bool:
    """True where an edge lies inside a number: 500 is not in 1500, nor in 1,500 or 500.5."""
    return any(
        re.search(r"\d[.,]?$", text[:offset]) and re.match(r"[.,]?\d", text[offset:])
        for text, offset in _edges(page, stretches)
    )


def _cut_words(page: Page, stretches: Sequence[Stretch]) -> list[str]:
    """The Latin words that an edge of the find cuts in two."""
    return [word for text, offset in _edges(page, stretches) if (word := _word_around(text, offset))]


def _word_around(text: str, offset: int) -> str:
    """The word that `offset` lies inside of; "" between words. "TotalFat" is two words that lost their space."""
    if not 0 < offset < len(text):
        return ""
    before, after = text[offset - 1], text[offset]
    if not (before.isalpha() and after.isalpha()) or has_cjk(before + after):
        return ""
    if not (after.islower() or before.isupper()):
        return ""
    start = next((at for at in range(offset - 1, -1, -1) if not text[at].isalpha()), -1) + 1
    end = next((at for at in range(offset, len(text)) if not text[at].isalpha()), len(text))
    return text[start:end]


def _stands_alone(page: Page, stretch: Stretch) -> bool:
    text = page.lines[stretch.line].text
    around = text[stretch.start - 1 : stretch.start] if stretch.start else ""
    return not any(char.isalnum() for char in (*around, *text[stretch.end : stretch.end + 1]))


def may_differ(wanted: str) -> int:
    """How many characters may differ in a word that is still this one."""
    least, two = (LEAST_NEAR_CJK, TWO_CJK) if has_cjk(wanted) else (LEAST_NEAR_LATIN, TWO_LATIN)
    return 0 if len(wanted) < least else 1 if len(wanted) < two else 2


def _find_aligned(page: Page, words: str, wanted: str) -> Seen:
    allowed = may_differ(wanted)
    if not allowed:
        return NOWHERE
    found = [_aligned(page, flow, words, wanted, allowed) for flow in page.flows]
    return max(found, key=lambda seen: ORDER.index(seen.how), default=NOWHERE)


def _aligned(page: Page, flow: Flow, words: str, wanted: str, allowed: int) -> Seen:
    """The stretch of the flow that is most like `wanted`, where no more than `allowed` characters differ."""
    if len(flow.text) < len(wanted) - allowed:
        return NOWHERE
    likeness = fuzz.partial_ratio_alignment(wanted, flow.text, score_cutoff=100 * (1 - (allowed + 1) / len(wanted)))
    if likeness is None or len(flow.text) < len(wanted):
        start, end = 0, len(flow.text)
    else:
        start, end = likeness.dest_start, likeness.dest_end
    windows = [
        (
            Levenshtein.distance(wanted, flow.text[first:last], score_cutoff=allowed),
            abs(last - first - len(wanted)),
            first,
            last,
        )
        for first in range(max(start - allowed, 0), start + allowed + 1)
        for last in range(end - allowed, min(end + allowed, len(flow.text)) + 1)
        if first < last
    ]
    distance, _, first, last = min(windows, default=(allowed + 1, 0, 0, 0))
    stretches = page.stretches(flow, first, last)
    if distance > allowed or not stretches or not page.run_on(stretches) or _cuts_number(page, stretches):
        return NOWHERE
    if _cut_words(page, stretches):
        return NOWHERE
    printed = page.printed(stretches)
    return Seen(How.NEAR if same_numbers(words, printed) else How.DIFFERS, stretches, printed)


def _find_covered(page: Page, words: str, wanted: str) -> Seen:
    """A long text by its short runs of letters: whatever order its lines were read in, and misread here and there."""
    size = RUN_CJK if has_cjk(wanted) else RUN_LATIN
    runs = {wanted[at : at + size] for at in range(len(wanted) - size + 1)}
    there = {flow.text[at : at + size] for flow in page.flows for at in range(len(flow.text) - size + 1)}
    covered = [False] * len(wanted)
    for at in range(len(wanted) - size + 1):
        if wanted[at : at + size] in there:
            covered[at : at + size] = [True] * size
    if sum(covered) < COVERED * len(wanted):
        return NOWHERE
    stretches = tuple(stretch for line in range(len(page.lines)) if (stretch := _part_in(page, line, runs, size)))
    if not stretches:
        return NOWHERE
    printed = page.printed(stretches)
    told = set(_tokens(words)) <= set(_tokens(" ".join(page.lines[stretch.line].text for stretch in stretches)))
    return Seen(How.NEAR if told else How.DIFFERS, stretches, printed)


def _part_in(page: Page, line: int, runs: set[str], size: int) -> Stretch | None:
    """The part of a line that belongs to the text with these runs; None for a line that shares a word by chance."""
    squashed = squash(page.lines[line].text)
    hits = [at for at in range(len(squashed.text) - size + 1) if squashed.text[at : at + size] in runs]
    if not hits:
        return None
    first, last = hits[0], hits[-1] + size
    if last - first < min(LEAST_OF_LINE, len(squashed.text)):
        return None
    if len(squashed.text) - last < size:  # a misread letter near the line's end takes the rest of it along
        last = len(squashed.text)
    return Stretch(line, squashed.start(first), squashed.end(last))


def _find_doubtful(page: Page, words: str) -> Seen:
    """Words with a letter that could not be read: near, with the print that has the letter, where the rest fits.

    A question mark that is printed is none of those.
    """
    parts = [squash(part).text for part in DOUBT.split(words)]
    if sum(map(len, parts)) < (LEAST_KNOWN_CJK if has_cjk(words) else LEAST_KNOWN_LATIN):
        return NOWHERE
    plain = _find_plain(page, DOUBT.sub(" ", words).strip())
    if plain.how is How.EXACT and _has_mark(page, plain):
        return plain
    pattern = re.compile(".".join(re.escape(part) for part in parts))
    for flow in page.flows:
        for match in pattern.finditer(flow.text):
            stretches = page.stretches(flow, *match.span())
            if page.run_on(stretches) and not _cuts_number(page, stretches) and not _cut_words(page, stretches):
                return Seen(How.NEAR, stretches, page.printed(stretches))
    return Seen(How.NEAR, plain.stretches, plain.printed) if plain.how in (How.EXACT, How.NEAR) else NOWHERE


def _has_mark(page: Page, seen: Seen) -> bool:
    """True where the print has a question mark of its own in or right behind the find."""
    last = seen.stretches[-1]
    return bool(DOUBT.search(page.printed(seen.stretches) + page.lines[last.line].text[last.end : last.end + 2]))


def _numbers(text: str) -> str:
    """All digits in a row; a decimal point between two of them is kept, other signs are not."""
    return re.sub(r"[^0-9\0]", "", _DECIMAL.sub(rf"\1{_POINT}\2", _plain_width(text)))


def _tokens(text: str) -> list[str]:
    return re.findall(r"[0-9]+(?:\.[0-9]+)?", _plain_width(text).replace(",", "."))


def _plain_width(text: str) -> str:
    """Full-width digits and signs as plain ones, the length kept."""
    return text.translate(_WIDTH)


_WIDTH = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {ord("．"): ".", ord("，"): ","}
