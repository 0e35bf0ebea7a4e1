"""The product's number: the decoded barcode, and the digits printed under it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.engines.embedded.composition import first_line
from core.engines.embedded.keys import Keyed
from core.types import Barcode, Bilingual, Box, FieldValue, Finding, Grade, Level, Readings, Source
from core.values.dates import parse_date
from core.values.gtin import is_valid_gtin, normalise_gtin
from core.values.text import squash

SHORTEST_LONG_CODE = 12
"""Digits from which a right check digit is more than chance; eight digits are dates and telephone numbers, too."""
_DIGITS = re.compile(r"(?<![A-Za-z\d])\d[\d \-]{6,18}\d(?!\d)")
_RETAIL = ("EAN", "UPC", "ITF", "GTIN", "DATABAR")


def find_gtin(readings: Readings, keyed: Iterable[Keyed]) -> FieldValue | None:
    """The decoded barcode where there is one; else printed digits with a right check digit, graded low.

    Bars that two decoders read differently are for a person: one reading is proposed, graded low, with the
    others beside it and a finding.
    """
    printed = _printed_codes(readings)
    decoded = _retail_codes(readings.barcodes, disputed=False)
    if decoded:
        return _against_print(_decoded_gtin(decoded, printed), printed, readings)
    disputed = _retail_codes(readings.barcodes, disputed=True)
    if disputed:
        return _disputed_gtin(_decoded_gtin(disputed, printed))
    keyed_codes = {squash(first_line(entry)).text for entry in keyed if entry.field == "gtin"}
    codes = {code: line for code, line in printed.items() if len(code) >= SHORTEST_LONG_CODE or code in keyed_codes}
    if not codes:
        return None
    best = next((code for code in codes if code in keyed_codes), max(codes, key=len))
    line = codes[best]
    return FieldValue(
        value=best,
        raw=readings.lines[line].text,
        box=readings.lines[line].box,
        lines=(line,),
        sources=(Source.OCR,),
        grade=Grade.LOW,
        alternatives=tuple(code for code in codes if code != best),
    )


def _decoded_gtin(decoded: Sequence[tuple[str, Barcode]], printed: dict[str, int]) -> FieldValue:
    """High where the printed digits say the same, medium on the decoder's word alone."""
    text, barcode = next((pair for pair in decoded if pair[0] in printed), decoded[0])
    others = tuple(dict.fromkeys(code for code, _ in decoded if code != text))
    agrees = text in printed
    sure = agrees or (len(set(barcode.decoders)) > 1)
    return FieldValue(
        value=text,
        raw=barcode.text,
        box=barcode.box,
        lines=(printed[text],) if agrees else (),
        sources=(Source.BARCODE, Source.OCR) if agrees else (Source.BARCODE,),
        grade=Grade.HIGH if sure and not others else Grade.MEDIUM,
        alternatives=others,
    )


def _against_print(decoded: FieldValue, printed: dict[str, int], readings: Readings) -> FieldValue:
    """The decoded code; disputed where the digits printed beside its bars are another valid code.

    Worn or blurred bars can be decoded into a wrong code whose check digit is right.
    """
    if Source.OCR in decoded.sources or decoded.box is None:
        return decoded
    beside = [
        code
        for code, line in printed.items()
        if len(code) >= SHORTEST_LONG_CODE
        and code.zfill(14) != str(decoded.value).zfill(14)
        and _is_beside(readings.lines[line].box, decoded.box)
    ]
    if not beside:
        return decoded
    alternatives = tuple(dict.fromkeys((*beside, *decoded.alternatives)))
    return _disputed_gtin(decoded.model_copy(update={"alternatives": alternatives}))


def _is_beside(line: Box, bars: Box) -> bool:
    """True where the line's middle lies on the bars or within half their longer side of them."""
    reach = max(bars[2] - bars[0], bars[3] - bars[1]) / 2
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return bars[0] - reach <= x <= bars[2] + reach and bars[1] - reach <= y <= bars[3] + reach


def _disputed_gtin(proposed: FieldValue) -> FieldValue:
    readings = ", ".join(str(code) for code in (proposed.value, *proposed.alternatives))
    message = Bilingual(
        en=f"The bars were read in different ways: {readings}. Compare with the digits below them.",
        zh=f"条码识别结果不一致：{readings}。请对照条码下方的数字核对。",
    )
    finding = Finding(rule="decoders_agree", version=1, level=Level.REVIEW, message=message)
    return proposed.model_copy(update={"grade": Grade.LOW, "findings": (finding,)})


def _retail_codes(barcodes: Iterable[Barcode], *, disputed: bool) -> list[tuple[str, Barcode]]:
    """Decoded GTINs that are disputed, or those that are not, in the order they were found."""
    codes = []
    for barcode in barcodes:
        if barcode.format.upper().replace("-", "").startswith(_RETAIL) and barcode.disputed == disputed:
            number = normalise_gtin(barcode.text)
            if number:
                codes.append((number, barcode))
    return codes


def _printed_codes(readings: Readings) -> dict[str, int]:
    """Digits with a right check digit -> the line they are printed on."""
    codes: dict[str, int] = {}
    for index, line in enumerate(readings.lines):
        for match in _DIGITS.finditer(line.text):
            digits = re.sub(r"\D", "", match.group())
            is_date = len(digits) == 8 and parse_date(digits) is not None
            if is_valid_gtin(digits) and not is_date:
                codes.setdefault(digits, index)
    return codes
