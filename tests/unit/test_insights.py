"""What posters say, counted from posters written by hand; every number leads back to its posters."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlite_utils import Database

from core.insights import (
    AdFilters,
    Ads,
    ads_key,
    behind,
    claim_shares,
    discounts,
    load_ads,
    phrases,
    tally,
    timeline,
)
from core.review import accept_record, save_edits
from core.settings import Settings
from core.standing import refresh_record
from core.store import items, runs
from core.types import FieldValue, Kind, Status
from tests.seeding import seed_records

PRICES = [
    {"value": 99, "currency": "CNY", "kind": "current"},
    {"value": 159.5, "currency": "CNY", "kind": "original"},
]


def poster(db: Database, competitor: str = "Lumina", seen_on: str | None = "2026-09-07", **values: Any) -> int:
    """A poster that has been read; `values` are the values of its fields."""
    item_id = items.create_item(db, kind=Kind.AD, competitor=competitor, campaign="autumn", seen_on=seen_on)
    fields = {key: FieldValue(value=value) for key, value in values.items()}
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item_id, kind=Kind.AD, engine="ocr", run_ids=(), rules_version="seed", cached=False, fields=fields
        ),
    )
    items.set_status(db, item_id, Status.REVIEW)
    refresh_record(db, item_id)
    return item_id


def points(*themes: str) -> list[dict[str, str]]:
    return [{"text": f"claim of {theme}", "theme": theme} for theme in themes]


def as_rows(table: pd.DataFrame, *columns: str) -> set[tuple[Any, ...]]:
    return set(table[list(columns)].itertuples(index=False, name=None))


def test_share_of_a_theme_is_of_the_competitors_own_posters(db: Database) -> None:
    poster(db, selling_points=points("health", "health"))
    poster(db, selling_points=points("taste"))
    poster(db, selling_points=points("health", "taste"))
    poster(db, competitor="云衫", selling_points=points("health"))
    poster(db, competitor="云衫")
    assert as_rows(claim_shares(load_ads(db)), "theme", "competitor", "posters", "share") == {
        ("health", "Lumina", 2, 2 / 3),
        ("taste", "Lumina", 2, 2 / 3),
        ("health", "云衫", 1, 0.5),
    }


def test_poster_that_says_it_twice_counts_once_and_verified_ones_are_told(db: Database) -> None:
    first = poster(db, selling_points=points("health", "health"))
    poster(db, selling_points=points("health"))
    accept_record(db, first, reviewer="ann")
    ads = load_ads(db)
    assert as_rows(tally(ads.facts(ads.claims), ("theme",)), "theme", "posters", "verified") == {("health", 2, 1)}


def test_every_number_leads_to_its_posters(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3, 40)
    ads = load_ads(db)
    tables = {
        ("period", "competitor"): timeline(ads).facts,
        ("theme", "competitor"): ads.facts(ads.claims),
        ("kind", "competitor"): ads.facts(ads.promotions),
        ("competitor", "percent", "at_most"): discounts(ads),
        ("competitor", "kind", "value"): ads.facts(ads.prices),
        ("phrase",): phrases(ads, ads.claims),
        ("text", "competitor"): ads.facts(ads.audience),
    }
    for by, facts in tables.items():
        counted = tally(facts, by)
        assert not counted.empty
        for row in counted.to_dict("records"):
            assert len(behind(facts, [{column: row[column] for column in by}])) == row["posters"]


def test_several_marks_add_up_and_a_stale_one_finds_nothing(db: Database) -> None:
    first, second = poster(db, selling_points=points("health")), poster(db, selling_points=points("taste"))
    facts = load_ads(db).facts(load_ads(db).claims)
    assert behind(facts, [{"theme": "health"}, {"theme": "taste"}]) == {first, second}
    assert behind(facts, [{"theme": "gone"}]) == behind(facts, [{"column": "gone"}]) == behind(facts, [{}]) == set()


def test_discount_is_shown_only_where_the_words_determine_it(db: Database) -> None:
    poster(db, promotion=[{"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25}])
    poster(db, promotion=[{"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True}])
    poster(db, promotion=[{"text": "满300减50", "kind": "threshold"}])
    poster(db, promotion=[{"text": "6.01-6.03", "kind": "period"}])
    ads = load_ads(db)
    assert as_rows(discounts(ads), "percent", "at_most") == {(25, False), (70, True)}
    assert set(ads.promotions["kind"]) == {"nth_item_discount", "discount", "threshold"}


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (PRICES, {(99.0, "CNY", "current"), (159.5, "CNY", "original")}),
        ([{"value": 12}], {(12.0, "", "current")}),
        ([{"value": 12, "currency": None, "kind": None}], {(12.0, "", "current")}),
        ("twelve or so", set()),
        (None, set()),
    ],
)
def test_prices_keep_currency_and_kind(db: Database, prices: Any, expected: set[Any]) -> None:
    poster(db, price=prices)
    assert as_rows(load_ads(db).prices, "value", "currency", "kind") == expected


def test_same_wording_in_other_case_or_width_is_one_phrase(db: Database) -> None:
    for text in ("FREE Delivery", "Free delivery", "Free delivery", "ＦＲＥＥ　ＤＥＬＩＶＥＲＹ"):
        poster(db, call_to_action=text)
    ads = load_ads(db)
    assert as_rows(tally(phrases(ads, ads.calls), ("phrase",)), "phrase", "posters") == {("Free delivery", 4)}


def test_text_a_person_typed_that_was_not_understood_still_counts(db: Database) -> None:
    item_id = poster(db, selling_points=points("health"))
    save_edits(db, item_id, {"selling_points": "零蔗糖\n好喝", "audience": "学生"}, reviewer="ann")
    ads = load_ads(db)
    assert list(ads.claims["text"]) == ["零蔗糖", "好喝"] and list(ads.audience["text"]) == ["学生"]


@pytest.mark.parametrize(
    ("days", "grain", "periods"),
    [
        (["2026-09-07"], "day", {"2026-09-07"}),
        (["2026-09-07", "2026-09-20"], "day", {"2026-09-07", "2026-09-20"}),
        (["2026-09-06", "2026-09-07", "2026-09-27"], "week", {"2026-08-31", "2026-09-07", "2026-09-21"}),
    ],
)
def test_posters_of_more_than_two_weeks_are_counted_from_mondays(
    db: Database, days: list[str], grain: str, periods: set[str]
) -> None:
    for day in days:
        poster(db, seen_on=day)
    line = timeline(load_ads(db))
    assert (line.grain, set(line.facts["period"]), line.days) == (grain, periods, len(days))


@pytest.mark.parametrize("seen_on", [None, "", "last week"])
def test_poster_without_a_usable_date_counts_on_its_upload_day(db: Database, seen_on: str | None) -> None:
    item_id = poster(db, seen_on=seen_on)
    assert list(load_ads(db).posters["day"]) == [items.get_item(db, item_id).created_at[:10]]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (AdFilters(), [0, 1, 2]),
        (AdFilters(competitors=("Lumina",)), [0, 2]),
        (AdFilters(competitors=("Lumina", "云衫")), [0, 1, 2]),
        (AdFilters(campaigns=("spring",)), []),
        (AdFilters(since=date(2026, 9, 8)), [1, 2]),
        (AdFilters(until=date(2026, 9, 8)), [0, 1]),
        (AdFilters(since=date(2026, 9, 8), until=date(2026, 9, 8), competitors=("Lumina",)), []),
        (AdFilters(verified_only=True), [2]),
    ],
)
def test_filters_keep_the_statements_of_the_posters_they_keep(
    db: Database, filters: AdFilters, kept: list[int]
) -> None:
    made = [
        poster(db, "Lumina", "2026-09-07", selling_points=points("health")),
        poster(db, "云衫", "2026-09-08", selling_points=points("health")),
        poster(db, "Lumina", "2026-09-09", selling_points=points("health")),
    ]
    accept_record(db, made[2], reviewer="ann")
    ads = load_ads(db).where(filters)
    assert list(ads.posters["item_id"]) == list(ads.claims["item_id"]) == [made[n] for n in kept]


def test_products_and_unread_posters_are_left_out(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    unread = items.create_item(db, kind=Kind.AD, competitor="Lumina")
    refresh_record(db, unread)
    assert load_ads(db).posters.empty


def test_no_posters_give_empty_tables_not_errors(db: Database) -> None:
    ads = load_ads(db)
    assert isinstance(ads, Ads) and ads.competitors == []
    tables = [timeline(ads).facts, claim_shares(ads), discounts(ads), phrases(ads, ads.claims), ads.facts(ads.prices)]
    assert all(table.empty for table in tables)


def test_key_differs_after_every_change_of_a_poster(db: Database) -> None:
    keys = [ads_key(db)]
    item_id = poster(db, price=PRICES)
    keys.append(ads_key(db))
    save_edits(db, item_id, {"headline": "B"}, reviewer="ann")
    keys.append(ads_key(db))
    accept_record(db, item_id, reviewer="ann")
    keys.append(ads_key(db))
    items.delete_item(db, item_id)
    keys.append(ads_key(db))
    assert ads_key(db) == keys[-1]
    assert all(before != after for before, after in itertools.pairwise(keys))
