"""What a reviewer does to a record: look at it, change fields, give a verdict, look back.

Every change is a decision in the store; the record's present value follows from it. Changes carry
the version of the record they were made on, so two people never overwrite each other unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlite_utils import Database

from core.errors import Conflict, NotFound, TextTooLong
from core.records.standing import (
    basis,
    check_fields,
    kind_of,
    known_brands,
    record_findings,
    refresh_record,
    standing_fields,
)
from core.schema import FieldSpec, Schema, load_schema
from core.store import blobs, decisions, items, jobs, runs
from core.store.db import write
from core.store.decisions import Action, Decision, Outcome, Verdict
from core.store.items import Item, Photo
from core.types import Bilingual, Box, Fields, FieldValue, Grade, Readings, RecordFinding, Source, Status
from core.values.typed import show_value, understand
from core.webhooks import announce

DECISION = Bilingual(en="Decision", zh="修改记录")
VALUE = Bilingual(en="Value of field", zh="字段的值")
VALUE_GONE = Bilingual(en="Nothing stands there to be confirmed.", zh="该字段没有可确认的值。")
MOST_TEXT = 20_000
"""Characters of one value: ten times the longest list of ingredients seen on a label. Rules read every one of them."""


@dataclass(frozen=True)
class Place:
    """Where on the record's photos a person took a text from; `source` is who read it there."""

    photo: int
    box: Box
    lines: tuple[int, ...] = ()
    """Indexes of the photo's OCR lines, where it was taken from some."""
    source: Source = Source.OCR


@dataclass(frozen=True)
class Edit:
    """What a person put into an editor; `place` where it was taken from the photo rather than typed."""

    text: str
    place: Place | None = None


Edits = Mapping[str, str | Edit]
"""Field -> what is to stand there; a bare text was typed."""


@dataclass(frozen=True)
class RecordView:
    """Everything the review screen shows of one item.

    `fields` is what stands now, rules applied; a field whose value is None was decided absent.
    `proposed` is what the machine says. `readings` has one entry per photo, None where unread; `notes`
    has one, too: what was done to the photo when it came, and what its readers say of it as a whole.
    """

    item: Item
    schema: Schema
    photos: tuple[Photo, ...]
    readings: tuple[Readings | None, ...]
    notes: tuple[tuple[Bilingual, ...], ...]
    fields: Fields
    proposed: Fields
    prediction_id: int | None
    engine: str
    cached: bool
    history: tuple[Decision, ...]
    job: jobs.Job | None
    findings: tuple[RecordFinding, ...] = ()
    """What the record lacks as a whole; findings about single fields stand with the fields."""

    def text(self, key: str) -> str:
        """The field as the editor shows it; "" where there is none."""
        field = self.fields.get(key)
        return show_value(self.schema.field(key), field) if field is not None else ""


def load_record(db: Database, item_id: int) -> RecordView:
    """The item with all that is known about it. Raises NotFound."""
    item = items.get_item(db, item_id)
    photos = items.list_photos(db, item_id)
    prediction = runs.latest_prediction(db, item_id)
    readings = tuple(runs.latest_readings(db, photo.blob) for photo in photos)
    fields = standing_fields(db, item)
    return RecordView(
        item=item,
        schema=load_schema(kind_of(item)),
        photos=tuple(photos),
        readings=readings,
        notes=tuple(
            (*done, *(read.notes if read else ()))
            for done, read in zip(blobs.list_notes(db, item_id), readings, strict=True)
        ),
        fields=fields,
        proposed=prediction.fields if prediction else {},
        prediction_id=prediction.id if prediction else None,
        engine=prediction.engine if prediction else "",
        cached=prediction.cached if prediction else False,
        history=tuple(decisions.list_decisions(db, item_id)),
        job=jobs.latest_job(db, item_id),
        findings=record_findings(kind_of(item), fields) if prediction else (),
    )


def preview(db: Database, item_id: int, edits: Edits) -> RecordView:
    """The record as it would stand with `edits`, rules applied. Nothing is stored.

    Raises NotFound and TextTooLong as `save_edits` does.
    """
    view = load_record(db, item_id)
    fields = dict(view.fields)
    for key, edit in edits.items():
        spec, before = view.schema.field(key), view.fields.get(key)
        if _text(spec, edit) != _shown(spec, before):
            fields[key] = _entered(spec, edit, before)
    kind = kind_of(view.item)
    fields = check_fields(kind, fields, known_brands(db, item_id, fields))
    return replace(view, fields=fields, findings=record_findings(kind, fields) if view.prediction_id else ())


