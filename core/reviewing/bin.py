"""Deleting in two steps: into the bin, and from there, after `SHELFLENS_BIN_DAYS` or at once, for good."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from core.errors import NotFound, StillRead
from core.records.standing import refresh_record
from core.settings import Settings
from core.store import bin as store
from core.store import items, jobs
from core.store.blobs import Blob, blob_path
from core.store.db import stamp, write
from core.store.rendered import forget
from core.types import Status

log = logging.getLogger("shelflens.bin")

AT_ONCE = 20
"""Items erased per look of the worker: each holds the write lock for milliseconds, and pages want it, too."""


def delete_item(db: Database, item_id: int, *, reviewer: str) -> None:
    """Moves an item with its photos into the bin; a reading of it that waits or runs is cancelled. Raises NotFound."""
    with write(db):
        store.put_in_bin(db, item_id, reviewer)
        job = jobs.latest_job(db, item_id)
        if job is not None:
            jobs.cancel_job(db, job.id)


def restore_item(db: Database, item_id: int) -> None:
    """Takes an item out of the bin, with all that was decided about it. One that was not read yet is queued again.

    Raises NotFound where it is not in the bin any more.
    """
    with write(db):
        store.take_out(db, item_id)
        item = items.get_item(db, item_id)
        if item.status in (Status.QUEUED, Status.READING):
            items.set_status(db, item_id, Status.QUEUED)
            jobs.enqueue(db, jobs.READ, item_id=item_id, priority=item.priority)
        refresh_record(db, item_id)


def erase_item(db: Database, settings: Settings, item_id: int) -> None:
    """Deletes an item in the bin for good, files included (`core.store.bin.erase` says what stays).

    Raises NotFound where it is not in the bin, StillRead while a worker has not let go of it yet.
    """
    # The files go inside the transaction: a photo that is uploaded again at this moment waits for it and is stored
    # anew. A crash in between leaves an item in the bin without its files; the next attempt ends what this one began.
    with write(db):
        job = jobs.latest_job(db, item_id)
        if job is not None and job.state is jobs.JobState.RUNNING and job.lease_until >= time.time():
            raise StillRead(item=item_id)
        for blob in store.erase(db, item_id):
            _remove_files(settings, blob)


def _remove_files(settings: Settings, blob: Blob) -> None:
    blob_path(settings, blob.id, blob.suffix).unlink(missing_ok=True)
    forget(settings, blob.id)


def expires_at(binned: store.Binned, settings: Settings) -> datetime:
    """When an item in the bin is deleted for good by itself."""
    return datetime.fromisoformat(binned.deleted_at) + timedelta(days=settings.bin_days)


def erase_due(db: Database, settings: Settings) -> int:
    """Deletes for good what has been in the bin for long enough, a few items at a time; returns how many."""
    before = stamp(datetime.now(UTC) - timedelta(days=settings.bin_days))
    return _erase_each(db, settings, store.list_deleted_before(db, before, AT_ONCE))


def erase_loose(db: Database, settings: Settings) -> int:
    """Deletes photos that were asked about without an item (`/chat`) once nobody has asked for `SHELFLENS_BIN_DAYS`,
    a few at a time; returns how many."""
    before = stamp(datetime.now(UTC) - timedelta(days=settings.bin_days))
    with write(db):  # the files inside the transaction, as in `erase_item`
        loose = store.erase_loose(db, before, AT_ONCE)
        for blob in loose:
            _remove_files(settings, blob)
    return len(loose)


def _erase_each(db: Database, settings: Settings, item_ids: Iterable[int]) -> int:
    erased = 0
    for item_id in item_ids:
        with suppress(NotFound, StillRead):  # restored meanwhile, or due again in a moment
            erase_item(db, settings, item_id)
            log.info("item %s left the bin for good", item_id)
            erased += 1
    return erased
