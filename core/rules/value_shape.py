"""A value has the shape its field asks for: a date is a date, an amount a number with a unit.

Source: the `type` of each field in data/schemas. Level: warning. Text that a person typed and nobody
understood is kept as typed; this rule is what says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from core.rules.base import ANY, Hit, Known, Rule, hit, number_of
from core.rules.calendar_dates import first_day
from core.schema import FieldSpec, FieldType, load_schema
from core.types import Fields, FieldValue, Kind, Level
from core.values.dates import SEE_PACKAGE

_YEARLESS = re.compile(r"--(\d{2})-(\d{2})")


def check(fields: Fields, known: Known) -> Iterator[Hit]:
    for key, field in fields.items():
        spec = _SPECS.get(key)
        expected = _EXPECTED.get(spec.type) if spec else None
        if spec is None or expected is None or field.value is None:
            continue
        fits, en, zh = expected
        if not fits(field):
            shown = str(field.value)[:40]
            yield hit(key, Level.WARNING, f"'{shown}' is not understood as {en}.", f"“{shown}”无法识别为{zh}。")


def _specs() -> dict[str, FieldSpec]:
    """Every field of both schemas; a key that both have has the same type in both."""
    return {spec.key: spec for kind in Kind for spec in load_schema(kind).fields}


def _is_date(field: FieldValue) -> bool:
    value = field.value
    if not isinstance(value, str):
        return False
    yearless = _YEARLESS.fullmatch(value)
    if yearless:
        return first_day(f"2024-{yearless[1]}-{yearless[2]}") is not None
    return value == SEE_PACKAGE or first_day(value) is not None


def _is_amount(field: FieldValue) -> bool:
    number = number_of(field.value)
    return number is not None and number > 0 and bool(field.unit)


def _is_nutrition(field: FieldValue) -> bool:
    rows = field.value.get("rows") if isinstance(field.value, dict) else None
    return isinstance(rows, list | tuple) and all(isinstance(row, dict) and _is_row(row) for row in rows)


def _is_prices(field: FieldValue) -> bool:
    value = field.value
    return isinstance(value, list | tuple) and all(isinstance(entry, dict) and _has_number(entry) for entry in value)


def _is_list(field: FieldValue) -> bool:
    return isinstance(field.value, list | tuple)


def _is_row(row: dict[str, Any]) -> bool:
    """A row has a number; one that the photo's edge cuts may lack it."""
    return _has_number(row) or (row.get("truncated") is True and row.get("value") is None)


def _has_number(entry: dict[str, Any]) -> bool:
    return number_of(entry.get("value")) is not None


_EXPECTED: dict[FieldType, tuple[Callable[[FieldValue], bool], str, str]] = {
    FieldType.DATE: (_is_date, "a date", "日期"),
    FieldType.QUANTITY: (_is_amount, "an amount with a unit", "带单位的数量"),
    FieldType.DURATION: (_is_amount, "a length of time", "时长"),
    FieldType.NUTRITION: (_is_nutrition, "a nutrition table", "营养成分表"),
    FieldType.PRICES: (_is_prices, "prices", "价格"),
    FieldType.LIST: (_is_list, "a list", "列表"),
    FieldType.PROMOTIONS: (_is_list, "promotions", "促销信息"),
    FieldType.SELLING_POINTS: (_is_list, "selling points", "卖点"),
}
_SPECS = _specs()

RULE = Rule("value_shape", 2, ANY, check)
