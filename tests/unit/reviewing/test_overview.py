"""The numbers of the home page say what happened, and stay quick with many records."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlite_utils import Database

from core.incoming.intake import cancel_reading, read_again
from core.reviewing.overview import (
    STALLED_S,
    find_doubts,
    find_failed,
    find_queued,
    is_stalled,
    most_doubtful,
    reading_since,
    take_overview,
    verified_per_day,
)
from core.reviewing.review import accept_record, flag_record, reopen_record
from core.settings import Settings
from core.store import items, jobs
from core.store.db import write
from core.store.items import PRIORITY_HIGH
from core.store.records import find_record, next_in_queue
from core.types import Bilingual, FieldValue, Finding, Grade, Level, Status
from tests.seeding import read_value, seed_records

RECORDS = 10_000
HANGS_S = 20.0
"""Seconds from which the dashboard's queries count as hanging; measured 0.02 on two cores."""


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="milliseconds")


def test_empty_database_is_all_zeros_and_has_no_share(db: Database) -> None:
    overview = take_overview(db)
    assert (overview.records, overview.waiting, overview.verified_today, overview.failed) == (0, 0, 0, 0)
    assert overview.untouched_share is None
    assert most_doubtful(db) == [] and reading_since(db) is None and not is_stalled(db)


def test_counts_follow_what_people_do(db: Database, settings: Settings) -> None:
    right, corrected, flagged, reopened, _waiting = seed_records(db, settings, 5)
    accept_record(db, right, reviewer="a")
    accept_record(db, corrected, {"brand": "Corrected"}, reviewer="a")
    flag_record(db, flagged, "blurred", reviewer="a")
    accept_record(db, reopened, reviewer="a")
    reopen_record(db, reopened, reviewer="a")
    overview = take_overview(db)
    assert (overview.records, overview.waiting, overview.verified, overview.flagged) == (5, 2, 2, 1)
    assert (overview.corrections, overview.untouched, overview.untouched_share) == (1, 1, 0.5)


def test_record_verified_twice_counts_once_and_last_month_does_not_count(db: Database, settings: Settings) -> None:
    today, old = seed_records(db, settings, 2)
    accept_record(db, today, reviewer="a")
    accept_record(db, today, reviewer="b")
    accept_record(db, old, reviewer="a")
    with write(db):
        db.conn.execute("UPDATE verdicts SET at = ? WHERE item_id = ?", (ago(days=40), old))
    assert (take_overview(db).verified_today, take_overview(db).verified_week) == (1, 1)


