"""Picks from the vocabulary: every draw takes the photo's own `Random`, so a seed fixes everything."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from stdnum import ean
from stdnum.iso7064 import mod_11_10

VOCABULARY = Path(__file__).parent / "vocabulary"

Span = tuple[float, float]


@cache
def vocabulary(name: str) -> dict[str, Any]:
    return tomllib.loads((VOCABULARY / f"{name}.toml").read_text("utf-8"))


def some(rng: Random, entries: list[Any], least: int, most: int | None = None) -> list[Any]:
    """A random part of `entries` in their order; at least `least` of them."""
    count = rng.randint(min(least, len(entries)), min(most or len(entries), len(entries)))
    kept = sorted(rng.sample(range(len(entries)), count))
    return [entries[index] for index in kept]


def chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def chinese_brand(rng: Random) -> str:
    parts = vocabulary("places_zh")["brand"]
    return "".join(rng.choice(parts[key]) for key in ("first", "second", "third"))


def latin_brand(rng: Random) -> str:
    parts = vocabulary("food_us")["brand"]
    name = rng.choice(parts["first"]) + rng.choice(parts["second"])
    return name.upper() if chance(rng, 0.25) else name


def chinese_maker(rng: Random, brand: str, industry: str | None = None) -> tuple[str, str, str]:
    """Company, address and origin (province and city) of one invented producer."""
    places = vocabulary("places_zh")
    town = rng.choice(places["towns"])
    city = town.replace("自治区", "").replace("壮族", "").replace("维吾尔", "")
    city = city.split("省")[-1].split("市")[0].split("县")[0]
    name = f"{city}{brand}{industry or rng.choice(places['industries'])}{rng.choice(places['forms'])}"
    origin = town.split("市")[0] + "市" if "市" in town else town[:6]
    return name, f"{town}{rng.choice(places['streets'])}{rng.randint(1, 988)}号", origin


def gtin13(rng: Random) -> str:
    """For use inside a company (prefix 2), never a real article's."""
    return _checked("2" + _digits(rng, 11))


def upc(rng: Random) -> str:
    """Twelve digits of number system 4: for use inside a company."""
    return _checked("04" + _digits(rng, 10))[1:]


def gtin8(rng: Random) -> str:
    """Eight digits that begin with 2: for use inside a company."""
    return _checked("2" + _digits(rng, 6))


def food_licence(rng: Random, group: str) -> str:
    """SC, kind of food, place and serial number, check digit by ISO 7064 MOD 11,10."""
    body = f"{group[:3]}{rng.choice(('3707', '4411', '3505', '5101', '3301'))}{_digits(rng, 6)}"
    return f"SC{body}{mod_11_10.calc_check_digit(body)}"


def _digits(rng: Random, count: int) -> str:
    return "".join(str(rng.randint(0, 9)) for _ in range(count))


def _checked(digits: str) -> str:
    return digits + str(ean.calc_check_digit(digits))


def amount(rng: Random, span: Span, decimals: int = 1) -> float:
    return round(rng.uniform(*span), decimals)


def made_on(rng: Random) -> date:
    return date(2025, 6, 1) + timedelta(days=rng.randint(0, 500))


def months_later(day: date, months: int) -> date:
    """The same day of a later month; the month's last where it has fewer days."""
    total = day.month - 1 + months
    year, month = day.year + total // 12, total % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def shelf_life_end(day: date, printed: str) -> date:
    """The last day of a shelf life such as 12个月 or 180天."""
    count = int("".join(char for char in printed if char.isdigit()))
    return day + timedelta(days=count) if "天" in printed else months_later(day, count)


CHINESE_DATES = ("%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "%Y/%m/%d", "%Y-%m-%d", "%Y %m %d")
EUROPEAN_DATES = ("%d.%m.%Y", "%d/%m/%Y", "%d.%m.%y", "%m/%Y", "%m.%Y", "%d-%m-%Y")
BRITISH_DATES = ("%d/%m/%Y", "%d %b %Y", "%b %Y", "%d %b %y")
AMERICAN_DATES = ("%m/%d/%Y", "%b %d %Y", "%d%b%Y", "%m/%d/%y", "%b %d, %Y")


def printed_date(rng: Random, day: date, forms: tuple[str, ...]) -> tuple[str, str]:
    """As printed, and the truth's ISO form: year and month alone where no day is printed."""
    form = rng.choice(forms)
    return day.strftime(form).upper(), day.isoformat() if "%d" in form else day.isoformat()[:7]
