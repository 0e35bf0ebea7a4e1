"""Layouts of ad posters: an `Ad` and its `Theme` become a drawn page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scripts.samples.canvas import Box, Canvas, Ink, Point, star
from scripts.samples.facts import Ad, Price
from scripts.samples.silhouettes import Paint, draw_product


@dataclass(frozen=True)
class Theme:
    """Colours of a poster and the product it shows."""

    light: str
    deep: str
    accent: str
    text: str
    product: str
    paint: Paint
    face: str = "sans-bold"
    on_accent: str = "#ffffff"
    dark: str = "#000000"
    """Where gradients of `deep` end."""


Layout = Callable[[Ad, Theme], Canvas]


def print_button(canvas: Canvas, at: Point, words: str, ink: Ink, fill: str, minimum: float = 240) -> Box:
    """A call to action with its top left corner at `at`. Gives its box."""
    x, y = at
    height = ink.size * 2.1
    width = max(minimum, ink.width(words) + height * 1.3)
    canvas.shadow((x, y + 6, x + width, y + height + 6), 0.3, 7, height / 2)
    canvas.rect((x, y, x + width, y + height), fill, radius=height / 2)
    canvas.text((x + width / 2 - height * 0.16, y + height / 2), words, ink, "mm")
    tip = x + width - height * 0.42
    canvas.stroke([(tip - 9, y + height / 2 - 10), (tip, y + height / 2), (tip - 9, y + height / 2 + 10)], ink.fill, 4)
    return x, y, x + width, y + height


def print_price(canvas: Canvas, at: Point, price: Price, ink: Ink) -> float:
    """Caption, currency sign and figure on one baseline. Gives the width."""
    x, y = at
    small = ink.but(size=ink.size * 0.36)
    width = canvas.text((x, y), price.kind, small, "ls") + ink.size * 0.14 if price.captioned else 0.0
    sign = ink.but(size=ink.size * 0.58, face="latin-bold")
    return width + canvas.runs((x + width, y), [(price.sign, sign), (price.value, ink.but(face="latin-bold"))])


def print_old_price(canvas: Canvas, at: Point, price: Price, ink: Ink) -> float:
    """Caption and crossed-out figure on one baseline. Gives the width."""
    x, y = at
    width = canvas.text((x, y), price.kind, ink, "ls") + ink.size * 0.35
    return width + canvas.struck((x + width, y), price.printed, ink.but(face="latin"), "ls")


def print_prices(canvas: Canvas, at: Point, ad: Ad, ink: Ink, old: Ink, beside: bool = False) -> None:
    """Today's price large, the old one above it or beside it."""
    width = print_price(canvas, at, ad.price[0], ink)
    for price in ad.price[1:]:
        spot = (at[0] + width + 26, at[1]) if beside else (at[0], at[1] - ink.size * 1.02)
        print_old_price(canvas, spot, price, old)


def print_ticks(canvas: Canvas, at: Point, claims: tuple[str, ...], ink: Ink, disc: str, width: float) -> float:
    """Selling points below each other, each with a tick. Gives the y below."""
    x, y = at
    for claim in claims:
        middle = y + ink.size * 0.62
        canvas.ellipse((x, middle - 15, x + 30, middle + 15), disc)
        canvas.stroke([(x + 8, middle), (x + 13, middle + 7), (x + 23, middle - 7)], "#ffffff", 4)
        canvas.fit((x + 46, middle), claim, ink, width - 46, "lm")
        y += ink.size * 1.75
    return y


def print_chips(
    canvas: Canvas, middle: float, y: float, claims: tuple[str, ...], ink: Ink, fill: str, alpha: float = 1.0
) -> None:
    """Selling points as pills in one centred row."""
    pad, gap = ink.size * 0.8, 16
    widths = [ink.width(claim) + 2 * pad for claim in claims]
    x = middle - (sum(widths) + gap * (len(claims) - 1)) / 2
    for claim, width in zip(claims, widths, strict=True):
        canvas.rect((x, y, x + width, y + ink.size * 1.8), fill, radius=ink.size * 0.9, alpha=alpha)
        canvas.text((x + width / 2, y + ink.size * 0.9), claim, ink, "mm")
        x += width + gap


def print_brand_tag(canvas: Canvas, at: Point, brand: str, theme: Theme, size: float = 40) -> None:
    """The advertiser's mark: a small symbol and the name, top left corner at `at`."""
    x, y = at
    canvas.ellipse((x, y, x + size * 1.2, y + size * 1.2), theme.accent)
    canvas.ellipse((x + size * 0.36, y + size * 0.2, x + size * 1.2, y + size * 1.04), theme.light)
    canvas.text((x + size * 1.45, y + size * 0.6), brand, Ink(theme.face, size, theme.text), "lm")


