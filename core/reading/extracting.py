"""What was read of an item, for programs: from the store where it is up to date, else asked of the worker.

An answer is up to date when the engine asked for made it and every photo's run has the cache key that this engine,
with its present revision, rules and schema, would give it. It follows from the prediction, the day and the
calibration alone, so the finished JSON is kept under these three and a second caller waits for four look-ups.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from sqlite_utils import Database

from core.engines.registry import ensure_usable, make_engine, resolve_engine
from core.errors import NotFound, UsageError
from core.incoming.intake import read_again
from core.learning.calibration import calibrated
from core.readers import Readers
from core.reading.pipeline import Tools, cache_key
from core.reading.preferences import default_engine
from core.records.standing import check_fields, record_findings
from core.schema import load_schema
from core.settings import Settings
from core.store import blobs, calibrations, items, jobs, runs
from core.store.db import write
from core.store.jobs import JobState
from core.types import Bilingual, Kind, Readings

AUTO = "auto"
PRIORITY_WAITED = 20
"""Somebody waits for the answer: read before photos of high priority, which nobody watches."""
TOOLS_S = 5.0
"""How long an engine is believed to be the same: finding out whether weights are here looks at their files."""
ANSWERS_KEPT = 512
"""Finished answers in memory, of about 20 kB each."""

EXTRACTION = Bilingual(en="A reading of item", zh="条目的读取结果")
NOT_READ = Bilingual(en="Its photos have not been read yet, or not to the end.", zh="其照片尚未读取，或未读取完成。")


@dataclass(frozen=True)
class _Made:
    tools: Tools
    at: float


_tools: dict[tuple[str, str], _Made] = {}
_tools_lock = Lock()


def wanted_engine(db: Database, name: str, settings: Settings) -> str:
    """The engine that `name` or, for `auto`, the default means. Raises UsageError for one not known or usable."""
    if name != AUTO:
        ensure_usable(name, settings)
        return name
    return resolve_engine(default_engine(db, settings), settings)


def find_extraction(db: Database, settings: Settings, item_id: int, engine: str = AUTO) -> bytes | None:
    """The item's reading by this engine as JSON, where it is up to date; nothing is read for it.

    Raises UsageError as `wanted_engine` does.
    """
    found = _latest(db, settings, item_id)
    if found is None:
        return None
    tools = _tools_of(db, settings, engine)
    return _rendered(db, found) if _is_current(db, tools, found) else None


def get_extraction(db: Database, settings: Settings, item_id: int) -> bytes:
    """The item's latest reading as JSON, whoever made it and when. Raises NotFound where there is none."""
    items.get_item(db, item_id)
    found = _latest(db, settings, item_id)
    if found is None:
        raise NotFound(what=EXTRACTION, key=item_id, hint=NOT_READ)
    return _rendered(db, found)


def ask_extraction(db: Database, settings: Settings, item_id: int, engine: str = AUTO, *, again: bool = False) -> int:
    """Queues the item to be read before everything that nobody waits for, and returns the job's id.

    Photos come from the cache where it has them, unless `again`. A job that waits or runs anyway and does the same
    is taken. Raises UsageError and NotFound.
    """
    name = wanted_engine(db, engine, settings)
    with write(db):
        job = jobs.latest_job(db, item_id)
        if not again and job is not None and _does_that(db, settings, job, name):
            jobs.raise_priority(db, job.id, PRIORITY_WAITED)
            return job.id
        asked = "" if engine == AUTO else name
        (queued,) = read_again(db, [item_id], force=again, engine=asked)
        jobs.raise_priority(db, queued, PRIORITY_WAITED)
        return queued


def _does_that(db: Database, settings: Settings, job: jobs.Job, engine: str) -> bool:
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return False
    return wanted_engine(db, job.payload.get("engine") or AUTO, settings) == engine


def ensure_kind(db: Database, item_id: int, kind: str) -> None:
    """Raises UsageError where the item is of another kind than `kind`, which may be auto."""
    known = items.get_item(db, item_id).kind
    if kind != AUTO and known not in (AUTO, kind):
        raise UsageError(
            en=f"The photo is in item {item_id} already, as kind '{known}'. Ask for kind '{known}' or 'auto'.",
            zh=f"该图片已在条目 {item_id} 中，类型为“{known}”。请将类型设为“{known}”或“auto”。",
        )


def _tools_of(db: Database, settings: Settings, engine: str) -> Tools:
    """Readers and the engine, made but not loaded: enough to know their versions."""
    name = default_engine(db, settings) if engine == AUTO else engine
    key = (str(settings.data), name)
    with _tools_lock:
        made = _tools.get(key)
        if made is None or time.monotonic() - made.at > TOOLS_S or made.tools.settings is not settings:
            ensure_usable(resolve_engine(name, settings), settings)
            tools = Tools(settings=settings, readers=Readers(settings), engine=make_engine(name, settings))
            made = _tools[key] = _Made(tools, time.monotonic())
    return made.tools


