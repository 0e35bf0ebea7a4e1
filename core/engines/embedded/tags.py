"""Price tags of shelves: few lines, the price by far the largest of them, and what it is for in the largest words."""

from __future__ import annotations

import re

from core.engines.embedded.displays import LONGEST_NAME
from core.engines.embedded.keys import find_marks
from core.engines.embedded.layout import Page, Piece
from core.engines.embedded.values import CLEAR
from core.values.prices import find_prices, price_label
from core.values.promotions import parse_promotion
from core.values.quantities import parse_quantity
from core.values.text import has_cjk, letters

MOST_LINES = 12
OUTSIZES = 1.6
"""Height of the price, as a multiple of that of any words."""

_PRICE_PRINT = re.compile(r"\D{0,2}\d[\d.,\s]*\D?")
"""Digits with at most a sign and a unit, whether or not sign and point were read."""


def tag_name(page: Page) -> Piece | None:
    """What the tag is for: its largest words. None where the page is no price tag, or counts an offer in figures."""
    pieces = [piece for piece in page.pieces if piece.across]
    words = [piece for piece in pieces if _may_name(piece.text) and piece.line.score >= CLEAR]
    prices = [piece for piece in pieces if _PRICE_PRINT.fullmatch(piece.text.strip())]
    if not words or not prices or len(pieces) > MOST_LINES or any(_has_figures(piece.text) for piece in pieces):
        return None
    name = max(words, key=lambda piece: (round(piece.height / page.text_height, 1), -piece.y0))
    largest = max(prices, key=lambda piece: piece.height)
    return name if largest.height >= OUTSIZES * max(piece.height for piece in words) else None


def _has_figures(text: str) -> bool:
    offer = parse_promotion(text)
    return offer is not None and offer.has_figures


def _may_name(text: str) -> bool:
    """True for words that are no key, price, price word, offer or mere amount; an amount may end them (鸡蛋30枚)."""
    least = 2 if has_cjk(text) else 4
    amount = parse_quantity(text)
    alone = amount is not None and letters(text.replace(amount.raw, "")) < least
    priced = find_prices(text) or price_label(text) or parse_promotion(text)
    keyed = find_marks(text) or any(char in text for char in ":：@")
    return least <= letters(text) and len(text) <= LONGEST_NAME and not (alone or priced or keyed)
