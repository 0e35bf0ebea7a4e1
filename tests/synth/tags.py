"""Price tags of shelves: Chinese, American and German, with raised cents and bar codes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from scripts.samples.canvas import Canvas, Ink
from scripts.samples.facts import Label, Price, Truth
from tests.synth import words
from tests.synth.bars import draw_bars
from tests.synth.page import CHINESE_FACES, LATIN_FACES, Column, Page, Style, cut


@dataclass(frozen=True)
class Tag(Label):
    """A label with prices. `kind` is the score tool's word for a shelf."""

    kind: ClassVar[str] = "shelf"
    price: tuple[Price, ...] = ()

    def fields(self) -> Truth:
        return super().fields() | {"brand": self.brand or None, "price": [price.truth() for price in self.price]}


TAGS = (("#ffffff", "#111111"), ("#ffe94d", "#1a1a1a"), ("#fff7c7", "#7a0c0c"), ("#ffffff", "#b3121d"))


def tag(rng: Random) -> tuple[Tag, Page]:
    language = rng.choice(("zh", "zh", "en", "de"))
    paper, ink = rng.choice(TAGS)
    face, bold = rng.choice(CHINESE_FACES if language == "zh" else LATIN_FACES[:3])
    style = Style(face, bold, 30, ink, paper)
    facts = _facts(rng, language)
    return facts, rng.choice((price_right, price_below))(rng, facts, style)


def _facts(rng: Random, language: str) -> Tag:
    goods = rng.choice(words.vocabulary("goods")["shelf"][language])
    currency = {"zh": "CNY", "en": "USD", "de": "EUR"}[language]
    value = f"{rng.randint(1, 89)}{',' if language == 'de' else '.'}{rng.choice(('90', '99', '49', '80', '50', '29'))}"
    kind = {"zh": ("零售价", "会员价", "特价"), "en": ("Sale", "Our price"), "de": ("Preis", "Aktion")}[language]
    price: tuple[Price, ...] = (Price(value, currency, rng.choice(kind)),)
    if words.chance(rng, 0.4):
        old = f"{int(value.replace(',', '.').split('.')[0]) + rng.randint(2, 20)}{value[-3]}90"
        was = {"zh": "原价", "en": "Reg.", "de": "UVP"}[language]
        price = (*price, Price(old, currency, was, struck=True))
    code = words.upc(rng) if language == "en" else words.gtin13(rng)
    return Tag(
        language=(language,), brand="", product_name=goods[0],
        net_content=goods[1] if language != "zh" and goods[1] != "6 ct" else None,
        origin=goods[1] if language == "zh" else None,
        barcode=code if words.chance(rng, 0.7) else None, price=price,
    )  # fmt: skip


def _print_price(rng: Random, canvas: Canvas, x: float, y: float, price: Price, size: float, colour: str) -> float:
    """Sign, whole part large, cents raised or on the baseline. Gives the x behind it."""
    big = Ink("latin-bold", size, colour)
    small = big.but(size=size * 0.45)
    whole, cents = price.value[:-3], price.value[-2:]
    middle = x + small.width(price.sign) + 4
    end = middle + big.width(whole)
    if rng.random() < 0.6:
        pieces: list[Any] = [((x, y - size * 0.38), price.sign, small), ((middle, y), whole, big)]
        pieces.append(((end + 4, y - size * 0.38), cents, small))
        canvas.composed(pieces, price.printed)
        return end + small.width(cents) + 8
    return x + canvas.runs((x, y), [(price.sign, small), (price.value, big)])


def _print_caption(rng: Random, column: Column, facts: Tag, chinese: bool) -> None:
    column.title(facts.product_name, rng.choice((1.3, 1.6)))
    if chinese:
        column.key("产地", facts.origin)
        column.say(f"等级：{rng.choice(('合格', '一级'))}　单位：{rng.choice(('袋', '盒', '千克'))}")
    else:
        column.say(facts.net_content or "")


def price_right(rng: Random, facts: Tag, style: Style) -> Page:
    canvas = Canvas(1060, 520, style.paper)
    canvas.stroke([(8, 8), (1052, 8), (1052, 512), (8, 512)], style.ink, 4, closed=True)
    column = Column(canvas, style, 36, 470, 36)
    _print_caption(rng, column, facts, facts.language[0] == "zh")
    if facts.barcode:
        draw_bars(canvas, (36, max(column.y + 10, 330)), facts.barcode, 3, 80)
    canvas.text((560, 60), facts.price[0].kind, style.text(1.1, bold=True))
    _print_price(rng, canvas, 550, 300, facts.price[0], 140, style.ink)
    for price in facts.price[1:]:
        width = canvas.text((560, 400), price.kind, style.text(1.0))
        canvas.struck((580 + width, 400), price.printed, style.text(1.1))
    return cut(canvas, 520, 0)


def price_below(rng: Random, facts: Tag, style: Style) -> Page:
    canvas = Canvas(820, 640, style.paper)
    canvas.rect((0, 0, 820, 16), style.ink)
    column = Column(canvas, style, 40, 740, 40)
    _print_caption(rng, column, facts, facts.language[0] == "zh")
    canvas.text((40, 300), facts.price[0].kind, style.text(1.1, bold=True))
    end = _print_price(rng, canvas, 240, 400, facts.price[0], 130, style.ink)
    for price in facts.price[1:]:
        width = canvas.text((end + 40, 300), price.kind, style.text(0.9))
        canvas.struck((end + 54 + width, 300), price.printed, style.text(0.9))
    if facts.barcode:
        draw_bars(canvas, (40, 460), facts.barcode, 3, 80)
    return cut(canvas, 640, 0)
