"""What an edit of one field waits for: every rule of its kind over a record with everything on it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

from core.rules import check_record, run_rules
from core.schema import load_schema
from core.types import Fields, FieldValue, Kind

ROUNDS = 50
TODAY = date(2026, 5, 1)


def measure() -> list[tuple[str, str]]:
    labelled = (("full label, table of 40 rows", Kind.PRODUCT, full_label()), ("full poster", Kind.AD, full_poster()))
    return [(f"rules of an edit, {name} (median of {ROUNDS})", _edit(kind, fields)) for name, kind, fields in labelled]


def _edit(kind: Kind, fields: Fields) -> str:
    def check() -> None:
        run_rules(kind, fields, TODAY)
        check_record(kind, fields, TODAY)

    check()
    return f"{statistics.median(_seconds(check) for _ in range(ROUNDS)) * 1000:.1f} ms"


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def full_label() -> Fields:
    """A label with everything on it, and a table of 40 rows."""
    nutrients = ("energy", "fat", "saturated_fat", "carbohydrate", "sugars", "protein", "salt", "sodium", "fibre")
    rows = [
        {"nutrient": nutrient, "name": nutrient, "value": 10.0, "unit": "g", "per": per, "nrv_percent": 5}
        for per in ("100g", "serving")
        for nutrient in (*nutrients, *(f"vitamin {i}" for i in range(11)))
    ]
    words = "小麦粉、燕麦片、黄油、白砂糖、食用盐、膨松剂、食用香精 " * 10
    texts = {key: FieldValue(value=words) for key in ("ingredients_text", "storage", "manufacturer", "address", "name")}
    claims = [f"低糖配方 high protein 真材实料 {i}" for i in range(12)]
    more = {"nutrition": {"basis": "100g", "rows": rows}, "claims": claims, "languages": ["zh", "en"]}
    return {
        **_every_field(Kind.PRODUCT, "2026-05-01"),
        **texts,
        **{key: FieldValue(value=value) for key, value in more.items()},
    }


def full_poster() -> Fields:
    """A poster with 20 selling points, each with absolute wording and a promotion."""
    points = [{"text": f"行业第一 最佳火候 买一送一 {i}", "theme": "other"} for i in range(20)]
    return {**_every_field(Kind.AD, "全国第一 少油更香"), "selling_points": FieldValue(value=points)}


def _every_field(kind: Kind, value: str) -> Fields:
    return {key: FieldValue(value=value, unit="month") for key in load_schema(kind).keys}
