"""A product standard is a known kind of code with a number, and a year that has come.

Source: DOMAIN section 3, Identifiers (GB, GB/T, SN, SB/T, QB/T, NY/T, Q/… with year); prefixes of Chinese national,
trade, local, group and company standards †. Level: review. The year may be left out on a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, value_of
from core.types import Fields, Level
from core.values.text import fold_aligned, has_cjk

_PREFIX = (
    r"gb\s?(?:/\s?[tz])?|gsb|dbs?\s?\d{2}\s?/\s?t?|t\s?/\s?[a-z]{2,10}|q\s?/?\s?[a-z0-9()（）]{1,12}|iso|en|iec|astm|jis"
    r"|(?:ny|sb|qb|sn|ls|gh|sc|fz|yy|hg|jb|bb|ly|ws|sh|hj|cj|jc|jg|gy|sj|wb|yc|rhb|ccaa|mh|nb|dl|ga|wh)\s?(?:/\s?[tz])?"
)
_CODE = re.compile(
    rf"(?<![a-z])(?:{_PREFIX})[\s.]*\d[\d.]*(?:\s?[a-z]{{1,2}})?(?![a-z0-9])(?:\s?[-—–]\s?(?P<year>\d{{4}})(?!\d))?"
)
"""A letter between digits (GB/T 2O980) is no code."""
_SHOWN = 40


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    value = value_of(fields, "standard_code")
    if not isinstance(value, str) or not value.strip():
        return
    codes = list(_CODE.finditer(fold_aligned(value)))
    if not codes and not has_cjk(value):
        shown = value.strip()[:_SHOWN]
        yield hit(
            "standard_code",
            Level.REVIEW,
            f"'{shown}' is no form of standard code that is known. Compare it with the photo.",
            f"“{shown}”不是已知的标准号格式，请对照照片核对。",
        )
    years = [int(code["year"]) for code in codes if code["year"]]
    for year in years:
        if year > known.as_of.year:
            yield hit(
                "standard_code",
                Level.REVIEW,
                f"A standard of {year} is not out yet. Compare the year with the photo.",
                f"标准年号 {year} 尚未到来，请对照照片核对。",
            )


RULE = Rule("standard_code_form", 1, PRODUCT, check)
