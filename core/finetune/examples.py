"""A verified record -> what a perfect model would have answered about each of its photos.

The prompt is the engine's own, the picture is the one the engine would see, and the answer is written as the engine's
grammar demands it, so that what is learned here is asked for there in the same words.

A record's values are merged over its photos, and a model sees one photo at a time: taught to say what stands on
another photo, it would learn to invent. So a value of a record with several photos belongs to those that show it, and
a record with a value that none of them shows is left out. A barcode belongs to a photo where its digits are printed:
bars alone are for decoders.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from core.engines.language.answers import asked_fields, write_answer, write_json
from core.engines.language.prompts import extraction_prompt
from core.engines.language.version import language_version
from core.evidence.look import is_judged, look
from core.evidence.page import Page
from core.evidence.words import How
from core.finetune.products import Shares, Split, group_products, product_keys, split_of
from core.records.merge import UNION_TYPES
from core.schema import FieldSpec, Schema, load_schema
from core.store import blobs, decisions, items, runs
from core.store.decisions import Action
from core.store.records import Filters, Record, iter_records
from core.types import Bilingual, Fields, FieldValue, Kind, Readings, Source, Status

MODELS = frozenset({"qwen3vl", "remote"})
"""Engines whose own words a preference pair may refuse."""
BARCODE = "gtin"
SHOWN = frozenset({How.EXACT, How.NEAR})
MARKS = ("<image>", "<video>", "<audio>", "<|", "|>")
"""What training libraries take for a place of a picture or a turn of the talk, wherever it stands."""

UNPLACED = Bilingual(en="a value that none of its photos shows", zh="有字段值在任何照片上都找不到")
MARKED = Bilingual(en="its words hold marks that training libraries act on", zh="文字中含有训练库会误读的标记")
UNSEEN = Bilingual(en="some of its values were accepted without a look", zh="部分字段值未经人工查看")
NO_PHOTO = Bilingual(en="it has no photo", zh="没有照片")


@dataclass(frozen=True)
class Example:
    """One photo with the answer it should get. `keys` say which product it shows (core/finetune/products.py)."""

    item_id: int
    blob: str
    kind: Kind
    answer: str
    group: str = ""
    split: Split = Split.TRAIN
    keys: frozenset[str] = frozenset()
    rejected: str = ""
    """A model's answer that people corrected; "" where no model has answered, or none was wrong."""
    rejected_by: str = ""
    """That model: engine and revision."""

    @property
    def image(self) -> str:
        """Name of its picture in the data set's folder."""
        return f"images/{self.blob}.png"


@dataclass(frozen=True)
class LeftOut:
    """A verified record that is not in the data set, and why."""

    item_id: int
    reason: Bilingual


