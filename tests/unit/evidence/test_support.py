"""Two readers: what agrees is trusted, what nobody else sees is marked, and no value is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.language.parse import parse_answer
from core.evidence import evidence_version, support
from core.evidence.same import is_same
from core.schema import FieldType, Schema, load_schema
from core.settings import Settings
from core.types import (
    Barcode,
    Fields,
    FieldValue,
    Finding,
    Grade,
    Kind,
    Level,
    Line,
    Readings,
    Script,
    Source,
)
from core.values.typed import understand
from tests.unit.evidence.pages import readings

PRODUCT, AD = load_schema(Kind.PRODUCT), load_schema(Kind.AD)
LABEL = ("山禾", "有机燕麦片", "净含量：500克", "生产日期 2026/05/01", "保质期：12个月", "阴凉干燥处保存")


def model(grade: Grade = Grade.MEDIUM, schema: Schema = PRODUCT, **texts: str) -> Fields:
    """Fields as a language model's answer becomes them."""
    fields = {}
    for key, text in texts.items():
        spec = schema.field(key)
        marks = {"sources": (Source.VLM,), "grade": grade, "inferred": spec.inferred}
        fields[key] = understand(spec, text).model_copy(update=marks)
    return fields


def embedded(grade: Grade = Grade.HIGH, schema: Schema = PRODUCT, **texts: str) -> Fields:
    """Fields as the embedded engine finds them: boxed, with their lines."""
    marks = {"sources": (Source.OCR,), "grade": grade, "box": (1.0, 2.0, 3.0, 4.0), "lines": (0,)}
    return {key: understand(schema.field(key), text).model_copy(update=marks) for key, text in texts.items()}


def merged(said: Fields, proposed: Fields, *lines: str, schema: Schema = PRODUCT, **more: Any) -> Fields:
    return support(said, proposed, readings(*lines), schema, **more)


def rules(field: FieldValue) -> list[str]:
    return [finding.rule for finding in field.findings]


def others(field: FieldValue) -> list[tuple[Any, str]]:
    return [(other["value"], other["source"]) for other in field.alternatives]


# Agreement


@pytest.mark.parametrize(
    ("key", "said", "printed"),
    [
        ("name", "Organic Oat Flakes", "OrganicOatFlakes"),
        ("name", "有机 燕麦片", "有机燕麦片"),
        ("brand", "Müller", "MULLER"),
        ("net_content", "0.5 kg", "500 g"),
        ("expiry_date", "1 May 2026", "2026-05-01"),
        ("shelf_life", "1 year", "12个月"),
        ("claims", "无添加蔗糖\n高纤维", "高纤维\n无添加 蔗糖"),
        ("nutrition", "能量: 1850 kJ / 100g", "能量: 1850 kJ / 100g, 22%"),
        ("standard_code", "GB/T 20822", "GB/T20822"),
        ("claims", "强力去污\n符合国标", "强力去污符合国标"),
    ],
)
def test_what_both_readers_say_is_trusted(key: str, said: str, printed: str) -> None:
    field = merged(model(**{key: said}), embedded(Grade.LOW, **{key: printed}))[key]
    assert field.grade is Grade.HIGH
    assert field.sources == (Source.VLM, Source.OCR)
    assert (field.box, field.lines, field.alternatives, field.findings) == ((1.0, 2.0, 3.0, 4.0), (0,), (), ())


def test_of_two_that_agree_the_spaces_are_the_models_and_the_details_are_the_richer_ones() -> None:
    fields = merged(
        model(name="Oat Flakes", nutrition="能量: 1850 kJ / 100g"),
        embedded(name="OATFLAKES", nutrition="能量: 1850 kJ / 100g, 22%"),
    )
    assert fields["name"].value == "Oat Flakes"
    assert fields["nutrition"].value["rows"][0]["nrv_percent"] == 22


