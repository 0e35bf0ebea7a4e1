"""Exports are kept with who made them, when and of what; old files go, what was said about them stays."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from core.errors import NotFound, UsageError
from core.exports import Style, saved
from core.exports.saved import is_kept, keep_export, read_export
from core.reviewing.review import save_edits
from core.settings import Settings
from core.store.records import Filters
from core.store.saved_exports import SavedExport, list_exports
from tests.seeding import seed_records
from tests.unit.exports.test_exports import read_rows


def make(db: Database, settings: Settings, profile: str = "shelflens", **filters: str) -> SavedExport:
    return keep_export(
        db, settings, Filters(**filters), profile=profile, lang="keys", style=Style.PLAIN, reviewer="ann"
    )


def test_an_export_says_who_made_it_when_and_of_what(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3, 2)
    make(db, settings, kind="product")
    (kept,) = list_exports(db)
    assert (kept.reviewer, kept.profile, kept.records, kept.filters) == ("ann", "shelflens", 3, Filters(kind="product"))
    assert kept.at > "2026"


def test_a_kept_file_stays_as_it_was_when_records_change(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    kept = make(db, settings, kind="product")
    before = read_export(settings, kept)
    save_edits(db, item, {"brand": "Changed"}, reviewer="bob")
    assert read_export(settings, kept) == before
    assert "Changed" not in str(read_rows(before))
    assert "Changed" in str(read_rows(read_export(settings, make(db, settings, kind="product"))))


def test_the_newest_comes_first_and_two_of_one_day_do_not_meet(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    one, other = make(db, settings), make(db, settings, profile="gs1")
    assert [kept.id for kept in list_exports(db)] == [other.id, one.id]
    assert one.file != other.file and is_kept(settings, one) and is_kept(settings, other)


def test_files_of_old_exports_go_and_their_entries_stay(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "FILES_KEPT", 2)
    seed_records(db, settings, 1)
    made = [make(db, settings) for _ in range(3)]
    assert [is_kept(settings, kept) for kept in made] == [False, True, True]
    assert len(list_exports(db)) == 3
    with pytest.raises(NotFound, match="Make it again"):
        read_export(settings, made[0])


def test_a_refused_export_leaves_no_entry(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 1)
    with pytest.raises(UsageError):
        make(db, settings, profile="google", kind="ad")
    assert list_exports(db) == []
