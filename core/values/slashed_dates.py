"""Days written in slashes: 24/11/2026 and 11/24/26, and 3/4 where the words say that it is a day."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_DATE = r"(?P<a{0}>\d{{1,2}})(?P<sep{0}>[/.-])(?P<b{0}>\d{{1,2}})(?P=sep{0})(?P<y{0}>20\d\d|(?<=/)[23]\d)"
_SHORT = r"(?P<a{0}>\d{{1,2}})/(?P<b{0}>\d{{1,2}})"
_TO = r"\s*(?:[-~–—]|to|through|thru|until|till)\s*"
_BEFORE, _AFTER = r"(?<![\d/.,-])", r"(?![\d/-]|[.,]\d|\s*(?:%|off\b|pint|inch|cup|price|\"|”))"
_SAID = r"(?:ends?|ending|expires?|until|till|thru|through|valid|good|effective|from|starts?|starting|by|before)"
_FORMS = [
    re.compile(_BEFORE + _DATE.format(1) + _TO + _DATE.format(2) + _AFTER),
    re.compile(_BEFORE + _DATE.format(1) + _AFTER),
    re.compile(_BEFORE + _SHORT.format(1) + _TO + _SHORT.format(2) + _AFTER),
    re.compile(rf"(?<=\b){_SAID}(?:\s+(?:on|from|until|thru|through))?\s*:?\s*" + _SHORT.format(1) + _AFTER),
]


class Slashed(NamedTuple):
    """`days` as (year or None, month, day); empty where 9/12 may be either month. text[start:end] is the print."""

    days: tuple[tuple[int | None, int, int], ...]
    start: int
    end: int


def find_slashed(folded: str, day_first: bool | None) -> Slashed | None:
    """The first day or range of days in slashes. `day_first` says how the poster's country writes 9/12; None where that
    is not known, and then only a day over 12 tells."""
    for pattern in _FORMS:
        for hit in pattern.finditer(folded):
            pairs = [(int(hit["a1"]), int(hit["b1"]))]
            pairs += [(int(hit["a2"]), int(hit["b2"]))] if "a2" in hit.groupdict() else []
            years = [_year(hit.groupdict().get(f"y{side}")) for side in (1, 2)][: len(pairs)]
            orders = [order for order in (True, False) if _all_exist(pairs, years, order)]
            if not orders:
                continue
            known = day_first if day_first in orders else None
            order = orders[0] if len(orders) == 1 or all(a == b for a, b in pairs) else known
            days = (
                () if order is None else tuple(_day(pair, year, order) for pair, year in zip(pairs, years, strict=True))
            )
            return Slashed(days, hit.start("a1"), hit.end())
    return None


def _year(printed: str | None) -> int | None:
    return None if printed is None else int(printed) if len(printed) == 4 else 2000 + int(printed)


def _day(pair: tuple[int, int], year: int | None, day_first: bool) -> tuple[int | None, int, int]:
    return (year, pair[1], pair[0]) if day_first else (year, *pair)


def _all_exist(pairs: list[tuple[int, int]], years: list[int | None], day_first: bool) -> bool:
    try:
        for pair, year in zip(pairs, years, strict=True):
            _, month, day = _day(pair, year, day_first)
            date(year or 2024, month, day)
    except ValueError:
        return False
    return True