@dataclass(frozen=True)
class _Latest:
    """What is needed to know whether an answer is up to date, without reading the answer."""

    store: str
    prediction: int
    made_at: str
    item: int
    kind: Kind
    engine: str
    run_ids: tuple[int, ...]
    photos: tuple[str, ...]
    partial: bool
    error: str | None
    curves: str


_LATEST = """
SELECT p.id, p.kind, p.engine, p.run_ids, p.created_at, j.state, j.error,
    (SELECT json_group_array(blob) FROM (SELECT blob FROM photos WHERE item_id = p.item_id ORDER BY position, id))
    AS photos
FROM predictions AS p LEFT JOIN jobs AS j ON j.id =
    (SELECT MAX(id) FROM jobs WHERE item_id = p.item_id AND state IN ('done', 'partial', 'failed'))
WHERE p.item_id = ? ORDER BY p.id DESC LIMIT 1
"""


def _latest(db: Database, settings: Settings, item_id: int) -> _Latest | None:
    row = db.conn.execute(_LATEST, (item_id,)).fetchone()
    if row is None:
        return None
    return _Latest(
        store=str(settings.data),
        prediction=row["id"],
        made_at=row["created_at"],
        item=item_id,
        kind=Kind(row["kind"]),
        engine=row["engine"],
        run_ids=tuple(json.loads(row["run_ids"])),
        photos=tuple(json.loads(row["photos"])),
        partial=row["state"] not in (None, JobState.DONE),
        error=row["error"],
        curves=calibrations.latest_mark(db),
    )


def _is_current(db: Database, tools: Tools, found: _Latest) -> bool:
    """True where this engine would say the same of the same photos. Never of a partial reading: asked again, it may
    become a whole one."""
    if found.partial or found.engine != tools.engine.name:
        return False
    schema = load_schema(found.kind)
    keys = runs.cache_keys(db, found.run_ids)
    return bool(found.photos) and all(
        keys.get(blob) in (cache_key(blob, tools, schema), cache_key(blob, tools, _other_schema(found.kind)))
        for blob in found.photos
    )


def _other_schema(kind: Kind) -> Any:
    """A photo without text is guessed by itself, and may be read under the other schema than its item."""
    return load_schema(Kind.AD if kind is Kind.PRODUCT else Kind.PRODUCT)


_answers_lock = Lock()
_answers: dict[tuple[_Latest, date], bytes] = {}


def _rendered(db: Database, found: _Latest) -> bytes:
    """The answer as JSON; made once for as long as nothing it follows from changes."""
    key = (found, date.today())
    known = _answers.get(key)
    if known is not None:
        return known
    made = json.dumps(_report(db, found), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    with _answers_lock:
        while len(_answers) >= ANSWERS_KEPT:
            _answers.pop(next(iter(_answers)))
        _answers[key] = made
    return made


def _report(db: Database, found: _Latest) -> dict[str, Any]:
    prediction = runs.get_prediction(db, found.prediction)
    fields = calibrated(db, found.kind, found.engine, check_fields(found.kind, prediction.fields))
    made = runs.list_by_id(db, prediction.run_ids)
    names = {photo.blob: photo.name for photo in items.list_photos(db, found.item)}
    return {
        "item": found.item,
        "prediction": found.prediction,
        "kind": found.kind,
        "engine": found.engine,
        "revision": made[0].revision if made else "",
        "partial": found.partial or any(run.partial for run in made),
        "error": json.loads(found.error) if found.error else None,
        "ms": round(sum(run.ms for run in made), 1),
        "fields": {key: field.model_dump(mode="json") for key, field in fields.items()},
        "findings": [finding.model_dump(mode="json") for finding in record_findings(found.kind, fields)],
        "photos": [_photo(blob, names.get(blob, ""), runs.latest_readings(db, blob)) for blob in found.photos],
        "record": f"/api/v1/records/{found.item}",
        "read_at": prediction.created_at,
    }


def _photo(blob: str, name: str, readings: Readings | None) -> dict[str, Any]:
    """A photo with what is literally on it; boxes in pixels of the upright photo."""
    read = readings.model_dump(mode="json") if readings else {}
    kept = ("width", "height", "lines", "barcodes", "script", "notes")
    return {"image": blob, "name": name, **{key: read.get(key) for key in kept}}


def find_blob_item(db: Database, blob: str) -> int:
    """The oldest living item that shows this photo. Raises NotFound where none does."""
    known = items.find_items_with_blob(db, blob)
    if not known:
        raise NotFound(what=blobs.PHOTO, key=blob[:12], hint=blobs.UPLOAD_AGAIN)
    return known[0]
