"""Backs of Chinese food packs: the particulars of GB 7718 with the table of GB 28050."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from scripts.samples.canvas import Canvas
from scripts.samples.declarations import percent
from scripts.samples.facts import Amount, Label, Nutrition, Row
from tests.synth import words
from tests.synth.bars import bars_width, draw_bars
from tests.synth.page import CHINESE_FACES, TALLEST, Column, Page, Style, a_style, cut
from tests.synth.tables import draw_chinese

KEYS = {
    "product_name": ("品名", "产品名称", "食品名称", "名称"),
    "product_type": ("产品类型", "产品类别", "食品类别"),
    "ingredients": ("配料", "配料表", "配 料", "原料"),
    "net_content": ("净含量", "净含量", "净 含 量", "规格"),
    "storage": ("贮存条件", "储存条件", "贮存方法", "储藏方法", "保存方法"),
    "shelf_life": ("保质期", "保质期", "保 质 期"),
    "production_date": ("生产日期",),
    "expiry_date": ("保质期至", "此日期前最佳", "到期日"),
    "standard": ("产品标准号", "产品标准代号", "执行标准", "产品执行标准"),
    "licence_no": ("食品生产许可证编号", "生产许可证编号", "生产许可证号"),
    "manufacturer": ("生产商", "制造商", "生产企业", "生产者", "委托方"),
    "address": ("地址", "厂址", "生产地址"),
    "origin": ("产地", "生产地", "原产地"),
}
FORMS = ("{}：", "{}：", "{}:", "【{}】", "{}： ", "[{}]", "■{}：")
"""How captions are set off; the bracketed ones stand without a colon."""

UNITS = {"kJ": "千焦", "g": "克", "mg": "毫克"}


def back(rng: Random) -> tuple[Label, Page]:
    food = rng.choice(words.vocabulary("food_zh")["food"])
    label = facts(rng, food)
    style = a_style(rng, CHINESE_FACES, rng.choice(FORMS))
    return label, rng.choice(LAYOUTS)(rng, label, style)


def facts(rng: Random, food: dict[str, Any]) -> Label:
    text = words.vocabulary("food_zh")["text"]
    brand = words.chinese_brand(rng)
    maker, address, origin = words.chinese_maker(rng, brand)
    shelf = rng.choice(food["shelf"])
    made = words.made_on(rng)
    printed, iso = words.printed_date(rng, made, words.CHINESE_DATES)
    label = Label(
        language=("zh",),
        brand=brand,
        product_name=rng.choice(food["names"]),
        product_type=rng.choice(food["type"]),
        net_content=net_content(rng, food),
        barcode=words.gtin13(rng) if words.chance(rng, 0.8) else None,
        production_date=printed,
        production_iso=iso,
        shelf_life=shelf,
        ingredients="、".join(words.some(rng, food["ingredients"], min(3, len(food["ingredients"])))),
        storage=rng.choice(food.get("storage", text["storage"])),
        manufacturer=maker,
        address=address,
        origin=origin,
        standard=rng.choice(food["standard"]),
        licence_no=words.food_licence(rng, food["group"]),
        nutrition=nutrition(rng, food),
        claims=tuple(words.some(rng, food["claims"], 0, 2)),
        small_print=small_print(rng, food),
    )
    return _vary_dates(rng, label, words.shelf_life_end(made, shelf))


def _vary_dates(rng: Random, label: Label, end: Any) -> Label:
    """Half of the packs print both dates; a quarter say only where the date is stamped."""
    draw = rng.random()
    if draw < 0.25:
        where = rng.choice(words.vocabulary("food_zh")["text"]["see_package"])
        return replace(label, production_date=where, production_iso=None)
    if draw < 0.45:
        printed, iso = words.printed_date(rng, end, words.CHINESE_DATES[:5])
        return replace(label, expiry_date=printed, expiry_iso=iso)
    return label


def net_content(rng: Random, food: dict[str, Any]) -> str:
    size, unit = rng.choice(food["sizes"]), food["unit"]
    spelt = rng.choice({"g": ("克", "g", "g"), "mL": ("毫升", "mL", "ml"), "kg": ("千克", "kg", "kg")}[unit])
    single = f"{size:g}{rng.choice(('', ' '))}{spelt}"
    draw = rng.random()
    if "packs" in food and draw < 0.6:
        count = rng.choice((10, 20, 30))
        return f"{size}{spelt}（{size / count:g}{spelt}×{count}{food['packs']}）"
    if draw < 0.15:
        return f"{single}×{rng.choice((4, 6, 12))}"
    if draw < 0.25 and unit == "g":
        count = rng.choice((4, 6, 8))
        return f"{size * count}{spelt}({size}{spelt}×{count}袋)"
    return single


def nutrition(rng: Random, food: dict[str, Any]) -> Nutrition:
    protein, fat = words.amount(rng, food["protein"]), words.amount(rng, food["fat"])
    carbohydrate = words.amount(rng, food["carbohydrate"])
    sodium = round(rng.uniform(*food["sodium"]))
    energy = round(17 * protein + 37 * fat + 17 * carbohydrate)
    liquid = food["unit"] == "mL"
    spelt = rng.random() < 0.4
    gap = rng.choice(("", " "))
    rows = [("能量", f"{energy}", "kJ"), ("蛋白质", _figure(protein), "g"), ("脂肪", _figure(fat), "g")]
    if fat > 1 and rng.random() < 0.4:
        rows.append(("饱和脂肪", _figure(round(fat * 0.4, 1)), "g"))
    if fat > 1 and rng.random() < 0.25:
        rows.append(("反式脂肪", "0", "g"))
    rows.append(("碳水化合物", _figure(carbohydrate), "g"))
    if rng.random() < 0.45:
        rows.append(("糖", _figure(round(carbohydrate * rng.uniform(0.1, 0.9), 1)), "g"))
    if rng.random() < 0.2:
        rows.append(("膳食纤维", _figure(words.amount(rng, (0.5, 9))), "g"))
    rows.append(("钠", f"{sodium}", "mg"))
    if rng.random() < 0.2:
        rows.append(("钙", f"{rng.randint(60, 900)}", "mg"))
    basis = rng.choice(("100mL", "100毫升", "100ml") if liquid else ("100g", "100克", "100克(g)"))
    return Nutrition(
        ("100ml" if liquid else "100g",),
        (rng.choice(("每", "每 ", "每")) + basis,),
        tuple(_row(name, value, unit, gap, spelt) for name, value, unit in rows),
        title=rng.choice(("营养成分表", "营养成分表", "营养成分")),
    )


REFERENCE = {
    "能量": 8400,
    "蛋白质": 60,
    "脂肪": 60,
    "饱和脂肪": 20,
    "碳水化合物": 300,
    "膳食纤维": 25,
    "钠": 2000,
    "钙": 800,
}
"""Nutrient reference values of GB 28050-2011, annex A: kJ, g, g, g, g, g, mg, mg."""


def _row(name: str, value: str, unit: str, gap: str, spelt: bool) -> Row:
    amount = Amount(value, unit, gap=gap, spelt=UNITS[unit] if spelt else "")
    share = percent(value, REFERENCE.get(name))
    return Row(name, ((amount,),), share, indent=int(name in ("饱和脂肪", "反式脂肪", "糖")))


def _figure(value: float) -> str:
    return "0" if value == 0 else f"{value:.1f}"


def small_print(rng: Random, food: dict[str, Any]) -> tuple[str, ...]:
    text = words.vocabulary("food_zh")["text"]
    hotline = rng.choice(text["phone"]).format(a=rng.randint(100, 999), b=rng.randint(1000, 9999))
    lines = [rng.choice(text["directions"]), hotline, rng.choice(text["grade"])]
    if food["allergens"]:
        lines.insert(0, f"致敏物质提示：{food['allergens']}")
    return tuple(line for line in lines if rng.random() < 0.7)


def print_particulars(rng: Random, column: Column, label: Label, keys: dict[str, tuple[str, ...]]) -> None:
    """Captions and values in a random order; two short ones may share a line."""
    entries = [
        (rng.choice(captions), getattr(label, key), key) for key, captions in keys.items() if getattr(label, key)
    ]
    _shuffle_tail(rng, entries)
    joined = rng.random() < 0.35
    held: tuple[str, str] | None = None
    for caption, value, key in entries:
        short = joined and key in ("net_content", "shelf_life", "origin", "production_date")
        if short and held is None:
            held = (caption, value)
        elif short and held is not None:
            _pair(column, held, (caption, value))
            held = None
        else:
            column.key(caption, value)
    if held:
        column.key(*held)


def _shuffle_tail(rng: Random, entries: list[Any]) -> None:
    """Name and type stay first; everything after them changes places now and then."""
    for _ in range(4):
        one, other = rng.randrange(2, len(entries)), rng.randrange(2, len(entries))
        entries[one], entries[other] = entries[other], entries[one]


def _pair(column: Column, first: tuple[str, str], second: tuple[str, str]) -> None:
    form = column.style.key
    line = f"{form.format(first[0])}{first[1]}　　{form.format(second[0])}{second[1]}"
    if column.style.text().width(line) > column.width:
        column.key(*first)
        column.key(*second)
    else:
        column.say(line)


def print_head(rng: Random, column: Column, label: Label) -> None:
    align = rng.choice("lm")
    column.title(label.brand, rng.choice((2.0, 2.6)), align=align)
    if rng.random() < 0.7:
        column.title(label.product_name, rng.choice((1.6, 2.0)), align=align)
    column.gap(8)


def print_bars(column: Column, code: str | None, module: int = 3) -> None:
    if code:
        room = column.width - bars_width(code, module)
        column.y = draw_bars(column.canvas, (column.x + max(0, room / 2), column.y + 8), code, module) + 10


def print_lines(column: Column, lines: tuple[str, ...]) -> None:
    for line in lines:
        column.say(line)


def sheet(style: Style, width: int) -> Canvas:
    return Canvas(width, TALLEST, style.paper)


def stacked(rng: Random, label: Label, style: Style) -> Page:
    """One column: head, particulars, table, bars."""
    canvas = sheet(style, rng.choice((780, 860, 940)))
    column = Column(canvas, style, 36, canvas.width - 72, 30)
    print_head(rng, column, label)
    blocks: list[Callable[[], None]] = [
        lambda: print_particulars(rng, column, label, KEYS),
        lambda: draw_chinese(column, label.nutrition, rng) if label.nutrition else None,
        lambda: print_lines(column, label.small_print),
    ]
    if rng.random() < 0.3:
        blocks[0], blocks[1] = blocks[1], blocks[0]
    for block in blocks:
        block()
        column.gap(10)
    column.chips(label.claims, style.ink, style.paper)
    print_bars(column, label.barcode)
    return cut(canvas, column.y)


def side_by_side(rng: Random, label: Label, style: Style) -> Page:
    """Two columns: particulars beside table and bars, either way round."""
    canvas = sheet(style, rng.choice((1180, 1280, 1360)))
    wide = canvas.width * 0.54
    narrow = canvas.width - wide - 110
    swapped = rng.random() < 0.4
    text = Column(canvas, style, 40 + (narrow + 36 if swapped else 0), wide, 36)
    other = Column(canvas, style, 40 if swapped else wide + 76, narrow, 36)
    print_head(rng, text if rng.random() < 0.6 else other, label)
    print_particulars(rng, text, label, KEYS)
    if label.nutrition:
        draw_chinese(other, label.nutrition, rng)
    other.gap(10)
    print_lines(other, label.small_print)
    other.gap(8)
    other.chips(label.claims, style.ink, style.paper)
    print_bars(other, label.barcode)
    return cut(canvas, max(text.y, other.y))


def foot_row(rng: Random, label: Label, style: Style) -> Page:
    """Particulars across the page; below them the table to one side, bars and small print to the other."""
    canvas = sheet(style, rng.choice((900, 1000)))
    top = Column(canvas, style, 40, canvas.width - 80, 30)
    canvas.rect((0, 0, canvas.width, 20), style.ink)
    print_head(rng, top, label)
    print_particulars(rng, top, label, KEYS)
    top.gap(14)
    top.rule()
    half = (canvas.width - 110) / 2
    left = Column(canvas, style, 40, half, top.y)
    right = Column(canvas, style, 70 + half, half, top.y)
    if rng.random() < 0.5:
        left, right = right, left
    if label.nutrition:
        draw_chinese(left, label.nutrition, rng)
    print_bars(right, label.barcode)
    print_lines(right, label.small_print)
    right.gap(8)
    right.chips(label.claims, style.ink, style.paper)
    return cut(canvas, max(left.y, right.y))


LAYOUTS = (stacked, side_by_side, foot_row)
