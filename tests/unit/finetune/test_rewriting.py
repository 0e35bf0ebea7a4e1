"""What is erased here leaves the data sets that were exported before: found, taken out, and told where it cannot be."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.access.personal import erase_person, items_of
from core.cli import main
from core.errors import DataSetAway, StorageFull
from core.finetune import rewriting
from core.finetune.dataset import make_data_set
from core.finetune.manifest import EXAMPLES, MANIFEST, DataSet, read_data_set, read_every_row
from core.finetune.overview import new_data_set
from core.finetune.products import Shares, Split
from core.finetune.register import Standing, held_due, held_of_items, survey_data_sets, take_up
from core.finetune.rewriting import rewrite, rewrite_due
from core.reviewing import bin
from core.reviewing.review import accept_record, save_edits
from core.settings import Settings
from core.store import data_sets, items
from core.store.db import write
from tests.seeding import seed_records
from tests.unit.finetune.conftest import Verify

HALVES = Shares(validation=0.25, test=0.25)


@pytest.fixture
def records(verify: Verify) -> list[int]:
    return verify(9, 3)


@pytest.fixture
def folder(db: Database, settings: Settings, records: list[int], tmp_path: Path) -> Path:
    """A data set of twelve records, one photo each."""
    make_data_set(db, settings, tmp_path / "sets" / "one", shares=HALVES)
    return tmp_path / "sets" / "one"


def erase(db: Database, settings: Settings, item: int) -> None:
    bin.delete_item(db, item, reviewer="ann")
    bin.erase_item(db, settings, item)


def items_in(folder: Path) -> set[int]:
    return {row.item for row in read_every_row(folder)}


def traces(folder: Path, words: str) -> list[str]:
    """Files of the folder that hold these words, or are called by them."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in found if words in path.name or words.encode() in path.read_bytes()]


def is_whole(folder: Path) -> DataSet:
    """The manifest, every hash in it true and no file of the data set outside it."""
    made = read_data_set(folder)
    for note in made.files:
        assert hashlib.sha256((folder / note.name).read_bytes()).hexdigest() == note.sha256
    assert made.examples == len(list(read_every_row(folder)))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {note.name for note in made.files} | {MANIFEST}
    return made


