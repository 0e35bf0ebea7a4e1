"""The form of an answer: what a perfect model says is allowed by the grammar, and reads back as what it said."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer

from core.engines.language.answers import (
    ALL_TEXT,
    GRAMMAR_OVERRIDES,
    LIMITS,
    answer_schema,
    answer_value,
    asked_fields,
    write_answer,
)
from core.engines.language.parse import parse_answer
from core.schema import FieldType, Schema, load_schema
from core.types import Fields, FieldValue, Grade, Kind, Source
from core.values.typed import understand
from tests.unit.language.values import records

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)
BYTES = LLTokenizer("byte")


@lru_cache
def grammar(kind: Kind, all_text: bool = False) -> str:
    form = json.dumps(answer_schema(load_schema(kind), all_text=all_text), ensure_ascii=False)
    return LLMatcher.grammar_from_json_schema(form, overrides=GRAMMAR_OVERRIDES)


def accepted(kind: Kind, text: str, all_text: bool = False) -> bool:
    matcher = LLMatcher(BYTES, grammar(kind, all_text))
    tokens = BYTES.tokenize_str(text)
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


@pytest.mark.parametrize("schema", [PRODUCT, AD], ids=lambda schema: schema.kind)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_an_answer_reads_back_as_the_fields_it_was_written_from(schema: Schema, data: st.DataObject) -> None:
    fields: Fields = data.draw(records(schema))
    parsed = parse_answer(write_answer(schema, fields), schema)
    assert not parsed.partial
    assert {key: (read.value, read.unit) for key, read in parsed.fields.items()} == {
        key: (field.value, field.unit) for key, field in fields.items()
    }


@pytest.mark.parametrize("schema", [PRODUCT, AD], ids=lambda schema: schema.kind)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_grammar_allows_every_answer_that_is_written(schema: Schema, data: st.DataObject) -> None:
    assert accepted(schema.kind, write_answer(schema, data.draw(records(schema))))


NEAR_ANSWERS = [
    ('{"brand": null}', "a space, and the other keys missing"),
    ("", "nothing"),
    ("null", "no object"),
]


@pytest.mark.parametrize("text", [text for text, _ in NEAR_ANSWERS], ids=[why for _, why in NEAR_ANSWERS])
def test_the_grammar_refuses_other_forms(text: str) -> None:
    assert not accepted(Kind.PRODUCT, text)


def test_the_grammar_refuses_an_empty_text_another_order_and_one_key_more() -> None:
    nothing = write_answer(PRODUCT, {})
    assert accepted(Kind.PRODUCT, nothing)
    assert not accepted(Kind.PRODUCT, nothing.replace('"brand":null', '"brand":""'))
    assert not accepted(Kind.PRODUCT, nothing.replace('"gtin":null,"brand":null', '"brand":null,"gtin":null'))
    assert not accepted(Kind.PRODUCT, nothing.replace("}", ',"colour":null}'))


def test_a_runaway_meets_a_limit_and_the_longest_real_label_does_not() -> None:
    nothing = write_answer(PRODUCT, {})
    for characters, fits in ((1500, True), (LIMITS[FieldType.LONGTEXT] + 1, False)):
        text = nothing.replace('"ingredients_text":null', f'"ingredients_text":"{"水" * characters}"')
        assert accepted(Kind.PRODUCT, text) is fits


def test_the_grammar_forces_every_key() -> None:
    matcher = LLMatcher(BYTES, grammar(Kind.PRODUCT))
    assert bytes(matcher.compute_ff_tokens()).decode() == '{"gtin":'
    matcher.consume_tokens(BYTES.tokenize_str('{"gtin":null'))
    assert bytes(matcher.compute_ff_tokens()).decode() == ',"brand":'


def test_all_text_comes_after_the_fields() -> None:
    text = write_answer(AD, {}).removesuffix("}") + f',"{ALL_TEXT}":["限时","¥168"]}}'
    assert accepted(Kind.AD, text, all_text=True)
    assert parse_answer(text, AD).lines == ("限时", "¥168")


def test_a_palette_is_measured_and_never_asked_for() -> None:
    assert "palette" in AD.keys
    assert "palette" not in [spec.key for spec in asked_fields(AD)]


def test_a_group_is_asked_in_the_order_of_the_schema() -> None:
    assert [spec.key for spec in asked_fields(PRODUCT, ("name", "gtin"))] == ["gtin", "name"]
    assert list(answer_schema(PRODUCT, ("name", "gtin"))["properties"]) == ["gtin", "name"]


PRINTED = [
    (PRODUCT, "production_date", FieldValue(value="2025-03-01", raw="2025年3月1日"), "2025年3月1日"),
    (PRODUCT, "production_date", FieldValue(value="2025-03-01", raw="生产日期见喷码"), "2025-03-01"),
    (PRODUCT, "net_content", FieldValue(value=1500.0, unit="ml", raw="6×250ml"), "6×250ml"),
    (PRODUCT, "net_content", FieldValue(value=500.0, unit="g"), "500 g"),
    (PRODUCT, "shelf_life", FieldValue(value=12.0, unit="month", raw="12个月"), "12个月"),
    (PRODUCT, "origin", FieldValue(value="云南", raw="产地：云南"), "云南"),
    (
        AD,
        "price",
        FieldValue(
            value=[
                {"value": 168.0, "currency": "CNY", "kind": "current", "raw": "168元", "label": "券后"},
                {"value": 199.0, "currency": "CNY", "kind": "original"},
                {"value": 900.0, "currency": "JPY", "kind": "current"},
                {"value": 5.0, "currency": None, "kind": "current"},
            ]
        ),
        ["168元 current", "¥199 original", "900 JPY current", "5 current"],
    ),
]


@pytest.mark.parametrize(("schema", "key", "field", "expected"), PRINTED, ids=lambda part: str(part)[:20])
def test_printed_words_are_written_where_they_mean_the_value(
    schema: Schema, key: str, field: FieldValue, expected: object
) -> None:
    assert answer_value(schema.field(key), field) == expected


def test_a_table_says_its_basis_once_and_rows_only_another_one() -> None:
    spec = PRODUCT.field("nutrition")
    typed = understand(spec, "能量: 1850 kJ / 100g, 22%\n钠: 15 mg / serving")
    assert answer_value(spec, typed) == {"per": "100g", "rows": ["能量: 1850 kJ, 22%", "钠: 15 mg / serving"]}


def test_a_row_without_a_basis_does_not_get_that_of_its_table() -> None:
    spec = PRODUCT.field("nutrition")
    typed = understand(spec, "能量: 1850 kJ / 100g\n钠: 15 mg")
    assert answer_value(spec, typed) == {"per": None, "rows": ["能量: 1850 kJ / 100g", "钠: 15 mg"]}


def test_read_values_name_the_model_as_their_source_and_judgements_as_inferred() -> None:
    fields = parse_answer('{"headline":"A B","audience":["women"]}', AD).fields
    assert fields["headline"].sources == (Source.VLM,)
    assert fields["headline"].grade is Grade.MEDIUM
    assert (fields["headline"].inferred, fields["audience"].inferred) == (False, True)
