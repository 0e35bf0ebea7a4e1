"""A data set's folder: whole or not at all, four formats, and no product in two splits."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.cli import main
from core.engines.language.answers import answer_schema
from core.engines.qwen3vl.inputs import TILE, make_picture
from core.engines.qwen3vl.model import look
from core.errors import BadDataSet, DataSetFolderTaken, NoRoomForDataSet, NothingToLearn, StorageDenied, StorageFull
from core.finetune import dataset
from core.finetune.dataset import make_data_set
from core.finetune.formats import FORMATS, file_of
from core.finetune.manifest import EXAMPLES, MANIFEST, DataSet, read_data_set, read_rows
from core.finetune.products import Shares, Split
from core.images import open_page
from core.schema import load_schema
from core.settings import Settings
from core.store import blobs, runs
from core.types import Kind
from tests.unit.finetune.conftest import Verify

HALVES = Shares(validation=0.25, test=0.25)


@pytest.fixture
def made(db: Database, settings: Settings, verify: Verify, tmp_path: Path) -> tuple[Path, DataSet]:
    """Twelve products and four ads as a data set."""
    verify(12, 4)
    folder = tmp_path / "sets" / "one"
    return folder, make_data_set(db, settings, folder, shares=HALVES)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def rows(folder: Path) -> list[Any]:
    return [row for split in Split for row in read_rows(folder, split)]


def test_every_verified_record_is_in_it_once_and_the_manifest_counts_them(made: tuple[Path, DataSet]) -> None:
    folder, data = made
    assert data == read_data_set(folder)
    assert data.examples == len(rows(folder)) == 16
    assert data.counts == {
        split: {kind: sum(row.kind == kind for row in read_rows(folder, split)) for kind in ("ad", "product")}
        for split in Split
    }
    assert sum(data.products.values()) == len({row.group for row in rows(folder)})
    for note in data.files:
        assert hashlib.sha256((folder / note.name).read_bytes()).hexdigest() == note.sha256
    assert {note.name for note in data.files} | {MANIFEST} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }


def test_no_product_stands_in_two_splits(made: tuple[Path, DataSet]) -> None:
    folder, _ = made
    keys = {split: {key for row in read_rows(folder, split) for key in row.keys} for split in Split}
    assert not keys[Split.TRAIN] & keys[Split.TEST]
    assert not keys[Split.TRAIN] & keys[Split.VALIDATION]
    assert not keys[Split.VALIDATION] & keys[Split.TEST]
    assert keys[Split.TRAIN] and keys[Split.TEST]


def test_pictures_are_the_pixels_the_engine_would_see(
    db: Database, settings: Settings, made: tuple[Path, DataSet]
) -> None:
    folder, _ = made
    for row in rows(folder)[:3]:
        kept = Image.open(folder / row.image)
        assert kept.width % TILE == kept.height % TILE == 0
        blob = Path(row.image).stem
        page = open_page(blobs.read_blob(db, settings, blob), "photo", settings)
        seen = look(page.pixels, runs.latest_readings(db, blob), settings.picture_px, crop=True)
        assert make_picture(kept).key == seen.key


def test_instruction_and_json_schema_come_with_it_and_every_answer_fits_the_schema(made: tuple[Path, DataSet]) -> None:
    folder, data = made
    for kind in Kind:
        assert json.loads((folder / f"schema.{kind}.json").read_text("utf-8")) == answer_schema(load_schema(kind))
        words = data.prompts[kind]
        assert (folder / f"instruction.{kind}.txt").read_text("utf-8") == f"{words.before}<image>{words.after}"
    for row in rows(folder):
        assert list(json.loads(row.answer)) == answer_schema(load_schema(row.kind))["required"]


def test_each_format_says_the_same_in_its_own_form(made: tuple[Path, DataSet]) -> None:
    folder, data = made
    for split in Split:
        wanted = list(read_rows(folder, split))
        told = {form.folder: lines(folder / form.folder / file_of(split)) for form in FORMATS}
        assert {len(found) for found in told.values()} == {len(wanted)}
        for row, trl, swift, factory, qwen in zip(
            wanted, told["trl"], told["ms-swift"], told["llama-factory"], told["qwen-vl-finetune"], strict=True
        ):
            words = data.prompts[row.kind]
            tagged = f"{words.before}<image>{words.after}"
            user = [{"type": "text", "text": words.before}, {"type": "image"}]
            answer = [{"type": "text", "text": row.answer}]
            assert trl == {
                "images": [row.image],
                "prompt": [{"role": "user", "content": user}],
                "completion": [{"role": "assistant", "content": answer}],
            }
            turns = [{"role": "user", "content": tagged}, {"role": "assistant", "content": row.answer}]
            assert swift == factory == {"messages": turns, "images": [row.image]}
            assert qwen == {
                "image": row.image,
                "conversations": [{"from": "human", "value": tagged}, {"from": "gpt", "value": row.answer}],
            }
            assert tagged.count("<image>") == 1 and (folder / row.image).is_file()


def test_llama_factory_finds_its_files_by_its_list(made: tuple[Path, DataSet]) -> None:
    folder = made[0] / "llama-factory"
    listed = json.loads((folder / "dataset_info.json").read_text("utf-8"))
    assert {entry["file_name"] for entry in listed.values()} == {path.name for path in folder.glob("*.jsonl")}
    for entry in listed.values():
        tags = entry["tags"]
        assert entry["formatting"] == "sharegpt"
        for row in lines(folder / entry["file_name"]):
            turns = row[entry["columns"]["messages"]]
            assert [turn[tags["role_tag"]] for turn in turns] == [tags["user_tag"], tags["assistant_tag"]]


def test_preference_pairs_are_written_where_a_format_has_them(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(2)
    monkeypatch.setattr(
        "core.finetune.examples._rejected", lambda db, blob, kind, answer: ('{"name":"x"}', "qwen3vl r")
    )
    data = make_data_set(db, settings, tmp_path / "set", shares=Shares(0, 0))
    assert data.preferences == 2
    folder, name = tmp_path / "set", file_of(Split.TRAIN, pairs=True)
    (trl, _), (swift, _), (factory, _) = (lines(folder / one / name) for one in ("trl", "ms-swift", "llama-factory"))
    assert trl["rejected"] == [{"role": "assistant", "content": [{"type": "text", "text": '{"name":"x"}'}]}]
    assert swift["rejected_response"] == '{"name":"x"}'
    assert factory["rejected"] == {"role": "assistant", "content": '{"name":"x"}'}
    assert trl["chosen"][0]["content"][0]["text"] == swift["messages"][1]["content"] == factory["chosen"]["content"]
    assert not (folder / "qwen-vl-finetune" / name).exists()
    listed = json.loads((folder / "llama-factory" / "dataset_info.json").read_text("utf-8"))
    assert listed["shelflens_train_preferences"]["ranking"] is True


def test_the_same_records_give_the_same_data(
    db: Database, settings: Settings, made: tuple[Path, DataSet], tmp_path: Path
) -> None:
    assert make_data_set(db, settings, tmp_path / "again", shares=HALVES).digest == made[1].digest


def test_more_records_leave_every_product_in_its_split(
    db: Database, settings: Settings, made: tuple[Path, DataSet], verify: Verify, tmp_path: Path
) -> None:
    before = {row.group: row.split for row in rows(made[0])}
    verify(20)
    make_data_set(db, settings, tmp_path / "more", shares=HALVES)
    after = {row.group: row.split for row in rows(tmp_path / "more")}
    assert all(after[group] is split for group, split in before.items() if group in after)
    assert set(before) & set(after)


# Bad input


def test_without_a_verified_record_it_says_what_to_do_and_writes_nothing(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(NothingToLearn) as err:
        make_data_set(db, settings, tmp_path / "set")
    assert "Review" in err.value.message.en and "审核" in err.value.message.zh
    assert not (tmp_path / "set").exists()


def test_a_folder_with_anything_in_it_is_left_as_it_is(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path
) -> None:
    verify(1)
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(DataSetFolderTaken) as err:
            make_data_set(db, settings, folder)
        assert str(folder) in err.value.message.en
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_an_empty_folder_may_be_used(db: Database, settings: Settings, verify: Verify, tmp_path: Path) -> None:
    verify(1)
    (tmp_path / "set").mkdir()
    make_data_set(db, settings, tmp_path / "set")
    assert read_data_set(tmp_path / "set").examples == 1


def test_a_folder_without_space_is_refused_with_both_figures_before_anything_is_written(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(1)
    monkeypatch.setattr(dataset, "free_bytes", lambda folder: 200 << 20)
    with pytest.raises(NoRoomForDataSet) as err:
        make_data_set(db, settings, tmp_path / "sets" / "one")
    assert "257 MB" in err.value.message.en and "200 MB" in err.value.message.zh
    assert not (tmp_path / "sets").exists()


def test_a_disk_that_fills_up_on_the_way_leaves_nothing_behind(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(2)

    def full(self: Image.Image, path: Path, form: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(StorageFull):
        make_data_set(db, settings, tmp_path / "sets" / "one")
    assert list((tmp_path / "sets").iterdir()) == []


def test_a_place_where_nothing_may_be_written_is_named(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path
) -> None:
    verify(1)
    (tmp_path / "file").touch()
    with pytest.raises((StorageDenied, StorageFull)) as err:
        make_data_set(db, settings, tmp_path / "file" / "set")
    assert str(tmp_path / "file") in err.value.message.en


def test_a_photo_that_is_gone_is_named_and_the_others_teach(
    db: Database, settings: Settings, verify: Verify, tmp_path: Path
) -> None:
    gone, _ = verify(2)
    blob = db.conn.execute("SELECT blob FROM photos WHERE item_id = ?", (gone,)).fetchone()["blob"]
    blobs.blob_path(settings, blob, ".jpg").unlink()
    data = make_data_set(db, settings, tmp_path / "set")
    assert data.examples == 1
    assert [note.item for note in data.left_out] == [gone]


@pytest.mark.parametrize("harm", ["no manifest", "manifest of another layout", "half a file", "no file", "no JSON"])
def test_a_folder_that_is_no_whole_data_set_is_refused_by_name(harm: str, made: tuple[Path, DataSet]) -> None:
    folder, data = made
    match harm:
        case "no manifest":
            (folder / MANIFEST).unlink()
        case "manifest of another layout":
            (folder / MANIFEST).write_text(data.model_copy(update={"layout": 99}).model_dump_json())
        case "half a file":
            (folder / EXAMPLES).write_bytes((folder / EXAMPLES).read_bytes()[:-20])
        case "no file":
            shutil.rmtree(folder / "images")
        case "no JSON":
            (folder / MANIFEST).write_text("{")
    with pytest.raises(BadDataSet) as err:
        read_data_set(folder)
    assert str(folder) in err.value.message.en and str(folder) in err.value.message.zh


def test_the_command_writes_it_and_says_what_is_in_it(
    verify: Verify, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verify(6)
    assert main(["dataset", str(tmp_path / "set"), "--test", "0.3"]) == 0
    told = capsys.readouterr().out
    assert "6 examples of" in told and "train" in told
    assert main(["dataset", str(tmp_path / "set")]) == 1
    assert "holds" in capsys.readouterr().err
    assert main(["dataset", str(tmp_path / "other"), "--test", "0.6", "--validation", "0.6"]) == 2
    with pytest.raises(SystemExit):
        main(["dataset", str(tmp_path / "other"), "--test", "2"])
