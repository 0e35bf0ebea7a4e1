"""The table of rules: what holds for every rule, whatever is in the record."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RULES, RULES_VERSION, run_rules
from core.schema import load_schema
from core.types import Bilingual, Fields, FieldValue, Finding, Kind, Level

TODAY = date(2026, 6, 1)

ODD: list[Any] = [
    None,
    "",
    "abc",
    "2025-02-30",
    "0000-00",
    "9999-99",
    0,
    -1,
    True,
    3.5,
    float("nan"),
    float("inf"),
    10**400,
    [],
    {},
    [None],
    [{"value": None}],
    [[]],
    {"rows": None},
    {"rows": [1, None]},
    {"rows": [{"value": "x", "nutrient": None}]},
    {"basis": 5, "rows": [{"nutrient": "energy", "unit": None, "value": 1e300, "per": []}]},
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def record(kind: Kind, value: Any, unit: str | None = "month") -> Fields:
    return {key: FieldValue(value=value, unit=unit) for key in load_schema(kind).keys}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:30])
def test_odd_values_never_raise(kind: Kind, value: Any) -> None:
    assert run_rules(kind, record(kind, value), TODAY).keys() == set(load_schema(kind).keys)


@given(value=JSON, unit=st.none() | st.text(max_size=5))
def test_no_value_at_all_raises(value: Any, unit: str | None) -> None:
    for kind in Kind:
        run_rules(kind, record(kind, value, unit), TODAY)


def test_rule_ids_are_unique_and_every_rule_says_its_source() -> None:
    import importlib

    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        module = importlib.import_module(f"core.rules.{rule.id}")
        assert module.RULE is rule
        assert "Source:" in module.__doc__ and "Level:" in module.__doc__


def test_findings_of_an_earlier_run_are_replaced() -> None:
    fields = {"gtin": FieldValue(value="6901234567891")}
    once = run_rules(Kind.PRODUCT, fields, TODAY)
    assert len(once["gtin"].findings) == 1
    assert run_rules(Kind.PRODUCT, once, TODAY) == once
    mended = {"gtin": once["gtin"].model_copy(update={"value": "6901234567892"})}
    assert run_rules(Kind.PRODUCT, mended, TODAY)["gtin"].findings == ()


def test_findings_of_other_origin_stay() -> None:
    other = Finding(rule="barcode_dispute", version=1, level=Level.REVIEW, message=Bilingual(en="…", zh="…"))
    fields = {"gtin": FieldValue(value="6901234567892", findings=(other,))}
    assert run_rules(Kind.PRODUCT, fields, TODAY)["gtin"].findings == (other,)


def test_rules_of_one_kind_leave_the_other_alone() -> None:
    fields = {"gtin": FieldValue(value="123"), "headline": FieldValue(value="全国第一")}
    assert run_rules(Kind.PRODUCT, fields, TODAY)["headline"].findings == ()
    assert run_rules(Kind.AD, fields, TODAY)["gtin"].findings == ()


def test_version_follows_from_the_table() -> None:
    assert len(RULES_VERSION) == 12
    assert int(RULES_VERSION, 16) >= 0


def test_an_edit_is_checked_in_milliseconds() -> None:
    rows = [{"nutrient": f"n{i}", "value": 1.0, "unit": "g", "per": "100g"} for i in range(20)]
    fields = {**record(Kind.PRODUCT, "2026-05-01"), "nutrition": FieldValue(value={"basis": "100g", "rows": rows})}
    run_rules(Kind.PRODUCT, fields, TODAY)
    began = time.perf_counter()
    for _ in range(20):
        run_rules(Kind.PRODUCT, fields, TODAY)
    assert (time.perf_counter() - began) / 20 < 0.005