def draw_burst(canvas: Canvas, centre: Point, radius: float, words: tuple[str, ...], theme: Theme) -> None:
    """A price burst with one or two lines of words."""
    x, y = centre
    canvas.shadow((x - radius * 0.8, y - radius * 0.7, x + radius * 0.8, y + radius * 0.95), 0.3, 12)
    canvas.shape(star(centre, radius, radius * 0.86, 22), "#ffd94d", "#f7a81b", vertical=True)
    canvas.shape(star(centre, radius * 0.84, radius * 0.8, 30), "#e7262d", "#b30f1f", vertical=True)
    step = radius * 0.46
    for index, line in enumerate(words):
        canvas.fit(
            (x, y + step * (index - (len(words) - 1) / 2)),
            line,
            Ink("sans-bold", radius * 0.44, "#fff3c4"),
            radius * 1.4,
            "mm",
        )


def halves(words: str) -> tuple[str, ...]:
    """A short offer in two lines of about equal length, broken at a space where there is one."""
    if " " in words:
        cut = min((abs(i - len(words) / 2), i) for i, char in enumerate(words) if char == " ")[1]
        return words[:cut], words[cut + 1 :]
    cut = (len(words) + 1) // 2
    return (words[:cut], words[cut:]) if len(words) > 3 else (words,)


def festival(ad: Ad, theme: Theme) -> Canvas:
    """Portrait: rays, a large headline, the product with a price burst, a white panel with the price."""
    canvas = Canvas(960, 1280, theme.deep)
    canvas.rect((0, 0, 960, 1280), theme.light, theme.deep, vertical=True)
    canvas.rays((480, 660), 1100, 26, "#ffffff", 0.07)
    canvas.glow((480, 660), 460, "#fff2cc", 0.65)
    print_brand_tag(canvas, (44, 40), ad.brand, theme)
    if ad.audience:
        canvas.text((916, 64), " · ".join(ad.audience), Ink("sans", 32, theme.text), "rm")
    canvas.fit((480, 122), ad.headline, Ink("sans-bold", 104, theme.text), 880, "ma")
    if ad.subline:
        canvas.text((480, 262), ad.subline, Ink("sans-bold", 46, theme.text), "ma")
    print_chips(canvas, 480, 336 if ad.subline else 282, ad.claims, Ink("sans-bold", 30, theme.deep), "#ffffff", 0.95)
    draw_product(canvas, theme.product, (370, 390, 850, 920), theme.paint)
    draw_burst(canvas, (200, 610), 158, halves(ad.promotion[0]), theme)
    _festival_panel(canvas, ad, theme)
    return canvas


def _festival_panel(canvas: Canvas, ad: Ad, theme: Theme) -> None:
    canvas.shadow((40, 956, 920, 1206), 0.35, 12, 34)
    canvas.rect((40, 946, 920, 1200), "#ffffff", "#fff6e6", radius=34, vertical=True)
    name = ad.product_name + (f" {ad.net_content}" if ad.net_content else "")
    canvas.fit((80, 962), name, Ink("sans-bold", 40, "#2b1b12"), 470)
    extra = "　".join(ad.promotion[1:])
    if extra:
        canvas.fit((880, 968), extra, Ink("sans-bold", 34, theme.deep), 320, "ra")
    print_prices(canvas, (80, 1160), ad, Ink("sans-bold", 96, "#d3161f"), Ink("sans", 34, "#8b8077"))
    print_button(canvas, (606, 1076), ad.call_to_action, Ink("sans-bold", 42, theme.on_accent), theme.accent, 270)
    if ad.period:
        canvas.text((480, 1240), ad.period, Ink("sans", 30, "#ffffff"), "mm")


