"""Whatever two readers say: nothing is lost, boxes stay on the page, a second look changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.language.parse import parse_answer
from core.evidence import evidence_version, support
from core.evidence.same import is_same
from core.schema import FieldType, Schema
from core.settings import Settings
from core.types import Barcode, Fields, FieldValue, Grade, Line, Readings, Source
from tests.unit.evidence.pages import readings
from tests.unit.evidence.readers import AD, CODE, PRODUCT, rules

# With the real embedded engine and the real parser


def test_a_label_read_by_both() -> None:
    page = readings(
        "山禾", "产品名称：有机燕麦片", "净含量：500克", "保质期：12个月", "产品标准号：GB/T 20822", CODE,
        barcodes=[Barcode(text=CODE, format="EAN-13", box=(0, 0, 10, 10), decoders=("zxing",))],
    )  # fmt: skip
    proposed = EmbeddedEngine(Settings()).extract(EngineInput(None, page, PRODUCT)).fields  # type: ignore[arg-type]
    answer = (
        '{"gtin":"6901234567899","brand":"山禾","name":"有机燕麦片","net_content":"500克","shelf_life":"18个月",'
        '"standard_code":"GB/T 20822","claims":["有机","零添加"],"origin":null}'
    )
    fields = support(parse_answer(answer, PRODUCT).fields, proposed, page, PRODUCT)
    assert {key: field.grade for key, field in fields.items() if key in ("name", "net_content", "standard_code")} == {
        "name": Grade.HIGH, "net_content": Grade.HIGH, "standard_code": Grade.HIGH,
    }  # fmt: skip
    assert (fields["gtin"].value, fields["gtin"].sources) == (CODE, (Source.BARCODE, Source.OCR))
    assert (fields["shelf_life"].value, rules(fields["shelf_life"])) == (12, ["readers_agree"])
    assert "零添加" in fields["claims"].findings[-1].message.en


WORDS = st.sampled_from(
    ["山禾", "有机燕麦片", "Oat Flakes", "500", "500 g", "1.5", "2026-05-01", "蛋?质", "?", "", CODE, "SC1"]
)

AMOUNTS = st.one_of(st.integers(-5, 2000), st.floats(0, 5000, allow_nan=False), st.booleans())

JSON = st.recursive(
    st.one_of(st.none(), WORDS, st.text(max_size=12), AMOUNTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["rows", "text", "value", "currency", "kind", "name", "nutrient", "unit"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


def field_values(source: tuple[Source, ...]) -> st.SearchStrategy[FieldValue]:
    return st.builds(
        FieldValue,
        value=JSON,
        raw=st.one_of(st.none(), WORDS),
        unit=st.sampled_from([None, "g", "ml", "month"]),
        grade=st.sampled_from(Grade),
        sources=st.just(source),
        truncated=st.booleans(),
    )


def fields_of(source: tuple[Source, ...]) -> st.SearchStrategy[Fields]:
    return st.dictionaries(st.sampled_from([*PRODUCT.keys, *AD.keys]), field_values(source), max_size=5)


LINES = st.builds(
    lambda text, x, y, w, h, score: Line(text=text, box=(x, y, x + w, y + h), score=score),
    st.one_of(WORDS, st.text(max_size=20)),
    st.floats(-20, 400), st.floats(-20, 400), st.floats(0, 300), st.floats(0, 60), st.floats(0, 1),
)  # fmt: skip

PAGES = st.builds(lambda lines: Readings(width=300, height=300, lines=tuple(lines)), st.lists(LINES, max_size=8))


# Properties


@settings(max_examples=300, deadline=None)
@given(
    said=fields_of((Source.VLM,)),
    proposed=st.one_of(fields_of((Source.OCR,)), fields_of((Source.BARCODE,))),
    page=PAGES,
    schema=st.sampled_from([PRODUCT, AD]),
    partial=st.booleans(),
)
def test_no_value_is_lost_boxes_stay_on_the_page_and_a_second_look_changes_nothing(
    said: Fields, proposed: Fields, page: Readings, schema: Schema, partial: bool
) -> None:
    fields = support(said, proposed, page, schema, partial=partial)
    for spec in schema.fields:
        for reader in (said, proposed):
            value = reader.get(spec.key)
            if value is not None and value.value is not None:
                kept = [fields[spec.key], *(as_field(other) for other in fields[spec.key].alternatives)]
                assert any(is_same(spec, value, other) for other in kept), spec.key
    for key, field in fields.items():
        if field.box is not None:
            x0, y0, x1, y1 = field.box
            assert 0 <= x0 <= x1 <= page.width and 0 <= y0 <= y1 <= page.height
        assert all(0 <= line < len(page.lines) for line in field.lines)
        if Source.VLM in field.sources and Source.BARCODE not in field.sources:
            assert support({key: field}, proposed, page, schema, partial=partial)[key] == field


def as_field(other: Any) -> FieldValue:
    return (
        FieldValue(value=other["value"], unit=other["unit"])
        if isinstance(other, dict) and "source" in other
        else FieldValue(value=other)
    )


@settings(max_examples=50, deadline=None)
@given(proposed=fields_of((Source.OCR,)), page=PAGES)
def test_a_model_that_said_nothing_before_it_broke_off_leaves_the_embedded_reading(
    proposed: Fields, page: Readings
) -> None:
    assert support({}, proposed, page, PRODUCT, partial=True) == {
        key: proposed[key] for key in PRODUCT.keys if key in proposed
    }


def test_every_type_of_field_goes_through() -> None:
    assert {spec.type for schema in (PRODUCT, AD) for spec in schema.fields} == set(FieldType)
    assert len(evidence_version()) == 12
