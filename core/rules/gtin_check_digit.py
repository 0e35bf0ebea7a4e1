"""A barcode number has 8, 12, 13 or 14 digits and ends in the right check digit.

Source: GS1 General Specifications, section 7.9 (mod-10 check digit). Level: error for a wrong check
digit, for such a number can't be scanned or listed; review for another length.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, value_of
from core.types import Fields, Level
from core.values.gtin import LENGTHS, SEPARATORS, check_digit, is_valid_gtin


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    value = value_of(fields, "gtin")
    if not isinstance(value, str):
        return
    digits = SEPARATORS.sub("", value)
    if is_valid_gtin(digits):
        return
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS:
        yield hit("gtin", Level.REVIEW, *_not_a_gtin(value))
    elif not digits.strip("0"):
        yield hit("gtin", Level.ERROR, "A barcode of zeros is issued to nobody.", "全零条码不属于任何商品。")
    else:
        yield hit("gtin", Level.ERROR, *_wrong_check_digit(digits))


def _not_a_gtin(value: str) -> tuple[str, str]:
    en = f"'{value}' is not 8, 12, 13 or 14 digits. Compare it with the bars on the photo."
    return en, f"“{value}”不是 8、12、13 或 14 位数字，请对照照片核对。"


def _wrong_check_digit(digits: str) -> tuple[str, str]:
    right = check_digit(digits[:-1])
    en = f"The check digit should be {right}, not {digits[-1]}: one digit at least is misread."
    return en, f"校验位应为 {right}，而不是 {digits[-1]}：至少有一位读错。"


RULE = Rule("gtin_check_digit", 1, PRODUCT, check)
