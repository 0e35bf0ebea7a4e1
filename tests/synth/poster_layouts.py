"""More layouts of posters, beside those of scripts/samples/posters.py."""

from __future__ import annotations

from scripts.samples.canvas import Canvas, Ink
from scripts.samples.facts import Ad
from scripts.samples.posters import (
    Layout,
    Theme,
    print_brand_tag,
    print_button,
    print_prices,
    print_ticks,
)
from scripts.samples.silhouettes import draw_product


def shop_square(ad: Ad, theme: Theme) -> Canvas:
    """The main picture of an online shop: words above, goods in the middle, a strip with the price below."""
    canvas = Canvas(1000, 1000, "#ffffff")
    canvas.rect((0, 0, 1000, 1000), "#ffffff", theme.light, vertical=True)
    canvas.text((40, 50), ad.brand, Ink("sans-bold", 40, theme.deep), "lm")
    canvas.fit((500, 130), ad.headline, Ink("sans-bold", 72, theme.text), 900, "mm")
    canvas.fit((500, 206), ad.product_name, Ink("sans", 40, theme.text), 800, "mm")
    draw_product(canvas, theme.product, (440, 250, 940, 760), theme.paint)
    y = 290.0
    for claim in ad.claims:
        canvas.rect((40, y, 380, y + 64), theme.deep, radius=12)
        canvas.fit((210, y + 32), claim, Ink("sans-bold", 34, "#ffffff"), 310, "mm")
        y += 88
    for words in (ad.subline, *ad.audience, ad.period):
        if words:
            canvas.fit((40, y + 24), words, Ink("sans", 30, theme.text), 380, "lm")
            y += 48
    canvas.rect((0, 790, 1000, 1000), theme.accent, theme.deep)
    print_prices(canvas, (40, 960), ad, Ink("sans-bold", 92, "#ffffff"), Ink("sans", 34, "#ffffff"))
    canvas.fit((960, 850), ad.promotion[0], Ink("sans-bold", 54, "#fff3b0"), 440, "rm")
    if len(ad.promotion) > 1:
        canvas.fit((700, 830 + 90), ad.promotion[1], Ink("sans-bold", 30, "#ffffff"), 170, "rm")
    canvas.rect((720, 900, 960, 970), "#ffffff", radius=35)
    canvas.fit((840, 935), ad.call_to_action, Ink("sans-bold", 34, theme.deep), 210, "mm")
    return canvas


def giant_offer(ad: Ad, theme: Theme) -> Canvas:
    """Portrait: the offer fills the page, everything else is small."""
    canvas = Canvas(900, 1240, theme.deep)
    canvas.rect((0, 0, 900, 1240), theme.deep, theme.dark, vertical=True)
    canvas.fit((450, 70), ad.brand, Ink("sans-bold", 46, theme.light), 800, "mm")
    canvas.fit((450, 170), ad.headline, Ink("sans", 58, "#ffffff"), 820, "mm")
    canvas.rect((40, 250, 860, 480), theme.accent, radius=20)
    canvas.fit((450, 365), ad.promotion[0], Ink("sans-bold", 150, theme.on_accent), 780, "mm")
    if len(ad.promotion) > 1:
        canvas.fit((450, 530), ad.promotion[1], Ink("sans-bold", 44, theme.light), 780, "mm")
    draw_product(canvas, theme.product, (470, 570, 860, 940), theme.paint)
    y = print_ticks(canvas, (50, 610), ad.claims, Ink("sans", 36, "#ffffff"), theme.accent, 410)
    for words in ad.audience:
        canvas.fit((50, y + 30), words, Ink("sans", 32, theme.light), 400, "lm")
    canvas.fit((50, 960), ad.product_name, Ink("sans-bold", 46, "#ffffff"), 800, "lm")
    print_prices(canvas, (50, 1110), ad, Ink("sans-bold", 100, "#ffffff"), Ink("sans", 36, "#dddddd"), beside=True)
    ink = Ink("sans-bold", 36, theme.deep)
    print_button(canvas, (560, 1136), ad.call_to_action, ink.fitted(ad.call_to_action, 220), "#ffffff", 290)
    line = "  ".join(words for words in (ad.subline, ad.period) if words)
    if line:
        canvas.fit((50, 1180), line, Ink("sans", 28, "#ffffff"), 480, "lm")
    return canvas


