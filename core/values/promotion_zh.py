"""Chinese promotion wordings that state numbers. Matched in order against text without spaces; the first rule wins."""

from __future__ import annotations

from functools import partial

from core.values.promotion_rules import (
    PromotionKind,
    Rule,
    bundle_price,
    buy_get_free,
    buy_one_free_included,
    cheapest_free,
    deposit,
    get_for_price_of,
    more_for_the_same,
    nth_item,
    nth_item_after_the_first,
    percent,
    pieces_discount,
    pieces_money,
    plain,
    rule,
    tenths,
    threshold_money,
    threshold_share,
    was_now,
)

_COUNT = r"\d{1,2}|[一二两三四五六七八九十]{1,2}"
_SUM = r"\d+(?:\.\d+)?"
_PRICE = r"\d[\d,]*(?:\.\d+)?"

_MACROS = {
    "PIECE": (
        "(?:[件个份瓶只杯双盒袋条支罐台套张斤箱桶提块片枚本位人串晚碗盘听颗株束节副针间对组粒扎壶顶床册朵]|包(?!邮))"
    ),
    "SIGN": "[¥$€£]?",
    "YUAN": "[元块圆]?[,，]?",
    # 折 is not about prices in 折叠, 三折伞, 对折门, 一折就收.
    # What a box holds, and no number that is asked for: 共8只, 每箱12瓶.
    # 20片¥99, 40包¥29.9: what one pack holds
    "CONTENT": r"(?!\d+[片粒颗枚张]|[2-9]\d)",
    "NOT_HELD": "(?<![\\d.共装含计x×*])(?<!每[箱盒袋包套])",
    "ZHES": r"(?:\d{1,2}(?:\.\d)?|[一二三四五六七八九]{1,2})折",
    "waived": _COUNT,
    "ZHE": "折(?!就[收走]|[叠伞页扇屏桌梯椅射线痕床垫架边角弯门镜纸旧断])",
    # What follows 送N where another thing is given, not the same again; or a sum (买一送一百元券).
    "OTHER_GOODS": r"[份套大重好豪礼张年月次赠\d元一二三四五六七八九十百千]",
    "DO": "(?:仅|需|只要|即|可|享|打|就|立|再|直|得|加|全单|全国|顺丰)*",
    "VOUCHER": "(?:无门槛|新人|店铺|大额|专属|限时|品类)*(?:(?![领用抢叠到后])[\u4e00-\u9fff]){0,4}[券卷]",
    "n": _COUNT,
    "buy": _COUNT,
    "free": _COUNT,
    "full": "满|购满",
    "zhe": r"\d{1,2}(?:\.\d)?|[一二三四五六七八九]{1,2}",
    "low": r"\d(?:\.\d)?|[一二三四五六七八九]",
    "limit": "低至|最低至?|低到|直降到|高达|最高",
    "open": "起|封顶",
    "first": r"\d{1,2}(?:\.\d)?|[一二三四五六七八九]{1,2}",
    "half": "半价(?!位)|半折",
    "gratis": "0元|零元|免费|免单|免",
    "pct": r"\d{1,2}(?:\.\d+)?",
    "threshold": _SUM + "万?",
    "amount": _SUM + "万?",
    "price": _SUM + "万?",
    "was": _PRICE,
    "now": _PRICE,
}


_zh = partial(rule, macros=_MACROS)


