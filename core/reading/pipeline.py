"""One photo or one item through readers, engine, merge and rules.

    photo -> readings (cached by photo and reader version)
          -> run (cached by photo, engine, model revision, prompt, schema, parameters, reader, evidence)
    item  -> runs of its photos -> merge -> memory -> rules -> prediction

Where the engine is a model, the embedded engine reads first; what both say is merged by what the photo shows.
An engine that does not answer leaves the embedded engine's reading, with the reason: never nothing.
No model runs inside a transaction. Nothing here touches what people decided.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, TypeVar

from PIL import Image
from sqlite_utils import Database

from core.ads.creatives import place
from core.engines.base import Engine, EngineInput, EngineOutput, Stopped, TakesExamples
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.kind import guess_kind
from core.engines.language.prompts import examples_text
from core.engines.refusals import Refusals
from core.errors import DatabaseDamaged, EngineFailed, ShelfLensError, StorageDenied, StorageFull
from core.evidence import support
from core.images import open_pixels
from core.memory.examples import find_examples
from core.readers import Readers
from core.reading.keys import MadeBy, key_of
from core.records.proposals import propose, store_proposal
from core.records.standing import refresh_record
from core.rules import rules_version
from core.schema import Schema, load_schema
from core.settings import Settings
from core.store import blobs, items, jobs, records, runs
from core.store.db import write
from core.store.items import Photo
from core.types import Bilingual, Extraction, Fields, Kind, Line, Readings, Status

log = logging.getLogger("shelflens.pipeline")

T = TypeVar("T")
LoadImage = Callable[[], Image.Image]
"""Decodes the photo when somebody really needs its pixels: a cached answer does not."""
STORAGE = (StorageFull, StorageDenied, DatabaseDamaged)
"""What no engine is to blame for, and no other engine helps against."""


@dataclass(frozen=True)
class Tools:
    """What reading needs, made once per process: the networks take seconds to load."""

    settings: Settings
    readers: Readers
    engine: Engine
    refusals: Refusals = field(default_factory=Refusals)

    @cached_property
    def embedded(self) -> Engine:
        """The engine that reads every photo, whichever is chosen."""
        return self.engine if self.engine.name == EmbeddedEngine.name else EmbeddedEngine(self.settings)

    @property
    def is_embedded(self) -> bool:
        return self.engine is self.embedded


@dataclass(frozen=True)
class PhotoResult:
    """`failure` says why the engine asked for did not answer: what is here then is the embedded engine's reading."""

    extraction: Extraction
    run_id: int
    failure: Bilingual | None = None


@dataclass(frozen=True)
class _Photo:
    """One photo on its way to an engine."""

    blob: str
    load: LoadImage
    readings: Readings
    schema: Schema
    stopped: Callable[[], bool]
    examples: tuple[Fields, ...] = ()
    """Shown to a model, and so part of its key."""


class _NoAnswer(Exception):
    """The engine did not answer, for a reason that a person can be told."""

    def __init__(self, reason: ShelfLensError) -> None:
        self.reason = reason
        super().__init__(str(reason))


def never() -> bool:
    return False


class Cancelled(Exception):
    """The job was cancelled, or its lease is lost: stop without writing anything."""


def read_photo(
    db: Database,
    tools: Tools,
    blob_id: str,
    load: LoadImage,
    *,
    kind: Kind | None = None,
    force: bool = False,
    stopped: Callable[[], bool] = never,
) -> PhotoResult:
    """Reads one photo, from the caches where they hold it. `kind` None lets the text decide.

    With `force` everything is read anew; the earlier run is kept beside the new one. An engine that cannot
    answer leaves the embedded engine's reading, with the reason as `failure`.
    Raises EngineFailed where not even that reads it, and Stopped soon after `stopped` says so.
    """
    start = time.perf_counter()
    readings = ensure_readings(db, tools, blob_id, load, force=force)
    schema = load_schema(kind or guess_kind(readings))
    photo = _Photo(blob_id, load, readings, schema, stopped, _examples(db, tools, schema, blob_id, readings))
    run, cached, failure = _answer_or_fall_back(db, tools, photo, force=force)
    extraction = Extraction(
        kind=photo.schema.kind,
        engine=run.engine,
        fields=run.fields,
        readings=readings,
        cached=cached,
        partial=run.partial or failure is not None,
        ms=(time.perf_counter() - start) * 1000,
    )
    return PhotoResult(extraction, run.id, failure)


