"""What a poster says: phrases, prices, offers, claims and names from lines and where they stand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from core.engines.embedded.ads import extract_ad
from core.engines.embedded.ads_layout import read_phrases
from core.schema import load_schema
from core.types import Fields, Grade, Kind, Line, Readings
from tests.unit.printed import line, page


def poster(*lines: Line) -> Fields:
    return extract_ad(page(*lines, width=800, height=800))


def texts(fields: Fields, key: str) -> list[str]:
    return [entry["text"] for entry in fields[key].value] if key in fields else []


def prices(fields: Fields) -> list[tuple[float, str | None, str]]:
    return [(entry["value"], entry["currency"], entry["kind"]) for entry in fields["price"].value]


def test_amount_and_its_word_in_separate_boxes_are_one_price() -> None:
    fields = poster(line("日常价￥", 60, 200, 16), line("10.0起", 60, 222, 34), line("强力去污", 60, 400, 40))
    assert prices(fields) == [(10.0, "CNY", "original")]
    assert fields["price"].grade is Grade.HIGH
    assert fields["price"].lines == (0, 1)


def test_each_amount_takes_its_nearest_word() -> None:
    fields = poster(
        line("原价", 60, 100, 20), line("199", 60, 125, 40), line("券后价", 400, 100, 20), line("99", 400, 125, 40)
    )
    assert prices(fields) == [(199.0, "CNY", "original"), (99.0, "CNY", "coupon")]


def test_currency_without_a_sign_is_an_assumption_and_graded_so() -> None:
    fields = poster(line("活动价", 60, 100, 40), line("288", 60, 145, 90))
    assert prices(fields) == [(288.0, "CNY", "activity")]
    assert fields["price"].grade is Grade.MEDIUM


def test_raised_cents_are_part_of_the_price() -> None:
    fields = poster(line("$4", 100, 300, 200), line("99", 305, 305, 80), line("Fresh bread", 100, 100, 40))
    assert prices(fields) == [(4.99, "USD", "current")]


def drawn_price(cents_height: int) -> Image.Image:
    """A poster with $19 in digits 100 px high at (100, 100), and 99 of `cents_height` raised behind them."""
    image = Image.new("RGB", (800, 800), "#ffe9b0")
    pen = ImageDraw.Draw(image)
    for number, height in enumerate((100, 100, 100, cents_height, cents_height)):
        pen.rectangle((100 + 60 * number, 100, 140 + 60 * number, 100 + height - 1), fill="#b01020")
    return image


@pytest.mark.parametrize(
    ("printed", "cents_height", "value"),
    [("$1999", 55, 19.99), ("$1999", 100, 1999), ("$1999", 90, 1999), ("$19999", 55, 19999)],
)
def test_digits_drawn_small_at_the_end_are_cents(printed: str, cents_height: int, value: float) -> None:
    words = page(Line(text=printed, box=(95, 95, 385, 205), score=0.99), width=800, height=800)
    fields = extract_ad(words, drawn_price(cents_height))
    assert prices(fields) == [(value, "USD", "current")]


def test_sign_in_a_box_of_its_own_is_read() -> None:
    fields = poster(line("¥", 60, 160, 40), line("199", 90, 120, 100), line(".9", 245, 190, 40))
    assert prices(fields) == [(199.9, "CNY", "current")]


def test_same_price_printed_twice_is_one_price() -> None:
    assert len(prices(poster(line("¥99", 60, 100, 60), line("¥99", 500, 100, 60)))) == 1


def test_large_number_without_word_or_sign_is_no_price() -> None:
    assert "price" not in poster(line("168", 60, 100, 150), line("纯棉面料", 60, 400, 50))


def test_a_flyer_sets_its_price_large_and_without_a_sign() -> None:
    fields = poster(
        line("Bergkäse mild", 60, 60, 40), line("2.99", 60, 300, 120), line("statt 3.99", 400, 310, 26),
        line("45% Fett i. Tr.", 60, 600, 24),
    )  # fmt: skip
    assert sorted(prices(fields)) == [(2.99, None, "current"), (3.99, None, "original")]


@pytest.mark.parametrize(
    ("large", "beside"), [("6.18", "年中大促"), ("11.11", "狂欢节"), ("2.99", None), ("2990", "Bergkäse mild")]
)
def test_a_number_that_may_be_a_day_or_stands_alone_is_no_flyer_price(large: str, beside: str | None) -> None:
    words = [line(beside, 60, 500, 40)] if beside else []
    assert "price" not in poster(line(large, 60, 100, 150), *words)


def test_a_wordmark_in_capitals_over_the_headline_is_the_brand() -> None:
    def read(wordmark: str) -> Fields:
        return poster(line(wordmark, 60, 130, 30), line("LES SOLDES", 60, 300, 90), line("Robe en lin", 60, 500, 40))

    assert read("MAISON CELADE")["brand"].value == "MAISON CELADE"
    assert "brand" not in read("Beau comme le jour")


def test_offer_and_dates_are_no_prices() -> None:
    fields = poster(line("满200减20", 60, 100, 60), line("6.01-6.03", 60, 200, 30), line("50元优惠券", 60, 300, 40))
    assert "price" not in fields
    assert (fields["offer_start"].value, fields["offer_end"].value) == ("--06-01", "--06-03")
    assert "6.01-6.03" in texts(fields, "promotion")


@pytest.mark.parametrize(
    ("parts", "text", "share"),
    [
        ((("UP TO", 100, 40), ("50%", 145, 150), ("OFF", 300, 80)), "UP TO 50% OFF", 0.5),
        ((("第二件", 100, 40), ("半价", 145, 90)), "第二件半价", 0.25),
        ((("全场", 100, 60), ("5折", 165, 120)), "全场5折", 0.5),
        ((("BUY 1", 100, 90), ("GET 1 FREE", 195, 90)), "BUY 1 GET 1 FREE", 0.5),
        ((("满300", 100, 60), ("减50", 165, 60)), "满300减50", 0.1667),
    ],
)
def test_offer_set_in_parts_is_read_as_one(
    parts: tuple[tuple[str, float, float], ...], text: str, share: float
) -> None:
    promotion = poster(*[line(words, 100, y, height) for words, y, height in parts])["promotion"].value[0]
    assert (promotion["text"], promotion["unit_discount"]) == (text, share)


def test_stack_of_short_words_is_one_phrase() -> None:
    phrases = read_phrases(page(line("直击", 100, 100, 60), line("底价", 100, 162, 60)))
    assert [phrase.text for phrase in phrases] == ["直击底价"]


def test_claims_under_each_other_stay_apart() -> None:
    fields = poster(
        line("不锈钢机身", 100, 100, 60), line("铝合金不沾盘", 100, 165, 60), line("温度数字显示表", 100, 230, 60)
    )
    assert texts(fields, "selling_points") == ["不锈钢机身", "铝合金不沾盘", "温度数字显示表"]


def test_english_slogan_and_chinese_offer_in_one_line_are_parted() -> None:
    fields = poster(line("IT'S A GOOD START全场包邮", 100, 600, 60))
    assert fields["headline"].value == "IT'S A GOOD START"
    assert texts(fields, "promotion") == ["全场包邮"]


@pytest.mark.parametrize("text", ["USB充电接口", "Shop now 立即购买", "T恤"])
def test_mixed_wording_that_is_one_stays_one(text: str) -> None:
    assert [phrase.text for phrase in read_phrases(page(line(text, 100, 100)))] == [text]


def test_claims_and_offers_are_told_apart() -> None:
    fields = poster(
        line("很美", 100, 50, 120),
        line("100%桑蚕丝", 100, 200, 50),
        line("原版正品", 100, 280, 40),
        line("假一赔十", 100, 340, 40),
        line("极速发货", 100, 400, 40),
        line("赠送现金券", 100, 460, 50),
    )
    assert fields["headline"].value == "很美"
    assert texts(fields, "selling_points") == ["100%桑蚕丝", "原版正品"]
    assert texts(fields, "promotion") == ["假一赔十", "极速发货", "赠送现金券"]
    assert [entry["theme"] for entry in fields["selling_points"].value] == ["material", "authenticity"]


def test_small_print_and_addresses_are_no_claims() -> None:
    fields = poster(
        line("Cold brew coffee", 100, 100, 80),
        line("www.example.com", 100, 700, 30),
        line("*Excludes other offers", 100, 740, 30),
        line("slow roasted in small batches", 100, 780, 9),
    )
    assert "slow roasted in small batches" not in texts(fields, "selling_points")
    assert texts(fields, "selling_points") == []


def test_words_about_the_reader_are_audience_not_claim() -> None:
    fields = poster(line("Silky cold brew", 100, 50, 90), line("Made for students", 100, 200, 40))
    assert "students" in fields["audience"].value
    assert fields["audience"].inferred
    assert fields["audience"].raw == "students"
    assert "Made for students" not in texts(fields, "selling_points")


def test_name_printed_on_logo_and_pack_is_the_brand() -> None:
    fields = poster(line("Halvio", 50, 40, 40), line("Share the sound", 50, 150, 90), line("Halvio", 400, 500, 30))
    assert fields["brand"].value == "Halvio"


@pytest.mark.parametrize(
    ("text", "brand"), [("山野集官方旗舰店", "山野集"), ("品牌：山野集", "山野集"), ("Oatlark®", "Oatlark")]
)
def test_brand_is_named_by_a_mark(text: str, brand: str) -> None:
    assert poster(line("很美很好", 50, 200, 90), line(text, 50, 600, 30))["brand"].value == brand


@pytest.mark.parametrize(
    ("text", "brand"),
    [("福满楼火锅城", "福满楼火锅城"), ("Harbour Street Bakery", "Harbour Street Bakery"), ("各大超市有售", None),
     ("线下超市同款", None), ("五星级酒店", None), ("at your local pharmacy", None)],
)  # fmt: skip
def test_a_name_that_ends_in_a_kind_of_shop_is_the_advertiser(text: str, brand: str | None) -> None:
    fields = poster(line("盛大开业", 50, 50, 120), line(text, 50, 500, 40))
    assert (fields["brand"].value if "brand" in fields else None) == brand


def test_claims_around_a_raised_dot_are_parted_and_names_are_not() -> None:
    fields = poster(
        line("很美", 50, 50, 120), line("深层清洁·温和不伤手", 50, 300, 40), line("五常·稻花香大米", 50, 500, 40)
    )
    assert texts(fields, "selling_points") == ["深层清洁", "温和不伤手"]
    assert fields["product"].value == "五常·稻花香大米"


def test_product_is_the_phrase_that_ends_in_a_noun_without_its_amount() -> None:
    fields = poster(
        line("少油更香", 50, 50, 100), line("每日坚果礼盒 750g", 50, 300, 40), line("独立小包装", 50, 400, 40)
    )
    assert fields["product"].value == "每日坚果礼盒"
    assert "每日坚果礼盒 750g" not in texts(fields, "selling_points")


def test_headline_is_the_wording_not_the_larger_offer() -> None:
    fields = poster(
        line("50% OFF", 50, 50, 150), line("Turn the park up", 50, 300, 80), line("Waterproof", 50, 500, 40)
    )
    assert fields["headline"].value == "Turn the park up"


def test_button_is_a_call_and_no_offer() -> None:
    fields = poster(line("SUMMER SALE", 50, 50, 100), line("Shop the sale", 300, 600, 40))
    assert fields["call_to_action"].value == "Shop the sale"
    assert texts(fields, "promotion") == ["SUMMER SALE"]


def test_absolute_terms_are_listed_and_their_exceptions_not() -> None:
    fields = poster(
        line("全网最低价", 50, 50, 100), line("第一步 打开包装", 50, 300, 40), line("最佳食用时间", 50, 400, 40)
    )
    assert fields["compliance"].value == ["全网最低价"]


def test_names_beside_the_prices_of_a_collage_are_no_selling_points() -> None:
    goods = [
        "混合果仁礼袋",
        "冷萃乌龙茶",
        "舒缓安睡喷雾",
        "星夜小夜曲",
        "可视空气炸锅5L",
        "Roam Mini Speaker",
        "云朵枕",
    ]
    cells = [
        part
        for n, name in enumerate(goods)
        for part in (
            line(name, 30 + 250 * (n % 3), 200 + 150 * (n // 3), 22),
            line(f"¥{n + 9}.9", 30 + 250 * (n % 3), 240 + 150 * (n // 3), 50),
        )
    ]
    fields = poster(line("青里派", 30, 20, 30), line("本周好物", 200, 80, 70), *cells, line("食品级材质", 300, 720, 26))
    assert len(fields["price"].value) == len(goods)
    assert texts(fields, "selling_points") == ["食品级材质"]
    assert fields["brand"].value == "青里派"
    assert "product" not in fields


@pytest.mark.parametrize(
    ("text", "says_something"),
    [
        ("低糖电饭煲", False),
        ("Vitamin C Day Cream", False),
        ("富含维生素", True),
        ("0添加果汁", True),
        ("100%纯牛奶", True),
        ("Made with whole milk", True),
        ("轻至210g", True),
        ("3.0mm厚釜", True),
        ("360° sound", True),
        ("No added sugar", True),
        ("500g", False),
        ("Fall collection", False),
        ("新品首发", False),
        ("上班族", False),
        ("敏感肌女生", False),
    ],
)
def test_what_goods_are_called_and_whom_they_are_for_is_no_selling_point(text: str, says_something: bool) -> None:
    fields = poster(line("夏日新主张", 50, 40, 100), line("冰丝凉感四件套", 50, 200, 60), line(text, 50, 500, 40))
    assert (text in texts(fields, "selling_points")) is says_something


def test_a_limit_of_the_offer_is_no_button() -> None:
    fields = poster(
        line("Summer picnic", 50, 50, 90), line("While stocks last", 50, 300, 40), line("Shop now", 50, 500, 40)
    )
    assert texts(fields, "promotion") == ["While stocks last"]


def test_an_offer_beneath_the_headline_is_not_part_of_it() -> None:
    fields = poster(line("好物精选", 60, 60, 90), line("下单立减20元", 60, 160, 80), line("纯棉四件套", 60, 400, 40))
    assert fields["headline"].value == "好物精选"


def test_a_single_character_of_a_lexicon_makes_no_claim_of_a_brand() -> None:
    fields = poster(line("竹记家", 50, 20, 40), line("一夏清凉", 50, 200, 120), line("立即抢购", 50, 600, 40))
    assert fields["brand"].value == "竹记家"


def test_nothing_is_sold_for_nothing() -> None:
    fields = poster(line("第2件0元", 50, 50, 90), line("到手价¥59", 50, 300, 60))
    assert [value for value, *_ in prices(fields)] == [59.0]


@pytest.mark.parametrize(("x", "y"), [(235, 300), (60, 365)])
def test_a_number_broken_at_its_point_is_one_number(x: float, y: float) -> None:
    fields = poster(line("冰丝凉感四件套", 50, 60, 90), line("限时6.", 50, 300, 60), line("8折起", x, y, 60))
    (offer,) = fields["promotion"].value
    assert (offer["text"], offer["unit_discount"], offer["at_most"]) == ("限时6.8折起", 0.32, True)


@pytest.mark.parametrize("text", ["周年庆狂欢", "年终感恩回馈", "品牌盛典"])
def test_the_name_of_a_season_promises_nothing(text: str) -> None:
    fields = poster(line("冰丝凉感四件套", 50, 60, 90), line(text, 50, 300, 40), line("满99减18", 50, 400, 60))
    assert texts(fields, "promotion") == ["满99减18"]


@pytest.mark.parametrize("text", ["全场5折狂欢", "满300减50回馈", "正品促销", "年中大促"])
def test_an_offer_in_the_name_of_a_season_stays_one(text: str) -> None:
    assert text in texts(poster(line("冰丝凉感四件套", 50, 60, 90), line(text, 50, 300, 40)), "promotion")


@pytest.mark.parametrize(("text", "is_claim"), [("租房一族", False), ("三口之家", False), ("给全家的营养", True)])
def test_whom_it_is_for_is_told_by_what_groups_are_called(text: str, is_claim: bool) -> None:
    fields = poster(line("冰丝凉感四件套", 50, 60, 90), line(text, 50, 300, 40))
    assert (text in texts(fields, "selling_points")) is is_claim


def test_a_brand_printed_again_on_the_pack_is_no_line_of_the_headline() -> None:
    fields = poster(
        line("Ambergate", 80, 60, 45), line("Run to your own rhythm", 80, 125, 60), line("Ambergate", 600, 300, 25)
    )
    assert (fields["brand"].value, fields["headline"].value) == ("Ambergate", "Run to your own rhythm")


def test_prices_that_a_reader_takes_for_one_line_are_goods_side_by_side() -> None:
    fields = poster(line("$11.20 $12.21 $13.22", 50, 400, 60), line("Thirty deals", 50, 60, 90))
    assert prices(fields) == [(11.2, "USD", "current"), (12.21, "USD", "current"), (13.22, "USD", "current")]


def test_empty_page_has_no_fields_but_its_palette() -> None:
    assert extract_ad(page()) == {}
    assert list(extract_ad(page(), Image.new("RGB", (50, 50), "red"))) == ["palette"]


def test_every_value_names_its_lines_and_survives_json() -> None:
    fields = poster(line("纯棉四件套", 50, 50, 90), line("到手价¥199", 50, 300, 60), line("买一送一", 50, 500, 60))
    for key, field in fields.items():
        assert load_schema(Kind.AD).has(key)
        assert field.lines and field.box
        assert type(field).model_validate_json(field.model_dump_json()) == field


def test_doubtful_print_lowers_the_grade() -> None:
    clear, doubtful = poster(line("¥99", 50, 50, 60)), poster(line("¥99", 50, 50, 60, score=0.8))
    assert (clear["price"].grade, doubtful["price"].grade) == (Grade.HIGH, Grade.MEDIUM)


def test_collage_of_many_offers_is_read_in_time() -> None:
    words = ("¥199", "5折", "满300减50", "纯棉", "第二件半价", "活动价", "1299", "50% OFF", "包邮", "买一")
    lines = [line(words[i % 10], 150.0 * (i % 20), 90.0 * (i // 20), 30) for i in range(300)]
    began = time.perf_counter()
    extract_ad(page(*lines, width=3000, height=1500))
    assert time.perf_counter() - began < 60  # a second on an idle machine


@pytest.mark.photos
def test_sample_posters_are_read(photos: Path) -> None:
    """The read fields of real posters, by the truth's own words, given what the OCR reader saw."""
    from core.readers.ocr import OcrReader

    name = "poster_antifreeze_promo_zh"
    image = Image.open(photos / f"{name}.jpg").convert("RGB")
    truth = json.loads((photos / "gt" / f"{name}.json").read_text("utf-8"))["fields"]
    lines = tuple(OcrReader(threads=1).read(image))
    fields = extract_ad(Readings(width=image.width, height=image.height, lines=lines), image)
    assert {entry["value"] for entry in fields["price"].value} == {float(price["value"]) for price in truth["price"]}
    assert {wording.replace(" ", "") for wording in truth["promotion"]} <= set(texts(fields, "promotion"))
    assert "".join(texts(fields, "selling_points")).startswith("强力去污符合国标")
