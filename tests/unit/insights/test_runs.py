"""Run times: posters of one creative from the first to the last day, within the chosen posters."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from core.insights import AdFilters, behind, choose
from core.insights.runs import creatives, longest_runs
from core.store.creatives import new_creative, put_member
from tests.unit.insights.posters import everything, poster


def one_creative(db: Database, items: list[int]) -> None:
    creative = new_creative(db)
    for item_id in items:
        put_member(db, item_id, creative)


def test_creative_runs_from_its_first_to_its_last_day_and_leads_to_its_posters(db: Database) -> None:
    short = [poster(db, "A", day) for day in ("2026-09-07", "2026-09-08")]
    long = [poster(db, "B", day) for day in ("2026-09-20", "2026-09-01", "2026-09-10")]
    poster(db, "A", "2026-09-30")
    one_creative(db, short)
    one_creative(db, long)
    first, second = longest_runs(everything(db))
    assert (first.first, first.last, first.days, first.posters) == ("2026-09-01", "2026-09-20", 20, 3)
    assert (second.competitor, second.days, second.item_id) == ("A", 2, short[1])
    assert behind(creatives(everything(db)), [{"creative": first.creative}]) == set(long)


def test_single_sighting_within_the_filters_is_no_run(db: Database) -> None:
    made = [poster(db, "A", day) for day in ("2026-09-01", "2026-09-20")]
    one_creative(db, made)
    assert longest_runs(choose(db, AdFilters(since=date(2026, 9, 15)))) == []
