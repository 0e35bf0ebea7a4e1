"""Whether a poster's offers were understood: the kind of each, and what its words save on one unit.

A truth says both for an offer of its own (`"offers": [{"text": "全场5折", "kinds": ["discount"], "discount": 0.5}]`);
for wordings on the project's own posters `offers.toml` does, written by hand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from core.evaluation.matching import Answer, entries, is_same, letters, names_it
from core.types import Frozen

LEDGER = Path(__file__).with_name("offers.toml")
SAME_SHARE = 0.005
"""Half a percentage point: what the words determine is compared as a whole percentage."""
_NUMBER = r"(\d+(?:\.\d+)?)"


class Offer(Frozen):
    """One printed offer and what a person says of it."""

    text: str
    kinds: tuple[str, ...]
    discount: float | Literal[False, "tenths", "percent", "threshold"] | None = None
    """Share of one unit's price saved; False where the words determine none, None where that is not judged."""
    at_most: bool = False


def judged_offers(fields: dict[str, Any]) -> list[Offer]:
    """The offers of a truth whose kind is known, in its order."""
    own = [Offer.model_validate(entry) for entry in fields.get("offers") or ()]
    said = {letters(offer.text) for offer in own}
    known = (_known(text) for text in fields.get("promotion") or () if letters(text) not in said)
    return [*own, *(offer for offer in known if offer is not None)]


def answered(offer: Offer, promotion: Answer | None) -> dict[str, Any] | None:
    """The entry of the answer that says the offer: the one that says nothing else, else the shortest around it."""
    found = [entry for entry in entries(promotion) if isinstance(entry, dict) and _says(offer, entry)]
    found.sort(key=lambda entry: (not is_same(offer.text, entry.get("text")), len(str(entry.get("text")))))
    return found[0] if found else None


def is_right_discount(offer: Offer, entry: dict[str, Any]) -> bool:
    """True where the entry's share is the offer's, and is a limit where that is one."""
    share = entry.get("unit_discount")
    if offer.discount is False:
        return share is None
    if not isinstance(share, int | float) or not isinstance(offer.discount, int | float):
        return False
    return abs(share - offer.discount) < SAME_SHARE and bool(entry.get("at_most")) is offer.at_most


def _says(offer: Offer, entry: dict[str, Any]) -> bool:
    return names_it(offer.text, entry.get("text") or "")


def _known(text: str) -> Offer | None:
    """The ledger's word on a printed offer, with its number put in."""
    for pattern, offer in _ledger():
        if (hit := pattern.fullmatch(letters(text))) is not None:
            share = _share(offer.discount, hit)
            return offer.model_copy(update={"text": text, "discount": share})
    return None


def _share(discount: Any, hit: re.Match[str]) -> float | Literal[False] | None:
    """A share that the number in the words sets: 85折 and 8.5折 leave 0.85 of the price, 20% off takes 0.2,
    and 满300减50 takes 50 of 300."""
    if discount == "percent":
        return float(hit.group(1)) / 100
    if discount == "threshold":
        return round(float(hit.group(2)) / float(hit.group(1)), 4)
    if discount == "tenths":  # `letters` leaves out the point
        digits = hit.group(1).replace(".", "")
        return round(1 - float(digits) / 10 ** len(digits), 4)
    return False if discount is False else None if discount is None else float(discount)


@lru_cache
def _ledger() -> tuple[tuple[re.Pattern[str], Offer], ...]:
    return tuple(_lines())


def _lines() -> Iterator[tuple[re.Pattern[str], Offer]]:
    for entry in tomllib.loads(LEDGER.read_text("utf-8"))["offers"]:
        parts = (re.escape(letters(part)) for part in entry["text"].split("#"))
        yield re.compile(_NUMBER.join(parts)), Offer.model_validate(entry)
