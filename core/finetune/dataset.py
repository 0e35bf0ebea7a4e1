"""Verified records as a data set in a folder: pictures, examples, the four libraries' formats, and a manifest."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from core import __version__
from core.engines.language.answers import answer_schema
from core.engines.language.version import language_version
from core.engines.qwen3vl.engine import CROP, shortcuts_of
from core.engines.qwen3vl.inputs import tile
from core.engines.qwen3vl.view import view
from core.errors import DataSetFolderTaken, NoRoomForDataSet, NothingToLearn, ShelfLensError
from core.files import file_error
from core.finetune.examples import Example, Harvest, LeftOut, count_examples, harvest, instructions
from core.finetune.formats import FORMATS, Instruction, dataset_info, file_of
from core.finetune.manifest import (
    EXAMPLES,
    LAYOUT,
    MANIFEST,
    DataSet,
    LeftOutNote,
    PromptNote,
    Row,
    note_file,
    read_every_row,
)
from core.finetune.products import Shares, Split, count_groups
from core.images import open_page
from core.schema import load_schema
from core.settings import Settings
from core.store import blobs, runs
from core.store.data_sets import put_data_set
from core.store.db import now
from core.types import Kind
from core.weights.space import SPARE, free_bytes

MIB = 1 << 20
TEXT_BYTES = 64 * 1024
"""An example's text in all files: the instruction of 3 KB and an answer of a few, six to ten times."""
README = "README.md"

Progress = Callable[[int, int], None]
"""Told how many pictures of how many are written."""


def make_data_set(
    db: Database,
    settings: Settings,
    folder: Path,
    *,
    shares: Shares | None = None,
    kind: Kind | None = None,
    progress: Progress | None = None,
) -> DataSet:
    """Writes the verified records to `folder`, which appears whole or not at all, notes whose rows it holds, and
    returns its manifest.

    Raises DataSetFolderTaken where something is in the folder, NothingToLearn without verified records,
    NoRoomForDataSet before anything is written, StorageFull or StorageDenied.
    """
    shares = shares or Shares()
    ensure_empty(folder)
    found = harvest(db, shares, kind)
    if not found.examples:
        raise NothingToLearn(left_out=len(found.left_out))
    ensure_room(folder, needed_bytes(settings, len(found.examples)))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    except OSError as err:
        raise file_error(err, folder.name, folder.parent) from err
    try:
        made = _write(db, settings, building, found, shares, progress)
        if folder.exists():
            folder.rmdir()  # empty, as was seen above; one that no longer is stays, and this says so
        building.chmod(0o755)  # a temporary folder is its maker's alone
        building.rename(folder)
        rows = ((row.item, Path(row.image).stem) for row in read_every_row(folder))
        put_data_set(db, str(folder.absolute()), made.made_at, rows)
    except OSError as err:
        raise file_error(err, folder.name, folder.parent) from err
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return made


def ensure_empty(folder: Path) -> None:
    """Raises DataSetFolderTaken where `folder` is a file or holds anything."""
    if folder.is_dir():
        with contextlib.suppress(StopIteration):
            raise DataSetFolderTaken(folder=folder, found=next(folder.iterdir()).name)
    elif folder.exists():
        raise DataSetFolderTaken(folder=folder, found=folder.name)


def needed_bytes(settings: Settings, examples: int) -> int:
    """Most bytes a data set of so many photos takes: pictures as if they could not be compressed."""
    return examples * (3 * settings.picture_px**2 + TEXT_BYTES)