@pytest.mark.parametrize(
    ("said", "printed", "same"),
    [
        ("168 CNY current", "168 CNY promotion", True),
        ("168", "168 CNY current", True),
        ("199 CNY original\n168 CNY current", "168 CNY current\n199 CNY original", True),
        ("168 CNY original", "168 CNY promotion", False),
        ("168 CNY current", "168 USD current", False),
        ("168 CNY current", "168 CNY current\n199 CNY original", False),
        ("16.8 CNY current", "168 CNY current", False),
    ],
)
def test_a_sign_or_a_role_that_only_one_reader_saw_is_no_other_price(said: str, printed: str, same: bool) -> None:
    field = merged(model(schema=AD, price=said), embedded(schema=AD, price=printed), schema=AD)["price"]
    assert (field.grade is Grade.HIGH) is same
    assert (rules(field) == []) is same


def test_agreement_does_not_settle_what_the_print_leaves_open() -> None:
    proposed = embedded(production_date="2026-04-03")
    proposed["production_date"] = proposed["production_date"].model_copy(update={"alternatives": ("2026-03-04",)})
    field = merged(model(production_date="2026-04-03"), proposed, "03/04/2026")["production_date"]
    assert (field.grade, field.alternatives) == (Grade.MEDIUM, ("2026-03-04",))


def test_a_text_misread_by_a_letter_is_no_disagreement() -> None:
    field = merged(model(name="Haferflocken zart"), embedded(name="Haferfiocken zart"), "Haferfiocken zart")["name"]
    assert (field.value, field.grade, field.findings) == ("Haferflocken zart", Grade.MEDIUM, ())
    assert others(field) == [("Haferfiocken zart", "ocr")]


# Only the model


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("name", "有机燕麦片"),
        ("brand", "山禾"),
        ("net_content", "500 g"),
        ("production_date", "2026年5月1日"),
        ("shelf_life", "12个月"),
        ("storage", "阴凉干燥处保存"),
        ("claims", "有机"),
    ],
)
def test_what_the_photo_shows_is_supported(key: str, said: str) -> None:
    field = merged(model(**{key: said}), {}, *LABEL)[key]
    assert (field.grade, field.sources, rules(field)) == (Grade.MEDIUM, (Source.VLM, Source.OCR), [])
    assert field.box is not None and field.lines and field.clarity == 0.95


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("name", "全麦面包"),
        ("brand", "Northfield"),
        ("net_content", "750 ml"),
        ("production_date", "2024-11-30"),
        ("shelf_life", "9天"),
        ("claims", "有机\n无糖"),
        ("nutrition", "能量: 1850 kJ"),
        ("gtin", "6901234567892"),
    ],
)
def test_what_nobody_sees_on_the_photo_is_low_and_says_so(key: str, said: str) -> None:
    field = merged(model(**{key: said}), {}, *LABEL)[key]
    assert (field.grade, field.sources) == (Grade.LOW, (Source.VLM,))
    assert rules(field) == ["unsupported_value"]
    finding = field.findings[0]
    assert finding.level is Level.REVIEW and finding.version >= 1
    assert finding.message.en.startswith("No reader sees this") and "仅模型" in finding.message.zh


def test_the_entries_that_nobody_sees_are_named() -> None:
    field = merged(model(claims="有机\n无糖"), {}, *LABEL)["claims"]
    assert "无糖" in field.findings[0].message.en and "有机" not in field.findings[0].message.en


def test_where_the_reader_does_not_know_the_script_the_finding_says_that_nobody_could_check() -> None:
    blind = readings().model_copy(update={"script": Script.UNREAD})
    field = support(model(name="오트밀"), {}, blind, PRODUCT)["name"]
    assert field.grade is Grade.LOW and "does not know the script" in field.findings[0].message.en


