"""Which product it is: brand, name, legal name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.engines.embedded.claims import is_claim
from core.engines.embedded.composition import first_line
from core.engines.embedded.displays import (
    LONGEST_NAME,
    SAME_AS_HEADING,
    Display,
    can_be_name,
    displays_of,
    from_display,
    is_heading,
    is_logo,
    type_size,
)
from core.engines.embedded.front import has_few_keys, read_front
from core.engines.embedded.goods import names_category
from core.engines.embedded.keys import Keyed, find_marks
from core.engines.embedded.layout import Block, Page, Piece
from core.engines.embedded.tags import tag_name
from core.engines.embedded.values import CLEAR, found, from_keyed, join_lines
from core.types import Fields, FieldValue, Grade
from core.values.text import has_cjk, letters, likeness, squash

DISPLAY = 0.04
"""Height, as a share of the page's, from which text is set for display on the front of a pack."""
DOMINANT = 2.5
"""Height, as a multiple of the page's usual text, that the name on a front has at least."""
OUTSIZES = 1.6
FEW_LINES = 8
"""Height, as a multiple of every other line's that could be a name, that says the same on a front of so few
lines, where there is no usual text to measure against."""
UNDER_BRAND = 1.2
"""The same for the name on the line under the brand."""
DESCRIBED, MOST_WORDS_DESCRIBED = 1.1, 6
"""The same, and the words it has at most, for a name that stands right above the ingredients too."""
WORDMARK = 3
"""Words of a brand set as several words, at most."""
DOWN_THE_SIDE = 2.0
"""Width, as a multiple of the usual text's height, of a brand that is set from top to bottom."""
MOST_WORDS = 4
"""Latin words in a headline; more of them are a sentence."""
HEADLINE = 1.3
"""Height, as a multiple of the page's usual text, from which the first line of a label is its headline."""
SLACK = 0.3
"""Boxes of lines set close under each other overlap by at most this share of the lower one's height."""
LEAST_LINES = 3
"""Fewer lines of text tell nothing about which of them is large."""
LONGEST_LEGAL_NAME = 160
"""Characters."""

_LANGUAGE_CODE = re.compile(r"\s(?:DE|EN|FR|GB|UK|IT|ES|NL|AT|CH|BE)\s*[:/-]?\s*$")
"""Printed before the ingredients of a label in several languages."""


def find_names(page: Page, keyed: Sequence[Keyed]) -> Fields:
    """Brand, name, legal name and category: behind their keys, or set large where there are none."""
    fields = {key: value for key in ("name", "brand", "legal_name", "category") if (value := _keyed(keyed, key))}
    described = None if "legal_name" in fields else _above_ingredients(keyed)
    if described:
        fields["legal_name"] = described
    known = fields.keys() & {"name", "brand"}
    front = {} if known else _on_tag(page, keyed) or read_front(page, keyed)
    for key, value in (front or _set_large(page, keyed, fields)).items():
        fields.setdefault(key, value)
    if "brand" not in fields and (side := _down_the_side(page)):
        fields["brand"] = from_display(Display((side,)))
    if described and (short := _first_clause(described)):
        under_brand = _is_brand_of(fields, short, page)
        if under_brand:
            fields["brand"] = fields.pop("name")
        name = fields.setdefault("name", short)
        if _is_set_large(described, page) and (under_brand or (name is not short and name.value == described.value)):
            del fields["legal_name"]
    return fields


def _is_set_large(described: FieldValue, page: Page) -> bool:
    """True for print that says the name as such, with the ingredients right under it, and describes no other name."""
    heights = [piece.height for piece in page.pieces if piece.index in described.lines]
    return min(heights, default=0.0) >= HEADLINE * page.text_height


def _on_tag(page: Page, keyed: Sequence[Keyed]) -> Fields:
    """The name on a price tag, which has no brand apart from it."""
    name = tag_name(page) if has_few_keys(keyed) else None
    return {"name": from_display(Display((name,)))} if name else {}


def _is_brand_of(fields: Fields, described: FieldValue, page: Page) -> bool:
    """True where the name found by size alone is a brand: another name, still set large, stands right under it."""
    large = fields.get("name")
    if large is None or "brand" in fields or large.grade is not Grade.LOW or len(large.lines) != 1:
        return False
    pieces = {piece.index: piece for piece in page.pieces}
    over, under = pieces.get(large.lines[0]), pieces.get(described.lines[0])
    if over is None or under is None or over is under:
        return False
    near = 0 <= under.y0 - over.y1 + SLACK * under.height <= over.height
    short = len(under.text.split()) <= MOST_WORDS_DESCRIBED
    return near and short and under.height >= DESCRIBED * page.text_height


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
        end = len(_LANGUAGE_CODE.sub("", entry.block.text[: entry.key_start]))
        start = _paragraph_start(entry.block, end)
        printed = join_lines(entry.block.text[start:end])
        if _describes(printed):
            spans = entry.block.spans(start, end)
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
    """True for a phrase that can name a food: words, or one that names a category; no footnote, claim or key."""
    words = text.split()
    worded = len(words) >= 2 or names_category(text)
    shaped = len(text) <= LONGEST_LEGAL_NAME and text[:1].isupper() and letters(text) >= 0.7 * len(text)
    remark = text.startswith("*") or is_heading(text) or is_claim(text) or bool(find_marks(text))
    return worded and shaped and not remark and not has_cjk(text)


