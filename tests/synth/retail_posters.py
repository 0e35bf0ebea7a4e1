"""Posters of shops with their usual offers: thresholds, deposits, second units, trade-in, credit, trials.

The truth says the kind of each offer and what it saves; conditions in small print, slogans and readers stand beside
the claims.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.samples.canvas import Canvas, Ink
from scripts.samples.facts import Ad, Price, Truth
from scripts.samples.posters import print_button
from tests.synth import words
from tests.synth.page import Page, cut

Colours = tuple[str, str, str]
PAPERS: tuple[Colours, ...] = (
    ("#fff4e0", "#c0392b", "#3b1d0a"),
    ("#e8f3ff", "#1b4f9c", "#0f2747"),
    ("#eaf7ea", "#1e7d4a", "#143d25"),
    ("#f0f0f0", "#222222", "#333333"),
)
"""Ground, accent, ink."""


@dataclass(frozen=True)
class RetailAd(Ad):
    """`offers` are what a person says of each promotion, in the form of a truth."""

    offers: tuple[dict[str, Any], ...] = ()

    def fields(self) -> Truth:
        return super().fields() | {"offers": list(self.offers)}


def retail_poster(rng: Random) -> tuple[Ad, Page]:
    ad = _facts(rng, rng.choice(("zh", "en")))
    canvas = rng.choice(LAYOUTS)(ad, rng.choice(PAPERS))
    return ad, cut(canvas, canvas.height, 0)


def _facts(rng: Random, language: str) -> RetailAd:
    retail = words.vocabulary("retail")
    entry, said = rng.choice(retail[language]), retail[f"offers_{language}"]
    now = rng.randint(*entry["prices"])
    full = rng.choice((100, 200, 300, 500))
    numbers = {"full": full, "less": full // rng.choice((5, 10)), "pair": round(1.7 * now)}
    offers = [rng.choice(said["main"]), *words.some(rng, said["side"], 1, 2)]
    told = tuple(_told(offer, numbers) for offer in offers)
    currency = "CNY" if language == "zh" else "USD"
    price = [Price(str(now), currency, rng.choice(said["now"]))]
    if words.chance(rng, 0.6):
        price.append(Price(str(round(1.3 * now) + 1), currency, rng.choice(said["was"]), struck=True))
    return RetailAd(
        language=(language,),
        brand=words.chinese_brand(rng) if language == "zh" else words.latin_brand(rng),
        headline=rng.choice(entry["headlines"]),
        product_name=rng.choice(entry["products"]),
        claims=tuple(words.some(rng, entry["claims"], 2, 3)),
        promotion=tuple(offer["text"] for offer in told),
        price=tuple(price),
        call_to_action=rng.choice(said["action"]),
        audience=tuple(words.some(rng, entry["audience"], 1, 1)) if words.chance(rng, 0.5) else (),
        small_print=(rng.choice(said["conditions"]),),
        offers=told,
    )


def _told(offer: dict[str, Any], numbers: dict[str, int]) -> dict[str, Any]:
    """The offer with its numbers put in; a threshold's share follows from them."""
    share = numbers["less"] / numbers["full"] if offer["discount"] == "threshold" else offer["discount"]
    return offer | {"text": offer["text"].format(**numbers), "discount": share}


def _print_prices(canvas: Canvas, at: tuple[float, float], ad: Ad, size: float, colour: str) -> None:
    """Captions and amounts in one row, the old price small and crossed out."""
    x, y = at
    for price in ad.price:
        x += canvas.text((x, y), price.kind, Ink("sans", size * 0.4, "#555555"), "ls") + 12
        if price.struck:
            x += canvas.struck((x, y), price.printed, Ink("latin", size * 0.5, "#777777"), "ls") + 30
        else:
            x += canvas.text((x, y), price.printed, Ink("latin-bold", size, colour), "ls") + 30


