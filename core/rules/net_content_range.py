"""A net content is more than nothing, seldom under 1 g or over 10 kg, and no less than one serving.

Source: DOMAIN section 3, Net content. Level: review, for such packs exist (saffron, rice sacks).
"""

from __future__ import annotations

from collections.abc import Iterator

from core.rules.base import PRODUCT, Hit, Known, Rule, amount, hit, number_of
from core.types import Fields, FieldValue, Level
from core.values.quantities import to_base

LEAST, MOST = 1.0, 10_000.0
"""Grams or millilitres."""


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    pack, serving = _in_base(fields.get("net_content")), _in_base(fields.get("serving_size"))
    if pack is None:
        return
    value, unit = pack
    if not LEAST <= value <= MOST:
        yield hit("net_content", Level.REVIEW, *_unusual(f"{amount(value)} {unit}"))
    if serving and serving[1] == unit and serving[0] > value:
        yield hit(
            "serving_size",
            Level.REVIEW,
            f"One serving ({amount(serving[0])} {unit}) is more than the pack ({amount(value)} {unit}).",
            f"每份量（{amount(serving[0])} {unit}）大于净含量（{amount(value)} {unit}）。",
        )


def _in_base(field: FieldValue | None) -> tuple[float, str] | None:
    number = number_of(field.value) if field else None
    return None if field is None or number is None else to_base(number, field.unit or "")


def _unusual(printed: str) -> tuple[str, str]:
    en = f"{printed} is an unusual net content. Look for a lost decimal point or a misread unit."
    return en, f"净含量 {printed} 不常见，请核对小数点和单位。"


RULE = Rule("net_content_range", 1, PRODUCT, check)
