"""Rules: what can be checked about a record without looking at the photo.

Each rule stands in a file of its own and is listed in RULES; `check_record` says what a record lacks as a
whole. They also run on every edit, so they are pure, fast, and never raise, whatever a person typed: a
value of the wrong shape is said to be one by the rule value_shape and left alone by the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from core.rules import (
    ad_wording,
    brand_prefix,
    claim_against_table,
    completeness,
    cosmetic_medical_terms,
    date_order,
    disease_claims,
    gtin_check_digit,
    licence_number,
    net_content_range,
    nutrition_bounds,
    nutrition_energy,
    nutrition_identical,
    nutrition_nrv,
    nutrition_parts,
    nutrition_salt,
    nutrition_servings,
    nutrition_zero,
    price_order,
    promotion_arithmetic,
    shelf_life_sum,
    standard_code_form,
    value_shape,
)
from core.rules.base import Hit, Known, Rule
from core.rules.brand_prefix import company_prefix
from core.rules.completeness import check_record
from core.rules.nutrition_energy import energy_sums
from core.rules.nutrition_nrv import reference_share
from core.rules.tables import data_digest
from core.types import Fields, FieldValue, Finding, Kind
from core.values.editions import current

__all__ = [
    "RULES",
    "RULES_VERSION",
    "check_record",
    "company_prefix",
    "energy_sums",
    "reference_share",
    "rules_version",
    "run_rules",
]

RULES: tuple[Rule, ...] = (
    value_shape.RULE,
    gtin_check_digit.RULE,
    brand_prefix.RULE,
    licence_number.RULE,
    standard_code_form.RULE,
    date_order.RULE,
    shelf_life_sum.RULE,
    net_content_range.RULE,
    nutrition_bounds.RULE,
    nutrition_parts.RULE,
    nutrition_energy.RULE,
    nutrition_identical.RULE,
    nutrition_nrv.RULE,
    nutrition_zero.RULE,
    nutrition_salt.RULE,
    nutrition_servings.RULE,
    claim_against_table.RULE,
    disease_claims.RULE,
    cosmetic_medical_terms.RULE,
    ad_wording.RULE,
    price_order.RULE,
    promotion_arithmetic.RULE,
)


def version_of(rules: tuple[Rule, ...]) -> str:
    """12 hex digits that change with every rule added, dropped or raised in version, and with the data they read."""
    versions = sorted([(rule.id, rule.version) for rule in rules] + [(completeness.ID, completeness.VERSION)])
    tables = {table for rule in rules for table in rule.tables} | set(completeness.TABLES)
    lexicons = {lexicon for rule in rules for lexicon in rule.lexicons} | set(completeness.LEXICONS)
    return hashlib.sha256(repr((versions, data_digest(tables, lexicons))).encode()).hexdigest()[:12]


RULES_VERSION = version_of(RULES)


def rules_version() -> str:
    """What is kept with each prediction: `RULES_VERSION`, or, where lexicons were changed here, a digest with them."""
    changed = current().digest()
    return hashlib.sha256(f"{RULES_VERSION} {changed}".encode()).hexdigest()[:12] if changed else RULES_VERSION


_OWN = frozenset(rule.id for rule in RULES)


def run_rules(kind: Kind, fields: Fields, as_of: date, brands: Mapping[str, int] | None = None) -> Fields:
    """`fields` with the findings of today's rules; those of an earlier run of these rules are replaced.

    `brands` are those of verified records under the barcode's company prefix, with the number of records.
    Only fields that are there get findings; findings of other origin stay.
    """
    known = Known(as_of, brands or {})
    hits = [(rule, hit) for rule in RULES if kind in rule.kinds for hit in rule.check(fields, known)]
    return {key: _with_findings(field, [(r, h) for r, h in hits if h.key == key]) for key, field in fields.items()}


def _with_findings(field: FieldValue, hits: list[tuple[Rule, Hit]]) -> FieldValue:
    kept = [finding for finding in field.findings if finding.rule not in _OWN]
    new = [Finding(rule=rule.id, version=rule.version, level=hit.level, message=hit.message) for rule, hit in hits]
    return field.model_copy(update={"findings": (*kept, *new)})
