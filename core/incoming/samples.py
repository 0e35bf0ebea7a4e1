"""The sample photos: product labels and posters that ShelfLens draws itself (scripts/samples).

`data/samples/samples.json` lists them: `[{"file", "kind", "item", "brand", "campaign", "seen_on"}]`.
Files with one `item` show one product or ad.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from core.errors import NotFound
from core.incoming.intake import Batch, Grouping, Outcome, Upload, accept
from core.settings import ROOT, Settings
from core.types import Bilingual, Frozen, Kind

FOLDER = ROOT / "data" / "samples"
MANIFEST = "samples.json"


class Sample(Frozen):
    """One photo of the samples and what is known about it before it is read."""

    file: str
    kind: Kind
    item: str
    brand: str | None = None
    campaign: str | None = None
    seen_on: date | None = None


SampleGroup = tuple[Sample, ...]
"""The photos of one product or ad."""


def list_samples(folder: Path = FOLDER) -> list[SampleGroup]:
    """The samples, grouped by item, in the order of the manifest. Raises NotFound where there is none."""
    try:
        listed = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as err:
        raise NotFound(
            what=Bilingual(en="Sample list", zh="示例清单"),
            key=MANIFEST,
            hint=Bilingual(en="Draw the samples: make samples.", zh="请运行 make samples 生成示例。"),
        ) from err
    groups: dict[str, list[Sample]] = {}
    for entry in listed:
        sample = Sample.model_validate(entry)
        groups.setdefault(sample.item, []).append(sample)
    return [tuple(group) for group in groups.values()]


def accept_samples(
    db: Database, settings: Settings, groups: Iterable[SampleGroup], folder: Path = FOLDER
) -> Iterator[Outcome]:
    """Takes the photos of the groups in and yields each one's outcome, as `accept` does."""
    for group in groups:
        uploads = [Upload(sample.file, (folder / sample.file).read_bytes(), source="samples") for sample in group]
        yield from accept(db, settings, uploads, _batch(group[0]))


def load_samples(db: Database, settings: Settings, folder: Path = FOLDER) -> list[Outcome]:
    """Takes all samples in and returns their outcomes. A second call finds duplicates and adds nothing."""
    return list(accept_samples(db, settings, list_samples(folder), folder))


def _batch(sample: Sample) -> Batch:
    return Batch(
        kind=sample.kind,
        grouping=Grouping.ONE,
        competitor=sample.brand or "",
        campaign=sample.campaign or "",
        seen_on=sample.seen_on,
    )
