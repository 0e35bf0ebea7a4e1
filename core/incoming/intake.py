"""Upload -> checked page -> stored photo -> item -> job. The only way photos come in.

Every file gets an outcome of its own: one that is refused never takes the others with it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlite_utils import Database

from core.ads.seen import is_address
from core.errors import BadInput, NotFound, NothingToSplit, ShelfLensError
from core.images import Page, clean_name, open_page
from core.incoming.archive import ZIP_SIGNATURES, Refusal, iter_zip
from core.incoming.fetch import fetch_image
from core.incoming.grouping import group_of
from core.records.standing import refresh_record, settle_unread
from core.settings import Settings
from core.store import blobs, items, jobs
from core.store.db import write
from core.store.disk import database_error
from core.store.items import PRIORITY_NORMAL
from core.store.jobs import READ
from core.types import Bilingual, Status

NEAR_BITS = 8
"""Two photos look alike when at most this many of the 64 bits of their perceptual hashes differ.

Measured on the 22 dev photos: the near pairs differ in 2 bits (one label with and without an overlay)
and in 4 (one poster at two sizes), the closest of the 229 other pairs in 20, their median pair in 32.
"""
NEAR_NAMED = 5
"""Look-alikes named per photo. Blank or nearly blank photos all look alike: a thousand of them would
otherwise each name the thousand before."""


class Grouping(StrEnum):
    """How photos become items."""

    EACH = "each"
    """Every file is an item of its own."""
    ONE = "one"
    """All files of the upload show one product."""
    STEM = "stem"
    """milk_front.jpg and milk_back.jpg are one product: files that share a name up to the view."""


class State(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class Upload:
    """One file as it came: its name or path as the sender gave it, its bytes, and where it came from."""

    name: str
    data: bytes
    source: str = ""
    path: str = ""
    """Filled by `accept`: the name with the folders it lay in, which grouping by stem keeps apart."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    `item_id` is the item it is in now: a new one, or, for a duplicate, the one that has had the
    photo before. `near` are items with a photo that looks almost the same, the nearest first, at most
    `NEAR_NAMED` of them.
    """

    name: str
    state: State
    item_id: int | None = None
    near: tuple[int, ...] = ()
    message: Bilingual | None = None
    notes: tuple[Bilingual, ...] = ()


@dataclass(frozen=True)
class Batch:
    """What a person says about the files of one upload."""

    kind: str = "auto"
    """product, ad, or auto: the text on the photo decides."""
    grouping: Grouping = Grouping.EACH
    priority: int = PRIORITY_NORMAL
    competitor: str = ""
    campaign: str = ""
    seen_on: date | None = None
    platform: str = ""
    url: str = ""
    """The page the photos were seen on; without it, photos that were fetched keep their own address."""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Photos are grouped within a batch; give several calls the same id to make them one batch."""


def accept(db: Database, settings: Settings, uploads: Iterable[Upload], batch: Batch) -> Generator[Outcome, None, None]:
    """Takes files in one by one and yields each one's outcome. A ZIP yields one per entry.

    Files are stored as they come, so what was taken in before a crash stays. The photos of a group
    are queued for reading together, when the last of them is in.
    """
    opened: set[int] = set()
    try:
        for upload in uploads:
            for entry in _entries(upload, settings):
                outcome = entry if isinstance(entry, Outcome) else _accept_one(db, settings, entry, batch)
                if outcome.state is State.STORED and outcome.item_id is not None:
                    opened.add(outcome.item_id)
                    if batch.grouping is Grouping.EACH:
                        _queue(db, outcome.item_id, batch.priority)
                yield outcome
    finally:
        if batch.grouping is not Grouping.EACH:
            for item_id in sorted(opened):
                _queue(db, item_id, batch.priority)


def fetch_all(urls: Iterable[str], settings: Settings) -> Iterator[Upload | Outcome]:
    """The images behind addresses, one by one; an address that fails gives a refused outcome."""
    for url in urls:
        try:
            fetched = fetch_image(url, settings)
        except BadInput as err:
            yield Outcome(name=url, state=State.REFUSED, message=err.message)
        else:
            yield Upload(name=fetched.name, data=fetched.data, source=fetched.final_url)


def accept_urls(db: Database, settings: Settings, urls: Iterable[str], batch: Batch) -> Iterator[Outcome]:
    """Fetches addresses and takes their images in; otherwise like `accept`."""
    refused: list[Outcome] = []

    def fetched() -> Iterator[Upload]:
        for result in fetch_all(urls, settings):
            if isinstance(result, Outcome):
                refused.append(result)
            else:
                yield result

    for outcome in accept(db, settings, fetched(), batch):
        yield from _drain(refused)
        yield outcome
    yield from _drain(refused)


