"""What goods are called, as against who makes them and what is said about them."""

from __future__ import annotations

import re
from functools import lru_cache

from core.values.lexicons import lexicon_tables
from core.values.text import fold, has_cjk, squash

LEAST_HAN = 3
"""Characters of a Chinese word that ends in 油 or 酱, from which it is a name: 酱 alone is a word of a slogan."""
LEAST_STEM = 2
"""Letters before the last part of a German compound."""
_BRACKETS = re.compile(r"[（(][^()（）]*[)）]\s*$")
_AMOUNT_AT_END = re.compile(
    r"[\s,，]*\d+(?:[.,]\d+)?\s*(?:kg|g|ml|l|[克升片枚包袋只个]|毫升|千克|公斤)?(?:\s*[x×*]\s*\d+)?$", re.IGNORECASE
)
_SAYS_SOMETHING = re.compile(
    r"^(?:no|not|with|made|without|source|rich|free|ohne|mit|aus|quelle|reich|sans|avec|source|riche)\b|\b(?:free|frei)$",
    re.IGNORECASE,
)
"""Words that begin or end a claim: Sans huile de palme."""


@lru_cache
def _latin_words() -> frozenset[str]:
    lexicon = lexicon_tables("goods_names")
    return frozenset(fold(word) for language in ("en", "fr") for word in lexicon[language]["words"])


@lru_cache
def _tails() -> tuple[str, ...]:
    return tuple(fold(tail) for tail in lexicon_tables("goods_names")["de"]["tails"])


def names_category(text: str) -> bool:
    """True for a text that ends in a category of goods (食用植物油, Mehrfruchtsaft) or, in French and English, has
    its word (Jus de fruits)."""
    bare = _bare(text)
    if has_cjk(bare):
        return squash(bare).text.endswith(tuple(lexicon_tables("goods_names")["zh"]["categories"])) and not _is_none(
            bare
        )
    return not _SAYS_SOMETHING.search(bare) and any(map(_is_goods_word, re.findall(r"[^\W\d_]+", bare)))


def names_goods(text: str) -> bool:
    """True for what goods are called, also where only its last character says so (五香牛肉干)."""
    bare = squash(_bare(text)).text
    if not has_cjk(text):
        return names_category(text)
    heads = tuple(lexicon_tables("goods_names")["zh"]["heads"])
    return names_category(text) or (len(bare) >= LEAST_HAN and bare.endswith(heads) and not _is_none(bare))


def _bare(text: str) -> str:
    """The name without what is added to it in brackets, and without the amount at its end."""
    return _AMOUNT_AT_END.sub("", _BRACKETS.sub("", text.strip())).strip()


def _is_none(text: str) -> bool:
    return squash(text).text.endswith(tuple(lexicon_tables("goods_names")["zh"]["not"]))


def _is_goods_word(word: str) -> bool:
    folded = fold(word)
    compound = any(folded.endswith(tail) and len(folded) >= len(tail) + LEAST_STEM for tail in _tails())
    return folded in _latin_words() or folded in _tails() or compound
