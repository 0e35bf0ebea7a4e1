"""Summaries say only what the data say: every number in them is counted again here, from the posters themselves."""

from __future__ import annotations

import re
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sqlite_utils import Database

from core.insights import AdFilters, choose
from core.insights.summary import Summary, summarise
from core.settings import Settings
from core.store.db import open_store
from core.values.terms import load_terms
from tests.unit.insights.posters import everything, points, poster, said

DAYS = ["2026-09-07", "2026-09-08", "2026-09-20", "2026-10-02"]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
QUOTED = re.compile(r"“.*?”")

prices = st.lists(
    st.fixed_dictionaries(
        {
            "value": st.sampled_from([9.9, 19, 1299, 59.5]),
            "currency": st.sampled_from(["CNY", "USD", ""]),
            "kind": st.sampled_from(["current", "original", "coupon", "unit"]),
        }
    ),
    max_size=3,
)
promotions = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(["买一送一", "20% off", "满300减50"]),
            "kind": st.sampled_from(["bundle", "discount", "threshold"]),
            "unit_discount": st.sampled_from([0.5, 0.2, 0.333, None]),
            "at_most": st.booleans(),
        }
    ),
    max_size=2,
)
claims = st.lists(
    st.fixed_dictionaries(
        {"text": st.sampled_from(["0蔗糖", "24h fresh", "好喝"]), "theme": st.sampled_from(["health", "taste"])}
    ),
    max_size=2,
)
posters = st.lists(
    st.fixed_dictionaries(
        {
            "competitor": st.sampled_from(["A", "B"]),
            "seen_on": st.sampled_from(DAYS),
            "price": prices,
            "promotion": promotions,
            "selling_points": claims,
            "audience": st.lists(st.sampled_from(["women", "students"]), max_size=1),
        }
    ),
    min_size=1,
    max_size=6,
)


def counts_of(made: list[dict[str, Any]], since: date | None, until: str) -> set[float]:
    """Every number a summary of these posters of one competitor may hold, counted without SQL."""
    now = [one for one in made if since is None or one["seen_on"] >= since.isoformat()]
    found: set[float] = {0, len(now)}
    for key in ("promotion", "selling_points", "audience", "price"):
        found.add(sum(bool(one[key]) for one in now))
    for value in ("health", "taste"):
        found.add(sum(any(point["theme"] == value for point in one["selling_points"]) for one in now))
    for text in ("0蔗糖", "24h fresh", "好喝"):
        found.add(sum(any(point["text"] == text for point in one["selling_points"]) for one in now))
    for kind in ("bundle", "discount", "threshold"):
        found.add(sum(any(offer["kind"] == kind for offer in one["promotion"]) for one in now))
    for key in ("women", "students"):
        found.add(sum(key in one["audience"] for one in now))
    best = [max(known) for one in now if (known := exact(one))]
    found |= {len(best), *(round(share * 100) for share in (*best, *([median(best)] if best else [])))}
    for currency in ("CNY", "USD", ""):
        paid = [min(asked) for one in now if (asked := to_pay(one, currency))]
        found |= {len(paid), *paid}
    if since is not None:
        days = (date.fromisoformat(until) - since).days + 1
        start = (since - timedelta(days=days)).isoformat()
        earlier = [one["seen_on"] for one in made if one["seen_on"] < since.isoformat()]
        found |= {days, sum(day >= start for day in earlier)}
        found.add(len(texts_of(now) - texts_of([one for one in made if one not in now])))
    return found


def texts_of(made: list[dict[str, Any]]) -> set[str]:
    return {point["text"] for one in made for point in one["selling_points"]}


def exact(one: dict[str, Any]) -> list[float]:
    return [offer["unit_discount"] for offer in one["promotion"] if offer["unit_discount"] and not offer["at_most"]]


def to_pay(one: dict[str, Any], currency: str) -> list[float]:
    kinds = ("current", "coupon")
    return [price["value"] for price in one["price"] if price["currency"] == currency and price["kind"] in kinds]