def _drain(outcomes: list[Outcome]) -> Iterator[Outcome]:
    while outcomes:
        yield outcomes.pop(0)


def parse_urls(text: str) -> list[str]:
    """The addresses in pasted text: one per line, blanks and repeats left out."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _entries(upload: Upload, settings: Settings) -> Iterator[Upload | Outcome]:
    """The upload itself, or what is in it when it is a ZIP."""
    name = clean_name(upload.name)
    if not upload.data.startswith(ZIP_SIGNATURES):
        yield Upload(name, upload.data, upload.source, path=upload.name)
        return
    try:
        for entry in iter_zip(upload.data, name, settings):
            if isinstance(entry, Refusal):
                yield Outcome(name=clean_name(entry.name), state=State.REFUSED, message=entry.error.message)
            else:
                yield Upload(clean_name(entry.name), entry.data, upload.source or name, path=entry.name)
    except BadInput as err:
        yield Outcome(name=name, state=State.REFUSED, message=err.message)


def _accept_one(db: Database, settings: Settings, upload: Upload, batch: Batch) -> Outcome:
    try:
        if (known := find_item_of_file(db, settings, upload.data)) is not None:
            return _duplicate(upload.name, known)
        page = open_page(upload.data, upload.name, settings)
        return _store(db, settings, page, upload, batch)
    except ShelfLensError as err:
        return Outcome(name=upload.name, state=State.REFUSED, message=err.message)
    except sqlite3.DatabaseError as err:
        if (explained := database_error(err, upload.name, settings.data)) is None:
            raise
        return Outcome(name=upload.name, state=State.REFUSED, message=explained.message)


def find_item_of_file(db: Database, settings: Settings, data: bytes) -> int | None:
    """The oldest living item with a photo that came as these very bytes before; nothing is decoded for it.

    None as well where the photo's file has vanished, so that it is stored anew.
    """
    blob = blobs.find_file(db, digest_of(data))
    if blob is None or not blobs.has_file(db, settings, blob):
        return None
    return next(iter(items.find_items_with_blob(db, blob)), None)


def digest_of(data: bytes) -> str:
    """SHA-256 of a file as it came."""
    return hashlib.sha256(data).hexdigest()


def keep_photo(db: Database, settings: Settings, upload: Upload) -> str:
    """The id of a photo that is kept to be asked about, without an item: nobody wants it reviewed.

    Raises what opening and storing raise.
    """
    page = open_page(upload.data, upload.name, settings)
    with write(db):  # under the write lock the bin cannot erase it in between
        blobs.put_blob(db, settings, _blob(page, upload), upload.data, upload.name)
    return page.id


def _blob(page: Page, upload: Upload) -> blobs.Blob:
    return blobs.Blob(
        id=page.id,
        suffix=page.suffix,
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        bytes=len(upload.data),
        phash=page.phash,
        notes=page.notes,
    )


def _store(db: Database, settings: Settings, page: Page, upload: Upload, batch: Batch) -> Outcome:
    blob = _blob(page, upload)
    blobs.put_blob(db, settings, blob, upload.data, upload.name)
    with write(db):
        # Under the write lock, too: the bin may have erased this very photo since, and then it is stored anew.
        blobs.put_blob(db, settings, blob, upload.data, upload.name)
        blobs.note_file(db, digest_of(upload.data), page.id)
        # Looked up again under the write lock: two uploads of one photo at once make one item.
        known = items.find_items_with_blob(db, page.id)
        if known:
            return _duplicate(upload.name, known[0])
        item_id = items.create_item(
            db,
            kind=batch.kind,
            priority=batch.priority,
            competitor=batch.competitor.strip(),
            campaign=batch.campaign.strip(),
            seen_on=batch.seen_on.isoformat() if batch.seen_on else None,
            platform=batch.platform.strip(),
            url=batch.url.strip() or (upload.source if is_address(upload.source) else ""),
            group_key=_group_key(upload.path, batch),
        )
        items.add_photo(db, item_id, page.id, upload.name, upload.source)
        refresh_record(db, item_id)
    near = _near_items(db, page, but=item_id)
    return Outcome(upload.name, State.STORED, item_id, near, _near_message(near), page.notes)


def _duplicate(name: str, item_id: int) -> Outcome:
    message = Bilingual(
        en=f"The same picture is already in item {item_id}; nothing was added.",
        zh=f"相同图片已在条目 {item_id} 中，未重复添加。",
    )
    return Outcome(name, State.DUPLICATE, item_id, message=message)


def _near_items(db: Database, page: Page, but: int) -> tuple[int, ...]:
    near: list[int] = []
    for blob_id in blobs.near_blobs(db, page.phash, NEAR_BITS, but=page.id):
        found = items.find_items_with_blob(db, blob_id)
        near += [item_id for item_id in found if item_id != but and item_id not in near]
        if len(near) >= NEAR_NAMED:
            break
    return tuple(near[:NEAR_NAMED])


def _near_message(near: tuple[int, ...]) -> Bilingual | None:
    if not near:
        return None
    numbers = ", ".join(str(item_id) for item_id in near)
    return Bilingual(
        en=f"Looks almost the same as item {numbers}. Merge them on the Records page if they are one product.",
        zh=f"与条目 {numbers} 几乎相同。如为同一产品，可在“记录”页合并。",
    )


def _group_key(path: str, batch: Batch) -> str | None:
    match batch.grouping:
        case Grouping.EACH:
            return None
        case Grouping.ONE:
            return f"{batch.id}:"
        case Grouping.STEM:
            return f"{batch.id}:{group_of(path)}"


def _queue(db: Database, item_id: int, priority: int, *, force: bool = False, engine: str = "") -> int:
    payload = {**({"force": True} if force else {}), **({"engine": engine} if engine else {})}
    return jobs.enqueue(db, READ, item_id=item_id, priority=priority, payload=payload)


def read_again(db: Database, item_ids: Iterable[int], *, force: bool = True, engine: str = "") -> list[int]:
    """Queues items for another reading and returns the job ids. Earlier readings and decisions stay.

    `engine` names who reads them; without it the default engine does.
    """
    queued = []
    for item_id in item_ids:
        item = items.get_item(db, item_id)
        with write(db):
            if item.status is Status.FAILED:
                items.set_status(db, item_id, Status.QUEUED)
            queued.append(_queue(db, item_id, item.priority, force=force, engine=engine))
            refresh_record(db, item_id)
    return queued


def cancel_reading(db: Database, item_ids: Iterable[int] | None = None) -> list[int]:
    """Takes items off the reading queue, all waiting ones where none are named, and returns their ids.

    A named item that is being read right now is stopped by its worker within about a second.
    An earlier reading and decisions stay; an item never read counts as failed until "read again".
    """
    with write(db):
        cancelled = jobs.cancel_waiting(db) if item_ids is None else _cancel_each(db, item_ids)
        for item_id in cancelled:
            with suppress(NotFound):  # merged into another item while it waited
                settle_unread(db, item_id)
    return cancelled


def _cancel_each(db: Database, item_ids: Iterable[int]) -> list[int]:
    cancelled = []
    for item_id in item_ids:
        job = jobs.latest_job(db, item_id)
        if job is not None and jobs.cancel_job(db, job.id) and job.state is jobs.JobState.QUEUED:
            cancelled.append(item_id)
    return cancelled


def merge_items(db: Database, item_ids: list[int]) -> int:
    """Makes several items one: their photos move to the first, which is read as a whole. Returns its id.

    Decisions about the others stay in the history of those items; the merged record is reviewed anew.
    """
    target, *others = dict.fromkeys(item_ids)
    with write(db):
        items.get_item(db, target)
        for other in others:
            items.get_item(db, other)
            items.move_photos(db, [photo.id for photo in items.list_photos(db, other)], target)
            items.delete_item(db, other)
        _reopen(db, target)
    return target


def split_item(db: Database, item_id: int, photo_ids: list[int]) -> int:
    """Moves some photos of an item to a new item of their own and returns its id.

    Raises NothingToSplit where none or all of its photos are named, NotFound where the item is gone.
    """
    with write(db):
        item = items.get_item(db, item_id)
        own = {photo.id for photo in items.list_photos(db, item_id)}
        moving = [photo_id for photo_id in photo_ids if photo_id in own]
        if not moving or len(moving) == len(own):
            raise NothingToSplit(item=item_id)
        new = items.create_item(
            db,
            kind=item.kind,
            priority=item.priority,
            competitor=item.competitor,
            campaign=item.campaign,
            seen_on=item.seen_on,
            platform=item.platform,
            url=item.url,
        )
        items.move_photos(db, moving, new)
        _reopen(db, new)
        _reopen(db, item_id)
    return new


def _reopen(db: Database, item_id: int) -> None:
    """Queues an item whose photos changed; photos read before come from the cache."""
    items.set_status(db, item_id, Status.QUEUED)
    items.touch(db, item_id)
    refresh_record(db, item_id)
    _queue(db, item_id, items.get_item(db, item_id).priority)
