"""Two readers that say different things: which value is proposed, and what becomes of the other."""

from __future__ import annotations

import pytest

from core.types import Fields, FieldValue, Finding, Grade, Level, Source
from core.values.typed import understand
from tests.unit.evidence.readers import CODE, LABEL, OTHER, PRODUCT, embedded, merged, model, others, rules

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


# Barcodes


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
