"""Colours that tell categories apart, the same on pages and in reports."""

from __future__ import annotations

from collections.abc import Sequence

CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C")
"""Told apart with any colour vision and on light and dark ground. Okabe and Ito, Color Universal Design (2008),
without black and yellow, which vanish on one ground or the other; grey instead."""


def colours_of(names: Sequence[str]) -> dict[str, str]:
    """A colour for each name by its place, so that a filter does not recolour those that stay."""
    return {name: CATEGORIES[place % len(CATEGORIES)] for place, name in enumerate(names)}
