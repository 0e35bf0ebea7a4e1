"""Whether a photo shows a product or an ad, for callers who were not told."""

from __future__ import annotations

import re
from functools import lru_cache

from core.engines.embedded.claims import find_care
from core.engines.embedded.keys import STOP, find_marks, is_label, read_keys
from core.engines.embedded.layout import Page, lay_out
from core.engines.embedded.nutrition_table import find_table
from core.engines.embedded.turning import is_upside_down, turned_over
from core.types import Kind, Readings
from core.values.lexicons import lexicon_tables
from core.values.terms import shipped_terms
from core.values.text import Vocabulary, has_cjk, letters

POSTER_SIZE = 0.05
"""Height, as a share of the page's, from which a line of Chinese is set as on a poster."""
POSTER_LINES = 3
"""So many lines of that size are a poster; a pack's front has one or two."""
ASKS_TO_BUY = frozenset({"buy", "claim"})
BUTTON_SHARE = 0.8
"""From this share of asking words a line is a button and nothing else."""
POSTER_TEXT = 16
"""Lines of text on a poster at most; more in that size are a label photographed close."""

_PRICE = re.compile(
    r"[¥￥$€£]\s*\d|\d(?:\.\d+)?\s*元|\d\s*折|\d{1,2}\s*%\s*(?:off|rabatt)|^-\s?\d{1,2}\s?%$|\bstatt\s*\d",
    re.IGNORECASE,
)


@lru_cache
def _ad_words() -> Vocabulary[str]:
    return Vocabulary(dict.fromkeys(lexicon_tables("kind")["ad"], "ad"))


def guess_kind(readings: Readings) -> Kind:
    """AD where prices, offers or display text outweigh what only a label has; PRODUCT otherwise.

    A photo without text, a pack's front and a shelf count as products.
    """
    page = lay_out(turned_over(readings) if is_upside_down(readings) else readings, is_label)
    return Kind.AD if _ad_evidence(page) > _label_evidence(page) else Kind.PRODUCT


def _label_evidence(page: Page) -> float:
    """Keys, a nutrition table, a retail barcode and a care label: each is rare on a poster.

    A net content behind its key counts twice: the law asks for it on packs, and it is all the keys a front has.
    """
    fields = [entry.field for entry in read_keys(page.blocks) if entry.field not in (STOP, "origin")]
    keys = len(set(fields)) + ("net_content" in fields)
    table = find_table(page).value is not None
    retail = any(barcode.format.upper().startswith(("EAN", "UPC")) for barcode in page.readings.barcodes)
    return keys + 3 * table + 3 * retail + 3 * (find_care(page) is not None) + 0.5


def _ad_evidence(page: Page) -> float:
    """Prices and offers count one a line; large display lines together count two."""
    offers = sum(1 for piece in page.pieces if next(_ad_words().find(piece.text), None))
    prices = sum(1 for piece in page.pieces if _PRICE.search(piece.text))
    return offers + prices + _asks_to_act(page) + 2 * _is_poster(page) - _is_shelf(page)


def _asks_to_act(page: Page) -> bool:
    """True where a line asks to buy and says little else (Get yours today, 立即抢购), which no pack prints; packs do
    ask to scan, to follow and to call."""
    calls = shipped_terms("calls_to_action")
    lines = (piece.text.strip(" >!！") for piece in page.pieces)
    return any(
        sum(match.end - match.start for match in calls.find(line) if match.key in ASKS_TO_BUY)
        >= BUTTON_SHARE * len(line)
        for line in lines
        if line
    )


def _is_poster(page: Page) -> bool:
    large = [
        piece
        for piece in page.pieces
        if has_cjk(piece.text)
        and letters(piece.text) >= 4
        and piece.height >= POSTER_SIZE * page.height
        and not any("net_content" in mark.fields for mark in find_marks(piece.text))
    ]
    return len(large) >= POSTER_LINES and len(page.pieces) <= POSTER_TEXT


def _is_shelf(page: Page) -> bool:
    """Price tags without a sentence beside them: no line of more than two words."""
    return bool(page.pieces) and all(
        len(piece.text.split()) <= 2 and not has_cjk(piece.text) and letters(piece.text) <= 8 for piece in page.pieces
    )
