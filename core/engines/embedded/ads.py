"""The fields of an ad poster, by rules over its wording and where it stands. Words come from data/lexicons.

Grades say what a value rests on: HIGH, the wording itself says what it is (a currency sign, the numbers of an
offer, a date) and was clearly read; MEDIUM, a word of a lexicon says so; LOW, only its place and size do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from PIL import Image

from core.engines.embedded.ads_cents import with_cents
from core.engines.embedded.ads_copy import COLLAGE, Copy, sort_copy
from core.engines.embedded.ads_layout import Phrase, read_phrases, union
from core.engines.embedded.ads_prices import Offer, assumed_currency, read_prices
from core.engines.embedded.claims import is_claim
from core.engines.embedded.keys import find_marks
from core.engines.embedded.layout import Span, lay_out
from core.engines.embedded.tags import tag_name
from core.engines.embedded.values import clean, found
from core.palette import measure_palette
from core.types import Fields, FieldValue, Grade, Readings, Source
from core.values.periods import Period, find_period
from core.values.promotions import Promotion, PromotionKind
from core.values.terms import Match, load_terms

CLEAR = 0.9
"""Recogniser score from which a line counts as clearly read."""


def extract_ad(readings: Readings, image: Image.Image | None = None) -> Fields:
    """The fields of data/schemas/ad.toml that are on the poster; absent ones are left out.

    `offer_start` and `offer_end` are ISO dates, or "--06-01" where no year is printed. `image` is needed for
    `palette`, and to tell $19⁹⁹ from $1999.
    Entries of `selling_points` and `promotion` carry the box of their own wording. `audience` and `emotion`
    are lexicon keys, inferred; `raw` names the words that suggest them.
    """
    phrases = read_phrases(readings)
    if image is not None:
        phrases = with_cents(phrases, image, readings.width)
    offers = read_prices(phrases)
    copy = sort_copy(phrases, offers, readings.width, readings.height)
    fields: dict[str, FieldValue | None] = {
        "brand": _text(copy.brand.phrase, copy.brand.grade) if copy.brand else None,
        "product": _text(copy.product.phrase, copy.product.grade) if copy.product else None,
        "headline": _text(copy.headline, Grade.LOW),
        "selling_points": _selling_points(copy),
        "call_to_action": _call_to_action(copy.call_to_action),
        "price": _prices(_beside_bundles(offers, copy.promotions), phrases),
        "promotion": _promotions(copy.promotions),
        **_period_fields(phrases, _day_first(offers)),
        "audience": _inferred(phrases, "audiences"),
        "emotion": _inferred(phrases, "emotions"),
        "palette": _palette(image),
        "compliance": _compliance(phrases),
        **_on_tag(readings, copy),
    }
    return {key: field for key, field in fields.items() if field is not None}


def _on_tag(readings: Readings, copy: Copy) -> dict[str, FieldValue | None]:
    """The product of a price tag, and its claims without the name and the keyed lines (产地：四川) around it."""
    name = None if copy.call_to_action else tag_name(lay_out(readings))
    if name is None:
        return {}
    text = clean(name.text)
    claims = [(phrase, theme) for phrase, theme in copy.selling_points if is_claim(phrase.text) and phrase.text != text]
    claims = [(phrase, theme) for phrase, theme in claims if not find_marks(phrase.text)]
    product = found(text, text, [Span(name, 0, len(name.text))], Grade.LOW)
    return {"product": product, "brand": None, "selling_points": _selling_points(replace(copy, selling_points=claims))}


def _field(value: Any, raw: str, phrases: Sequence[Phrase], best: Grade, **more: Any) -> FieldValue:
    """A value read from `phrases`, graded `best`, or a step less where the print was not clear."""
    clear = min(phrase.score for phrase in phrases) >= CLEAR
    lower = {Grade.HIGH: Grade.MEDIUM, Grade.MEDIUM: Grade.LOW, Grade.LOW: Grade.LOW}
    return FieldValue(
        value=value,
        raw=raw,
        box=union(phrase.box for phrase in phrases),
        lines=tuple(dict.fromkeys(line for phrase in phrases for line in phrase.lines)),
        sources=(Source.OCR,),
        grade=best if clear else lower[best],
        **more,
    )


def _text(phrase: Phrase | None, best: Grade) -> FieldValue | None:
    return _field(phrase.text, phrase.text, [phrase], best) if phrase else None


def _call_to_action(phrase: Phrase | None) -> FieldValue | None:
    """The button's words without the arrow behind them: 去逛逛 >."""
    if phrase is None:
        return None
    return _field(phrase.text.rstrip(" >＞»›→▶"), phrase.text, [phrase], Grade.MEDIUM)


def _selling_points(copy: Copy) -> FieldValue | None:
    if not copy.selling_points:
        return None
    phrases = [phrase for phrase, _ in copy.selling_points]
    entries = [{"text": phrase.text, "theme": theme, "box": list(phrase.box)} for phrase, theme in copy.selling_points]
    themed = all(theme != "other" for _, theme in copy.selling_points)
    raw = "\n".join(phrase.text for phrase in phrases)
    return _field(entries, raw, phrases, Grade.MEDIUM if themed else Grade.LOW)


