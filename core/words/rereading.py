"""Reading stored lines again with other words: what rules make of them changes, no network and no model runs.

A run of the embedded engine is made anew from the photo's stored lines. A model's words are kept with its run, so that
they are parsed and held against the lines again; the model itself is not asked. Each result is a run of its own under
the key that names the words, so that the next reading finds it instead of asking the model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

from sqlite_utils import Database

from core.engines.base import Engine, EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.language.parse import parse_answer
from core.errors import NotFound, ShelfLensError
from core.evidence import support
from core.images import open_pixels
from core.reading.keys import MadeBy, key_of
from core.records.proposals import from_runs, store_proposal
from core.records.standing import refresh_record
from core.rules import rules_version
from core.schema import Schema, load_schema
from core.settings import Settings
from core.store import blobs, items, runs
from core.store.db import write
from core.store.editions import adopt_edition
from core.types import Fields, Kind, Readings, Status

UNREAD = (Status.QUEUED, Status.READING, Status.FAILED)
OnPoster = Callable[[int, int], None]
"""(posters done, posters in all)."""


def reread_ads(
    db: Database, settings: Settings, on_poster: OnPoster, stopped: Callable[[], bool], *, edition: str
) -> int:
    """Reads every ad's stored lines again; returns of how many posters something else is kept now.

    Ends early, without harm, where `stopped` says so or the words have changed again: a later task then begins anew.
    """
    embedded = EmbeddedEngine(settings)
    wanted = _read_ads(db)
    changed = 0
    for done, item_id in enumerate(wanted):
        if adopt_edition(db).name != edition or stopped():
            break
        on_poster(done, len(wanted))
        try:
            changed += reread_item(db, settings, embedded, item_id)
        except NotFound:  # deleted meanwhile
            continue
    return changed


def _read_ads(db: Database) -> list[int]:
    rows = db.conn.execute(
        "SELECT item_id FROM records WHERE kind = ? AND status NOT IN (?, ?, ?) ORDER BY item_id", (Kind.AD, *UNREAD)
    )
    return [row["item_id"] for row in rows]


def reread_item(db: Database, settings: Settings, embedded: Engine, item_id: int) -> bool:
    """Makes an ad's prediction anew from what is stored; True where something else is kept now.

    Decisions stay on top of it. A verified record keeps the prediction that was verified: only today's rules are
    applied to it again. Raises NotFound.
    """
    item = items.get_item(db, item_id)
    before = runs.latest_prediction(db, item_id)
    if item.status is Status.VERIFIED or before is None or not before.run_ids:
        refresh_record(db, item_id)
        return False
    schema = load_schema(Kind.AD)
    known = {run.id: run for run in runs.list_by_id(db, before.run_ids)}
    ids = tuple(
        _again(db, settings, embedded, known[run_id], schema).id for run_id in before.run_ids if run_id in known
    )
    with write(db):
        latest = runs.latest_prediction(db, item_id)
        if latest is None or latest.id != before.id:  # read again meanwhile, with the words of today
            return False
        fields = from_runs(db, before.model_copy(update={"run_ids": ids})) if ids != before.run_ids else None
        if fields is not None:
            update = {"id": 0, "run_ids": ids, "fields": fields, "rules_version": rules_version(), "cached": True}
            store_proposal(db, before.model_copy(update=update))
        refresh_record(db, item_id)
        return fields is not None


def _again(db: Database, settings: Settings, embedded: Engine, run: runs.Run, schema: Schema) -> runs.Run:
    """The run with the words of today: from the cache, or made from stored lines. As it is where it cannot be made."""
    readings = runs.find_readings(db, run.blob, run.reader)
    if readings is None or run.kind != schema.kind or run.partial:
        return run
    own = run.engine == embedded.name
    made = MadeBy(run.engine, embedded.revision if own else run.revision, run.prompt_version, run.params, run.reader)
    key = key_of(run.blob, made, schema, embedded=None if own else embedded)
    if (known := runs.find_run(db, key)) is not None:
        return known
    try:
        fields = _fields(db, settings, embedded, run, readings, schema)
    except ShelfLensError:  # the photo's file is gone, or the model's words are of an older form
        return run
    if own and runs.dump_fields(fields) == runs.dump_fields(run.fields):
        return run  # making it again costs less than keeping it
    version = f"{schema.kind}-{schema.version}-{schema.digest}"
    new = run.model_copy(
        update={"cache_key": key, "revision": made.revision, "schema_version": version, "fields": fields}
    )
    return new.model_copy(update={"id": runs.put_run(db, new)})


def _fields(
    db: Database, settings: Settings, embedded: Engine, run: runs.Run, readings: Readings, schema: Schema
) -> Fields:
    image = open_pixels(blobs.read_blob(db, settings, run.blob), run.blob[:12], settings)
    proposed = embedded.extract(EngineInput(image, readings, schema)).fields
    if run.engine == embedded.name:
        return proposed
    said: Fields = {}
    for answer in _answers(run.raw_text):
        said = parse_answer(answer, schema, None, engine=run.engine).fields | said
    return support(said, proposed, readings, schema, partial=False)


def _answers(raw: str) -> list[str]:
    """The answers a model gave about one photo: several, a line each, where it was asked for groups of fields."""
    lines = [line for line in raw.splitlines() if line.strip()]
    with suppress(ValueError):
        if len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines):
            return lines
    return [raw]
