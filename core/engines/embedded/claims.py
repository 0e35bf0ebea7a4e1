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
from core.values.quantities import parse_quantity
from core.values.text import CJK, Vocabulary, fold, has_cjk, letters

LONGEST_CLAIM_LATIN = 60
LONGEST_CLAIM_CJK = 24
"""Characters; a longer line is a sentence about something else."""
LEAST_LETTERS = 2
LEAST_CARE = 2
"""Lines that make a care label; one alone is a coincidence."""
LEAST_BULLETS = 2
LEAST_PHRASE, LONGEST_PHRASE = 4, 10
"""Chinese characters of a slogan on a front: 丝滑醇厚."""
SET_ALIKE = 1.2
"""Lines set alike differ in height by this factor at most."""
LEAST_CJK = 4
"""Chinese characters that make Chinese a language of the label."""

_NAMES_WHO = re.compile(r"公司|集团|工厂|制造|出品|荣誉|商标|[省市县区]|图片|图案|仅供|实物|热线|电话|官网|扫码|关注")
"""Who made it, where, and remarks about the picture."""
_LEAD = re.compile(r"^[\s·•|｜∙●■◆▪✓✔√]+")
_BULLET = re.compile(r"^\s*[•●■◆▪✓✔√]\s*\S")
_SIDE_BY_SIDE = re.compile(r"\s*[·•|｜∙]\s*|\t")
"""What stands between two claims on one line."""
_COUNTED = re.compile(
    r"\d+\s*%\s*[^\W\d_]{3,}|[\u4e00-\u9fff]{2,}\s*\d+(?:\.\d+)?%|\d+(?:\.\d+)?\s*m?g\s+(?:of\s+)?(?:protein|fib|sugar|fat|calcium)"
    r"|\b(?!toll|duty|feel|tax|set)[^\W\d_]{3,}[- ]free\b"
    r"|含\s*\d|\d+\s*(?:小时|倍|重|种|道|层)[\u4e00-\u9fff]|[\u4e00-\u9fff]\d+\s*(?:小时|倍|天)$",
    re.IGNORECASE,
)
"""A share, an amount or a number of hours with what it is of, or is free of: 45% Cocoa, 7g protein, 48小时保湿."""
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


def _strengths(text: str) -> set[str]:
    return {hit.meaning for hit in _claims().find(text)}


def is_claim(text: str, plainly: bool = False) -> bool:
    """True for a short line with a claim's words in it.

    `plainly` asks for words that can be nothing else (sugar free), not for praise that may also be
    part of a product's name (organic, moisturising).
    """
    longest = LONGEST_CLAIM_CJK if has_cjk(text) else LONGEST_CLAIM_LATIN
    hits = _strengths(text)
    if "none" in hits or len(text) > longest:
        return False
    return "plain" in hits or _COUNTED.search(text) is not None or (not plainly and "praise" in hits)


def begins_with_claim(text: str) -> bool:
    """True where the first words can be nothing but a claim (Sans gluten)."""
    hit = _claims().match(text)
    return hit is not None and hit.meaning == "plain"


def is_bullet(text: str) -> bool:
    """True for a line that begins with the mark of a list."""
    return _BULLET.match(text) is not None


def find_claims(page: Page, used: Iterable[int]) -> FieldValue | None:
    """Short lines that claim something, and lists of bullets, outside the lines other fields use."""
    runs = _free_runs(page, used)
    bullets = [run for run in runs if is_bullet(run.text)]
    listed = {id(run) for run in bullets} if len(bullets) >= LEAST_BULLETS else set()
    return _as_claims([run for run in runs if id(run) in listed or _claims_something(run)], Grade.MEDIUM)


def find_front_claims(page: Page, used: Iterable[int]) -> FieldValue | None:
    """The same on the front of a pack, where a bullet needs no second one, what is set like a claim beside or under it
    is one too, and so is what a Chinese front says beside its names and amounts.

    The grade is low where only place and type speak for one of them.
    """
    runs = _free_runs(page, used)
    sure = [run for run in runs if is_bullet(run.text) or _claims_something(run)]
    likely = [run for run in runs if run not in sure and _may_be_slogan(run)]
    likely = [run for run in likely if _is_phrase(run) or any(_is_set_like(run, claim) for claim in sure)]
    return _as_claims([run for run in runs if run in sure or run in likely], Grade.LOW if likely else Grade.MEDIUM)


def _free_runs(page: Page, used: Iterable[int]) -> list[Run]:
    taken = set(used)
    return [run for run in page.runs if not taken & {piece.index for piece in run.pieces}]


def _as_claims(runs: Sequence[Run], grade: Grade) -> FieldValue | None:
    items = list(dict.fromkeys(item for run in runs for item in _items(run)))
    if not items:
        return None
    return found(items, "\n".join(items), [span for run in runs for span in _whole(run)], grade)


def _may_be_slogan(run: Run) -> bool:
    """True for words that no key, no amount and no remark make something else."""
    text = run.text.strip()
    short = letters(text) >= LEAST_LETTERS and len(text) <= (
        LONGEST_CLAIM_CJK if has_cjk(text) else LONGEST_CLAIM_LATIN
    )
    remark = text.startswith("*") or any(char in text for char in ":：@/") or "none" in _strengths(text)
    return short and not remark and not find_marks(text) and parse_quantity(text) is None


def _is_phrase(run: Run) -> bool:
    """True for clear Chinese words, long enough to say something; companies and places say who and where."""
    clear = all(piece.line.score >= CLEAR for piece in run.pieces)
    return clear and LEAST_PHRASE <= len(CJK.findall(run.text)) <= LONGEST_PHRASE and not _NAMES_WHO.search(run.text)


def _is_set_like(run: Run, claim: Run) -> bool:
    """True for a line of the claim's size on its row, or right above or below it in its column."""
    alike = max(run.height, claim.height) <= SET_ALIKE * min(run.height, claim.height)
    row = min(run.y1, claim.y1) - max(run.y0, claim.y0) > 0.5 * min(run.height, claim.height)
    upper, lower = sorted((run, claim), key=lambda line: line.y0)
    column = abs(run.x0 - claim.x0) <= run.height and lower.y0 - upper.y1 <= run.height
    return alike and (row or column)


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
