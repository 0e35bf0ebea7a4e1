"""Labels of things that are not food: cosmetics, household goods, rating plates, clothes."""

from __future__ import annotations

from random import Random
from typing import Any

from scripts.samples.canvas import Canvas
from scripts.samples.care_symbols import CARE_SYMBOLS
from scripts.samples.facts import Label
from tests.synth import words
from tests.synth.chinese import FORMS, print_bars, print_lines, print_particulars, sheet
from tests.synth.page import CHINESE_FACES, LATIN_FACES, Column, Page, Style, a_style, cut

Made = tuple[Label, Page]

COSMETIC_KEYS = {
    "product_name": ("品名", "产品名称"),
    "net_content": ("净含量",),
    "ingredients": ("成分", "全成分"),
    "shelf_life": ("保质期",),
    "expiry_date": ("限期使用日期", "限用日期"),
    "standard": ("产品执行标准", "执行标准"),
    "licence_no": ("化妆品生产许可证编号", "生产许可证编号"),
    "manufacturer": ("生产企业", "备案人", "注册人/生产企业"),
    "address": ("地址", "住所"),
    "origin": ("产地",),
}
HOUSEHOLD_KEYS = {
    "product_name": ("品名", "产品名称"),
    "net_content": ("净含量", "规格"),
    "ingredients": ("主要成分", "成分", "主要原料"),
    "shelf_life": ("保质期",),
    "production_date": ("生产日期",),
    "standard": ("执行标准", "产品标准"),
    "manufacturer": ("制造商", "生产企业", "生产商"),
    "address": ("地址", "厂址"),
    "origin": ("产地",),
}


def cosmetic(rng: Random) -> Made:
    entry = rng.choice(words.vocabulary("goods")["cosmetic"])
    return _chinese_cosmetic(rng, entry) if words.chance(rng, 0.65) else _english_goods(rng, entry)


def _chinese_cosmetic(rng: Random, entry: dict[str, Any]) -> Made:
    brand = words.chinese_brand(rng)
    maker, address, origin = words.chinese_maker(rng, brand, rng.choice(("化妆品", "生物科技", "日化")))
    until = words.chance(rng, 0.5)
    printed, iso = words.printed_date(rng, words.months_later(words.made_on(rng), 30), words.CHINESE_DATES[:5])
    label = Label(
        language=("zh",), brand=brand, product_name=rng.choice(entry["name"]), net_content=rng.choice(entry["sizes"]),
        barcode=words.gtin13(rng), ingredients="、".join(words.some(rng, entry["ingredients"], 6)),
        shelf_life=None if until else "3年", expiry_date=printed if until else None, expiry_iso=iso if until else None,
        standard=rng.choice(entry["standard"]), licence_no=f"粤妆{rng.randint(20160001, 20230999)}",
        manufacturer=maker, address=address, origin=origin, claims=tuple(words.some(rng, entry["claims"], 0)),
        small_print=("使用方法：取适量均匀涂抹，轻轻按摩后用清水洗净", "警示语：避免接触眼睛，如有不适请立即停用"),
    )  # fmt: skip
    return label, _captioned_page(rng, label, COSMETIC_KEYS)


def household(rng: Random) -> Made:
    entry = rng.choice(words.vocabulary("goods")["household"])
    if words.chance(rng, 0.35):
        return _english_goods(rng, entry)
    brand = words.chinese_brand(rng)
    maker, address, origin = words.chinese_maker(rng, brand, rng.choice(("日用品", "日化", "家居用品", "纸业")))
    printed, iso = words.printed_date(rng, words.made_on(rng), words.CHINESE_DATES)
    label = Label(
        language=("zh",), brand=brand, product_name=rng.choice(entry["name"]), net_content=rng.choice(entry["sizes"]),
        barcode=words.gtin13(rng), ingredients="、".join(words.some(rng, entry["ingredients"], 4)),
        shelf_life=rng.choice(("3年", "36个月", "三年")), production_date=printed, production_iso=iso,
        standard=rng.choice(entry["standard"]), manufacturer=maker, address=address, origin=origin,
        claims=tuple(words.some(rng, entry["claims"], 0, 2)), small_print=(entry["use"][0], entry["warning"][0]),
    )  # fmt: skip
    return label, _captioned_page(rng, label, HOUSEHOLD_KEYS)


