"""The brand is one that verified records show under the same company prefix of the barcode.

Source: GS1 General Specifications, section 1 (company prefixes); their lengths in China: 7 digits behind 690 and 691,
8 behind 692 to 696, 9 behind 697 to 699 †. Elsewhere 9 digits are compared, which keeps companies apart rather than
together. Level: review, for a company may have several brands. Silent until three records under the prefix agree on
one brand, and for numbers that belong to no company (in-store 02 and 20-29, coupons, books).
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, value_of
from core.types import Fields, Level
from core.values.gtin import normalise_gtin
from core.values.text import likeness, squash

LEAST_RECORDS = 3
ALIKE = 0.6
"""Spellings of one brand (St Hubert, St. Hubert, StHubert Omega 3) are at least so alike."""
_CHINESE = {"690": 7, "691": 7, "692": 8, "693": 8, "694": 8, "695": 8, "696": 8}
_ELSEWHERE = 9
_NO_COMPANY = ("02", "04", "05", "2", "97", "98", "99")


def company_prefix(gtin: object) -> str | None:
    """The digits of a GTIN-13 (or a shorter or longer form of one) that name a company; None where none do."""
    digits = normalise_gtin(gtin) if isinstance(gtin, str) else None
    if digits is None or len(digits) == 8:
        return None
    whole = digits.zfill(14)[1:]
    return None if whole.startswith(_NO_COMPANY) else whole[: _CHINESE.get(whole[:3], _ELSEWHERE)]


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    brand, prefix = value_of(fields, "brand"), company_prefix(value_of(fields, "gtin"))
    if not isinstance(brand, str) or not brand.strip() or prefix is None or len(known.brands) != 1:
        return
    other, records = next(iter(known.brands.items()))
    if records < LEAST_RECORDS or _is_alike(brand, other):
        return
    yield hit(
        "brand",
        Level.REVIEW,
        f"{records} verified products with barcode {prefix}… are of the brand '{other}', not '{brand.strip()[:40]}'.",
        f"条码以 {prefix} 开头的 {records} 个已核验商品，品牌均为“{other}”，而不是“{brand.strip()[:40]}”。",
    )


def _is_alike(one: str, other: str) -> bool:
    a, b = squash(one).text, squash(other).text
    return a in b or b in a or likeness(one, other) >= ALIKE


RULE = Rule("brand_prefix", 1, PRODUCT, check)
