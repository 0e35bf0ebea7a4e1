"""Licences, standard codes and brands: hits and near-misses."""

from __future__ import annotations

from datetime import date

import pytest
from sqlite_utils import Database

from core.records.standing import known_brands
from core.rules import company_prefix, run_rules
from core.store import items, records
from core.store.db import write
from core.types import Kind, Level, Status
from tests.unit.rules.checking import TODAY, fields_of, findings

LICENCE = [("licence_number", Level.REVIEW)]
STANDARD = [("standard_code_form", Level.REVIEW)]
BRAND = [("brand_prefix", Level.REVIEW)]


@pytest.mark.parametrize(
    "licence",
    [
        "SC10744030704994",
        "SC12336098200173",
        "SC12434017430075",
        "SC11351090100010",
        "SC10741018302531",
        "SC12444034200297",
        "食品生产许可证编号：SC 107 4403 0704 994",
        "ＳＣ１０７４４０３０７０４９９４",
        "QS3706 0101 0123",
        "浙妆20160045",
        "SC",
        "",
    ],
)
def test_licence_with_the_right_check_digit_or_of_another_kind_passes(licence: str) -> None:
    assert findings("licence", licence=licence) == []


@pytest.mark.parametrize(
    "licence",
    [
        "SC10744030704995",
        "SC10744030740994",
        "SC1074403070499",
        "SC107440307049944",
        "sc10744030704990",
    ],
)
def test_licence_with_a_wrong_digit_or_length_is_for_review(licence: str) -> None:
    assert findings("licence", licence=licence) == LICENCE


def test_two_licences_in_one_field_are_both_checked() -> None:
    assert findings("licence", licence="A：SC10744030704994 B：SC12336098200179") == LICENCE


@pytest.mark.parametrize(
    "code",
    [
        "GB/T 20980",
        "GB/T20980-2021",
        "GB 25190",
        "GB25190-2010",
        "GB 18401-2010 B类",
        "QB/T 1857",
        "FZ/T 73020-2019",
        "SB/T 10379—2012",
        "NY/T 422",
        "Q/ABC 0001S-2020",
        "Q/14A0318S 0003S",
        "T/CNFIA 101-2023",
        "DBS 44/007",
        "SN/T 0102",
        "ISO 22000",
        "企业标准",
        "GB/T 20980、GB 7099",
    ],
)
def test_known_form_of_standard_code_passes(code: str) -> None:
    assert findings("standard_code", standard_code=code) == []


@pytest.mark.parametrize("code", ["G8/T 20980", "GB/T 2O980", "20980", "GB/T", "GB/T 20980-2031", "see pack"])
def test_unknown_form_or_a_year_to_come_is_for_review(code: str) -> None:
    assert findings("standard_code", standard_code=code) == STANDARD


@pytest.mark.parametrize(
    ("gtin", "prefix"),
    [
        ("6901234567892", "6901234"),
        ("6921234567890", "69212345"),
        ("6971234567895", "697123456"),
        ("036000291452", "003600029"),
        ("3366321051631", "336632105"),
        ("2006102000397", None),
        ("9780306406157", None),
        ("96385074", None),
        ("6901234567891", None),
        (690, None),
    ],
)
def test_company_prefix_follows_the_issuing_body(gtin: object, prefix: str | None) -> None:
    assert company_prefix(gtin) == prefix


@pytest.mark.parametrize(
    ("brand", "brands", "expected"),
    [
        ("鹿鸣溪", {"麦朵叮": 3}, BRAND),
        ("鹿鸣溪", {"麦朵叮": 2}, []),
        ("鹿鸣溪", {"麦朵叮": 3, "鹿鸣溪": 1}, []),
        ("鹿鸣溪", {"麦朵叮": 5, "椒七娘": 4}, []),
        ("St. Hubert", {"St Hubert": 9}, []),
        ("St Hubert Oméga 3", {"St Hubert": 9}, []),
        ("StHubert", {"ST HUBERT": 9}, []),
        ("鹿鸣溪", {}, []),
    ],
)
def test_brand_is_held_against_the_one_brand_of_its_prefix(brand: str, brands: dict[str, int], expected: list) -> None:
    fields = fields_of(gtin="6901234567892", brand=brand)
    checked = run_rules(Kind.PRODUCT, fields, TODAY, brands)["brand"].findings
    assert [(finding.rule, finding.level) for finding in checked] == expected


def put(db: Database, gtin: str, brand: str, status: Status = Status.VERIFIED) -> int:
    with write(db):
        item = items.create_item(db, kind="product")
        items.set_status(db, item, status)
        records.put_record(db, item, fields_of(gtin=gtin, brand=brand))
    return item


def test_brands_are_learned_from_other_verified_records_only(db: Database) -> None:
    put(db, "6901234000009", "麦朵叮")
    put(db, "6901234000016", "麦朵叮")
    put(db, "6901234000023", "椒七娘", Status.REVIEW)
    put(db, "6909999000003", "鹿鸣溪")
    own = put(db, "6901234567892", "雾青山房")
    assert known_brands(db, own, fields_of(gtin="6901234567892")) == {"麦朵叮": 2}
    assert known_brands(db, own, fields_of(gtin="2006102000397")) == {}
    assert known_brands(db, own, {}) == {}


def test_upc_without_its_leading_zero_is_of_the_same_company(db: Database) -> None:
    put(db, "036000291452", "Kleenly")
    assert known_brands(db, 0, fields_of(gtin="0036000291469")) == {"Kleenly": 1}


def test_prefix_is_no_origin() -> None:
    fields = fields_of(gtin="6901234567892", origin="France", brand="Brimwald")
    assert all(not field.findings for field in run_rules(Kind.PRODUCT, fields, date(2026, 6, 1)).values())
