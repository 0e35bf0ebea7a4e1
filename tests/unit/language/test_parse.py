"""Whatever a model says becomes typed fields or a named failure: nothing invented, nothing good thrown away."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines.language.answers import write_answer
from core.engines.language.parse import Parsed, parse_answer
from core.engines.language.words import clean, is_absent, is_doubtful, says_something
from core.errors import EngineFailed, UnusableAnswer
from core.schema import load_schema
from core.types import Grade, Kind
from tests.unit.language.values import records

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)


def values(parsed: Parsed) -> dict[str, Any]:
    return {
        key: field.value if field.unit is None else (field.value, field.unit) for key, field in parsed.fields.items()
    }


BROKEN = [
    ("fenced", '```json\n{"brand": "燕麦工坊"}\n```', {"brand": "燕麦工坊"}),
    ("in prose", 'Sure! Here is it:\n{"brand": "Acme Foods"}\nAnything else?', {"brand": "Acme Foods"}),
    ("behind an example", 'Like {"key": 1}, so {"brand": "Acme Foods"}', {"brand": "Acme Foods"}),
    ("behind a thought", '<think>{brand?}</think>{"brand":"Acme Foods"}', {"brand": "Acme Foods"}),
    ("comma too many", '{"brand":"Acme","claims":["Whole grain",],}', {"brand": "Acme", "claims": ["Whole grain"]}),
    ("comma too few", '{"brand":"Acme Foods" "name":"Oats"}', {"brand": "Acme Foods", "name": "Oats"}),
    ("Python's spelling", "{'brand': 'Acme Foods', 'name': None}", {"brand": "Acme Foods"}),
    ("curly quotes", "{“brand”: “Acme Foods”}", {"brand": "Acme Foods"}),
    ("full-width colon", '{"brand"："Acme Foods"}', {"brand": "Acme Foods"}),
    ("raw line end in a string", '{"address":"云南省\n昆明市"}', {"address": "云南省昆明市"}),
    ("control characters", '{"brand":"Ac\\u0000me\\u0007 Foods\\ud83d"}', {"brand": "Acme Foods"}),
    ("emoji in two escapes", '{"brand":"Acme \\ud83d\\ude00","x', {"brand": "Acme 😀"}),
    ("in a list", '[{"brand":"Acme Foods"}]', {"brand": "Acme Foods"}),
    ("in another object", '{"result":{"brand":"Acme Foods"}}', {"brand": "Acme Foods"}),
    ("Chinese keys", '{"品牌":"燕麦工坊","净含量":"500克"}', {"brand": "燕麦工坊", "net_content": (500.0, "g")}),
    ("labels for keys", '{"Net content":"500 g","Product name":"Oats"}', {"net_content": (500.0, "g"), "name": "Oats"}),
    ("unknown keys", '{"brand":"Acme Foods","colour":"red","price":[{"a":[1]}]}', {"brand": "Acme Foods"}),
    ("key doubled", '{"brand":"Acme Foods","brand":"Other"}', {"brand": "Acme Foods"}),
    ("key doubled, first null", '{"brand":null,"brand":"Acme Foods"}', {"brand": "Acme Foods"}),
    ("key doubled, first NaN", '{"brand":NaN,"brand":"Acme Foods"}', {"brand": "Acme Foods"}),
    ("number for a text", '{"gtin":6901234567892}', {"gtin": "6901234567892"}),
    ("number with zeros", '{"gtin":0012345678905 }', {"gtin": "0012345678905"}),
    ("bool for a text", '{"brand":true,"name":"Oats"}', {"name": "Oats"}),
    ("object for an amount", '{"net_content":{"value":500,"unit":"g"}}', {"net_content": (500.0, "g")}),
    ("list for a text", '{"brand":["Acme Foods"]}', {"brand": "Acme Foods"}),
    ("text for a list", '{"claims":"Whole grain; No sugar"}', {"claims": ["Whole grain", "No sugar"]}),
    ("objects for a list", '{"claims":[{"text":"Organic"},{"text":"Vegan"}]}', {"claims": ["Organic", "Vegan"]}),
    ("entries doubled", '{"claims":["Whole grain","Whole grain"]}', {"claims": ["Whole grain"]}),
    ("nested too deep", '{"brand":"Acme Foods","claims":' + "[" * 5000 + "]" * 5000 + "}", {"brand": "Acme Foods"}),
    ("names of languages", '{"languages":["Chinese","英文","fr"]}', {"languages": ["zh", "en", "fr"]}),
    ("infinity", '{"brand":Infinity,"name":"Oats"}', {"name": "Oats"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_answer_gives_what_is_in_it(text: str, expected: dict[str, Any]) -> None:
    assert values(parse_answer(text, PRODUCT)) == expected


ABSENT = ("null", "N/A", "n/a", "None", "无", "", " ", "-", "未标注", "(not visible)", "???", "not printed.", "—")


@pytest.mark.parametrize("word", ABSENT)
def test_words_for_nothing_are_absent(word: str) -> None:
    text = json.dumps({"brand": word, "claims": [word], "nutrition": {"per": word, "rows": [word]}, "name": "Oats"})
    assert values(parse_answer(text, PRODUCT)) == {"name": "Oats"}


@pytest.mark.parametrize("word", ["无糖", "None Better", "N/A 2000", "Nil's", "无印良品", "0", "-18℃"])
def test_words_that_hold_a_word_for_nothing_are_kept(word: str) -> None:
    assert not is_absent(word)


CUT = [
    ('{"brand":"Acme Foods","name":"Oats', {"brand": "Acme Foods", "name": "Oats"}, {"name"}),
    ('{"brand":"Acme Foods","name":"水, 白砂', {"brand": "Acme Foods", "name": "水, 白砂"}, {"name"}),
    ('{"brand":"Acme","claims":["No sugar","Whole gr', {"brand": "Acme", "claims": ["No sugar"]}, {"claims"}),
    ('{"brand":"Acme Foods","claims":["No sug', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","name":"O', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","gtin":"690123', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","gtin":690123', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","net_content":"50', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","production_date":"2025-03-1', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","na', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","name":', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","name":nul', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods","name":"Oats\\u4e', {"brand": "Acme Foods", "name": "Oats"}, {"name"}),
    ('{"brand":"Acme Foods","name":null', {"brand": "Acme Foods"}, set()),
    ('{"brand":"Acme Foods"', {"brand": "Acme Foods"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "truncated"), CUT, ids=[text[-24:] for text, _, _ in CUT])
def test_a_cut_answer_keeps_what_is_whole_and_marks_what_is_not(
    text: str, expected: dict[str, Any], truncated: set[str]
) -> None:
    parsed = parse_answer(text, PRODUCT)
    assert parsed.partial
    assert values(parsed) == expected
    assert {key for key, field in parsed.fields.items() if field.truncated} == truncated
    assert all(parsed.fields[key].grade is Grade.LOW for key in truncated)


def test_a_cut_table_keeps_its_whole_rows() -> None:
    parsed = parse_answer('{"brand":"A B","nutrition":{"per":"100g","rows":["Fat: 8 g, 12%","Salt: 1', PRODUCT)
    table = parsed.fields["nutrition"]
    assert [row["name"] for row in table.value["rows"]] == ["Fat"]
    assert (table.truncated, table.grade, parsed.partial) == (True, Grade.LOW, True)


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_cut_anywhere_never_gives_a_value_that_the_whole_answer_does_not(data: st.DataObject) -> None:
    text = write_answer(PRODUCT, data.draw(records(PRODUCT)))
    whole = parse_answer(text, PRODUCT).fields
    at = data.draw(st.integers(1, len(text) - 1))
    try:
        parsed = parse_answer(text[:at], PRODUCT)
    except UnusableAnswer:
        return
    assert parsed.partial
    for key, field in parsed.fields.items():
        if not field.truncated:
            assert (field.value, field.unit) == (whole[key].value, whole[key].unit)
        elif isinstance(field.value, str) and isinstance(whole[key].value, str):
            assert whole[key].value.startswith(field.value)


UNUSABLE = [
    ("empty", ""),
    ("spaces", " \n\t "),
    ("prose", "I cannot see a label on this photo."),
    ("Chinese prose", "抱歉，我无法识别这张图片。"),
    ("empty object", "{}"),
    ("null", "null"),
    ("a number", "42"),
    ("other keys only", '{"colour":"red"}'),
    ("cut before the first value", '{"gtin":'),
    ("brackets", "[" * 1_000_000),
    ("braces", "{" * 1_000_000),
    ("opened objects", '{"a":' * 200_000),
    ("opened strings", '{"' * 500_000),
    ("a megabyte of letters", "x" * 1_000_000),
    ("a megabyte of bytes", bytes(range(256)).decode("latin-1") * 4_000),
    ("backslashes", '{"brand":"' + "\\" * 1_000_001),
]


@pytest.mark.parametrize("text", [text for _, text in UNUSABLE], ids=[name for name, _ in UNUSABLE])
def test_an_answer_with_nothing_in_it_is_a_named_failure_and_does_not_hang(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(UnusableAnswer) as caught:
        parse_answer(text, PRODUCT, engine="qwen3vl")
    assert time.perf_counter() - start < 20.0
    assert isinstance(caught.value, EngineFailed)
    assert "qwen3vl" in caught.value.message.en and "qwen3vl" in caught.value.message.zh
    assert len(str(caught.value)) < 400


@given(st.text(st.sampled_from('{}[]":,\\ \nbrandname0nul?'), max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_whatever_makes_the_parser_fail_in_another_way(text: str) -> None:
    try:
        parsed = parse_answer(text, PRODUCT)
    except UnusableAnswer:
        return
    assert set(parsed.fields) <= set(PRODUCT.keys)


def test_an_answer_of_nulls_is_an_answer() -> None:
    parsed = parse_answer(write_answer(PRODUCT, {}), PRODUCT)
    assert (parsed.fields, parsed.partial, parsed.problems) == ({}, False, ())


def test_only_the_keys_asked_for_are_taken() -> None:
    assert values(parse_answer('{"brand":"Acme","name":"Oats"}', PRODUCT, ("name",))) == {"name": "Oats"}


DOUBTFUL = (
    "20?5-01-01",
    "蛋?质",
    "E?ergy",
    "6901234?67892",
    "Acm?",
    "张?",
    "a �",
    "保质期 1? 个月",
    "?5 g",
    "What?s in it?",
)
CERTAIN = (
    "Thirsty after work?",
    "渴了吗?",
    "为什么选择我们?",
    "Ready? Go now!",
    "“Got milk now?”",
    "什么味道？",
    "50%",
)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_character_lowers_the_grade_and_is_noted(text: str) -> None:
    assert is_doubtful(text)
    parsed = parse_answer(json.dumps({"headline": text}), AD)
    assert parsed.fields["headline"].value == clean(text)
    assert parsed.fields["headline"].grade is Grade.LOW
    assert len(parsed.problems) == 1


@pytest.mark.parametrize("text", CERTAIN)
def test_a_printed_question_is_no_doubt(text: str) -> None:
    assert not is_doubtful(text)


ROWS = [
    ("能量: 1850 kJ, 22%", [("energy", 1850.0, "kJ", 22.0)]),
    ("Energy: 1,850 kJ", [("energy", 1850.0, "kJ", None)]),
    ("Energy: 1 850 kJ", [("energy", 1850.0, "kJ", None)]),
    ("Sodium: 1,200 mg, 52%", [("sodium", 1200.0, "mg", 52.0)]),
    ("Fett: 1,3 g", [("fat", 1.3, "g", None)]),
    ("Energy: 1850 kJ / 442 kcal", [("energy", 1850.0, "kJ", None), ("energy", 442.0, "kcal", None)]),
    ("Fat 8 g (12 %)", [("fat", 8.0, "g", 12.0)]),
    ("蛋白质 8.0克 13%", [("protein", 8.0, "g", 13.0)]),
    ("Sugars: <0.5 g", [("sugars", 0.5, "g", None)]),
]


@pytest.mark.parametrize(("row", "expected"), ROWS, ids=[row for row, _ in ROWS])
def test_rows_of_a_table_are_read_as_models_write_them(row: str, expected: list[tuple[Any, ...]]) -> None:
    text = json.dumps({"nutrition": {"per": "每100克", "rows": [row]}}, ensure_ascii=False)
    table = parse_answer(text, PRODUCT).fields["nutrition"]
    assert [(r["nutrient"], r["value"], r["unit"], r.get("nrv_percent")) for r in table.value["rows"]] == expected
    assert {r["per"] for r in table.value["rows"]} == {"100g"} == {table.value["basis"]}


PER = [
    ("100g", "100g"),
    ("per 100 ml", "100ml"),
    ("每100毫升", "100ml"),
    ("每份(30克)", "serving"),
    ("Serving", "serving"),
    ("pro 100 g", "100g"),
]


@pytest.mark.parametrize(("per", "basis"), PER)
def test_the_basis_of_a_table_is_understood_as_printed(per: str, basis: str) -> None:
    text = json.dumps({"nutrition": {"per": per, "rows": ["Fat: 8 g"]}})
    assert parse_answer(text, PRODUCT).fields["nutrition"].value["basis"] == basis


SHAPES = [
    ["Fat: 8 g", "Salt: 1 g"],
    "Fat: 8 g\nSalt: 1 g",
    {"Fat": "8 g", "Salt": "1 g"},
    {"rows": [{"name": "Fat", "value": 8, "unit": "g"}, {"name": "Salt", "value": 1, "unit": "g"}]},
    {"rows": {"Fat": "8 g", "Salt": "1 g"}, "per": None},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_table_is_read_from_the_shapes_that_models_give_it(shape: object) -> None:
    table = parse_answer(json.dumps({"nutrition": shape}), PRODUCT).fields["nutrition"].value
    assert [(row["nutrient"], row["value"], row["unit"]) for row in table["rows"]] == [
        ("fat", 8.0, "g"),
        ("salt", 1.0, "g"),
    ]


def test_a_row_that_is_none_is_noted_and_the_others_stay() -> None:
    parsed = parse_answer('{"nutrition":{"per":"100g","rows":["Fat: 8 g","see the back","Vitamin A: 4%"]}}', PRODUCT)
    table = parsed.fields["nutrition"]
    assert [row["name"] for row in table.value["rows"]] == ["Fat"]
    assert table.grade is Grade.LOW
    assert ["see the back" in problem.en and "see the back" in problem.zh for problem in parsed.problems] == [True]
    assert table.raw == "Fat: 8 g\nsee the back\nVitamin A: 4%"


PRICES = [
    ("¥168 current", (168.0, "CNY", "current")),
    ("168 CNY original", (168.0, "CNY", "original")),
    ("原价199元", (199.0, "CNY", "original")),
    ("$4.99/lb", (4.99, "USD", "unit")),
    ("€12,99", (12.99, "EUR", "current")),
    ("168", (168.0, None, "current")),
]


@pytest.mark.parametrize(("text", "expected"), PRICES)
def test_a_price_is_read_as_typed_or_as_printed(text: str, expected: tuple[object, ...]) -> None:
    [price] = parse_answer(json.dumps({"price": [text]}), AD).fields["price"].value
    assert (price["value"], price["currency"], price["kind"]) == expected


def test_a_price_that_is_an_object_is_read() -> None:
    text = '{"price":[{"value":168,"currency":"CNY","kind":"original"}]}'
    assert parse_answer(text, AD).fields["price"].value == [{"value": 168.0, "currency": "CNY", "kind": "original"}]


def test_a_judgement_is_given_in_the_words_of_the_lexicon() -> None:
    parsed = parse_answer('{"audience":["年轻女性","kids","astronauts"],"emotion":["紧迫"]}', AD)
    assert values(parsed) == {"audience": ["women", "children", "astronauts"], "emotion": ["urgency"]}


def test_a_runaway_value_is_cut_at_the_limit_of_its_form() -> None:
    parsed = parse_answer(json.dumps({"brand": "Acme " * 10_000, "name": "Oats"}), PRODUCT)
    assert len(parsed.fields["brand"].value) <= 240
    assert parsed.fields["brand"].truncated
    assert not parsed.fields["name"].truncated


def test_text_that_is_no_date_is_kept_as_a_doubtful_text() -> None:
    field = parse_answer('{"production_date":"on the lid, maybe"}', PRODUCT).fields["production_date"]
    assert (field.value, field.grade) == ("on the lid, maybe", Grade.LOW)


DAYS = [
    ("2025年6月1日-18日", "2025-06-01", "2025-06-18"),
    ("6月1日-18日", "--06-01", "--06-18"),
    ("2025-06-18", "2025-06-18", "2025-06-18"),
    ("Jun 1 - 3, 2025", "2025-06-01", "2025-06-03"),
]


@pytest.mark.parametrize(("text", "start", "end"), DAYS)
def test_the_days_of_an_offer_are_found_in_the_whole_period(text: str, start: str, end: str) -> None:
    parsed = parse_answer(json.dumps({"offer_start": text, "offer_end": text}), AD)
    assert values(parsed) == {"offer_start": start, "offer_end": end}
    assert {field.grade for field in parsed.fields.values()} == {Grade.MEDIUM}


@pytest.mark.parametrize(
    ("text", "says"), [("Oat", False), ("Oats", True), ("水", False), ("水果", True), ("690123", False)]
)
def test_the_beginning_of_a_text_is_kept_when_it_says_something(text: str, says: bool) -> None:
    assert says_something(text) is says


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("expiry_date", "20?6-05-01"),
        ("production_date", "2026年?月1日"),
        ("net_content", "5?0 g"),
        ("shelf_life", "1?个月"),
    ],
)
def test_a_number_with_an_unread_character_is_no_other_number(key: str, text: str) -> None:
    found = parse_answer(json.dumps({key: text}), load_schema(Kind.PRODUCT)).fields[key]
    assert (found.value, found.raw, found.unit, found.grade) == (text, text, None, Grade.LOW)