@pytest.mark.parametrize(
    ("key", "said", "line", "read"),
    [
        ("name", "Haferflocken", "Haferfiocken", "Haferfiocken"),
        ("name", "优惠券礼包", "优惠卷礼包", "优惠卷礼包"),
        ("name", "蛋?质粉", "蛋白质粉", "蛋白质粉"),
        ("claims", "ohne Zuckerzusatz\nvegan", "ohne Zuckerzusalz vegan", ["ohne Zuckerzusalz", "vegan"]),
    ],
)
def test_a_near_match_is_support_of_a_lower_grade_with_the_print_beside_it(
    key: str, said: str, line: str, read: Any
) -> None:
    field = merged(model(**{key: said}), {}, line)[key]
    assert (field.grade, field.findings) == (Grade.LOW, ())
    assert Source.OCR in field.sources
    assert others(field) == [(read, "ocr")]
    assert field.value == understand(PRODUCT.field(key), said).value


def test_a_doubtful_digit_is_offered_and_never_filled_in() -> None:
    field = merged(model(Grade.LOW, expiry_date="20?6-05-01"), {}, "2026/05/01")["expiry_date"]
    assert (field.value, field.grade) == ("20?6-05-01", Grade.LOW)
    assert others(field) == [("2026-05-01", "ocr")]


@pytest.mark.parametrize(
    ("key", "said", "line", "read"),
    [
        ("expiry_date", "2026-05-01", "2026/08/01", "2026-08-01"),
        ("net_content", "500 g", "净含量 600克", 600.0),
        ("shelf_life", "12个月", "保质期18个月", 18.0),
        ("licence", "SC10111011500123", "SC10111011500128", "SC10111011500128"),
        ("standard_code", "GB/T 20822", "GB/T 20882", "GB/T 20882"),
    ],
)
def test_another_digit_is_a_disagreement_and_never_a_near_match(key: str, said: str, line: str, read: Any) -> None:
    field = merged(model(**{key: said}), {}, line)[key]
    assert (field.grade, field.sources, rules(field)) == (Grade.LOW, (Source.VLM,), ["readers_agree"])
    assert others(field) == [(read, "ocr")]
    assert "Model: " in field.findings[0].message.en and "照片文字：" in field.findings[0].message.zh


def test_a_model_that_doubts_its_own_words_is_not_raised_by_finding_them() -> None:
    assert merged(model(Grade.LOW, name="有机燕麦片"), {}, *LABEL)["name"].grade is Grade.LOW


def test_a_judgement_is_never_unsupported_and_shows_the_words_that_speak_for_it() -> None:
    said = model(schema=AD, audience="children", emotion="joy")
    fields = merged(said, {}, "宝宝爱吃的米粉", schema=AD)
    for field in fields.values():
        assert (field.inferred, field.findings, field.grade) == (True, (), Grade.LOW)
    assert merged(model(languages="zh\nde"), {}, *LABEL)["languages"].findings == ()


# Only the embedded engine


@pytest.mark.parametrize(
    ("before", "after"), [(Grade.HIGH, Grade.MEDIUM), (Grade.MEDIUM, Grade.LOW), (Grade.LOW, Grade.LOW)]
)
def test_a_value_that_the_model_calls_absent_is_kept_a_step_less_sure(before: Grade, after: Grade) -> None:
    proposed = embedded(before, brand="山禾")
    assert merged({}, proposed, *LABEL)["brand"] == proposed["brand"].model_copy(update={"grade": after})


def test_what_a_broken_off_answer_did_not_reach_stands_unchanged() -> None:
    proposed = embedded(brand="山禾", name="燕麦片")
    fields = merged(model(brand="山禾"), proposed, *LABEL, partial=True)
    assert fields["name"] == proposed["name"]
    assert fields["brand"].sources == (Source.VLM, Source.OCR)


def test_measured_colours_are_nothing_that_a_model_could_deny() -> None:
    palette = FieldValue(value=[{"hex": "#aa0000", "share": 0.5}], sources=(Source.RULE,), grade=Grade.HIGH)
    assert merged({}, {"palette": palette}, schema=AD)["palette"] == palette
    said = {"palette": FieldValue(value=[{"hex": "#00ff00", "share": 1.0}], sources=(Source.VLM,))}
    field = merged(said, {"palette": palette}, schema=AD)["palette"]
    assert (field.value, others(field)) == (palette.value, [(said["palette"].value, "vlm")])