def _answer_or_fall_back(
    db: Database, tools: Tools, photo: _Photo, *, force: bool
) -> tuple[runs.Run, bool, Bilingual | None]:
    """The engine's run, or the embedded engine's and the reason; and whether the cache had it."""
    try:
        return *_answer(db, tools, photo, force=force), None
    except _NoAnswer as err:
        if tools.is_embedded:
            raise err.reason from err
        failure = err.reason.message
    try:
        return *_answer(db, replace(tools, engine=tools.embedded), photo, force=force), _fallen_back(failure)
    except _NoAnswer as err:
        raise err.reason from err


def _fallen_back(reason: Bilingual) -> Bilingual:
    return Bilingual(
        en=f"{reason.en} The values shown are those of the embedded engine.",
        zh=f"{reason.zh}当前显示的是内置引擎的结果。",
    )


def _answer(db: Database, tools: Tools, photo: _Photo, *, force: bool) -> tuple[runs.Run, bool]:
    """The engine's run about the photo, and whether the cache had it. Raises _NoAnswer or Stopped."""
    key = _asked(tools, "who it is", photo, lambda: cache_key(photo.blob, tools, photo.schema, photo.examples))
    known = None if force else runs.find_run(db, key)
    return (known, True) if known is not None else (_run_engine(db, tools, photo, key, force=force), False)


def ensure_readings(db: Database, tools: Tools, blob_id: str, load: LoadImage, *, force: bool = False) -> Readings:
    """Lines and barcodes of a photo, read now unless this reader version has read it before."""
    if not force and (known := runs.find_readings(db, blob_id, tools.readers.version)) is not None:
        return known
    try:
        readings = tools.readers.read(load())
    except ShelfLensError:
        raise
    except Exception as err:  # OCR and barcode libraries raise whatever their native code hits
        raise EngineFailed(engine="readers", name=blob_id[:12], reason=f"{type(err).__name__}: {err}") from err
    runs.put_readings(db, blob_id, tools.readers.version, readings)
    return readings


def _examples(db: Database, tools: Tools, schema: Schema, blob_id: str, readings: Readings) -> tuple[Fields, ...]:
    """What the engine is shown of verified records; nothing where it takes no examples, or none are wanted."""
    wanted = tools.settings.examples if isinstance(tools.engine, TakesExamples) else 0
    return find_examples(db, schema.kind, blob_id, readings, wanted) if wanted else ()


def _params(tools: Tools, schema: Schema, examples: Sequence[Fields]) -> dict[str, Any]:
    """The engine's parameters, with a digest of the examples it is shown."""
    if not examples or tools.is_embedded:
        return tools.engine.params
    shown = hashlib.sha256(examples_text(schema, examples).encode()).hexdigest()[:12]
    return {**tools.engine.params, "examples": shown}


def cache_key(blob_id: str, tools: Tools, schema: Schema, examples: Sequence[Fields] = ()) -> str:
    """SHA-256 over everything that can change an engine's answer about a photo."""
    engine = tools.engine
    params = _params(tools, schema, examples)
    made = MadeBy(engine.name, engine.revision, engine.prompt_version, params, tools.readers.version)
    return key_of(blob_id, made, schema, embedded=None if tools.is_embedded else tools.embedded)


def _asked(tools: Tools, what: str, photo: _Photo, ask: Callable[[], T]) -> T:
    """What the engine says. Raises _NoAnswer, at once where it has refused the same thing lately; or Stopped."""
    engine, key = tools.engine, f"{tools.engine.name}: {what}"
    try:
        tools.refusals.check(key)
    except ShelfLensError as err:
        raise _NoAnswer(err) from err
    try:
        said = ask()
    except (Stopped, *STORAGE):
        raise
    except ShelfLensError as err:
        reason = err
    except Exception as err:  # one broken photo must not stop a batch; the message keeps the cause
        reason = EngineFailed(engine=engine.name, name=photo.blob[:12], reason=f"{type(err).__name__}: {err}")
        reason.__cause__ = err
    else:
        tools.refusals.answered(key)
        return said
    tools.refusals.failed(key, reason)
    raise _NoAnswer(reason) from reason


def _run_engine(db: Database, tools: Tools, photo: _Photo, key: str, *, force: bool) -> runs.Run:
    engine, schema = tools.engine, photo.schema
    image = photo.load()  # outside of what the engine is asked: a photo that cannot be opened is not its failure
    start = time.perf_counter()
    output = _asked(tools, "what it reads", photo, lambda: _extract(db, tools, image, photo, force=force))
    run = runs.Run(
        blob=photo.blob,
        cache_key=key,
        kind=schema.kind,
        engine=engine.name,
        revision=engine.revision,
        prompt_version=engine.prompt_version,
        schema_version=f"{schema.kind}-{schema.version}-{schema.digest}",
        params=_params(tools, schema, photo.examples),
        reader=tools.readers.version,
        partial=output.partial,
        fields=output.fields,
        raw_text=output.raw_text,
        ms=(time.perf_counter() - start) * 1000,
    )
    return run.model_copy(update={"id": runs.put_run(db, run)})


def _extract(db: Database, tools: Tools, image: Image.Image, photo: _Photo, *, force: bool) -> EngineOutput:
    """What the engine says; of a model, merged with the embedded engine's reading. Its own words stay in `raw_text`."""
    given = EngineInput(image, photo.readings, photo.schema, examples=photo.examples, stopped=photo.stopped)
    if tools.is_embedded:
        return tools.engine.extract(given)
    known = None if force else _read_before(db, tools, photo)
    proposed = _proposed(tools, given) if known is None else known
    said = tools.engine.extract(replace(given, proposed=proposed))
    fields = support(said.fields, proposed, photo.readings, photo.schema, partial=said.partial)
    return replace(said, fields=fields)


def _read_before(db: Database, tools: Tools, photo: _Photo) -> Fields | None:
    """What the embedded engine, as it is today, has read of the photo before: a whole shelf is read anew by a model."""
    run = runs.find_run(db, cache_key(photo.blob, replace(tools, engine=tools.embedded), photo.schema))
    return run.fields if run is not None else None


def _proposed(tools: Tools, given: EngineInput) -> Fields:
    """The embedded engine's reading; nothing where it breaks, since the model can do without."""
    try:
        return tools.embedded.extract(given).fields
    except Exception:  # a rule that stumbles over this photo must not cost the model's answer
        log.exception("the embedded engine broke on a photo that a model reads")
        return {}


