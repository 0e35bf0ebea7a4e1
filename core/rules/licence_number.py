"""A food production licence is SC and 14 digits, the last of which checks the others.

Source: Measures for Food Production Licensing (SAMR order 24 of 2020), art. 29: SC and 14 digits, the last a check
digit; its reckoning by GB/T 17710 (ISO 7064 MOD 11,10) is general knowledge †, borne out by the six
published numbers its tests hold. Level: review. Numbers of other kinds (QS, cosmetics, medical devices) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.iso7064 import mod_11_10

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, value_of
from core.types import Fields, Level
from core.values.text import fold_aligned

DIGITS = 14
_NUMBER = re.compile(r"(?<![a-z])sc\s*[:：]?\s*(\d(?:[\s-]?\d)*)")


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    value = value_of(fields, "licence")
    for match in _NUMBER.finditer(fold_aligned(value)) if isinstance(value, str) else ():
        digits = re.sub(r"\D", "", match[1])
        if len(digits) != DIGITS:
            yield hit(
                "licence",
                Level.REVIEW,
                f"SC{digits} has {len(digits)} digits; a food licence has {DIGITS}. Compare it with the photo.",
                f"SC{digits} 有 {len(digits)} 位数字，食品生产许可证应为 {DIGITS} 位，请对照照片核对。",
            )
        elif not mod_11_10.is_valid(digits):
            yield hit(
                "licence",
                Level.REVIEW,
                f"The check digit of SC{digits} does not fit: one digit may be misread. Compare it with the photo.",
                f"SC{digits} 的校验位不符，可能有一位读错，请对照照片核对。",
            )


RULE = Rule("licence_number", 1, PRODUCT, check)