def test_days_without_work_are_shown_as_zero(db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    accept_record(db, first, reviewer="a")
    accept_record(db, second, reviewer="a")
    with write(db):
        db.conn.execute("UPDATE verdicts SET at = ? WHERE item_id = ?", (ago(days=3), second))
    days = verified_per_day(db, 7)
    assert [day for day, _ in days] == [date.today() - timedelta(days=n) for n in range(6, -1, -1)]
    assert [n for _, n in days] == [0, 0, 0, 1, 0, 0, 1]


def test_urgent_counts_only_waiting_records_of_high_priority(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 11)  # every tenth is of high priority: the first and the last
    accept_record(db, made[0], reviewer="a")
    assert take_overview(db).urgent == 1


def test_doubtful_records_come_in_the_order_of_review(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 12)
    doubtful = most_doubtful(db, 20)
    assert [r.item_id for r in doubtful] == [
        r.item_id for r in sorted(doubtful, key=lambda r: (-r.priority, -r.doubts, r.item_id))
    ]
    assert doubtful[0].priority == PRIORITY_HIGH and doubtful[0].item_id == next_in_queue(db)


def test_doubt_names_the_field_and_the_rules_reason_gravest_first(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    record = find_record(db, item_id)
    assert record is not None

    def found(level: Level, text: str) -> FieldValue:
        finding = Finding(rule="r", version=1, level=level, message=Bilingual(en=text, zh=text))
        return read_value("x", 0, grade=Grade.HIGH, findings=(finding,))

    fields = {
        "name": read_value("x", 0, grade=Grade.LOW),
        "brand": found(Level.REVIEW, "look"),
        "gtin": found(Level.ERROR, "wrong digit"),
        "claims": read_value(["y"], 1, grade=Grade.HIGH),
        "net_content": read_value(None, 2, grade=Grade.LOW),
    }
    doubts = find_doubts(record.model_copy(update={"fields": fields}))
    assert [(doubt.field, doubt.reason.en if doubt.reason else None) for doubt in doubts] == [
        ("gtin", "wrong digit"),
        ("brand", "look"),
        ("name", None),
    ]


def test_queue_shows_what_is_read_now_then_what_comes_next(db: Database, settings: Settings) -> None:
    a, b, c, d = seed_records(db, settings, 4)  # the first is of high priority
    read_again(db, [b, c, d, a])
    jobs.claim(db, "w", lease_s=30, max_attempts=3)
    assert [(item.item_id, item.ahead) for item in find_queued(db)] == [(a, None), (b, 0), (c, 1), (d, 2)]
    assert [(item.item_id, item.ahead) for item in find_queued(db, [d])] == [(d, 2)]
    assert find_queued(db, []) == []


def test_failures_carry_their_reason_and_only_those_asked_for(db: Database, settings: Settings) -> None:
    a, b = seed_records(db, settings, 2)
    with write(db):
        for item_id in (a, b):
            items.set_status(db, item_id, Status.QUEUED)
    read_again(db, [a, b])
    cancel_reading(db)
    assert [failure.item_id for failure in find_failed(db)] == [b, a]
    (failure,) = find_failed(db, [a])
    assert failure.reason is not None and "cancelled" in failure.reason.en
    record = find_record(db, a)
    assert record is not None and failure.name == record.name


def test_spell_of_reading_includes_what_ended_since_it_began_but_not_older_work(
    db: Database, settings: Settings
) -> None:
    old, first, second = seed_records(db, settings, 3)

    def finish_next() -> None:
        job = jobs.claim(db, "w", lease_s=30, max_attempts=3)
        assert job is not None
        jobs.finish(db, job.id, "w", jobs.JobState.DONE, ms=10)

    read_again(db, [old])
    finish_next()
    time.sleep(0.005)  # stamps have milliseconds
    read_again(db, [first])
    read_again(db, [second])
    finish_next()
    since = reading_since(db)
    assert since is not None
    progress = jobs.progress(db, since)
    assert (progress.done, progress.queued) == (1, 1)
    finish_next()
    assert reading_since(db) is None


@pytest.mark.parametrize(
    ("waited_s", "held", "stalled"),
    [(STALLED_S + 5, False, True), (STALLED_S - 5, False, False), (STALLED_S + 5, True, False)],
)
def test_work_that_nobody_touches_is_noticed(
    db: Database, settings: Settings, waited_s: float, held: bool, stalled: bool
) -> None:
    read_again(db, seed_records(db, settings, 2))
    with write(db):
        db.conn.execute("UPDATE jobs SET created_at = ?", (ago(seconds=waited_s),))
    if held:
        jobs.claim(db, "w", lease_s=30, max_attempts=3)
    assert is_stalled(db) is stalled


def test_dashboard_queries_stay_quick_with_ten_thousand_records(db: Database, settings: Settings) -> None:
    (one,) = seed_records(db, settings, 1)
    accept_record(db, one, reviewer="a")
    with write(db):
        db.conn.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO items (kind, status, priority, competitor, campaign, created_at, updated_at)"
            " SELECT kind, status, 0, '', '', created_at, updated_at FROM items, n",
            (RECORDS - 1,),
        )
        columns = [row["name"] for row in db.conn.execute("PRAGMA table_info(records)") if row["name"] != "item_id"]
        listed = ", ".join(columns)
        db.conn.execute(
            f"INSERT INTO records (item_id, {listed}) SELECT items.id, {', '.join(f'r.{c}' for c in columns)}"
            " FROM items, (SELECT * FROM records LIMIT 1) AS r WHERE items.id <> r.item_id"
        )
        db.conn.execute(
            "INSERT INTO verdicts (item_id, outcome, reason, reviewer, at)"
            " SELECT items.id, 'verified', '', 'a', verdicts.at FROM items, verdicts"
        )
    start = time.perf_counter()
    overview, days, doubtful = take_overview(db), verified_per_day(db), most_doubtful(db)
    find_queued(db), find_failed(db), reading_since(db), is_stalled(db)
    took = time.perf_counter() - start
    print(f"dashboard queries over {RECORDS} records: {took * 1000:.0f} ms")
    assert (overview.verified_today, days[-1][1], doubtful) == (RECORDS, RECORDS, [])
    assert took < HANGS_S
