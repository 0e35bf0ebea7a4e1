"""Whether what the network made of a page is its text: scripts it does not know, accents it drops, mirrored pages.

The network answers every line it finds with letters of its own scripts. Of an unknown script that is next to
nothing, or letters it is not sure of. Share of a page's text, by length, that came out so:

    Korean, Thai, Arabic, Hebrew, Cyrillic, Devanagari, Tamil, Georgian   0.79 to 1.00 (drawn pages, one real pack)
    mirrored pages of Chinese, English, French, German                    0.48 to 1.00
    22 real photos and 26 samples in scripts it knows, of 4 lines or more  0.00 to 0.12
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from core.types import Bilingual, Line, Script
from core.values.text import has_cjk, letters

UNSURE = 0.8
"""Score below which a line's letters are guesses."""

THIN = 0.4
"""Share of a line's length that the characters read would fill, below which most of it was not read."""

MOSTLY = 0.5
"""Share of unread text from which a page counts as unread."""

PERHAPS_MIRRORED = 0.35
"""Share of unread text from which it is worth reading the page the other way round."""

STILL_UNREAD = 0.25
"""Share of unread text up to which a page the other way round counts as read."""

LEAST_UNREAD = 4
"""So many lines have to be unread: a logo and two ornaments are no script."""

CERTAIN = 0.9
"""Score from which a line in the midst of an unread page is kept: dates and amounts in common digits."""

GREEK_SHARE = 0.3
"""Share of Greek among a page's letters from which it is Greek: formulas and μg have a letter or two."""

VIETNAMESE_SHARE = 0.2
"""Share of a page's lines with letters of its own from which a page is Vietnamese."""

_GREEK = re.compile(r"[\u0370-\u03ff]")
_VIETNAMESE = re.compile(r"[ăđơư]", re.IGNORECASE)


class Loss(StrEnum):
    """Scripts that are read with their accented letters missing."""

    GREEK = "greek"
    VIETNAMESE = "vietnamese"


def unread_share(lines: Sequence[Line], least: int = LEAST_UNREAD) -> float:
    """How much of the text, by length, the network could not read; 0 where fewer than `least` lines were not.

    `lines` are all that were found, those included whose text is empty.
    """
    unread = [length_of(line) for line in lines if is_unread(line)]
    if len(unread) < least:
        return 0.0
    return sum(unread) / sum(length_of(line) for line in lines)


def is_unread(line: Line) -> bool:
    """True where the network guessed, or read far fewer characters than a line of this length holds."""
    if line.score < UNSURE:
        return True
    filled = sum(1.0 if has_cjk(char) else 0.5 for char in line.text if not char.isspace())
    return filled * _height(line) < THIN * length_of(line)


def length_of(line: Line) -> float:
    corners = np.array(line.quad)
    return max(1.0, float(np.linalg.norm(corners[0] - corners[1])))


def _height(line: Line) -> float:
    corners = np.array(line.quad)
    return max(1.0, float(np.linalg.norm(corners[0] - corners[3])))


def find_loss(lines: Sequence[Line]) -> Loss | None:
    """The script whose accented letters are missing in what was read, if it is one of those.

    Vietnamese shows by two of its letters that no other language has together: Romanian has ă, Croatian đ.
    """
    text = "".join(line.text for line in lines)
    if letters(text) and len(_GREEK.findall(text)) >= GREEK_SHARE * letters(text):
        return Loss.GREEK
    own = [line for line in lines if _VIETNAMESE.search(line.text)]
    kinds = {char.casefold() for char in _VIETNAMESE.findall(text)}
    if len(kinds) >= 2 and len(own) >= VIETNAMESE_SHARE * len(lines):
        return Loss.VIETNAMESE
    return None


def kept(lines: Sequence[Line], script: Script) -> list[Line]:
    """The lines to believe on a page in this script."""
    if script is Script.MIRRORED:
        return []
    if script is Script.UNREAD:
        return [line for line in lines if line.score >= CERTAIN and not is_unread(line)]
    return list(lines)


NOTES = {
    Script.UNREAD: Bilingual(
        en="Script not supported, or print too unclear: most of the text on this photo could not be read. Chinese,"
        " Japanese and Latin letters are read; Korean, Thai, Arabic, Hebrew, Cyrillic, Indian and other scripts are"
        " not. Only clear digits and words are taken from it.",
        zh="不支持的文字，或印刷过于模糊：此照片上的大部分文字无法读取。可读取中文、日文和拉丁字母；"
        "韩文、泰文、阿拉伯文、希伯来文、西里尔字母、印度文字等不支持。仅采用清晰的数字和词语。",
    ),
    Script.MIRRORED: Bilingual(
        en="This photo is mirrored: its text runs backwards and was not read. Mirror the photo and upload it again.",
        zh="此照片左右颠倒（镜像），文字反向，未读取。请翻转照片后重新上传。",
    ),
}

LOSSES = {
    Loss.GREEK: Bilingual(
        en="Greek is not fully supported: letters with accents are missing in what was read.",
        zh="希腊文未完全支持：读取结果中缺少带重音的字母。",
    ),
    Loss.VIETNAMESE: Bilingual(
        en="Vietnamese is not fully supported: letters with tone marks are missing in what was read.",
        zh="越南文未完全支持：读取结果中缺少带声调的字母。",
    ),
}
