"""Takes rows out of a data set that lies on disk: the folder stays a whole data set, without what was erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from core.errors import DataSetAway, ShelfLensError
from core.files import file_error, write_whole
from core.finetune.dataset import format_files, lines_of
from core.finetune.examples import Example, count_examples
from core.finetune.formats import Instruction
from core.finetune.manifest import EXAMPLES, MANIFEST, DataSet, Row, note_file, read_every_row, read_manifest
from core.finetune.overview import data_sets_folder
from core.finetune.products import Split
from core.finetune.register import Held, Standing, held_due, standing_of
from core.settings import Settings
from core.store import data_sets
from core.store.db import now
from core.types import Bilingual

LOCK = ".rewriting.lock"
REASONS = {
    Standing.CHANGED: Bilingual(en="something else is in it now", zh="其中已是其他内容"),
    Standing.GONE: Bilingual(en="it is gone", zh="目录已不存在"),
    Standing.UNREACHABLE: Bilingual(
        en="it cannot be reached: deleted, or on a disk that is not connected",
        zh="无法访问：可能已被删除，或所在磁盘未连接",
    ),
}
"""Why a folder is not rewritten."""


@dataclass(frozen=True)
class Rewritten:
    """What became of one folder. `error` says why it is as it was; None where its rows are out."""

    held: Held
    left: int = 0
    """Examples that stay in it; with none left, its files are deleted."""
    error: ShelfLensError | None = None


def rewrite_due(db: Database, settings: Settings, numbers: Iterable[int] | None = None) -> list[Rewritten]:
    """Takes all rows that are due out of their folders (of these data sets, or of all), each by itself: what cannot be
    reached stays due and is told."""
    wanted = None if numbers is None else set(numbers)
    return [
        _tried(db, settings, held) for held in held_due(db, settings) if wanted is None or held.data_set.id in wanted
    ]


def _tried(db: Database, settings: Settings, held: Held) -> Rewritten:
    try:
        return Rewritten(held, rewrite(db, settings, held.data_set.id))
    except ShelfLensError as err:
        return Rewritten(held, error=err)


def rewrite(db: Database, settings: Settings, number: int) -> int:
    """Takes the due rows of one data set out of its folder and returns how many examples stay in it.

    Files of the data set are written anew from the rows that stay, pictures that none of these shows are deleted, the
    manifest comes last: cut short anywhere, it is done by doing it again. Other files in the folder are not touched.
    Raises NotFound, DataSetAway, BadDataSet, StorageFull or StorageDenied.
    """
    from filelock import FileLock

    lock = data_sets_folder(settings) / LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        entry = data_sets.get_data_set(db, number)
        standing, folder = standing_of(entry), Path(entry.folder)
        if standing is not Standing.HERE:
            raise DataSetAway(folder=folder, reason=REASONS[standing])
        due = data_sets.due_rows(db, number)
        rows = list(read_every_row(folder))
        kept = [row for row in rows if (row.item, _blob(row)) not in due]
        try:
            _write(folder, read_manifest(folder), kept, {item for item, _ in due})
        except OSError as err:
            raise file_error(err, folder.name, folder) from err
        data_sets.strike_rows(db, number, due)
        return len(kept)


def _blob(row: Row) -> str:
    return Path(row.image).stem


def _write(folder: Path, made: DataSet, kept: list[Row], erased: set[int]) -> None:
    listed = {note.name for note in made.files}
    texts = _texts(made, kept) if kept else {}
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    stays = (
        {row.image for row in kept} | texts.keys() | ({name for name in listed if _is_fixed(name)} if kept else set())
    )
    for name in listed - stays:
        (folder / name).unlink(missing_ok=True)
    if not kept:
        (folder / MANIFEST).unlink()
        _remove_empty(folder)
        return
    names = sorted(name for name in stays if (folder / name).is_file())
    examples = [_example(row) for row in kept]
    products = Counter(split for _, split in {(row.group, row.split) for row in kept})
    anew = made.model_copy(
        update={
            "counts": count_examples(examples),
            "products": {str(split): products[split] for split in Split},
            "preferences": sum(bool(row.rejected) for row in kept),
            "left_out": tuple(note for note in made.left_out if note.item not in erased),
            "files": tuple(note_file(folder, name) for name in names),
            "rewritten_at": now(),
        }
    )
    write_whole(folder / MANIFEST, anew.model_dump_json(indent=1).encode())


def _is_fixed(name: str) -> bool:
    """Whether a file says nothing of any record: instruction, schema, words for people."""
    return "/" not in name and name != EXAMPLES


def _texts(made: DataSet, kept: list[Row]) -> dict[str, str]:
    """Every file that is written from rows, by name."""
    words = {kind: Instruction(note.before, note.after) for kind, note in made.prompts.items()}
    rows = lines_of(row.model_dump(mode="json") for row in kept)
    return {EXAMPLES: rows, **format_files([_example(row) for row in kept], words)}


def _example(row: Row) -> Example:
    return Example(
        item_id=row.item,
        blob=_blob(row),
        kind=row.kind,
        answer=row.answer,
        group=row.group,
        split=row.split,
        keys=frozenset(row.keys),
        rejected=row.rejected,
        rejected_by=row.rejected_by,
    )


def _remove_empty(folder: Path) -> None:
    """Removes what folders are empty; one that holds somebody's own files stays."""
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
