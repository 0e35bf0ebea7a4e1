"""Chinese offers in the words of shops and services, by families, and wordings next to them that offer nothing."""

from __future__ import annotations

import pytest

from core.values.periods import find_period
from core.values.prices import find_prices, price_label
from core.values.promotions import parse_promotion

KINDS = {
    "guarantee": """
        180天只换不修 整机质保3年 终身保修 随时退 过期自动退 未使用可免费改期一次 入住前24小时免费取消 不满意重做
        不好吃不要钱
        无效退全款 少一罚十 坏一赔二 买贵补差价 降价补差 30晚试睡 先试后买 满意后付款 16点前下单当天发 30分钟送达
        1小时达 半日达
        免费上门安装调试 三年免费保养 过敏无忧
        """,
    "gift": """
        购正装即享同系列眼霜5ml 买正装享同款小样 随单送试吃装50g 新会员送限量帆布袋 前100位到店客人送甜品
        充话费送手机 两箱起送开瓶器
        满2件送收纳包 手冲咖啡一杯我们请 咖啡我请客 到店即领小风扇 到店礼：定制帆布袋 集5章兑换一杯 关注抽iPhone
        满额抽大奖 加1元多1件
        免费试吃 凭教师证免费喝 存1000送电饭煲 买12个月送3个月
        """,
    "threshold": "充300送60 充值满500赠100 储值1000得1300 充五百得六百五",
    "flash_sale": """
        只剩最后60单 最后20个名额 名额有限 每日限50份 每天限供30只 限200件 距结束仅剩05:21:46 还有3天结束 仅此3天
        送完即止 赠完为止
        售罄不补 过期不候
        """,
    "free_shipping": "0配送费 免跑腿费 运费我们出 5公里内送货上门 3公里内免费配送",
    "membership": "邀请1人得30元 邀请好友得20元 积分当钱花 消费1元积1分",
    "bundle": "两人成团 2人拼团 邀好友拼团",
    "other": "12期免息 花呗分期0手续费 0首付提车 免押金 0服务费 免开卡费 1.2米以下儿童免票",
    "discount": "国补最高减2000 置换补贴8000元 定金翻3倍 预付100享200",
    "period": "仅限每周三14:00-17:00 周一至周四 工作日11:00-14:00 每天17点后 限本周末 每周二可用",
}

SHARES = [
    ("买三本，最便宜的那本免费", "bundle", 0.3333, True),
    ("任选3件，最低价免单", "bundle", 0.3333, True),
    ("3件免1件", "bundle", 0.3333, False),
    ("双人同行一人免单", "bundle", 0.5, False),
    ("三人同行免一人", "bundle", 0.3333, False),
    ("住三付二", "bundle", 0.3333, False),
    ("次件半价", "nth_item_discount", 0.25, False),
    ("第1件8折，第2件6折，第3件4折", "nth_item_discount", 0.4, False),
    ("家电以旧换新补贴20%", "discount", 0.2, False),
]

NEAR_MISSES = """
    质保 全国联保 保质期18个月 送礼体面 送长辈首选 送货电梯房 送水上门 送你一整个夏天 赠人玫瑰 满口留香
    配送范围5公里 退热贴 免洗免煮 免手洗
    免安装 不限次数 限高2米 每周三闭馆 周二休息 周一至周日10:00-22:00 2小时达到峰值 5分钟到地铁站 不花冤枉钱
    抽象图案 什么时候发货 当天发酵
    邀请好友一起来
    """


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts.split()])
def test_an_offer_has_the_kind_its_words_give_it(text: str, kind: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert (promotion.kind.value, promotion.unit_discount) == (kind, None)


@pytest.mark.parametrize(("text", "kind", "share", "at_most"), SHARES)
def test_what_one_unit_costs_less_follows_from_the_words(text: str, kind: str, share: float, at_most: bool) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert (promotion.kind.value, promotion.unit_discount, promotion.at_most) == (kind, share, at_most)


@pytest.mark.parametrize("text", NEAR_MISSES.split())
def test_a_wording_next_to_an_offer_is_none(text: str) -> None:
    assert parse_promotion(text) is None


def test_what_a_box_holds_is_no_bundle() -> None:
    assert parse_promotion("公3.5两母2.5两共8只¥158") is None
    promotion = parse_promotion("3杯20元")
    assert promotion is not None
    assert (promotion.pieces, promotion.price) == (3, 20)


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("¥29.9¥45", [29.9, 45]),
        ("每晚加收300元", []),
        ("需补差20元", []),
        ("3杯20元", [20]),
    ],
)
def test_the_prices_of_a_line_are_those_that_are_asked_for(text: str, prices: list[float]) -> None:
    assert [price.value for price in find_prices(text)] == prices


@pytest.mark.parametrize("text", ["券后到手", "百亿补贴价", "国补后到手", "预售到手价", "直播间到手价"])
def test_a_price_word_is_given_whole(text: str) -> None:
    label = price_label(text)
    assert label is not None
    assert label.printed == text


def test_a_dash_that_is_read_as_a_chinese_one_joins_two_days() -> None:
    period = find_period("2026年1月10日一1月25日")
    assert period is not None
    assert (period.start, period.end) == ("2026-01-10", "2026-01-25")
    prize = find_period("10月1日一等奖开奖")
    assert prize is not None
    assert prize.end == prize.start
