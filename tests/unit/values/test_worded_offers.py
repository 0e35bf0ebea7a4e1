"""English offers told by how they are worded: warranties, delivery, instalments, gifts, limits, members, price names.

The wordings stand in worded_offers.toml by the kind that is right for them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from core.values.periods import find_period
from core.values.prices import find_prices
from core.values.promotions import parse_promotion
from core.values.weekly import is_weekly

TABLE = tomllib.loads(Path(__file__).with_name("worded_offers.toml").read_text("utf-8"))
NONE = TABLE.pop("none")["wordings"]


@pytest.mark.parametrize("kind", TABLE)
def test_wordings_have_their_kind_and_set_no_share(kind: str) -> None:
    said = {text: parse_promotion(text) for text in TABLE[kind]["wordings"]}
    wrong = {
        text: offer
        for text, offer in said.items()
        if offer is None or offer.kind != kind or offer.unit_discount is not None
    }
    assert wrong == {}


@pytest.mark.parametrize("kind", [kind for kind in TABLE if "shares" in TABLE[kind]])
def test_shares_follow_from_the_words(kind: str) -> None:
    offers = [(text, parse_promotion(text)) for text, _, _ in TABLE[kind]["shares"]]
    said = [[text, offer.unit_discount, offer.at_most] for text, offer in offers if offer and offer.kind == kind]
    assert said == TABLE[kind]["shares"]


def test_near_misses_offer_nothing() -> None:
    assert [text for text in NONE if parse_promotion(text) is not None] == []


@pytest.mark.parametrize(
    ("text", "day_first", "start", "end"),
    [
        ("Offer ends 31/10/26", None, None, "2026-10-31"),
        ("Sale ends 9/12/2026", False, None, "2026-09-12"),
        ("Sale ends 9/12/2026", True, None, "2026-12-09"),
        ("Sale ends 9/12/2026", None, None, None),
        ("Wed 3/4 – Tue 3/10", False, "--03-04", "--03-10"),
        ("Valid thru 11/24", None, None, "--11-24"),
        ("Book by 30.09.2026", None, None, "2026-09-30"),
        ("Offer ends Sunday, March 8", None, None, "--03-08"),
        ("Black Friday prices end midnight Monday 30 November", None, None, "--11-30"),
        ("Thurs, Nov 18 – Wed, Nov 24, 2026", None, "2026-11-18", "2026-11-24"),
        ("until 11:59pm on 5 May", None, None, "--05-05"),
    ],
)
def test_days_in_slashes_and_beside_weekdays_are_read(
    text: str, day_first: bool | None, start: str | None, end: str | None
) -> None:
    period = find_period(text, day_first)
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "text", ["1/2 price", "Fits 1/2 - 3/4 inch", "from 1/2 cup", "10/$10", "16/9 display", "1/3 off"]
)
def test_fractions_are_no_days(text: str) -> None:
    assert find_period(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Monday to Thursday, 12–3pm",
        "Every Tuesday from 5pm",
        "Tuesdays only",
        "Happy hour 4-6pm every day",
        "Served Monday to Friday 12-2.30pm",
        "Friday nights",
        "12 noon - 3pm, Monday to Friday",
    ],
)
def test_days_of_the_week_are_when_an_offer_holds(text: str) -> None:
    assert is_weekly(text)


@pytest.mark.parametrize(
    "text",
    [
        "Open Monday to Friday 9am–5pm",
        "Mon-Sat 9.30-6",
        "Mon-Fri 8-8",
        "Sunday roast",
        "Tuesday 8 PM ET",
        "Every day is a good day",
    ],
)
def test_hours_of_opening_and_other_days_are_not(text: str) -> None:
    assert not is_weekly(text)


@pytest.mark.parametrize(
    "text",
    [
        "BONUS cover & tool set valued at $59",
        "Stay a third night for only €45 pps",
        "$5 new-viewer coupon",
        "$1 enrollment fee",
        "500+",
        "4.8 from 12,400 reviews",
    ],
)
def test_what_comes_with_an_offer_is_no_price(text: str) -> None:
    assert [price for price in find_prices(text) if price.currency or price.kind == "from"] == []


def test_two_prices_read_as_one_word_are_two() -> None:
    assert [price.value for price in find_prices("$15.99$18.99")] == [15.99, 18.99]
