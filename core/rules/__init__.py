"""Rules: what can be checked about a record without looking at the photo.

Each rule stands in a file of its own and is listed in RULES. They also run on every edit, so they are
pure, fast, and never raise, whatever a person typed: a value of the wrong shape is said to be one by
the rule value_shape and left alone by the others.
"""

from __future__ import annotations

import hashlib
from datetime import date

from core.rules import (
    ad_wording,
    date_order,
    gtin_check_digit,
    net_content_range,
    nutrition_bounds,
    nutrition_energy,
    nutrition_parts,
    price_order,
    shelf_life_sum,
    value_shape,
)
from core.rules.base import Hit, Rule
from core.types import Fields, FieldValue, Finding, Kind
from core.values.terms import load_terms

RULES: tuple[Rule, ...] = (
    value_shape.RULE,
    gtin_check_digit.RULE,
    date_order.RULE,
    shelf_life_sum.RULE,
    net_content_range.RULE,
    nutrition_bounds.RULE,
    nutrition_parts.RULE,
    nutrition_energy.RULE,
    ad_wording.RULE,
    price_order.RULE,
)

RULES_VERSION = hashlib.sha256(
    repr((sorted((rule.id, rule.version) for rule in RULES), load_terms("absolute_terms").digest)).encode()
).hexdigest()[:12]
"""Changes with every rule added, dropped or raised in version and with the words they look for; kept with
each prediction."""

_OWN = frozenset(rule.id for rule in RULES)


def run_rules(kind: Kind, fields: Fields, as_of: date) -> Fields:
    """`fields` with the findings of today's rules; those of an earlier run of these rules are replaced.

    Only fields that are there get findings; findings of other origin stay.
    """
    hits = [(rule, hit) for rule in RULES if kind in rule.kinds for hit in rule.check(fields, as_of)]
    return {key: _with_findings(field, [(r, h) for r, h in hits if h.key == key]) for key, field in fields.items()}


def _with_findings(field: FieldValue, hits: list[tuple[Rule, Hit]]) -> FieldValue:
    kept = [finding for finding in field.findings if finding.rule not in _OWN]
    new = [Finding(rule=rule.id, version=rule.version, level=hit.level, message=hit.message) for rule, hit in hits]
    return field.model_copy(update={"findings": (*kept, *new)})