# Disagreement


@pytest.mark.parametrize(
    ("key", "said", "proposed", "grade", "lines", "winner", "after"),
    [
        # Words: the model's where the photo has them …
        ("name", "有机燕麦片", "山禾", Grade.LOW, LABEL, "model", Grade.MEDIUM),
        ("brand", "山禾", "有机燕麦片", Grade.HIGH, LABEL, "model", Grade.LOW),
        # … else the embedded engine's.
        ("name", "全麦面包", "有机燕麦片", Grade.HIGH, LABEL, "embedded", Grade.MEDIUM),
        ("name", "全麦面包", "有机燕麦片", Grade.LOW, LABEL, "embedded", Grade.LOW),
        # Digits: those that are printed; of two that are, the one behind a clear key.
        ("net_content", "600 g", "500 g", Grade.HIGH, LABEL, "embedded", Grade.MEDIUM),
        ("net_content", "500 g", "50 g", Grade.LOW, LABEL, "model", Grade.MEDIUM),
        ("net_content", "50 g", "500 g", Grade.HIGH, (*LABEL, "每份50克"), "embedded", Grade.LOW),
        ("net_content", "500 g", "50 g", Grade.MEDIUM, (*LABEL, "每份50克"), "model", Grade.LOW),
        ("production_date", "2026-08-01", "2026-05-01", Grade.MEDIUM, LABEL, "embedded", Grade.MEDIUM),
        ("licence", "SC101110115123", "SC101110115128", Grade.HIGH, ("SC101110115128",), "embedded", Grade.MEDIUM),
        # Lists: the model's where most of it is there.
        ("claims", "有机\n燕麦\n无糖", "山禾\n有机", Grade.MEDIUM, LABEL, "model", Grade.LOW),
        ("claims", "无糖\n低脂\n有机", "山禾", Grade.MEDIUM, LABEL, "embedded", Grade.MEDIUM),
    ],
)  # fmt: skip
def test_of_two_values_the_better_founded_one_is_proposed_and_the_other_kept(
    key: str, said: str, proposed: str, grade: Grade, lines: tuple[str, ...], winner: str, after: Grade
) -> None:
    spec = PRODUCT.field(key)
    field = merged(model(**{key: said}), embedded(grade, **{key: proposed}), *lines)[key]
    sides = {"model": understand(spec, said).value, "embedded": understand(spec, proposed).value}
    loser = "embedded" if winner == "model" else "model"
    assert (field.value, field.grade) == (sides[winner], after)
    assert (sides[loser], "ocr" if loser == "embedded" else "vlm") in others(field)
    [finding] = [finding for finding in field.findings if finding.rule == "readers_agree"]
    assert finding.level is Level.REVIEW
    first = {"model": ("Model: ", "模型："), "embedded": ("Embedded engine: ", "内置引擎：")}[winner]
    assert f"disagree. {first[0]}" in finding.message.en and f"不一致。{first[1]}" in finding.message.zh


def test_lists_that_are_all_there_contradict_nothing_and_both_are_kept() -> None:
    field = merged(model(claims="有机\n燕麦"), embedded(claims="山禾\n有机"), *LABEL)["claims"]
    assert (field.value, field.grade, field.findings) == (["有机", "燕麦"], Grade.MEDIUM, ())
    assert others(field) == [(["山禾", "有机"], "ocr")]


def test_the_country_out_of_printed_words_agrees_with_these_words() -> None:
    proposed = embedded(origin="Made in Germany")
    proposed["origin"] = proposed["origin"].model_copy(update={"value": "Germany"})
    field = merged(model(origin="MADE IN GERMANY"), proposed)["origin"]
    assert (field.value, field.grade, field.findings) == ("Germany", Grade.HIGH, ())


