"""Records read, corrected and verified one after another, with what each would have needed without memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from PIL import Image
from sqlite_utils import Database

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.incoming.intake import Batch, Grouping, Upload, accept
from core.memory.base import value_key
from core.reading.pipeline import Tools, run_job
from core.records.merge import merge_photos
from core.reviewing.review import accept_record, load_record
from core.schema import load_schema
from core.settings import Settings
from core.store import jobs, runs
from core.types import Fields, Kind, Readings
from core.values.typed import show_value
from tests.seeding import picture
from tests.simulation.world import Label, Shelf

PERSON = "simulated"
SCHEMA = load_schema(Kind.PRODUCT)
BLANK = Image.new("RGB", (1000, 1400), "white")


@dataclass(frozen=True)
class Played:
    """One record: the fields a person had to correct, and those it would have been without memory."""

    item_id: int
    corrected: frozenset[str]
    without_memory: frozenset[str]


class LineReaders:
    """Hands over a label's lines instead of running OCR on its picture."""

    version = "simulated-lines"

    def __init__(self) -> None:
        self.next: Readings | None = None

    def read(self, image: Image.Image) -> Readings:
        assert self.next is not None
        return self.next


def _nobody(item_id: int, label: Label) -> None:
    return None


def play(
    db: Database, settings: Settings, shelf: Shelf, records: int, watch: Callable[[int, Label], None] = _nobody
) -> Iterator[Played]:
    """Takes labels off the shelf: each is read, set right by the person, and verified before the next. `watch` sees
    each item when it has been read and before anybody has looked at it."""
    readers = LineReaders()
    engine = EmbeddedEngine(settings)
    tools = Tools(settings, readers, engine)  # type: ignore[arg-type]
    for number, label in enumerate(islice(shelf.labels(), records)):
        item_id = _read(db, tools, readers, label, number)
        watch(item_id, label)
        truth = truth_of(engine, label)
        bare = merge_photos([run.fields for run in _runs(db, item_id)], SCHEMA)
        edits = needed(load_record(db, item_id).fields, truth)
        accept_record(db, item_id, edits, reviewer=PERSON, seconds=5.0 + 4 * len(edits))
        yield Played(item_id, frozenset(edits), frozenset(needed(bare, truth)))


def truth_of(engine: EmbeddedEngine, label: Label) -> dict[str, str]:
    """Every field as a careful person has it: as printed, and for fields that follow from the print (claims, allergens,
    languages) what the engine makes of an unmarred page."""
    clean = engine.extract(EngineInput(BLANK, label.clean, SCHEMA)).fields
    return {**texts(clean), **label.truth}


def texts(fields: Fields) -> dict[str, str]:
    return {
        spec.key: show_value(spec, fields[spec.key])
        for spec in SCHEMA.fields
        if spec.key in fields and fields[spec.key].value is not None
    }


def needed(fields: Fields, truth: dict[str, str]) -> dict[str, str]:
    """The corrections that make these fields true: field -> text to type."""
    shown = texts(fields)
    keys = dict.fromkeys((*truth, *shown))
    return {key: truth.get(key, "") for key in keys if not _alike(shown.get(key, ""), truth.get(key, ""))}


def _alike(one: str, other: str) -> bool:
    """What no person would correct: spaces, and full-width beside half-width signs."""
    return value_key(one) == value_key(other)


def _read(db: Database, tools: Tools, readers: LineReaders, label: Label, number: int) -> int:
    upload = Upload(f"label_{number}.jpg", picture(number))
    list(accept(db, tools.settings, [upload], Batch(kind=Kind.PRODUCT, grouping=Grouping.EACH)))
    job = jobs.claim(db, "simulation", lease_s=60, max_attempts=3)
    assert job is not None and job.item_id is not None
    readers.next = label.readings
    run_job(db, tools, job, beat=lambda _: True)
    return job.item_id


def _runs(db: Database, item_id: int) -> list[runs.Run]:
    prediction = runs.latest_prediction(db, item_id)
    return runs.list_by_id(db, prediction.run_ids if prediction else ())
