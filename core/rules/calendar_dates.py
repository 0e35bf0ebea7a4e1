"""Field dates ("2026-05-01", "2026-05") as days. Shared by the rules about dates."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


def first_day(value: Any) -> date | None:
    """The day, or the first day of the month; None for anything else ("see_package" included)."""
    return _day(value, last=False)


def last_day(value: Any) -> date | None:
    """The day, or the last day of the month: a month as expiry holds to its end."""
    return _day(value, last=True)


def add_months(day: date, months: int) -> date:
    """`day` some months later; the last day of that month where it is shorter (31 January + 1 month)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(value: Any, last: bool) -> date | None:
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    try:
        day = int(match[3]) if match[3] else calendar.monthrange(year, month)[1] if last else 1
        return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        return None