def test_a_longer_table_that_is_all_there_contradicts_nothing() -> None:
    said = model(nutrition="能量: 1850 kJ / 100g\n蛋白质: 8.5 g / 100g")
    field = merged(said, embedded(nutrition="能量: 1850 kJ / 100g"), "能量\t1850 kJ", "蛋白质\t8.5 g")["nutrition"]
    assert (len(field.value["rows"]), field.grade, field.findings) == (2, Grade.MEDIUM, ())


def test_of_two_tables_with_another_amount_the_printed_one_stands() -> None:
    said, proposed = model(nutrition="能量: 1350 kJ / 100g"), embedded(nutrition="能量: 1850 kJ / 100g")
    field = merged(said, proposed, "能量\t1850 kJ")["nutrition"]
    assert field.value["rows"][0]["value"] == 1850
    assert rules(field) == ["readers_agree"]


def test_a_cut_text_gives_way_to_the_whole_one() -> None:
    said = model(storage="阴凉干燥处")
    said["storage"] = said["storage"].model_copy(update={"truncated": True, "grade": Grade.LOW})
    field = merged(said, embedded(storage="阴凉干燥处保存"), *LABEL)["storage"]
    assert (field.value, field.truncated) == ("阴凉干燥处保存", False)


# Barcodes

CODE, OTHER = "6901234567892", "4006381333931"


def decoded(grade: Grade, *, disputed: bool = False) -> Fields:
    finding = Finding(rule="decoders_agree", version=1, level=Level.REVIEW, message={"en": "x", "zh": "x"})  # type: ignore[arg-type]
    return {
        "gtin": FieldValue(
            value=CODE,
            raw=CODE,
            sources=(Source.BARCODE,),
            grade=grade,
            findings=(finding,) if disputed else (),
            alternatives=(OTHER,) if disputed else (),
        )
    }


@pytest.mark.parametrize("grade", list(Grade))
@pytest.mark.parametrize("said", [CODE, "6 901234 567892", f"0{CODE}"[:14]])
def test_a_model_that_says_the_same_code_does_not_make_it_more_trusted(grade: Grade, said: str) -> None:
    field = merged(model(gtin=said), decoded(grade), CODE)["gtin"]
    assert (field.value, field.grade, field.sources[0]) == (CODE, grade, Source.BARCODE)
    assert field.findings == () or said != CODE


@pytest.mark.parametrize("grade", list(Grade))
def test_a_model_never_overrides_a_decoded_code(grade: Grade) -> None:
    field = merged(model(gtin=OTHER), decoded(grade), OTHER)["gtin"]
    assert (field.value, field.grade, field.sources) == (CODE, grade, (Source.BARCODE,))
    assert others(field) == [(OTHER, "vlm")]
    assert field.findings[0].message.en == f"The readers disagree. Barcode: {CODE}; model: {OTHER}."


@pytest.mark.parametrize("said", [CODE, OTHER])
def test_disputed_bars_stay_for_a_person_whatever_the_model_says(said: str) -> None:
    field = merged(model(gtin=said), decoded(Grade.LOW, disputed=True), CODE, OTHER)["gtin"]
    assert (field.value, field.grade) == (CODE, Grade.LOW)
    assert "decoders_agree" in rules(field) and OTHER in field.alternatives


def test_a_model_that_sees_no_code_takes_nothing_from_a_decoded_one() -> None:
    assert merged({}, decoded(Grade.HIGH))["gtin"] == decoded(Grade.HIGH)["gtin"]


def test_without_bars_two_readers_of_the_digits_are_better_than_one_and_not_a_decoder() -> None:
    assert merged(model(gtin=CODE), embedded(Grade.LOW, gtin=CODE), CODE)["gtin"].grade is Grade.MEDIUM
    assert merged(model(gtin=CODE), {}, CODE)["gtin"].grade is Grade.LOW
    field = merged(model(gtin=OTHER), embedded(Grade.LOW, gtin=CODE), CODE)["gtin"]
    assert (field.value, field.grade, others(field)) == (CODE, Grade.LOW, [(OTHER, "vlm")])


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


# Properties

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
