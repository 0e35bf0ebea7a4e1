"""Whether a rule still keeps its promise: one value in twenty that would pass goes to a person all the same.

The reviewer is not told which: they look like any other value. What they say of them estimates the error of what
passed unseen. A rule ends by itself when the audit speaks against its promise: an e-value (a bet against the promise
that nobody can win in the long run while it holds) of 20 or more. By Ville's inequality a rule that keeps its promise
ends wrongly with a chance of at most 1 in 20, however often the audit is looked at (Ramdas, Grünwald, Vovk, Shafer:
Game-theoretic statistics and safe anytime-valid inference, Statistical Science 38, 2023, p. 576).

Values that passed and that somebody came upon and changed count as well, against all that passed, as if all the
others were right: that errs on the side of the rule.
"""

from __future__ import annotations

from math import exp, log, log1p

from sqlite_utils import Database

from core.learning.accuracy import Share
from core.store import autoaccept as store
from core.store.autoaccept import Draws, Rule
from core.types import Bilingual, Frozen

AUDIT_SHARE = 0.05
EVIDENCE = 20.0
"""E-value from which a promise counts as broken: 1 / 0.05."""
BETS = (1.5, 2.0, 3.0, 5.0, 10.0)
"""Multiples of the promised error that are bet on, a fifth of the stake each."""
ITSELF = "ShelfLens"
"""Who ends a rule that no person ends."""


class Audit(Frozen):
    """What is known of a rule by now. `evidence` is the larger of both e-values."""

    draws: Draws
    evidence: float

    @property
    def error(self) -> Share:
        return Share(hits=self.draws.wrong, total=self.draws.audited)


def audit_of(db: Database, rule: Rule) -> Audit:
    draws = store.count_draws(db, rule.id)
    evidence = max(
        e_value(draws.wrong, draws.audited, rule.promise), e_value(draws.changed, draws.passed, rule.promise)
    )
    return Audit(draws=draws, evidence=round(evidence, 2))


def e_value(wrong: int, total: int, promise: float) -> float:
    """How strongly `wrong` of `total` speak against an error of at most `promise`; 1 says nothing.

    The mean, over the bets, of the likelihood of a larger error over that of the promised one.
    """
    ratios = []
    for multiple in BETS:
        larger = min(0.99, multiple * promise)
        ratio = wrong * log(larger / promise) + (total - wrong) * (log1p(-larger) - log1p(-promise))
        ratios.append(exp(min(ratio, 700.0)))
    return sum(ratios) / len(ratios)


def end_broken_rules(db: Database) -> list[Rule]:
    """Ends the rules whose audit speaks against them, with the figures; returns those it ended."""
    ended = []
    for rule in store.list_active(db):
        audit = audit_of(db, rule)
        if audit.evidence >= EVIDENCE:
            store.end_rule(db, rule.id, by=ITSELF, why=_broken(rule, audit.draws))
            ended.append(rule)
    return ended


def _broken(rule: Rule, draws: Draws) -> Bilingual:
    return Bilingual(
        en=f"Of {draws.audited} values that were looked at for the audit {draws.wrong} were wrong, of {draws.passed}"
        f" accepted ones {draws.changed} were changed: more than the promised {rule.promise:.0%}. Nothing is accepted"
        " without a look any more; look over what was, and turn it on again when new judgements allow it.",
        zh=f"抽查的 {draws.audited} 个值中有 {draws.wrong} 个有误，已采纳的 {draws.passed} 个值中有 {draws.changed} 个"
        f"被修改，超过承诺的 {rule.promise:.0%}。已停止免看采纳；请复核此前采纳的值，待新的判定允许后再开启。",
    )
