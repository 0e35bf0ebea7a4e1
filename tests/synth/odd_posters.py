"""Posters out of the ordinary: a collage of thirty offers, three products, three prices, mixed currencies, a logo and
nothing else, no offer at all, two languages at once."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.samples.canvas import Canvas, Ink
from scripts.samples.facts import Ad, Price, Truth
from scripts.samples.posters import print_button
from scripts.samples.silhouettes import Paint, draw_product
from tests.synth import words
from tests.synth.page import Page, cut

PAPERS = (("#fff7e6", "#8a1c1c"), ("#eef5ff", "#173a7a"), ("#f3fbef", "#1d5a2e"), ("#fdf0f5", "#7a1d52"))
"""Ground and ink."""


@dataclass(frozen=True)
class OddAd(Ad):
    """`unjudged` are fields on which people would not agree, such as the one product of a collage."""

    unjudged: tuple[str, ...] = ()

    def fields(self) -> Truth:
        return {key: value for key, value in super().fields().items() if key not in self.unjudged}


def odd_poster(rng: Random) -> tuple[Ad, Page]:
    language = rng.choice(("zh", "en"))
    paper, ink = rng.choice(PAPERS)
    return rng.choice(KINDS)(rng, language, paper, ink)


def _entry(rng: Random, language: str) -> dict[str, Any]:
    found: dict[str, Any] = rng.choice(words.vocabulary("ads")[language])
    return found


def _offers(language: str) -> dict[str, Any]:
    found: dict[str, Any] = words.vocabulary("ads")[f"offers_{language}"]
    return found


def _brand(rng: Random, language: str) -> str:
    return words.chinese_brand(rng) if language == "zh" else words.latin_brand(rng)


def _main(rng: Random, language: str) -> str:
    wording, full = rng.choice(_offers(language)["main"]), rng.choice((99, 199))
    filled: str = wording.format(
        full=full, two=full, less=rng.choice((10, 20, 30)), tenths=rng.choice(("5", "75", "8.5")), percent=20
    )
    return filled


def _money(rng: Random, span: list[int]) -> str:
    return f"{rng.randint(*span)}{rng.choice(('', '.9', '.99', '.50'))}"


def _sign(language: str) -> str:
    return "CNY" if language == "zh" else "USD"


def _button(canvas: Canvas, at: tuple[float, float], text: str, fill: str) -> None:
    print_button(canvas, at, text, Ink("sans-bold", 34, "#ffffff"), fill)


def collage(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """Thirty goods in a grid, each with its name and price."""
    entries = [entry for entry in words.vocabulary("ads")[language] for _ in range(4)]
    rng.shuffle(entries)
    prices = [Price(_money(rng, entry["prices"]), _sign(language), "current", captioned=False) for entry in entries]
    prices = (prices * 4)[:30]
    headline = "每周特惠 精选好物" if language == "zh" else "This week's best picks"
    ad = OddAd(
        language=(language,), brand=_brand(rng, language), headline=headline, product_name="", claims=(),
        promotion=(_main(rng, language),), price=tuple(prices), call_to_action=rng.choice(_offers(language)["action"]),
        unjudged=("product_name", "promo_start", "promo_end"),
    )  # fmt: skip
    canvas = Canvas(1240, 1560, paper)
    canvas.text((40, 60), ad.brand, Ink("sans-bold", 44, ink), "lm")
    canvas.fit((620, 150), headline, Ink("sans-bold", 76, ink), 900, "mm")
    canvas.fit((620, 230), ad.promotion[0], Ink("sans-bold", 48, "#c8102e"), 900, "mm")
    for index, price in enumerate(prices):
        x, y = 40 + 232 * (index % 5), 290 + 190 * (index // 5)
        canvas.rect((x, y, x + 216, y + 176), "#ffffff", radius=14)
        name = rng.choice(entries[index % len(entries)]["products"])
        canvas.fit((x + 108, y + 40), name, Ink("sans", 24, "#333333"), 196, "mm")
        canvas.fit((x + 108, y + 118), price.printed, Ink("latin-bold", 54, "#c8102e"), 190, "mm")
    _button(canvas, (470, 1450), ad.call_to_action, ink)
    return ad, cut(canvas, 1560, 0)


def three_products(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """Three goods side by side, each with a picture, a name, a claim and a price."""
    entries = rng.sample(words.vocabulary("ads")[language], 3)
    goods = [(rng.choice(entry["products"]), rng.choice(entry["claims"]), entry) for entry in entries]
    prices = [Price(_money(rng, entry["prices"]), _sign(language), "current", captioned=False) for *_, entry in goods]
    headline = "三款好物 一次带走" if language == "zh" else "Three favourites in one basket"
    ad = OddAd(
        language=(language,), brand=_brand(rng, language), headline=headline, product_name="",
        claims=tuple(claim for _, claim, _ in goods), promotion=(_main(rng, language),), price=tuple(prices),
        call_to_action=rng.choice(_offers(language)["action"]), unjudged=("product_name", "promo_start", "promo_end"),
    )  # fmt: skip
    canvas = Canvas(1200, 900, paper)
    canvas.text((40, 56), ad.brand, Ink("sans-bold", 40, ink), "lm")
    canvas.fit((600, 140), headline, Ink("sans-bold", 70, ink), 1000, "mm")
    canvas.fit((600, 218), ad.promotion[0], Ink("sans-bold", 46, "#c8102e"), 1000, "mm")
    for index, (name, claim, entry) in enumerate(goods):
        x = 60 + 370 * index
        paint = Paint("#ffffff", paper, ink, accent=ink, brand="", text=ink)
        draw_product(canvas, entry["pack"], (x + 60, 270, x + 280, 540), paint)
        canvas.fit((x + 170, 585), name, Ink("sans-bold", 34, "#222222"), 330, "mm")
        canvas.fit((x + 170, 640), claim, Ink("sans", 28, "#555555"), 330, "mm")
        canvas.text((x + 170, 725), prices[index].printed, Ink("latin-bold", 70, "#c8102e"), "mm")
    _button(canvas, (460, 800), ad.call_to_action, ink)
    return ad, cut(canvas, 900, 0)


def three_prices(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """One product with a price for members, one for everybody, and the old one."""
    entry = _entry(rng, language)
    now = rng.randint(*entry["prices"])
    names = ("会员价", "到手价", "原价") if language == "zh" else ("Members", "Now", "Was")
    values = (now, round(now * 1.2) + 1, round(now * 1.6) + 2)
    prices = tuple(
        Price(str(value), _sign(language), name, struck=index == 2)
        for index, (name, value) in enumerate(zip(names, values, strict=True))
    )
    return _single(rng, language, paper, ink, entry, prices, (_main(rng, language),))


def mixed_currencies(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """One product in three currencies."""
    entry = _entry(rng, language)
    now = rng.randint(*entry["prices"])
    prices = tuple(
        Price(str(round(now * rate) + 1), currency, "current", captioned=False)
        for currency, rate in (("CNY", 7), ("USD", 1), ("EUR", 0.9))
    )
    return _single(rng, language, paper, ink, entry, prices, ())


def no_offer(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """A poster that only tells of the goods."""
    return _single(rng, language, paper, ink, _entry(rng, language), (), ())


def _single(
    rng: Random,
    language: str,
    paper: str,
    ink: str,
    entry: dict[str, Any],
    prices: tuple[Price, ...],
    promotion: tuple[str, ...],
) -> tuple[Ad, Page]:
    ad = OddAd(
        language=(language,), brand=_brand(rng, language), headline=rng.choice(entry["headlines"]),
        product_name=rng.choice(entry["products"]), claims=tuple(words.some(rng, entry["claims"], 3, 3)),
        promotion=promotion, price=prices, call_to_action=rng.choice(_offers(language)["action"]),
        unjudged=("promo_start", "promo_end"),
    )  # fmt: skip
    canvas = Canvas(900, 1200, paper)
    canvas.text((50, 70), ad.brand, Ink("sans-bold", 44, ink), "lm")
    canvas.fit((50, 180), ad.headline, Ink("sans-bold", 80, ink), 800, "lm")
    canvas.fit((50, 270), ad.product_name, Ink("sans", 46, "#333333"), 800, "lm")
    paint = Paint("#ffffff", paper, ink, accent=ink, brand="", text=ink)
    draw_product(canvas, entry["pack"], (480, 340, 860, 800), paint)
    for index, claim in enumerate(ad.claims):
        canvas.fit((50, 390 + 80 * index), claim, Ink("sans", 38, "#333333"), 400, "lm")
    for index, offer in enumerate(ad.promotion):
        canvas.fit((50, 680 + 70 * index), offer, Ink("sans-bold", 56, "#c8102e"), 410, "lm")
    for index, price in enumerate(prices):
        words_said = f"{price.kind} {price.printed}" if price.captioned else price.printed
        face = Ink("sans-bold", 64 - 10 * index, "#777777" if price.struck else "#c8102e")
        if price.struck:
            canvas.struck((50, 860 + 76 * index), words_said, face, "lm")
        else:
            canvas.text((50, 860 + 76 * index), words_said, face, "lm")
    _button(canvas, (50, 1080), ad.call_to_action, ink)
    return ad, cut(canvas, 1200, 0)


def logo_only(rng: Random, language: str, paper: str, ink: str) -> tuple[Ad, Page]:
    """A mark and a name; nothing is claimed and nothing is offered."""
    brand = _brand(rng, language)
    ad = OddAd(
        language=(language,), brand=brand, headline="", product_name="", claims=(), promotion=(), price=(),
        call_to_action="", unjudged=("brand", "product_name", "headline", "call_to_action", "promo_start", "promo_end"),
    )  # fmt: skip
    canvas = Canvas(1000, 1000, paper)
    canvas.ellipse((350, 220, 650, 520), ink)
    canvas.ellipse((430, 300, 650, 520), paper)
    canvas.fit((500, 660), brand, Ink("sans-bold", 110, ink), 800, "mm")
    return ad, cut(canvas, 1000, 0)


KINDS = (collage, three_products, three_prices, mixed_currencies, no_offer, logo_only)
