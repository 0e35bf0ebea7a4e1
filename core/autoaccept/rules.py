"""Rules at work: turned on and off by people, applied to every new proposal."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlite_utils import Database

from core.autoaccept.audit import AUDIT_SHARE, EVIDENCE, ITSELF, e_value, end_broken_rules
from core.autoaccept.bounds import step_of
from core.autoaccept.offers import list_offers
from core.errors import NotFound
from core.learning.confidence import evidence_score
from core.store import autoaccept as store
from core.store import decisions, items, runs
from core.store.autoaccept import Rule
from core.store.db import write
from core.store.decisions import Action, Decision
from core.types import Bilingual, FieldValue, Source, Status

OFFER = Bilingual(en="Offer", zh="可采纳方案")
SIGNED = "auto"
"""Who signs a decision of kind auto."""
CHANCE = secrets.SystemRandom()
"""Draws the audit: nobody can foresee which values it takes."""
BY_HAND = Bilingual(en="Turned off by a person.", zh="由人工关闭。")


def turn_on(db: Database, kind: str, engine: str, field: str, promise: float, *, reviewer: str) -> Rule:
    """Accepts values of a field without a look from now on, as the offer at this promise says.

    Raises NotFound where there is no such offer (any more).
    """
    with write(db):
        for offered in list_offers(db):
            offer = offered.offer
            chosen = offer.at(promise)
            if (offer.kind, offer.engine, offer.field) == (kind, engine, field) and chosen is not None:
                if offered.rule is not None:
                    store.end_rule(db, offered.rule.id, by=reviewer, why=BY_HAND)
                rule = Rule(
                    kind=kind, engine=engine, version=offer.version, field=field, look=offer.look, promise=promise,
                    score=chosen.score, share=chosen.share, bound=chosen.bound, judged=chosen.judged, set_by=reviewer,
                )  # fmt: skip
                return rule.model_copy(update={"id": store.put_rule(db, rule)})
    raise NotFound(what=OFFER, key=f"{kind} · {engine} · {field} · {promise:.0%}", hint=_OFFER_GONE)


_OFFER_GONE = Bilingual(
    en="The judged values do not allow it. Look at the offers again.", zh="已判定的值不足以支持，请重新查看可用方案。"
)


def turn_off(db: Database, rule_id: int, *, reviewer: str) -> None:
    """Accepts nothing by this rule any more; what it accepted stays as it is."""
    store.end_rule(db, rule_id, by=reviewer, why=BY_HAND)


def accept_unseen(db: Database, prediction: runs.Prediction, draw: Callable[[], float] = CHANCE.random) -> int:
    """Applies the rules in force to a new proposal; returns how many values were accepted without a look.

    A record that a person has judged and a value that one decided about are left alone. What an earlier reading had
    accepted is taken back where the value is another one now, or no rule lets it pass any more. `draw` gives a number
    in [0, 1): below `AUDIT_SHARE` the value goes to a person.
    """
    with write(db):
        if items.get_item(db, prediction.item_id).status in (Status.VERIFIED, Status.FLAGGED):
            return 0
        standing = _last_decisions(db, prediction.item_id)
        passing = _passing(db, prediction)
        for field, last in standing.items():
            if last.action is Action.AUTO and not _still(last, prediction.fields.get(field), field in passing):
                _decide(db, prediction, field, Action.RESET, last.after, None)
                standing[field] = last.model_copy(update={"action": Action.RESET})
        accepted = 0
        for field, rule in passing.items():
            if field not in standing or standing[field].action is Action.RESET:
                accepted += _drawn(db, prediction, rule, draw)
        return accepted


def _last_decisions(db: Database, item_id: int) -> dict[str, Decision]:
    return {each.field: each for each in decisions.list_decisions(db, item_id)}


def _passing(db: Database, prediction: runs.Prediction) -> dict[str, Rule]:
    """Field -> the rule that lets its value pass. A rule whose promise or version no longer holds ends here."""
    found: dict[str, Rule] = {}
    rules = store.list_active(db, prediction.kind, prediction.engine)
    version = runs.version_of(db, prediction) if rules else ""
    for rule in rules:
        value = prediction.fields.get(rule.field)
        if rule.version != version:
            store.end_rule(db, rule.id, by=ITSELF, why=_other_version(rule))
        elif e_value(*store.count_audited(db, rule.id), rule.promise) >= EVIDENCE:
            end_broken_rules(db)
        elif value is not None and value.value is not None and _passes(value, rule):
            found[rule.field] = rule
    return found


def _passes(value: FieldValue, rule: Rule) -> bool:
    return step_of(evidence_score(value)) >= step_of(rule.score)


def _other_version(rule: Rule) -> Bilingual:
    return Bilingual(
        en=f"Engine '{rule.engine}' is another version now, and what was measured holds for the earlier one. Turn it on"
        " again when enough values of this version were judged.",
        zh=f"引擎“{rule.engine}”的版本已变化，原先的测量只适用于旧版本。待此版本有足够的判定后可再次开启。",
    )


def _still(last: Decision, value: FieldValue | None, passes: bool) -> bool:
    accepted = last.after
    same = value is not None and accepted is not None and (value.value, value.unit) == (accepted.value, accepted.unit)
    return same and passes


def _drawn(db: Database, prediction: runs.Prediction, rule: Rule, draw: Callable[[], float]) -> int:
    """1 where the value is accepted, 0 where it goes to a person. A value that went there once goes there again."""
    before = store.find_draw(db, prediction.item_id, rule.field)
    audited = (before is not None and before[1]) or draw() < AUDIT_SHARE
    store.put_draw(db, prediction.item_id, rule.field, rule.id, audited=audited)
    if audited:
        return 0
    value = prediction.fields[rule.field]
    after = value.model_copy(update={"sources": tuple(dict.fromkeys((*value.sources, Source.AUTO)))})
    _decide(db, prediction, rule.field, Action.AUTO, value, after)
    return 1


def _decide(
    db: Database, prediction: runs.Prediction, field: str, action: Action, before: FieldValue | None,
    after: FieldValue | None,
) -> None:  # fmt: skip
    decisions.add_decision(
        db,
        Decision(
            item_id=prediction.item_id,
            prediction_id=prediction.id,
            field=field,
            action=action,
            before=before,
            after=after,
            reviewer=SIGNED,
        ),
    )
