"""Deleting: into the bin, back from it, and out of it for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.background.aside import Aside
from core.background.tasks import Bench
from core.background.worker import make_tools
from core.engines.holder import Engines
from core.errors import NotFound, StillRead
from core.incoming import intake
from core.learning.accuracy import measure_quality
from core.learning.feedback import Filters
from core.reading.questions import Ask, ask
from core.reviewing import bin, bulk, review
from core.reviewing.queue import count_waiting, take_next
from core.settings import Settings
from core.store import bin as store
from core.store import blobs, decisions, idempotency, items, jobs, records, runs, webhooks
from core.store.blobs import blob_path
from core.store.db import connect, now
from core.store.migrations import migrations
from core.types import Status
from tests.seeding import picture, seed_records
from tests.tables import words_in_database

SECRET = "Geheimrezept"


def delete(db: Database, item: int) -> None:
    bin.delete_item(db, item, reviewer="ann")


def set_deleted(db: Database, item: int, moment: str) -> None:
    with db.conn:
        db.conn.execute("UPDATE items SET deleted_at = ? WHERE id = ?", (moment, item))


def photo_file(settings: Settings, number: int) -> Path:
    return blob_path(settings, f"{number:064x}", ".jpg")


# Into the bin


def test_deleted_item_is_gone_from_every_list_and_stands_in_the_bin(db: Database, settings: Settings) -> None:
    item, other = seed_records(db, settings, 2)
    review.accept_record(db, item, reviewer="ann")
    delete(db, item)
    assert [record.item_id for record in records.list_records(db)] == [other]
    assert records.count_by_status(db) == {"product": {"review": 1}}
    assert take_next(db, "bob") == other and count_waiting(db) == 1
    with pytest.raises(NotFound):
        review.load_record(db, item)
    (binned,) = store.list_bin(db)
    assert (binned.item_id, binned.name, binned.photos, binned.deleted_by) == (item, "燕麦片 No. 0", 1, "ann")


def test_item_is_deleted_once(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    delete(db, item)
    with pytest.raises(NotFound):
        delete(db, item)
    assert store.count_bin(db) == 1


def test_reading_of_a_deleted_item_is_cancelled(db: Database, settings: Settings) -> None:
    waiting, running = seed_records(db, settings, 2)
    intake.read_again(db, [running])
    held = jobs.claim(db, "worker", lease_s=30, max_attempts=3)
    assert held is not None
    intake.read_again(db, [waiting])
    delete(db, waiting)
    delete(db, running)
    assert jobs.claim(db, "other", lease_s=30, max_attempts=3) is None
    assert not jobs.is_wanted(db, held.id, "worker")


def test_next_photo_of_an_open_group_starts_an_item_of_its_own(db: Database, settings: Settings) -> None:
    batch = intake.Batch(grouping=intake.Grouping.ONE)
    (first,) = intake.accept(db, settings, [intake.Upload("a.jpg", picture(1))], batch)
    delete(db, first.item_id or 0)
    (second,) = intake.accept(db, settings, [intake.Upload("b.jpg", picture(2))], batch)
    assert second.item_id != first.item_id
    bin.restore_item(db, first.item_id or 0)
    assert len(records.list_records(db)) == 2


def test_merged_item_is_in_no_bin(db: Database, settings: Settings) -> None:
    target, other = seed_records(db, settings, 2)
    intake.merge_items(db, [target, other])
    assert store.count_bin(db) == 0


def test_bin_of_an_older_database_holds_what_was_deleted_and_not_what_was_merged(tmp_path: Path) -> None:
    old = connect(tmp_path / "old.db")
    migrations.apply(old, stop_before="m014_bin")
    blob = "0" * 64
    old.conn.execute("INSERT INTO blobs VALUES (?, '.jpg', 'image/jpeg', 1, 1, 1, '0', '[]', '')", (blob,))
    for item_id, photos in ((1, 2), (2, 0), (3, 1)):
        old.conn.execute(
            "INSERT INTO items (id, kind, status, priority, competitor, campaign, created_at, updated_at, deleted_at)"
            " VALUES (?, 'product', 'review', 0, '', '', '', '', ?)",
            (item_id, "2026-09-01" if item_id < 3 else None),
        )
        for place in range(photos):
            old.conn.execute(
                "INSERT OR IGNORE INTO blobs SELECT ?, suffix, media_type, width, height, bytes, phash,"
                " notes, created_at FROM blobs LIMIT 1",
                (f"{place:064x}",),
            )
            old.conn.execute(
                "INSERT INTO photos (item_id, blob, position, name, source) VALUES (?, ?, ?, ?, '')",
                (item_id, f"{place:064x}", place, f"{item_id}-{place}.jpg"),
            )
    migrations.apply(old)
    assert [(one.item_id, one.name, one.photos) for one in store.list_bin(old)] == [(1, "1-0.jpg", 2)]


# Back from it


def test_restored_item_is_as_it_was_and_a_window_that_had_it_open_learns_of_it(
    db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"brand": "Mine"}, reviewer="ann")
    review.accept_record(db, item, reviewer="ann")
    before = review.load_record(db, item)
    delete(db, item)
    bin.restore_item(db, item)
    after = review.load_record(db, item)
    assert after.fields == before.fields and after.item.status is Status.VERIFIED
    assert after.item.version > before.item.version
    assert store.count_bin(db) == 0 and records.count_records(db) == 1


def test_item_that_was_not_read_yet_is_queued_again(db: Database, settings: Settings) -> None:
    (stored,) = intake.accept(db, settings, [intake.Upload("a.jpg", picture(1))], intake.Batch())
    item = stored.item_id or 0
    delete(db, item)
    bin.restore_item(db, item)
    held = jobs.claim(db, "worker", lease_s=30, max_attempts=3)
    assert held is not None and held.item_id == item


def test_what_is_not_in_the_bin_cannot_be_restored(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    report = bulk.restore_all(db, [item, 99, 2**70])
    assert report.done == () and [one.item_id for one in report.refused] == [item, 99, 2**70]


# Out of it, for good


def fill_with_words(db: Database, settings: Settings, item: int) -> None:
    """Everything the program ever writes about an item, the secret word in all of it."""
    photo = items.list_photos(db, item)[0]
    with db.conn:
        db.conn.execute("UPDATE photos SET name = ?, source = ? WHERE id = ?", (SECRET, SECRET, photo.id))
        db.conn.execute(
            "UPDATE items SET competitor = :word, campaign = :word, platform = :word, url = :word WHERE id = :item",
            {"word": SECRET, "item": item},
        )
        db.conn.execute("INSERT INTO poster_keys VALUES (?, ?)", (SECRET, item))
        db.conn.execute("UPDATE readings SET data = ? WHERE blob = ?", (json.dumps(SECRET), photo.blob))
        db.conn.execute(
            "INSERT INTO runs SELECT NULL, ?, '', 'product', 'ocr', '', '', '', '', '', 0, '{}', ?, 0, ''",
            (photo.blob, SECRET),
        )
    review.save_edits(db, item, {"brand": SECRET, "claims": SECRET}, reviewer="ann")
    review.flag_record(db, item, SECRET, reviewer="ann")
    webhooks.put_webhook(db, "https://shop.test/hook", "whsec_", by="ann")
    review.accept_record(db, item, reviewer="ann", seconds=4)
    question = ask(db, settings, Ask(text=SECRET, blobs=(photo.blob,), item_id=item))
    ask(db, settings, Ask(text=f"{SECRET}, again", blobs=(photo.blob,), item_id=item, follows=question))
    intake.read_again(db, [item])
    keep_answer(db)


def keep_answer(db: Database) -> None:
    """A request that its sender may send again was answered with the secret word."""
    idempotency.claim_request(db, "shop", "key", "request", lease_s=9)
    idempotency.keep_answer(db, "shop", "key", idempotency.Answer(200, {}, SECRET.encode()))


def test_nothing_of_an_erased_item_is_left_but_that_somebody_worked_on_it(db: Database, settings: Settings) -> None:
    item, other = seed_records(db, settings, 2)
    fill_with_words(db, settings, item)
    told = {"photos", "decisions", "verdicts", "questions", "runs", "readings", "deliveries", "idempotency"}
    assert words_in_database(db, SECRET) >= told
    shown = settings.data / "rendered" / "320" / "00" / f"{0:064x}.jpg"
    shown.parent.mkdir(parents=True)
    shown.write_bytes(b"small")
    delete(db, item)
    bin.erase_item(db, settings, item)
    assert words_in_database(db, SECRET) == set()
    assert not photo_file(settings, 0).exists() and not shown.exists()
    assert [verdict.reviewer for verdict in decisions.list_verdicts(db, item)] == ["ann", "ann"]
    assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert records.find_record(db, other) is not None and photo_file(settings, 1).exists()


def test_everything_that_points_at_what_is_erased_is_known(db: Database) -> None:
    """A new table that refers to one of these must be thought of in `core.store.bin.erase`."""
    erased = {"blobs", "photos", "readings", "runs", "predictions", "decisions", "questions", "jobs"}
    tables = [row["name"] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    pointing = {
        table
        for table in tables
        for key in db.conn.execute(f"PRAGMA foreign_key_list({table})")
        if key["table"] in erased
    }
    assert pointing == {"photos", "files", "decisions", "verdicts", "questions", "question_photos"}


def test_photo_that_another_item_has_stays(db: Database, settings: Settings) -> None:
    item, other = seed_records(db, settings, 2, photos=1)
    delete(db, item)
    bin.erase_item(db, settings, item)
    assert photo_file(settings, 0).exists()
    assert [photo.blob for photo in items.list_photos(db, other)] == [f"{0:064x}"]
    assert runs.latest_readings(db, f"{0:064x}") is not None


def test_photo_that_another_item_in_the_bin_has_stays_until_both_are_erased(db: Database, settings: Settings) -> None:
    item, other = seed_records(db, settings, 2, photos=1)
    delete(db, item)
    delete(db, other)
    bin.erase_item(db, settings, item)
    assert photo_file(settings, 0).exists()
    bin.erase_item(db, settings, other)
    assert not photo_file(settings, 0).exists() and blobs.find_blob(db, f"{0:064x}") is None


def test_living_item_cannot_be_erased(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    with pytest.raises(NotFound):
        bin.erase_item(db, settings, item)
    assert records.count_records(db) == 1


def test_item_that_a_worker_still_reads_is_not_erased_under_it(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    intake.read_again(db, [item])
    held = jobs.claim(db, "worker", lease_s=30, max_attempts=3)
    assert held is not None
    delete(db, item)
    with pytest.raises(StillRead):
        bin.erase_item(db, settings, item)
    assert photo_file(settings, 0).exists() and store.count_bin(db) == 1
    jobs.finish(db, held.id, "worker", jobs.JobState.CANCELLED)
    bin.erase_item(db, settings, item)
    assert store.count_bin(db) == 0


def test_erasing_whose_files_went_before_a_crash_is_ended_by_the_next(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    delete(db, item)
    photo_file(settings, 0).unlink()
    bin.erase_item(db, settings, item)
    assert store.count_bin(db) == 0


def test_number_of_an_erased_item_is_never_given_again(db: Database, settings: Settings) -> None:
    first, last = seed_records(db, settings, 2)
    delete(db, last)
    bin.erase_item(db, settings, last)
    assert seed_records(db, settings, 1) == [last + 1] and first < last


def test_erased_photo_may_come_again(db: Database, settings: Settings) -> None:
    upload = intake.Upload("a.jpg", picture(1))
    (first,) = intake.accept(db, settings, [upload], intake.Batch())
    delete(db, first.item_id or 0)
    bin.erase_item(db, settings, first.item_id or 0)
    (again,) = intake.accept(db, settings, [upload], intake.Batch())
    assert again.state is intake.State.STORED and again.item_id != first.item_id
    assert blobs.read_blob(db, settings, items.list_photos(db, again.item_id or 0)[0].blob)


def test_photo_erased_in_the_middle_of_its_upload_is_stored_anew(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = intake.Upload("a.jpg", picture(1))
    (first,) = intake.accept(db, settings, [upload], intake.Batch())
    delete(db, first.item_id or 0)
    put = blobs.put_blob

    def put_then_erase(*given: object) -> bool:
        known = put(*given)  # type: ignore[arg-type]
        if store.count_bin(db):
            bin.erase_item(db, settings, first.item_id or 0)
        return known

    monkeypatch.setattr(blobs, "put_blob", put_then_erase)
    (again,) = intake.accept(db, settings, [upload], intake.Batch())
    assert again.state is intake.State.STORED
    assert blobs.read_blob(db, settings, items.list_photos(db, again.item_id or 0)[0].blob)


def test_bin_is_emptied_of_what_has_had_its_days_and_of_nothing_else(db: Database, settings: Settings) -> None:
    old, fresh = seed_records(db, settings, 2)
    delete(db, old)
    delete(db, fresh)
    set_deleted(db, old, "2026-01-01T00:00:00.000+00:00")
    assert bin.erase_due(db, settings) == 1
    assert [binned.item_id for binned in store.list_bin(db)] == [fresh]
    assert bin.erase_due(db, settings) == 0


LONG_AGO = "2026-01-05T10:00:00+00:00"


def ask_without_an_item(db: Database, settings: Settings, number: int, asked_at: str) -> str:
    """A photo of no item with a question about it; its id."""
    blob = intake.keep_photo(db, settings, intake.Upload(name="a.jpg", data=picture(number)))
    with db.conn:
        db.conn.execute("UPDATE blobs SET created_at = ? WHERE id = ?", (LONG_AGO, blob))
    question = ask(db, settings, Ask((blob,), SECRET, asked_by="ann"))
    with db.conn:
        db.conn.execute("UPDATE questions SET created_at = ?, state = 'done' WHERE id = ?", (asked_at, question))
    return blob


def test_photos_asked_about_without_an_item_go_when_nobody_asks_any_more(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    old, fresh = (ask_without_an_item(db, settings, 90 + n, at) for n, at in enumerate((LONG_AGO, now())))
    with db.conn:
        db.conn.execute("UPDATE blobs SET created_at = ?", (LONG_AGO,))
    files = {blob: next(settings.blobs.rglob(f"{blob}*")) for blob in (old, fresh)}
    keep_answer(db)
    assert [bin.erase_loose(db, settings), bin.erase_loose(db, settings)] == [1, 0]
    assert blobs.find_blob(db, old) is None and not files[old].exists()
    assert blobs.find_blob(db, fresh) is not None and files[fresh].exists()
    assert "idempotency" not in words_in_database(db, SECRET)
    assert len(records.list_records(db)) == 1 and photo_file(settings, 0).exists()
    assert db.conn.execute("SELECT COUNT(*) AS n FROM questions").fetchone()["n"] == 1


def test_full_bin_is_emptied_in_portions(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, bin.AT_ONCE + 3)
    assert len(bulk.delete_all(db, made, reviewer="ann").done) == len(made)
    for item in made:
        set_deleted(db, item, "2026-01-01T00:00:00.000+00:00")
    assert [bin.erase_due(db, settings) for _ in range(3)] == [bin.AT_ONCE, 3, 0]


def test_erased_records_no_longer_count_as_evidence(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.accept_record(db, item, reviewer="ann")
    assert measure_quality(db, Filters()).straight_through.total == 1
    delete(db, item)
    assert measure_quality(db, Filters()).straight_through.total == 0


def test_a_worker_empties_the_bin_and_lets_go_of_loose_photos(db: Database, settings: Settings) -> None:
    asked = ask_without_an_item(db, settings, 90, LONG_AGO)
    (item,) = seed_records(db, settings, 1)
    delete(db, item)
    set_deleted(db, item, LONG_AGO)
    Aside(Bench(make_tools(settings, "ocr"), Engines(settings), "me"))._empty_bin()
    assert store.count_bin(db) == 0
    assert blobs.find_blob(db, asked) is None