def split(ad: Ad, theme: Theme) -> Canvas:
    """Square: words on a slanted block of colour to the left, the product to the right."""
    canvas = Canvas(1080, 1080, theme.light)
    canvas.rect((0, 0, 1080, 1080), "#ffffff", theme.light, vertical=True)
    canvas.shape([(0, 0), (610, 0), (470, 1080), (0, 1080)], theme.deep, theme.dark, vertical=True)
    canvas.shape([(640, 0), (660, 0), (520, 1080), (500, 1080)], theme.accent)
    canvas.glow((800, 520), 330, "#ffffff", 0.9)
    white = Ink("sans-bold", 40, "#ffffff")
    canvas.text((52, 60), ad.brand, white.but(face=theme.face, size=46))
    canvas.rect((52, 132, 152, 138), theme.accent)
    y = 170.0
    for line in halves(ad.headline):
        canvas.fit((52, y), line, white.but(size=84), 500)
        y += 108
    y = print_ticks(canvas, (52, y + 34), ad.claims, white.but(size=38), theme.accent, 440) + 16
    _split_offer(canvas, ad, theme, y)
    draw_product(canvas, theme.product, (640, 240, 1020, 690), theme.paint)
    canvas.fit((866, 88), ad.product_name, Ink("sans-bold", 46, theme.text), 380, "mm")
    if ad.audience:
        canvas.text((866, 150), "　".join(ad.audience), Ink("sans", 32, theme.text), "mm")
    if ad.period:
        canvas.fit((1050, 1040), ad.period, Ink("sans", 28, theme.text), 480, "rm")
    return canvas


def _split_offer(canvas: Canvas, ad: Ad, theme: Theme, y: float) -> None:
    canvas.rect((52, y, 452, y + 76), theme.accent, radius=14)
    canvas.fit((252, y + 38), ad.promotion[0], Ink("sans-bold", 46, theme.on_accent), 370, "mm")
    if len(ad.promotion) > 1:
        canvas.fit((52, y + 100), "　".join(ad.promotion[1:]), Ink("sans-bold", 36, "#ffffff"), 400)
    print_button(canvas, (52, 920), ad.call_to_action, Ink("sans-bold", 42, theme.deep), "#ffffff", 300)
    print_prices(canvas, (590, 930), ad, Ink("sans-bold", 112, "#d3161f"), Ink("sans", 38, "#77706a"))


def coupon(ad: Ad, theme: Theme) -> Canvas:
    """Portrait: a coupon ticket over a row of products, for threshold and coupon offers."""
    canvas = Canvas(960, 1280, theme.deep)
    canvas.rect((0, 0, 960, 1280), theme.deep, theme.light, vertical=True)
    for x, y, r in ((90, 250, 30), (880, 190, 46), (60, 640, 22), (900, 700, 30), (840, 60, 18)):
        canvas.ellipse((x - r, y - r, x + r, y + r), theme.accent, alpha=0.45)
    print_brand_tag(canvas, (44, 40), ad.brand, theme)
    canvas.fit((480, 126), ad.headline, Ink("sans-bold", 116, "#ffffff"), 860, "ma")
    _draw_ticket(canvas, (70, 300, 890, 540), ad, theme)
    print_chips(canvas, 480, 576, ad.claims, Ink("sans-bold", 31, "#ffffff"), theme.deep, 0.75)
    canvas.ellipse((60, 930, 900, 1030), "#ffffff", alpha=0.25)
    for box in ((110, 680, 350, 990), (610, 680, 850, 990), (335, 650, 625, 1010)):
        draw_product(canvas, theme.product, box, theme.paint)
    canvas.rect((0, 1060, 960, 1280), "#ffffff")
    canvas.text((48, 1078), ad.product_name, Ink("sans-bold", 38, "#2b1b12"))
    print_prices(canvas, (48, 1236), ad, Ink("sans-bold", 100, "#d3161f"), Ink("sans", 34, "#8b8077"), beside=True)
    print_button(canvas, (640, 1090), ad.call_to_action, Ink("sans-bold", 42, theme.on_accent), theme.accent, 270)
    return canvas


def _draw_ticket(canvas: Canvas, box: Box, ad: Ad, theme: Theme) -> None:
    x0, y0, x1, y1 = box
    canvas.shadow((x0, y0 + 10, x1, y1 + 10), 0.35, 12, 24)
    canvas.rect(box, "#fffdf6", "#ffeccb", radius=24)
    tear = x0 + (x1 - x0) * 0.66
    for dash in range(round(y0) + 24, round(y1) - 14, 22):
        canvas.stroke([(tear, dash), (tear, dash + 11)], theme.accent, 3)
    for edge in (y0, y1):
        canvas.ellipse((tear - 20, edge - 20, tear + 20, edge + 20), theme.deep)
    canvas.fit(((x0 + tear) / 2, y0 + 84), ad.promotion[0], Ink("sans-bold", 96, "#d3161f"), tear - x0 - 60, "mm")
    if ad.period:
        canvas.fit(((x0 + tear) / 2, y1 - 52), ad.period, Ink("sans", 34, "#6a4a2c"), tear - x0 - 60, "mm")
    y = (y0 + y1) / 2 - 34 * (len(ad.promotion) - 2)
    for words in ad.promotion[1:]:
        canvas.fit(((tear + x1) / 2, y), words, Ink("sans-bold", 42, theme.deep), x1 - tear - 36, "mm")
        y += 68


