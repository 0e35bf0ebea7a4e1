"""What a data set consists of. Written last: a folder without a manifest is no data set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from core.errors import BadDataSet
from core.finetune.products import Split
from core.types import Bilingual, Frozen, Kind
from core.weights.manifest import sha256_of

MANIFEST = "manifest.json"
EXAMPLES = "examples.jsonl"
"""Every example in ShelfLens's own words: what `train` reads, and what the formats are made from."""
LAYOUT = 1
"""Raise when files or rows change their form."""


class PromptNote(Frozen):
    """The engine's words for one kind of photo."""

    before: str
    after: str
    version: str
    schema_version: str


class FileNote(Frozen):
    name: str
    bytes: int
    sha256: str


class LeftOutNote(Frozen):
    item: int
    reason: Bilingual


class Row(Frozen):
    """One line of `EXAMPLES`."""

    image: str
    kind: Kind
    split: Split
    item: int
    group: str
    keys: tuple[str, ...]
    answer: str
    rejected: str = ""
    rejected_by: str = ""


class DataSet(Frozen):
    """A data set's manifest."""

    layout: int
    made_at: str
    made_with: dict[str, str]
    """ShelfLens's version and that of everything the words of the examples depend on."""
    seed: int
    shares: dict[str, float]
    counts: dict[str, dict[str, int]]
    """{split: {kind: examples}}"""
    products: dict[str, int]
    """{split: products}"""
    preferences: int
    picture_px: int
    crop: bool
    prompts: dict[Kind, PromptNote]
    left_out: tuple[LeftOutNote, ...]
    files: tuple[FileNote, ...]
    rewritten_at: str = ""
    """When rows that were erased here were last taken out of it (core/finetune/rewriting.py); "" for never."""

    @property
    def digest(self) -> str:
        """12 hex digits over every file: which data an adapter has learned from."""
        text = "\n".join(f"{note.sha256} {note.name}" for note in self.files)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def examples(self) -> int:
        return sum(count for kinds in self.counts.values() for count in kinds.values())


def note_file(folder: Path, name: str) -> FileNote:
    path = folder / name
    return FileNote(name=name, bytes=path.stat().st_size, sha256=sha256_of(path, lambda _: None))


def read_manifest(folder: Path) -> DataSet:
    """What the folder says of itself, whether or not its files are there. Raises BadDataSet."""
    try:
        found = DataSet.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as err:
        raise _bad(folder, en=f"it has no {MANIFEST}", zh=f"缺少 {MANIFEST}") from err
    except (OSError, ValidationError) as err:
        raise _bad(folder, en=f"its {MANIFEST} cannot be read", zh=f"无法读取 {MANIFEST}") from err
    if found.layout != LAYOUT:
        raise _bad(
            folder,
            en=f"it was made in layout {found.layout}, not {LAYOUT}",
            zh=f"其格式为 {found.layout}，应为 {LAYOUT}",
        )
    return found


def read_data_set(folder: Path) -> DataSet:
    """The manifest of a whole data set, every file there and of its size. Raises BadDataSet."""
    found = read_manifest(folder)
    for note in found.files:
        path = folder / note.name
        if not path.is_file() or path.stat().st_size != note.bytes:
            raise _bad(folder, en=f"{note.name} is missing or not as it was", zh=f"{note.name} 缺失或与导出时不同")
    return found


def read_rows(folder: Path, split: Split) -> Iterator[Row]:
    """The examples of one split, in their order. Raises BadDataSet for one that was edited into something else."""
    return (row for row in read_every_row(folder) if row.split is split)


def read_every_row(folder: Path) -> Iterator[Row]:
    """Every example, in its order. Raises BadDataSet where the file is missing or a line is no example."""
    try:
        lines = (folder / EXAMPLES).open(encoding="utf-8")
    except OSError as err:
        raise _bad(folder, en=f"its {EXAMPLES} cannot be read", zh=f"无法读取 {EXAMPLES}") from err
    with lines:
        for number, line in enumerate(lines, 1):
            try:
                row = Row.model_validate(json.loads(line))
            except ValueError as err:
                where = f"{EXAMPLES}:{number}"
                raise _bad(folder, en=f"{where} is no example", zh=f"{where} 不是有效样本") from err
            yield row


def _bad(folder: Path, en: str, zh: str) -> BadDataSet:
    return BadDataSet(folder=folder, reason=Bilingual(en=en, zh=zh))
