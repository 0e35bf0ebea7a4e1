"""Values accepted without a look, at an error that was measured, where a person has turned it on.

    offers    from judged values: accept the N % of a field's values with most support, at no more than x % error
    rules     an offer that a person turned on; it ends by a person, by another engine version, or by itself
    draws     what a rule said of a new value: accepted (a decision of kind `auto`), or kept for the audit

A guarantee holds per kind, engine version and field: with 95 % confidence the promised error is not exceeded.
What was accepted without a look is visible as such everywhere, teaches nothing and is no evidence for new offers.
"""

from core.autoaccept.audit import Audit, audit_of, end_broken_rules
from core.autoaccept.bounds import PROMISES
from core.autoaccept.offers import Offer, Offered, list_offers, refresh_offers
from core.autoaccept.rules import accept_unseen, turn_off, turn_on

__all__ = [
    "PROMISES", "Audit", "Offer", "Offered", "accept_unseen", "audit_of", "end_broken_rules", "list_offers",
    "refresh_offers", "turn_off", "turn_on",
]  # fmt: skip
