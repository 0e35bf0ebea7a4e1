"""Claims against the table, and words that food and cosmetics must not use: hits and near-misses."""

from __future__ import annotations

from typing import Any

import pytest

from core.rules.tables import load_table
from core.types import Kind, Level
from core.values.terms import load_terms
from tests.unit.rules.checking import findings, row, table

CLAIM = [("claim_against_table", Level.REVIEW)]
DISEASE = [("disease_claims", Level.REVIEW)]
MEDICAL = [("cosmetic_medical_terms", Level.REVIEW)]


def claim(text: str, *rows: dict[str, Any]) -> list[tuple[str, Level]]:
    return findings("claims", claims=[text], nutrition=table(*rows))


def test_every_wording_has_a_threshold() -> None:
    limits = load_table("nutrition_claims")
    assert set(load_terms("nutrition_claims").keys) == limits["most"].keys() | limits["least"].keys()


@pytest.mark.parametrize(
    ("text", "nutrient", "holds", "breaks"),
    [
        ("无糖", "sugars", 0.5, 0.6),
        ("0糖", "sugars", 0, 3),
        ("SUGAR FREE", "sugars", 0.5, 2),
        ("sugar-free", "sugars", 0.5, 2),
        ("低糖配方", "sugars", 5, 18.6),
        ("Low in sugar", "sugars", 5, 5.1),
        ("0脂肪", "fat", 0.5, 0.6),
        ("Fat free", "fat", 0.5, 1),
        ("低脂", "fat", 3, 3.1),
        ("Low-fat", "fat", 3, 3.5),
        ("低能量", "energy", 170, 171),
        ("0卡", "energy", 17, 30),
        ("无钠", "sodium", 5, 6),
        ("极低钠", "sodium", 40, 41),
        ("低钠", "sodium", 120, 121),
        ("Low salt", "sodium", 120, 300),
        ("高蛋白", "protein", 12, 11.9),
        ("High in protein", "protein", 12, 3),
        ("蛋白质来源", "protein", 6, 5.9),
        ("膳食纤维来源", "fibre", 3, 2.9),
        ("Source of fibre", "fibre", 3, 1),
        ("高膳食纤维", "fibre", 6, 5.9),
        ("HIGH FIBER", "fibre", 6, 4),
    ],
)
def test_claim_holds_up_to_its_threshold_for_solids(text: str, nutrient: str, holds: float, breaks: float) -> None:
    assert claim(text, row(nutrient, holds)) == []
    assert claim(text, row(nutrient, breaks)) == CLAIM


@pytest.mark.parametrize(
    ("text", "nutrient", "holds", "breaks"),
    [
        ("低脂", "fat", 1.5, 1.6),
        ("低能量", "energy", 80, 81),
        ("高蛋白", "protein", 6, 5.9),
        ("蛋白质来源", "protein", 3, 2.9),
        ("膳食纤维来源", "fibre", 1.5, 1.4),
        ("高膳食纤维", "fibre", 3, 2.9),
        ("低糖", "sugars", 5, 5.1),
    ],
)
def test_basis_tells_liquids_from_solids(text: str, nutrient: str, holds: float, breaks: float) -> None:
    assert claim(text, row(nutrient, holds, "100ml")) == []
    assert claim(text, row(nutrient, breaks, "100ml")) == CLAIM


@pytest.mark.parametrize(
    "text",
    [
        "零添加蔗糖",
        "0蔗糖",
        "无蔗糖",
        "未添加蔗糖",
        "不添加糖",
        "0添加糖",
        "无糖精",
        "无糖醇",
        "减糖30%",
        "控糖",
        "No added sugar",
        "no sugar added",
        "No sugars added",
        "Refined sugar free",
        "10g sugar",
        "每份仅10糖",
        "sans sucres ajoutés",
        "reduced sugar",
        "不甜腻",
    ],
)
def test_other_words_about_sugar_are_not_sugar_free(text: str) -> None:
    assert claim(text, row("sugars", 18.6)) == []


@pytest.mark.parametrize(
    ("text", "nutrient", "value"),
    [
        ("99% fat free", "fat", 1.0),
        ("Trans fat free", "fat", 20),
        ("0反式脂肪", "fat", 20),
        ("低脂可可粉", "fat", 20),
        ("减脂期首选", "fat", 20),
        ("使用低钠盐", "sodium", 600),
        ("减盐25%", "sodium", 600),
        ("No salt added", "sodium", 600),
        ("Good source of protein", "protein", 4),
        ("高蛋白酶", "protein", 0),
    ],
)
def test_other_claims_about_a_nutrient_pass(text: str, nutrient: str, value: float) -> None:
    assert claim(text, row(nutrient, value)) == []


