"""Accuracy over time and by version, confusions, contradictions, and how reviewers work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlite_utils import Database

from core.errors import NotFound
from core.learning.accuracy import count_outcomes
from core.learning.feedback import Filters, count_corrections
from core.learning.trends import (
    PeriodAccuracy,
    accuracy_by_version,
    accuracy_over_time,
    list_confusions,
    list_contradictions,
    list_misreadings,
)
from core.reviewing.review import accept_record, reopen_record, save_edits
from core.reviewing.reviewers import Reviewer, ask_second_looks, list_reviewers_work
from core.store import items, runs
from core.types import Kind
from tests.learning import as_fields, gtin, verified


def dated(db: Database, item_id: int, day: date) -> None:
    db.conn.execute("UPDATE judged_records SET at = ? WHERE item_id = ?", (f"{day.isoformat()}T10:00", item_id))
    db.conn.commit()


def over_time(db: Database, **filters: object) -> list[PeriodAccuracy]:
    wanted = Filters(**filters)  # type: ignore[arg-type]
    return accuracy_over_time(count_outcomes(db, wanted), wanted.field)


def test_accuracy_is_counted_by_week_that_begins_on_monday(db: Database) -> None:
    for day, fix in ((date(2026, 3, 1), {}), (date(2026, 3, 2), {"name": "B"}), (date(2026, 3, 8), {})):
        dated(db, verified(db, as_fields(name="A"), **fix), day)  # a Sunday, the Monday after it, its Sunday
    found = over_time(db)
    assert [(each.start, each.right.hits, each.right.total) for each in found] == [
        (date(2026, 2, 23), 1, 1),
        (date(2026, 3, 2), 1, 2),
    ]


def test_long_histories_are_counted_by_month(db: Database) -> None:
    for day in (date(2025, 1, 15), date(2026, 3, 20)):
        dated(db, verified(db, as_fields(name="A")), day)
    assert [each.start for each in over_time(db)] == [date(2025, 1, 1), date(2026, 3, 1)]


def test_filters_of_field_brand_reviewer_and_day_apply(db: Database) -> None:
    first = verified(db, as_fields(name="A", brand="麦朵叮"), reviewer="ann", name="B")
    dated(db, first, date(2026, 3, 2))
    dated(db, verified(db, as_fields(name="A", brand="山禾坊"), reviewer="bea"), date(2026, 4, 2))

    def total(**filters: object) -> int:
        return sum(each.right.total for each in over_time(db, **filters))

    assert (total(), total(field="name"), total(brand="麦朵叮"), total(reviewer="bea")) == (4, 2, 2, 2)
    assert total(since=date(2026, 4, 1)) == 2 and total(until=date(2026, 3, 2)) == 2
    assert count_corrections(db, Filters(brand="麦朵叮")) == 1 and count_corrections(db, Filters(brand="山禾坊")) == 0


def test_versions_of_an_engine_are_told_apart(db: Database) -> None:
    for revision, fix in (("r1", {"name": "B"}), ("r2", {}), ("r2", {})):
        run = runs.Run(
            blob="b", cache_key="k", kind=Kind.PRODUCT, engine="ocr", revision=revision, prompt_version="p",
            schema_version="s", params={}, reader="x", partial=False, fields={}, raw_text="", ms=1.0,
        )  # fmt: skip
        item = items.create_item(db, kind=Kind.PRODUCT)
        runs.put_prediction(
            db,
            runs.Prediction(
                item_id=item, kind=Kind.PRODUCT, engine="ocr", run_ids=(runs.put_run(db, run),), rules_version="t",
                cached=False, fields=as_fields(name="A"),
            ),
        )  # fmt: skip
        accept_record(db, item, fix, reviewer="ann")
    found = {each.revision: each for each in accuracy_by_version(db, Filters(), count_outcomes(db, Filters()))}
    assert (found["r1"].right.hits, found["r1"].through.hits) == (0, 0)
    assert (found["r2"].right.hits, found["r2"].right.total, found["r2"].through.hits) == (2, 2, 2)


def test_confusions_are_counted_by_record_characters_and_whole_values(db: Database) -> None:
    for number in range(3):
        verified(db, as_fields(gtin=gtin(number), category="满减优惠卷卷"), category="满减优惠券券")
    verified(db, as_fields(gtin=gtin(9), category="GB 2O"), category="GB 20")
    assert [(each.wrong, each.meant, each.records) for each in list_confusions(db, Filters())] == [
        ("卷", "券", 3),
        ("O", "0", 1),
    ]
    (whole,) = list_misreadings(db, Filters())
    assert (whole.wrong, whole.meant, whole.records) == ("满减优惠卷卷", "满减优惠券券", 3)
    assert list_confusions(db, Filters(field="name")) == []


def test_contradictions_show_both_sides_until_they_are_settled(db: Database) -> None:
    one = verified(db, as_fields(gtin=gtin(1), name="曲奇"), reviewer="ann")
    other = verified(db, as_fields(gtin=gtin(1), name="曲奇"), reviewer="bea", name="燕麦曲奇")
    (found,) = list_contradictions(db, Filters())
    assert {side.text: (side.items, side.reviewers) for side in found.sides} == {
        "曲奇": ((one,), ("ann",)),
        "燕麦曲奇": ((other,), ("bea",)),
    }
    save_edits(db, other, {"name": "曲奇"}, reviewer="ann")
    assert list_contradictions(db, Filters()) == []


# Reviewers


def work(db: Database) -> dict[str, Reviewer]:
    return {each.name: each for each in list_reviewers_work(db, Filters())}


def test_a_second_look_agrees_where_nothing_is_changed(db: Database) -> None:
    agreed, disputed = (verified(db, as_fields(name="A", brand="B"), reviewer="ann") for _ in range(2))
    for item, fix in ((agreed, {}), (disputed, {"name": "C"})):
        reopen_record(db, item, reviewer="bea")
        accept_record(db, item, fix, reviewer="bea")
    ann = {each.name: each for each in list_reviewers_work(db, Filters())}
    assert "ann" not in ann, "both records are bea's now"
    verified(db, as_fields(name="A"), reviewer="ann")
    assert work(db)["ann"].looked_at == 2
    assert (work(db)["ann"].agreed.hits, work(db)["ann"].agreed.total) == (3, 4)
    assert work(db)["bea"].looked_at == 0


def test_looking_again_at_ones_own_record_is_no_second_look(db: Database) -> None:
    item = verified(db, as_fields(name="A"), reviewer="ann")
    reopen_record(db, item, reviewer="ann")
    accept_record(db, item, {"name": "B"}, reviewer="ann")
    assert work(db)["ann"].looked_at == 0


def test_somebody_who_changes_far_less_than_the_others_is_marked(db: Database) -> None:
    for _ in range(25):
        verified(db, as_fields(name="A"), reviewer="yes")
        verified(db, as_fields(name="A"), reviewer="ann", name="B")
    assert work(db)["yes"].unusual and not work(db)["ann"].unusual


@pytest.mark.parametrize("records", [0, 3])
def test_nobody_is_marked_on_a_handful_of_records(db: Database, records: int) -> None:
    for _ in range(records):
        verified(db, as_fields(name="A"), reviewer="yes")
        verified(db, as_fields(name="A"), reviewer="ann", name="B")
    assert not any(each.unusual for each in work(db).values())


def test_second_looks_are_drawn_from_what_nobody_else_has_seen(db: Database) -> None:
    seen = verified(db, as_fields(name="A"), reviewer="ann")
    reopen_record(db, seen, reviewer="bea")
    accept_record(db, seen, reviewer="bea")
    unseen = {verified(db, as_fields(name="A"), reviewer="ann") for _ in range(3)}
    assert set(ask_second_looks(db, "ann", by="cho", count=2)) < unseen
    assert len(ask_second_looks(db, "ann", by="cho")) == 1
    with pytest.raises(NotFound, match="ann"):
        ask_second_looks(db, "ann", by="cho")


def test_weeks_are_whole(db: Database) -> None:
    start = date(2026, 3, 2)
    for offset in range(7):
        dated(db, verified(db, as_fields(name="A")), start + timedelta(days=offset))
    assert [each.start for each in over_time(db)] == [start]