def magazine(ad: Ad, theme: Theme) -> Canvas:
    """Portrait: goods on a coloured field above, serif words in a quiet column below."""
    canvas = Canvas(880, 1240, "#fbfaf6")
    canvas.rect((0, 0, 880, 600), theme.light, theme.accent, vertical=True)
    draw_product(canvas, theme.product, (260, 90, 620, 580), theme.paint)
    canvas.text((60, 50), ad.brand, Ink("serif-bold", 42, theme.deep), "lm")
    canvas.fit((60, 680), ad.headline, Ink("serif-bold", 74, theme.text), 760, "lm")
    name = Ink("serif", 40, "#444444")
    canvas.fit((60, 760), ad.product_name, name, 760, "lm")
    y = 820.0
    for claim in ad.claims:
        canvas.fit((60, y), f"— {claim}", name.but(size=34), 400, "lm")
        y += 52
    for words in (ad.subline, *ad.audience):
        if words:
            canvas.fit((60, y), words, name.but(size=30), 400, "lm")
            y += 46
    for index, words in enumerate(ad.promotion):
        canvas.fit((820, 830 + 62 * index), words, Ink("serif-bold", 48 - 10 * index, theme.deep), 350, "rm")
    canvas.rect((60, 1020, 820, 1022), "#999999")
    print_prices(canvas, (60, 1130), ad, Ink("sans-bold", 84, theme.deep), Ink("sans", 32, "#777777"), beside=True)
    canvas.fit((60, 1190), ad.call_to_action, Ink("serif-bold", 38, theme.text), 320, "lm")
    if ad.period:
        canvas.fit((820, 1190), ad.period, name.but(size=28), 400, "rm")
    return canvas


def flyer(ad: Ad, theme: Theme) -> Canvas:
    """Landscape handbill: a yellow head with the headline, boxes with points, a round price."""
    canvas = Canvas(1240, 860, "#ffffff")
    canvas.rect((0, 0, 1240, 190), "#ffd400")
    print_brand_tag(canvas, (36, 70), ad.brand, theme, 38)
    canvas.fit((1200, 94), ad.headline, Ink("sans-bold", 84, "#b00020"), 800, "rm")
    draw_product(canvas, theme.product, (40, 230, 420, 640), theme.paint)
    canvas.fit((40, 690), ad.product_name, Ink("sans-bold", 46, "#222222"), 400, "lm")
    y = 230.0
    for claim in ad.claims:
        canvas.stroke([(460, y), (820, y), (820, y + 74), (460, y + 74)], theme.deep, 3, closed=True)
        canvas.fit((640, y + 37), claim, Ink("sans", 36, "#222222"), 330, "mm")
        y += 96
    for words in (ad.subline, *ad.audience):
        if words:
            canvas.fit((460, y + 24), words, Ink("sans", 32, theme.deep), 360, "lm")
            y += 50
    canvas.rect((850, 220, 1210, 560), "#b00020", radius=30)
    canvas.fit((1030, 300), ad.promotion[0], Ink("sans-bold", 66, "#ffffff"), 330, "mm")
    if len(ad.promotion) > 1:
        canvas.fit((1030, 480), ad.promotion[1], Ink("sans-bold", 40, "#ffe27a"), 330, "mm")
    print_prices(canvas, (480, 760), ad, Ink("sans-bold", 110, "#b00020"), Ink("sans", 38, "#777777"), beside=True)
    canvas.fit((1200, 800), ad.call_to_action, Ink("sans-bold", 44, theme.deep), 320, "rm")
    if ad.period:
        canvas.fit((40, 820), ad.period, Ink("sans", 30, "#444444"), 420, "lm")
    return canvas


LAYOUTS: dict[str, Layout] = {layout.__name__: layout for layout in (shop_square, giant_offer, magazine, flyer)}
