"""New claims: first seen since a day, of competitors that were watched before it."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from core.insights.news import new_claims
from tests.unit.insights.posters import everything, poster, said

SINCE = date(2026, 9, 10)


def test_claim_is_new_only_where_no_earlier_poster_of_the_competitor_carries_it(db: Database) -> None:
    poster(db, "A", "2026-09-01", selling_points=said("0蔗糖"))
    poster(db, "B", "2026-09-01", selling_points=said("好喝"))
    poster(db, "A", "2026-09-12", selling_points=said("0 蔗糖！", "好喝"))
    first = poster(db, "A", "2026-09-11", selling_points=said("好喝"))
    (claim,) = new_claims(everything(db), SINCE)
    assert (claim.competitor, claim.text, claim.first, claim.posters, claim.item_id) == (
        "A", "好喝", "2026-09-11", 2, first,
    )  # fmt: skip


def test_nothing_is_new_of_a_competitor_that_was_not_watched_before(db: Database) -> None:
    poster(db, "A", "2026-09-12", selling_points=said("0蔗糖"))
    assert new_claims(everything(db), SINCE) == []


def test_poster_of_the_day_itself_counts_as_new(db: Database) -> None:
    poster(db, "A", "2026-09-09", selling_points=said("好喝"))
    poster(db, "A", "2026-09-10", selling_points=said("0蔗糖"))
    assert [claim.text for claim in new_claims(everything(db), SINCE)] == ["0蔗糖"]
    assert new_claims(everything(db), SINCE, limit=0) == []
