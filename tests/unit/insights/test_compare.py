"""Sides beside each other: what only one claims, what each promises and asks for, and posters against labels."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlite_utils import Database

from core.insights import AdFilters, Choice, behind, choose
from core.insights.compare import (
    OURS,
    RIVALS,
    Side,
    Spread,
    discount_spread,
    discounted,
    only_here,
    posters_of,
    price_gaps,
    promotion_shares,
    theme_shares,
)
from core.insights.contradictions import compare_with_labels
from core.insights.own import name_own_brands, own_brands
from core.insights.prices import currencies, price_ladder
from core.insights.style import palettes
from tests.unit.insights.posters import everything, label, points, poster, said

HALF = {"text": "买一送一", "kind": "bundle", "unit_discount": 0.5}
QUARTER = {"text": "第二件半价", "kind": "nth_item_discount", "unit_discount": 0.25}
UP_TO = {"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True}
TABLE = {"basis": "100g", "rows": [{"nutrient": "sugars", "name": "糖", "value": 12.5, "unit": "g", "per": "100g"}]}


def sides(db: Database, *names: str) -> list[Side]:
    return [Side(name, posters_of(db, name, AdFilters(), ())) for name in names]


def cny(value: float, kind: str = "current", **more: Any) -> dict[str, Any]:
    return {"value": value, "currency": "CNY", "kind": kind, **more}


def usd(value: float) -> dict[str, Any]:
    return {"value": value, "currency": "USD", "kind": "current"}


@pytest.mark.parametrize(
    ("side", "competitors"),
    [(OURS, {"晨 露": 1}), (RIVALS, {"A": 2, "B": 1}), ("A", {"A": 2}), ("晨 露", {"晨 露": 1}), ("nobody", {})],
)
def test_side_has_its_posters_under_the_other_filters(db: Database, side: str, competitors: dict[str, int]) -> None:
    for name in ("晨 露", "A", "A", "B"):
        poster(db, name, "2026-09-07")
        poster(db, name, "2026-08-01")
    september = AdFilters(since=date(2026, 9, 1))
    assert posters_of(db, side, september, ["晨露"]).competitors() == competitors


def test_side_that_is_named_stands_for_the_competitors_that_are_filtered_for(db: Database) -> None:
    poster(db, "A")
    poster(db, "B")
    assert posters_of(db, "B", AdFilters(competitors=("A",)), ()).competitors() == {"B": 1}


def test_claim_that_another_side_makes_in_other_spelling_is_not_only_ones_own(db: Database) -> None:
    poster(db, "A", selling_points=said("FREE delivery", "0 蔗糖"))
    poster(db, "A", selling_points=said("0蔗糖"))
    poster(db, "B", selling_points=said("Free Delivery!", "Made with milk"))
    poster(db, "C", selling_points=said("nobody compares C"))
    found = [(one.side, one.text, one.posters) for one in only_here(sides(db, "A", "B"))]
    assert found == [("A", "0蔗糖", 2), ("B", "Made with milk", 1)]
    assert len(only_here(sides(db, "A", "B"), limit=0)) == 0


def test_themes_a_side_lacks_have_share_nought(db: Database) -> None:
    poster(db, "A", selling_points=points("health"))
    poster(db, "A")
    poster(db, "B", selling_points=points("taste"))
    rows = {(row.theme, row.side): (row.posters, row.share) for row in theme_shares(sides(db, "A", "B")).itertuples()}
    assert rows == {("health", "A"): (1, 0.5), ("health", "B"): (0, 0), ("taste", "A"): (0, 0), ("taste", "B"): (1, 1)}


def test_discounts_are_the_best_of_each_poster_and_limits_are_left_out(db: Database) -> None:
    poster(db, "A", promotion=[HALF, QUARTER, UP_TO])
    poster(db, "A", promotion=[QUARTER])
    poster(db, "B", promotion=[UP_TO])
    a, b = sides(db, "A", "B")
    assert discount_spread(a.choice) == Spread(2, 0.25, 0.375, 0.5)
    assert discount_spread(b.choice) is None
    kinds = promotion_shares([a, b])
    assert set(kinds["kind"]) == {"bundle", "nth_item_discount", "discount"}


def test_prices_of_two_currencies_are_never_ranked_together(db: Database) -> None:
    poster(db, "A", product="Oat drink", price=[cny(10), usd(900)])
    poster(db, "A", product="Oat drink", price=[cny(20)])
    poster(db, "B", product="Oat drink", price=[cny(30)])
    assert currencies(everything(db)) == {"CNY": 3, "USD": 1}
    (first, second) = price_gaps(sides(db, "A", "B"), "CNY")
    assert (first.side, first.spread, first.gap) == ("A", Spread(2, 10, 15, 20), None)
    assert (second.side, second.spread.middle, second.gap) == ("B", 30, 1.0)
    assert [gap.side for gap in price_gaps(sides(db, "A", "B"), "USD")] == ["A"]
    assert price_ladder(everything(db), "USD")[["competitor", "low", "high"]].values.tolist() == [["A", 900, 900]]


def test_goods_that_no_word_names_are_not_compared_in_price(db: Database) -> None:
    poster(db, "A", product="X-200", price=[cny(10)])
    poster(db, "B", product="Z-9", price=[cny(30)])
    assert price_gaps(sides(db, "A", "B"), "CNY") == []
    assert list(price_ladder(everything(db), "CNY")["goods"]) == ["", ""]


@pytest.mark.parametrize("kind", ["original", "deposit", "unit", "bundle", "to"])
def test_price_that_one_piece_does_not_cost_is_on_no_ladder(db: Database, kind: str) -> None:
    poster(db, "A", product="Oat drink", price=[cny(5, kind), cny(12, "coupon"), cny(15, "current")])
    (row,) = price_ladder(everything(db), "CNY").to_dict("records")
    assert (row["low"], row["middle"], row["high"], row["posters"]) == (12, 12, 12, 1)


def test_palette_adds_up_shades_of_a_family_and_shows_the_largest(db: Database) -> None:
    poster(db, "A", palette=[{"hex": "#d02020", "share": 0.5}, {"hex": "#b01818", "share": 0.1}])
    poster(db, "A", palette=[{"hex": "#d02020", "share": 0.2}, {"hex": "#ffffff", "share": 0.6}])
    rows = {row.family: (row.shade, round(row.area, 6), row.posters) for row in palettes(everything(db)).itertuples()}
    assert rows == {"red": ("#d02020", 0.4, 2), "white": ("#ffffff", 0.3, 1)}


def test_own_brands_are_kept_tidy_for_everybody(db: Database) -> None:
    assert own_brands(db) == ()
    name_own_brands(db, ["  晨露 ", "North  field", "晨露", ""], by="ann")
    assert own_brands(db) == ("晨露", "North field")
    name_own_brands(db, [], by="bob")
    assert own_brands(db) == ()


def ours(db: Database) -> Choice:
    return choose(db, AdFilters(side="own"), ("晨露",))


@pytest.mark.parametrize(
    ("claim", "contradicted"),
    [
        ("无糖配方", True),
        ("低糖更健康", True),
        ("sugar free", True),
        ("零添加蔗糖", False),
        ("好喝不贵", False),
        ("高蛋白", False),  # the table says nothing of protein
    ],
)
def test_claim_on_our_poster_that_the_label_does_not_bear_out_is_found(
    db: Database, claim: str, contradicted: bool
) -> None:
    product = label(db, "晨露", "燕麦奶", nutrition=TABLE)
    ad = poster(db, "晨 露", product="咖啡师燕麦奶 1L", selling_points=said(claim))
    found = compare_with_labels(db, ours(db), ["晨露"]).found
    assert [(one.poster, one.product, one.phrase) for one in found] == ([(ad, product, claim)] if contradicted else [])


@pytest.mark.parametrize(
    ("brand", "name", "nutrition"),
    [("别家", "燕麦奶", TABLE), ("晨露", "番茄酱", TABLE), ("晨露", "奶", TABLE), ("晨露", "燕麦奶", None)],
)
def test_poster_is_not_compared_with_another_products_label(
    db: Database, brand: str, name: str, nutrition: Any
) -> None:
    label(db, brand, name, **({"nutrition": nutrition} if nutrition else {}))
    ad = poster(db, "晨露", product="燕麦奶", selling_points=said("无糖"))
    compared = compare_with_labels(db, ours(db), ["晨露"])
    assert (compared.found, compared.compared, compared.unmatched) == ((), 0, {ad: ("无糖",)})


def test_posters_of_others_are_not_compared_with_our_labels(db: Database) -> None:
    label(db, "晨露", "燕麦奶", nutrition=TABLE)
    poster(db, "别家", product="燕麦奶", selling_points=said("无糖"))
    assert compare_with_labels(db, ours(db), ["晨露"]).unmatched == {}


def test_discounts_that_hold_for_everybody_lead_to_their_posters(db: Database) -> None:
    offers = [{"text": "5折", "kind": "discount", "unit_discount": 0.5}]
    ad = poster(db, "A", promotion=offers)
    poster(db, "A", promotion=[{**offers[0], "at_most": True}])
    poster(db, "B", promotion=[{"text": "满300减50", "kind": "threshold"}])
    facts = discounted(everything(db))
    assert behind(facts, [{"competitor": "A"}, {"competitor": "B"}]) == {ad}