def test_claim_is_judged_only_where_the_table_can_tell() -> None:
    assert claim("无糖", row("carbohydrate", 60)) == []
    assert claim("无糖", row("sugars", 12, "serving")) == []
    assert claim("无糖", row("sugars", 1, less_than=True)) == []
    assert findings("claims", claims=["无糖"]) == []


def test_one_column_that_bears_the_claim_out_is_enough() -> None:
    assert claim("低糖", row("sugars", 8), row("sugars", 4, "100ml")) == []


def test_protein_may_be_reckoned_by_energy() -> None:
    assert claim("高蛋白", row("protein", 5), row("energy", 200)) == []
    assert claim("高蛋白", row("protein", 5), row("energy", 1500)) == CLAIM


def test_sodium_claims_are_held_against_salt_too() -> None:
    assert claim("Low sodium", row("salt", 0.3)) == []
    assert claim("Low sodium", row("salt", 1.2)) == CLAIM


def test_claim_in_the_name_is_found_there() -> None:
    assert findings("name", name="无糖曲奇", nutrition=table(row("sugars", 20))) == CLAIM


FOOD = {"licence": "SC10744030704994"}


@pytest.mark.parametrize(
    "text", ["有效治疗失眠", "降血压", "抗癌食品", "预防糖尿病", "Cures diabetes", "lowers blood pressure", "消炎止痛"]
)
def test_food_that_speaks_of_disease_is_for_review(text: str) -> None:
    assert set(findings("claims", claims=[text], **FOOD)) == set(DISEASE)


@pytest.mark.parametrize(
    "text",
    [
        "本品不能代替药物",
        "保健食品不是药物，不能代替药物治疗疾病",
        "本品不具有疾病预防、治疗功能",
        "This product is not intended to diagnose, treat, cure or prevent any disease",
        "治愈系美味",
        "健康美味",
        "糖尿病患者请遵医嘱",
        "cured ham",
        "有助于增强免疫力",
        "营养丰富",
    ],
)
def test_disclaimers_and_plain_words_on_food_pass(text: str) -> None:
    assert findings("claims", claims=[text], **FOOD) == []


def test_medicines_and_other_goods_may_speak_of_treatment() -> None:
    assert findings("claims", claims=["治疗感冒"], licence="国药准字Z44021940", legal_name="饮料") == []
    assert findings("claims", claims=["治疗失眠"], name="颈椎按摩仪") == []


def test_ad_that_promises_an_effect_on_disease_is_for_review() -> None:
    assert findings("headline", Kind.AD, headline="喝出健康 降血糖") == DISEASE
    assert findings("headline", Kind.AD, headline="降血糖", selling_points=[{"text": "国药准字H2024"}]) == []
    assert findings("headline", Kind.AD, headline="杀灭病毒", product="消毒液") == []
    assert findings("headline", Kind.AD, headline="Butterscotch lowers blood pressure") == DISEASE


@pytest.mark.parametrize("text", ["消炎祛痘", "药妆级护理", "改善湿疹", "Medical grade skincare", "antibacterial"])
def test_medical_word_on_cosmetics_is_for_review(text: str) -> None:
    assert set(findings("claims", claims=[text], licence="浙妆20160045")) == set(MEDICAL)
    assert set(findings("claims", claims=[text], name="神经酰胺面霜")) == set(MEDICAL)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("舒缓泛红 48小时保湿", {"name": "面霜"}),
        ("皮炎患者慎用", {"name": "面霜"}),
        ("治愈系香氛", {"name": "面霜"}),
        ("Dermatologically tested", {"name": "Face cream"}),
        ("有效杀菌99%", {"name": "洗手液", "licence": "卫消证字2020第0001号"}),
        ("杀菌", {"name": "洗衣液"}),
        ("低温杀菌", {"name": "鲜牛奶"}),
    ],
)
def test_plain_words_and_other_goods_pass(text: str, others: dict[str, str]) -> None:
    assert findings("claims", claims=[text], **others) == []


def test_medical_word_in_an_ad_for_cosmetics_is_for_review() -> None:
    assert findings("selling_points", Kind.AD, product="修护精华", selling_points=[{"text": "抗炎修复"}]) == MEDICAL