def ensure_room(folder: Path, needed: int) -> None:
    """Raises NoRoomForDataSet, naming both figures, where `needed` bytes would not leave `SPARE`."""
    free = free_bytes(folder.absolute())
    if needed + SPARE > free:
        raise NoRoomForDataSet(folder=folder, needs_mb=-(-(needed + SPARE) // MIB), has_mb=free // MIB)


def _write(
    db: Database, settings: Settings, folder: Path, found: Harvest, shares: Shares, progress: Progress | None
) -> DataSet:
    examples, missing = _write_pictures(db, settings, folder, found.examples, progress)
    if not examples:
        raise NothingToLearn(left_out=len(found.left_out) + len(missing))
    kinds = sorted({example.kind for example in examples})
    words = {kind: (Instruction(before, after), version) for kind, before, after, version in instructions(kinds)}
    only_words = {kind: instruction for kind, (instruction, _) in words.items()}
    (folder / EXAMPLES).write_text(lines_of(map(_row, examples)), "utf-8")
    for name, text in format_files(examples, only_words).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    for kind, instruction in only_words.items():
        (folder / f"instruction.{kind}.txt").write_text(instruction.tagged, "utf-8")
        _write_json(folder / f"schema.{kind}.json", answer_schema(load_schema(kind)))
    (folder / README).write_text(_readme(), "utf-8")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    made = DataSet(
        layout=LAYOUT,
        made_at=now(),
        made_with={"shelflens": __version__, "language": language_version()},
        seed=shares.seed,
        shares={Split.VALIDATION: shares.validation, Split.TEST: shares.test},
        counts=count_examples(examples),
        products={str(split): n for split, n in count_groups(Harvest(tuple(examples), ()).groups).items()},
        preferences=sum(bool(example.rejected) for example in examples),
        picture_px=settings.picture_px,
        crop=CROP in shortcuts_of(settings),
        prompts={
            kind: PromptNote(
                before=instruction.before,
                after=instruction.after,
                version=version,
                schema_version=_schema_version(kind),
            )
            for kind, (instruction, version) in words.items()
        },
        left_out=tuple(LeftOutNote(item=one.item_id, reason=one.reason) for one in (*found.left_out, *missing)),
        files=tuple(note_file(folder, name) for name in names),
    )
    (folder / MANIFEST).write_text(made.model_dump_json(indent=1), "utf-8")
    return made


def _schema_version(kind: Kind) -> str:
    schema = load_schema(kind)
    return f"{schema.version}-{schema.digest}"


def _write_pictures(
    db: Database, settings: Settings, folder: Path, examples: Iterable[Example], progress: Progress | None
) -> tuple[list[Example], list[LeftOut]]:
    """The examples whose picture could be written, and the records of the others."""
    wanted = list(examples)
    (folder / "images").mkdir()
    kept, missing = list[Example](), dict[int, LeftOut]()
    for number, example in enumerate(wanted, 1):
        try:
            _write_picture(db, settings, folder / example.image, example)
        except ShelfLensError as err:  # the photo is gone or damaged; the others still teach
            missing[example.item_id] = LeftOut(example.item_id, err.message)
        else:
            kept.append(example)
        if progress:
            progress(number, len(wanted))
    return kept, list(missing.values())


def _write_picture(db: Database, settings: Settings, path: Path, example: Example) -> None:
    """The very pixels the engine would cut into patches, without loss: another tiling finds nothing to scale."""
    page = open_page(blobs.read_blob(db, settings, example.blob), example.blob[:12], settings)
    readings = runs.latest_readings(db, example.blob)
    seen = view(page.pixels, readings, settings.picture_px, crop=CROP in shortcuts_of(settings))
    tile(seen).save(path, "PNG")


def _row(example: Example) -> dict[str, Any]:
    row = Row(
        image=example.image,
        kind=example.kind,
        split=example.split,
        item=example.item_id,
        group=example.group,
        keys=tuple(sorted(example.keys)),
        answer=example.answer,
        rejected=example.rejected,
        rejected_by=example.rejected_by,
    )
    return row.model_dump(mode="json")


def format_files(examples: list[Example], words: dict[Kind, Instruction]) -> dict[str, str]:
    """Every format's files as {name: text}. One of a split without examples is left out: an empty one loads nowhere."""
    by_split = {split: [one for one in examples if one.split is split] for split in Split}
    pairs = {split: [one for one in found if one.rejected] for split, found in by_split.items()}
    files: dict[str, str] = {}
    for form in FORMATS:
        for split in Split:
            rows = [form.row(one, words[one.kind]) for one in by_split[split]]
            files[f"{form.folder}/{file_of(split)}"] = lines_of(rows)
            if form.pair is not None:
                refused = [form.pair(one, words[one.kind]) for one in pairs[split]]
                files[f"{form.folder}/{file_of(split, pairs=True)}"] = lines_of(refused)
    listed = [(split, False) for split in Split if by_split[split]] + [(split, True) for split in Split if pairs[split]]
    files["llama-factory/dataset_info.json"] = json.dumps(dataset_info(listed), ensure_ascii=False, indent=1)
    return {name: text for name, text in files.items() if text}


def lines_of(rows: Iterable[dict[str, Any]]) -> str:
    """JSON lines; "" for no rows."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def _readme() -> str:
    return (Path(__file__).parent / "dataset_readme.md").read_text("utf-8")
