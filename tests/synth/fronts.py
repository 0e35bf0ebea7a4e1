"""Fronts of packs in Chinese, German, French and English: few words, large, around the goods."""

from __future__ import annotations

from random import Random

from scripts.samples.canvas import Canvas
from scripts.samples.facts import Label
from scripts.samples.silhouettes import PAINTERS, Paint, draw_product
from tests.synth import chinese, european, words
from tests.synth.page import CHINESE_FACES, LATIN_FACES, Column, Page, Style, a_style, cut

COLOURS = (
    ("#c62828", "#7f0d14"), ("#1565c0", "#0a3570"), ("#2e7d32", "#124418"), ("#ef8f1b", "#8c4a06"),
    ("#6a3fa0", "#34185c"), ("#00838f", "#00464d"), ("#f3e3c3", "#c79a55"), ("#ffffff", "#dfe6ee"),
)  # fmt: skip
"""Light and shade of a pack's ground."""


def front(rng: Random) -> tuple[Label, Page]:
    label = facts(rng)
    faces = CHINESE_FACES if "zh" in label.language else LATIN_FACES
    light, shade = rng.choice(COLOURS)
    style = a_style(rng, faces, size=(30, 36))
    ink = "#222222" if int(light[1:3], 16) > 235 else "#ffffff"
    style = Style(style.face, style.bold, style.size, ink, light)
    return label, rng.choice((centred, banded, landscape))(rng, label, style, shade)


def facts(rng: Random) -> Label:
    """What is on the front of a pack: no small print, no bar code."""
    language = rng.choice(("zh", "zh", "de", "fr", "en"))
    if language == "zh":
        food = rng.choice(words.vocabulary("food_zh")["food"])
        return Label(
            language=("zh",),
            brand=words.chinese_brand(rng),
            product_name=rng.choice(food["names"]),
            product_type=rng.choice(food["type"]) if words.chance(rng, 0.3) else None,
            net_content=chinese.net_content(rng, food),
            claims=tuple(words.some(rng, food["claims"], 1, 3)),
        )
    if language == "en" and words.chance(rng, 0.6):
        food = rng.choice(words.vocabulary("food_us")["food"])
        customary, metric = rng.choice(food["sizes"])
        return Label(
            language=("en",),
            brand=words.latin_brand(rng),
            product_name=rng.choice(food["names"]),
            net_content=f"{customary} ({metric})",
            claims=tuple(words.some(rng, food["claims"], 1, 3)),
        )
    index = european.LANGUAGES.index(language)
    food = rng.choice(words.vocabulary("food_eu")["food"])
    claims = words.some(rng, words.vocabulary("food_eu")["text"]["claims"], 1, 2)
    return Label(
        language=(language,),
        brand=words.latin_brand(rng),
        product_name=rng.choice(food["names"])[index],
        product_type=food["type"][index] if words.chance(rng, 0.3) else None,
        net_content=european.net_content(rng, food),
        claims=tuple(claim[index] for claim in claims),
    )


def net_line(rng: Random, label: Label) -> str:
    """The net content as fronts print it."""
    lead = {"zh": ("净含量：", "净含量 ", "净含量:"), "en": ("NET WT ", "Net weight ", "")}.get(
        label.language[0], ("",)
    )
    tail = " ℮" if label.language[0] in ("de", "fr") and rng.random() < 0.6 else ""
    return f"{rng.choice(lead)}{label.net_content}{tail}"


def _paint(rng: Random) -> Paint:
    light, shade = rng.choice(COLOURS)
    return Paint("#ffffff", light, shade, accent=rng.choice(COLOURS)[0])


def _goods(rng: Random) -> str:
    return rng.choice(
        [name for name in PAINTERS if name in ("carton", "bottle", "pouch", "jar", "bowl", "chocolate", "cup")]
    )


def centred(rng: Random, label: Label, style: Style, shade: str) -> Page:
    canvas = Canvas(820, 1140, style.paper)
    canvas.rect((0, 0, 820, 1140), style.paper, shade, vertical=True)
    column = Column(canvas, style, 50, 720, 60)
    column.title(label.brand, rng.choice((2.4, 3.2)), align="m")
    column.title(label.product_name, rng.choice((1.7, 2.2)), align="m")
    column.title(label.product_type, 0.95, align="m", bold=False)
    canvas.glow((410, 640), 300, "#ffffff", 0.7)
    draw_product(canvas, _goods(rng), (270, column.y + 30, 550, 900), _paint(rng))
    foot = Column(canvas, style, 50, 720, 925)
    foot.chips(label.claims, style.ink, shade, 0.85)
    canvas.fit((770, 1090), net_line(rng, label), style.text(1.0, bold=True), 640, "rm")
    return cut(canvas, 1140, 0)


def banded(rng: Random, label: Label, style: Style, shade: str) -> Page:
    """Goods above, a band of colour with the words below, all flush left."""
    canvas = Canvas(860, 1120, "#f6f3ec")
    draw_product(canvas, _goods(rng), (300, 60, 800, 520), _paint(rng))
    canvas.rect((0, 560, 860, 1120), style.paper, shade)
    dark = Style(style.face, style.bold, style.size, "#2a2a2a", "#f6f3ec")
    claims = Column(canvas, dark, 40, 260, 80)
    for claim in label.claims:
        claims.title(f"{rng.choice(('• ', '✓ ', ''))}{claim}", 0.9)
    column = Column(canvas, style, 50, 760, 600)
    column.title(label.brand, 2.6)
    column.title(label.product_name, 1.8)
    column.title(label.product_type, 0.95, bold=False)
    column.gap(20)
    column.title(net_line(rng, label), 1.0)
    return cut(canvas, 1120, 0)


def landscape(rng: Random, label: Label, style: Style, shade: str) -> Page:
    canvas = Canvas(1200, 720, style.paper)
    canvas.rect((0, 0, 1200, 720), style.paper, shade)
    draw_product(canvas, _goods(rng), (760, 90, 1140, 640), _paint(rng))
    column = Column(canvas, style, 60, 640, 60)
    column.title(label.product_name if rng.random() < 0.3 else label.brand, 2.4)
    other = label.brand if label.product_name in canvas.lines else label.product_name
    column.title(other, 2.0)
    column.title(label.product_type, 0.95, bold=False)
    column.gap(20)
    column.chips(label.claims, style.ink, shade, 0.9)
    canvas.fit((60, 660), net_line(rng, label), style.text(1.0, bold=True), 600, "lm")
    return cut(canvas, 720, 0)
