"""Dates and durations as labels print them (DOMAIN section 3, Dates). Pure; no window of likely years."""

from __future__ import annotations

import calendar
import re
from typing import Literal

from core.types import Frozen
from core.values.text import fold_aligned

Order = Literal["dmy", "mdy", "ymd"]
SEE_PACKAGE = "see_package"
"""The value of a date that the label says is printed elsewhere on the pack."""


class ParsedDate(Frozen):
    """A date as printed. `value` is "YYYY-MM-DD", "YYYY-MM" or "see_package"."""

    value: str
    raw: str
    ambiguous: bool = False
    """True where the digits can be read in another order; `alternatives` holds those readings."""
    alternatives: tuple[str, ...] = ()


class ParsedDuration(Frozen):
    """A length of time as printed: 18 months is value 18, unit "month"."""

    value: float
    unit: Literal["hour", "day", "week", "month", "year"]
    raw: str


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier januar jan janv",
            "february fevrier februar feb fev fevr",
            "march mars marz mar maerz mrz",
            "april avril apr avr",
            "may mai",
            "june juin juni jun",
            "july juillet juli jul juil",
            "august aout aug",
            "september septembre sept sep",
            "october octobre oktober oct okt",
            "november novembre nov",
            "december decembre dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEP = r"\s*[./\-,·]\s*|\s+"
_YEAR = r"(?<!\d)(?P<y>(?:19|20|21)\d\d)"

# Tried in this order: the forms that leave no doubt come first.
_CERTAIN = [
    re.compile(rf"{_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*[日号]?)?"),
    re.compile(rf"{_YEAR}(?:{_SEP})(?P<m>\d{{1,2}})(?:{_SEP})(?P<d>\d{{1,2}})(?!\d)"),
    re.compile(rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er)?[.\s/-]*(?P<mon>{_MONTH})[.\s,/-]*(?P<y>\d{{4}}|\d\d)(?!\d)"
    ),
    re.compile(rf"(?P<mon>{_MONTH})[.\s]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[,\s]+(?P<y>\d{{4}})(?!\d)"),
    re.compile(rf"(?<![a-z])(?P<mon>{_MONTH})[.\s,/-]*(?P<y>\d{{4}})(?!\d)"),
]
_NUMERIC = re.compile(rf"(?<!\d)(\d{{1,2}})(?:{_SEP})(\d{{1,2}})(?:{_SEP})(\d{{4}}|\d\d)(?!\d)")
_MONTHLY = [
    re.compile(r"(?<!\d)(?<!\d[./-])(?P<m>\d{1,2})\s*[./-]\s*(?P<y>(?:19|20|21)\d\d)(?!\d)"),
    re.compile(rf"{_YEAR}\s*[./-]\s*(?P<m>\d{{1,2}})(?!\d)"),
]
_ELSEWHERE = [
    re.compile(
        r"(?:请|详)?[见看]\s*(?:产品|商品)?[^,;。:：，；\s]{0,8}?"
        r"(?:包装|外箱|[瓶罐袋盒箱盖底顶侧背]|封口|喷码|喷印|标签|标示|标识|打印|印刷|吊牌|合格证)[^,;。，；\s]{0,6}"
    ),
    re.compile(r"(?:标示|标注|标识|喷印|喷码|打印|印刷|印)[于在见][^,;。，；\s]{1,12}"),
    re.compile(
        r"(?:see|refer to|(?:as )?(?:printed|stamped|shown|indicated|marked|stated) (?:on|at))"
        r"\s*(?:the\s*)?(?:\w+\s+){0,3}?"
        r"(?:pack\w*|bottom|lid|cap|top|side|back|base|neck|label|box|can|tin|bottle|tube|crimp|bag|seal|carton|case)\b"
    ),
    re.compile(
        r"(?:la date\s+)?(?:voir|figurant|indiquee?s?|inscrite?s?|mentionnee?s?|imprimee?s?)\s*(?:sur|sous|au|a|dans)?"
        r"\s*(?:l[ea]s?|l')?\s*(?:\w+\s+){0,2}?"
        r"(?:couvercle|emballage|paquet|fond|dos|bouchon|bouteille|boite|sachet|etiquette|opercule|cote|dessus|dessous|col|pot|etui)\b"
    ),
    re.compile(
        r"(?:siehe|s\.)\s*\w*\s*(?:deckel\w*|boden\w*|verpackung\w*|packung\w*|aufdruck|flasche\w*|dose\w*|rueckseite|ruckseite"
        r"|oben|unten|seite|lasche|etikett\w*|becherrand|pragung)\b"
    ),
]