def _first_clause(described: FieldValue) -> FieldValue | None:
    """The legal name up to its first comma outside brackets."""
    text, depth = str(described.value), 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char in ",." and depth <= 0:
            text = text[:index]
            break
    return described.model_copy(update={"value": text, "raw": text}) if letters(text) >= 4 else None


def _set_large(page: Page, keyed: Sequence[Keyed], known: Fields) -> Fields:
    """Brand and name by size and place, where the print is large enough to be meant as such."""
    large = [
        piece
        for piece in page.pieces
        if _height_among(page, piece) >= HEADLINE * page.text_height and _is_short(piece.text)
    ]
    displays = displays_of([piece for piece in large if can_be_name(piece, page)])
    displays = [display for display in displays if not _says(known, display.text)]
    if not displays or len(page.pieces) < LEAST_LINES:
        return {}
    if "name" in known:
        return {"brand": from_display(displays[0])} if is_logo(displays[0].text) else {}
    if len(displays) > 1:
        return {"brand": from_display(displays[0]), "name": from_display(displays[1])}
    return _front(page, keyed, displays[0])


def _height_among(page: Page, piece: Piece) -> float:
    """The height that compares with the usual text's: Chinese fills its line, a Latin word at the head of a
    Chinese label often has no descenders (NORVELLE over 品名：衬衫)."""
    is_first = all(piece.middle <= other.middle for other in page.pieces)
    chinese = sum(has_cjk(other.text) for other in page.pieces) > len(page.pieces) / 2
    return type_size(piece) if is_first and chinese and not has_cjk(piece.text) else piece.height


def _front(page: Page, keyed: Sequence[Keyed], only: Display) -> Fields:
    """One text dominates: the name, with a short logo apart from it as the brand; or else a lone headline."""
    names = [piece for piece in page.pieces if can_be_name(piece, page)]
    logos = [
        piece
        for piece in names
        if piece not in only.pieces and is_logo(piece.text) and likeness(piece.text, only.text) < SAME_AS_HEADING
    ]
    logos = logos or [piece for piece in names if _is_wordmark(piece, only)]
    if _dominates(only, names, page) and logos and has_few_keys(keyed):
        brand = max(logos, key=lambda piece: (piece.text.isupper(), piece.height))
        return {"name": from_display(only), "brand": from_display(Display((brand,)))}
    small = not keyed and only.height < DISPLAY * page.height
    if small or any(_above(other, only.pieces[0]) for other in page.pieces):
        return {}
    if has_cjk(only.text) or not is_logo(only.text):
        return {"name": from_display(only)}
    under = _under(only.pieces[-1], names, UNDER_BRAND * page.text_height)
    return {"brand": from_display(only), **({"name": from_display(Display((under,)))} if under else {})}


def _dominates(only: Display, names: Iterable[Piece], page: Page) -> bool:
    """True where the display is far larger than the usual text, or than any other words that could be a name."""
    others = [piece.height for piece in names if piece not in only.pieces]
    least = DOMINANT * page.text_height
    if others and len(page.readings.lines) <= FEW_LINES:
        least = min(least, OUTSIZES * max(others))
    return only.height >= max(DISPLAY * page.height, least)


def _under(brand: Piece, names: list[Piece], least: float) -> Piece | None:
    """The line right under the brand, where it is still larger than the usual text: the name."""
    below = [
        piece
        for piece in names
        if 0 <= piece.y0 - brand.y1 + SLACK * piece.height <= brand.height
        and piece.height >= least
        and min(piece.x1, brand.x1) > max(piece.x0, brand.x0)
    ]
    return min(below, key=lambda piece: piece.y0, default=None)


def _above(other: Piece, piece: Piece) -> bool:
    """True where `other` stands over `piece`, in its column."""
    shared = min(other.x1, piece.x1) - max(other.x0, piece.x0)
    return other.across and other.middle < piece.y0 and shared > 0


def _says(known: Fields, text: str) -> bool:
    """True where a known field says these words already."""
    return any(squash(text).text in squash(str(value.value)).text for value in known.values())


def _is_wordmark(piece: Piece, name: Display) -> bool:
    """A few Latin words with capitals over the name, as in Barlow & Finch."""
    words = re.findall(r"[^\W\d_]+", piece.text)
    capitals = all(word[0].isupper() for word in words)
    return capitals and not has_cjk(piece.text) and len(words) <= WORDMARK and piece.middle < name.pieces[0].y0


def _down_the_side(page: Page) -> Piece | None:
    """Large Chinese characters set from top to bottom beside the label's text: the brand on many a tea or liquor."""
    sides = [
        piece
        for piece in page.pieces
        if not piece.across
        and has_cjk(piece.text)
        and is_logo(piece.text)
        and piece.width >= DOWN_THE_SIDE * page.text_height
        and piece.line.score >= CLEAR
    ]
    return sides[0] if len(sides) == 1 else None


def _is_short(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS
