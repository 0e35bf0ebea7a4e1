"""One photo or one item through readers, engine, merge and rules.

    photo -> readings (cached by photo and reader version)
          -> run (cached by photo, engine, model revision, prompt, schema, parameters, reader)
    item  -> runs of its photos -> merge -> rules -> prediction

No model runs inside a transaction. Nothing here touches what people decided.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from sqlite_utils import Database

from core.engines.base import Engine, EngineInput
from core.engines.embedded.kind import guess_kind
from core.errors import EngineFailed, ShelfLensError
from core.images import open_page
from core.merge import merge_photos
from core.readers import Readers
from core.rules import RULES_VERSION
from core.schema import Schema, load_schema
from core.settings import Settings
from core.standing import check_fields, refresh_record
from core.store import blobs, items, jobs, runs
from core.store.db import write
from core.store.items import Photo
from core.types import Bilingual, Extraction, Fields, Kind, Readings, Status

LoadImage = Callable[[], Image.Image]
"""Decodes the photo when somebody really needs its pixels: a cached answer does not."""


@dataclass(frozen=True)
class Tools:
    """What reading needs, made once per process: the networks take seconds to load."""

    settings: Settings
    readers: Readers
    engine: Engine


@dataclass(frozen=True)
class PhotoResult:
    extraction: Extraction
    run_id: int


class Cancelled(Exception):
    """The job was cancelled, or its lease is lost: stop without writing anything."""


def read_photo(
    db: Database, tools: Tools, blob_id: str, load: LoadImage, *, kind: Kind | None = None, force: bool = False
) -> PhotoResult:
    """Reads one photo, from the caches where they hold it. `kind` None lets the text decide.

    With `force` everything is read anew; the earlier run is kept beside the new one.
    Raises EngineFailed.
    """
    start = time.perf_counter()
    readings = ensure_readings(db, tools, blob_id, load, force=force)
    schema = load_schema(kind or guess_kind(readings))
    run = None if force else runs.find_run(db, cache_key(blob_id, tools, schema))
    cached = run is not None
    if run is None:
        run = _run_engine(db, tools, blob_id, EngineInput(load(), readings, schema))
    extraction = Extraction(
        kind=schema.kind,
        engine=run.engine,
        fields=run.fields,
        readings=readings,
        cached=cached,
        partial=run.partial,
        ms=(time.perf_counter() - start) * 1000,
    )
    return PhotoResult(extraction, run.id)


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


def cache_key(blob_id: str, tools: Tools, schema: Schema) -> str:
    """SHA-256 over everything that can change an engine's answer about a photo."""
    engine = tools.engine
    parts = {
        "blob": blob_id,
        "engine": engine.name,
        "revision": engine.revision,
        "prompt": engine.prompt_version,
        "params": engine.params,
        "schema": [schema.kind, schema.version, schema.digest],
        "reader": tools.readers.version,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _run_engine(db: Database, tools: Tools, blob_id: str, given: EngineInput) -> runs.Run:
    engine, schema = tools.engine, given.schema
    start = time.perf_counter()
    try:
        output = engine.extract(given)
    except ShelfLensError:
        raise
    except Exception as err:  # one broken photo must not stop a batch; the message keeps the cause
        raise EngineFailed(engine=engine.name, name=blob_id[:12], reason=f"{type(err).__name__}: {err}") from err
    run = runs.Run(
        blob=blob_id,
        cache_key=cache_key(blob_id, tools, schema),
        kind=schema.kind,
        engine=engine.name,
        revision=engine.revision,
        prompt_version=engine.prompt_version,
        schema_version=f"{schema.kind}-{schema.version}-{schema.digest}",
        params=engine.params,
        reader=tools.readers.version,
        partial=output.partial,
        fields=output.fields,
        raw_text=output.raw_text,
        ms=(time.perf_counter() - start) * 1000,
    )
    return run.model_copy(update={"id": runs.put_run(db, run)})


def run_job(db: Database, tools: Tools, job: jobs.Job, beat: Callable[[float], bool]) -> jobs.JobState:
    """Reads every photo of the job's item and stores one prediction for it.

    `beat(progress)` is called between photos and returns False to stop. A photo that fails leaves
    the item partial, with the reason; if all fail the item fails. The prediction and the end of
    the job are one transaction, so a worker that lost its lease writes neither.
    """
    assert job.item_id is not None and job.owner is not None
    start = time.perf_counter()
    item = items.get_item(db, job.item_id)
    photos = items.list_photos(db, item.id)
    if item.status in (Status.QUEUED, Status.FAILED):
        items.set_status(db, item.id, Status.READING)
        refresh_record(db, item.id)
    kind = None if item.kind == "auto" else Kind(item.kind)
    results: list[tuple[int, PhotoResult]] = []
    failures: list[Bilingual] = []
    for index, photo in enumerate(photos):
        if not beat(index / len(photos)):
            raise Cancelled
        try:
            result = _read_stored(db, tools, photo, kind, force=bool(job.payload.get("force")))
        except ShelfLensError as err:
            failures.append(Bilingual(en=f"{photo.name}: {err.message.en}", zh=f"{photo.name}：{err.message.zh}"))
            continue
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
    return state


def _read_stored(db: Database, tools: Tools, photo: Photo, kind: Kind | None, *, force: bool) -> PhotoResult:
    def load() -> Image.Image:
        return open_page(blobs.read_blob(db, tools.settings, photo.blob), photo.name, tools.settings).pixels

    return read_photo(db, tools, photo.blob, load, kind=kind, force=force)


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
    schema = load_schema(kind)
    per_photo: list[Fields] = [{} for _ in range(results[-1][0] + 1)]
    for index, result in results:
        if result.extraction.kind == kind:  # a photo without text is guessed, and may be guessed otherwise
            per_photo[index] = result.extraction.fields
    fields = check_fields(schema.kind, merge_photos(per_photo, schema))
    items.set_kind(db, item_id, schema.kind)
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item_id,
            kind=schema.kind,
            engine=tools.engine.name,
            run_ids=tuple(result.run_id for _, result in results),
            rules_version=RULES_VERSION,
            cached=all(result.extraction.cached for _, result in results),
            fields=fields,
        ),
    )


def _settle(db: Database, item_id: int, *, failed: bool, error: Bilingual | None) -> None:
    """Moves a read item on to review. A record a person has judged keeps that judgement."""
    item = items.get_item(db, item_id)
    if item.status in (Status.QUEUED, Status.READING, Status.FAILED):
        items.set_status(db, item_id, Status.FAILED if failed else Status.REVIEW, error=error)
    refresh_record(db, item_id)
