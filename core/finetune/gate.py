"""The gate: an adapter against what reads now, on verified records of products it has never seen.

Both read the same photos as any upload is read, from the same caches. What people verified is the truth; what memory
adds from earlier corrections is left out on both sides, for it knows these very records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image
from sqlite_utils import Database

from core.engines.base import Stopped, Unloads
from core.engines.qwen3vl.engine import NAME
from core.engines.registry import make_engine
from core.errors import EngineFailed, ShelfLensError, UsageError
from core.finetune.examples import is_unseen
from core.finetune.paired import Overall, Pairs, Standing, Tally, overall
from core.finetune.products import Shares, Split, group_products, product_keys, split_of
from core.images import open_pixels
from core.learning.feedback import shown
from core.readers import Readers
from core.reading.pipeline import Tools, read_photo
from core.reading.preferences import default_engine
from core.records.merge import merge_photos
from core.records.standing import check_fields
from core.schema import FieldType, load_schema
from core.settings import Settings
from core.store import blobs, items
from core.store.gates import Gate, put_gate
from core.store.items import Photo
from core.store.records import Filters, Record, iter_records
from core.types import Bilingual, Fields, Frozen, Kind, Status
from core.weights.adapters import Adapter, trained_on
from core.weights.promoted import NONE, adapter_in_use

LEAST_RECORDS = 30
"""Held-out records below which there is no go: a field that half the records have is then just countable."""

Progress = Callable[[int, int], None]
"""Told how many photos of how many are read, both engines counted."""


class Figures(Frozen):
    """What a comparison counted."""

    fields: tuple[Pairs, ...]
    whole: Overall
    failed_before: int
    """Photos that the engine without the adapter did not answer."""
    failed_after: int


@dataclass(frozen=True)
class Answered:
    """What an engine proposes for a record, and how many of its photos it did not answer."""

    fields: Fields
    failed: int = 0


@dataclass(frozen=True)
class Question:
    """What is compared: the adapter, and the tools of whoever reads now (or is named to be held against)."""

    adapter: Adapter
    present: Tools
    asked_by: str


def compare(
    db: Database, question: Question, progress: Progress = lambda done, of: None, stopped: Callable[[], bool] = bool
) -> Gate:
    """Reads every held-out record with and without the adapter, and keeps what came out.

    Raises UsageError where there is no record to compare on or the two are the same engine, what the adapter's engine
    lacks on this machine, and Stopped.
    """
    adapter, present = question.adapter, question.present
    with_it = replace(present, engine=make_engine(NAME, adapted(present.settings, adapter)))
    if with_it.engine.revision == present.engine.revision:
        raise _nothing_to_compare(adapter)
    records = held_out(db, adapter)
    if not records:
        raise _no_record(adapter)
    photos = sum(len(items.list_photos(db, record.item_id)) for record in records)
    count = _Counter(2 * photos, progress)
    try:
        before = [_read(db, present, record, count, stopped) for record in records]
        _unload(present)
        after = [_read(db, with_it, record, count, stopped) for record in records]
    finally:
        _unload(with_it)
    figures = judge(records, before, after)
    reasons = tuple(reasons_against(figures, len(records)))
    gate = Gate(
        adapter=adapter.name,
        digest=adapter.digest,
        revision=with_it.engine.revision,
        against=present.engine.name,
        against_revision=present.engine.revision,
        prompt_version=with_it.engine.prompt_version,
        records=len(records),
        photos=photos,
        figures=figures.model_dump(mode="json"),
        go=not reasons,
        reasons=reasons,
        asked_by=question.asked_by,
    )
    return put_gate(db, gate)


def _nothing_to_compare(adapter: Adapter) -> UsageError:
    return UsageError(
        en=f"The adapter {adapter.name} reads already; there is nothing else to hold it against.",
        zh=f"适配器 {adapter.name} 已在使用，没有可比较的对象。",
    )


def _no_record(adapter: Adapter) -> UsageError:
    return UsageError(
        en=f"No verified record shows a product that {adapter.name} was not trained on. Verify records of other"
        " products, or train on a data set with a larger --test share.",
        zh=f"没有已核验记录是 {adapter.name} 训练时未见过的产品。"
        "请核验其他产品的记录，或用更大的 --test 比例生成数据集后训练。",
    )


def present_tools(db: Database, settings: Settings, readers: Readers, engine: str = "auto") -> Tools:
    """The tools of the engine that reads now, or of the one named. Raises UsageError for one that cannot be used."""
    held = as_it_reads(settings)
    name = default_engine(db, held) if engine == "auto" else engine
    return Tools(settings=held, readers=readers, engine=make_engine(name, held))


def adapted(settings: Settings, adapter: Adapter) -> Settings:
    """The settings under which the local model reads with this adapter, whatever is promoted."""
    return settings.model_copy(update={"adapter": str(adapter.folder)})


def as_it_reads(settings: Settings) -> Settings:
    """The settings that hold on to the adapter in use now: a comparison must not change sides half-way."""
    present = adapter_in_use(settings)
    return settings.model_copy(update={"adapter": str(present.folder) if present else NONE})


def held_out(db: Database, adapter: Adapter) -> list[Record]:
    """The records that a person verified whole and whose product the adapter has never seen, oldest first.

    Of one that another tool has trained it is not known what it has seen: it is judged on the products that fall into
    the test split of a data set made with the usual shares.
    """
    found = [
        (record, keys) for record in iter_records(db, Filters(status=Status.VERIFIED)) if (keys := _keys(db, record))
    ]
    if adapter.card is None:
        groups = group_products([keys for _, keys in found])
        kept = [split_of(group, Shares()) is Split.TEST for group in groups]
    else:
        seen = trained_on(adapter)
        kept = [not keys & seen for _, keys in found]
    records = [record for (record, _), keep in zip(found, kept, strict=True) if keep]
    return [record for record in records if not is_unseen(db, record.item_id)]


def _keys(db: Database, record: Record) -> frozenset[str]:
    """What the record's product is known by; empty for a record without photos."""
    photos = [photo.blob for photo in items.list_photos(db, record.item_id)]
    looks = [blob.phash for name in photos if (blob := blobs.find_blob(db, name)) and blob.phash]
    return product_keys(Kind(record.kind), record.fields, photos, looks) if photos else frozenset()