def run_job(
    db: Database,
    tools: Tools,
    job: jobs.Job,
    beat: Callable[[float], bool],
    stopped: Callable[[], bool] = never,
) -> jobs.JobState:
    """Reads every photo of the job's item and stores one prediction for it.

    `beat(progress)` is called between photos and returns False to stop; `stopped` is asked at every step
    of a long answer, so it has to be cheap. A photo that fails, or that only the embedded engine has read,
    leaves the item partial, with the reason; if all fail the item fails. The prediction and the end of
    the job are one transaction, so a worker that lost its lease writes neither. Raises Cancelled.
    """
    assert job.item_id is not None and job.owner is not None
    start = time.perf_counter()
    item = items.get_item(db, job.item_id)
    photos = items.list_photos(db, item.id)
    if item.status in (Status.QUEUED, Status.FAILED):
        with write(db):
            items.set_status(db, item.id, Status.READING)
            records.follow_status(db, item.id)
    kind = None if item.kind == "auto" else Kind(item.kind)
    results: list[tuple[int, PhotoResult]] = []
    failures: list[Bilingual] = []
    for index, photo in enumerate(photos):
        if not beat(index / len(photos)):
            raise Cancelled
        try:
            result = _read_stored(db, tools, photo, kind, force=bool(job.payload.get("force")), stopped=stopped)
        except Stopped:
            raise Cancelled from None
        except ShelfLensError as err:
            failures.append(_about(photo, err.message))
            continue
        if result.failure is not None:
            failures.append(_about(photo, result.failure))
        kind = kind or (result.extraction.kind if result.extraction.readings.lines else None)
        results.append((index, result))
    state = _state(results, failures)
    error = _joined(failures)
    with write(db):
        if not jobs.finish(db, job.id, job.owner, state, ms=(time.perf_counter() - start) * 1000, error=error):
            raise Cancelled
        if results:
            _store_prediction(db, tools, item.id, kind or results[0][1].extraction.kind, results)
        _settle(db, item.id, failed=not results, error=error)
        if results:
            place(db, item.id)
    return state


def _about(photo: Photo, message: Bilingual) -> Bilingual:
    return Bilingual(en=f"{photo.name}: {message.en}", zh=f"{photo.name}：{message.zh}")


def _read_stored(
    db: Database, tools: Tools, photo: Photo, kind: Kind | None, *, force: bool, stopped: Callable[[], bool]
) -> PhotoResult:
    @cache  # the reader and the engine look at the same pixels
    def load() -> Image.Image:
        return open_pixels(blobs.read_blob(db, tools.settings, photo.blob), photo.name, tools.settings)

    return read_photo(db, tools, photo.blob, load, kind=kind, force=force, stopped=stopped)


def _state(results: list[tuple[int, PhotoResult]], failures: list[Bilingual]) -> jobs.JobState:
    if not results:
        return jobs.JobState.FAILED
    if failures or any(result.extraction.partial for _, result in results):
        return jobs.JobState.PARTIAL
    return jobs.JobState.DONE


def _joined(messages: list[Bilingual]) -> Bilingual | None:
    if not messages:
        return None
    return Bilingual(en=" ".join(m.en for m in messages), zh="".join(m.zh for m in messages))


def _store_prediction(
    db: Database, tools: Tools, item_id: int, kind: Kind, results: list[tuple[int, PhotoResult]]
) -> None:
    per_photo: list[Fields] = [{} for _ in range(results[-1][0] + 1)]
    lines: list[Sequence[Line]] = [() for _ in per_photo]
    for index, result in results:
        lines[index] = result.extraction.readings.lines
        if result.extraction.kind == kind:  # a photo without text is guessed, and may be guessed otherwise
            per_photo[index] = result.extraction.fields
    fields = propose(db, item_id, kind, per_photo, lines)
    items.set_kind(db, item_id, kind)
    store_proposal(
        db,
        runs.Prediction(
            item_id=item_id,
            kind=kind,
            engine=_reader_of(results),
            run_ids=tuple(result.run_id for _, result in results),
            rules_version=rules_version(),
            cached=all(result.extraction.cached for _, result in results),
            fields=fields,
        ),
    )


def _reader_of(results: list[tuple[int, PhotoResult]]) -> str:
    """The engine asked for where it read any photo; else the one that stood in for it."""
    read = [result for _, result in results]
    return next((result for result in read if result.failure is None), read[0]).extraction.engine


def _settle(db: Database, item_id: int, *, failed: bool, error: Bilingual | None) -> None:
    """Moves a read item on to review. A record a person has judged keeps that judgement."""
    item = items.get_item(db, item_id)
    if item.status in (Status.QUEUED, Status.READING, Status.FAILED):
        items.set_status(db, item_id, Status.FAILED if failed else Status.REVIEW, error=error)
    refresh_record(db, item_id)
