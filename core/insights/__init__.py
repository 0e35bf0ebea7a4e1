"""What posters say, as figures: read-only questions about records of kind `ad`, answered in SQL.

`choose` keeps the posters that pass the filters in a temporary table of the connection; everything else counts
within such a choice. *Facts* are posters, or their statements of one sort, with the columns they can be counted
by. `tally` counts the posters behind each value, `behind` finds the posters of a value again: every figure on a
page comes from the first and leads to its photos by the second, so both read the same rows.
"""

from core.insights.choice import AdFilters, Choice, Listed, Offered, choose, list_offered
from core.insights.facts import (
    Facts,
    Mark,
    Timeline,
    behind,
    claim_shares,
    claims,
    discounts,
    narrowed_to_phrases,
    promotions,
    spellings,
    stated,
    tally,
    timeline,
    wordings_on,
)

__all__ = [
    "AdFilters",
    "Choice",
    "Facts",
    "Listed",
    "Mark",
    "Offered",
    "Timeline",
    "behind",
    "choose",
    "claim_shares",
    "claims",
    "discounts",
    "list_offered",
    "narrowed_to_phrases",
    "promotions",
    "spellings",
    "stated",
    "tally",
    "timeline",
    "wordings_on",
]