def coupon(ad: Ad, colours: Colours) -> Canvas:
    """Portrait: the offer on a white coupon in the middle, claims as pills in two columns."""
    ground, accent, ink = colours
    canvas = Canvas(900, 1280, ground)
    canvas.text((450, 70), ad.brand, Ink("sans-bold", 40, ink), "mm")
    canvas.fit((450, 180), ad.headline, Ink("sans-bold", 82, ink), 820, "mm")
    canvas.fit((450, 270), ad.product_name, Ink("sans", 42, ink), 760, "mm")
    canvas.rect((60, 330, 840, 540), "#ffffff", radius=24)
    canvas.fit((450, 435), ad.promotion[0], Ink("sans-bold", 92, accent), 700, "mm")
    for index, offer in enumerate(ad.promotion[1:]):
        canvas.fit((80 + 390 * index, 610), offer, Ink("sans-bold", 38, accent), 350, "lm")
    for index, claim in enumerate(ad.claims):
        x, y = 60 + 400 * (index % 2), 690 + 100 * (index // 2)
        canvas.rect((x, y, x + 380, y + 76), accent, radius=38)
        canvas.fit((x + 190, y + 38), claim, Ink("sans-bold", 33, "#ffffff"), 330, "mm")
    _print_prices(canvas, (60, 1020), ad, 96, accent)
    print_button(canvas, (520, 1080), ad.call_to_action, Ink("sans-bold", 36, "#ffffff"), ink)
    for index, line in enumerate((*ad.audience, *ad.small_print)):
        canvas.fit((60, 1190 + 44 * index), line, Ink("sans", 25, ink), 440, "lm")
    return canvas


def letter(ad: Ad, colours: Colours) -> Canvas:
    """An e-mail: serif words in the middle of a white page."""
    _, accent, ink = colours
    canvas = Canvas(820, 1240, "#ffffff")
    canvas.text((410, 60), ad.brand, Ink("serif-bold", 36, ink), "mm")
    canvas.rect((80, 108, 740, 110), "#bbbbbb")
    canvas.fit((410, 200), ad.promotion[0], Ink("serif-bold", 84, accent), 720, "mm")
    canvas.fit((410, 310), ad.headline, Ink("serif-bold", 64, ink), 720, "mm")
    canvas.fit((410, 386), ad.product_name, Ink("serif", 38, "#444444"), 700, "mm")
    y = 470.0
    for claim in ad.claims:
        canvas.fit((410, y), claim, Ink("serif", 33, "#333333"), 680, "mm")
        y += 58
    print_button(canvas, (290, y + 10), ad.call_to_action, Ink("sans-bold", 34, "#ffffff"), accent)
    _print_prices(canvas, (150, y + 210), ad, 72, accent)
    y += 280
    for offer in ad.promotion[1:]:
        canvas.fit((410, y), offer, Ink("serif-bold", 40, ink), 700, "mm")
        y += 66
    for line in (*ad.audience, *ad.small_print):
        canvas.fit((410, y), line, Ink("serif", 25, "#666666"), 700, "mm")
        y += 44
    return canvas


def window_card(ad: Ad, colours: Colours) -> Canvas:
    """A card for a shop's window: a frame, a huge offer, the advertiser's name at the foot."""
    _, accent, ink = colours
    canvas = Canvas(1000, 1400, "#ffffff")
    canvas.stroke([(24, 24), (976, 24), (976, 1376), (24, 1376)], accent, 14, closed=True)
    canvas.fit((500, 110), ad.headline, Ink("sans-bold", 72, ink), 880, "mm")
    canvas.fit((500, 220), ad.product_name, Ink("sans", 48, ink), 860, "mm")
    canvas.fit((500, 450), ad.promotion[0], Ink("sans-bold", 190, accent), 880, "mm")
    for index, offer in enumerate(ad.promotion[1:]):
        canvas.fit((500, 640 + 90 * index), offer, Ink("sans-bold", 50, accent), 860, "mm")
    _print_prices(canvas, (70, 960), ad, 110, ink)
    for index, claim in enumerate(ad.claims):
        canvas.fit((70, 1050 + 62 * index), claim, Ink("sans", 38, "#333333"), 500, "lm")
    canvas.fit((930, 1120), ad.call_to_action, Ink("sans-bold", 46, accent), 340, "rm")
    canvas.fit((930, 1320), ad.brand, Ink("sans-bold", 46, ink), 400, "rm")
    for index, line in enumerate((*ad.audience, *ad.small_print)):
        canvas.fit((70, 1270 + 44 * index), line, Ink("sans", 26, "#555555"), 420, "lm")
    return canvas


LAYOUTS: tuple[Callable[[Ad, Colours], Canvas], ...] = (coupon, letter, window_card)
