"""The table of rules: what holds for every rule, whatever is in the record."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RULES, RULES_VERSION, check_record, run_rules, tables, version_of
from core.rules.base import Rule
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
        run_rules(kind, record(kind, value, unit), TODAY, {"brand": 9})
        check_record(kind, record(kind, value, unit), TODAY)


NUMBER = st.floats() | st.integers(-(10**18), 10**18) | st.sampled_from([0, 0.5, 5, 12.5, 100, 400]) | JSON
ROW = st.fixed_dictionaries(
    {
        "nutrient": st.sampled_from(["energy", "fat", "salt", "sodium", "sugars", "protein", "carbohydrate", "糖醇"])
        | JSON,
        "name": st.sampled_from(["能量", "Calories", "Fat"]) | JSON,
        "value": NUMBER,
        "unit": st.sampled_from(["kJ", "kcal", "g", "mg", "µg", ""]) | JSON,
        "per": st.sampled_from(["100g", "100ml", "serving", ""]) | JSON,
    },
    optional={"nrv_percent": NUMBER, "less_than": JSON},
)
PRICE = st.fixed_dictionaries(
    {"value": NUMBER, "kind": st.sampled_from(["original", "current"]) | JSON, "currency": JSON}
)
OFFER = st.fixed_dictionaries(
    {"kind": st.sampled_from(["discount", "coupon"]) | JSON, "text": JSON},
    optional={"unit_discount": NUMBER, "amount": NUMBER, "at_most": JSON},
)


@given(rows=st.lists(ROW, max_size=12), size=NUMBER, claim=st.sampled_from(["低糖", "高蛋白", "low salt"]))
def test_no_table_raises(rows: list[Any], size: Any, claim: str) -> None:
    fields = {
        "nutrition": FieldValue(value={"basis": "100g", "rows": rows}),
        "serving_size": FieldValue(value=size, unit="g"),
        "claims": FieldValue(value=[claim, None, 5]),
        "languages": FieldValue(value=["zh", []]),
        "name": FieldValue(value="曲奇"),
    }
    run_rules(Kind.PRODUCT, fields, TODAY)
    check_record(Kind.PRODUCT, fields, TODAY)


@given(prices=st.lists(PRICE, max_size=4), offers=st.lists(OFFER, max_size=3), brand=JSON)
def test_no_offer_raises(prices: list[Any], offers: list[Any], brand: Any) -> None:
    fields = {
        "price": FieldValue(value=prices),
        "promotion": FieldValue(value=offers),
        "brand": FieldValue(value=brand),
        "headline": FieldValue(value="行业第一 本品牌最轻"),
    }
    run_rules(Kind.AD, fields, TODAY)


def test_rule_ids_are_unique_and_every_rule_says_its_source() -> None:
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
    assert version_of(RULES) == RULES_VERSION
    assert len(RULES_VERSION) == 12 and int(RULES_VERSION, 16) >= 0
    assert version_of(RULES[1:]) != RULES_VERSION
    raised = replace(RULES[0], version=RULES[0].version + 1)
    assert version_of((raised, *RULES[1:])) != RULES_VERSION


@pytest.mark.parametrize("name", sorted(path.stem for path in tables.FOLDER.glob("*.toml")))
def test_version_changes_with_every_table(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in tables.FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    with (tmp_path / f"{name}.toml").open("a") as table:
        table.write("# another word\n")
    assert version_of(RULES) != RULES_VERSION


@pytest.mark.parametrize("name", sorted(path.stem for path in tables.FOLDER.glob("*.toml")))
def test_every_table_says_its_version_and_its_date(name: str) -> None:
    table = tables.load_table(name)
    assert table["version"] >= 1 and isinstance(table["date"], date)
    head = (tables.FOLDER / f"{name}.toml").read_text("utf-8")
    assert "source" in head.lower()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_in_doubt_about_its_source_asks_for_review_only(rule: Rule) -> None:
    text = importlib.import_module(f"core.rules.{rule.id}").__doc__ or ""
    if "†" in text:
        assert "Level.ERROR" not in source_of(rule) and "Level.WARNING" not in source_of(rule)


def source_of(rule: Rule) -> str:
    return Path(str(importlib.import_module(f"core.rules.{rule.id}").__file__)).read_text("utf-8")


def test_no_message_speaks_of_the_law_being_broken() -> None:
    texts = " ".join(source_of(rule) for rule in RULES).casefold()
    assert "illegal" not in texts and "违法" not in texts
