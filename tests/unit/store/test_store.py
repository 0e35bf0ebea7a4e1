"""The store: schema, transactions, items, predictions, decisions and the derived table of records."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from core.errors import NotFound
from core.records.standing import refresh_record
from core.reviewing import review
from core.settings import Settings
from core.store import db as store
from core.store import decisions, items, records, runs
from core.store.db import connect, ensure_database, open_store, snapshot, write
from core.store.decisions import Action, Decision
from core.store.migrations import migrations
from core.store.records import Filters
from core.types import Bilingual as Words
from core.types import FieldValue, Finding, Grade, Kind, Level, Source, Status
from tests.seeding import seed_records

SCHEMA = Path(__file__).parent / "snapshots" / "schema.sql"
UPDATE = "SHELFLENS_UPDATE_SNAPSHOTS"


def schema_of(db: Database) -> str:
    """Every table and index as SQLite wrote it down, in the order of their names."""
    rows = db.conn.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
    )
    return "\n\n".join(f"{row['sql']};" for row in rows) + "\n"


# Schema and migrations


def test_schema_is_the_one_in_the_snapshot(db: Database) -> None:
    if os.environ.get(UPDATE) == "1":
        SCHEMA.parent.mkdir(exist_ok=True)
        SCHEMA.write_text(schema_of(db), "utf-8")
    assert schema_of(db) == SCHEMA.read_text("utf-8"), f"run again with {UPDATE}=1 after adding a migration"


def test_snapshots_are_compared_and_not_rewritten() -> None:
    assert os.environ.get(UPDATE) != "1", f"{UPDATE} is for one run at a desk: it makes the snapshot test agree"


def test_database_of_an_earlier_version_keeps_its_rows(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "old")
    settings.data.mkdir()
    old = connect(settings.database)
    migrations.apply(old, stop_before="m002_jobs")
    old.conn.execute(
        "INSERT INTO items (kind, status, priority, competitor, campaign, created_at, updated_at)"
        " VALUES ('product', 'queued', 0, '', '', 'then', 'then')"
    )
    old.conn.commit()
    old.conn.close()
    with open_store(settings) as db:
        assert items.get_item(db, 1).created_at == "then"
        assert schema_of(db) == SCHEMA.read_text("utf-8")


def test_opening_again_migrates_nothing(settings: Settings) -> None:
    ensure_database(settings)
    before = settings.database.stat().st_mtime_ns
    store._ready.clear()
    ensure_database(settings)
    assert settings.database.stat().st_mtime_ns == before


def test_two_processes_may_start_at_once(settings: Settings) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            store._ready.clear()
            with open_store(settings) as db:
                assert not migrations.pending(db)
        except Exception as err:
            failures.append(err)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_every_migration_is_numbered_in_order_and_gives_its_reason() -> None:
    steps = migrations.pending(Database(memory=True))
    assert [step.name[:4] for step in steps] == [f"m{number:03d}" for number in range(1, len(steps) + 1)]
    assert all(len(step.fn.__doc__ or "") > 40 for step in steps)


# Transactions


def test_failed_block_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(RuntimeError), write(db):
        items.create_item(db, kind="product")
        raise RuntimeError
    assert db.conn.execute("SELECT COUNT(*) AS n FROM items").fetchone()["n"] == 0


def test_nested_block_is_part_of_the_outer_one(db: Database) -> None:
    with pytest.raises(RuntimeError), write(db):
        with write(db):
            items.create_item(db, kind="product")
        raise RuntimeError
    assert db.conn.execute("SELECT COUNT(*) AS n FROM items").fetchone()["n"] == 0


def test_snapshot_does_not_see_what_is_written_meanwhile(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    with snapshot(db):
        assert records.count_records(db) == 1
        with open_store(settings) as other:
            seed_records(other, settings, 1)
        assert records.count_records(db) == 1
    assert records.count_records(db) == 2


def test_reference_to_a_missing_item_is_refused(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), write(db):
        decisions.add_decision(db, decision(99, "brand", "x"))


# Items


def test_deleted_item_is_gone_from_every_list_and_kept_in_the_database(db: Database, settings: Settings) -> None:
    item, other = seed_records(db, settings, 2)
    items.delete_item(db, item)
    with pytest.raises(NotFound):
        items.get_item(db, item)
    assert set(items.find_items(db, [item, other])) == {other}
    assert [record.item_id for record in records.list_records(db)] == [other]
    assert runs.latest_prediction(db, item) is not None


def test_version_rises_only_when_a_person_acts(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    start = items.get_item(db, item).version
    items.set_status(db, item, Status.READING)
    refresh_record(db, item)
    assert items.get_item(db, item).version == start
    assert items.touch(db, item) == start + 1


def test_photo_the_target_has_already_is_not_doubled(db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2, photos=1)
    items.move_photos(db, [photo.id for photo in items.list_photos(db, second)], first)
    assert len(items.list_photos(db, first)) == 1
    assert items.list_photos(db, second) == []


# Decisions


def decision(item_id: int, key: str, value: Any, action: Action = Action.CORRECT) -> Decision:
    after = FieldValue(value=value, sources=(Source.HUMAN,)) if action is not Action.RESET else None
    return Decision(
        item_id=item_id, prediction_id=None, field=key, action=action, before=None, after=after, reviewer="ann"
    )


PROPOSED = {"brand": FieldValue(value="Machine"), "name": FieldValue(value="Oats")}


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], {"brand": "Machine", "name": "Oats"}),
        ([("brand", "Ann", Action.CORRECT)], {"brand": "Ann", "name": "Oats"}),
        ([("brand", "Ann", Action.CORRECT), ("brand", "Bob", Action.CORRECT)], {"brand": "Bob", "name": "Oats"}),
        ([("brand", None, Action.ABSENT)], {"brand": None, "name": "Oats"}),
        ([("brand", "Ann", Action.CORRECT), ("brand", None, Action.RESET)], {"brand": "Machine", "name": "Oats"}),
        ([("origin", "China", Action.CORRECT)], {"brand": "Machine", "name": "Oats", "origin": "China"}),
        ([("origin", "China", Action.CORRECT), ("origin", None, Action.RESET)], {"brand": "Machine", "name": "Oats"}),
        ([("brand", "Machine", Action.CONFIRM)], {"brand": "Machine", "name": "Oats"}),
    ],
)
def test_standing_values_follow_from_proposal_and_decisions(
    history: list[tuple[str, Any, Action]], expected: dict[str, Any]
) -> None:
    made = [decision(1, *step) for step in history]
    assert {key: field.value for key, field in decisions.apply_decisions(PROPOSED, made).items()} == expected
    assert PROPOSED["brand"].value == "Machine", "the proposal itself is left alone"


def test_decision_reads_back_as_it_was_written(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    finding = Finding(rule="r", version=1, level=Level.REVIEW, message=Words(en="Look.", zh="请看。"))
    whole = FieldValue(value={"a": [1, 2.5]}, raw="raw", box=(1, 2, 3, 4), findings=(finding,), grade=Grade.HIGH)
    given = decision(item, "nutrition", "x").model_copy(update={"before": whole, "after": whole})
    decisions.add_decision(db, given)
    (found,) = decisions.list_decisions(db, item)
    assert found.model_copy(update={"id": 0, "at": ""}) == given


def test_history_is_only_added_to(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"brand": "A"}, reviewer="ann")
    review.save_edits(db, item, {"brand": "B"}, reviewer="bob")
    review.reset_field(db, item, "brand", reviewer="ann")
    assert [found.action for found in decisions.list_decisions(db, item)] == ["correct", "correct", "reset"]


# Records


def test_record_follows_what_people_decide(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"brand": "New", "name": ""}, reviewer="ann")
    record = records.find_record(db, item)
    assert record is not None
    assert (record.brand, record.corrections) == ("New", 2)
    assert record.name == "product_0.jpg", "without a name the photo's is shown"
    review.reset_field(db, item, "brand", reviewer="ann")
    record = records.find_record(db, item)
    assert record is not None and record.corrections == 1 and record.brand != "New"


@pytest.mark.parametrize(
    ("field", "doubtful"),
    [
        (FieldValue(value="x", grade=Grade.LOW), True),
        (FieldValue(value="x", grade=Grade.MEDIUM), False),
        (FieldValue(value="x", grade=Grade.LOW, sources=(Source.HUMAN,)), False),
        (
            FieldValue(
                value="x",
                grade=Grade.HIGH,
                findings=(Finding(rule="r", version=1, level=Level.ERROR, message=Words(en="x", zh="x")),),
            ),
            True,
        ),
    ],
)
def test_doubt_is_weak_support_or_a_finding_nobody_has_spoken_on(field: FieldValue, doubtful: bool) -> None:
    assert records.is_doubtful(field) is doubtful


@pytest.fixture
def shelf(db: Database, settings: Settings) -> Database:
    """Eight products (ids 1 to 8; 1 and 5 have a doubtful date) and four ads (9 to 12)."""
    assert seed_records(db, settings, 8, 4) == list(range(1, 13))
    for item, brand in ((1, "Acme"), (2, "acme"), (9, "Acme")):
        review.save_edits(db, item, {"brand": brand}, reviewer="ann")
    review.save_edits(db, 3, {"name": "Müsli ＡＢＣ 牛奶"}, reviewer="ann")
    review.accept_record(db, 4, reviewer="ann")
    review.flag_record(db, 5, "blurred", reviewer="ann")
    return db


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kind="ad"), [9, 10, 11, 12]),
        (Filters(status="verified"), [4]),
        (Filters(status="flagged"), [5]),
        (Filters(kind="product", brand="ACME"), [1, 2]),
        (Filters(kind="ad", brand="Acme"), [9]),
        (Filters(brand="Acm"), []),
        (Filters(kind="ad", campaign="autumn 0"), [9, 12]),
        (Filters(flags="corrected"), [1, 2, 3, 9]),
        (Filters(text="müsli"), [3]),
        (Filters(text="abc 牛奶"), [3]),
        (Filters(text="abc 豆奶"), []),
        (Filters(text="2000000000006"), [7]),
        (Filters(text="product%6"), []),
        (Filters(text="product_6.jpg"), [7]),
        (Filters(items=(12, 2)), [2, 12]),
        (Filters(items=(99,)), []),
    ],
)
def test_filters_let_through_what_they_say(shelf: Database, filters: Filters, expected: list[int]) -> None:
    found = records.list_records(shelf, filters, order="oldest", limit=-1)
    assert [record.item_id for record in found] == expected
    assert records.count_records(shelf, filters) == len(expected)
    assert [record.item_id for record in records.iter_records(shelf, filters)] == expected


def test_doubts_and_findings_are_filters_of_their_own(shelf: Database) -> None:
    doubtful = records.list_records(shelf, Filters(flags="doubts"), limit=-1)
    assert doubtful and all(record.doubts for record in doubtful)
    assert all(record.findings for record in records.list_records(shelf, Filters(flags="findings"), limit=-1))


def test_pages_follow_each_other_without_gap_or_overlap(shelf: Database) -> None:
    for order in records.ORDERS:
        pages = [records.list_records(shelf, order=order, limit=5, offset=offset) for offset in (0, 5, 10)]
        assert sorted(record.item_id for page in pages for record in page) == list(range(1, 13))


def test_statuses_are_counted_under_the_other_filters(shelf: Database) -> None:
    assert records.count_statuses(shelf, Filters(kind="product", status="verified")) == {
        "review": 6, "verified": 1, "flagged": 1,
    }  # fmt: skip
    assert records.count_by_status(shelf)["ad"] == {"review": 4}


def test_brand_of_an_ad_is_what_a_person_typed_else_the_named_competitor_else_what_was_read(shelf: Database) -> None:
    assert "Acme" in records.list_brands(shelf, "ad"), "typed by a person although the upload named a competitor"
    item = items.create_item(shelf, kind="ad", competitor="Named")
    runs.put_prediction(shelf, prediction(item, {"brand": FieldValue(value="Read", sources=(Source.OCR,))}))
    refresh_record(shelf, item)
    assert "Named" in records.list_brands(shelf, "ad") and "Read" not in records.list_brands(shelf, "ad")


def test_brands_are_listed_by_kind(shelf: Database) -> None:
    assert "Lumina" not in records.list_brands(shelf, "product")


def test_queue_brings_high_value_first_then_the_most_doubtful(shelf: Database) -> None:
    assert records.next_in_queue(shelf, kind="product") == 1, "item 1 was uploaded as high priority"
    order: list[int] = []
    while (found := records.next_in_queue(shelf, kind="product", skip=tuple(order))) is not None:
        order.append(found)
    assert sorted(order) == [1, 2, 3, 6, 7, 8], "verified and flagged records do not come again"
    doubts = {record.item_id: record.doubts for record in records.list_records(shelf, limit=-1)}
    assert [doubts[item] for item in order[1:]] == sorted((doubts[item] for item in order[1:]), reverse=True)


def test_queue_brings_only_what_passes_its_filters_whatever_status_they_name(shelf: Database) -> None:
    brand = records.list_brands(shelf, "ad")[0]
    wanted = records.Filters(kind="ad", brand=brand.upper(), status="verified")
    found = records.next_in_queue(shelf, filters=wanted)
    assert found is not None
    record = records.find_record(shelf, found)
    assert record is not None and (record.kind, record.brand, record.status) == ("ad", brand, "review")
    assert records.next_in_queue(shelf, filters=records.Filters(brand="nobody's")) is None


def test_unread_item_has_a_row_without_fields(db: Database) -> None:
    item = items.create_item(db, kind="auto", campaign="spring")
    refresh_record(db, item)
    record = records.find_record(db, item)
    assert record is not None and (record.kind, record.fields, record.campaign) == ("auto", {}, "spring")


# Predictions


def prediction(item_id: int, fields: dict[str, FieldValue]) -> runs.Prediction:
    return runs.Prediction(
        item_id=item_id, kind=Kind.AD, engine="ocr", run_ids=(), rules_version="t", cached=False, fields=fields
    )


def test_newer_prediction_is_added_and_the_older_one_kept(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    first = runs.latest_prediction(db, item)
    assert first is not None
    newer = first.model_copy(update={"fields": {"brand": FieldValue(value="Newer")}})
    runs.put_prediction(db, newer)
    latest = runs.latest_prediction(db, item)
    assert latest is not None and latest.fields["brand"].value == "Newer"
    assert runs.get_prediction(db, first.id) == first
