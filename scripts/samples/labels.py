"""Layouts of product labels: a `Label` and its `Look` become a drawn page.

A layout prints only what the label has, so one layout serves many products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scripts.samples.canvas import Box, Canvas, Ink, Point
from scripts.samples.care_symbols import CARE_SYMBOLS
from scripts.samples.codes import draw_ean13
from scripts.samples.facts import Label
from scripts.samples.silhouettes import Paint, draw_product
from scripts.samples.tables import draw_eu, draw_gb, draw_us

BLACK = "#1c1c1c"


WHITE = Paint("#ffffff", "#eeeeee", "#cccccc")


@dataclass(frozen=True)
class Look:
    """Colours of a label and the product drawn on it."""

    primary: str
    dark: str
    accent: str
    paper: str = "#ffffff"
    product: str = "jar"
    paint: Paint = WHITE
    face: str = "sans-bold"
    body: float = 23
    """Size of the small print, logical pixels."""


Layout = Callable[[Label, Look], Canvas]

CAPTIONS = (
    ("product_name", "产品名称"),
    ("product_type", "产品类型"),
    ("ingredients", "配料"),
    ("net_content", "净含量"),
    ("storage", "贮存条件"),
    ("shelf_life", "保质期"),
    ("production_date", "生产日期"),
    ("expiry_date", "保质期至"),
    ("standard", "产品标准号"),
    ("licence_no", "食品生产许可证编号"),
    ("manufacturer", "生产商"),
    ("address", "地址"),
    ("origin", "产地"),
)


def print_captioned(
    canvas: Canvas, at: Point, label: Label, width: float, ink: Ink, captions: tuple[tuple[str, str], ...]
) -> float:
    """The list of mandatory particulars, `key：value`, one below the other. Gives the y below it."""
    y = at[1]
    for key, caption in captions:
        value = getattr(label, key)
        if value:
            y = canvas.paragraph((at[0], y), value, ink, width, lead=f"{caption}：") + ink.size * 0.22
    return y


def print_list(canvas: Canvas, at: Point, texts: tuple[str, ...], ink: Ink, width: float) -> float:
    y = at[1]
    for text in texts:
        y = canvas.paragraph((at[0], y), text, ink, width) + ink.size * 0.2
    return y


def print_badges(canvas: Canvas, at: Point, claims: tuple[str, ...], ink: Ink, fill: str, width: float) -> float:
    """Claims as pills in a row that breaks where it is full. Gives the y below."""
    x, y = at
    height = ink.size * 1.8
    for claim in claims:
        pill = ink.width(claim) + ink.size * 1.4
        if x > at[0] and x + pill > at[0] + width:
            x, y = at[0], y + height + 12
        canvas.rect((x, y, x + pill, y + height), fill, radius=height / 2)
        canvas.text((x + pill / 2, y + height / 2), claim, ink, "mm")
        x += pill + 14
    return y + height


def print_banner(canvas: Canvas, label: Label, look: Look, box: Box) -> None:
    """A head strip with the brand and the name."""
    x0, y0, x1, y1 = box
    canvas.rect(box, look.primary, look.dark)
    canvas.shape([(x1 - 260, y0), (x1, y0), (x1, y1), (x1 - 180, y1)], look.accent, alpha=0.85)
    brand = Ink(look.face, (y1 - y0) * 0.4, "#ffffff")
    middle = (y0 + y1) / 2
    width = canvas.fit((x0 + 36, middle), label.brand, brand, (x1 - x0) * 0.36, "lm")
    canvas.rect((x0 + 56 + width, y0 + 34, x0 + 59 + width, y1 - 34), "#ffffff", alpha=0.7)
    if label.product_name:
        canvas.fit(
            (x0 + 80 + width, middle), label.product_name, brand.but(size=(y1 - y0) * 0.34), x1 - x0 - width - 300, "lm"
        )


def front(label: Label, look: Look) -> Canvas:
    """The face of a pack: brand, name, claims, the product, net content."""
    canvas = Canvas(860, 1180, look.paper)
    canvas.rect((0, 0, 860, 1180), look.accent, look.paper, vertical=True)
    canvas.glow((430, 700), 520, "#ffffff", 0.9)
    canvas.ellipse((-300, 920, 700, 1500), look.primary, alpha=0.9)
    canvas.ellipse((250, 980, 1250, 1560), look.dark, alpha=0.9)
    canvas.rect((0, 0, 860, 22), look.primary, look.dark)
    canvas.fit((430, 70), label.brand, Ink(look.face, 92, look.dark), 760, "ma")
    canvas.rect((340, 192, 520, 197), look.primary)
    canvas.fit((430, 216), label.product_name or "", Ink("serif-bold", 98, look.primary), 780, "ma")
    if label.product_type:
        canvas.text((430, 352), label.product_type, Ink("sans", 36, BLACK), "ma")
    draw_product(canvas, look.product, (300, 450, 640, 1010), look.paint)
    _print_medal(canvas, (160, 600), label.claims[-1], look)
    y = 1046.0
    print_badges(canvas, (40, y), label.claims[:-1], Ink("sans-bold", 30, look.dark), "#ffffff", 820)
    if label.net_content:
        canvas.text((820, 1136), f"净含量：{label.net_content}", Ink("sans-bold", 36, "#ffffff"), "rm")
    return canvas


def _print_medal(canvas: Canvas, centre: Point, words: str, look: Look) -> None:
    x, y = centre
    canvas.shadow((x - 92, y - 88, x + 92, y + 96), 0.25, 8)
    canvas.ellipse((x - 96, y - 96, x + 96, y + 96), "#f6d57a", "#c98f1c")
    canvas.ellipse((x - 84, y - 84, x + 84, y + 84), look.dark, look.primary, vertical=True)
    canvas.fit(centre, words, Ink("sans-bold", 46, "#ffffff"), 150, "mm")


def chinese_tall(label: Label, look: Look) -> Canvas:
    """The back of a carton: particulars above, table and bar code below."""
    canvas = Canvas(920, 1330, look.paper)
    print_banner(canvas, label, look, (0, 0, 920, 130))
    ink = Ink("sans", look.body, BLACK)
    y = print_captioned(canvas, (40, 158), label, 840, ink, CAPTIONS)
    y = print_list(canvas, (40, y), label.small_print, ink, 840)
    y = max(y + 20, 860)
    if label.nutrition:
        draw_gb(canvas, (40, y), label.nutrition, 440, look.body)
    if label.barcode:
        draw_ean13(canvas, (530, y + 110), label.barcode, 3, 170)
    canvas.rect((0, 1306, 920, 1330), look.dark, look.primary)
    return canvas


def chinese_wide(label: Label, look: Look) -> Canvas:
    """A wrap-around label laid flat: face, particulars, table with bar code."""
    canvas = Canvas(1340, 860, look.paper)
    _draw_face_panel(canvas, label, look, (0, 0, 400, 860))
    ink = Ink("sans", look.body, BLACK)
    y = print_captioned(canvas, (430, 36), label, 480, ink, CAPTIONS)
    rest = label.small_print[1:] if "en" in label.language else label.small_print
    print_list(canvas, (430, y), rest, ink, 480)
    y = draw_gb(canvas, (940, 40), label.nutrition, 370, look.body) if label.nutrition else 40.0
    if label.barcode:
        draw_ean13(canvas, (956, max(y + 40, 600)), label.barcode, 3, 170)
    return canvas


def _draw_face_panel(canvas: Canvas, label: Label, look: Look, box: Box) -> None:
    """The face of a wrap-around label; the English name is the first of the small print."""
    x0, y0, x1, y1 = box
    middle, width = (x0 + x1) / 2, x1 - x0 - 50
    canvas.rect(box, look.primary, look.dark, vertical=True)
    canvas.glow((middle, 520), 330, look.accent, 0.75)
    canvas.fit((middle, y0 + 40), label.brand, Ink(look.face, 72, "#ffffff"), width, "ma")
    canvas.fit((middle, y0 + 148), label.product_name or "", Ink("serif-bold", 64, look.accent), width, "ma")
    if "en" in label.language and label.small_print:
        canvas.fit((middle, y0 + 240), label.small_print[0], Ink("sans", 30, "#ffffff"), width, "ma")
    draw_product(canvas, look.product, (x0 + 95, y0 + 310, x1 - 95, y1 - 210), look.paint)
    y = y1 - 172
    for claim in label.claims:
        canvas.rect((x0 + 60, y, x1 - 60, y + 46), "#ffffff", radius=23, alpha=0.94)
        canvas.fit((middle, y + 23), claim, Ink("sans-bold", 27, look.dark), width - 90, "mm")
        y += 55


def american(label: Label, look: Look) -> Canvas:
    """A US panel: Nutrition Facts to the left, face, ingredients, bar code to the right."""
    canvas = Canvas(1180, 1090, look.paper)
    if label.nutrition:
        servings = f"{label.servings} servings per container"
        y = draw_us(canvas, (36, 36), label.nutrition, 460, servings, label.serving_size or "") + 28
        canvas.text((50, y), "BEST BY", Ink("sans-bold", 28, BLACK))
        canvas.text((200, y + 2), label.expiry_date or "", Ink("stamp", 32, "#2b2b55"))
    canvas.rect((532, 0, 1180, 380), look.primary, look.dark)
    canvas.ellipse((930, 50, 1250, 370), look.accent, alpha=0.5)
    draw_product(canvas, look.product, (950, 60, 1150, 350), look.paint)
    canvas.fit((566, 36), label.brand, Ink(look.face, 78, "#ffffff"), 350, "la")
    canvas.paragraph((566, 148), label.product_name or "", Ink("sans-bold", 44, look.accent), 380, leading=1.2)
    canvas.text((566, 318), f"NET WT {label.net_content}", Ink("sans-bold", 32, "#ffffff"), "la")
    y = print_badges(canvas, (552, 404), label.claims, Ink("sans-bold", 25, "#ffffff"), look.dark, 600) + 22
    ink = Ink("sans", look.body, BLACK)
    y = canvas.paragraph((552, y), label.ingredients or "", ink, 596, lead="INGREDIENTS: ") + 8
    y = canvas.paragraph((552, y), label.small_print[0], ink.but(face="sans-bold"), 596) + 8
    y = canvas.paragraph((552, y), label.storage or "", ink, 596) + 8
    y = _print_maker(canvas, (552, y), label, ink)
    if label.barcode:
        draw_ean13(canvas, (800, 910), label.barcode, 3, 120)
    return canvas


def _print_maker(canvas: Canvas, at: Point, label: Label, ink: Ink) -> float:
    x, y = at
    y = canvas.paragraph((x, y), label.manufacturer or "", ink, 596, lead="Distributed by ", bold=ink.face)
    y = canvas.paragraph((x, y), label.address or "", ink, 596)
    y = canvas.paragraph((x, y), label.origin or "", ink, 596)
    return print_list(canvas, (x, y), label.small_print[1:], ink, 596)


def european(label: Label, look: Look) -> Canvas:
    """A European back panel: face strip, ingredients in one or two languages, per-100 g table, bar code."""
    canvas = Canvas(1000, 1330, look.paper)
    canvas.rect((0, 0, 1000, 260), look.primary, look.dark)
    canvas.glow((860, 130), 220, look.accent, 0.7)
    draw_product(canvas, look.product, (740, 40, 950, 232), look.paint)
    canvas.fit((44, 30), label.brand, Ink(look.face, 84, "#ffffff"), 640)
    canvas.fit((44, 150), label.product_name or "", Ink("book-bold", 54, look.accent), 660)
    ink = Ink("sans", look.body, BLACK)
    y = 284.0
    if label.product_type:
        y = canvas.paragraph((44, y), label.product_type, ink.but(face="sans-bold"), 912) + 8
    y = canvas.paragraph((44, y), label.ingredients or "", ink, 912, lead="Ingredients: ") + 8
    y = print_list(canvas, (44, y), label.small_print, ink, 912) + 6
    y = canvas.paragraph((44, y), label.storage or "", ink, 912) + 14
    if label.nutrition:
        y = draw_eu(canvas, (44, y), label.nutrition, 912, look.body + 1) + 22
    y = print_badges(canvas, (44, y), label.claims, Ink("sans-bold", 25, "#ffffff"), look.primary, 912)
    _print_eu_foot(canvas, label, look, y + 22)
    return canvas


def _print_eu_foot(canvas: Canvas, label: Label, look: Look, y: float) -> None:
    ink = Ink("sans", look.body, BLACK)
    best = "Best before / Mindestens haltbar bis:" if "de" in label.language else "Best before end:"
    canvas.text((44, y), best, ink)
    canvas.text((44, y + 36), label.expiry_date or "", Ink("stamp", 30, "#2b2b55"))
    y = print_list(canvas, (44, y + 84), (label.manufacturer or "", label.address or "", label.origin or ""), ink, 500)
    canvas.runs(
        (44, y + 44), [(label.net_content or "", Ink("latin-bold", 42, BLACK)), (" ℮", Ink("latin", 42, BLACK))]
    )
    if label.barcode:
        draw_ean13(canvas, (617, y - 170), label.barcode, 3, 150)


COSMETIC_CAPTIONS = (
    ("ingredients", "全成分"),
    ("net_content", "净含量"),
    ("expiry_date", "限期使用日期"),
    ("storage", "贮存条件"),
    ("standard", "产品执行标准"),
    ("licence_no", "生产许可证编号"),
    ("manufacturer", "生产企业"),
    ("address", "地址"),
    ("origin", "产地"),
)


def cosmetic(label: Label, look: Look) -> Canvas:
    """The box of a cream: much white, thin rules, everything in one column, the bar code at the foot."""
    canvas = Canvas(880, 1320, look.paper)
    canvas.rect((0, 0, 880, 300), look.accent, look.paper, vertical=True)
    canvas.stroke([(24, 24), (856, 24), (856, 1296), (24, 1296)], look.primary, 2, closed=True)
    canvas.fit((440, 56), label.brand, Ink("serif-bold", 76, look.dark), 700, "ma")
    canvas.text((440, 168), label.small_print[0], Ink("serif", 32, look.primary), "ma")
    canvas.fit((440, 222), label.product_name or "", Ink("serif-bold", 52, look.dark), 760, "ma")
    canvas.text((440, 302), "　".join(label.claims), Ink("sans", 30, look.primary), "ma")
    canvas.rect((120, 356, 760, 358), look.primary)
    ink = Ink("sans", look.body, BLACK)
    y = print_captioned(canvas, (64, 380), label, 752, ink, COSMETIC_CAPTIONS)
    print_list(canvas, (64, y), label.small_print[1:], ink, 752)
    if label.barcode:
        draw_ean13(canvas, (64, 1116), label.barcode, 3, 110)
    _draw_open_jar(canvas, (640, 1120, 760, 1250), look)
    return canvas


def _draw_open_jar(canvas: Canvas, box: Box, look: Look) -> None:
    """The period-after-opening symbol of 12 months."""
    x0, y0, x1, y1 = box
    canvas.stroke([(x0, y0 + 50), (x1, y0 + 50), (x1 - 8, y1), (x0 + 8, y1)], look.dark, 4, closed=True)
    canvas.stroke([(x0 - 4, y0 + 34), (x1 - 14, y0)], look.dark, 5)
    canvas.text(((x0 + x1) / 2, (y0 + y1) / 2 + 26), "12M", Ink("latin-bold", 38, look.dark), "mm")


def care_label(label: Label, look: Look) -> Canvas:
    """A woven label: brand, size, fibres, care symbols with their words, a bar code.

    `care` holds two lines of fibres, then the words of each of CARE_SYMBOLS; `small_print` the
    second name, the size, the body size, the safety class and a washing hint.
    """
    canvas = Canvas(720, 1360, look.paper)
    canvas.rect((0, 0, 720, 1360), "#f1efe9", look.paper, "#f1efe9")
    for x in (14, 706):
        for stitch in range(16, 1350, 26):
            canvas.stroke([(x, stitch), (x, stitch + 14)], "#c9c4b8", 2)
    canvas.fit((360, 40), label.brand, Ink(look.face, 84, look.dark), 620, "ma")
    canvas.text((360, 156), label.product_name or "", Ink("sans-bold", 40, BLACK), "ma")
    name, size, body, safety, wash = label.small_print
    canvas.text((360, 214), name, Ink("sans", 34, BLACK), "ma")
    canvas.rect((110, 274, 610, 344), look.dark)
    canvas.text((130, 309), size, Ink("sans-bold", 38, "#ffffff"), "lm")
    canvas.text((590, 309), body, Ink("sans-bold", 34, "#ffffff"), "rm")
    y = print_list(canvas, (90, 366), label.care[:2], Ink("sans-bold", 32, BLACK), 560) + 14
    for painter, words in zip(CARE_SYMBOLS, label.care[2:], strict=True):
        painter(canvas, (96, y, 172, y + 62))
        canvas.fit((200, y + 34), words, Ink("sans", 32, BLACK), 450, "lm")
        y += 84
    _print_care_foot(canvas, label, (safety, wash), y + 6)
    return canvas


def _print_care_foot(canvas: Canvas, label: Label, lines: tuple[str, ...], y: float) -> None:
    ink = Ink("sans", 26, BLACK)
    y = canvas.paragraph((90, y), label.standard or "", ink, 540, lead="执行标准：")
    y = print_list(canvas, (90, y), (*lines, label.manufacturer or "", label.origin or ""), ink, 540)
    if label.barcode:
        draw_ean13(canvas, (190, y + 12), label.barcode, 3, 86)


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout for layout in (front, chinese_tall, chinese_wide, american, european, cosmetic, care_label)
}
