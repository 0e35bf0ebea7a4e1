"""Chinese offers in the words of shops and services, by families, and wordings next to them that offer nothing."""

from __future__ import annotations

import pytest

from core.values.periods import find_period
from core.values.prices import find_prices, price_label
from core.values.promotions import parse_promotion

KINDS = {
    "guarantee": """
        180天只换不修 整机质保3年 终身保修 随时退 过期自动退 未使用可免费改期一次 入住前24小时免费取消 不满意重做
        不好吃不要钱 无效退全款 少一罚十 坏一赔二 买贵补差价 降价补差 30晚试睡 先试后买 满意后付款
        16点前下单当天发 30分钟送达 1小时达 半日达 卖贵补两倍差价 延期一天赔200元 迟到10分钟免单 损坏照价赔偿
        入住当日可取消 质量问题包来回运费 尺码不合免费换 明日送达 免费上门安装调试 三年免费保养 过敏无忧
        退换上门取 五年框架保修 十年压缩机包修 30天试坐 破损不用赔 节假日不涨价 划伤破裂免费补寄 不好喝退邮费
        定金可退 不过重读 服务不到位按天退款
        """,
    "gift": """
        购正装即享同系列眼霜5ml 买正装享同款小样 随单送试吃装50g 新会员送限量帆布袋 前100位到店客人送甜品
        充话费送手机 两箱起送开瓶器 满2件送收纳包 手冲咖啡一杯我们请 咖啡我请客 到店即领小风扇 到店礼：定制帆布袋
        集5章兑换一杯 关注抽iPhone 满额抽大奖 加1元多1件 到店试驾领雨伞 办宽带送路由器 点满3道菜送饮料 新户开卡礼
        底片全送 扫罐内码抽金条 生日送长寿面 下单备注“棉花”送枕套 免费试吃 凭教师证免费喝 存1000送电饭煲
        晒娃读书视频送绘本一册 扫码点评送蛋挞 发朋友圈送精修3张 随茶送玻璃杯一对 寿星凭证送蛋糕 购粮满120送保温袋
        """,
    "coupon": "满5万送5000家电券 下单返10% 叠加平台券更低 推荐码兑换洗车券 晒单返E卡50元 邀新得15元无门槛券",
    "threshold": "充300送60 充值满500赠100 储值1000得1300 充五百得六百五",
    "flash_sale": """
        只剩最后60单 最后20个名额 名额有限 每日限50份 每天限供30只 限200件 距结束仅剩05:21:46 还有3天结束 仅此3天
        送完即止 赠完为止 售罄不补 过期不候 名额每天40个 每场仅12桌 仅1000套 限3天
        """,
    "free_shipping": "0配送费 免跑腿费 运费我们出 5公里内送货上门 3公里内免费配送",
    "membership": "老车主推荐购车双方各得1000元油卡 邀请1人得30元 邀请好友得20元 积分当钱花 消费1元积1分",
    "bundle": "两人成团 2人拼团 邀好友拼团",
    "other": """
        初诊挂号费全免 免签证费 酒水自带不收开瓶费 金融贴息2年 12期免息 花呗分期0手续费 0首付提车 免押金 0服务费
        免开卡费 1.2米以下儿童免票 老患者复诊免挂号费 面试不收费
        """,
    "price_label": "持身份证享市民价",
    "discount": """
        学生凭证减200 拼班2人各减200 复购减300 旧机回收额外加价10% 以旧换新 国补最高减2000 置换补贴8000元
        定金翻3倍 预付100享200 旧冰箱回收抵200元 旧胎折价30元/条 支付宝付款随机减
        """,
    "period": "仅限每周三14:00-17:00 周一至周四 工作日11:00-14:00 每天17点后 限本周末 每周二可用",
}

SHARES = [
    ("买三本，最便宜的那本免费", "bundle", 0.3333, True),
    ("任选3件，最低价免单", "bundle", 0.3333, True),
    ("3件免1件", "bundle", 0.3333, False),
    ("双人同行一人免单", "bundle", 0.5, False),
    ("三人同行免一人", "bundle", 0.3333, False),
    ("住三付二", "bundle", 0.3333, False),
    ("租三天付两天", "bundle", 0.3333, False),
    ("连订4周免1周", "bundle", 0.25, False),
    ("洗5件送1件", "bundle", 0.1667, False),
    ("买12个月送3个月", "bundle", 0.2, False),
    ("疫苗买三针送一针", "bundle", 0.25, False),
    ("第二副半价", "nth_item_discount", 0.25, False),
    ("周日至周四8折", "discount", 0.2, False),
    ("全场满3册8折", "threshold", 0.2, False),
    ("集齐4人免1人", "bundle", 0.25, False),
    ("买2小时送1小时", "bundle", 0.3333, False),
    ("1件9折", "discount", 0.1, False),
    ("政府补贴后再省15%", "discount", 0.15, False),
    ("满100页8折", "threshold", 0.2, False),
    ("次件半价", "nth_item_discount", 0.25, False),
    ("第1件8折，第2件6折，第3件4折", "nth_item_discount", 0.4, False),
    ("家电以旧换新补贴20%", "discount", 0.2, False),
]

