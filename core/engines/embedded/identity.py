"""Which product it is: barcode number, brand, name, legal name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.engines.embedded.claims import is_claim
from core.engines.embedded.composition import first_line
from core.engines.embedded.keys import Keyed, find_marks
from core.engines.embedded.layout import Block, Page, Piece, Span
from core.engines.embedded.values import CLEAR, clean, found, from_keyed, join_lines
from core.types import Barcode, FieldValue, Fields, Grade, Readings, Source
from core.values.dates import parse_date
from core.values.gtin import is_valid_gtin, normalise_gtin
from core.values.lexicons import lexicon_tables
from core.values.quantities import parse_quantity
from core.values.text import Vocabulary, has_cjk, letters, likeness, squash

DISPLAY = 0.04
"""Height, as a share of the page's, from which text is set for display on the front of a pack."""
DOMINANT = 1.8
"""Height, as a multiple of the page's usual text, that the name on a front has at least."""
MOST_WORDS = 4
"""Latin words in a headline; more of them are a sentence."""
HEADLINE = 1.3
"""Height, as a multiple of the page's usual text, from which the first line of a label is its headline."""
LONGEST_NAME = 40
LONGEST_BRAND = 20
LONGEST_LEGAL_NAME = 160
"""Characters."""
SAME_AS_HEADING = 0.8
_DIGITS = re.compile(r"(?<!\d)\d[\d \-]{6,18}\d(?!\d)")
_RETAIL = ("EAN", "UPC", "ITF", "GTIN", "DATABAR")


def find_gtin(readings: Readings, keyed: Iterable[Keyed]) -> FieldValue | None:
    """The decoded barcode where there is one; else printed digits with a right check digit, graded low."""
    printed = _printed_codes(readings)
    decoded = _retail_codes(readings.barcodes)
    if decoded:
        return _decoded_gtin(decoded, printed)
    keyed_codes = {squash(first_line(entry)).text for entry in keyed if entry.field == "gtin"}
    codes = {code: line for code, line in printed.items() if len(code) >= 12 or code in keyed_codes}
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


def _retail_codes(barcodes: Iterable[Barcode]) -> list[tuple[str, Barcode]]:
    """Decoded GTINs nobody disputes, retail symbols before the digits inside other codes."""
    codes = []
    for barcode in barcodes:
        if barcode.format.upper().replace("-", "").startswith(_RETAIL) and not barcode.disputed:
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


@lru_cache
def _headings() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("label_keys")["headings"]["names"], "heading"))


@lru_cache
def _heading_words() -> tuple[str, ...]:
    return tuple(lexicon_tables("label_keys")["headings"]["names"])


def is_heading(text: str) -> bool:
    """True for the title of a section, also with a letter lost at its edge."""
    return _headings().exact(text) is not None or any(
        likeness(text, name) >= SAME_AS_HEADING for name in _heading_words() if len(name) >= 4
    )


def find_names(page: Page, keyed: Sequence[Keyed], top: float | None) -> Fields:
    """Brand, name, legal name and category: behind their keys, or set large where there are none.

    `top` is where the nutrition table begins: what stands in and below it is no headline.
    """
    fields = {key: value for key in ("name", "brand", "legal_name", "category") if (value := _keyed(keyed, key))}
    if "legal_name" not in fields and (described := _above_ingredients(keyed)):
        fields["legal_name"] = described
        if "name" not in fields and (short := _first_clause(described)):
            fields["name"] = short
    for key, value in _set_large(page, keyed, top, fields).items():
        fields.setdefault(key, value)
    return fields


def _keyed(keyed: Iterable[Keyed], field: str) -> FieldValue | None:
    for entry in keyed:
        printed = first_line(entry)
        if entry.field == field and letters(printed) >= 1 and len(printed) <= 2 * LONGEST_NAME:
            return from_keyed(entry, printed, printed)
    return None


def _above_ingredients(keyed: Iterable[Keyed]) -> FieldValue | None:
    """The text right above the ingredient list, which is where European labels print the legal name
    (Regulation (EU) 1169/2011, articles 9 and 17 ask for it; its place is custom, so the grade is low)."""
    for entry in keyed:
        if entry.field != "ingredients_text":
            continue
        text = entry.block.text[: entry.start]
        head = text.rfind(entry.key_text)
        start = _paragraph_start(entry.block, head)
        printed = join_lines(text[start:head])
        if _describes(printed):
            spans = entry.block.spans(start, head)
            return found(printed, printed, spans, Grade.LOW)
    return None


