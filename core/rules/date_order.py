"""A product is made before it expires, and was made before today.

Source: DOMAIN section 3, Dates. Level: error where the
order can't be; review for a production date after the day of the check (a clock, or a misread digit).
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, hit, value_of
from core.rules.calendar_dates import first_day, last_day
from core.types import Fields, Level


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    made = first_day(value_of(fields, "production_date"))
    expires = last_day(value_of(fields, "expiry_date"))
    if made and expires and made > expires:
        yield hit(
            "expiry_date",
            Level.ERROR,
            f"Expires ({expires}) before it was made ({made}). One of the two dates is misread.",
            f"到期日（{expires}）早于生产日期（{made}），其中一个读错。",
        )
    if made and made > known.as_of:
        yield hit(
            "production_date",
            Level.REVIEW,
            f"Made on {made}, after {known.as_of}. Compare it with the photo.",
            f"生产日期 {made} 晚于 {known.as_of}，请对照照片核对。",
        )


RULE = Rule("date_order", 1, PRODUCT, check)
