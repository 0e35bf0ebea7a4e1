"""One act on many records at once: each is saved, or refused with its reason, by itself.

A record that somebody else changed in the meantime is refused and the others are saved all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from core import bin, review
from core.errors import Conflict, NotFound, NotRead, ShelfLensError, StillRead
from core.settings import Settings
from core.store import items
from core.store.db import write
from core.types import Status

Texts = Mapping[str, str]
"""Field key -> text as typed; "" means that the field is not on the label."""


@dataclass(frozen=True)
class Refusal:
    """One record that was left as it was. `texts` is what had been typed for it."""

    item_id: int
    error: ShelfLensError
    texts: Texts


@dataclass(frozen=True)
class Report:
    """`done` are the records acted on, `fields` how many of their fields were sent."""

    done: tuple[int, ...]
    fields: int
    refused: tuple[Refusal, ...]


def save_all(db: Database, edits: Mapping[int, Texts], versions: Mapping[int, int], *, reviewer: str) -> Report:
    """Stores typed texts of many records, each against the version in `versions`."""

    def save(item_id: int) -> None:
        review.save_edits(db, item_id, dict(edits[item_id]), reviewer=reviewer, version=versions.get(item_id))

    return _each(edits, save, edits)


def accept_all(db: Database, versions: Mapping[int, int], *, reviewer: str) -> Report:
    """Verifies records, each at its version in `versions`; one that is verified already stays as it is.

    Refuses those that have not been read (NotRead): nobody can have seen what they will say.
    """

    def accept(item_id: int) -> None:
        with write(db):
            status = items.get_item(db, item_id).status
            if status in (Status.QUEUED, Status.READING, Status.FAILED):
                raise NotRead(item=item_id)
            if status is not Status.VERIFIED:
                review.accept_record(db, item_id, reviewer=reviewer, version=versions[item_id])

    return _each(versions, accept)


def delete_all(db: Database, item_ids: Iterable[int], *, reviewer: str) -> Report:
    """Moves items with their photos into the bin, which `core.bin` empties in time."""
    return _each(item_ids, lambda item_id: bin.delete_item(db, item_id, reviewer=reviewer))


def restore_all(db: Database, item_ids: Iterable[int]) -> Report:
    """Takes items out of the bin, as they were."""
    return _each(item_ids, lambda item_id: bin.restore_item(db, item_id))


def erase_all(db: Database, settings: Settings, item_ids: Iterable[int]) -> Report:
    """Deletes items in the bin for good."""
    return _each(item_ids, lambda item_id: bin.erase_item(db, settings, item_id))


def _each(item_ids: Iterable[int], act: Callable[[int], None], texts: Mapping[int, Texts] | None = None) -> Report:
    done: list[int] = []
    refused: list[Refusal] = []
    sent = texts or {}
    for item_id in item_ids:
        try:
            act(item_id)
        except (Conflict, NotFound, NotRead, StillRead) as err:
            refused.append(Refusal(item_id, err, sent.get(item_id, {})))
        else:
            done.append(item_id)
    return Report(tuple(done), sum(len(sent.get(item_id, {})) for item_id in done), tuple(refused))