@dataclass(frozen=True)
class Harvest:
    """Everything verified records have to teach."""

    examples: tuple[Example, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def groups(self) -> dict[str, Split]:
        """The products and the split of each."""
        return {example.group: example.split for example in self.examples}


def harvest(db: Database, shares: Shares, kind: Kind | None = None) -> Harvest:
    """An example for every photo of every verified record, split by product. Reads the database only."""
    made: list[Example] = []
    left_out: list[LeftOut] = []
    for record in iter_records(db, Filters(kind=kind or "", status=Status.VERIFIED)):
        found = _examples_of(db, record)
        if isinstance(found, LeftOut):
            left_out.append(found)
        else:
            made += found
    grouped = zip(made, group_products([example.keys for example in made]), strict=True)
    return Harvest(
        tuple(replace(example, group=group, split=split_of(group, shares)) for example, group in grouped),
        tuple(left_out),
    )


def _examples_of(db: Database, record: Record) -> list[Example] | LeftOut:
    kind, photos = Kind(record.kind), items.list_photos(db, record.item_id)
    if not photos:
        return LeftOut(record.item_id, NO_PHOTO)
    if is_unseen(db, record.item_id):
        return LeftOut(record.item_id, UNSEEN)
    seen = [runs.latest_readings(db, photo.blob) for photo in photos]
    placed = place(load_schema(kind), record.fields, seen)
    if placed is None:
        return LeftOut(record.item_id, UNPLACED)
    names = [photo.blob for photo in photos]
    looks = [blob.phash for name in names if (blob := blobs.find_blob(db, name)) and blob.phash]
    keys = product_keys(kind, record.fields, names, looks)
    made = [_example(db, record.item_id, kind, *pair, keys) for pair in zip(names, placed, strict=True)]
    return LeftOut(record.item_id, MARKED) if any(_has_marks(one) for one in made) else made


def is_unseen(db: Database, item_id: int) -> bool:
    """True where the last word on some field is no person's: a model must not be taught its own guesses."""
    last = {decision.field: decision.action for decision in decisions.list_decisions(db, item_id)}
    return Action.AUTO in last.values()


def _has_marks(example: Example) -> bool:
    return any(mark in text for mark in MARKS for text in (example.answer, example.rejected))


def _example(db: Database, item_id: int, kind: Kind, blob: str, fields: Fields, keys: frozenset[str]) -> Example:
    answer = write_answer(load_schema(kind), fields)
    rejected, by = _rejected(db, blob, kind, answer)
    return Example(item_id, blob, kind, answer, keys=keys, rejected=rejected, rejected_by=by)


def place(schema: Schema, fields: Fields, photos: Sequence[Readings | None]) -> list[Fields] | None:
    """The fields that each photo shows, in the order of the photos; None where a value stands on none of them."""
    pages = [Page(readings) if readings else None for readings in photos]
    placed: list[Fields] = [{} for _ in photos]
    for spec in asked_fields(schema):
        field = fields.get(spec.key)
        if field is None or field.value is None:
            continue
        for part in _parts(spec, field):
            there = _places(spec, part, pages)
            if not there and spec.key != BARCODE:
                return None
            for photo in there:
                placed[photo][spec.key] = _joined(placed[photo].get(spec.key), part)
    return placed


def _parts(spec: FieldSpec, field: FieldValue) -> list[FieldValue]:
    """The entries of a list one by one: each may stand on another photo."""
    if spec.type not in UNION_TYPES or is_judged(spec) or not isinstance(field.value, list | tuple):
        return [field]
    return [field.model_copy(update={"value": [entry]}) for entry in field.value]


def _joined(before: FieldValue | None, part: FieldValue) -> FieldValue:
    return part if before is None else before.model_copy(update={"value": [*before.value, *part.value]})


def _places(spec: FieldSpec, field: FieldValue, pages: Sequence[Page | None]) -> list[int]:
    """Indexes of the photos that the value belongs to."""
    everywhere = list(range(len(pages)))
    if spec.key == BARCODE:
        typed = [field.photo] if field.sources == (Source.HUMAN,) and len(pages) == 1 else []
        return [n for n in everywhere if _is_shown(spec, field, pages[n])] or typed
    if len(pages) == 1 or is_judged(spec):
        return everywhere
    shown = [n for n in everywhere if _is_shown(spec, field, pages[n])]
    boxed = [field.photo] if field.box is not None and field.photo < len(pages) else []
    return shown or boxed


def _is_shown(spec: FieldSpec, field: FieldValue, page: Page | None) -> bool:
    return page is not None and look(page, spec, field).how in SHOWN


def _rejected(db: Database, blob: str, kind: Kind, answer: str) -> tuple[str, str]:
    """The newest whole answer a model gave to today's prompt, where it differs from the right one, and who gave it."""
    wanted = json.loads(answer)
    for run in reversed(runs.list_runs(db, blob)):
        if run.engine not in MODELS or run.kind != kind or run.partial or run.prompt_version != language_version():
            continue
        said = _whole(run.raw_text, wanted)
        if said is not None:
            return ("", "") if said == wanted else (write_json(said), f"{run.engine} {run.revision}")
    return "", ""


def _whole(text: str, wanted: dict[str, Any]) -> dict[str, Any] | None:
    """An answer to all fields at once, in the form that was asked for; None for any other."""
    try:
        said = json.loads(text)
    except ValueError:  # groups of fields, answered one by one, or words
        return None
    return said if isinstance(said, dict) and list(said) == list(wanted) else None


def instructions(kinds: Sequence[Kind]) -> Iterator[tuple[Kind, str, str, str]]:
    """(kind, words before the picture, words after it, version) of the engine's prompts."""
    for kind in kinds:
        prompt = extraction_prompt(load_schema(kind))
        yield kind, prompt.before, prompt.after, prompt.version


def count_examples(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """{split: {kind: examples}}, every split named."""
    counted = Counter((example.split, example.kind) for example in examples)
    kinds = sorted({example.kind for example in examples})
    return {split: {kind: counted[split, kind] for kind in kinds} for split in Split}
