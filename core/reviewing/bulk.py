"""One act on many records at once: each is saved, or refused with its reason, by itself.

A record that somebody else changed in the meantime is refused and the others are saved all the same. What an act on
fields or verdicts changed can be taken back at once (`undo_all`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from core.errors import Conflict, NotFound, NotRead, ShelfLensError, StillRead
from core.records.standing import check_fields, kind_of, known_brands, standing_fields
from core.reviewing import bin, review
from core.reviewing.undo import Trace, take_back, traced
from core.schema import FieldSpec, load_schema
from core.settings import Settings
from core.store import items
from core.types import Fields, Finding, Status
from core.values.typed import show_value, understand

Texts = Mapping[str, str]
"""Field key -> text as typed; "" means that the field is not on the label."""
Tell = Callable[[int], None]
"""Is told after each record how many have been dealt with."""


@dataclass(frozen=True)
class Refusal:
    """One record that was left as it was. `texts` is what had been typed for it."""

    item_id: int
    error: ShelfLensError
    texts: Texts


@dataclass(frozen=True)
class Report:
    """`done` are the records acted on, `fields` how many of their fields were sent, `undo` what takes it back."""

    done: tuple[int, ...]
    fields: int
    refused: tuple[Refusal, ...]
    undo: tuple[Trace, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a typed text would make of one field; `findings` are what the rules would say of it."""

    item_id: int
    spec: FieldSpec
    before: str
    after: str
    findings: tuple[Finding, ...]


def preview(db: Database, edits: Mapping[int, Texts]) -> list[Change]:
    """What `save_all` would change, without changing it. Texts equal to what stands, and records gone, are left out."""
    living = items.find_items(db, edits)
    changes: list[Change] = []
    for item_id in (item_id for item_id in edits if item_id in living):
        item = living[item_id]
        schema, standing = load_schema(kind_of(item)), standing_fields(db, item)
        texts = {key: text.strip() for key, text in edits[item_id].items() if schema.has(key)}
        shown = {key: _shown(schema.field(key), standing, key) for key in texts}
        wanted = {key: text for key, text in texts.items() if text != shown[key]}
        understood = {key: understand(schema.field(key), text) for key, text in wanted.items()}
        fields = {**standing, **understood}
        checked = check_fields(kind_of(item), fields, known_brands(db, item_id, fields)) if wanted else {}
        changes += [
            Change(item_id, schema.field(key), shown[key], wanted[key], checked[key].findings) for key in wanted
        ]
    return changes


def _shown(spec: FieldSpec, fields: Fields, key: str) -> str:
    return show_value(spec, fields[key]).strip() if key in fields else ""


def save_all(db: Database, edits: Mapping[int, Texts], versions: Mapping[int, int], *, reviewer: str) -> Report:
    """Stores typed texts of many records, each against the version in `versions`."""

    def save(item_id: int) -> Trace | None:
        def act() -> None:
            review.save_edits(db, item_id, dict(edits[item_id]), reviewer=reviewer, version=versions.get(item_id))

        return traced(db, item_id, act)

    return _each(edits, save, edits)


def accept_all(db: Database, versions: Mapping[int, int], *, reviewer: str, tell: Tell = lambda done: None) -> Report:
    """Verifies records, each at its version in `versions`; one that is verified already stays as it is.

    Refuses those that have not been read (NotRead): nobody can have seen what they will say.
    """

    def accept(item_id: int) -> Trace | None:
        def act() -> None:
            status = items.get_item(db, item_id).status
            if status in (Status.QUEUED, Status.READING, Status.FAILED):
                raise NotRead(item=item_id)
            if status is not Status.VERIFIED:
                review.accept_record(db, item_id, reviewer=reviewer, version=versions[item_id])

        return traced(db, item_id, act)

    return _each(versions, accept, tell=tell)


def undo_all(db: Database, undo: Iterable[Trace], *, reviewer: str, tell: Tell = lambda done: None) -> Report:
    """Takes back what an act changed, but for records that somebody has changed since."""
    traces = {trace.item_id: trace for trace in undo}
    return _each(traces, lambda item_id: take_back(db, traces[item_id], reviewer=reviewer), tell=tell)


def delete_all(db: Database, item_ids: Iterable[int], *, reviewer: str) -> Report:
    """Moves items with their photos into the bin, which `core.reviewing.bin` empties in time."""
    return _each(item_ids, lambda item_id: bin.delete_item(db, item_id, reviewer=reviewer))


def restore_all(db: Database, item_ids: Iterable[int]) -> Report:
    """Takes items out of the bin, as they were."""
    return _each(item_ids, lambda item_id: bin.restore_item(db, item_id))


def erase_all(db: Database, settings: Settings, item_ids: Iterable[int]) -> Report:
    """Deletes items in the bin for good."""
    return _each(item_ids, lambda item_id: bin.erase_item(db, settings, item_id))


def _each(
    item_ids: Iterable[int],
    act: Callable[[int], Trace | None],
    texts: Mapping[int, Texts] | None = None,
    tell: Tell = lambda done: None,
) -> Report:
    done: list[int] = []
    undo: list[Trace] = []
    refused: list[Refusal] = []
    sent = texts or {}
    for number, item_id in enumerate(item_ids, start=1):
        try:
            trace = act(item_id)
        except (Conflict, NotFound, NotRead, StillRead) as err:
            refused.append(Refusal(item_id, err, sent.get(item_id, {})))
        else:
            done.append(item_id)
            undo += [trace] if trace is not None else []
        tell(number)
    fields = sum(len(sent.get(item_id, {})) for item_id in done)
    return Report(tuple(done), fields, tuple(refused), tuple(undo))
