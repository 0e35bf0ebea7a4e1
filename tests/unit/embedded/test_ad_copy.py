"""What on a poster is a claim and what only stands beside the claims: names, readers, conditions, slogans, sales."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads import extract_ad
from core.types import Fields, Grade, Line
from tests.unit.printed import line, page


def poster(*lines: Line) -> Fields:
    return extract_ad(page(*lines, width=800, height=800))


def texts(fields: Fields, key: str) -> list[str]:
    return [entry["text"] for entry in fields[key].value] if key in fields else []


def amounts(fields: Fields) -> list[float]:
    return [entry["value"] for entry in fields["price"].value] if "price" in fields else []


@pytest.mark.parametrize(
    ("headline", "is_claim"),
    [
        ("强力去污", True),
        ("100%桑蚕丝", True),
        ("48小时不间断保湿", True),
        ("熬夜不怕 一抹焕新", False),
        ("听见细节 忘记喧嚣", False),
        ("Big sound, small bag", False),
        ("Soft from the first touch", False),
    ],
)
def test_a_headline_is_a_claim_where_it_is_mostly_about_the_goods(headline: str, is_claim: bool) -> None:
    fields = poster(line(headline, 50, 60, 80), line("强韧不变形", 50, 400, 30), line("食品级材质", 50, 460, 30))
    assert fields["headline"].value == headline
    assert (headline in texts(fields, "selling_points")) is is_claim


@pytest.mark.parametrize(
    "text",
    [
        "新手妈妈",
        "租房党",
        "通勤族",
        "梨形身材女生",
        "露营爱好者",
        "第一步选尺码",
        "服务范围见小程序",
        "仅限堂食",
        "数据来源于品牌实验室",
        "每人限购2件",
        "Subject to credit approval.",
        "Minimum term of 6 months.",
        "One per customer.",
    ],
)
def test_readers_and_conditions_are_no_claims(text: str) -> None:
    fields = poster(line("把春天穿在身上", 50, 60, 80), line("透气不闷", 50, 400, 40), line(text, 50, 480, 40))
    assert texts(fields, "selling_points") == ["透气不闷"]


@pytest.mark.parametrize("text", ["百万妈妈的选择", "Ad-free", "不挑脚型"])
def test_short_claims_stay_claims(text: str) -> None:
    fields = poster(line("把春天穿在身上", 50, 60, 80), line(text, 50, 400, 40))
    assert texts(fields, "selling_points") == [text]


def test_wordings_much_smaller_than_the_claims_are_small_print() -> None:
    lines = [line("把春天穿在身上", 50, 60, 80), line("透气不闷", 50, 400, 40), line("可机洗", 50, 460, 40)]
    note = "如有色差"
    assert note in texts(poster(*lines, line(note, 50, 600, 38)), "selling_points")
    assert note not in texts(poster(*lines, line(note, 50, 600, 24)), "selling_points")


def test_a_headline_that_names_a_sale_in_passing_offers_nothing() -> None:
    assert texts(poster(line("双11 把好觉带回家", 50, 60, 80), line("满300减40", 50, 300, 50)), "promotion") == [
        "满300减40"
    ]
    assert texts(poster(line("双11大促", 50, 60, 80)), "promotion") == ["双11大促"]


@pytest.mark.parametrize("name", ["暖屿羽绒", "北森母婴"])
def test_a_brand_may_end_in_its_trade(name: str) -> None:
    fields = poster(line(name, 300, 20, 36), line("轻装过冬", 50, 120, 90), line("防风锁温", 50, 400, 36))
    assert fields["brand"].value == name
    assert texts(fields, "selling_points") == ["防风锁温"]


def test_a_brand_may_sign_the_poster_at_its_foot() -> None:
    lines = [line("Fresh every morning", 50, 60, 80), line("No artificial additives", 50, 500, 34)]
    assert poster(*lines, line("Corner Bakehouse", 420, 740, 40))["brand"].value == "Corner Bakehouse"
    assert poster(*lines, line("Slow Mornings", 420, 740, 40))["brand"].value == "Slow Mornings"
    assert "brand" not in poster(*lines, line("Slow Mornings", 420, 740, 16))


def test_a_brand_right_over_the_headline_is_no_line_of_it() -> None:
    fields = poster(line("Brightsip", 40, 100, 46), line("Fizz without the fuss", 40, 152, 60))
    assert (fields["brand"].value, fields["headline"].value) == ("Brightsip", "Fizz without the fuss")


def test_a_name_in_capitals_under_the_headline_is_the_product() -> None:
    lines = [line("Tea time, upgraded", 50, 100, 80), line("Hand glazed by potters", 50, 500, 34)]
    fields = poster(*lines, line("Unlimited Class Pass", 50, 200, 44), line("Showers and lockers", 50, 560, 34))
    assert fields["product"].value == "Unlimited Class Pass"
    assert "Unlimited Class Pass" not in texts(fields, "selling_points")
    fields = poster(*lines, line("A pass for every class", 50, 200, 44), line("Showers and lockers", 50, 560, 34))
    assert "product" not in fields


def test_a_weak_noun_under_the_headline_is_the_product() -> None:
    fields = poster(line("宝宝喝得香", 50, 100, 80), line("婴儿恒温调奶器", 50, 200, 44), line("一键除氯", 50, 500, 40))
    assert fields["product"].value == "婴儿恒温调奶器"
    assert texts(fields, "selling_points") == ["一键除氯"]


def test_whom_it_is_for_is_no_product() -> None:
    assert "product" not in poster(line("Movie night, every night", 50, 60, 80), line("For film fans", 50, 500, 30))


def test_a_bundle_is_no_second_price_of_the_goods() -> None:
    bundle, one = line("2 for $10", 50, 60, 80), line("Only $6.49", 50, 400, 60)
    fields = poster(bundle, one)
    assert amounts(fields) == [6.49]
    assert fields["promotion"].value[0]["price"] == 10
    assert amounts(poster(bundle)) == [10]
    assert amounts(poster(bundle, line("Was $7.99", 50, 400, 60))) == [10, 7.99]


def test_a_call_is_no_word_of_a_price() -> None:
    fields = poster(line("Get yours today", 50, 300, 60), line("$29", 50, 370, 60), line("Big sound", 50, 60, 90))
    assert [(entry["value"], entry.get("label")) for entry in fields["price"].value] == [(29, None)]


def test_a_day_beside_another_offer_is_an_offer_of_its_own() -> None:
    fields = poster(line("2nd pair half price", 50, 300, 60), line("Today only", 50, 370, 50))
    assert [entry["kind"] for entry in fields["promotion"].value] == ["nth_item_discount", "flash_sale"]


def test_forms_that_readers_give_for_simplified_characters_are_known() -> None:
    fields = poster(line("喝口好水", 50, 100, 90), line("厨下式凈水器", 50, 230, 40), line("静音不扰民", 50, 500, 40))
    assert fields["product"].value == "厨下式凈水器"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Save $6 today Free gift with purchase", ["discount", "gift"]),
        ("Up to 15% off New customers only", ["discount", "membership"]),
        ("20% off everything Free shipping over $35", ["discount", "free_shipping"]),
        ("满300减40 第二件半价", ["threshold", "nth_item_discount"]),
        ("第二件半价 7天无理由退货", ["nth_item_discount", "guarantee"]),
        ("Free gift wrapping 100-night trial", ["gift", "guarantee"]),
        ("Buy one get one 50% off", ["nth_item_discount"]),
        ("Save 20% With Code SPRING", ["coupon"]),
        ("Limited Time Offer", ["flash_sale"]),
        ("限时 全场5折", ["discount"]),
        ("会员日 满199减30", ["threshold"]),
        ("定金膨胀 50元抵150元", ["discount"]),
    ],
)
def test_offers_that_a_reader_takes_for_one_line_are_told_apart(text: str, kinds: list[str]) -> None:
    fields = poster(line("Weekend picks", 50, 60, 90), line(text, 50, 400, 36))
    assert [entry["kind"] for entry in fields["promotion"].value] == kinds


def test_two_offers_under_each_other_are_not_made_one() -> None:
    fields = poster(line("20% off everything", 50, 300, 50), line("Free shipping over $35", 50, 356, 50))
    assert [entry["kind"] for entry in fields["promotion"].value] == ["discount", "free_shipping"]
    fields = poster(line("Buy one get one", 50, 300, 50), line("50% off", 50, 356, 50))
    assert [entry["unit_discount"] for entry in fields["promotion"].value] == [0.25]


@pytest.mark.parametrize("text", ["立即申领", "在线预约", "Pick up a dozen", "Visit your local store", "Shop swimwear"])
def test_a_button_in_words_of_no_lexicon_is_the_call(text: str) -> None:
    fields = poster(
        line("Made for more laps", 50, 60, 80), line("Chlorine resistant", 50, 300, 36), line(text, 50, 500, 40)
    )
    assert fields["call_to_action"].value == text
    assert texts(fields, "selling_points") == ["Chlorine resistant"]


def test_an_effect_at_once_is_no_button() -> None:
    fields = poster(line("把春天穿在身上", 50, 60, 80), line("立即见效", 50, 400, 40))
    assert "call_to_action" not in fields
    assert texts(fields, "selling_points") == ["立即见效"]


def test_a_brand_that_ends_in_what_it_sells_is_told_from_the_product() -> None:
    fields = poster(
        line("见山咖啡", 300, 20, 40), line("清晨从容开始", 50, 120, 80), line("耶加雪菲挂耳咖啡", 50, 240, 50)
    )
    assert (fields["brand"].value, fields["product"].value) == ("见山咖啡", "耶加雪菲挂耳咖啡")
    fields = poster(line("冷萃咖啡", 300, 20, 40), line("清晨从容开始", 50, 120, 80), line("口感顺滑", 50, 300, 40))
    assert fields["product"].value == "冷萃咖啡"


def test_a_chinese_name_under_the_headline_is_the_product_by_its_place() -> None:
    lines = [line("这个夏天练出自信", 50, 60, 80), line("恒温泳池", 50, 400, 36), line("私教评估", 50, 460, 36)]
    fields = poster(*lines, line("年度健身卡", 50, 160, 46))
    assert (fields["product"].value, fields["product"].grade) == ("年度健身卡", Grade.LOW)
    assert "年度健身卡" not in texts(fields, "selling_points")


@pytest.mark.parametrize("text", ["活动限本店", "补贴以当地政策为准", "全场优惠 特价商品除外"])
def test_a_condition_that_names_a_sale_offers_nothing(text: str) -> None:
    fields = poster(line("满300减40", 50, 60, 80), line(text, 50, 400, 30))
    assert texts(fields, "promotion") == ["满300减40"]


@pytest.mark.parametrize(
    "text",
    [
        "Check eligibility",
        "Search flights",
        "See this week's ad",
        "Get a free quote",
        "Order ahead",
        "Treat yourself",
        "Fill your basket",
        "小程序点单",
        "查看行程",
        "测测保费",
        "打开App",
    ],
)
def test_a_verb_with_what_is_looked_up_is_the_call(text: str) -> None:
    fields = poster(line("慢慢来 比较快", 50, 60, 80), line("食品级材质", 50, 400, 30), line(text, 50, 650, 36))
    assert fields["call_to_action"].value == text
    assert texts(fields, "selling_points") == ["食品级材质"]


@pytest.mark.parametrize("text", ["Fly direct from 6 UK airports", "See in the dark", "Checked by chefs", "去油去屑"])
def test_claims_that_begin_like_a_button_stay_claims(text: str) -> None:
    fields = poster(line("慢慢来 比较快", 50, 60, 80), line(text, 50, 400, 30))
    assert texts(fields, "selling_points") == [text]
    assert "call_to_action" not in fields
    assert "price" not in fields


def test_the_arrow_of_a_button_is_no_word_of_it() -> None:
    fields = poster(line("慢慢来 比较快", 50, 60, 80), line("去逛逛>", 50, 650, 36))
    assert fields["call_to_action"].value == "去逛逛"


@pytest.mark.parametrize(
    "text", ["外卖另收配送费", "签证费自理", "投保前请阅读条款", "Delivery charges apply.", "Per person, each way."]
)
def test_fees_and_terms_are_no_claims(text: str) -> None:
    assert "selling_points" not in poster(line("慢慢来 比较快", 50, 60, 80), line(text, 50, 400, 30))


def test_the_days_of_an_offer_behind_their_key_are_a_period() -> None:
    fields = poster(line("慢慢来 比较快", 50, 60, 80), line("活动时间：11月1日-11月11日", 50, 400, 30))
    assert [entry["kind"] for entry in fields["promotion"].value] == ["period"]


def test_a_name_that_begins_like_a_month_is_no_day() -> None:
    fields = poster(line("Switch and smile", 50, 60, 80), line("Nova 5G Phone", 50, 400, 30))
    assert "offer_start" not in fields
    assert "promotion" not in fields


def test_the_only_wording_in_capitals_is_the_product_wherever_it_stands() -> None:
    fields = poster(
        line("Bamboo Baby Trays", 50, 40, 40),
        line("Messy faces welcome", 50, 160, 80),
        line("Suction base that holds", 50, 400, 30),
        line("Dishwasher safe", 50, 460, 30),
    )
    assert fields["product"].value == "Bamboo Baby Trays"
    assert "Bamboo Baby Trays" not in texts(fields, "selling_points")


def test_what_is_said_of_every_one_is_no_name() -> None:
    fields = poster(line("就好这一口", 50, 60, 80), line("香辣油辣椒", 50, 300, 40), line("颗颗脆花生", 50, 400, 30))
    assert fields["product"].value == "香辣油辣椒"
    assert "香辣油辣椒" not in texts(fields, "selling_points")


def test_a_banana_whets_no_appetite() -> None:
    assert "emotion" not in poster(line("海南香蕉", 50, 60, 80))


def test_names_of_two_lines_in_a_collage_are_no_claims() -> None:
    cells = [(x, y) for x in (30, 290, 550) for y in (150, 450)]
    lines = [line("周末特供专场", 50, 20, 60)]
    for number, (x, y) in enumerate(cells):
        lines += [
            line(f"丰园牌{'甲乙丙丁戊己'[number]}字号", x, y, 24),
            line("手选大个头", x, y + 34, 24),
            line(f"¥{number + 3}.90", x, y + 70, 60),
        ]
    assert texts(poster(*lines), "selling_points") == []