def _captioned_page(rng: Random, label: Label, keys: dict[str, tuple[str, ...]]) -> Page:
    style = a_style(rng, CHINESE_FACES, rng.choice(FORMS))
    canvas = sheet(style, rng.choice((720, 820, 900)))
    column = Column(canvas, style, 40, canvas.width - 80, 36)
    align = rng.choice("lm")
    column.title(label.brand, rng.choice((2.0, 2.6)), align=align)
    if rng.random() < 0.6:
        column.title(label.product_name, 1.6, align=align)
    column.chips(label.claims, style.ink, style.paper)
    column.rule()
    print_particulars(rng, column, label, keys)
    print_lines(column, label.small_print)
    print_bars(column, label.barcode)
    return cut(canvas, column.y)


def _english_goods(rng: Random, entry: dict[str, Any]) -> Made:
    brand = words.latin_brand(rng)
    small = (entry["use"][1], entry["warning"][1]) if "use" in entry else ("For external use only.",)
    label = Label(
        language=("en",), brand=brand, product_name=entry["english"],
        net_content=rng.choice(("250 ml", "8.5 fl oz (250 mL)", "500 ml", "100 g", "50 ml / 1.7 fl oz")),
        barcode=words.gtin13(rng), ingredients=", ".join(words.some(rng, entry["english_ingredients"], 3)) + ".",
        manufacturer=f"{brand.title()} {rng.choice(('Ltd', 'Inc.', 'GmbH', 'Laboratories'))}",
        address=rng.choice(words.vocabulary("food_eu")["places"]["en"]),
        origin=rng.choice(("Made in the UK", "Made in Germany", "Made in Korea")),
        claims=tuple(words.some(rng, entry["english_claims"], 0)), small_print=small,
    )  # fmt: skip
    style = a_style(rng, LATIN_FACES, "{}: ")
    canvas = sheet(style, rng.choice((700, 800, 900)))
    column = Column(canvas, style, 40, canvas.width - 80, 36)
    column.title(brand, 2.6, align="m")
    column.title(label.product_name, 1.7, align="m")
    column.chips(label.claims, style.ink, style.paper)
    column.rule()
    column.key("Ingredients", label.ingredients)
    print_lines(column, label.small_print)
    column.say(f"Manufactured by {label.manufacturer}, {label.address}")
    column.say(label.origin or "")
    column.title(label.net_content, 1.3)
    print_bars(column, label.barcode)
    return label, cut(canvas, column.y)


def appliance(rng: Random) -> Made:
    """A rating plate: model, voltage, power and maker in a frame."""
    entry = rng.choice(words.vocabulary("goods")["appliance"])
    index = rng.randrange(len(entry["name"]))
    chinese = words.chance(rng, 0.65)
    brand = words.latin_brand(rng) if not chinese or words.chance(rng, 0.5) else words.chinese_brand(rng)
    maker, address, _ = words.chinese_maker(rng, brand, rng.choice(("电器", "电子", "智能科技")))
    model = f"{rng.choice('KHMBT')}{rng.choice('XSRD')}-{rng.randint(10, 99)}{rng.choice('ABCE')}{rng.randint(1, 9)}"
    printed, iso = words.printed_date(rng, words.made_on(rng), ("%Y.%m", "%Y-%m", "%Y年%m月"))
    dated = chinese and words.chance(rng, 0.5)
    label = Label(
        language=("zh",) if chinese else ("en",), brand=brand,
        product_name=(entry["name"] if chinese else entry["english"])[index],
        standard=rng.choice(entry["standard"]) if chinese else None,
        manufacturer=maker if chinese else f"{words.latin_brand(rng).title()} Electronics Co., Ltd.",
        address=address if chinese else None, origin="中国制造" if chinese else "Made in China",
        production_date=printed if dated else None, production_iso=iso if dated else None,
        barcode=words.gtin13(rng) if words.chance(rng, 0.3) else None,
    )  # fmt: skip
    return label, (_chinese_plate if chinese else _english_plate)(rng, label, model, rng.choice(entry["power"]))


PLATES = (("#2b2b2b", "#f0f0f0"), ("#d9dcdf", "#202020"), ("#ffffff", "#111111"), ("#0f1f33", "#e8eef5"))


def _plate(rng: Random, faces: Any, key: str) -> tuple[Column, Canvas]:
    base = a_style(rng, faces, key, size=(24, 28))
    paper, ink = rng.choice(PLATES)
    style = Style(base.face, base.bold, base.size, ink, paper, key, 1.5, base.bold_keys)
    canvas = sheet(style, rng.choice((760, 900)))
    return Column(canvas, style, 50, canvas.width - 100, 46), canvas


