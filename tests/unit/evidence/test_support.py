"""Values that a model and the embedded engine agree on, or that only one of them has."""

from __future__ import annotations

from typing import Any

import pytest

from core.evidence import support
from core.types import FieldValue, Grade, Level, Script, Source
from core.values.typed import understand
from tests.unit.evidence.pages import readings
from tests.unit.evidence.readers import AD, LABEL, PRODUCT, embedded, merged, model, others, rules

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