def parse_date(text: str, order: Order | None = None) -> ParsedDate | None:
    """The first date printed in `text`, or None.

    `order` says how all-numeric dates are written on this label. Without it a date such as
    03/04/2025 is read day first and flagged `ambiguous`, with the other reading beside it.
    """
    folded = fold_aligned(text)
    return (
        _certain_date(folded, text)
        or _numeric_date(folded, text, order)
        or _month(folded, text)
        or _elsewhere(folded, text)
    )


def _certain_date(folded: str, text: str) -> ParsedDate | None:
    for pattern in _CERTAIN:
        for match in pattern.finditer(folded):
            parts = match.groupdict()
            month = _MONTHS[parts["mon"]] if parts.get("mon") else int(parts["m"])
            value = _iso(_full_year(parts["y"]), month, int(parts["d"]) if parts.get("d") else None)
            if value:
                return ParsedDate(value=value, raw=_printed(text, match))
    return None


def _numeric_date(folded: str, text: str, order: Order | None) -> ParsedDate | None:
    """dd/mm/yyyy, mm/dd/yyyy and their two-digit-year forms, in the order that fits."""
    for match in _NUMERIC.finditer(folded):
        readings = _readings(*match.groups())
        if not readings:
            continue
        chosen = readings.get(order) if order else None
        value = chosen or next(iter(readings.values()))
        others = tuple(dict.fromkeys(iso for iso in readings.values() if iso != value))
        doubt = bool(others) and chosen is None
        return ParsedDate(value=value, raw=_printed(text, match), ambiguous=doubt, alternatives=others if doubt else ())
    return None


def _readings(first: str, second: str, third: str) -> dict[Order, str]:
    """The calendar dates three numbers can mean, most usual order first."""
    orders: dict[Order, tuple[str, str, str]] = {"dmy": (third, second, first), "mdy": (third, first, second)}
    if len(third) == 2 and len(first) == 2:
        orders["ymd"] = (first, second, third)
    found = {order: _iso(_full_year(y), int(m), int(d)) for order, (y, m, d) in orders.items()}
    return {order: iso for order, iso in found.items() if iso}


def _month(folded: str, text: str) -> ParsedDate | None:
    for pattern in _MONTHLY:
        for match in pattern.finditer(folded):
            value = _iso(int(match["y"]), int(match["m"]), None)
            if value:
                return ParsedDate(value=value, raw=_printed(text, match))
    return None


def _elsewhere(folded: str, text: str) -> ParsedDate | None:
    for pattern in _ELSEWHERE:
        if match := pattern.search(folded):
            return ParsedDate(value=SEE_PACKAGE, raw=_printed(text, match))
    return None


def _printed(text: str, match: re.Match[str]) -> str:
    return text[match.start() : match.end()].strip()


def _full_year(digits: str) -> int:
    """Two digits mean this century: nothing on a shelf was packed in the last one."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _iso(year: int, month: int, day: int | None) -> str | None:
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "半": 0.5}
_DURATION_UNITS: dict[str, Literal["hour", "day", "week", "month", "year"]] = {
    **dict.fromkeys(("小时", "hours", "hour", "hrs", "heures", "heure", "stunden"), "hour"),
    **dict.fromkeys(("天", "日", "days", "day", "jours", "jour", "tage", "tagen", "tag"), "day"),
    **dict.fromkeys(("周", "星期", "weeks", "week", "semaines", "semaine", "wochen", "woche"), "week"),
    **dict.fromkeys(("个月", "個月", "月", "months", "month", "mois", "monate", "monaten", "monat"), "month"),
    **dict.fromkeys(("年", "years", "year", "yrs", "ans", "an", "jahre", "jahren", "jahr"), "year"),
}
_DURATION = re.compile(
    r"(?<![年月\d])(?P<number>\d+(?:[.,]\d+)?|[零〇一二三四五六七八九十百两半]+)\s*\(?\s*"
    rf"(?P<unit>{'|'.join(sorted(_DURATION_UNITS, key=len, reverse=True))})(?![a-z])(?P<half>半)?"
)


def parse_duration(text: str) -> ParsedDuration | None:
    """The first length of time printed in `text` (12个月, 十八个月, 18 months, 360天), or None.

    A calendar date (2025年3月) is not one.
    """
    folded = fold_aligned(text)
    for match in _DURATION.finditer(folded):
        number = _number(match["number"])
        if number and not re.match(r"\d{4}年", match.group()):
            number += 0.5 if match["half"] else 0
            return ParsedDuration(value=number, unit=_DURATION_UNITS[match["unit"]], raw=_printed(text, match))
    return None


def _number(printed: str) -> float | None:
    """The value of Arabic or Chinese numerals below a thousand; None where they make no number."""
    if printed[0].isdigit() and printed[0].isascii():
        return float(printed.replace(",", "."))
    total, digit = 0.0, 0.0
    for char in printed:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _CHINESE_DIGITS[char]
    return total + digit or None