def save_edits(db: Database, item_id: int, edits: Edits, *, reviewer: str, version: int | None = None) -> int:
    """Stores typed texts as corrections and returns the record's new version.

    `edits` maps field keys to text; "" means "not on the label". A text equal to what stands is no
    decision. Text that is not understood is kept as typed and flagged by the rules.
    Raises Conflict where the record is no longer at `version`, NotFound for unknown items or fields,
    TextTooLong beyond MOST_TEXT characters.
    """
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        changed = _decide_edits(db, act, edits)
        if changed:
            items.touch(db, item_id)
            refresh_record(db, item_id)
        return items.get_item(db, item_id).version


def accept_record(
    db: Database,
    item_id: int,
    edits: Edits | None = None,
    *,
    reviewer: str,
    version: int | None = None,
    seconds: float | None = None,
) -> None:
    """Verifies a record: stores `edits`, confirms every other value, and signs the whole.

    One transaction; raises as `save_edits` does.
    """
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        _decide_edits(db, act, edits or {})
        _confirm_rest(db, act)
        _judge(db, act, Outcome.VERIFIED, Status.VERIFIED, seconds=seconds)


def flag_record(db: Database, item_id: int, reason: str, *, reviewer: str, version: int | None = None) -> None:
    """Sets a record aside with a reason."""
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        _judge(db, act, Outcome.FLAGGED, Status.FLAGGED, reason=reason)


def reopen_record(db: Database, item_id: int, *, reviewer: str, version: int | None = None) -> None:
    """Puts a verified or flagged record back into the queue. Decisions about its fields stay."""
    with write(db):
        _judge(db, _begin(db, item_id, reviewer, version), Outcome.REOPENED, Status.REVIEW)


def reset_field(db: Database, item_id: int, key: str, *, reviewer: str, version: int | None = None) -> int:
    """Takes back what people decided about a field: the machine's value counts again.

    Returns the record's new version; raises Conflict and NotFound as `save_edits` does.
    """
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        _add(db, act, key, Action.RESET, None, before=standing_fields(db, act.item).get(key))
        version = items.touch(db, item_id)
        refresh_record(db, item_id)
        return version


def confirm_field(db: Database, item_id: int, key: str, *, reviewer: str, version: int | None = None) -> int:
    """Says that the value standing in a field is the right one, whatever readers and photos say against it.

    Returns the record's new version; raises Conflict as `save_edits` does, and NotFound where nothing stands there.
    """
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        standing = standing_fields(db, act.item).get(key)
        if standing is None:
            raise NotFound(what=VALUE, key=key, hint=VALUE_GONE)
        # The disagreements are settled by it; what rules find is found again at every look.
        settled = standing.model_copy(update={"sources": _with_human(standing), "findings": ()})
        _add(db, act, key, Action.CONFIRM, settled, before=standing)
        version = items.touch(db, item_id)
        refresh_record(db, item_id)
        return version


def restore_field(db: Database, item_id: int, decision_id: int, *, reviewer: str, version: int | None = None) -> int:
    """Puts a field back to what it was before one of the decisions about it: a decision like any other.

    Where that is what the machine says now, the machine's value counts again. Returns the record's new
    version; raises Conflict, and NotFound for a decision that is not about this item.
    """
    with write(db):
        act = _begin(db, item_id, reviewer, version)
        found = [entry for entry in decisions.list_decisions(db, item_id) if entry.id == decision_id]
        if not found:
            raise NotFound(what=DECISION, key=decision_id, hint=items.ITEM_GONE)
        key, wanted = found[0].field, found[0].before
        standing = standing_fields(db, act.item).get(key)
        proposed = act.prediction.fields.get(key) if act.prediction else None
        if wanted is None or _is_alike(wanted, proposed):
            _add(db, act, key, Action.RESET, None, before=standing)
        else:
            action = Action.ABSENT if wanted.value is None else Action.CORRECT
            by_hand = wanted.model_copy(update={"sources": (Source.HUMAN,), "grade": Grade.HIGH})
            _add(db, act, key, action, by_hand, before=standing)
        version = items.touch(db, item_id)
        refresh_record(db, item_id)
        return version


def _is_alike(one: FieldValue, other: FieldValue | None) -> bool:
    return other is not None and (one.value, one.unit) == (other.value, other.unit)


