"""Words set large on a label or pack: which lines can name a product, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.engines.embedded.claims import is_care, is_claim
from core.engines.embedded.goods import names_goods
from core.engines.embedded.keys import find_marks
from core.engines.embedded.layout import Page, Piece, Span
from core.engines.embedded.values import CLEAR, clean, found
from core.types import FieldValue, Grade
from core.values.lexicons import lexicon_tables
from core.values.quantities import parse_quantity
from core.values.text import Vocabulary, has_cjk, letters, likeness

SAME_SIZE = 1.3
"""Lines of one large text differ in height by this factor at most."""
ONE_SIZE = 1.12
"""Lines of one size differ by this factor at most as they are boxed."""
WITHOUT_DESCENDERS = 0.78
"""Height of a line without descenders, as a share of one with them, in common sans-serif type."""
NEXT_LINE = 0.6
"""Lines of one large text are this many of its heights apart at most."""
EDGE = 0.005
"""Share of the photo's width within which a line touches its edge."""
LONGEST_NAME = 40
LONGEST_BRAND = 20
LONGEST_CHINESE_BRAND = 6
"""Characters."""
SAME_AS_HEADING = 0.8


@lru_cache
def _headings() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("label_keys")["headings"]["names"], "heading"))


def is_heading(text: str) -> bool:
    """True for the title of a section, also with a letter misread."""
    return _headings().nearest(text) is not None


@dataclass(frozen=True)
class Display:
    """Words set large: one line, or several of one size under each other."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return clean(" ".join(piece.text for piece in self.pieces).replace("®", "").replace("™", ""))

    @property
    def height(self) -> float:
        return max(piece.height for piece in self.pieces)


def displays_of(pieces: Iterable[Piece]) -> list[Display]:
    """Large lines top to bottom, those of one size right under each other as one."""
    displays: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.y0):
        above = next((lines for lines in displays if _continues(lines[-1], piece)), None)
        if above:
            above.append(piece)
        elif not any(repeats(lines[0], piece) for lines in displays):
            displays.append([piece])
    return _parted([Display(tuple(lines)) for lines in displays])


def _parted(displays: list[Display]) -> list[Display]:
    """The displays, with a brand cut off that stands right above the name in type of another size, and a name above its
    category."""
    parted: list[Display] = []
    for display in displays:
        head, rest = Display(display.pieces[:1]), Display(display.pieces[1:])
        if rest.pieces and (_is_brand_above(head, rest) or _is_name_above_category(head, rest)):
            parted += [head, rest]
        else:
            parted.append(display)
    return parted


def _is_brand_above(head: Display, rest: Display) -> bool:
    other_size = max(size_of(head), size_of(rest)) > ONE_SIZE * min(size_of(head), size_of(rest))
    return other_size and is_logo(head.text) and not names_goods(head.text) and names_goods(rest.text)


def _is_name_above_category(head: Display, rest: Display) -> bool:
    return size_of(head) > ONE_SIZE * size_of(rest) and names_goods(head.text) and names_goods(rest.text)


def size_of(display: Display) -> float:
    """The height of the type."""
    return max(piece.height if has_cjk(piece.text) else type_size(piece) for piece in display.pieces)


def _continues(above: Piece, below: Piece) -> bool:
    """True where `below` is the next line of the same large words. Chinese names stand on one line."""
    if has_cjk(above.text) or has_cjk(below.text):
        return False
    size = max(type_size(above), type_size(below)) / min(type_size(above), type_size(below))
    shared = min(above.x1, below.x1) - max(above.x0, below.x0)
    return size <= SAME_SIZE and shared > 0 and abs(below.y0 - above.y1) <= NEXT_LINE * above.height


def type_size(piece: Piece) -> float:
    """The height of the type, whether or not the line has letters that reach below it."""
    return piece.height if re.search(r"[gjpqyQ,;ç]", piece.text) else piece.height / WITHOUT_DESCENDERS


def repeats(one: Piece, other: Piece) -> bool:
    return likeness(one.text, other.text) >= SAME_AS_HEADING


def is_logo(text: str) -> bool:
    """One Latin word that ends no sentence, or a few Chinese characters."""
    return (
        not text.endswith(".")
        and len(text.split()) == 1
        and len(text) <= (LONGEST_CHINESE_BRAND if has_cjk(text) else LONGEST_BRAND)
    )


def from_display(display: Display) -> FieldValue:
    spans = [Span(piece, 0, len(piece.text)) for piece in display.pieces]
    return found(display.text, display.text, spans, Grade.LOW)


def can_be_name(piece: Piece, page: Page) -> bool:
    """True for clear words that are no heading, claim, key, amount or number, and are not cut off."""
    text = piece.text.strip()
    words = letters(text) >= (2 if has_cjk(text) else 3) and letters(text) >= 0.7 * len(text.replace(" ", ""))
    plain = not (
        is_care(text)
        or text.endswith((":", "：", "!", "！", "?", "？"))
        or "%" in text
        or is_heading(text)
        or is_claim(text, plainly=True)
        or find_marks(text)
    )
    clear = piece.across and piece.line.score >= CLEAR and not _is_cut(piece, page)
    return clear and words and plain and len(text) <= LONGEST_NAME and parse_quantity(text) is None


def _is_cut(piece: Piece, page: Page) -> bool:
    """True for a scrap at the photo's left or right edge; words across the whole photo are no scrap."""
    x0, _, x1, _ = piece.line.box
    margin = EDGE * page.readings.width
    at_edge = x0 <= margin or x1 >= page.readings.width - margin
    return at_edge and x1 - x0 < 0.2 * page.readings.width
