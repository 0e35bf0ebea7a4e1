"""Which exported data sets still hold somebody's rows, and whether their folders can be reached."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from core.errors import BadDataSet
from core.finetune.manifest import MANIFEST, read_every_row, read_manifest
from core.finetune.overview import data_sets_folder
from core.settings import Settings
from core.store.data_sets import Registered, count_held, list_data_sets, put_data_set


class Standing(StrEnum):
    """What is found in the folder of a registered data set."""

    HERE = "here"
    CHANGED = "changed"
    """Something else, or a manifest that cannot be read: nothing in it is touched."""
    GONE = "gone"
    UNREACHABLE = "unreachable"
    """Not even the folder above it is there, or it may not be read: deleted, or on a disk that is not connected."""


@dataclass(frozen=True)
class Held:
    """A data set that holds rows of what was asked about."""

    data_set: Registered
    rows: int
    standing: Standing

    @property
    def folder(self) -> Path:
        return Path(self.data_set.folder)


def standing_of(data_set: Registered) -> Standing:
    """Looks at the folder's manifest only."""
    folder = Path(data_set.folder)
    try:
        if not folder.exists():
            return Standing.GONE if folder.parent.is_dir() else Standing.UNREACHABLE
        return Standing.HERE if read_manifest(folder).made_at == data_set.made_at else Standing.CHANGED
    except BadDataSet:
        return Standing.CHANGED
    except OSError:
        return Standing.UNREACHABLE


def survey_data_sets(db: Database, settings: Settings) -> list[tuple[Registered, Standing]]:
    """Every data set that is known, the newest first. Those in ShelfLens's own folder are known without being asked:
    versions before the register made them."""
    _take_up_own(db, settings)
    return [(each, standing_of(each)) for each in list_data_sets(db)]


def held_of_items(db: Database, settings: Settings, items: Sequence[int]) -> list[Held]:
    """The data sets that hold rows of these items, the newest first. Ask before the items are erased."""
    _take_up_own(db, settings)
    counts = count_held(db, items)
    return [Held(each, counts[each.id], standing_of(each)) for each in list_data_sets(db) if counts.get(each.id)]


def held_due(db: Database, settings: Settings) -> list[Held]:
    """The data sets that hold rows of what was erased, the newest first."""
    return [Held(each, each.due, standing) for each, standing in survey_data_sets(db, settings) if each.due]


def take_up(db: Database, folder: Path) -> int:
    """Registers a data set that lies in `folder`, and returns its number. Raises BadDataSet."""
    made = read_manifest(folder)
    rows = ((row.item, Path(row.image).stem) for row in read_every_row(folder))
    return put_data_set(db, str(folder.absolute()), made.made_at, list(rows))


def _take_up_own(db: Database, settings: Settings) -> None:
    known = {each.folder for each in list_data_sets(db)}
    own = data_sets_folder(settings)
    for manifest in sorted(own.glob(f"*/{MANIFEST}")) if own.is_dir() else ():
        if str(manifest.parent.absolute()) not in known:
            with contextlib.suppress(BadDataSet):
                take_up(db, manifest.parent)
