"""What could be accepted without a look: computed at the looks of `bounds`, kept, and listed for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlite_utils import Database

from core.autoaccept.bounds import PROMISES, Threshold, find_threshold, level_of, look_of, needed_for_look
from core.learning.accuracy import Proposal, list_proposals
from core.learning.feedback import Filters
from core.learning.judging import Outcome
from core.store import autoaccept as store
from core.store.autoaccept import OfferRow, Rule
from core.store.db import write

_thresholds = TypeAdapter(tuple[Threshold, ...])
Scope = tuple[str, str, str, str]
"""Kind, engine, engine version, field: what an offer, and its promise, is about."""


@dataclass(frozen=True)
class Offer:
    """What one field's judged values allow. `thresholds` holds one entry per promise that can be kept, `needed` is
    how many more judged values the next look takes."""

    kind: str
    engine: str
    version: str
    field: str
    look: int
    judged: int
    needed: int
    thresholds: tuple[Threshold, ...]

    def at(self, promise: float) -> Threshold | None:
        return next((each for each in self.thresholds if each.promise == promise), None)


@dataclass(frozen=True)
class Offered:
    """An offer beside the rule that holds for its field, or the last one that did."""

    offer: Offer
    rule: Rule | None
    last: Rule | None


def refresh_offers(db: Database) -> int:
    """Takes the looks that have become due; returns how many. Half a second for 200,000 judged values."""
    due = []
    for scope, values in _by_scope(list_proposals(db, Filters())).items():
        look = look_of(len(values))
        if look > store.latest_look(db, *scope):
            due.append(_look_at(scope, look, values))
    with write(db):
        for offer in due:
            store.put_offer(db, offer)
    return len(due)


def _by_scope(proposals: Iterable[Proposal]) -> dict[Scope, list[tuple[float, bool]]]:
    """The judged values of the engine versions in use: of an engine's versions, the one judged last."""
    groups: dict[Scope, list[tuple[float, bool]]] = defaultdict(list)
    newest: dict[tuple[str, str], str] = {}
    for each in proposals:
        newest[each.kind, each.engine] = each.version
        scope = (each.kind, each.engine, each.version, each.field)
        groups[scope].append((each.score, each.outcome is Outcome.KEPT))
    return {scope: values for scope, values in groups.items() if newest[scope[0], scope[1]] == scope[2]}


def _look_at(scope: Scope, look: int, values: Sequence[tuple[float, bool]]) -> OfferRow:
    found = [find_threshold(values, promise, level_of(look)) for promise in PROMISES]
    kind, engine, version, field = scope
    return OfferRow(
        kind=kind,
        engine=engine,
        version=version,
        field=field,
        look=look,
        judged=len(values),
        thresholds=_thresholds.dump_json(tuple(each for each in found if each)).decode(),
    )


def list_offers(db: Database, filters: Filters | None = None) -> list[Offered]:
    """Every field with an offer or a rule that passes the filters' kind, engine and field, best offers first."""
    wanted = filters or Filters()
    active = {(rule.kind, rule.engine, rule.field): rule for rule in store.list_active(db)}
    ended = {(rule.kind, rule.engine, rule.field): rule for rule in store.list_last_ended(db)}
    newest: dict[tuple[str, str, str], OfferRow] = {}
    for row in sorted(store.list_latest_offers(db), key=lambda row: row.at):
        newest[row.kind, row.engine, row.field] = row
    found = [
        Offered(_offer(row), active.get(key), ended.get(key))
        for key, row in newest.items()
        if wanted.kind in ("", row.kind) and wanted.engine in ("", row.engine) and wanted.field in ("", row.field)
    ]
    return sorted(found, key=lambda each: (each.rule is None, -_best(each.offer), each.offer.kind, each.offer.field))


def _best(offer: Offer) -> float:
    return max((each.share for each in offer.thresholds), default=0.0)


def _offer(row: OfferRow) -> Offer:
    return Offer(
        kind=row.kind,
        engine=row.engine,
        version=row.version,
        field=row.field,
        look=row.look,
        judged=row.judged,
        needed=max(0, needed_for_look(row.look + 1) - row.judged),
        thresholds=_thresholds.validate_json(row.thresholds),
    )