def banner(ad: Ad, theme: Theme) -> Canvas:
    """Landscape: a shop's banner, words left, product on a disc right."""
    canvas = Canvas(1320, 720, theme.light)
    canvas.rect((0, 0, 1320, 720), theme.light, theme.deep)
    canvas.ellipse((760, -60, 1480, 660), "#ffffff", alpha=0.16)
    canvas.ellipse((850, 60, 1300, 510), "#ffffff", alpha=0.28)
    print_brand_tag(canvas, (56, 44), ad.brand, theme)
    canvas.fit((56, 128), ad.headline, Ink(theme.face, 92, theme.text), 700)
    name = f"{ad.product_name} | {ad.audience[0]}" if ad.audience else ad.product_name
    canvas.fit((58, 258), name, Ink("sans", 36, theme.text), 700)
    _banner_claims(canvas, ad.claims, Ink("sans-bold", 29, theme.deep))
    _banner_offer(canvas, ad, theme)
    draw_product(canvas, theme.product, (870, 80, 1280, 470), theme.paint)
    return canvas


def _banner_claims(canvas: Canvas, claims: tuple[str, ...], ink: Ink) -> None:
    """Selling points in boxes in one row, smaller where they would reach the product."""
    pad, room = 18, 790
    words = sum(ink.width(claim) for claim in claims)
    ink = ink.but(size=ink.size * min(1.0, (room - len(claims) * 3 * pad) / words))
    x = 56.0
    for claim in claims:
        canvas.rect((x, 330, x + ink.width(claim) + 2 * pad, 382), "#ffffff", radius=12)
        x += canvas.text((x + pad, 356), claim, ink, "lm") + 3 * pad


def _banner_offer(canvas: Canvas, ad: Ad, theme: Theme) -> None:
    ink = Ink("sans-bold", 50, theme.on_accent)
    width = min(ink.width(ad.promotion[0]) + 60, 480)
    canvas.rect((56, 418, 56 + width, 502), theme.accent, radius=14)
    canvas.fit((56 + width / 2, 460), ad.promotion[0], ink, width - 40, "mm")
    if len(ad.promotion) > 1:
        canvas.text((84 + width, 460), "　".join(ad.promotion[1:]), Ink("sans-bold", 36, theme.text), "lm")
    print_prices(canvas, (56, 640), ad, Ink("sans-bold", 108, theme.text), Ink("sans", 36, theme.text), beside=True)
    print_button(canvas, (900, 548), ad.call_to_action, Ink("sans-bold", 42, theme.on_accent), theme.accent, 330)
    if ad.period:
        canvas.text((56, 686), ad.period, Ink("sans", 28, theme.text), "lm")


def pair(ad: Ad, theme: Theme) -> Canvas:
    """Square: two of the product with a plus between them, for buy one get one."""
    canvas = Canvas(1080, 1080, theme.light)
    canvas.rect((0, 0, 1080, 1080), theme.light, "#ffffff", vertical=True)
    canvas.rect((0, 0, 1080, 330), theme.deep, theme.dark)
    canvas.shape([(0, 330), (1080, 330), (540, 400)], theme.deep, theme.dark)
    canvas.text((540, 56), ad.brand, Ink(theme.face, 44, "#ffffff"), "mm")
    canvas.fit((540, 178), ad.promotion[0], Ink("sans-bold", 124, "#ffe27a"), 980, "mm")
    if len(ad.promotion) > 1:
        canvas.text((540, 292), "　".join(ad.promotion[1:]), Ink("sans-bold", 42, "#ffffff"), "mm")
    for box in ((150, 430, 430, 780), (650, 430, 930, 780)):
        draw_product(canvas, theme.product, box, theme.paint)
    canvas.ellipse((484, 560, 596, 672), theme.accent)
    canvas.rect((510, 608, 570, 624), "#ffffff")
    canvas.rect((532, 586, 548, 646), "#ffffff")
    canvas.fit((540, 846), ad.headline, Ink("sans-bold", 58, theme.text), 980, "mm")
    details = "  |  ".join((ad.product_name, *ad.claims, *ad.audience))
    canvas.fit((540, 908), details, Ink("sans", 32, theme.text), 1000, "mm")
    print_prices(canvas, (70, 1034), ad, Ink("sans-bold", 92, "#d3161f"), Ink("sans", 36, "#77706a"), beside=True)
    print_button(canvas, (700, 948), ad.call_to_action, Ink("sans-bold", 38, theme.on_accent), theme.accent, 300)
    if ad.period:
        canvas.text((1010, 1052), ad.period, Ink("sans", 27, theme.text), "rm")
    return canvas


