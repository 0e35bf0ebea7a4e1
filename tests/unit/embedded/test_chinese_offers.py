"""Chinese offers on a poster: where one ends and the next begins, what only limits them, which words are a button."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads import extract_ad
from core.types import Fields, Line
from tests.unit.printed import line, page


def poster(*lines: Line) -> Fields:
    return extract_ad(page(*lines, width=800, height=800))


def beside(text: str) -> Fields:
    """A poster with a headline and `text` in smaller letters."""
    return poster(line("把夏天喝个够", 50, 60, 80), line(text, 50, 400, 30))


def offers(fields: Fields) -> list[tuple[str, str]]:
    return [(entry["text"], entry["kind"]) for entry in fields["promotion"].value] if "promotion" in fields else []


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("随单送试吃装50g，不吃包退", [("随单送试吃装50g", "gift"), ("不吃包退", "guarantee")]),
        ("新会员送限量帆布袋（送完即止）", [("新会员送限量帆布袋", "gift"), ("送完即止", "flash_sale")]),
        ("老人剪发半价 周一至周四", [("老人剪发半价", "discount"), ("周一至周四", "period")]),
        (
            "免费上门安装 整机质保3年 15天免费试用",
            [("免费上门安装", "guarantee"), ("整机质保3年", "guarantee"), ("15天免费试用", "guarantee")],
        ),
        ("随时退·过期自动退", [("随时退", "guarantee"), ("过期自动退", "guarantee")]),
        ("买三本，最便宜的那本免费", [("买三本，最便宜的那本免费", "bundle")]),
        ("每满200减20，可与店铺优惠券叠加使用", [("每满200减20，可与店铺优惠券叠加使用", "threshold")]),
        ("7天无理由 退货", [("7天无理由 退货", "guarantee")]),
        ("赠空气炸锅（前500名）", [("赠空气炸锅（前500名）", "gift")]),
        ("全国包邮（偏远地区除外）", [("全国包邮（偏远地区除外）", "free_shipping")]),
    ],
)
def test_a_line_is_cut_where_an_offer_of_its_own_begins(printed: str, parts: list[tuple[str, str]]) -> None:
    assert sorted(offers(beside(printed))) == sorted(parts)


@pytest.mark.parametrize(
    ("lines", "shares"),
    [
        (["2件9折", "3件8折"], [("2件9折", 0.1), ("3件8折", 0.2)]),
        (["剪发8折", "烫染6折"], [("剪发8折", 0.2), ("烫染6折", 0.4)]),
        (["买二送一", "买三送二"], [("买二送一", 0.3333), ("买三送二", 0.4)]),
        (["第一件9折", "第二件8折"], [("第一件9折第二件8折", 0.15)]),
        (["满300", "减50"], [("满300减50", 0.1667)]),
        (["低至", "3折"], [("低至3折", 0.7)]),
    ],
)
def test_offers_over_each_other_are_one_only_where_neither_is_whole(
    lines: list[str], shares: list[tuple[str, float]]
) -> None:
    under = [line(text, 50, 300 + 44 * row, 30) for row, text in enumerate(lines)]
    fields = poster(line("把夏天喝个够", 50, 60, 80), *under)
    assert [(entry["text"], entry["unit_discount"]) for entry in fields["promotion"].value] == shares


@pytest.mark.parametrize(
    "text",
    [
        "免预约，不可与店内其他优惠同享",
        "特价书、教辅、文创商品不参与",
        "5折商品不参与",
        "限小程序自提订单，两杯须同规格。外卖订单不参与。",
        "主播：家人们，上链接！",
        "关注公众号",
    ],
)
def test_what_limits_an_offer_or_stands_around_it_offers_nothing(text: str) -> None:
    assert offers(beside(text)) == []


def test_a_warranty_is_a_promise_and_a_claim() -> None:
    fields = beside("整机质保3年")
    assert offers(fields) == [("整机质保3年", "guarantee")]
    assert [entry["text"] for entry in fields["selling_points"].value] == ["整机质保3年"]


@pytest.mark.parametrize(
    "text",
    [
        "扫码预约免费体测",
        "扫码加铲屎官群，领试吃",
        "小程序搜“茉里茶”下单",
        "电话订房",
        "获取报价单",
        "发起拼单",
        "去预定",
        "给宝宝囤",
        "上美团搜阿婆家",
        "回复“1”领取资料",
        "锁定席位",
        "预订年夜饭",
        "点击左下角",
        "添加客服微信",
        "欢迎到店试驾",
        "微信订包厢",
        "把它搬回家",
        "来店尝尝",
        "查附近门店",
        "去首页下单",
        "今晚直播间见",
        "联系店长",
        "后台回复“礼”领取",
    ],
)
def test_a_button_in_words_of_its_own_is_the_call(text: str) -> None:
    fields = beside(text)
    assert fields["call_to_action"].value == text
    assert offers(fields) == []


@pytest.mark.parametrize(
    "text",
    ["扫码枪快又准", "一键清洗", "预约煮饭", "给肌肤喝饱水", "回复肌肤弹性", "扫描速度快", "15天免费试用", "长按开机"],
)
def test_a_feature_or_an_offer_is_no_button(text: str) -> None:
    assert "call_to_action" not in beside(text)


def test_a_button_comes_before_the_caption_of_a_code() -> None:
    fields = poster(
        line("把夏天喝个够", 50, 60, 80), line("扫码加入会员群领试吃", 50, 400, 30), line("获取报价单", 50, 600, 30)
    )
    assert fields["call_to_action"].value == "获取报价单"
