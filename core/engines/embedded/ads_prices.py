"""Prices of a poster: amounts with a sign, and bare amounts that a price word, a sign or cents stand beside."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from core.engines.embedded.ads_layout import Phrase, gap
from core.values.periods import find_period
from core.values.prices import Price, find_prices, parse_amount, price_label
from core.values.terms import load_terms, wording_form
from core.values.text import has_cjk

LABEL_REACH = 0.7
"""A price word belongs to an amount at most this far off, in sizes of the amount's digits."""
CENTS_SIZE = 0.75
"""Raised cents are at most this share of the size of the main digits."""
CENTS_GAP, CENTS_OVERLAP = 0.35, 0.4
"""Most space between the two boxes, and most that they overlap by, in sizes of the main digits."""

PRICE_SIZE = 2.0
"""A flyer's bare price is at least this many times as large as its usual wording."""

_FLYER = re.compile(r"\d{1,4}[.,]\d{2}")
_BARE = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d{1,6}(?:\.\d{1,2})?")
_COUNTED = re.compile(
    r"\+?\s+(?!each\b|per\b|only\b|euro?s?\b|off\b|inkl|incl|statt|pro\b|je\b)[a-z]{2,}", re.IGNORECASE
)
"""A word right behind a whole number without a sign: what is counted (from 6 UK airports), and no price."""
_SIGN_ONLY = re.compile(r"(?:us|hk|nt)?[¥$€£₹y]|rmb|元起?|块|起|元/?[\u3400-\u9fff]?")
_MISREAD_YUAN = re.compile(r"^[Yy](?=\d[\d,.]*\s*(?:元|起)?$)")
_WHOLE = re.compile(r"[¥$€£₹]?\s*\d{1,5}\.?")
_CENTS = re.compile(r"[.·]\d{1,2}|\d{2}")


@dataclass(frozen=True)
class Offer:
    """One price with every phrase that says it: amount, label, sign, cents."""

    price: Price
    phrases: tuple[Phrase, ...]
    signed: bool
    """True where a currency sign is printed; otherwise the currency follows from the language."""

    @property
    def raw(self) -> str:
        """As printed, left to right behind the price word."""
        word = [phrase for phrase in self.phrases if self.price.label and self.price.label in phrase.text]
        rest = [phrase for phrase in self.phrases if phrase not in word]
        return " ".join(phrase.text for phrase in [*word, *sorted(rest, key=lambda phrase: phrase.box[0])])


def read_prices(phrases: Sequence[Phrase]) -> list[Offer]:
    """Every price on the poster, top to bottom; the same price printed twice is given twice."""
    labels = [phrase for phrase in phrases if _is_label(phrase.text)]
    flyer_size = _flyer_size(phrases)
    signs = [phrase for phrase in phrases if _SIGN_ONLY.fullmatch(wording_form(phrase.text))]
    offers: list[Offer] = []
    taken: set[int] = set()
    for phrase in phrases:
        if id(phrase) in taken or phrase in signs or find_period(phrase.text):
            continue
        parts = _with_cents(phrase, phrases)
        beside = [sign for sign in signs if _reach(parts[0], sign) <= LABEL_REACH]
        label = None if _names_itself(parts) else _nearest(parts[0], labels, taken)
        found = _offers(parts, beside, label)
        if not found and phrase.size >= flyer_size and _FLYER.fullmatch(_text_of(parts)):
            found = [_flyer_price(parts)]
        offers += found
        if found:
            taken |= {id(part) for offer in found for part in offer.phrases}
    return offers


def _flyer_size(phrases: Sequence[Phrase]) -> float:
    """Letter size from which 2.99 is a price without a sign, as on European flyers; no size on a Chinese poster,
    where 6.18 and 11.11 are days."""
    worded = [phrase.size for phrase in phrases if re.search(r"[^\W\d_]{3}", phrase.text)]
    if not worded or any(has_cjk(phrase.text) for phrase in phrases):
        return math.inf
    return PRICE_SIZE * median(worded)


def _flyer_price(parts: list[Phrase]) -> Offer:
    text = _text_of(parts)
    price = Price(
        value=parse_amount(text),
        currency=None,
        kind="current",
        label=None,
        unit=None,
        open_ended=False,
        start=0,
        end=len(text),
    )
    return Offer(price, tuple(parts), signed=False)


def _is_label(text: str) -> bool:
    """A price word and little else; the now of Shop now and the today of Get yours today say no price."""
    if load_terms("calls_to_action").first(text):
        return False
    return price_label(text) is not None and not re.search(r"\d", text)


