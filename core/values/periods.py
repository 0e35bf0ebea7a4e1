"""The days an offer holds, as ads print them: 6.01-6.03, 6月1日至18日, June 1 – 3, until 30 June 2025."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from core.types import Frozen
from core.values.slashed_dates import Slashed, find_slashed
from core.values.terms import wording_form

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_ENDS = "uary?|r|ruary?|ch|il|e|y|ust|t|tember|ember|ober"
"""How names of months go on behind three letters; Nova 5 and Marble 3 are no days."""
_MONTH = rf"(?P<mon{{0}}>{'|'.join(_MONTHS)})(?:{_MONTH_ENDS})?(?![a-z])\.?"
_DAY = r"(?P<d{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s*(?P<y{0}>20\d\d))?"
_TO = r"\s*(?:[-~～–—至到]|一(?=\s*\d)|to|through|thru|until|till)\s*"
_CLOCK = r"(?:\s*(?:\d{1,2}\s*[:：]\s*\d{2}|[早晚]?\d{1,2}\s*[点时])(?::\d{2})?)?"
_HOUR = r"(?:\s*(?:[早晚]上?|[上下]午|中午|零)?\s*\d{0,2}\s*[:点时]\s*\d{0,2}(?::\d{2})?)?"
_WEEKDAY = r"(?:\s*[(（]?(?:周|星期)[一二三四五六日天][)）]?)?"


def _chinese(side: int, month_optional: bool = False) -> str:
    month = rf"(?P<m{side}>\d{{1,2}})\s*月\s*"
    optional = "?" if month_optional else ""
    day = rf"(?P<d{side}>\d{{1,2}})(?!\s*月)\s*[日号]?{_WEEKDAY}{_HOUR}"
    return rf"(?:(?P<y{side}>20\d\d)\s*年\s*)?(?:{month}){optional}{day}"


def _numeric(side: int, month_optional: bool = False) -> str:
    optional = "?" if month_optional else ""
    year, month = rf"(?:(?P<y{side}>20\d\d)\s*[./-]\s*)?", rf"(?:(?P<m{side}>\d{{1,2}})\s*[./]\s*)"
    return rf"{year}{month}{optional}(?P<d{side}>\d{{1,2}}){_WEEKDAY}{_CLOCK}"


def _english(side: int, month_first: bool) -> str:
    month, day, year = _MONTH.format(side), _DAY.format(side), _YEAR.format(side)
    return rf"{month}\s*{day}{year}" if month_first else rf"{day}\s*(?:of\s*)?{month}{year}"


_ENDS = r"(?![\d.]*\d|\s*(?:[a-z%％°℃折元块克斤升米码倍寸]|kg|cm|mm|ml))"
_RANGES = [
    re.compile(rf"(?<!\d){_chinese(1)}{_TO}{_chinese(2, month_optional=True)}"),
    re.compile(rf"(?<![\d.¥$€£]){_numeric(1)}{_TO}{_numeric(2)}{_ENDS}"),
    re.compile(rf"(?<![a-z]){_english(1, True)}{_TO}{_english(2, True)}"),
    re.compile(rf"(?<!\d){_english(1, False)}{_TO}{_english(2, False)}"),
    re.compile(rf"(?<![a-z]){_MONTH.format(1)}\s*{_DAY.format(1)}{_TO}{_DAY.format(2)}{_YEAR.format(2)}(?!\d)"),
    re.compile(rf"(?<!\d){_DAY.format(1)}{_TO}{_english(2, False)}"),
]
_SINGLES = [
    re.compile(rf"(?<!\d){_chinese(1)}"),
    re.compile(r"(?<!\d)(?P<y1>20\d\d)\s*[./-]\s*(?P<m1>\d{1,2})\s*[./-]\s*(?P<d1>\d{1,2})(?!\d)"),
    re.compile(rf"(?<![a-z]){_english(1, True)}(?!\d)"),
    re.compile(rf"(?<!\d){_english(1, False)}"),
    # 11.11当天, 12.12 0点开抢: a day and no price, by what happens then
    re.compile(
        r"(?<![\d.¥$€£])(?P<m1>\d{1,2})\.(?P<d1>\d{1,2})(?!\d)"
        r"(?=\s*(?:当[天日]|(?:早|晚)?\d{0,2}[点:]?\d{0,2}\s*(?:正式|准时|准点)?(?:开[抢售卖](?!价)|截止|结束)))"
    ),
]
_END_BEFORE = re.compile(
    r"(?:截止(?:日期)?|截至|有效期至|至|到|\b(?:until|till|through|thru|to|ends?|ending|expires?|expiry|clos(?:es?|ing)"
    r"|finish(?:es)?|deadline|by|before|last day|final day|book by)(?: the)?)"
    r"(?:[\s:：,]|\b(?:on|at|midnight|noon|end of|close of)\b|\b\d{1,2}(?:[:.]\d\d)? ?[ap]m\b)*$"
)
_END_AFTER = re.compile(r"^\s*(?:截止|止|前|之前|结束|为止)")
_START_BEFORE = re.compile(r"(?:\b(?:from|starts?|starting|begins?|opens?|launch(?:es|ing)?)|自)[\s:：on]*$")
_START_AFTER = re.compile(
    r"^\s*(?:[早晚]?\d{0,2}[点:]?\d{0,2}\s*)?(?:正式|准时|准点|首轮|第[一1]波)?(?:起|开始|开抢|开售|开启|上市|首发|首销|首卖|开卖|开播|开团|开业|onwards?)"
)


class Period(Frozen):
    """`start` and `end` are ISO dates, or "--06-01" (ISO 8601:2000) where no year is printed; None where open."""

    start: str | None
    end: str | None
    raw: str


class _Day(NamedTuple):
    year: int | None
    month: int
    day: int

    @property
    def iso(self) -> str:
        head = f"{self.year:04d}" if self.year else "-"
        return f"{head}-{self.month:02d}-{self.day:02d}"


def find_period(text: str, day_first: bool | None = None) -> Period | None:
    """The first period printed in `text`. A range of numbers that cannot be days (9.9-19.9) is none.

    `day_first` says which number of 9/12/2026 is the day; both ends are None where nothing tells.
    """
    folded = _without_weekdays(wording_form(text))
    if (slashed := find_slashed(folded, day_first)) is not None:
        return _slashed_period(slashed, folded, text)
    for pattern in _RANGES:
        for hit in pattern.finditer(folded):
            start, end = _days_of_range(hit)
            if start and end:
                return Period(start=start.iso, end=end.iso, raw=text[hit.start() : hit.end()].strip())
    return _single_day(folded, text)


_WEEKDAYS = re.compile(r"(?<![a-z])(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])[,.]?")


def _without_weekdays(folded: str) -> str:
    """Blanks for the names of weekdays, which stand between a word and its date: ends Sunday, March 8."""
    return _WEEKDAYS.sub(lambda hit: " " * len(hit.group()), folded)


def _slashed_period(found: Slashed, folded: str, text: str) -> Period:
    raw = text[found.start : found.end].strip()
    days = [_Day(*day).iso for day in found.days]
    if len(days) == 1:
        return _open_period(days[0], raw, folded[: found.start], folded[found.end :])
    return Period(start=days[0], end=days[1], raw=raw) if days else Period(start=None, end=None, raw=raw)


def with_year(start: str | None, end: str | None, near: date) -> tuple[str | None, str | None]:
    """Both days with a year where none is printed ("--06-01"): the one that brings the period nearest to `near`.

    A day with a printed year stays as it is and dates the other one. A period that ends before it begins runs over
    New Year. What is no date stays as it is.
    """
    days = [_bare_day(start), _bare_day(end)]
    if not any(day and day.year is None for day in days):
        return start, end
    periods = [dated for year in range(near.year - 1, near.year + 2) if (dated := _in_year(days[0], days[1], year))]
    if not periods:  # 29 February with no leap year near
        return start, end
    first, last = min(periods, key=lambda period: _distance(period, near))
    return first.isoformat() if first else start, last.isoformat() if last else end


_BARE_DAY = re.compile(r"(?:(\d{4})|-)-(\d{2})-(\d{2})")


def _bare_day(iso: str | None) -> _Day | None:
    hit = _BARE_DAY.fullmatch(iso or "")
    return _Day(int(hit[1]) if hit[1] else None, int(hit[2]), int(hit[3])) if hit else None


def _in_year(start: _Day | None, end: _Day | None, year: int) -> tuple[date | None, date | None] | None:
    """The period if `year` is that of its first day without one; None where the calendar has no such day."""
    if end and end.year and start and start.year is None:
        year = end.year - ((start.month, start.day) > (end.month, end.day))
    first = start._replace(year=start.year or year) if start else None
    last_year = first.year if first and first.year else year
    over = bool(start and end and (end.month, end.day) < (start.month, start.day))
    last = end._replace(year=end.year or last_year + over) if end else None
    if any(day and not _exists(day) for day in (first, last)):
        return None
    return _date(first), _date(last)


def _date(day: _Day | None) -> date | None:
    return date(day.year, day.month, day.day) if day and day.year else None


def _distance(period: tuple[date | None, date | None], near: date) -> int:
    """Days from `near` to the period; 0 within it."""
    first, last = period[0] or period[1], period[1] or period[0]
    assert first and last
    return max((first - near).days, (near - last).days, 0)


def _single_day(folded: str, text: str) -> Period | None:
    for pattern in _SINGLES:
        for hit in pattern.finditer(folded):
            day = _day(hit, 1)
            if day:
                raw = text[hit.start() : hit.end()].strip()
                return _open_period(day.iso, raw, folded[: hit.start()], folded[hit.end() :])
    return None


def _open_period(iso: str, raw: str, before: str, after: str) -> Period:
    """One day: the end after "until", the start before "起", both where the day stands by itself."""
    if _END_BEFORE.search(before) or _END_AFTER.search(after):
        return Period(start=None, end=iso, raw=raw)
    if _START_BEFORE.search(before) or _START_AFTER.search(after):
        return Period(start=iso, end=None, raw=raw)
    return Period(start=iso, end=iso, raw=raw)


def _days_of_range(hit: re.Match[str]) -> tuple[_Day | None, _Day | None]:
    """Both days; what one side leaves out (6月1日-18日, Jun 1 - 3, 2025) the other side says."""
    start = _day(hit, 1, month_from=2)
    end = _day(hit, 2, month_from=1)
    if not start or not end:
        return None, None
    if start.year is None and end.year and start.month <= end.month:
        start = start._replace(year=end.year)
    if end.year is None and start.year:
        end = end._replace(year=start.year + (end.month < start.month))
    return start, end


def _day(hit: re.Match[str], side: int, month_from: int | None = None) -> _Day | None:
    groups = hit.groupdict()
    month = _month(groups, side) or (_month(groups, month_from) if month_from else None)
    year = groups.get(f"y{side}")
    day = _Day(int(year) if year else None, month or 0, int(groups[f"d{side}"]))
    return day if _exists(day) else None


def _month(groups: dict[str, str | None], side: int) -> int | None:
    name, digits = groups.get(f"mon{side}"), groups.get(f"m{side}")
    return _MONTHS.index(name) + 1 if name else int(digits) if digits else None


def _exists(day: _Day) -> bool:
    """True for a day of the calendar; 29 February passes where no year is printed."""
    try:
        date(day.year or 2024, day.month, day.day)
    except ValueError:
        return False
    return True
