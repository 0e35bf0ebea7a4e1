"""The days of the week and hours an offer holds: Monday to Thursday, 12–3pm; every Tuesday from 5pm; weekends only."""

from __future__ import annotations

import re

from core.values.terms import wording_form

LONGEST = 4.5
"""Hours; a longer stretch is when a shop is open."""

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_LINK = r"\s*(?:[-–—~&,+/]|to|thru|through|and|or)\s*"
_PARTS = r"(?:nights|evenings|lunchtimes|mornings|afternoons)"
_EVERY = rf"every\s+(?:{_DAY}|day|week|weekend|night|morning)(?:{_LINK}{_DAY})*"
_SEVERAL = (
    rf"(?:{_DAY}s?(?:{_LINK}{_DAY}s?)+|{_DAY}s|{_DAY}\s+{_PARTS}|weekdays|weekends"
    rf"|{_EVERY}|daily|(?:all|each)\s+(?:week|{_DAY}))"
)
_TIME = (
    r"(?:(?:12\s*(?=noon|midday))?(?:noon|midday)|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?"
    r"|midnight|late|close|closing|lunch)"
)
_UP_TO = r"\s*(?:[-–—~]|to|and|until|till)\s*"
_HOURS = rf"(?:(?:from|before|after|until|till|between)?\s*(?P<from>{_TIME})(?:{_UP_TO}(?P<to>{_TIME}))?)"
_PART = r"(?:all\s+day|only|nights?|evenings?|mornings?|afternoons?|lunch\s*times?|inclusive)"
_INTRO = r"(?:available|served|valid|offer|on|join\s+us|happy\s+hour|runs?|all\s+day)"
_FORMS = [
    re.compile(rf"\W*(?:{_INTRO}\W+)?{_SEVERAL}(?:\W+{_PART})*(?:\W+{_HOURS})?(?:\W+{_PART})*\W*"),
    re.compile(rf"\W*(?:{_INTRO}\W+)?{_HOURS}\W+(?:on\s+)?{_SEVERAL}(?:\W+{_PART})*\W*"),
]


def is_weekly(text: str) -> bool:
    """True for a line that says on which days of the week, or at what hours of them, an offer holds and nothing more;
    not for hours of opening (Mon–Fri 9–6)."""
    folded = wording_form(text)
    return any(_is_short(hit) for form in _FORMS if (hit := form.fullmatch(folded)))


def _is_short(hit: re.Match[str]) -> bool:
    if not hit["from"] or not hit["to"]:
        return hit.group().strip(" .!") not in ("daily", "every day")
    start, end = _hour(hit["from"]), _hour(hit["to"])
    if start is None or end is None:
        return False
    on_both = all(re.search(r"[ap]|noon|mid", hit[bound]) for bound in ("from", "to"))
    span = (end - start) % 24 if on_both else (end - start) % 12 or 12
    return 0 < span <= LONGEST


def _hour(printed: str) -> float | None:
    """Hours after midnight; without am or pm those before noon. None for late and for closing time."""
    if printed.endswith(("noon", "midday", "midnight")):
        return 24.0 if printed == "midnight" else 12.0
    found = re.match(r"(\d{1,2})(?:[:.](\d\d))?\s*([ap])?", printed)
    if not found:
        return None
    hour = int(found[1]) % 12 + int(found[2] or 0) / 60
    return hour + 12 if found[3] == "p" else hour
