"""Fields of product labels, from pages set by hand and from the project's own material."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engines.embedded.product import extract_product
from core.schema import load_schema
from core.types import Grade, Kind, Line, Readings, Source
from tests.unit.printed import column, line, page, table

CHINESE_LABEL = (
    "【品名】燕麦曲奇饼干",
    "产品类型：酥性饼干",
    "配料：小麦粉、白砂糖、黄油（乳）、",
    "燕麦片（10%）、食用盐",
    "净含量：160克（16克×10）保质期：9个月",
    "生产日期：见包装封口处",
    "贮存条件：请置于阴凉干燥处，避免阳光直射。",
    "产品标准号：GB/T 20980",
    "食品生产许可证编号：",
    "SC10890020300467",
    "生产商：某某食品有限公司",
    "地址：某省某市谷仓街66号",
    "产地：某省某市",
)


def values(readings: Readings) -> dict[str, object]:
    return {key: field.value for key, field in extract_product(readings).items()}


def test_a_chinese_label_gives_all_its_keyed_fields() -> None:
    found = values(page(*column(*CHINESE_LABEL)))
    assert found["name"] == "燕麦曲奇饼干"
    assert found["legal_name"] == "酥性饼干"
    assert found["ingredients_text"] == "小麦粉、白砂糖、黄油（乳）、燕麦片（10%）、食用盐"
    assert (found["net_content"], found["shelf_life"]) == (160, 9)
    assert found["production_date"] == "see_package"
    assert found["storage"] == "请置于阴凉干燥处，避免阳光直射。"
    assert found["standard_code"] == "GB/T 20980"
    assert found["licence"] == "SC10890020300467"
    assert found["manufacturer"] == "某某食品有限公司"
    assert found["address"] == "某省某市谷仓街66号"
    assert found["origin"] == "某省某市"
    assert "expiry_date" not in found


def test_every_key_returned_is_in_the_schema() -> None:
    schema = load_schema(Kind.PRODUCT)
    for readings in (page(*column(*CHINESE_LABEL)), page(*column(*ENGLISH_LABEL))):
        assert set(extract_product(readings)) <= set(schema.keys)


ENGLISH_LABEL = (
    "INGREDIENTS: Whole grain oats, maple syrup,",
    "pecans, sunflower oil, sea salt.",
    "CONTAINS: PECANS, MILK.",
    "Store in a cool, dry place. Reseal after opening.",
    "Distributed by Hollow Kitchen Co.",
    "400 Fern Road, Larkmont, OR 97000",
    "Product of USA",
    "Best by 03/15/2027",
    "NET WT 12 oz (340g)",
)


def test_an_english_label_ends_each_value_where_the_next_begins() -> None:
    fields = extract_product(page(*column(*ENGLISH_LABEL)))
    found = {key: field.value for key, field in fields.items()}
    assert found["ingredients_text"] == "Whole grain oats, maple syrup, pecans, sunflower oil, sea salt."
    assert found["allergens"] == ["PECANS", "MILK"]
    assert found["storage"] == "Store in a cool, dry place. Reseal after opening."
    assert found["manufacturer"] == "Hollow Kitchen Co."
    assert found["address"] == "400 Fern Road, Larkmont, OR 97000"
    assert found["expiry_date"] == "2027-03-15"
    assert (found["net_content"], fields["net_content"].unit) == (340, "g")
    assert (found["origin"], fields["origin"].raw) == ("USA", "Product of USA")


def test_a_german_label_splits_maker_and_address_and_reads_its_statement() -> None:
    fields = extract_product(
        page(
            line("Bio Haferkekse", 60, 40, height=80),
            *column(
                "Zutaten: Haferflocken* 45%, Rohrohrzucker*, Butter*, Weizenmehl*,",
                "Backtriebmittel: Natriumcarbonate, Salz.",
                "Kann Spuren von Nüssen und Soja enthalten.",
                "Kühl und trocken lagern.",
                "Mindestens haltbar bis: siehe Packungsrückseite",
                "Nettofüllmenge: 250 g e",
                "Hergestellt für: Muster Handels GmbH, Hauptstr. 5, D-70173 Stuttgart",
                y=160,
            ),
        )
    )
    found = {key: field.value for key, field in fields.items()}
    assert found["name"] == "Bio Haferkekse"
    assert found["allergens"] == ["Nüssen", "Soja"]
    assert found["expiry_date"] == "see_package"
    assert fields["expiry_date"].raw == "siehe Packungsrückseite"
    assert found["manufacturer"] == "Muster Handels GmbH"
    assert found["address"] == "Hauptstr. 5, D-70173 Stuttgart"
    assert found["languages"] == ["de"]


def test_a_french_label_takes_the_legal_name_from_above_the_ingredients() -> None:
    fields = extract_product(
        page(
            *column(
                "Biscuits nappés de chocolat au lait",
                "Ingrédients : farine de BLÉ, sucre, beurre de cacao, LAIT entier",
                "en poudre, pâte de cacao, sel.",
                "À consommer de préférence avant le : voir sur le dessus",
                "À conserver dans un endroit frais et sec.",
                "Fabriqué en Alsace - Biscuiterie Dupont - 67000 Strasbourg",
            )
        )
    )
    found = {key: field.value for key, field in fields.items()}
    assert found["legal_name"] == found["name"] == "Biscuits nappés de chocolat au lait"
    assert fields["name"].grade is Grade.LOW
    assert found["allergens"] == ["BLÉ", "LAIT"]
    assert found["expiry_date"] == "see_package"
    assert (found["origin"], found["manufacturer"]) == ("Alsace", "Biscuiterie Dupont - 67000 Strasbourg")


def test_the_maker_comes_before_who_ordered_it_and_keeps_its_own_address() -> None:
    found = values(
        page(
            *column(
                "配料：面饼（小麦粉、棕榈油）；配料包（酸菜、水）",
                "委托方：某某控股有限公司",
                "地址：广州市某路1号",
                "受委托生产企业：某某食品有限公司",
                "地址：广州市某路2号",
            )
        )
    )
    assert found["ingredients_text"] == "面饼（小麦粉、棕榈油）；配料包（酸菜、水）"
    assert (found["manufacturer"], found["address"]) == ("某某食品有限公司", "广州市某路2号")


KEYED = [
    ("net_content", "净含量500克", 500),
    ("net_content", "净含量/规格：500g", 500),
    ("net_content", "【净含量】：220ml", 220),
    ("net_content", "净含量：面饼+配料120克 面饼85克", 120),
    ("net_content", "NettogewichtI: 250 g", 250),
    ("net_content", "Poids net : 1,5 kg", 1.5),
    ("net_content", "Füllmenge: 6 x 0,33 l", 1.98),
    ("shelf_life", "保质期(常温):十八个月", 18),
    ("expiry_date", "保质期至：2026年05月01日", "2026-05-01"),
    ("expiry_date", "Mindestens haltbar bis: 01.05.2026", "2026-05-01"),
    ("expiry_date", "À consommer de préférence avant le 30/06/2026", "2026-06-30"),
    ("expiry_date", "EXP 2026-05", "2026-05"),
    ("production_date", "生产日期20250304", "2025-03-04"),
    ("production_date", "生产曰期：2025.03.04", "2025-03-04"),
    ("production_date", "MFG: 14 MAR 2025", "2025-03-14"),
    ("ingredients_text", "Zutaten: Zucker, Kakaobutter, Vollmilchpulver.", "Zucker, Kakaobutter, Vollmilchpulver."),
    ("ingredients_text", "IngredientsWater, Sugar, Salt", "Water, Sugar, Salt"),
    ("ingredients_text", "lngredients: Water, Sugar", "Water, Sugar"),
    ("ingredients_text", "配料：生牛乳", "生牛乳"),
    ("storage", "Kühl und trocken lagern.", "Kühl und trocken lagern."),
    ("storage", "À conserver entre 0° et 8°C.", "À conserver entre 0° et 8°C."),
    ("manufacturer", "Hergestellt von: Muster Backwaren GmbH", "Muster Backwaren GmbH"),
    ("origin", "原产国：法国", "法国"),
    ("origin", "Made in Germany", "Germany"),
    ("licence", "SC10890020300467", "SC10890020300467"),
    ("standard_code", "执行标准:Q/ABC 0001S-2021", "Q/ABC 0001S-2021"),
    ("origin", "原产国：法国　产区：波尔多", "法国"),
    ("address", "Address: No. 18 Haitong Road, Dongguan", "No. 18 Haitong Road, Dongguan"),
    ("production_date", "生产日期（年月日）及批号：20250304", "2025-03-04"),
    ("ingredients_text", "Zutaten: Zucker, Salz. Laktosefrei. Kühl lagern.", "Zucker, Salz."),
    ("ingredients_text", "Ingrédients : sucre, sel. Conserver au frais.", "sucre, sel."),
    ("ingredients_text", "Zutaten: Zucker. Kakao: 30% mindestens.", "Zucker. Kakao: 30% mindestens."),
    ("net_content", "Contenu : 400 g", 400),
    ("brand", "品牌：麦香", "麦香"),
    ("serving_size", "Serving Size 8 fl oz (240mL) 1 cup Servings Per Container About 8", 240),
]


@pytest.mark.parametrize(("key", "text", "value"), KEYED)
def test_a_key_gives_its_value(key: str, text: str, value: object) -> None:
    assert values(page(line(text, 50, 100))).get(key) == value


@pytest.mark.parametrize(
    ("key", "lines", "value"),
    [
        ("expiry_date", ("Arôme naturel de vanille. À consommer", "de préférence avant fin : 05/2026"), "2026-05"),
        ("expiry_date", ("Bei +8 °C gekühlt. Mindestens", "haltbar bis: 28.12.2026"), "2026-12-28"),
        ("net_content", ("our best net", "weight is 400 g of joy"), None),
    ],
)
def test_a_long_key_may_run_over_the_end_of_its_line(key: str, lines: tuple[str, ...], value: object) -> None:
    assert values(page(*column(*lines))).get(key) == value


def test_a_sentence_goes_on_where_the_next_line_begins_in_lower_case() -> None:
    lines = column("Keep refrigerated below 5°C. Use within 24", "hours of opening.", "Best before: see lid", y=200)
    label = page(*column("Ingredients: water, beans, tomatoes, onions, carrots, oil, salt.", y=100), *lines)
    assert values(label)["storage"] == "Keep refrigerated below 5°C. Use within 24 hours of opening."


def test_a_remark_on_bold_print_is_no_ingredient() -> None:
    label = page(line("Ingredients: Water, Salt, Celery. For allergens, see ingredients in bold.", 50, 100))
    assert values(label)["ingredients_text"] == "Water, Salt, Celery."


NOT_KEYED = [
    ("net_content", "加入500克面粉搅拌"),
    ("net_content", "客服热线：400-820-1234"),
    ("ingredients_text", "Made from the best ingredients of the region"),
    ("shelf_life", "使用方法：每日2次"),
    ("expiry_date", "Questions? 1-800-555-0142"),
    ("manufacturer", "We are proud of our producers"),
    ("origin", "原味"),
    ("licence", "ISO9001"),
    ("standard_code", "GBTX 2000"),
    ("brand", "食用方法：开袋即食"),
]


@pytest.mark.parametrize(("key", "text"), NOT_KEYED)
def test_what_only_looks_like_a_key_gives_nothing(key: str, text: str) -> None:
    assert key not in values(page(line(text, 50, 100)))


def test_a_value_in_the_next_column_belongs_to_the_key_on_its_row() -> None:
    readings = page(*table(("品名", "燕麦饼干"), ("净含量", "160克"), ("保质期：", "9个月"), xs=(50, 500)))
    found = values(readings)
    assert (found["name"], found["net_content"], found["shelf_life"]) == ("燕麦饼干", 160, 9)


def test_columns_of_text_beside_each_other_are_not_mixed() -> None:
    left = column("配料：小麦粉、白砂糖、", "食用盐、鸡蛋")
    right = column("贮存条件：阴凉干燥处", "保质期：12个月", x=600)
    found = values(page(*left, *right))
    assert found["ingredients_text"] == "小麦粉、白砂糖、食用盐、鸡蛋"
    assert found["storage"] == "阴凉干燥处"


def test_a_value_is_boxed_by_its_own_part_of_the_line() -> None:
    fields = extract_product(page(line("净含量：160克 保质期：9个月", 50, 100)))
    net, life = fields["net_content"].box, fields["shelf_life"].box
    assert net is not None
    assert life is not None
    assert 50 < net[0] < net[2] < life[0] < life[2]
    assert fields["net_content"].lines == (0,)
    assert fields["net_content"].sources == (Source.OCR,)


def test_unclear_print_lowers_the_grade() -> None:
    clear = extract_product(page(line("净含量：160克", 50, 100, score=0.99)))
    unclear = extract_product(page(line("净含量：160克", 50, 100, score=0.7)))
    assert (clear["net_content"].grade, unclear["net_content"].grade) == (Grade.HIGH, Grade.MEDIUM)


def test_an_ambiguous_date_keeps_its_other_reading() -> None:
    field = extract_product(page(line("Best before: 03/04/2027", 50, 100)))["expiry_date"]
    assert (field.value, field.alternatives, field.grade) == ("2027-04-03", ("2027-03-04",), Grade.MEDIUM)


def test_the_front_of_a_pack_gives_name_and_brand_by_size() -> None:
    front = page(
        line("Crispello", 100, 400, height=200),
        line("HOLLIN", 600, 300, height=60),
        line("e 125 g", 100, 900, height=50),
        line("Made in Germany", 100, 1000, height=30),
    )
    found = values(front)
    assert (found["name"], found["brand"], found["net_content"]) == ("Crispello", "HOLLIN", 125)


@pytest.mark.parametrize("name", ["Schokoflocken", "Rote Grütze"])
def test_a_front_of_few_lines_has_its_name_by_being_largest_of_them(name: str) -> None:
    front = page(
        line("HOLLIN", 100, 60, height=60), line(name, 100, 300, height=110), line("mit Vollkorn", 100, 500, height=55)
    )
    assert (values(front)["name"], values(front)["brand"]) == (name, "HOLLIN")


def test_lines_of_about_one_size_have_no_name_among_them() -> None:
    front = page(
        line("HOLLIN", 100, 60, height=60), line("Schokoflocken", 100, 300, height=70), line("Vollkorn", 100, 500, 55)
    )
    assert "name" not in values(front)


def test_two_words_over_the_legal_name_are_the_brand() -> None:
    label = page(
        line("Casa Verlin", 100, 50, height=80),
        line("Salsa Verde Medium", 100, 140, height=48),
        *column("INGREDIENTS: TOMATILLOS, WATER, ONIONS,", "SALT, GARLIC POWDER.", "BEST BY: SEE LID", y=210),
        *column("PRODUCT OF MEXICO", "REFRIGERATE AFTER OPENING.", y=400),
    )
    assert (values(label)["brand"], values(label)["name"]) == ("Casa Verlin", "Salsa Verde Medium")


def test_a_description_in_small_print_leaves_the_headline_the_name() -> None:
    label = page(
        line("Rice Clouds", 100, 50, height=80),
        *column("Puffed rice crackers", "INGREDIENTS: RICE, SALT.", "BEST BY: SEE LID", y=200),
        *column("PRODUCT OF MEXICO", "KEEP DRY.", y=400),
    )
    assert values(label)["name"] == "Rice Clouds"


def test_a_latin_logo_over_a_chinese_label_is_its_brand() -> None:
    label = page(
        line("NORDVEY", 80, 40, height=37), *column("品名：男式衬衫", "颜色：浅蓝", "等级：一等品", "不可漂白")
    )
    assert values(label)["brand"] == "NORDVEY"


def test_the_head_of_a_table_is_no_brand_of_a_chinese_label() -> None:
    label = page(
        *table(("NRV%", "", ""), ("能量", "312千焦", "4%"), ("蛋白质", "1.2克", "2%"), ("脂肪", "7.1克", "12%")),
        line("辣香园", 50, 500, height=80), line("香菇牛肉酱", 50, 600, height=52),
        *column("净含量：210克", "保质期：十二个月", "生产日期：见瓶盖", "产品标准号：GB/T 42463", y=700),
    )  # fmt: skip
    assert (values(label)["brand"], values(label)["name"]) == ("辣香园", "香菇牛肉酱")


def test_a_few_words_over_the_name_of_a_front_are_its_brand() -> None:
    front = page(
        line("Barlow & Finch", 300, 60, height=36), line("OAT RINGS", 100, 300, height=100),
        line("Good Source of Fiber", 250, 600), line("NET WT 10.8 OZ (306g)", 50, 900),
    )  # fmt: skip
    assert (values(front)["brand"], values(front)["name"]) == ("Barlow & Finch", "OAT RINGS")


def test_a_brand_set_from_top_to_bottom_is_read() -> None:
    side = Line(text="云岫山", box=(40, 100, 120, 340), score=0.99)
    found = values(page(side, *column("品名：红茶", "配料：茶树鲜叶", "净含量：250g", "质量等级：特级", x=300)))
    assert found["brand"] == "云岫山"


def test_a_key_set_wide_is_read() -> None:
    label = page(line("品", 50, 100), line("名：蛋黄酥", 130, 100), line("糖", 50, 200), line("蛋白质", 130, 200))
    assert values(label)["name"] == "蛋黄酥"


@pytest.mark.parametrize("size", ["Serving size 3 crackers (15g)", "Serving size 3\ncrackers (15g)"])
def test_a_serving_size_beside_the_rows_and_over_two_lines_is_read(size: str) -> None:
    panel = page(
        line("Nutrition Facts", 50, 50, height=40),
        *column(*size.split("\n"), y=180),
        *table(("Total Fat 2g", "3%"), ("Sodium 5mg", "0%"), ("Total Carb. 11g", "4%"), ("Protein 3g",), xs=(560, 900)),
        line("Vitamin D 0%", 50, 300),
    )
    assert values(panel)["serving_size"] == 15


def test_the_head_of_a_column_is_no_serving_size() -> None:
    panel = page(
        *table(("项目", "每份(15克)"), ("能量", "312千焦"), ("蛋白质", "1.2克"), ("脂肪", "7.1克"), ("钠", "380毫克"))
    )
    assert "serving_size" not in values(panel)


def test_a_panel_with_nothing_but_nutrition_has_no_brand_and_no_name() -> None:
    panel = page(
        line("Nutrition Facts", 50, 50, height=60),
        *table(("Serving size", "1 cup (30g)"), ("Calories", "120"), ("Total Fat 2g", "3%"), ("Sodium 5mg", "0%"),
               ("Protein 3g",), xs=(50, 500), y=150),
    )  # fmt: skip
    assert not {"brand", "name", "net_content"} & set(values(panel))


def test_a_care_label_gives_fibres_and_care_and_its_headline_as_brand() -> None:
    found = values(
        page(
            line("NORDVEY", 80, 40, height=60), *column("95%棉 5%氨纶", "不可漂白", "悬挂晾干", "Do not bleach", y=200)
        )
    )
    assert found["care"] == ["95%棉 5%氨纶", "不可漂白", "悬挂晾干", "Do not bleach"]
    assert found["brand"] == "NORDVEY"


def test_claims_are_short_lines_outside_other_values() -> None:
    found = values(
        page(
            line("0添加蔗糖", 600, 700),
            line("Gluten free", 600, 800),
            *column("配料：水、无糖可可粉、甜味剂", "净含量：250mL"),
        )
    )
    assert found["claims"] == ["0添加蔗糖", "Gluten free"]


@pytest.mark.parametrize(
    ("printed", "claims"),
    [
        ("Ohne Zuckerzusatz·Laktosefrei", ["Ohne Zuckerzusatz", "Laktosefrei"]),
        ("非油炸 | 0反式脂肪酸", ["非油炸", "0反式脂肪酸"]),
        ("High in protein · 5", ["High in protein · 5"]),
    ],
)
def test_claims_side_by_side_are_one_entry_each(printed: str, claims: list[str]) -> None:
    assert values(page(line(printed, 50, 100), *column("净含量：250mL", y=300)))["claims"] == claims


def test_a_fibre_share_behind_a_colon_is_care_and_no_claim() -> None:
    found = values(page(*column("LINING: 100% POLYESTER", "DO NOT BLEACH", "MACHINE WASH COLD")))
    assert found["care"] == ["LINING: 100% POLYESTER", "DO NOT BLEACH", "MACHINE WASH COLD"]
    assert "claims" not in found


@given(
    st.lists(
        st.tuples(
            st.text(max_size=40) | st.sampled_from(CHINESE_LABEL + ENGLISH_LABEL),
            st.floats(0, 900),
            st.floats(0, 1300),
            st.floats(1, 90),
        ),
        max_size=15,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_page_of_text_breaks_the_engine(printed: list[tuple[str, float, float, float]]) -> None:
    readings = page(*(line(text, x, y, height) for text, x, y, height in printed))
    for field in extract_product(readings).values():
        assert all(0 <= index < len(printed) for index in field.lines)


def test_a_page_without_text_gives_no_field() -> None:
    assert extract_product(page()) == {}


def test_five_hundred_lines_take_two_seconds_of_processor_time_at_most() -> None:
    lines = [
        line(f"第{number}行的文字内容", 50 + 300 * (number % 3), 10 + 12 * number, height=10) for number in range(500)
    ]
    start = time.process_time()
    extract_product(page(*lines, height=6100))
    assert time.process_time() - start < 2


def test_the_country_of_make_needs_no_key_where_it_is_all_a_line_says() -> None:
    found = extract_product(page(*column("型号：KX-20", "额定功率：1500W", "中国制造")))["origin"]
    assert (found.value, found.raw) == ("中国", "中国制造")
    assert "origin" not in values(page(*column("型号：KX-20", "额定功率：1500W", "精工制造")))