RULES: list[Rule] = [
    # 定金50抵150, 50元抵150元, 预付100享200, 定金膨胀3倍
    _zh(r"(?:[预]?[付交]|定金|订金)?{SIGN}{price}{YUAN}(?:可|最高)?抵(?:扣|现|用)?{SIGN}{amount}", deposit),
    _zh(r"(?:预?[付交]|定金|订金){SIGN}{price}{YUAN}(?:可|最高)?[享当变]{SIGN}{amount}(?![折天年个月次%％])", deposit),
    _zh(r"(?:定金|订金)(?:可|最高|限时)*(?:膨胀|翻倍|翻{n}倍)", plain(PromotionKind.DISCOUNT)),
    # 充1000送300, 存500得600; 充500送水壶
    _zh(
        r"(?:充值?|预?存|储值|办卡)满?{SIGN}{threshold}{YUAN}{DO}[送赠返得]{SIGN}\d",
        plain(PromotionKind.THRESHOLD, "threshold"),
    ),
    _zh(
        r"(?:充值?|预?存|储值)满?{SIGN}{threshold}{YUAN}{DO}[送赠领换得](?![货达到])",
        plain(PromotionKind.GIFT, "threshold"),
    ),
    _zh(r"(?:充值?|预?存|储值)[一二两三五六八]?[十百千][元块]?{DO}[送赠得返]", plain(PromotionKind.THRESHOLD)),
    # 第一件9折第二件8折, 第二件半价, 第2件5折, 第二件0元, 第二件9.9元
    _zh(r"(?:第[一1]|首){PIECE}{DO}{zhe}{ZHE}(?:\W*第[二三四2-4]{PIECE}{DO}(?:{ZHES}))+", nth_item_after_the_first),
    _zh(r"第{n}{PIECE}?{DO}(?:{half}|{zhe}{ZHE}|{gratis})", nth_item),
    _zh(r"第{n}{PIECE}{DO}[\u4e00-\u9fff]{0,4}(?:减|优惠|加|\+)?{SIGN}\d+(?:\.\d+)?(?:[元块]|$)", nth_item),
    _zh(r"次{PIECE}{DO}(?:{half}|{zhe}{ZHE}|{gratis})", nth_item),
    # 两人同行一人免单, 买三免一, 买3付2, 拍2发3, 买一送一, 买2送收纳袋
    _zh(
        r"(?P<buy>\d{1,2}|[一二两双三四五六])人(?:同行|同游|同去|就餐|用餐|出游|成行|入住|报名)\W*(?:{free}人?(?:免单|免费|免票)|免{waived}人)",
        buy_one_free_included,
    ),
    # 买三本，最便宜的那本免费, 任选3件最低价免单
    _zh(
        r"(?<![\d.]){n}{PIECE}\W*(?:其中|价格|免)*(?:最低价?|最便宜)的?(?:那|一|1|{PIECE})*(?:免费|免单|[0零]元|$)",
        cheapest_free,
    ),
    _zh(r"[买购拍选住]{n}{PIECE}?付{buy}(?:{PIECE}|(?!\d|[元块定订预]))", get_for_price_of),
    _zh(r"[买购拍]{buy}{PIECE}?免{free}(?![费运邮打洗])", buy_one_free_included),
    _zh(r"(?<![\d.])满?{buy}{PIECE}免{free}{PIECE}", buy_one_free_included),
    _zh(r"[买购拍]{buy}{PIECE}?[发得]{n}", get_for_price_of),
    _zh(r"[买购拍住订]{buy}{PIECE}?[送赠]{free}(?!{OTHER_GOODS})", buy_get_free),
    # 洗5件送1件, 10次送3次, 买3个月送1个月: the same again
    _zh(
        r"(?<![\d.满]){buy}(?P<unit>[件次杯节碗晚瓶张天盒袋包份课斤箱堂周夜米]|个月|年|小时|分钟)[送赠]{free}(?P=unit)",
        buy_get_free,
    ),
    # 租三天付两天, 连订4周免1周
    _zh(r"(?<![\d.]){n}(?P<unit>天|晚|夜|周|年|次|节|期|个月)付{buy}(?P=unit)", get_for_price_of),
    _zh(r"(?<![\d.]){buy}(?P<unit>天|晚|夜|周|年|次|节|期|个月)免{free}(?P=unit)", buy_one_free_included),
    _zh(r"报{buy}[送赠]{free}(?!{OTHER_GOODS})", buy_get_free),
    _zh(r"[买购拍订]{n}[^\d元]{0,4}[送赠]", plain(PromotionKind.GIFT)),
    # 满2件送收纳包, 两箱起送开瓶器
    _zh(r"(?<![\d.])满?{n}{PIECE}(?:以上|起)?(?:即|就|可|加|还|另)*[送赠](?![货达到]|$)", plain(PromotionKind.GIFT)),
    # 2件8折, 满3件打7折
    _zh(r"{full}?{n}{PIECE}(?:以上)?{DO}{zhe}{ZHE}", pieces_discount),
    _zh(r"(?P<full>满)(?P<n>\d{1,4})(?![元块打即可享仅就立再直])[\u4e00-\u9fff]{1,2}{DO}{zhe}{ZHE}", pieces_discount),
    # 满2件减30元, 2件立减20
    _zh(
        r"{full}?(?<![\d.]){n}{PIECE}(?:以上|及以上|起|成团|同行|一起)?{DO}减{SIGN}{amount}(?!\.?\d|[%％斤克])",
        pieces_money,
    ),
    # 以旧换新至高抵800元, 旧机折价最高3000元
    _zh(
        r"(?:以旧换[\u4e00-\u9fff]{1,4}?|旧机|换新|置换|换购补贴|国补|[国厂]家补贴|政府补贴)[^\d,，。]{0,6}?(?:抵|减|省|补贴?|优惠|折价)(?:扣|至|最?至?高)*{SIGN}{amount}(?!\.?\d|[%％])",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    # 满300减50, 每满200减20, 199减20, 满100打8折
    _zh(r"[满每]{SIGN}{threshold}{YUAN}{DO}(?:减免?|省|-){SIGN}{amount}", threshold_money),
    _zh(r"(?<![\d.]){threshold}{YUAN}立?减{SIGN}{amount}", threshold_money),
    _zh(r"满{SIGN}{threshold}{YUAN}{DO}{zhe}{ZHE}", threshold_share),
    # 满99包邮, 满199返券, 满199送好礼, 满200可用
    _zh(
        r"满{SIGN}{threshold}{YUAN}{DO}(?:包邮|免邮|免运费|免配送费?|免费送(?:货|到|上|$)|免费配送)",
        plain(PromotionKind.FREE_SHIPPING, "threshold"),
    ),
    _zh(
        r"满{SIGN}{threshold}{YUAN}{DO}(?:返|使用|用|[送赠]{SIGN}\d+元?{VOUCHER})",
        plain(PromotionKind.COUPON, "threshold"),
    ),
    _zh(r"满{SIGN}{threshold}{YUAN}{DO}[送赠换]", plain(PromotionKind.GIFT, "threshold")),
    # 99元3件, ¥99任选3件, 3件99元
    _zh(r"¥{price}元?(?:任选|任意|/|选){n}{PIECE}", bundle_price),
    _zh(r"(?<![\d.]){price}(?:[元块]|任选)(?:任选|任意|/|选)?{n}{PIECE}", bundle_price),
    _zh(r"{NOT_HELD}{CONTENT}{n}{PIECE}(?:一?共|合计)?{DO}¥{price}", bundle_price),
    _zh(r"{NOT_HELD}{n}{PIECE}(?:一?共|合计)?{DO}{price}[元块](?!起送)", bundle_price),
    _zh(r"加量{pct}%", more_for_the_same),
    # 5折, 85折, 八五折, 低至3折, 3折起, 3-5折, 半价, 对折
    _zh(
        r"{limit}?(?<![\d.第])(?:{low}[-~至到])?(?<![\d.第])(?<![一二三四五六七八九十](?=[一二三四五六七八九])){zhe}{ZHE}{open}?",
        tenths,
    ),
    _zh(r"{limit}?(?:{half}|对折)(?![叠门回])", tenths),
    _zh(
        r"(?:以旧换新|换新|国补|补贴)(?:再?补贴?|立减|直减|再减|优惠|省)*{limit}?{pct}%",
        percent,
    ),
    _zh(r"(?:立减|直降|直减|立省|再省|减免|优惠|再减|降价){limit}?{pct}%", percent),
    # 50元优惠券, ¥50无门槛券
    _zh(r"¥{amount}{VOUCHER}(?!后)", plain(PromotionKind.COUPON, "amount")),
    _zh(r"(?<![\d.]){amount}元{VOUCHER}(?!后)", plain(PromotionKind.COUPON, "amount")),
    # 领券再减10元: who takes the coupon pays so much less
    _zh(
        r"(?:领取?|使?用|凭|叠加?){VOUCHER}(?:后|可|再|立|即|享|直)*(?:减免?|省|抵扣?|优惠){SIGN}{amount}",
        plain(PromotionKind.COUPON, "amount"),
    ),
    # 立减50元, 直降¥100, 省20; not 直降10℃
    _zh(
        r"(?:[立直再]减|[立直狂]降|立省|减免|[单下]减|优惠|省){SIGN}{amount}(?:[元块]|$|[,，!！。])",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    # 拼班2人各减200, 每晚立减50; 学生凭证减200
    _zh(
        r"(?:各|每[人单件套台间晚位])(?:立|直|再|可|最高)*减{SIGN}{amount}(?![\d%％斤])",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    _zh(
        r"[凭持][\u4e00-\u9fff]{1,6}(?:立|直|再|可)*减{SIGN}{amount}(?![\d%％斤])",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    _zh(r"返(?:还|利)?{pct}%", plain(PromotionKind.COUPON)),
    _zh(r"(?<![往])返(?:还|利)?{SIGN}{amount}[元块]", plain(PromotionKind.COUPON, "amount")),
    # 首月6元, 首年半价: what the first term of a subscription costs
    _zh(r"首[月年季]仅?{SIGN}{price}[元块]", plain(PromotionKind.DISCOUNT, "price")),
    _zh(r"直降(?![\d至到])", plain(PromotionKind.DISCOUNT)),
    _zh(r"(?<![加满])减{SIGN}{amount}[元块]", plain(PromotionKind.DISCOUNT, "amount")),
    # 复购减300; not 减10斤
    _zh(r"[\u4e00-\u9fff](?<![加满递缩衰])减{SIGN}{amount}(?:$|[,，!！。/])", plain(PromotionKind.DISCOUNT, "amount")),
    _zh(
        r"(?:原|市场|吊牌|专柜|日常|零售)价:?{SIGN}{was}{YUAN}[/;；]?"
        r"(?:现价|现仅?|到手价?|活动价|特价|券后价?|秒杀价|今日价|促销价|仅售|只要|仅需?)+:?{SIGN}{now}",
        was_now,
    ),
    # 旧灯抵200
    _zh(
        r"[老旧][\u4e00-\u9fff]{1,6}(?:可|最高)*(?:抵|折价|折抵|作价){SIGN}{amount}",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    # 两人报名减1000: the yuan is not always said
    _zh(
        r"(?:报名|同行|预[订定]|下单|组团|拼团|团报|成团|付款|到店|首单|新客|新用户|老客|续费|续保|国补|补贴|换新|支付|学生证?|教师证?|早鸟)(?:各|每人|每单|最高|至高|可|立|再|直)*减{SIGN}{amount}(?:[元块]|$|[,，!！。])",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
]
