"""The front of a pack: few words, brand and name the largest of them, one right above the other.

A statement of identity stands on the principal panel in a size that relates to its most prominent print
(21 CFR 101.3(d)); the name of the food's true nature stands close by it (GB 7718, 4.1.2). Measured against the usual
text of a label both vanish: of five lines on a front two are large.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.engines.embedded.claims import is_bullet, is_care, is_claim
from core.engines.embedded.displays import (
    LONGEST_NAME,
    Display,
    can_be_name,
    displays_of,
    from_display,
    is_logo,
    size_of,
)
from core.engines.embedded.goods import names_category, names_goods
from core.engines.embedded.keys import Keyed, find_marks
from core.engines.embedded.layout import Page, Piece
from core.engines.embedded.values import CLEAR
from core.types import Fields
from core.values.prices import find_prices
from core.values.quantities import parse_quantity

MOST_LINES = 14
"""A front has so few lines; more are a label."""
LABEL_KEYS = 3
"""Different keys that make a label of it, not the front of a pack."""
PROMINENT = 1.3
"""Height of the largest words, as a multiple of every other line's but the name's."""
RELATED = 0.4
"""Height of the smaller of brand and name, as a share of the larger one's."""
APART = 0.8
"""Brand and name are so many heights of the larger one apart at most."""
OVERLAP = 0.3
"""Boxes of lines set close under each other overlap by at most this share of the lower one's height."""
CLOSE = 0.45
"""The name of the true nature is so many of its own heights below the name at most."""
ALIGNED = 0.4
"""It begins, or has its middle, where the name does, to so many of its heights: words on a tab are set in."""


def has_few_keys(keyed: Sequence[Keyed]) -> bool:
    """True where there are too few keys for a back label; an origin or a net content stands on fronts too."""
    fields = {entry.field for entry in keyed}
    return len(fields) < LABEL_KEYS and "ingredients_text" not in fields


def is_front(page: Page, keyed: Sequence[Keyed]) -> bool:
    """True for few lines with few keys and no price: a tag on a shelf has one."""
    priced = any(find_prices(piece.text) for piece in page.pieces)
    return has_few_keys(keyed) and len(page.pieces) <= MOST_LINES and not priced


def read_front(page: Page, keyed: Sequence[Keyed]) -> Fields:
    """Brand and name, and the legal name under them, of the front of a pack; nothing where the page is none, or no
    two lines stand out together."""
    if not is_front(page, keyed):
        return {}
    displays = displays_of(piece for piece in page.pieces if _may_name(piece, page))
    if not displays:
        return {}
    first = max(displays, key=size_of)
    beside = [other for other in displays if other is not first and _stand_together(first, other)]
    second = max(beside, key=lambda other: (names_goods(other.text), size_of(other)), default=None)
    if second is None or not _prominent(first, second, page):
        return {}
    upper, lower = sorted((first, second), key=lambda display: display.pieces[0].y0)
    brand, name = (lower, upper) if _is_name_over_brand(upper, lower) else (upper, lower)
    fields = {"brand": from_display(brand), "name": from_display(name)}
    nature = _nature_below(lower, name, page)
    return fields | ({"legal_name": from_display(Display((nature,)))} if nature else {})


def _may_name(piece: Piece, page: Page) -> bool:
    """True for what can be a name, also where it begins with a claim: 无糖乌龙茶饮料, 74%可可黑巧克力."""
    if is_bullet(piece.text):
        return False
    text = piece.text.strip()
    clear = piece.across and piece.line.score >= CLEAR and len(text) <= LONGEST_NAME
    goods = names_goods(text) and not find_marks(text) and not is_care(text) and parse_quantity(text) is None
    return can_be_name(piece, page) or (clear and goods)


def _stand_together(one: Display, other: Display) -> bool:
    """True for two displays in one column, right above each other, of sizes that relate; no claim is a name's mate."""
    upper, lower = sorted((one, other), key=lambda display: display.pieces[0].y0)
    above, below = upper.pieces[-1], lower.pieces[0]
    larger, smaller = max(size_of(one), size_of(other)), min(size_of(one), size_of(other))
    gap = below.y0 - above.y1
    shared = min(above.x1, below.x1) - max(above.x0, below.x0)
    claims = is_claim(other.text) and not names_goods(other.text)
    return (
        smaller >= RELATED * larger and -OVERLAP * below.height <= gap <= APART * larger and shared > 0 and not claims
    )


def _prominent(first: Display, second: Display, page: Page) -> bool:
    pair = {piece.index for display in (first, second) for piece in display.pieces}
    others = [piece.height for piece in page.pieces if piece.index not in pair and piece.across]
    return not others or first.height >= PROMINENT * max(others)


def _is_name_over_brand(upper: Display, lower: Display) -> bool:
    """True where the upper line says what it is and the lower one is a word that says nothing of the kind."""
    return names_goods(upper.text) and not names_goods(lower.text) and is_logo(lower.text)


def _nature_below(lower: Display, name: Display, page: Page) -> Piece | None:
    """The line right under brand and name that says in smaller print what category of goods it is."""
    above = lower.pieces[-1]
    below = [piece for piece in page.pieces if piece.across and piece.middle > above.y1]
    nearest = min(below, key=lambda piece: piece.y0, default=None)
    if nearest is None or nearest.height >= size_of(name) or not names_category(nearest.text):
        return None
    inset = min(abs(nearest.x0 - above.x0), abs(nearest.x0 + nearest.x1 - above.x0 - above.x1) / 2)
    set_close = nearest.y0 - above.y1 <= CLOSE * nearest.height and inset <= ALIGNED * nearest.height
    clear = nearest.line.score >= CLEAR and not is_bullet(nearest.text) and not find_marks(nearest.text)
    return nearest if set_close and clear and not is_claim(nearest.text, plainly=True) else None