def editorial(ad: Ad, theme: Theme) -> Canvas:
    """Portrait: calm, much room, a serif headline; the way lifestyle brands advertise."""
    canvas = Canvas(940, 1260, theme.light)
    canvas.rect((0, 0, 940, 1260), theme.light, "#ffffff", vertical=True)
    canvas.rect((0, 860, 940, 1260), theme.deep, theme.dark)
    canvas.ellipse((210, 330, 730, 850), theme.accent, alpha=0.28)
    canvas.text((470, 66), ad.brand, Ink("book-bold", 44, theme.deep), "mm")
    canvas.rect((430, 102, 510, 105), theme.accent)
    canvas.fit((470, 176), ad.headline, Ink(theme.face, 88, theme.deep), 860, "mm")
    name = ad.product_name + (f", {ad.net_content}" if ad.net_content else "")
    canvas.fit((470, 258), name, Ink("sans", 40, theme.text), 800, "mm")
    if ad.audience:
        canvas.text((470, 312), ad.audience[0], Ink("sans-bold", 32, theme.accent), "mm")
    draw_product(canvas, theme.product, (270, 360, 670, 900), theme.paint)
    if len(ad.promotion[0]) < 12:
        draw_burst(canvas, (760, 480), 128, halves(ad.promotion[0]), theme)
    _editorial_foot(canvas, ad, theme)
    return canvas


def _editorial_foot(canvas: Canvas, ad: Ad, theme: Theme) -> None:
    white = Ink("sans-bold", 33, "#ffffff")
    spacing = 860 / len(ad.claims)
    claims = white.but(size=min(white.fitted(claim, spacing - 28).size for claim in ad.claims))
    for index, claim in enumerate(ad.claims):
        canvas.text((40 + spacing * (index + 0.5), 950), claim, claims, "mm")
    canvas.rect((60, 986, 880, 988), "#ffffff", alpha=0.5)
    rest = ad.promotion if len(ad.promotion[0]) >= 12 else ad.promotion[1:]
    for index, words in enumerate(rest):
        canvas.fit((60, 1034 + 50 * index), words, white.but(size=38, fill=theme.light), 420, "lm")
    button = white.but(size=36, fill=theme.on_accent)
    print_button(canvas, (520, 1024), ad.call_to_action, button.fitted(ad.call_to_action, 260), theme.accent, 360)
    print_prices(canvas, (60, 1208), ad, white.but(size=96), white.but(size=36, face="sans"), beside=True)
    if ad.period and rest:
        canvas.text((880, 1204), ad.period, white.but(size=27, face="sans"), "rs")
    elif ad.period:
        canvas.text((60, 1058), ad.period, white.but(face="sans"), "lm")


def night(ad: Ad, theme: Theme) -> Canvas:
    """Landscape on black: electronics, a light behind the product, thin lines, a price tag."""
    canvas = Canvas(1320, 800, "#0c0f16")
    canvas.rect((0, 0, 1320, 800), theme.deep, "#0a0c12")
    canvas.glow((950, 360), 470, theme.accent, 0.55)
    canvas.stroke([(60, 118), (560, 118)], theme.accent, 2)
    canvas.text((60, 70), ad.brand, Ink(theme.face, 46, "#ffffff"), "lm")
    canvas.fit((60, 206), ad.headline, Ink("sans-bold", 92, "#ffffff"), 640, "lm")
    canvas.fit((60, 292), ad.product_name, Ink("sans", 42, "#d7dce6"), 640, "lm")
    print_ticks(canvas, (60, 346), ad.claims, Ink("sans", 36, "#ffffff"), theme.accent, 560)
    draw_product(canvas, theme.product, (770, 90, 1150, 560), theme.paint)
    if ad.audience:
        canvas.text((960, 46), ad.audience[0], Ink("sans", 32, "#d7dce6"), "mm")
    canvas.rect((0, 600, 1320, 800), theme.accent, theme.dark)
    print_prices(canvas, (60, 734), ad, Ink("sans-bold", 104, "#ffffff"), Ink("sans", 36, "#ffffff"), beside=True)
    canvas.fit((1260, 654), "　".join(ad.promotion), Ink("sans-bold", 48, "#fff0b3"), 560, "rm")
    print_button(canvas, (930, 694), ad.call_to_action, Ink("sans-bold", 36, "#15181f"), "#ffffff", 330)
    if ad.period:
        canvas.text((60, 774), ad.period, Ink("sans", 27, "#ffffff"), "lm")
    return canvas


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout for layout in (festival, split, coupon, banner, pair, editorial, night)
}
