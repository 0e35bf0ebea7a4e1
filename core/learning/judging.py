"""What a verified record says about the machine that read it, and what it teaches: from decisions to rows.

For each field the machine's proposal at the verification is set against the value that stands: what happened
on the way (A typed over as B, then C) does not matter, and what was typed back to the proposal counts as
right. A field whose decisions were all taken back says nothing, and neither does one that was accepted
without a look, even where a person changed it afterwards: among values nobody samples, only the wrong ones
would be counted.

    kept      proposed, and left as it was
    changed   proposed, and another value stands
    removed   proposed, and a person says it is not on the label
    missed    not proposed, and typed by a person: shown apart, for there was no value to be right
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlite_utils import Database

from core.learning.confidence import SCORE_VERSION, evidence_score
from core.memory.base import as_read, prefix_of, product_of, teaches, value_key
from core.memory.near import misread
from core.schema import load_schema
from core.store import decisions, judgements, runs
from core.store.decisions import Action, Decision, Verdict
from core.store.items import Item
from core.store.judgements import Confusion, JudgedField, JudgedRecord, Judgement, Lesson
from core.types import Fields, FieldValue, Kind, Status
from core.values.typed import show_value

DERIVED_VERSION = 1
"""Bump with every change of what is derived here: the supervisor makes older rows anew."""
VERSION = DERIVED_VERSION * 1000 + SCORE_VERSION


class Outcome(StrEnum):
    """What became of one field of one verified record; see the module's text."""

    KEPT = "kept"
    CHANGED = "changed"
    REMOVED = "removed"
    MISSED = "missed"


class _Judged(NamedTuple):
    """One field with its outcome, what was proposed and what stands."""

    field: str
    outcome: Outcome
    proposed: FieldValue | None
    final: FieldValue | None


def refresh_judgement(db: Database, item: Item, brand: str, fields: Fields) -> None:
    """Writes what the record says; nothing where it is not verified. `fields` are those that stand."""
    verdict = decisions.latest_verdict(db, item.id, decisions.Outcome.VERIFIED)
    if item.status is not Status.VERIFIED or verdict is None:
        judgements.forget_item(db, item.id)
        return
    judgements.put_judgement(db, _judge(db, item, verdict, brand, fields))


def list_unjudged(db: Database, limit: int) -> list[int]:
    """Verified items, at most `limit`, whose rows were never made or are derived in an older way."""
    return judgements.list_unjudged(db, VERSION, limit)


def shown(kind: str, key: str, field: FieldValue | None) -> str:
    """A value as the editor shows it; "" for none. Fields that have left the schema are shown as JSON."""
    if field is None or field.value is None:
        return ""
    schema = load_schema(Kind(kind))
    if not schema.has(key):
        return field.value if isinstance(field.value, str) else json.dumps(field.value, ensure_ascii=False)
    return show_value(schema.field(key), field)


def compare(proposed: str, final: str) -> Outcome | None:
    """The outcome for a proposed and a final value, both as shown; None where there never was any."""
    if proposed == final:
        return Outcome.KEPT if proposed else None
    if not proposed:
        return Outcome.MISSED
    return Outcome.CHANGED if final else Outcome.REMOVED


def _judge(db: Database, item: Item, verdict: Verdict, brand: str, fields: Fields) -> Judgement:
    prediction = runs.get_prediction(db, verdict.prediction_id) if verdict.prediction_id is not None else None
    chains = _chains(decisions.list_decisions(db, item.id))
    seen = {key: chain for key, chain in chains.items() if all(each.action is not Action.AUTO for each in chain)}
    kind = Kind.PRODUCT if item.kind == "auto" else Kind(item.kind)
    judged = list(_outcomes(kind, seen, prediction))
    revision, prompt = _versions(db, prediction)
    if _is_unseen(chains.get("gtin", ())):
        fields = {key: field for key, field in fields.items() if key != "gtin"}  # nobody vouches for the barcode
    record = JudgedRecord(
        item_id=item.id,
        version=VERSION,
        kind=kind,
        engine=prediction.engine if prediction else "",
        revision=revision,
        prompt=prompt,
        brand=brand,
        reviewer=verdict.reviewer,
        seconds=verdict.seconds,
        at=verdict.at,
        touched=sum(each.outcome is not Outcome.KEPT for each in judged) + _changed_unseen(chains),
        unseen=sum(_is_unseen(chain) for chain in chains.values()),
    )
    lessons = tuple(_lessons(kind, judged, fields))
    return Judgement(
        record=record,
        fields=tuple(
            JudgedField(field=each.field, outcome=each.outcome, score=_score(each.proposed)) for each in judged
        ),
        lessons=lessons,
        confusions=tuple(_confusions(lessons)),
    )


def _score(proposed: FieldValue | None) -> float:
    return evidence_score(proposed) if proposed is not None else 0.0


def _chains(history: Sequence[Decision]) -> dict[str, list[Decision]]:
    """The decisions about each field since they were last taken back; fields without any are left out."""
    chains: dict[str, list[Decision]] = {}
    for each in history:
        if each.action is Action.RESET:
            chains.pop(each.field, None)
        else:
            chains.setdefault(each.field, []).append(each)
    return chains


def _is_unseen(chain: Sequence[Decision]) -> bool:
    return bool(chain) and chain[-1].action is Action.AUTO


def _changed_unseen(chains: dict[str, list[Decision]]) -> int:
    """Fields that were accepted without a look and that a person has changed since."""
    return sum(chain[0].action is Action.AUTO and not _is_unseen(chain) for chain in chains.values())


def _outcomes(kind: str, chains: dict[str, list[Decision]], prediction: runs.Prediction | None) -> Iterator[_Judged]:
    for key, chain in chains.items():
        proposed = chain[0].before
        if prediction is not None and chain[0].prediction_id != prediction.id:
            proposed = prediction.fields.get(key)
        final = chain[-1].after
        outcome = compare(shown(kind, key, proposed), shown(kind, key, final))
        if outcome is not None:
            yield _Judged(key, outcome, proposed, final)


def _versions(db: Database, prediction: runs.Prediction | None) -> tuple[str, str]:
    """Revision and prompt version of the prediction's engine, "" where it has no run of it."""
    for run in runs.list_versions(db, prediction.run_ids if prediction else ()):
        if prediction is not None and run.engine == prediction.engine:
            return run.revision, run.prompt_version
    return "", ""


def _lessons(kind: Kind, judged: Sequence[_Judged], fields: Fields) -> Iterator[Lesson]:
    schema = load_schema(kind)
    product, prefix = product_of(fields), prefix_of(fields)
    for each in judged:
        if not schema.has(each.field) or not teaches(schema.field(each.field)):
            continue
        read = shown(kind, each.field, as_read(each.proposed))
        taught = shown(kind, each.field, each.final)
        yield Lesson(
            field=each.field,
            kind=kind,
            product=product,
            prefix=prefix,
            read=read,
            read_key=value_key(read),
            taught=taught,
            taught_key=value_key(taught),
        )


def _confusions(lessons: Sequence[Lesson]) -> Iterator[Confusion]:
    for each in lessons:
        for wrong, meant in dict.fromkeys(misread(each.read, each.taught)):
            yield Confusion(field=each.field, kind=each.kind, wrong=wrong, meant=meant)
