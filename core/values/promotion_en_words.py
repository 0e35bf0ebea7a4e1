"""What the English rules for worded offers are written in: names for groups of words, and how spaces count."""

from __future__ import annotations

from core.values.promotion_rules import Maker, PromotionKind, Rule, plain, rule

_NUMBER = r"(?:\d[\d,]*|one|two|three|four|five|six|seven|ten|twelve)"
_DAYNAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"

DAYNAME = _DAYNAME
MACROS = {
    "CASH": r"(?:[a-z]{1,2})?[$€£]\s*",
    "NUM": _NUMBER,
    "SPAN": rf"{_NUMBER} (?:minute|min|hour|hr|day|night|week|month|year|yr)s?['’]?",
    "UNITS": r"(?:minute|min|hour|hr|(?:(?:business|working) )?day)s?",
    "DAYNAME": _DAYNAME,
    "SHIPPING": r"(?:shipping|delivery|postage|freight|carriage|p ?[&+] ?p)",
    "FEE": r"(?:joining|join|sign up|enrol?lment|registration|activation|set up|admin|booking|annual|monthly)",
    "PLEDGE": r"(?:quality|price|freshness|repair|service|satisfaction|comfort|fit|happiness|love it|money back|day"
    r"|delivery|lifetime|year|night|no quibble|low prices?|best price)",
    "CREW": r"(?:students?|seniors?|nhs|military|veterans?|teachers?|educators?|key workers?|blue light|carers?"
    r"|over \d0s|first responders?|healthcare(?: workers?)?|pensioners?|forces|emergency services?|nurses?"
    r"|graduates?)",
    "TAKERS": r"(?:customers?|orders?|buyers?|guests?|shoppers?|visitors?|people|bookings?|pairs?|pieces?|units?|spots?"
    r"|entrants?|sign ups?|members?|diners?|callers?|viewers?|homes|fans|runners?|boxes|tickets|students|families)",
    "GRATIS": r"(?:free|complimentary)\b",
    "LESSON": r"(?:class|lesson|session|visit|workout|week|month|day|box|appointment|consultation)",
    "OFFER": r"(?:offers?|sale|deals?|prices?|promotion|promo|event|savings|specials?|discounts?)",
    "FREE": "".join(
        rf"(?<!\b{word}[\s-])"
        for word in (
            *("sugar", "gluten", "dairy", "fat", "lactose", "cruelty", "alcohol", "caffeine", "nut", "bpa", "hands"),
            *("duty", "tax", "toll", "cage", "smoke", "feel", "wire", "stress", "worry", "lead", "oil", "paraben"),
            *("fragrance", "meat", "plastic", "guilt", "ad", "rent", "hassle", "drug", "scent", "dust", "noise"),
        )
    )
    + r"\bfree\b(?!\s*(?:from|of|range|standing|spirit|flow|form|wi-?fi|parking))",
    "threshold": r"\d+(?:,\d{3})*(?:\.\d+)?",
    "amount": r"\d+(?:,\d{3})*(?:\.\d+)?",
}
"""FREE is the word for nothing to pay; sugar free, hands-free, free of and free range say something else."""


def say(kind: PromotionKind, *wordings: str, make: Maker | None = None) -> list[Rule]:
    """A rule of `kind` for each of `wordings`, regular expressions with {NAME} for a group of words.

    A space in a wording stands for all the spaces and hyphens there are, or none: readers drop those between capitals.
    """
    return [rule(_loose(wording), make or plain(kind), _LOOSE_MACROS) for wording in wordings]


def _loose(wording: str) -> str:
    return wording.replace(" ?", " ").replace(" ", r"[\s-]*+")


_LOOSE_MACROS = {name: _loose(wording) for name, wording in MACROS.items()}
