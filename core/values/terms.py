"""Term lexicons: the words that tell a theme, a promotion, an audience … apart (data/lexicons/*.toml).

An entry is a key with its name in two languages, the terms that mean it, and the exceptions: longer
wordings that hold a term and mean something else (第一步 is no 第一). Terms are plain words, never
regular expressions, so that people who know the trade can edit them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache

from core.types import Bilingual, Frozen
from core.values.lexicons import FOLDER, lexicon_tables
from core.values.text import fold_aligned, has_cjk

# Traditional forms that posters of Hong Kong and Taiwan use in the vocabulary of the lexicons, and 凈 and 弾, which
# readers give for 净 and 弹.
_TRADITIONAL = str.maketrans(
    "買贈優價滿減費運購搶員現時動領紅禮單雙獎惠質證換貨賠級國際絕對獨無極專業選絲綿麗養膚護發髮壓儲鮮爽濃凈淨弾彈",
    "买赠优价满减费运购抢员现时动领红礼单双奖惠质证换货赔级国际绝对独无极专业选丝绵丽养肤护发发压储鲜爽浓净净弹弹",
)


class Entry(Frozen):
    """One meaning: `terms` say it, `exceptions` are longer wordings that do not."""

    key: str
    en: str
    zh: str
    terms: tuple[str, ...]
    exceptions: tuple[str, ...] = ()

    @property
    def label(self) -> Bilingual:
        return Bilingual(en=self.en, zh=self.zh)


@dataclass(frozen=True)
class Match:
    """A term found in a text: `text[start:end]` is `printed`."""

    key: str
    printed: str
    start: int
    end: int


@dataclass(frozen=True)
class _Wording:
    """A term, or an exception where `key` is None. `probe` rules most of them out before a pattern is tried."""

    text: str
    key: str | None

    @cached_property
    def probe(self) -> str:
        folded = wording_form(self.text)
        return folded[0] if has_cjk(folded[0]) else re.split(r"[\s-]+", folded)[0]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(_wording_pattern(self.text))


@dataclass(frozen=True)
class TermLexicon:
    """The entries of one file, in order of precedence."""

    name: str
    version: int
    entries: tuple[Entry, ...]
    digest: str
    """First 12 hex digits of the file's SHA-256: results can say which words they were made with."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entry.key for entry in self.entries)

    def label(self, key: str) -> Bilingual:
        """How `key` is called; a key that the file no longer has stands for itself."""
        return next((entry.label for entry in self.entries if entry.key == key), Bilingual(en=key, zh=key))

    def find(self, text: str) -> list[Match]:
        """Every term in `text`, left to right, without overlaps: of two that overlap the longer wording counts."""
        return list(self._remembered(text))

    @cached_property
    def _remembered(self) -> Callable[[str], tuple[Match, ...]]:
        """A poster's phrases are looked up again for every field that may be made of them."""
        return lru_cache(maxsize=1024)(self._search)

    def _search(self, text: str) -> tuple[Match, ...]:
        folded = wording_form(text)
        free = [True] * len(folded)
        found = []
        for wording in self._wordings:
            if wording.probe not in folded:
                continue
            for hit in wording.pattern.finditer(folded):
                start, end = hit.span()
                if not all(free[start:end]):
                    continue
                free[start:end] = [False] * (end - start)
                if wording.key:
                    found.append(Match(wording.key, text[start:end], start, end))
        return tuple(sorted(found, key=lambda match: match.start))

    def first(self, text: str) -> Match | None:
        """The match whose entry stands first in the file."""
        return min(self.find(text), key=lambda match: self.keys.index(match.key), default=None)

    @cached_property
    def _wordings(self) -> list[_Wording]:
        terms = [_Wording(term, entry.key) for entry in self.entries for term in entry.terms]
        exceptions = [_Wording(term, None) for entry in self.entries for term in entry.exceptions]
        return sorted([*terms, *exceptions], key=lambda wording: -len(wording.text))


@lru_cache
def shipped_terms(name: str) -> TermLexicon:
    """The lexicon data/lexicons/`name`.toml; a key or a term used twice in it raises ValueError."""
    raw = lexicon_tables(name)
    entries = tuple(Entry(**entry) for entry in raw["entries"])
    _refuse_repeats(name, [entry.key for entry in entries])
    _refuse_repeats(name, [wording_form(term) for entry in entries for term in entry.terms])
    digest = hashlib.sha256((FOLDER / f"{name}.toml").read_bytes()).hexdigest()[:12]
    return TermLexicon(name, raw["version"], entries, digest)


lookup: ContextVar[Callable[[str], TermLexicon]] = ContextVar("lexicons", default=shipped_terms)
"""Where this thread's lexicons come from; `core.values.editions.use_edition` changes it."""


def load_terms(name: str) -> TermLexicon:
    """The lexicon `name` as it counts in this thread: the shipped file, with the changes made in this installation."""
    return lookup.get()(name)


def wording_form(text: str) -> str:
    """`text` in the form wordings are compared in: same length, so that positions carry over.

    Half-width, lower case, without accents; traditional characters of the trade's words simplified.
    """
    return fold_aligned(text).translate(_TRADITIONAL)


def wording_key(text: str) -> str:
    """What two wordings have in common that find the same print: spaces and hyphens count for nothing in them."""
    return re.sub(r"[\s-]+", "", wording_form(text))


def _wording_pattern(term: str) -> str:
    """Chinese terms may have spaces between characters; English ones match whole words, singular or plural.

    OCR often loses the spaces of English capitals (FREESHIPPING), so words of a phrase may touch, and a
    phrase needs no word boundary.
    """
    folded = wording_form(term)
    if has_cjk(folded):
        return r"\s*".join(map(re.escape, folded.replace(" ", "")))
    words = [re.escape(word) for word in re.split(r"[\s-]+", folded)]
    if len(words) > 1:
        return r"[\s-]*".join(words)
    return rf"(?<![a-z0-9]){words[0]}(?:s|'s)?(?![a-z0-9])"


def _refuse_repeats(name: str, values: list[str]) -> None:
    repeated = {value for value in values if values.count(value) > 1}
    if repeated:
        raise ValueError(f"Lexicon {name}.toml: used twice: {', '.join(sorted(repeated))}.")
