"""The call to action of a poster: words of the lexicon of calls, or a button in words that no lexicon has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.engines.embedded.ads_buttons_en import BY_PHONE, ENGLISH_BUTTON, STATEMENT
from core.engines.embedded.ads_layout import Phrase
from core.values.terms import load_terms
from core.values.text import has_cjk

HURRY = "hurry"
"""The call that says why to act now: while stocks last is no button, but a limit of the offer."""
ALIKE = 0.85
"""Least ratio of the sizes of two calls of one rank, of which the first counts: Add to cart over Buy now."""
CALL_SHARE = 0.3
"""Least share of a phrase that the asking words take, for the phrase to be a call."""
_HAN = "[\u3400-\u9fff]"
_CHANNEL = (
    "(?:小程序|微信|公众号|官网|线上|app|电话|门店|来电|致电|在线|手机|网上|支付宝|抖音|美团|淘宝|京东|大众点评|小红书|视频号"
    "|企业微信|客服)"
)
_DO = (
    "(?:点单|点餐|下单|预[约订定]|选购|订购|购[票买]|报名|领取|咨询|投保|办理|订[座位房餐花票货场桌台]|选座|挂号|约课|取号|排队|续费|充值"
    "|开户|开通|办卡|入会|参团|拼[团单]|开团|凑单|兑换|激活|申领|申请|体验|了解|查询|抢购|加购|估价|报价)"
)
_PAPERS = (
    "(?:报价单?|样品|样册|样本|方案|资料|手册|目录|攻略|清单|名额|试用装?|试吃装?|试听课?|体验课?|体验券|优惠|福利|礼包|门票|席位"
    "|试驾|白皮书|电子书|案例|估价|底价|补贴|国补|资格|课表|菜单|菜谱|详情|图纸|测评|报告|红包|券)"
)
_CHINESE_BUTTONS = (
    rf"(?:立即|马上|立刻|抢先|点击|进店|到店|在线|点我|戳我|快去){_HAN}{{2,4}}|(?:一键|即刻|现在就?){_DO}|即刻(?:拥有|启程|出发|入手|加入|开启)",
    # QR captions: 扫码预约免费体测, 扫码加群，领试吃, 长按识别二维码; not 扫码枪, 扫描速度快
    rf"(?:微信|手机|支付宝)?(?:扫一扫|扫码|扫我)(?!枪|支付|器|仪|速度|更?[快准]){_HAN}{{0,12}}(?:app)?(?:[,，、]{_HAN}{{1,8}})?",
    rf"(?:长按|微信|手机)?(?:扫描|识别|扫){_HAN}{{0,4}}(?:二维码|小程序码|左侧|右侧|上方|下方){_HAN}{{0,8}}",
    # 小程序点单, 电话订房, 小程序搜“茉里茶”下单
    rf"{_CHANNEL}(?:即可|直接)?(?:{_DO}|领)(?:(?![更立享减送有最快又免]){_HAN}){{0,4}}|(?:上|打开|进入)?{_CHANNEL}搜索?[:：“”\"'「」\w\s]{{2,14}}(?:{_DO}|即可{_HAN}{{2}})?",
    rf"{_CHANNEL}[订约买购抢租]{_HAN}{{1,4}}|去{_HAN}{{2,4}}(?:下单|看看|逛逛|抢购|领取|领券|选购)",
    rf"(?:今晚|明晚|周末|我们)?\d{{0,2}}点?(?:直播间|门店|店里|现场)见|(?:约上|带上|叫上|喊上){_HAN}{{1,6}}(?:来|去|玩|逛|吃){_HAN}{{0,2}}",
    rf"(?:详询|咨询|询问|联系|添加|找){_HAN}{{0,2}}(?:客服|店员|导购|销售|顾问|店长|老师|管家|群主|门店|专柜){_HAN}{{0,4}}|加{_HAN}{{0,3}}群",
    r"开始(?:学习|测试|测评|答题|挑战|选购|体验)|(?:观看|收看|围观)(?:直播|视频|回放|演示)|试听课程|[加放]入?购物车|我要[抢冲]|快冲|一起冲|冲吧",
    rf"长按(?:图片|保存|上图|下图){_HAN}{{0,6}}|(?:{_CHANNEL}|后台)?内?(?:回复|发送)[“\"「]\w{{1,8}}[”\"」]{_HAN}{{0,6}}",
    rf"免费(?:匹配|咨询|评估|报价|获取|报名|预约){_HAN}{{0,4}}",
    rf"(?:打开|下载|登录|进入)(?:app|小程序|微信|手机|{_HAN}{{1,4}}app){_HAN}{{0,4}}",
    # 获取报价单, 索取样品, 申请试用
    rf"(?:获取|索取|领取|申请|申领|查收|下载|查看|免费领取?|预约|我要|我想要|领){_HAN}{{0,4}}{_PAPERS}",
    rf"(?:查看|查询|测测|测一测|测算|试算|算算|算一算|前往|浏览|搜索|挑选|我要|逛逛|选购){_HAN}{{2,4}}|(?:寻找|查找|查询|查|找)?附近(?:的)?(?:门店|网点)",
    # 预约专柜体验, 预订年夜饭; not 预约煮饭
    rf"(?:预约|预订|预定)(?!煮|炖|烹|定时|功能|制|洗|开机|时间|免|优先|成功|即|后){_HAN}{{2,8}}",
    # 去预定, 去拼单, 逛主会场; 发起拼单, 参与活动
    rf"去(?:{_DO}|使用|领取?|挑选|出发|抢购?|会场|主会场|首页|看看|逛逛?|设置|围观|投票|打卡|试试)",
    r"(?:发起|参与|加入|我要|邀请好友)(?:好友)?(?:拼[单团]|团购|助力|砍价|开团|参团|活动)|[去逛进]?逛?(?:主会场|分会场|全部商品|店铺首页)",
    # 给宝宝囤, 带它回家, 来一杯, 安排上
    rf"给{_HAN}{{1,4}}(?:囤|安排|备一|来一|下单|入手){_HAN}{{0,3}}|[带抱领][它他她]?(?:回家|走)吧?",
    r"把[它她他](?:带|搬|抱|领|接)回家|来(?:店|馆|现场|门店|家里)?里?(?:尝尝|看看|坐坐|逛逛|聊聊|玩玩|试试)",
    r"(?:来|先来|快来|约)一?[杯份碗口锅局顿](?:吧|试试)?|(?:安排上|冲鸭|就它了|上车吧?|开冲|开抢吧|[约动囤买抢]起来)",
    rf"(?:锁定|抢占|预留|抢){_HAN}{{0,3}}(?:名额|席位|座位?|位置|车位|房源|优惠|早鸟价)",
    rf"(?:欢迎|期待|快来|速来|一起来?|邀您|诚邀您?|邀请您?){_HAN}{{0,4}}"
    r"(?:品尝|品鉴|体验|试[吃喝驾听用穿]|打卡|光临|参观|选购|咨询|加入|加盟|尝鲜|洽谈|进店|到店)",
    # 回复“1”领取, 拨打热线预约, 点击左下角, 拍1号链接, 添加客服微信
    rf"(?:评论区?|留言|回复|扣|发送?|私信){_HAN}{{0,4}}[“”\"「【\w]{{1,8}}[”\"」】]?(?:领取?|报名|参与|获取|拿|咨询){_HAN}{{0,6}}",
    rf"(?:拨打|致电|私信)[\d-]*{_HAN}{{0,8}}|点击?(?:下方|左下角|右下角|上方|小黄车|链接|头像|主页|这里|此处|购物车){_HAN}{{0,8}}",
    rf"[拍戳点]\d*{_HAN}{{0,2}}链接{_HAN}{{0,4}}|添?加(?:我们?|客服|店长|老师|顾问|企业|官方)?(?:微信|好友|企微|v){_HAN}{{0,8}}",
)
CHINESE_BUTTON = re.compile(rf"(?:{'|'.join(_CHINESE_BUTTONS)})[!！>＞»›→~～。]*$", re.IGNORECASE)
"""A Chinese button in words that the lexicon of calls has not."""
COUNTED_FIRST = re.compile(r"\W*\d+[\u3400-\u9fff]|.*免费试[用听学]\D{0,2}\d")
"""How an offer begins and no button does: 15天免费试用, 免费试用30天."""
CODE_CAPTION = re.compile(r"扫|识别|长按|二维码|关注|公众号|加(?:我)?微信|加群|进群")
"""How the caption of a QR code begins or what it asks for: a call where no button is printed."""


def find_call(phrases: Sequence[Phrase]) -> Phrase | None:
    """The phrase that asks most directly: the lexicon has its entries in that order."""
    lexicon = load_terms("calls_to_action")
    calls = [(match, phrase) for phrase in phrases if (match := lexicon.first(phrase.text))]
    calls = [
        (match, phrase)
        for match, phrase in calls
        if call_share(phrase.text) >= CALL_SHARE and not COUNTED_FIRST.match(phrase.text)
    ]
    rank = min((lexicon.keys.index(match.key) for match, _ in calls), default=0)
    direct = [phrase for match, phrase in calls if lexicon.keys.index(match.key) == rank]
    largest = max((phrase.size for phrase in direct), default=0.0)
    return next((phrase for phrase in direct if phrase.size >= ALIKE * largest), None)


def call_share(text: str, but: str = "") -> float:
    """Share of the phrase's characters that ask for something, by other words than those of the call `but`."""
    found = load_terms("calls_to_action").find(text)
    asking = sum(match.end - match.start for match in found if match.key != but)
    return asking / max(len(text.strip(" >»!！。.→")), 1)


