"""What posters say: an offer with its arithmetic right, in Chinese or English."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from scripts.samples import posters
from scripts.samples.facts import Ad, Price
from scripts.samples.posters import Theme
from scripts.samples.silhouettes import Paint
from tests.synth import words
from tests.synth.page import Page, cut
from tests.synth.poster_layouts import LAYOUTS

COLOURS = (
    ("#ffe3b3", "#a3201b", "#f08a1d", "#4b1a0a"), ("#dff3e4", "#1f6b4a", "#ff9f43", "#123d2b"),
    ("#e3ecff", "#27408b", "#ff6f61", "#1b2a5c"), ("#fde2ef", "#a12a6b", "#ffb703", "#5c1039"),
    ("#f4ecd8", "#5d4a33", "#c8553d", "#3b2e1e"), ("#d8f0f5", "#0b6e83", "#ff8c42", "#07404c"),
    ("#fff1a8", "#c2410c", "#1d4ed8", "#5a1f05"), ("#ece6fb", "#4c2a85", "#f15bb5", "#2c1554"),
)  # fmt: skip
"""Light ground, deep ground, accent, text on the light ground."""


def poster(rng: Random) -> tuple[Ad, Page]:
    language = rng.choice(("zh", "en"))
    entry = rng.choice(words.vocabulary("ads")[language])
    ad = facts(rng, language, entry)
    light, deep, accent, text = rng.choice(COLOURS)
    paint = Paint("#ffffff", light, accent, accent=deep, brand=ad.brand if rng.random() < 0.5 else "", text=text)
    theme = Theme(light, deep, accent, text, entry["pack"], paint, dark="#101010")
    layouts = posters.LAYOUTS | LAYOUTS
    canvas = layouts[rng.choice(sorted(layouts))](ad, theme)
    return ad, cut(canvas, canvas.height, 0)


def facts(rng: Random, language: str, entry: dict[str, Any]) -> Ad:
    chinese = language == "zh"
    offers = words.vocabulary("ads")[f"offers_{language}"]
    now, was, cut_by = _prices(rng, entry["prices"])
    currency = "CNY" if chinese else rng.choice(("USD", "USD", "EUR", "GBP"))
    price = [Price(now, currency, rng.choice(offers["now"]))]
    if words.chance(rng, 0.6):
        price.append(Price(was, currency, rng.choice(offers["was"]), struck=True))
    main = rng.choice(offers["main"]).format(
        full=_reached(rng.choice((99, 199, 299)), cut_by), less=cut_by, two=round(1.7 * float(now)),
        tenths=rng.choice(("5", "6.8", "75", "8", "8.5")), percent=rng.choice((15, 20, 30, 50)),
    )  # fmt: skip
    promotion = (main, *words.some(rng, offers["side"], 0, 1))
    period, start, end = _period(rng, chinese) if words.chance(rng, 0.6) else (None, None, None)
    return Ad(
        language=(language,),
        brand=words.chinese_brand(rng) if chinese else words.latin_brand(rng),
        headline=rng.choice(entry["headlines"]),
        product_name=rng.choice(entry["products"]),
        claims=tuple(words.some(rng, entry["claims"], 2, 3)),
        promotion=promotion,
        price=tuple(price),
        call_to_action=rng.choice(offers["action"]),
        subline=rng.choice(offers["sublines"]),
        period=period,
        promo_start=start,
        promo_end=end,
        audience=tuple(words.some(rng, entry["audience"], 1, 1)) if words.chance(rng, 0.35) else (),
    )


def _reached(full: int, less: int) -> int:
    """`full`, or the next such sum of which `less` is at most half: nobody takes 267 off 99."""
    return next(amount for amount in (full, 399, 599, 999, 1499) if less <= amount / 2)


def _prices(rng: Random, span: list[int]) -> tuple[str, str, int]:
    """Today's price, the earlier one, and the difference in whole units."""
    now = rng.randint(*span)
    less = max(1, round(now * rng.choice((0.15, 0.25, 0.4))))
    cents = rng.choice(("", "", ".9", ".99", ".50"))
    return f"{now}{cents}", f"{now + less}{cents}", less


def _period(rng: Random, chinese: bool) -> tuple[str, str | None, str]:
    start = date(2026, 1, 5) + timedelta(days=rng.randint(0, 330))
    end = start + timedelta(days=rng.randint(2, 14))
    if chinese:
        forms = (
            f"{start:%Y.%m.%d}-{end:%Y.%m.%d}",
            f"活动时间：{start.month}月{start.day}日-{end.month}月{end.day}日",
            f"{start.month}月{start.day}日至{end.month}月{end.day}日",
        )
        choice = rng.randrange(3)
        short = choice > 0
        return forms[choice], _iso(start, short), _iso(end, short)
    if rng.random() < 0.5:
        return f"{start:%b} {start.day} - {end:%b} {end.day}, {end.year}", start.isoformat(), end.isoformat()
    return f"Ends {end:%B} {end.day}, {end.year}", None, end.isoformat()


def _iso(day: date, short: bool) -> str:
    return day.isoformat()[5:] if short else day.isoformat()
