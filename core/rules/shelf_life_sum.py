"""Production date plus shelf life comes to the expiry date.

Source: DOMAIN section 3, Dates. Level: warning. A day or two either way is usual (labels count the first
day or not, and print the last good day or the first bad one); a month given without a day is taken whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, number_of, value_of
from core.rules.calendar_dates import add_months, first_day, last_day
from core.types import Fields, Level

TOLERANCE = timedelta(days=2)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0}
_MONTHS = {"month": 1, "year": 12}
_LONGEST_MONTHS = 12 * 100


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    made = value_of(fields, "production_date"), value_of(fields, "expiry_date")
    life = fields.get("shelf_life")
    number = number_of(life.value) if life else None
    if life is None or number is None or number <= 0:
        return
    earliest, latest = (_end_of_life(day, number, life.unit) for day in (first_day(made[0]), last_day(made[0])))
    printed_from, printed_to = first_day(made[1]), last_day(made[1])
    if not (earliest and latest and printed_from and printed_to):
        return
    if printed_to < earliest - TOLERANCE or printed_from > latest + TOLERANCE:
        yield hit(
            "expiry_date",
            Level.WARNING,
            f"Production date and shelf life come to {latest}, not {made[1]}. One of the three is misread.",
            f"生产日期加保质期为 {latest}，与 {made[1]} 不符，三者之一读错。",
        )


def _end_of_life(made: date | None, number: float, unit: str | None) -> date | None:
    """The last day of a product made on `made`; None for a unit or a length that makes no sense."""
    if made is None:
        return None
    try:
        if unit in _MONTHS:
            return _after_months(made, number * _MONTHS[unit])
        return made + timedelta(days=number * _DAYS[unit]) if unit in _DAYS else None
    except (OverflowError, ValueError):
        return None


def _after_months(made: date, months: float) -> date | None:
    """Half months (一年半 is 18 months, but 2.5 months happens) count as 30.4 days a month."""
    if months > _LONGEST_MONTHS:
        return None
    whole = int(months)
    return add_months(made, whole) + timedelta(days=(months - whole) * 30.4)


RULE = Rule("shelf_life_sum", 1, PRODUCT, check)