def _paragraph_start(block: Block, end: int) -> int:
    """Back from the ingredients over the lines of one paragraph: to a bullet, a heading, a key or a full stop."""
    number = block.run_at(max(end - 1, 0))
    while number > 0:
        line = block.runs[number].text.strip()
        above = block.runs[number - 1].text.strip()
        if line[:1].isupper() and not _runs_on(above):
            break
        if above.endswith((".", ":", "：", "。")) or above[:1] in "•*-·":
            return block.run_start(number)
        number -= 1
    return block.run_start(number)


def _runs_on(line: str) -> bool:
    """True where a line plainly continues on the next: an open bracket, a comma or a small word at its end."""
    return line.count("(") > line.count(")") or line.endswith(",") or bool(re.search(r"\s[a-zà-ÿ]{1,3}$", line))


def _describes(text: str) -> bool:
    """True for a phrase that can be the name of a food: words, no footnote, no claim, no key."""
    words = text.split()
    shaped = 2 <= len(words) and len(text) <= LONGEST_LEGAL_NAME and text[:1].isupper() and letters(text) >= 0.7 * len(text)
    remark = text.startswith("*") or is_heading(text) or is_claim(text) or bool(find_marks(text))
    return shaped and not remark and not has_cjk(text)


def _first_clause(described: FieldValue) -> FieldValue | None:
    """The legal name up to its first comma outside brackets."""
    text, depth = str(described.value), 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char in ",." and depth <= 0:
            text = text[:index]
            break
    return described.model_copy(update={"value": text, "raw": text}) if letters(text) >= 4 else None


def _set_large(page: Page, keyed: Sequence[Keyed], top: float | None, known: Fields) -> Fields:
    """Brand and name by size and place, where the print is large enough to be meant as such."""
    names = [piece for piece in page.pieces if _can_be_name(piece, top)]
    if top is not None or keyed:
        return _headline(page, names, known)
    least = max(DISPLAY * page.height, DOMINANT * page.text_height)
    display = [piece for piece in names if piece.height >= least]
    if not display:
        return _headline(page, names, known)
    return _front(names, max(display, key=lambda piece: piece.height))


def _front(names: list[Piece], largest: Piece) -> Fields:
    """The front of a pack: the largest words are the name; a short logo apart from them is the brand."""
    others = [
        piece
        for piece in names
        if piece is not largest and _is_logo(piece.text) and likeness(piece.text, largest.text) < SAME_AS_HEADING
    ]
    if not others:
        return {_lone_key(largest.text): _from_piece(largest)}
    brand = max(others, key=lambda piece: (piece.text.isupper(), piece.height))
    return {"name": _from_piece(largest), "brand": _from_piece(brand)}


def _headline(page: Page, names: list[Piece], known: Fields) -> Fields:
    """A label's first line, where it is set larger than the rest: the brand once the name is known."""
    above = [piece for piece in names if not any(_above(other, piece) for other in page.pieces if other is not piece)]
    least = HEADLINE * page.text_height
    large = [piece for piece in above if piece.height >= least and len(piece.text.split()) <= MOST_WORDS]
    if not large or len(page.pieces) < 3:
        return {}
    first = max(large, key=lambda piece: piece.height)
    if any(squash(first.text).text in squash(str(value.value)).text for value in known.values()):
        return {}
    return {"brand" if "name" in known else _lone_key(first.text): _from_piece(first)}


def _above(other: Piece, piece: Piece) -> bool:
    return other.across and other.middle < piece.y0


def _lone_key(text: str) -> str:
    """A single Latin word is a brand more often than a name; several words or Chinese are a name."""
    return "brand" if _is_logo(text) and not has_cjk(text) else "name"


def _is_logo(text: str) -> bool:
    return len(text.split()) == 1 and len(text) <= LONGEST_BRAND


def _from_piece(piece: Piece) -> FieldValue:
    printed = clean(piece.text.replace("®", "").replace("™", ""))
    return found(printed, printed, [Span(piece, 0, len(piece.text))], Grade.LOW)


def _can_be_name(piece: Piece, top: float | None) -> bool:
    """True for clear words that are no heading, claim, key, amount or number, above the nutrition table."""
    text = piece.text.strip()
    words = letters(text) >= (2 if has_cjk(text) else 3) and letters(text) >= 0.7 * len(text.replace(" ", ""))
    plain = not (text.endswith((":", "：", "!", "！", "?", "？")) or is_heading(text) or is_claim(text) or find_marks(text))
    clear = piece.across and piece.line.score >= CLEAR and (top is None or piece.y1 < top)
    return clear and words and plain and len(text) <= LONGEST_NAME and parse_quantity(text) is None