def _with_cents(phrase: Phrase, phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrase, and the small digits at its right edge that are its cents, if any."""
    if not _WHOLE.fullmatch(wording_form(phrase.text)):
        return [phrase]
    return [phrase, *[other for other in phrases if other is not phrase and _is_cents(phrase, other)][:1]]


def _is_cents(whole: Phrase, small: Phrase) -> bool:
    """Raised or lowered digits; without a point they must be two, and raised (the supermarket's 4⁹⁹)."""
    if not _CENTS.fullmatch(small.text) or small.size > CENTS_SIZE * whole.size:
        return False
    right = -CENTS_OVERLAP * whole.size <= small.box[0] - whole.box[2] <= CENTS_GAP * whole.size
    within = whole.box[1] - 0.2 * whole.size <= small.middle[1] <= whole.box[3] + 0.1 * whole.size
    raised = small.middle[1] < whole.middle[1]
    return right and within and (raised or not small.text.isdigit())


def _text_of(parts: Sequence[Phrase]) -> str:
    text = _MISREAD_YUAN.sub("¥", parts[0].text.strip())
    if len(parts) == 1:
        return text
    return text.rstrip(".") + "." + parts[1].text.lstrip(".·")


def _names_itself(parts: Sequence[Phrase]) -> bool:
    return any(price.label for price in find_prices(_text_of(parts)))


def _nearest(amount: Phrase, labels: Sequence[Phrase], taken: set[int]) -> Phrase | None:
    free = [label for label in labels if id(label) not in taken and _reach(amount, label) <= LABEL_REACH]
    return min(free, key=lambda label: _reach(amount, label), default=None)


def _reach(amount: Phrase, other: Phrase) -> float:
    """Space between the two in sizes of the amount's digits; a little more counts for what is off centre."""
    size = max(amount.size, 1.0)
    off_centre = abs(amount.middle[0] - other.middle[0]) + abs(amount.middle[1] - other.middle[1])
    return gap(amount.box, other.box) / size + 0.01 * off_centre / size


def _offers(parts: list[Phrase], signs: list[Phrase], label: Phrase | None) -> list[Offer]:
    text = _text_of(parts)
    found = find_prices(text)
    bare = _BARE.fullmatch(re.sub(r"\s*起$", "", text))
    if bare and (label or signs):
        found = _prices_beside(text, signs, label)
    elif found and bare and not found[0].currency and label is None:
        found = []
    if not has_cjk(text):
        found = [price for price in found if not _counts_something(price, text)]
    return [_offer(price, parts, signs if bare else [], label if len(found) == 1 else None) for price in found]


def _counts_something(price: Price, text: str) -> bool:
    return price.currency is None and price.value == int(price.value) and _COUNTED.match(text, price.end) is not None


def _prices_beside(text: str, signs: list[Phrase], label: Phrase | None) -> list[Price]:
    """The price of bare digits, read together with the signs that stand beside them."""
    before = next((wording_form(sign.text) for sign in signs if wording_form(sign.text)[-1] in "¥$€£₹y"), "").replace(
        "y", "¥"
    )
    if not before and label:
        before = next((char for char in wording_form(label.text) if char in "¥$€£₹"), "")
    after = "".join(wording_form(sign.text) for sign in signs if wording_form(sign.text)[0] in "元块起")
    found = find_prices(before + text + after)
    if found or label is None:
        return found
    return find_prices(f"{price_label_text(label)} {text}")


def price_label_text(label: Phrase) -> str:
    """The printed price word of a label phrase."""
    match = price_label(label.text)
    return match.printed if match else label.text


def _offer(price: Price, parts: list[Phrase], signs: list[Phrase], label: Phrase | None) -> Offer:
    match = price_label(label.text) if label else None
    signed = price.currency is not None
    if match and label:
        kind = price.kind if match.key == "current" else match.key
        price = price.model_copy(update={"label": match.printed, "kind": kind})
        parts = [label, *parts]
    return Offer(price, tuple(dict.fromkeys([*parts, *signs])), signed)


def assumed_currency(offers: Sequence[Offer], texts: Sequence[str]) -> str | None:
    """The currency of amounts without a sign: the one the poster's other prices have, or the yuan on a
    Chinese poster; None elsewhere."""
    signed = [offer.price.currency for offer in offers if offer.price.currency]
    if signed:
        return max(set(signed), key=signed.count)
    return "CNY" if any(has_cjk(text) for text in texts) else None
