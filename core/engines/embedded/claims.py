"""What the pack says in its own favour, how a textile is cared for, and the languages printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.engines.embedded.keys import Keyed, find_marks
from core.engines.embedded.layout import Page, Piece, Run, Span
from core.engines.embedded.values import CLEAR, clean, found, grade_for
from core.types import FieldValue, Grade
from core.values.lexicons import lexicon_tables
from core.values.text import CJK, Vocabulary, fold, has_cjk, letters

LONGEST_CLAIM_LATIN = 60
LONGEST_CLAIM_CJK = 24
"""Characters; a longer line is a sentence about something else."""
LEAST_LETTERS = 2
LEAST_CARE = 2
"""Lines that make a care label; one alone is a coincidence."""
LEAST_BULLETS = 2
LEAST_CJK = 4
"""Chinese characters that make Chinese a language of the label."""

_LEAD = re.compile(r"^[\s·•|｜∙]+")
_BULLET = re.compile(r"^\s*[•●■◆▪✓✔√]\s*\S")
_SIDE_BY_SIDE = re.compile(r"\s*[·•|｜∙]\s*|\t")
"""What stands between two claims on one line."""
_COUNTED = re.compile(
    r"\d+\s*%\s*[^\W\d_]{3,}|[\u4e00-\u9fff]{2,}\s*\d+(?:\.\d+)?%|\d+(?:\.\d+)?\s*m?g\s+(?:of\s+)?(?:protein|fib|sugar|fat|calcium)"
    r"|含\s*\d|\d+\s*(?:小时|倍|重|种|道|层)[\u4e00-\u9fff]|[\u4e00-\u9fff]\d+\s*(?:小时|倍|天)$",
    re.IGNORECASE,
)
"""A share, an amount or a number of hours with what it is of: 45% Cocoa, 7g protein, 48小时保湿."""
_FIBRE_SHARE = re.compile(
    r"(?:\d{1,3}(?:\.\d)?\s*%\s*(?P<after>[^\d%,，、;；/]+)|(?P<before>[^\W\d_][^\d%,，、;；/:：]*?)\s*\d{1,3}(?:\.\d)?\s*%)"
)


@lru_cache
def _claims() -> Vocabulary[str]:
    """Phrases and what they are: "plain" and "praise" make a claim, "none" only looks like one."""
    lexicon = lexicon_tables("claims")
    return Vocabulary(
        {name: strength for strength in ("plain", "praise", "none") for name in lexicon[strength]["names"]}
    )


def is_claim(text: str, plainly: bool = False) -> bool:
    """True for a short line with a claim's words in it.

    `plainly` asks for words that can be nothing else (sugar free), not for praise that may also be
    part of a product's name (organic, moisturising).
    """
    longest = LONGEST_CLAIM_CJK if has_cjk(text) else LONGEST_CLAIM_LATIN
    hits = {hit.meaning for hit in _claims().find(text)}
    if "none" in hits or len(text) > longest:
        return False
    return "plain" in hits or _COUNTED.search(text) is not None or (not plainly and "praise" in hits)


def begins_with_claim(text: str) -> bool:
    """True where the first words can be nothing but a claim (Sans gluten)."""
    hit = _claims().match(text)
    return hit is not None and hit.meaning == "plain"


def find_claims(page: Page, used: Iterable[int]) -> FieldValue | None:
    """Short lines that claim something, and lists of bullets, outside the lines other fields use."""
    taken = set(used)
    runs = [run for run in page.runs if not taken & {piece.index for piece in run.pieces}]
    bullets = [run for run in runs if _BULLET.match(run.text)]
    listed = {id(run) for run in bullets} if len(bullets) >= LEAST_BULLETS else set()
    claims = [run for run in runs if id(run) in listed or _claims_something(run)]
    items = list(dict.fromkeys(item for run in claims for item in _items(run)))
    if not items:
        return None
    return found(items, "\n".join(items), [span for run in claims for span in _whole(run)], Grade.MEDIUM)


def _items(run: Run) -> list[str]:
    """The claims of one line; parts too short to say anything leave it whole."""
    parts = [clean(part) for part in _SIDE_BY_SIDE.split(_LEAD.sub("", run.text))]
    return parts if all(letters(part) >= LEAST_LETTERS for part in parts) else [clean(run.text)]


def _claims_something(run: Run) -> bool:
    text = run.text.strip()
    is_remark = text.startswith("*") or text.endswith((":", "："))
    keyed = any(set(mark.fields) != {"allergens"} for mark in find_marks(text))
    return not is_remark and letters(text) >= LEAST_LETTERS and is_claim(text) and not keyed


def _whole(run: Run) -> list[Span]:
    return [Span(piece, 0, len(piece.text)) for piece in run.pieces]


@lru_cache
def _care() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("care")["care"]["names"], "care"))


@lru_cache
def _fibres() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("care")["fibres"]["names"], "fibre"))


def find_care(page: Page) -> FieldValue | None:
    """Care instructions and fibre shares, one line each; nothing where there are too few for a care label."""
    pieces = [piece for piece in page.pieces if is_care(piece.text) or _is_fibre(piece.text)]
    if len(pieces) < LEAST_CARE:
        return None
    items = list(dict.fromkeys(clean(piece.text) for piece in pieces))
    spans = [Span(piece, 0, len(piece.text)) for piece in pieces]
    return found(items, "\n".join(items), spans, Grade.HIGH)


def is_care(text: str) -> bool:
    """True for a short line that is mostly a care instruction."""
    longest = LONGEST_CLAIM_CJK if has_cjk(text) else LONGEST_CLAIM_LATIN
    return len(text) <= longest and next(_care().find(text), None) is not None


def _is_fibre(text: str) -> bool:
    """True where a share in percent stands with a fibre's name."""
    shares = _FIBRE_SHARE.finditer(text)
    return any(next(_fibres().find(share["after"] or share["before"] or ""), None) for share in shares)


def find_languages(page: Page, keyed: Sequence[Keyed]) -> FieldValue | None:
    """The languages of the label, by script and by the keys that were found in each."""
    counted = Counter(entry.language for entry in keyed if entry.language in ("en", "fr", "de"))
    for piece in page.pieces:
        counted.update(_languages_of(piece))
    chinese = sum(len(CJK.findall(piece.text)) for piece in page.pieces if piece.line.score >= CLEAR)
    languages = (["zh"] if chinese >= LEAST_CJK else []) + [name for name, hits in counted.most_common() if hits >= 2]
    if not languages:
        return None
    spans = [Span(piece, 0, len(piece.text)) for piece in page.pieces]
    return FieldValue(value=languages, raw=None, lines=(), grade=grade_for(spans, Grade.MEDIUM), inferred=True)


def _languages_of(piece: Piece) -> list[str]:
    words = re.findall(r"[a-z]+", fold(piece.text))
    return [language for language, common in lexicon_tables("languages").items() for word in words if word in common]
