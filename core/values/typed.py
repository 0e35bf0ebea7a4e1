"""Field values as text people edit, and back: the one form for editors, tables and flat exports.

    text, longtext   the value                    quantity, duration   "500 g", "12 month", "12个月"
    date             "2026-05-01", "2026-05"      list                 one entry a line
    nutrition        one row a line: "能量: 1850 kJ / 100g, 22%"
    prices           one price a line: "168 CNY current"
    promotions, selling_points   one wording a line; kind, discount and theme follow from the words

`understand(spec, show_value(spec, field))` gives the same value again. Text that is not understood
is kept as typed, as a str where the type has another shape, so that nothing a person typed is lost;
the rules flag it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core.schema import FieldSpec, FieldType
from core.types import FieldValue
from core.values.dates import parse_date, parse_duration
from core.values.nutrition import default_unit, nutrient_key, parse_amount
from core.values.periods import find_period
from core.values.prices import SIGNS
from core.values.promotions import parse_promotion
from core.values.quantities import format_quantity, parse_quantity
from core.values.terms import load_terms
from core.values.text import has_cjk, whole_characters


def show_value(spec: FieldSpec, field: FieldValue) -> str:
    """The field's value as editable text; "" for an absent one."""
    if field.value is None:
        return ""
    if isinstance(field.value, str):
        return field.value
    show = _SHOW.get(spec.type)
    return show(field) if show else str(field.value)


def understand(spec: FieldSpec, text: str) -> FieldValue:
    """The value a person means by `text`, with `raw` as typed. "" means absent: value None."""
    text = whole_characters(text).strip()
    if not text:
        return FieldValue(value=None)
    parse = _PARSE.get(spec.type)
    found = parse(text) if parse else None
    return found if found is not None else FieldValue(value=text, raw=text)


