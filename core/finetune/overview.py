"""Adapters as they stand on this machine: which reads, how each did at the gate, and whether it may be put to use."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from core.errors import BadDataSet, BadWeights, GateStale, ShelfLensError
from core.finetune.gate import Figures
from core.finetune.manifest import MANIFEST, DataSet, read_data_set
from core.finetune.promotion import ensure_passed
from core.settings import Settings
from core.store.gates import Gate, Promotion, latest_gate, list_promotions
from core.store.records import Filters, count_records
from core.store.tasks import Task, TaskKind, latest_of
from core.types import Bilingual, Status
from core.weights.adapters import Adapter
from core.weights.promoted import adapter_in_use, list_adapters, name_in_use

LOG_SHOWN = 20


@dataclass(frozen=True)
class AdapterState:
    """One adapter. `hindrance` says why it may not be put to use now; None where it may."""

    adapter: Adapter
    gate: Gate | None
    hindrance: ShelfLensError | None
    in_use: bool

    @property
    def figures(self) -> Figures | None:
        return Figures.model_validate(self.gate.figures) if self.gate is not None else None

    @property
    def is_stale(self) -> bool:
        return isinstance(self.hindrance, GateStale)


@dataclass(frozen=True)
class AdaptersOverview:
    """`in_use` is the promoted adapter's name, "" for none; `fault` why it cannot be read with."""

    adapters: tuple[AdapterState, ...]
    in_use: str
    fault: Bilingual | None
    promotions: tuple[Promotion, ...]
    verified: int
    """Records there are to learn from."""
    data_set: tuple[Path, DataSet] | None
    """The newest that was made here."""
    making: Task | None
    """The newest task that makes one."""


def survey_adapters(db: Database, settings: Settings) -> AdaptersOverview:
    """The adapters now. Looks at headers and the database; loads nothing."""
    in_use = name_in_use(settings)
    return AdaptersOverview(
        adapters=tuple(_state(db, settings, adapter, in_use) for adapter in list_adapters(settings)),
        in_use=in_use,
        fault=_fault(settings),
        promotions=tuple(list_promotions(db, LOG_SHOWN)),
        verified=count_records(db, Filters(status=Status.VERIFIED)),
        data_set=latest_data_set(settings),
        making=latest_of(db, TaskKind.DATASET),
    )


def _state(db: Database, settings: Settings, adapter: Adapter, in_use: str) -> AdapterState:
    hindrance: ShelfLensError | None = None
    try:
        ensure_passed(db, settings, adapter)
    except ShelfLensError as err:  # no gate, a no-go, another base, no weights: each says what to do
        hindrance = err
    return AdapterState(adapter, latest_gate(db, adapter.digest), hindrance, adapter.name == in_use)


def _fault(settings: Settings) -> Bilingual | None:
    try:
        adapter_in_use(settings)
    except BadWeights as err:
        return err.message
    return None


def data_sets_folder(settings: Settings) -> Path:
    """Where the app itself writes data sets."""
    return settings.data / "datasets"


def new_data_set(settings: Settings) -> Path:
    """A folder for the next one, named by the moment."""
    return data_sets_folder(settings) / f"{datetime.now():%Y%m%d-%H%M%S}"


def latest_data_set(settings: Settings) -> tuple[Path, DataSet] | None:
    """The newest whole one that the app has written."""
    folder = data_sets_folder(settings)
    found = [path for path in folder.iterdir() if (path / MANIFEST).is_file()] if folder.is_dir() else []
    for path in sorted(found, reverse=True):
        with contextlib.suppress(BadDataSet):
            return path, read_data_set(path)
    return None
