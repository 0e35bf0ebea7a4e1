"""A model's words, whatever JSON it wrapped them in: cleaned, told from "nothing there", doubts noticed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from core.engines.language.reader import Cut, Items, Pairs
from core.values.text import CJK

LEAST_CUT_CJK, LEAST_CUT_LATIN = 2, 4
"""Letters from which the beginning of a cut text says something."""

_ABSENT = frozenset(
    (
        "null", "none", "nil", "n/a", "undefined", "unknown", "unspecified", "not printed", "not visible",
        "not available", "not found", "not specified", "not shown", "not present", "not applicable",
        "无", "没有", "未知", "未标注", "未标明", "未注明", "未显示", "未提供", "不详", "不适用", "无法识别", "看不清",
    )
)  # fmt: skip
"""Words for "nothing there", folded, without the punctuation around them."""
_EDGES = " \t\n.。()（）[]【】<>-—"
_WRAPPED_CJK = re.compile(r"(?<=[\u3000-\u9fff，。；：、）])\s*\n\s*(?=[\u3000-\u9fff，。；：、（])")
_SEVERAL = re.compile(r"[\n;；、]")
_QUESTION_END = re.compile(r"(?<=[^\W\d_])[?？]+(?=[\s\"'”’」』)）!！]|$)")
"""A question mark that ends a sentence: behind a letter, before a space, a closing mark or the end."""
_PARTICLE = re.compile(r"[吗呢吧么嘛][?？]")
_SHORT_QUESTION = 2
"""Words from which a text can be a question; one word with a ? behind it has a doubtful last character."""


def clean(text: str) -> str:
    """One line without control characters and half characters, single spaces, wrapped Chinese joined."""
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Cn"))
    return " ".join(_WRAPPED_CJK.sub("", kept).split())


def is_absent(text: str) -> bool:
    """True for words that say that nothing is there, and for marks without a letter or digit."""
    return text.strip(_EDGES).casefold() in _ABSENT or not any(char.isalnum() for char in text)


def is_doubtful(text: str) -> bool:
    """True where a ? stands for a character that could not be read (20?5, 蛋?质), false for a printed question.

    A question mark at the end of two words or more, or behind four Chinese characters, is taken for a printed
    one; a doubt there costs a person's look only where it is none.
    """
    if "�" in text:
        return True
    if _can_be_question(text):
        text = _QUESTION_END.sub("", text)
    return "?" in text


def _can_be_question(text: str) -> bool:
    words = len(text.split()) >= _SHORT_QUESTION or len(CJK.findall(text)) >= 2 * _SHORT_QUESTION
    return words or bool(_PARTICLE.search(text))


def text_of(value: Any) -> str:
    """The words in a JSON value, joined in their order; "" where it holds none. A bool is no word."""
    words = [word for word in (clean(word) for word in _words(value)) if word]
    return " ".join(words)


def entries_of(value: Any) -> list[str]:
    """The entries that a JSON value lists. A string lists what stands between its line ends and semicolons."""
    if isinstance(value, str):
        parts: list[Any] = _SEVERAL.split(value)
    elif isinstance(value, Items):
        parts = value.items
    elif isinstance(value, Pairs):
        parts = [item for _, item in value.pairs]
    else:
        parts = []
    texts = [text_of(part) for part in parts if not isinstance(part, Cut)]
    return [text for text in texts if text and not is_absent(text)]


def is_cut(value: Any) -> bool:
    """True where the end of the answer cut this value off, at any depth."""
    if isinstance(value, Items):
        return not value.whole
    if isinstance(value, Pairs):
        return not value.whole
    return isinstance(value, Cut)


def says_something(text: str) -> bool:
    """True where the beginning of a cut text is worth keeping: enough letters, and not digits alone.

    Half a number is another number; half a sentence is half a sentence.
    """
    letters = sum(char.isalpha() for char in text)
    return letters >= (LEAST_CUT_CJK if CJK.search(text) else LEAST_CUT_LATIN)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Items):
        for item in value.items:
            yield from _words(item)
    elif isinstance(value, Pairs):
        for _, item in value.pairs:
            yield from _words(item)