def _promotions(promotions: Sequence[tuple[Phrase, Promotion]]) -> FieldValue | None:
    if not promotions:
        return None
    phrases = [phrase for phrase, _ in promotions]
    entries = [{**promotion.as_value(), "box": list(phrase.box)} for phrase, promotion in promotions]
    computed = all(promotion.unit_discount is not None for _, promotion in promotions)
    raw = "\n".join(phrase.text for phrase in phrases)
    return _field(entries, raw, phrases, Grade.HIGH if computed else Grade.MEDIUM)


def _beside_bundles(offers: Sequence[Offer], promotions: Sequence[tuple[Phrase, Promotion]]) -> list[Offer]:
    """The prices without what several units cost together, where a promotion says that (2 for ¥99) and one unit has
    a price to pay of its own; a bundle's price alone stays."""
    bundled = {promotion.price for _, promotion in promotions if promotion.kind is PromotionKind.BUNDLE}
    single = [offer for offer in offers if offer.price.kind not in ("bundle", "original", "deposit")]
    if not single or len(offers) >= COLLAGE:
        return list(offers)
    return [offer for offer in offers if offer.price.kind != "bundle" or offer.price.value not in bundled]


def _prices(offers: Sequence[Offer], phrases: Sequence[Phrase]) -> FieldValue | None:
    if not offers:
        return None
    currency = assumed_currency(offers, [phrase.text for phrase in phrases])
    entries: list[dict[str, object]] = []
    for offer in offers:
        value = offer.price.as_value()
        entry = {**value, "currency": value["currency"] or currency, "raw": offer.raw}
        if all(_what_it_says(entry) != _what_it_says(earlier) for earlier in entries):
            entries.append(entry)
    used = [phrase for offer in offers for phrase in offer.phrases]
    signed = all(offer.signed for offer in offers)
    raw = "\n".join(dict.fromkeys(offer.raw for offer in offers))
    return _field(entries, raw, used, Grade.HIGH if signed else Grade.MEDIUM)


def _what_it_says(entry: dict[str, object]) -> tuple[object, ...]:
    return entry["value"], entry["currency"], entry["kind"], entry.get("unit")


def _day_first(offers: Sequence[Offer]) -> bool | None:
    """How 9/12 is meant, by the poster's money: the US write the month first, who pays in other currencies the day."""
    currencies = {offer.price.currency for offer in offers if offer.price.currency}
    return None if len(currencies) != 1 else currencies != {"USD"}


def _period_fields(phrases: Sequence[Phrase], day_first: bool | None) -> dict[str, FieldValue | None]:
    """The offer's days, from the first phrase that prints them."""
    for phrase in phrases:
        period = find_period(phrase.text, day_first)
        if period and (period.start or period.end):
            return {"offer_start": _day(period.start, period, phrase), "offer_end": _day(period.end, period, phrase)}
    return {}


def _day(iso: str | None, period: Period, phrase: Phrase) -> FieldValue | None:
    return _field(iso, period.raw, [phrase], Grade.HIGH) if iso else None


def _inferred(phrases: Sequence[Phrase], lexicon: str) -> FieldValue | None:
    """Keys of the lexicon by how many different words suggest them; MEDIUM where the first has two or more."""
    words, seen = _words_by_key(phrases, load_terms(lexicon).find)
    if not words:
        return None
    keys = sorted(words, key=lambda key: -len(words[key]))
    raw = ", ".join(word for key in keys for word in words[key])
    return _field(keys, raw, seen, Grade.MEDIUM if len(words[keys[0]]) > 1 else Grade.LOW, inferred=True)


def _words_by_key(
    phrases: Sequence[Phrase], find: Callable[[str], Iterable[Match]]
) -> tuple[dict[str, list[str]], list[Phrase]]:
    words: dict[str, list[str]] = {}
    seen: list[Phrase] = []
    for phrase in phrases:
        for match in find(phrase.text):
            known = words.setdefault(match.key, [])
            known += [match.printed] if match.printed not in known else []
            seen += [phrase] if phrase not in seen else []
    return words, seen


def _compliance(phrases: Sequence[Phrase]) -> FieldValue | None:
    """The absolute terms as printed, each once."""
    words, seen = _words_by_key(phrases, load_terms("absolute_terms").find)
    if not words:
        return None
    printed = [word for found in words.values() for word in found]
    return _field(printed, "\n".join(phrase.text for phrase in seen), seen, Grade.MEDIUM)


def _palette(image: Image.Image | None) -> FieldValue | None:
    """Measured, so certain; no printed words stand behind it."""
    if image is None:
        return None
    return FieldValue(value=measure_palette(image), sources=(Source.RULE,), grade=Grade.HIGH)