def judge(records: Sequence[Record], before: Sequence[Answered], after: Sequence[Answered]) -> Figures:
    """The two readings of each record against what people verified. A field that neither truth nor reading has says
    nothing; a palette is measured, not read."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    tallies = []
    for record, one, other in zip(records, before, after, strict=True):
        outcomes = list(_outcomes(record, one.fields, other.fields))
        for field, outcome in outcomes:
            tally = counts.setdefault((record.kind, field), {})
            tally[outcome] = tally.get(outcome, 0) + 1
        said = [outcome for _, outcome in outcomes]
        tallies.append(Tally(values=len(said), won=said.count("won"), lost=said.count("lost")))
    fields = tuple(Pairs(kind=kind, field=field, **tally) for (kind, field), tally in _ordered(counts))
    return Figures(
        fields=fields,
        whole=overall(fields, tallies),
        failed_before=sum(one.failed for one in before),
        failed_after=sum(one.failed for one in after),
    )


def _outcomes(record: Record, before: Fields, after: Fields) -> Iterator[tuple[str, str]]:
    for spec in load_schema(Kind(record.kind)).fields:
        if spec.type is FieldType.PALETTE:
            continue
        say = partial(shown, record.kind, spec.key)
        truth, one, other = (say(fields.get(spec.key)) for fields in (record.fields, before, after))
        if not (truth or one or other):
            continue
        right = (one == truth, other == truth)
        yield spec.key, {(True, True): "both", (False, True): "won", (True, False): "lost"}.get(right, "neither")


def _ordered(counts: dict[tuple[str, str], dict[str, int]]) -> list[tuple[tuple[str, str], dict[str, int]]]:
    """In the order of the schemas."""
    keys = [(kind.value, key) for kind in Kind for key in load_schema(kind).keys]
    return sorted(counts.items(), key=lambda entry: keys.index(entry[0]))


def reasons_against(figures: Figures, records: int) -> Iterator[Bilingual]:
    """Every reason for which the adapter may not be put to use."""
    if records < LEAST_RECORDS:
        more = LEAST_RECORDS - records
        yield Bilingual(
            en=f"Only {records} verified records show products it has not seen; {more} more are needed.",
            zh=f"只有 {records} 条已核验记录是其未见过的产品，还需要 {more} 条。",
        )
    if worse := [pair for pair in figures.fields if pair.standing is Standing.WORSE]:
        yield Bilingual(
            en=f"Worse with it: {', '.join(_said(pair, 'en') for pair in worse)}.",
            zh=f"使用后变差：{'、'.join(_said(pair, 'zh') for pair in worse)}。",
        )
    if figures.failed_after > figures.failed_before:
        yield Bilingual(
            en=f"It left {figures.failed_after} photos unanswered, without it {figures.failed_before}.",
            zh=f"使用后有 {figures.failed_after} 张照片未得到回答，不使用时为 {figures.failed_before} 张。",
        )
    whole = figures.whole
    if whole.low <= 0:
        change = f"{100 * (whole.after - whole.before):+.1f} [{100 * whole.low:+.1f}, {100 * whole.high:+.1f}]"
        yield Bilingual(
            en=f"No improvement is shown: right values change by {change} points (95 %).",
            zh=f"未显示出改进：正确值变化 {change} 个百分点（95%）。",
        )


def _said(pair: Pairs, lang: str) -> str:
    schema = load_schema(Kind(pair.kind))
    label = schema.field(pair.field).label(lang) if schema.has(pair.field) else pair.field
    return f"{label} {100 * pair.before:.0f} → {100 * pair.after:.0f} %"


class _Counter:
    """Photos read so far, told as they come."""

    def __init__(self, of: int, progress: Progress) -> None:
        self._of, self._progress, self._done = of, progress, 0

    def one_more(self) -> None:
        self._done += 1
        self._progress(self._done, self._of)


def _read(db: Database, tools: Tools, record: Record, count: _Counter, stopped: Callable[[], bool]) -> Answered:
    kind, per_photo, failed = Kind(record.kind), list[Fields](), 0
    for photo in items.list_photos(db, record.item_id):
        if stopped():
            raise Stopped
        try:
            load = partial(_load, db, tools.settings, photo)
            result = read_photo(db, tools, photo.blob, load, kind=kind, stopped=stopped)
        except EngineFailed:
            failed += 1
            per_photo.append({})
        else:
            failed += result.failure is not None
            per_photo.append(result.extraction.fields)
        count.one_more()
    return Answered(check_fields(kind, merge_photos(per_photo, load_schema(kind))), failed)


def _load(db: Database, settings: Settings, photo: Photo) -> Image.Image:
    try:
        return open_pixels(blobs.read_blob(db, settings, photo.blob), photo.name, settings)
    except ShelfLensError as err:  # gone since it was verified: neither engine can answer
        raise EngineFailed(engine="photo", name=photo.name, reason=err.message) from err


def _unload(tools: Tools) -> None:
    if isinstance(tools.engine, Unloads):
        tools.engine.unload()