def numbers_in(text: str) -> set[float]:
    """The numbers a sentence states; days and quoted wordings are no figures."""
    return {float(number.replace(",", "")) for number in NUMBER.findall(QUOTED.sub("", ISO.sub("", text)))}


@pytest.mark.parametrize("since", [None, date(2026, 9, 15)])
@tries(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=posters)
def test_every_number_in_a_summary_exists_in_the_data(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, since: date | None, made: list[dict[str, Any]]
) -> None:
    fresh = Settings(data=tmp_path_factory.mktemp("summary"))
    with open_store(fresh) as db:
        ids = {one: poster(db, **values) for one, values in enumerate(made)}
        ever = everything(db)
        told = summarise(choose(db, AdFilters(since=since)), ever)
        until = max(one["seen_on"] for one in made)
        for summary in told:
            own = [one for one in made if one["competitor"] == summary.competitor]
            allowed = counts_of(own, since, until)
            mine = {ids[place] for place, one in enumerate(made) if one["competitor"] == summary.competitor}
            for sentence in summary.sentences:
                for lang in ("en", "zh"):
                    text = sentence.text.in_lang(lang)
                    assert numbers_in(text) <= allowed, text
                    assert set(ISO.findall(text)) <= {*DAYS, str(since)}
                assert {round(figure, 2) for figure in sentence.figures} <= {round(one, 2) for one in allowed}
                assert sentence.posters and set(sentence.posters) <= mine


def test_names_of_kinds_hold_no_numbers_that_could_pass_for_figures() -> None:
    for lexicon in ("themes", "promotions", "audiences"):
        for entry in load_terms(lexicon).entries:
            assert not numbers_in(entry.en) and not numbers_in(entry.zh)


def text_of(told: list[Summary]) -> str:
    return "\n".join(sentence.text.en for summary in told for sentence in summary.sentences)


def test_no_trend_and_no_frequency_is_told_of_one_poster(db: Database) -> None:
    poster(db, seen_on="2026-08-01", selling_points=said("0蔗糖"))
    poster(db, seen_on="2026-09-07", selling_points=said("好喝"), promotion=[{"text": "特价", "kind": "other"}])
    told = summarise(choose(db, AdFilters(since=date(2026, 9, 1), until=date(2026, 9, 14))), everything(db))
    text = text_of(told)
    assert "no trend can be told" in text and "It speaks of: Health and nutrition." in text
    assert not re.search(r"before|most often|middle", text)


def test_period_before_is_told_only_where_posters_were_watched_for_that_long(db: Database) -> None:
    for day in ("2026-09-01", "2026-09-12", "2026-09-14"):
        poster(db, seen_on=day)
    for since, told in ((date(2026, 9, 10), True), (date(2026, 9, 4), False)):
        text = text_of(summarise(choose(db, AdFilters(since=since, until=date(2026, 9, 14))), everything(db)))
        assert ("In the 5 days before there were 0, in this period of 5 days 2." in text) is told
        assert ("days before" in text) is told


def test_prices_in_two_currencies_get_a_sentence_each(db: Database) -> None:
    mixed = [{"value": 9, "currency": "USD", "kind": "current"}, {"value": 60, "currency": "CNY", "kind": "current"}]
    poster(db, price=mixed)
    poster(db, price=[{"value": 80, "currency": "CNY", "kind": "current"}])
    sentences = text_of(summarise(everything(db), everything(db))).split("\n")
    assert "One piece costs 60 to 80 (CNY; 2 posters)." in sentences
    assert "One piece costs 9 (USD; 1 poster)." in sentences


def test_what_was_not_found_is_said_so(db: Database) -> None:
    poster(db)
    poster(db, selling_points=points("health"), seen_on="2026-09-08", competitor="B")
    text = text_of(summarise(everything(db), everything(db)))
    assert "No promotion was found." in text and "No selling point was found." in text