def plain_number(value: float) -> str:
    """A number without a trailing ".0" and without an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _show_amount(field: FieldValue) -> str:
    if isinstance(field.value, int | float):
        return format_quantity(float(field.value), field.unit or "").strip()
    return str(field.value)


_CHINESE_UNITS = {"hour": "小时", "day": "天", "week": "周", "month": "个月", "year": "年"}


def _show_duration(field: FieldValue) -> str:
    """In the language of the label: "9个月" where it is Chinese, "9 month" elsewhere."""
    unit = _CHINESE_UNITS.get(field.unit or "") if has_cjk(field.raw or "") else None
    if unit and isinstance(field.value, int | float):
        return f"{plain_number(float(field.value))}{unit}"
    return _show_amount(field)


def _show_list(field: FieldValue) -> str:
    return "\n".join(str(entry) for entry in _entries(field.value))


def _show_nutrition(field: FieldValue) -> str:
    rows = field.value.get("rows", ()) if isinstance(field.value, dict) else ()
    return "\n".join(_show_row(row) for row in rows)


UNREADABLE = "?"
"""Stands for an amount that the edge of the photo cuts."""


def _show_row(row: dict[str, Any]) -> str:
    parts = row_parts(row)
    unit, per, percent = parts["unit"], parts["per"], parts["percent"]
    return (
        f"{parts['name']}: {parts['amount']}"
        + (f" {unit}" if unit else "")
        + (f" / {per}" if per else "")
        + (f", {percent}%" if percent else "")
    )


def row_parts(row: dict[str, Any]) -> dict[str, str]:
    """The cells of one row of a nutrition table as text: name, amount ("<0.5"), unit, per, percent.

    "{name}: {amount} {unit} / {per}, {percent}%", less what is empty, is the row's text.
    """
    number = UNREADABLE if row["value"] is None else plain_number(float(row["value"]))
    percent = row.get("nrv_percent")
    return {
        "name": str(row.get("name") or row.get("nutrient")),
        "amount": ("<" if row.get("less_than") else "") + number,
        "unit": row.get("unit") or "",
        "per": row.get("per") or "",
        "percent": plain_number(float(percent)) if percent is not None else "",
    }


def _show_prices(field: FieldValue) -> str:
    return "\n".join(
        " ".join(filter(None, (plain_number(float(price["value"])), price.get("currency"), price.get("kind"))))
        for price in _entries(field.value)
    )


def _show_wordings(field: FieldValue) -> str:
    return "\n".join(entry["text"] if isinstance(entry, dict) else str(entry) for entry in _entries(field.value))


def _show_palette(field: FieldValue) -> str:
    return "\n".join(f"{entry['hex']} {entry['share']:.0%}" for entry in _entries(field.value))


def _entries(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _parse_date(text: str) -> FieldValue | None:
    found = parse_date(text)
    return FieldValue(value=found.value, raw=text) if found else None


def _parse_duration(text: str) -> FieldValue | None:
    found = parse_duration(text)
    return FieldValue(value=found.value, unit=found.unit, raw=text) if found else None


def _parse_quantity(text: str) -> FieldValue | None:
    found = parse_quantity(text)
    return FieldValue(value=found.value, unit=found.unit, raw=text) if found else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parse_list(text: str) -> FieldValue:
    return FieldValue(value=_lines(text), raw=text)


_ROW = re.compile(
    r"(?P<name>[^:：]+)[:：]\s*(?P<less>[<≤＜])?\s*(?P<amount>\d+(?:[.,]\d+)?|[?？])\s*(?P<unit>[^\s/,，\d%]*)"
    r"(?:\s*/\s*(?P<per>[^,，]+?))?(?:\s*[,，]\s*(?P<percent>\d+(?:[.,]\d+)?)\s*%)?"
)


def _parse_nutrition(text: str) -> FieldValue | None:
    """The table, or None where a line is no row: a half-understood table would lose what was typed."""
    rows = [_parse_row(line) for line in _lines(text)]
    if not all(rows):
        return None
    known = [row for row in rows if row]
    basis = next((row["per"] for row in known if row["per"]), "")
    return FieldValue(value={"basis": basis, "rows": known}, raw=text)


def _parse_row(line: str) -> dict[str, Any] | None:
    match = _ROW.fullmatch(line)
    if match is None:
        return None
    name = match["name"].strip()
    nutrient = nutrient_key(name) or name
    if match["amount"] in ("?", "？"):
        per = (match["per"] or "").strip()
        unread = {"nutrient": nutrient, "name": name, "value": None, "unit": match["unit"], "per": per}
        return {**unread, "truncated": True}
    read = parse_amount(match["amount"] + match["unit"])
    row: dict[str, Any] = {
        "nutrient": nutrient,
        "name": name,
        "value": float(match["amount"].replace(",", ".")),
        "unit": read[1] if read and read[1] else match["unit"] or default_unit(nutrient),
        "per": (match["per"] or "").strip(),
    }
    if match["less"]:
        row["less_than"] = True
    if match["percent"]:
        row["nrv_percent"] = float(match["percent"].replace(",", "."))
    return row


_PRICE = re.compile(
    r"(?P<sign>[^\d\s.,]{0,4})\s*(?P<amount>\d+(?:\.\d+)?)\s*(?P<currency>[A-Za-z]{3}(?![A-Za-z_])|元|[¥￥$€£])?\s*(?P<kind>[a-z_]+)?"
)


def _parse_prices(text: str) -> FieldValue | None:
    """The prices, or None where a line is none."""
    matches = [_PRICE.fullmatch(line) for line in _lines(text)]
    if not all(matches):
        return None
    prices = [
        {
            "value": float(match["amount"]),
            "currency": _currency(match["currency"] or match["sign"]),
            "kind": match["kind"] or "current",
        }
        for match in matches
        if match
    ]
    return FieldValue(value=prices, raw=text)


def _currency(sign: str | None) -> str | None:
    """ISO 4217 code of a sign, a name or a code; None where there is none or it is not known."""
    return SIGNS.get((sign or "").strip().casefold().replace("￥", "¥"))


def _parse_promotions(text: str) -> FieldValue:
    return FieldValue(value=[_promotion(line) for line in _lines(text)], raw=text)


def _promotion(line: str) -> dict[str, Any]:
    found = parse_promotion(line)
    if found:
        return found.as_value()
    return {"text": line, "kind": "period" if find_period(line) else "other"}


def _parse_selling_points(text: str) -> FieldValue:
    return FieldValue(value=[{"text": line, "theme": theme_of(line)} for line in _lines(text)], raw=text)


def theme_of(text: str) -> str:
    """The theme of a selling point by the words of the themes lexicon; "other" where none is in it."""
    match = load_terms("themes").first(text)
    return match.key if match else "other"


_SHOW: dict[FieldType, Callable[[FieldValue], str]] = {
    FieldType.QUANTITY: _show_amount,
    FieldType.DURATION: _show_duration,
    FieldType.LIST: _show_list,
    FieldType.NUTRITION: _show_nutrition,
    FieldType.PRICES: _show_prices,
    FieldType.PROMOTIONS: _show_wordings,
    FieldType.SELLING_POINTS: _show_wordings,
    FieldType.PALETTE: _show_palette,
}

_PARSE: dict[FieldType, Callable[[str], FieldValue | None]] = {
    FieldType.DATE: _parse_date,
    FieldType.DURATION: _parse_duration,
    FieldType.QUANTITY: _parse_quantity,
    FieldType.LIST: _parse_list,
    FieldType.NUTRITION: _parse_nutrition,
    FieldType.PRICES: _parse_prices,
    FieldType.PROMOTIONS: _parse_promotions,
    FieldType.SELLING_POINTS: _parse_selling_points,
}
