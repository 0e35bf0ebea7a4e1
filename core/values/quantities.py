"""Amounts as labels print them: net content, multipacks, serving sizes. Pure; units become SI symbols."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.types import Frozen
from core.values.text import fold_aligned

_UNIT_NAMES = {
    "kg": "kg 千克 公斤 kilogram kilograms kilo kilos",
    "g": "g gr gm gms 克 gram grams gramm gramme grammes",
    "mg": "mg 毫克 milligram milligrams",
    "µg": "μg ug mcg 微克",
    "l": "l 升 公升 liter liters litre litres ltr",
    "dl": "dl",
    "cl": "cl",
    "ml": "ml 毫升 milliliter milliliters millilitre millilitres",
    "fl oz": "floz fl.oz fl.oz. 液量盎司",
    "gal": "gal gal. gallon gallons",
    "qt": "qt qt. quart quarts",
    "pt": "pt pt. pint pints",
    "oz": "oz oz. ounce ounces 盎司",
    "lb": "lb lbs 磅 pound pounds",
    "m": "m 米 meter meters metre metres",
    "cm": "cm 厘米",
    "mm": "mm 毫米",
    "cup": "cup cups 杯",
    "tbsp": "tbsp tbsp. tablespoon tablespoons",
    "tsp": "tsp tsp. teaspoon teaspoons",
    "pc": "pc pcs piece pieces count ct stuck stk units unit 片 支 包 袋 粒 枚 只 个 块 条 张 抽 盒 瓶 罐 卷 双 套 件"
    " bottle bottles can cans bar bars stick sticks slice slices packet packets pouch container cookie cookies cracker"
    " crackers chips sachet sachets tablet tablets capsule capsules tranche tranches portion portions beutel scheibe"
    " scheiben stuecke riegel gummy gummies softgel softgels caplet caplets lozenge lozenges scoop scoops drops packs"
    " biscuit biscuits pastille pastilles gelule gelules comprime comprimes kapsel kapseln tablette tabletten stueck",
}
UNITS = {name: unit for unit, names in _UNIT_NAMES.items() for name in names.split()}
"""Printed unit, folded -> the symbol values carry. "pc" counts pieces, whatever they are called."""

_IN_BASE = {
    "kg": (1000.0, "g"),
    "g": (1.0, "g"),
    "mg": (0.001, "g"),
    "µg": (0.000001, "g"),
    "oz": (28.349523125, "g"),
    "lb": (453.59237, "g"),
    "l": (1000.0, "ml"),
    "dl": (100.0, "ml"),
    "cl": (10.0, "ml"),
    "ml": (1.0, "ml"),
    "fl oz": (29.5735295625, "ml"),
    "pt": (473.176473, "ml"),
    "qt": (946.352946, "ml"),
    "gal": (3785.411784, "ml"),
}
"""Unit -> (factor, base unit). Avoirdupois and US customary units by their legal definitions (NIST SP 811)."""
_METRIC = frozenset(("kg", "g", "mg", "l", "dl", "cl", "ml"))
_CUSTOMARY = frozenset(("oz", "lb", "fl oz", "pt", "qt", "gal"))


class ParsedQuantity(Frozen):
    """An amount as printed. For a multipack `value` is the whole pack, `count` × `each`.

    6×250ml -> value 1500, unit "ml", count 6, each 250; 8 fl oz (240mL) -> value 240, unit "ml".
    """

    value: float
    unit: str
    raw: str
    count: int | None = None
    each: float | None = None
    estimated: bool = False
    """True where the ℮ mark of average filling stands beside the amount."""
    dual: bool = False
    """True where it is printed in customary units first and in metric ones too, as net quantities in the United States
    are (21 CFR 101.7, 16 CFR 500): 12 OZ (340g)."""


_NUMBER_TEXT = r"\d{1,3}(?:[ '’]\d{3})+(?!\d)|\d+(?:[.,]\d+)*|\d*\s*[¼½¾⅓⅔⅛]"
_UNIT = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_SPACED_UNIT = _UNIT.replace(r"floz|", "") + r"|fl\.?\s*oz\.?"
# A letter before the number is the ℮ mark, a times sign or a word that lost its space; one other letter is B12.
_AMOUNT = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:(?<![a-df-wyz])|(?<=[a-z]{{3}}))(?P<number>{_NUMBER_TEXT}|(?:\d+\s+)?\d/\d)\s*(?P<unit>{_SPACED_UNIT})(?![a-df-z]|e[a-z])"
)
_COUNT_BEFORE = re.compile(
    r"(?<![\d.,])(?P<count>\d{1,3})\s*(?:片|支|包|袋|粒|枚|只|个|块|条|瓶|罐|盒|杯)?\s*[x×*✕х]\s*$"
)
_COUNT_AFTER = re.compile(r"\s*(?:\()?\s*[x×*✕х]\s*(?P<count>\d{1,3})(?!\s*[.,]?\d)")
_BETWEEN = re.compile(r"[\s()（）/=≈~+,x×*]*(?:\d{1,3}\s*[x×*]\s*)?")
_MARK_BEFORE = re.compile(r"(?<![a-z])[e℮]\s*$")
_MARK_AFTER = re.compile(r"\s*[e℮](?![a-z])")
_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}


@dataclass(frozen=True)
class _Amount:
    value: float
    unit: str
    start: int
    end: int


def parse_quantity(text: str) -> ParsedQuantity | None:
    """The amount printed in `text`, or None where no number stands before a known unit.

    A metric amount is preferred over the same amount in ounces or cups; in 1kg (500g×2) the
    whole pack comes first and the parts only say `count` and `each`.
    """
    folded = fold_aligned(text)
    amounts = _amounts(folded)
    if not amounts:
        return None
    amounts = _together(folded, amounts)
    main = _main_amount(amounts)
    count, each = _multipack(folded, amounts, main)
    whole = main.value if each is None or main.value != each else main.value * (count or 1)
    start, end, marked = _extent(folded, amounts)
    return ParsedQuantity(
        value=round(whole, 6),
        unit=main.unit,
        raw=text[start:end].strip(),
        count=count,
        each=each,
        estimated=marked,
        dual=amounts[0].unit in _CUSTOMARY and amounts[-1].unit in _METRIC,
    )


def _amounts(folded: str) -> list[_Amount]:
    found = []
    for match in _AMOUNT.finditer(folded):
        unit = UNITS[re.sub(r"\s", "", match["unit"])]
        found.append(_Amount(_to_number(match["number"], unit), unit, match.start(), match.end()))
    return found


def _main_amount(amounts: list[_Amount]) -> _Amount:
    """The first metric amount, unless the first amount is metric already or nothing is."""
    return next((amount for amount in amounts if amount.unit in _METRIC), amounts[0])


def _multipack(folded: str, amounts: list[_Amount], main: _Amount) -> tuple[int | None, float | None]:
    """How many parts of what size, from "6×250ml", "500g×2" or "2克×20袋"; (None, None) for a single pack."""
    for amount in amounts:
        before = _COUNT_BEFORE.search(folded, 0, amount.start)
        after = _COUNT_AFTER.match(folded, amount.end)
        times = before or after
        if times and amount.unit not in ("pc", "cup") and int(times["count"]) > 0:
            return int(times["count"]), amount.value
    return None, None


def _extent(folded: str, amounts: list[_Amount]) -> tuple[int, int, bool]:
    """Where the whole printed amount begins and ends, its count and brackets included, and if ℮ stands by it."""
    start, end = amounts[0].start, amounts[-1].end
    before = _COUNT_BEFORE.search(folded, 0, start)
    start = before.start() if before else start
    after = _COUNT_AFTER.match(folded, end)
    if after:
        end = after.end()
        unit = re.compile(rf"\s*(?:{_UNIT})(?![a-z])").match(folded, end)
        end = unit.end() if unit else end
    if folded.count("(", start, end) > folded.count(")", start, end) and folded[end : end + 1] in (")", "）"):
        end += 1
    marked = bool(_MARK_BEFORE.search(folded[:start]) or _MARK_AFTER.match(folded, end))
    return start, end, marked


def _together(folded: str, amounts: list[_Amount]) -> list[_Amount]:
    """The first amount and those that only brackets and signs part from it."""
    found = amounts[:1]
    for amount in amounts[1:]:
        if not _BETWEEN.fullmatch(folded, found[-1].end, amount.start):
            break
        found.append(amount)
    return found


def _to_number(printed: str, unit: str) -> float:
    """1,5 and 1.5 are one and a half; 1,500 g and 1.500 ml are fifteen hundred; 1.500 kg is one and a half."""
    printed = printed.strip()
    if printed[-1] in _FRACTIONS:
        return float(printed[:-1].strip() or 0) + _FRACTIONS[printed[-1]]
    if "/" in printed:
        whole, _, fraction = printed.rpartition(" ")
        over, under = fraction.split("/")
        return float(whole or 0) + int(over) / (int(under) or 1)
    printed = re.sub(r"[ '’]", "", printed)
    if unit not in ("kg", "l") and re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", printed):
        return float(re.sub(r"[.,]", "", printed))
    head, _, tail = printed.replace(",", ".").rpartition(".")
    return float(f"{head.replace('.', '')}.{tail}" if head else tail)


def to_base(value: float, unit: str) -> tuple[float, str] | None:
    """The amount in g or ml; None for pieces, cups and lengths."""
    if unit not in _IN_BASE:
        return None
    factor, base = _IN_BASE[unit]
    return round(value * factor, 6), base


def format_quantity(value: float, unit: str) -> str:
    """An amount the way it is shown and exported: "500 g", "1.5 l"; parse_quantity reads it back."""
    return f"{value:.6f}".rstrip("0").rstrip(".") + f" {unit}"
