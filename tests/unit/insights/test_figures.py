"""What posters say, counted from posters written by hand; every number leads back to its posters."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlite_utils import Database

from core.ads.seen import change_seen
from core.background.aside import Aside
from core.background.tasks import Bench
from core.background.worker import make_tools
from core.engines.holder import Engines
from core.insights import (
    AdFilters,
    behind,
    choose,
    claim_shares,
    claims,
    discounts,
    list_offered,
    narrowed_to_phrases,
    promotions,
    spellings,
    stated,
    tally,
    timeline,
    wordings_on,
)
from core.records.standing import refresh_record
from core.reviewing.review import accept_record, save_edits
from core.settings import Settings
from core.store import items, statements
from core.store.db import write
from core.store.statements import About
from core.types import Kind
from tests.seeding import seed_records
from tests.unit.insights.posters import PRICES, everything, points, poster

DOES_NOT_HANG_S = 60.0


def as_rows(table: pd.DataFrame, *columns: str) -> set[tuple[Any, ...]]:
    return set(table[list(columns)].itertuples(index=False, name=None))


def test_share_of_a_theme_is_of_the_competitors_own_posters(db: Database) -> None:
    poster(db, selling_points=points("health", "health"))
    poster(db, selling_points=points("taste"))
    poster(db, selling_points=points("health", "taste"))
    poster(db, competitor="云衫", selling_points=points("health"))
    poster(db, competitor="云衫")
    assert as_rows(claim_shares(everything(db)), "theme", "competitor", "posters", "share") == {
        ("health", "Lumina", 2, 2 / 3),
        ("taste", "Lumina", 2, 2 / 3),
        ("health", "云衫", 1, 0.5),
    }


def test_poster_that_says_it_twice_counts_once_and_verified_ones_are_told(db: Database) -> None:
    first = poster(db, selling_points=points("health", "health"))
    poster(db, selling_points=points("health"))
    accept_record(db, first, reviewer="ann")
    counted = tally(claims(everything(db)), ("theme",))
    assert as_rows(counted, "theme", "posters", "verified") == {("health", 2, 1)}


def test_every_number_leads_to_its_posters(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3, 40)
    ads = everything(db)
    tables = {
        ("period", "competitor"): timeline(ads).facts,
        ("theme", "competitor"): claims(ads),
        ("kind", "competitor"): promotions(ads),
        ("competitor", "percent", "at_most"): discounts(ads),
        ("competitor", "key", "value"): stated(ads, About.PRICE),
        ("phrase",): stated(ads, About.CLAIM),
        ("key", "competitor"): stated(ads, About.AUDIENCE),
    }
    for by, facts in tables.items():
        counted = tally(facts, by)
        assert not counted.empty
        for row in counted.to_dict("records"):
            assert len(behind(facts, [{column: row[column] for column in by}])) == row["posters"]


def test_several_marks_add_up_and_a_stale_one_finds_nothing(db: Database) -> None:
    first, second = poster(db, selling_points=points("health")), poster(db, selling_points=points("taste"))
    facts = claims(everything(db))
    assert behind(facts, [{"theme": "health"}, {"theme": "taste"}]) == {first, second}
    assert behind(facts, [{"theme": "gone"}]) == behind(facts, [{"column": "gone"}]) == behind(facts, [{}]) == set()


def test_wording_behind_a_mark_comes_with_its_own_box_else_that_of_its_field(db: Database) -> None:
    boxed = {"text": "0蔗糖", "theme": "health", "box": [1, 2, 30, 40]}
    first = poster(db, selling_points=[boxed, {"text": "好喝", "theme": "taste"}])
    other = poster(db, selling_points=points("health"))
    facts = claims(everything(db))
    assert wordings_on(facts, [{"theme": "health"}], [first]) == {first: [("0蔗糖", (1, 2, 30, 40))]}
    assert wordings_on(facts, [{"theme": "taste"}], [first, other]) == {first: [("好喝", None)]}


def test_discount_is_shown_only_where_the_words_determine_it(db: Database) -> None:
    poster(db, promotion=[{"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25}])
    poster(db, promotion=[{"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True}])
    poster(db, promotion=[{"text": "满300减50", "kind": "threshold"}])
    poster(db, promotion=[{"text": "6.01-6.03", "kind": "period"}])
    ads = everything(db)
    assert as_rows(tally(discounts(ads), ("percent", "at_most")), "percent", "at_most") == {(25, 0), (70, 1)}
    assert set(tally(promotions(ads), ("kind",))["kind"]) == {"nth_item_discount", "discount", "threshold"}


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
    by = ("value", "currency", "key")
    assert as_rows(tally(stated(everything(db), About.PRICE), by), *by) == expected


def test_same_wording_in_other_case_width_or_punctuation_is_one_phrase(db: Database) -> None:
    for text in ("FREE Delivery", "Free delivery", "Free delivery", "ＦＲＥＥ　ＤＥＬＩＶＥＲＹ！"):
        poster(db, call_to_action=text)
    facts = narrowed_to_phrases(stated(everything(db), About.CALL), 5)
    (row,) = tally(facts, ("phrase",)).to_dict("records")
    assert (spellings(facts)[row["phrase"]], row["posters"]) == ("Free delivery", 4)


def test_only_the_most_frequent_wordings_are_kept(db: Database) -> None:
    for text in ("a a", "b b", "a a", "…", "c c", "b b"):
        poster(db, call_to_action=text)
    facts = narrowed_to_phrases(stated(everything(db), About.CALL), 2)
    assert set(spellings(facts).values()) == {"a a", "b b"}


def test_text_a_person_typed_that_was_not_understood_still_counts(db: Database) -> None:
    item_id = poster(db, selling_points=points("health"))
    save_edits(db, item_id, {"selling_points": "零蔗糖\n好喝", "audience": "学生"}, reviewer="ann")
    ads = everything(db)
    assert set(tally(stated(ads, About.CLAIM), ("text",))["text"]) == {"零蔗糖", "好喝"}
    assert list(tally(stated(ads, About.AUDIENCE), ("key",))["key"]) == ["学生"]


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
    line = timeline(everything(db))
    assert (line.grain, set(tally(line.facts, ("period",))["period"]), line.days) == (grain, periods, len(days))


@pytest.mark.parametrize("seen_on", [None, "", "last week"])
def test_poster_without_a_usable_date_counts_on_its_upload_day(db: Database, seen_on: str | None) -> None:
    item_id = poster(db, seen_on=seen_on)
    uploaded = items.get_item(db, item_id).created_at[:10]
    assert everything(db).span() == (uploaded, uploaded)


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
        (AdFilters(goods=("drink",)), [1]),
        (AdFilters(platforms=("Douyin", "JD")), [2]),
        (AdFilters(themes=("taste", "health")), [0, 1, 2]),
        (AdFilters(themes=("taste",)), [2]),
        (AdFilters(promotions=("bundle",)), [0]),
        (AdFilters(side="own"), [1]),
        (AdFilters(side="rivals"), [0, 2]),
        (AdFilters(side="rivals", promotions=("bundle",), themes=("taste",)), []),
    ],
)
def test_filters_keep_the_statements_of_the_posters_they_keep(
    db: Database, filters: AdFilters, kept: list[int]
) -> None:
    bundle = [{"text": "买一送一", "kind": "bundle", "unit_discount": 0.5}]
    made = [
        poster(db, "Lumina", "2026-09-07", selling_points=points("health"), promotion=bundle),
        poster(db, "云衫", "2026-09-08", selling_points=points("health"), product="冷萃咖啡"),
        poster(db, "Lumina", "2026-09-09", selling_points=points("taste")),
    ]
    accept_record(db, made[2], reviewer="ann")
    change_seen(db, [made[2]], {"platform": "Douyin"})
    ads = choose(db, filters, own=("云 衫",))
    wanted = {made[n] for n in kept}
    assert {one.item_id for one in ads.listing()} == wanted and ads.count == len(kept)
    marks = [{"theme": "health"}, {"theme": "taste"}]
    assert behind(claims(ads), marks) == wanted


def test_products_and_unread_posters_are_left_out(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    unread = items.create_item(db, kind=Kind.AD, competitor="Lumina")
    refresh_record(db, unread)
    assert everything(db).count == 0 and list_offered(db).posters == 0


def test_no_posters_give_empty_tables_not_errors(db: Database) -> None:
    ads = everything(db)
    assert ads.competitors() == {} and ads.span() == ("", "") and ads.listing() == []
    facts = [timeline(ads).facts, discounts(ads), stated(ads, About.PRICE), claims(ads)]
    assert all(tally(each, ("competitor",)).empty for each in facts) and claim_shares(ads).empty


def test_what_is_counted_follows_every_change_of_a_poster(db: Database) -> None:
    def seen() -> tuple[int, int, set[Any]]:
        ads = everything(db)
        return ads.count, ads.verified, set(tally(stated(ads, About.CALL), ("text",))["text"])

    item_id = poster(db, call_to_action="Shop now")
    assert seen() == (1, 0, {"Shop now"})
    save_edits(db, item_id, {"call_to_action": "Buy today"}, reviewer="ann")
    assert seen() == (1, 0, {"Buy today"})
    accept_record(db, item_id, reviewer="ann")
    assert seen() == (1, 1, {"Buy today"})
    items.delete_item(db, item_id)
    assert seen() == (0, 0, set())
    assert db.conn.execute("SELECT COUNT(*) FROM statements").fetchone()[0] == 0


def test_statements_that_are_missing_or_of_an_older_version_are_written_anew(db: Database) -> None:
    made = [poster(db, selling_points=points("health")) for _ in range(3)]
    with write(db):
        db.conn.execute("DELETE FROM posters WHERE item_id = ?", (made[0],))
        db.conn.execute("UPDATE posters SET made_by = 'before', goods = 'gone' WHERE item_id = ?", (made[1],))
    assert statements.count_stale(db) == 2
    assert list(statements.refresh_stale(db)) == [0]
    assert statements.count_stale(db) == 0
    assert behind(claims(everything(db)), [{"theme": "health"}]) == set(made)


def test_worker_that_begins_writes_what_an_earlier_version_left_out(db: Database, settings: Settings) -> None:
    item_id = poster(db, selling_points=points("health"))
    with write(db):
        db.conn.execute("DELETE FROM posters")
    with Aside(Bench(make_tools(settings, "ocr"), Engines(settings), "me")):
        ended = time.monotonic() + DOES_NOT_HANG_S
        while statements.count_stale(db) and time.monotonic() < ended:
            time.sleep(0.05)
    assert behind(claims(everything(db)), [{"theme": "health"}]) == {item_id}


@pytest.mark.parametrize(
    ("product", "headline", "goods"),
    [
        ("每日坚果礼盒", None, "food"),
        ("Barista Oat Drink", "Foams like a dream", "drink"),
        (None, "双11坚果狂欢", "food"),
        ("Model X-200", "Only today", ""),
        (None, None, ""),
    ],
)
def test_goods_are_told_by_the_last_noun_of_the_product_else_of_the_headline(
    db: Database, product: str | None, headline: str | None, goods: str
) -> None:
    values = {"product": product, "headline": headline}
    poster(db, **{key: value for key, value in values.items() if value})
    assert list_offered(db).goods == ((goods,) if goods else ())