NEAR_MISSES = """
    质保 全国联保 保质期18个月 送礼体面 送长辈首选 送货电梯房 送水上门 送你一整个夏天 赠人玫瑰 满口留香
    配送范围5公里 退热贴 免洗免煮 免手洗 免安装 不限次数 限高2米 每周三闭馆 周二休息 周一至周日10:00-22:00
    2小时达到峰值 5分钟到地铁站 不花冤枉钱 抽象图案 什么时候发货 当天发酵 邀请好友一起来 送风柔和 一键送水
    自动送料 随车附说明书 减少摩擦 缓解疲劳 满分口感 免维护电池 免上胶 免更换滤芯 全返式悬挂 五年老陈皮 终身受益
    当天现磨 次日依旧清爽 48小时恒温发酵 30分钟速热 1小时降温 3天见效 三人同行必点 4人餐 双人床 第二代芯片
    第一口就爱上 加100%果汁 加9度旋转 券商精选 焕新上市 可退火 退休生活 包裹感强 保准好吃 不甜不腻 不过敏
    不满足于此 超时待机 迟到的春天 烂熟入味 坏天气也要出门 先洗后煮 满意的笑容 学会放松 签约农场直采 试睡员推荐
    集万千宠爱 抽拉式设计 抽油烟大吸力 限高架 离地铁站300米 最后一公里 自动送料 金秋送爽 免赔额高 单只仅198g
    每人仅限2份 长按开机
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


def test_sums_in_ten_thousands_are_read() -> None:
    promotions = [parse_promotion(text) for text in ("交2万抵5万", "签约再减2万", "满5万送5000家电券")]
    figures = [(offer.price, offer.amount, offer.threshold) for offer in promotions if offer]
    assert figures == [(20000, 50000, None), (None, 20000, None), (None, None, 50000)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("污渍未净免费复洗", "guarantee"),
        ("破损补发", "guarantee"),
        ("特惠房源仅8套", "flash_sale"),
        ("物业费免两年", "other"),
        ("购房抽奔驰", "gift"),
    ],
)
def test_offers_of_houses_and_services_have_their_kind(text: str, kind: str) -> None:
    promotion = parse_promotion(text)
    assert promotion is not None
    assert promotion.kind.value == kind


def test_a_line_to_call_offers_nothing() -> None:
    assert parse_promotion("团购热线 400-123-4567") is None


def test_what_a_box_holds_is_no_bundle() -> None:
    assert parse_promotion("公3.5两母2.5两共8只¥158") is None
    assert parse_promotion("20片¥99") is None
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


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("10月31日晚8点 - 11月3日", "--10-31", "--11-03"),
        ("9月1日（周一）-9月7日（周日）", "--09-01", "--09-07"),
        ("12.5(周五)-12.7(周日)", "--12-05", "--12-07"),
        ("4月1日00:00:00-4月3日23:59:59", "--04-01", "--04-03"),
        ("11月11日晚8点正式开售", "--11-11", None),
        ("12.12 0点开抢", "--12-12", None),
        ("11.11当天", "--11-11", "--11-11"),
        ("7月15日至8月底", "--07-15", "--07-15"),
    ],
)
def test_days_with_their_hours_and_weekdays_are_read(text: str, start: str, end: str | None) -> None:
    period = find_period(text)
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("text", ["现价9.9 开抢价", "4.8分", "10.24元/斤"])
def test_a_price_or_a_rating_is_no_day(text: str) -> None:
    assert find_period(text) is None


def test_a_dash_that_is_read_as_a_chinese_one_joins_two_days() -> None:
    period = find_period("2026年1月10日一1月25日")
    assert period is not None
    assert (period.start, period.end) == ("2026-01-10", "2026-01-25")
    prize = find_period("10月1日一等奖开奖")
    assert prize is not None
    assert prize.end == prize.start
