"""Summaries say only what the data say: every number in them is counted again here, from the posters themselves."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sqlite_utils import Database

from core.insights import AdFilters, choose
from core.insights.grounding import Facts, unfounded
from core.insights.prices import asked_by_kind
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
            "product": st.sampled_from(["Oat drink", "每日坚果", "空气炸锅", "Silk dress", "X-200"]),
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
    for goods, currency in product({one["product"] for one in now}, ("CNY", "USD", "")):
        paid = [min(asked) for one in now if one["product"] == goods and (asked := to_pay(one, currency))]
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
    for lexicon in ("themes", "promotions", "audiences", "product_nouns"):
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


def prices_told(db: Database) -> list[tuple[str, str, tuple[float, ...], tuple[int, ...]]]:
    """What is said of prices: in both languages, the figures, the posters."""
    told = summarise(everything(db), everything(db))
    said = [sentence for one in told for sentence in one.sentences if sentence.subject]
    return [(one.text.en, one.text.zh, one.figures, one.posters) for one in said]


def asks(db: Database, goods: str, *amounts: float, currency: str = "CNY") -> int:
    return poster(db, product=goods, price=[{"value": one, "currency": currency, "kind": "current"} for one in amounts])


def test_prices_in_two_currencies_get_a_sentence_each(db: Database) -> None:
    both = asks(db, "Oat drink", 60)
    mixed = [{"value": 9, "currency": "USD", "kind": "current"}, {"value": 80, "currency": "CNY", "kind": "current"}]
    other = poster(db, product="Oat drink", price=mixed)
    assert prices_told(db) == [
        ("Drinks: one piece costs 60 to 80 (CNY; 2 posters).", "饮品：单件价格为 60 至 80（CNY；2 张）。",
         (60, 80, 2), (both, other)),
        ("Drinks: one piece costs 9 (USD; 1 poster).", "饮品：单件价格为 9（USD；1 张）。", (9, 1), (other,)),
    ]  # fmt: skip


def test_prices_of_unlike_goods_get_a_sentence_each_and_a_poster_counts_with_its_lowest(db: Database) -> None:
    dress, drinks = asks(db, "Silk dress", 288), [asks(db, "Oat drink", 5.8, 12), asks(db, "Oat drink", 7)]
    assert prices_told(db) == [
        ("Drinks: one piece costs 5.80 to 7 (CNY; 2 posters).", "饮品：单件价格为 5.80 至 7（CNY；2 张）。",
         (5.8, 7, 2), tuple(drinks)),
        ("Clothes and accessories: one piece costs 288 (CNY; 1 poster).", "服饰鞋包：单件价格为 288（CNY；1 张）。",
         (288, 1), (dress,)),
    ]  # fmt: skip


def test_prices_of_three_kinds_are_told_in_each_currency_those_with_the_most_posters(db: Database) -> None:
    for goods, times in (("X-200", 3), ("Oat drink", 2), ("每日坚果", 1), ("空气炸锅", 2), ("Silk dress", 1)):
        for _ in range(times):
            asks(db, goods, 9)
    asks(db, "Silk dress", 5, currency="EUR")
    assert [en.partition(":")[0] for en, *_ in prices_told(db)] == [
        "Appliances", "Drinks", "Goods of unnamed kind", "Clothes and accessories",
    ]  # fmt: skip


def test_goods_that_no_word_names_are_said_to_be_so_and_no_word_of_it_speaks_of_everything(db: Database) -> None:
    items = (asks(db, "X-200", 5.8), asks(db, "Z-9", 288))
    ((en, zh, figures, posters_),) = prices_told(db)
    assert en == "Goods of unnamed kind: one piece costs 5.80 to 288 (CNY; 2 posters)."
    assert zh == "类型待确认的商品：单件价格为 5.80 至 288（CNY；2 张）。"
    assert (figures, posters_) == ((5.8, 288, 2), items)
    for text, lang in ((en, "en"), (zh, "zh")):
        facts = Facts((text,), "Lumina", (text.split(":" if lang == "en" else "：")[0],))
        assert unfounded(text, facts, lang) is None
        assert unfounded(f"No promotion: {text}" if lang == "en" else f"无促销：{text}", facts, lang) is not None


def test_kinds_in_one_currency_are_told_with_one_query_however_many_posters_there_are(db: Database) -> None:
    for number in range(12):
        asks(db, ("Oat drink", "每日坚果", "空气炸锅")[number % 3], 9 + number, currency=("CNY", "USD")[number % 2])
    queries: list[str] = []
    choice = everything(db)
    db.conn.set_trace_callback(queries.append)
    assert len(asked_by_kind(choice)) == 6 and len(queries) == 1
    db.conn.set_trace_callback(None)


def test_what_was_not_found_is_said_so(db: Database) -> None:
    poster(db)
    poster(db, selling_points=points("health"), seen_on="2026-09-08", competitor="B")
    text = text_of(summarise(everything(db), everything(db)))
    assert "No promotion was found." in text and "No selling point was found." in text