def only_hurries(text: str) -> bool:
    call = load_terms("calls_to_action").first(text)
    return call is not None and call.key == HURRY


def find_button(phrases: Sequence[Phrase]) -> Phrase | None:
    """The first phrase that asks for something in words of its own; the caption of a code or a number to call only
    where no other does."""
    asking = [phrase for phrase in phrases if asks(phrase.text)]
    return min(asking, key=lambda phrase: _is_second_best(phrase.text), default=None)


def _is_second_best(text: str) -> bool:
    return CODE_CAPTION.search(text) is not None or BY_PHONE.match(text) is not None


def asks(text: str) -> bool:
    """True for a button in words that no lexicon has: 立即申领, Pick up a dozen; not 立即见效."""
    if not has_cjk(text):
        return ENGLISH_BUTTON.match(text.strip()) is not None and not STATEMENT.search(text)
    sure = not tells_effect(text) or CODE_CAPTION.match(text) is not None
    return CHINESE_BUTTON.match(text.strip()) is not None and sure


def tells_effect(text: str) -> bool:
    """True for a Chinese wording that may say what the goods do at once, in the words of a button: 立即见效."""
    theme = load_terms("themes").first(text) if has_cjk(text) else None
    return theme is not None and theme.key not in ("ease", "service", "design")