def _chinese_plate(rng: Random, label: Label, model: str, power: str) -> Page:
    column, canvas = _plate(rng, CHINESE_FACES, "{}：")
    column.title(label.brand, 2.0)
    column.title(label.product_name, 1.5)
    column.key(rng.choice(("型号", "产品型号")), model)
    column.key("额定电压", "220V~")
    column.key("额定频率", "50Hz")
    column.key("额定功率", power)
    column.key("执行标准", label.standard)
    column.key("生产日期", label.production_date)
    column.key(rng.choice(("制造商", "生产厂")), label.manufacturer)
    column.key("地址", label.address)
    column.say(label.origin or "")
    print_bars(column, label.barcode)
    return cut(canvas, column.y)


def _english_plate(rng: Random, label: Label, model: str, power: str) -> Page:
    column, canvas = _plate(rng, LATIN_FACES, "{}: ")
    column.title(label.brand, 2.0)
    column.title(label.product_name, 1.5)
    column.key("Model", model)
    column.key("Input", "100-240V~ 50/60Hz 1.5A")
    column.key("Output", f"5V=3A / 20V=3.25A {power} Max")
    column.key("Manufacturer", label.manufacturer)
    column.say("Caution: For indoor use only.")
    column.say(label.origin or "")
    print_bars(column, label.barcode)
    return cut(canvas, column.y)


def apparel(rng: Random) -> Made:
    """A sewn-in care label or the card of a garment, in Chinese, English or both."""
    entry = words.vocabulary("goods")["apparel"]
    spoken = rng.choice((("zh",), ("zh", "en"), ("en",)))
    index = rng.randrange(len(entry["name"]))
    first, second = rng.sample(entry["fibres"], 2)
    share = rng.choice((100, 95, 80, 65, 52))
    care = [_fibres(share, first, second, 0 if language == "zh" else 1) for language in spoken]
    care += [words_of[0 if spoken[0] == "zh" else 1] for words_of in words.some(rng, entry["care"], 4, 5)]
    english = spoken == ("en",)
    brand = words.latin_brand(rng).upper() if english or words.chance(rng, 0.6) else words.chinese_brand(rng)
    maker, address, _ = words.chinese_maker(rng, brand.title(), rng.choice(("服饰", "服装", "纺织品")))
    label = Label(
        language=spoken, brand=brand, product_name=entry["english" if english else "name"][index],
        standard=None if english else rng.choice(entry["standard"]),
        manufacturer=f"{brand.title()} Apparel Ltd." if english else maker, address=None if english else address,
        origin="Made in Vietnam" if english else "中国", care=tuple(care),
        barcode=words.gtin13(rng) if words.chance(rng, 0.5) else None,
        small_print=() if english else (rng.choice(entry["safety"]), f"颜色：{rng.choice(entry['colours'])}"),
    )  # fmt: skip
    return label, _apparel_page(rng, label, rng.choice(entry["sizes"]), english)


def _fibres(share: int, first: list[str], second: list[str], language: int) -> str:
    """100%棉, or two fibres with their shares."""
    gap = " " if language else ""
    if share == 100:
        return f"100%{gap}{first[language]}"
    return f"{share}%{gap}{first[language]} {100 - share}%{gap}{second[language]}"


def _apparel_page(rng: Random, label: Label, size: str, english: bool) -> Page:
    style = a_style(rng, LATIN_FACES if english else CHINESE_FACES, "{}: " if english else "{}：", size=(26, 31))
    canvas = sheet(style, rng.choice((620, 720)))
    column = Column(canvas, style, 50, canvas.width - 100, 44)
    column.title(label.brand, 2.0, align="m")
    column.title(label.product_name, 1.3, align="m")
    column.say(f"SIZE: {size}" if english else f"号型：{size}")
    fibres = sum("%" in line for line in label.care)
    print_lines(column, label.care[:fibres])
    column.gap(10)
    for painter, line in zip(CARE_SYMBOLS, label.care[fibres:], strict=False):
        if rng.random() < 0.6:
            canvas.rect((column.x - 4, column.y - 4, column.x + 84, column.y + 72), "#ffffff")
            painter(canvas, (column.x + 2, column.y + 2, column.x + 78, column.y + 64))
        canvas.fit((column.x + 100, column.y + 34), line, style.text(), column.width - 100, "lm")
        column.y += 84
    if label.standard:
        column.key("执行标准", label.standard)
    print_lines(column, label.small_print)
    column.say((label.manufacturer or "") if english else f"制造商：{label.manufacturer}")
    column.key("地址", label.address)
    column.say((label.origin or "") if english else f"产地：{label.origin}")
    print_bars(column, label.barcode)
    return cut(canvas, column.y)