@dataclass(frozen=True)
class _Act:
    """Who acts on which record, and the prediction that the record shows: looked up once, however much is decided."""

    item: Item
    prediction: runs.Prediction | None
    reviewer: str

    @property
    def prediction_id(self) -> int | None:
        return self.prediction.id if self.prediction else None


def _begin(db: Database, item_id: int, reviewer: str, version: int | None) -> _Act:
    """An act on a record as it was at `version`. Raises Conflict and NotFound."""
    item = items.get_item(db, item_id)
    _ensure_version(db, item, version)
    return _Act(item, basis(db, item), reviewer)


def _ensure_version(db: Database, item: Item, version: int | None) -> None:
    if version is None or version == item.version:
        return
    raise Conflict(item=item.id, who=decisions.last_reviewer(db, item.id) or "somebody")


def _decide_edits(db: Database, act: _Act, edits: Edits) -> bool:
    schema = load_schema(kind_of(act.item))
    standing = standing_fields(db, act.item)
    changed = False
    for key, edit in edits.items():
        spec = schema.field(key)
        before = standing.get(key)
        if _text(spec, edit) == _shown(spec, before):
            continue
        after = _entered(spec, edit, before)
        action = Action.ABSENT if after.value is None else Action.CORRECT
        _add(db, act, key, action, after, before=before)
        changed = True
    return changed


def _shown(spec: FieldSpec, field: FieldValue | None) -> str:
    return show_value(spec, field).strip() if field is not None else ""


def _text(spec: FieldSpec, edit: str | Edit) -> str:
    """What was entered. Raises TextTooLong."""
    text = (edit.text if isinstance(edit, Edit) else edit).strip()
    if len(text) > MOST_TEXT:
        raise TextTooLong(field=Bilingual(en=spec.en, zh=spec.zh), length=len(text), most=MOST_TEXT)
    return text


def _entered(spec: FieldSpec, edit: str | Edit, before: FieldValue | None) -> FieldValue:
    """What a person entered. Typed text keeps the box of the value it replaces: its place is still right."""
    place = edit.place if isinstance(edit, Edit) else None
    where = place or before
    return understand(spec, _text(spec, edit)).model_copy(
        update={
            "sources": (place.source, Source.HUMAN) if place else (Source.HUMAN,),
            "grade": Grade.HIGH,
            "inferred": spec.inferred,
            "box": where.box if where else None,
            "photo": where.photo if where else 0,
            "lines": where.lines if where else (),
        }
    )


def _confirm_rest(db: Database, act: _Act) -> None:
    """Writes down that every value not yet decided by a person was accepted as proposed."""
    decided = _decided_keys(decisions.list_decisions(db, act.item.id))
    for key, field in (act.prediction.fields if act.prediction else {}).items():
        if key not in decided:
            confirmed = field.model_copy(update={"sources": _with_human(field)})
            _add(db, act, key, Action.CONFIRM, confirmed, before=field)


def _decided_keys(history: list[Decision]) -> set[str]:
    decided: set[str] = set()
    for decision in history:
        if decision.action is Action.RESET:
            decided.discard(decision.field)
        else:
            decided.add(decision.field)
    return decided


def _with_human(field: FieldValue) -> tuple[Source, ...]:
    return tuple(dict.fromkeys((*field.sources, Source.HUMAN)))


def _add(
    db: Database, act: _Act, key: str, action: Action, after: FieldValue | None, *, before: FieldValue | None
) -> None:
    decisions.add_decision(
        db,
        Decision(
            item_id=act.item.id,
            prediction_id=act.prediction_id,
            field=key,
            action=action,
            before=before,
            after=after,
            reviewer=act.reviewer,
        ),
    )


def _judge(
    db: Database,
    act: _Act,
    outcome: Outcome,
    status: Status,
    *,
    reason: str = "",
    seconds: float | None = None,
) -> None:
    decisions.add_verdict(
        db,
        Verdict(
            item_id=act.item.id,
            prediction_id=act.prediction_id,
            outcome=outcome,
            reason=reason,
            reviewer=act.reviewer,
            seconds=seconds,
        ),
    )
    items.set_status(db, act.item.id, status, reason=reason)
    items.touch(db, act.item.id)
    refresh_record(db, act.item.id)
    if outcome is Outcome.VERIFIED:
        announce(db, act.item.id, reviewer=act.reviewer)