def test_an_erased_record_is_found_in_the_folder_and_leaves_every_file_of_it(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    (photo,) = items.list_photos(db, records[4])
    before = is_whole(folder)
    assert traces(folder, photo.blob)
    (held,) = held_of_items(db, settings, [records[4]])
    assert (held.folder, held.rows, held.standing) == (folder, 1, Standing.HERE)
    assert held_due(db, settings) == []
    erase(db, settings, records[4])
    (due,) = held_due(db, settings)
    assert due.rows == 1
    (done,) = rewrite_due(db, settings)
    assert (done.left, done.error) == (11, None)
    assert traces(folder, photo.blob) == [] and items_in(folder) == set(records) - {records[4]}
    after = is_whole(folder)
    assert after.rewritten_at and after.made_at == before.made_at and after.digest != before.digest
    assert sum(after.products.values()) == sum(before.products.values()) - 1
    assert held_due(db, settings) == [] and rewrite_due(db, settings) == []


def test_what_stays_is_written_as_an_export_without_the_record_would_write_it(
    db: Database, settings: Settings, records: list[int], folder: Path, tmp_path: Path
) -> None:
    erase(db, settings, records[0])
    rewrite_due(db, settings)
    anew = make_data_set(db, settings, tmp_path / "anew", shares=HALVES)
    assert is_whole(folder).digest == anew.digest


def test_a_split_that_loses_its_last_row_loses_its_files(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    tested = {row.item for row in read_every_row(folder) if row.split is Split.TEST}
    assert tested and tested != set(records)
    for item in tested:
        erase(db, settings, item)
    rewrite_due(db, settings)
    assert not list(folder.rglob("test*.jsonl")) and is_whole(folder).products["test"] == 0
    listed = json.loads((folder / "llama-factory" / "dataset_info.json").read_text("utf-8"))
    assert not any("test" in name for name in listed)


def test_a_folder_that_loses_every_row_is_deleted_but_for_files_that_are_not_its_own(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    (folder / "notes.txt").write_text("mine")
    for item in records:
        erase(db, settings, item)
    (done,) = rewrite_due(db, settings)
    assert done.left == 0 and [path.name for path in folder.rglob("*")] == ["notes.txt"]
    assert survey_data_sets(db, settings) == []


def test_a_picture_that_another_record_shows_stays(db: Database, settings: Settings, tmp_path: Path) -> None:
    made = seed_records(db, settings, 3, photos=1)
    for item in made:
        accept_record(db, item, reviewer="ann")
    make_data_set(db, settings, tmp_path / "set", shares=Shares(0, 0))
    erase(db, settings, made[0])
    rewrite_due(db, settings)
    assert items_in(tmp_path / "set") == set(made[1:]) and len(list((tmp_path / "set" / "images").iterdir())) == 1
    is_whole(tmp_path / "set")


def test_a_photo_that_moved_to_another_record_since_is_that_records(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    first, second = records[5:7]
    with write(db):
        db.conn.execute("UPDATE photos SET item_id = ? WHERE item_id = ?", (second, first))
    assert held_of_items(db, settings, [first]) == []
    assert held_of_items(db, settings, [second])[0].rows == 2
    erase(db, settings, second)
    rewrite_due(db, settings)
    assert items_in(folder) == set(records) - {first, second}


def test_rows_of_a_person_are_those_of_records_they_decided_also_once_their_name_is_erased(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    save_edits(db, records[2], {"name": "B"}, reviewer="wei")
    assert items_of(db, "wei") == [records[2]]
    (held,) = held_of_items(db, settings, items_of(db, "wei"))
    assert held.rows == 1
    pseudonym = erase_person(db, "wei").pseudonym
    assert items_of(db, "wei") == [] and items_of(db, pseudonym) == [records[2]]
    assert held_due(db, settings) == [], "the record lives on, so its row may stay until somebody says otherwise"
    data_sets.mark_due(db, items_of(db, pseudonym))
    rewrite_due(db, settings)
    assert records[2] not in items_in(folder)


@pytest.mark.parametrize(
    ("spoil", "standing"),
    [
        (lambda folder: shutil.rmtree(folder), Standing.GONE),
        (lambda folder: shutil.rmtree(folder.parent), Standing.UNREACHABLE),
        (lambda folder: (folder / MANIFEST).write_text("{"), Standing.CHANGED),
        (lambda folder: (folder / MANIFEST).unlink(), Standing.CHANGED),
    ],
)
def test_a_folder_that_cannot_be_rewritten_is_told_and_stays_due(
    db: Database, settings: Settings, records: list[int], folder: Path, spoil: object, standing: Standing
) -> None:
    spoil(folder)  # type: ignore[operator]
    erase(db, settings, records[0])
    (done,) = rewrite_due(db, settings)
    assert isinstance(done.error, DataSetAway) and done.held.standing is standing
    assert str(folder) in done.error.message.en and str(folder) in done.error.message.zh
    assert len(held_due(db, settings)) == 1
    data_sets.forget_data_set(db, done.held.data_set.id)
    assert held_due(db, settings) == []


def test_another_data_set_in_its_place_is_not_touched(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    text = (folder / MANIFEST).read_text("utf-8")
    made_at = read_data_set(folder).made_at
    (folder / MANIFEST).write_text(text.replace(made_at, "2020-01-01T00:00:00.000+00:00"), "utf-8")
    erase(db, settings, records[0])
    (done,) = rewrite_due(db, settings)
    assert done.held.standing is Standing.CHANGED and records[0] in items_in(folder)


@pytest.mark.parametrize("fails_at", [1, 4, 9, 13])
def test_a_rewriting_that_broke_off_is_ended_by_the_next(
    db: Database, settings: Settings, records: list[int], folder: Path, fails_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photo,) = items.list_photos(db, records[3])
    erase(db, settings, records[3])
    (due,) = held_due(db, settings)
    written, whole = [0], rewriting.write_whole

    def break_off(path: Path, data: bytes) -> None:
        written[0] += 1
        if written[0] == fails_at:
            raise OSError(28, "No space left on device")
        whole(path, data)

    monkeypatch.setattr(rewriting, "write_whole", break_off)
    with pytest.raises(StorageFull):
        rewrite(db, settings, due.data_set.id)
    assert len(held_due(db, settings)) == 1
    assert rewrite(db, settings, due.data_set.id) == 11
    assert is_whole(folder).examples == 11 and traces(folder, photo.blob) == []


def test_a_row_that_somebody_edited_is_named_and_nothing_is_changed(
    db: Database, settings: Settings, records: list[int], folder: Path
) -> None:
    (folder / EXAMPLES).write_text("{}\n", "utf-8")
    erase(db, settings, records[0])
    (done,) = rewrite_due(db, settings)
    assert done.error is not None and f"{EXAMPLES}:1" in done.error.message.en


def test_data_sets_of_earlier_versions_are_taken_up_with_what_was_erased_meanwhile(
    db: Database, settings: Settings, records: list[int], tmp_path: Path
) -> None:
    own, elsewhere = new_data_set(settings), tmp_path / "elsewhere"
    for place in (own, elsewhere):
        make_data_set(db, settings, place, shares=HALVES)
    with write(db):
        db.conn.execute("DELETE FROM data_set_rows")
        db.conn.execute("DELETE FROM data_sets")
    erase(db, settings, records[4])
    assert [held.folder for held in held_due(db, settings)] == [own]
    take_up(db, elsewhere)
    assert {held.folder for held in held_due(db, settings)} == {own, elsewhere}
    assert [done.error for done in rewrite_due(db, settings)] == [None, None]
    assert items_in(own) == items_in(elsewhere) == set(records) - {records[4]}


def test_on_the_command_line_they_are_listed_taken_out_and_forgotten(
    db: Database, settings: Settings, records: list[int], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["datasets"]) == 0
    assert f"{folder}: 12 rows" in capsys.readouterr().out
    assert main(["datasets", "--item", str(records[0]), "--person", "ann"]) == 0
    assert "12 of 12 rows" in capsys.readouterr().out
    assert main(["datasets", "--item", str(records[0]), "--take-out", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["folder"], told["taken_out"], told["left"], told["error"]) == (str(folder), 1, 11, None)
    erase(db, settings, records[1])
    shutil.rmtree(folder)
    assert main(["datasets", "--take-out"]) == 1
    assert "gone" in capsys.readouterr().out
    assert main(["datasets", "--forget", str(folder)]) == 0
    assert main(["datasets"]) == 0
    assert "No data set" in capsys.readouterr().out


def test_the_command_line_names_what_it_does_not_know(
    db: Database, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["datasets", "--person", "zoe"]) == 2 and "zoe" in capsys.readouterr().err
    assert main(["datasets", "--forget", str(tmp_path)]) == 2
    assert main(["datasets", "--add", str(tmp_path)]) == 1 and MANIFEST in capsys.readouterr().err
