"""GTIN: the number under a retail barcode (GS1 General Specifications, section 7.9: check digit)."""

from __future__ import annotations

import re
import unicodedata

from biip import ParseError
from biip.upc import Upc, UpcFormat
from stdnum import ean

LENGTHS = (8, 12, 13, 14)
"""Digits of GTIN-8 (EAN-8), GTIN-12 (UPC-A), GTIN-13 (EAN-13) and GTIN-14 (ITF-14)."""

SEPARATORS = re.compile(r"[\s\-‐‑–]+")


def check_digit(digits: str) -> str:
    """The digit that completes `digits` (all but the last one) to a GTIN of any length.

    Weights are 3, 1, 3 … from the right, so leading zeros do not change it.
    """
    return str(ean.calc_check_digit(digits))


def is_valid_gtin(text: str) -> bool:
    """True for 8, 12, 13 or 14 plain digits that end in the right check digit.

    All zeros satisfy the sum but are issued to nobody. A true result is no proof that the digits
    were read right: one wrong reading in ten passes.
    """
    return (
        len(text) in LENGTHS
        and text.isascii()
        and text.isdigit()
        and text.strip("0") != ""
        and check_digit(text[:-1]) == text[-1]
    )


def normalise_gtin(text: str) -> str | None:
    """The GTIN in `text` as plain digits, leading zeros kept; None when it holds none.

    Spaces, hyphens and full-width digits are accepted: "3 596710 400843" -> "3596710400843".
    """
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    return digits if is_valid_gtin(digits) else None


def expand_upc_e(text: str) -> str | None:
    """The 12 digits of the UPC-A that a UPC-E of 6 to 8 digits stands for; None if it is none.

    Only for text known to be UPC-E: the same eight digits can also be a valid EAN-8.
    """
    try:
        upc = Upc.parse(text)
    except ParseError:
        return None
    return upc.as_upc_a() if upc.format == UpcFormat.UPC_E else None
