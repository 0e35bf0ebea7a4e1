"""English promotion wordings that state numbers. Matched in order against folded text; the first rule wins.

OCR drops spaces between capitals (BUYONEGETONEFREE), so every space is optional.
"""

from __future__ import annotations

from functools import partial

from core.values.promotion_rules import (
    PromotionKind,
    Rule,
    at_most_half,
    bundle_price,
    bundle_share,
    buy_get_cheaper,
    buy_get_free,
    fraction,
    get_for_price_of,
    half,
    more_for_the_same,
    next_one_free,
    nth_item,
    percent,
    pieces_discount,
    plain,
    rule,
    small_change,
    threshold_money,
    threshold_share,
    two_thirds,
    was_now,
)

_COUNT = "\\d{1,2}|one|two|three|four|five|six"
_SUM = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PRICE = r"\d[\d,]*(?:\.\d+)?"

_MACROS = {
    "CASH": r"(?:[a-z]{1,2})?[$€£¥₹]\s*",
    "GOODS": r"[\w\s,&-]{0,18}?",
    "SPEND": r"(?:spend|over|above|orders?\s*of|minimum|min\.?|when\s*you\s*(?:spend|buy))",
    "ORDERS": r"[^\d%]{0,30}?(?:over|above|of|spend|orders)",
    "n": _COUNT,
    "ORDINAL": "(?:2nd|3rd|(?<!\\d)[4-9]th|(?:second|third|fourth|fifth|sixth)(?!s))",
    "DOZENS": "(?P<n>half\\s*a\\s*dozen|a\\s*dozen|dozen)",
    "NUMBER": "(?:\\d{1,2}|two|three|six|twelve)",
    "later": "[4-9]th|1[0-2]th|fourth|fifth|sixth",
    "UNIT": r"(?:items?|ones?|pairs?|products?|units?|bottles?|packs?|boxes|pizzas?|meals?"
    r"|months?|nights?|tickets?|books?|sets?)",
    "HAVE": r"(?:save|get|take|enjoy|receive|earn)\s*(?:an?\s*)?(?:extra\s*)?",
    "buy": _COUNT,
    "free": _COUNT,
    "half": r"half[\s-]*price|half[\s-]*off|1/2\s*price|1/2\s*off",
    "part": "1|2|3",
    "whole": r"\d",
    "gratis": r"free(?!\s*(?:shipping|delivery|postage|returns?))",
    "limit": r"up\s*to|as\s*much\s*as|max\.?",
    "pct": r"\d{1,2}(?:\.\d+)?",
    "threshold": _SUM,
    "amount": _SUM,
    "price": _SUM,
    "CENTS": r"(?P<amount>\d{1,2})\s*(?:p|¢|c|cents?|pence)",
    "MORE_CENTS": r"(?P<more>\d{1,2})\s*(?:p\b|¢|cents\b|pence\b)",
    "was": _PRICE,
    "now": _PRICE,
}


_en = partial(rule, macros=_MACROS)


RULES: list[Rule] = [
    # Refer a friend and you both get £20; give $20, get $20
    _en(
        r"\b(?:refer|recommend|invite|introduce)\s+(?:a|your)\s+(?:friend|mate|neighbou?r|colleague|buddy|family|\w+\b.{0,12}\bget)",
        plain(PromotionKind.MEMBERSHIP),
    ),
    _en(r"\brefer\s+(?:a|your)\s+\w+", plain(PromotionKind.MEMBERSHIP)),
    _en(
        r"\b(?:give|gift)\s*{CASH}\d+\s*[,&+]?\s*(?:and\s*)?(?:get|earn|receive)\s*{CASH}\d+",
        plain(PromotionKind.MEMBERSHIP),
    ),
    # Buy one get one half price, buy 2 get 1 free, BOGO, BOGO 50% off
    _en(
        r"(?:buy|purchase|gift|order|book|rent|hire|collect|pay\s*for)\s*(?:any\s*)?{buy}{GOODS}(?:get|gift)\s*(?:the\s*)?(?:{free}(?!st|nd|rd|th|\d)|another)\s*(?:\w+\s+)?(?:at\s*)?"
        r"(?:{half}|{pct}\s*%)",
        buy_get_cheaper,
    ),
    _en(
        r"(?:buy|purchase|gift|order|book|rent|hire|collect|pay\s*for)\s*(?:any\s*)?{buy}{GOODS}(?:get|gift)\s*(?:the\s*)?{free}(?!st|nd|rd|th)\s*(?:\w+\s+)?(?:for\s*)?free",
        buy_get_free,
    ),
    _en(
        r"(?:\bbogof?|\bb1g1|buy\s*one,?\s*get\s*one)\b(?!\s*for\s*{CASH})(?:\s*(?:{half}|half|{pct}\s*%))?",
        buy_get_cheaper,
    ),
    _en(r"^\W*(?:buy|purchase)\s*{buy}\s*[,&+]?\s*get\s*{free}\W*$", buy_get_free),
    # Buy 5 coffees, get your 6th free
    _en(
        r"(?:buy|purchase|collect|order)\s*{buy}{GOODS}(?:get|and|&|,)\s*(?:the|your|a)?\s*{later}\s*(?:\w+\s+)?(?:is\s*)?(?:for\s*)?free",
        next_one_free,
    ),
    # Every 4th wash is free
    _en(r"\b(?:every|the|your)\s+(?:\d{1,2}th|sixth|tenth)\s+(?:\w+\s+)?(?:is\s+)?free\b", plain(PromotionKind.BUNDLE)),
    # 3 for 2, 3 for the price of 2, stay 4 nights pay for 3; 3 for $10, any 2 pizzas for £15
    _en(
        r"(?<![\d.$€£¥])\b{n}[\s-]*(?:[a-z]+\s+)?for[\s-]*the\s*price\s*of\s*{buy}\b",
        get_for_price_of,
    ),
    _en(
        r"(?<![\d.$€£¥])\b{n}[\s-]*for[\s-]*{buy}\b(?!\s*[\d.$€£¥%]|\s*(?:people|days?|weeks?|months?|years?))",
        get_for_price_of,
    ),
    _en(
        r"\b(?:stay|book|take|buy|get)\s*{n}\s*(?:[a-z]+\s*)?[,&]?\s*(?:and\s*)?(?:only\s*)?pay\s*(?:only\s*)?(?:for\s*)?(?:only\s*)?{buy}\b(?!\s*%)",
        get_for_price_of,
    ),
    # A third night for only €45, 2nd pizza $5: nothing says what the first costs
    _en(
        r"\b(?P<n>{ORDINAL})\s*(?:[a-z]+\s+){0,2}?(?:for\s*)?(?:only\s*|just\s*)?{CASH}{price}(?!\s*off)",
        nth_item,
    ),
    _en(r"\bbuy\s*one\b.{0,4}\bget\s*one\s*for\s*(?:only\s*|just\s*)?{CASH}\d", plain(PromotionKind.BUNDLE)),
    _en(r"^any\s.{3,30}(?:\+|&|\band\b).{3,24}{CASH}{price}\W*$", plain(PromotionKind.BUNDLE, "price")),
    # Buy any main, get a dessert half price: of other goods, so nothing is computed
    _en(
        r"\bbuy\s*(?:any|a|an|one)\b.{2,30}\bget\s*(?:a|an|any|your|one)\s+.{0,24}?(?:for\s*(?:only\s*|just\s*)?{CASH}\d|half\s*price|\d+\s*%\s*off)",
        plain(PromotionKind.BUNDLE),
    ),
    # Buy a $50 gift card, get $10; 4 + 2 free; 25% extra
    _en(
        r"\bbuy\s*(?:an?\s*)?{CASH}{threshold}\D{0,24}?get\s*(?:an?\s*)?(?:extra\s*|bonus\s*)?{CASH}{amount}",
        plain(PromotionKind.COUPON, "threshold", "amount"),
    ),
    _en(r"(?<![\d.,]){buy}\s*\+\s*{free}\s*free\b", buy_get_free),
    _en(r"^\W*{pct}\s*%\s*(?:extra|bigger)\W*$", more_for_the_same),
    # First month £1, $5 for your first box
    _en(
        r"\bfirst\s*(?:{NUMBER}\s*)?(?:months?|box|weeks?|years?|class|visit|order|delivery)\s*(?:for\s*|at\s*|is\s*)?(?:only\s*|just\s*)?{CASH}{price}(?!\s*off)",
        plain(PromotionKind.DISCOUNT, "price"),
    ),
    _en(
        r"{CASH}{price}\s*(?:for\s*)?(?:the\s*|your\s*)?first\s*(?:{NUMBER}\s*)?(?:months?|box|weeks?|years?|class|visit)\b",
        plain(PromotionKind.DISCOUNT, "price"),
    ),
    _en(r"\b{DOZENS}\s*(?:[a-z]+\s+){0,3}?for\s*(?:only\s*|just\s*)?{CASH}{price}", bundle_price),
    _en(r"\b{n}\s*(?:[a-z]+\s+){0,3}?for\s*(?:only\s*|just\s*)?{CASH}{price}", bundle_price),
    # 10/$10, 2/$5: the American shelf tag
    _en(r"(?<![\d./])\b{n}\s*/\s*{CASH}{price}", bundle_price),
    # 2nd item half price, second one 50% off
    _en(
        r"\b(?P<n>{ORDINAL})\s*(?:[a-z]+\s+){0,2}?(?:is\s*|at\s*|for\s*)?(?:{half}|{pct}\s*%\s*off|{gratis})", nth_item
    ),
    # 50% off the second item
    _en(
        r"(?:{half}|{pct}\s*%\s*off)\s*(?:on\s*)?(?:(?:your|the|every|any|a)\s*)?(?P<n>{ORDINAL})(?:\s*{UNIT}|\W*$)",
        nth_item,
    ),
    # Buy 2, save 30%; save 10% when you buy 2; 10% off any 3; 15% off 6 bottles or more
    _en(
        r"(?:buy|bundle|choose|pick|mix|order|take)\s*(?:any\s*)?{n}(?!\s*\d){GOODS}[+]?\s*(?:or\s*more\s*)?[,:&]?\s*(?:and\s*)?(?:save|get|for|take|enjoy|receive)\s*(?:an?\s*)?(?:extra\s*)?{pct}\s*%",
        pieces_discount,
    ),
    _en(
        r"(?:save\s*)?{pct}\s*%\s*(?:off\s*)?(?:when|if)\s*you\s*(?:buy|order|choose|book|mix)\s*(?:any\s*)?{n}(?!\s*[\d.,$€£¥%]|\s*(?:days?|weeks?|months?|hours?))\b",
        pieces_discount,
    ),
    _en(r"{pct}\s*%\s*off\s*(?:any|when\s*buying)\s*{n}(?:\s*\+|\s*or\s*more)?(?:\s*{UNIT})?\W*$", pieces_discount),
    _en(r"{pct}\s*%\s*off\s*{n}\s*(?:\+|or\s*more|{UNIT}\s*or\s*more)", pieces_discount),
    # Build a bundle and save 15%
    _en(r"\bbundle\b\D{0,12}(?:save|get)\s*{pct}\s*%", bundle_share),
    # Spend $50 save $10, $10 off orders over $50, 20% off orders over $50
    _en(
        r"{SPEND}\s*{CASH}{threshold}\D{0,24}?(?:save|get|receive|take|earn|enjoy|-)\s*(?:an?\s*)?{CASH}{amount}(?!\s*%)",
        threshold_money,
    ),
    _en(r"{CASH}{amount}\s*(?:off)?\b{ORDERS}\s*{CASH}{threshold}", threshold_money),
    _en(
        r"{CASH}{amount}\s*off\s*(?:your|a|an|any|every)?\s*{CASH}{threshold}(?![.,]?\d)(?!\s*(?:item|each|price))",
        threshold_money,
    ),
    # Save £5 when you spend £30
    _en(r"(?:save|get)\s*{CASH}{amount}\s*(?:off\s*)?(?:when|if)\s*you\s*spend\s*{CASH}{threshold}", threshold_money),
    _en(r"{pct}\s*%\s*off{ORDERS}\s*{CASH}{threshold}", threshold_share),
    _en(r"{pct}\s*%\s*off\s*(?:orders|purchases|baskets)?\s*{CASH}{threshold}\s*(?:\+|or\s*more)", threshold_share),
    _en(r"{pct}\s*%\s*off\s*(?:when|if)\s*you\s*spend\s*(?:over\s*)?{CASH}{threshold}", threshold_share),
    _en(r"{SPEND}\s*{CASH}{threshold}\D{0,24}?{pct}\s*%\s*off", threshold_share),
    _en(
        r"\bspend\s*{CASH}{threshold}\D{0,24}?(?:save|get|take)\s*(?:an?\s*)?(?:extra\s*)?{pct}\s*%(?!\s*back)",
        threshold_share,
    ),
    _en(
        r"free\s*(?:[\w-]+\s+){0,3}?(?:shipping|delivery|postage|freight|carriage)[^\d]{0,20}{CASH}{threshold}",
        plain(PromotionKind.FREE_SHIPPING, "threshold"),
    ),
    _en(
        r"(?:orders?|spend)\s*(?:of\s*|over\s*|above\s*)*{CASH}{threshold}\D{0,16}?(?:ships?|shipped|delivered)\s*(?:for\s*)?free\b",
        plain(PromotionKind.FREE_SHIPPING, "threshold"),
    ),
    _en(r"{pct}\s*%\s*(?:extra|more)\s*(?:free|for\s*the\s*same\s*price)", more_for_the_same),
    # 20-50% off, 20% off, up to 50% off, 10% student discount, save 20%, -30%; not save 30% energy
    _en(r"(?<![\d.])(?P<limit>\d{1,2})\s*%?\s*(?:[-–—]|to)\s*{pct}\s*%\s*off\b", percent),
    _en(
        r"(?<![\d.])(?:{limit}\s*)?(?:extra\s*|flat\s*)*{pct}\s*(?:%|per\s?cent)\s*(?:off\b|(?:[a-z&]+\s+){0,2}?discount|reduction|price\s*cut|cheaper\b)",
        percent,
    ),
    _en(r"\bdiscounts?\s*(?:of\s*)?{limit}\s*{pct}\s*%", percent),
    _en(
        r"(?:{limit}\s*)?(?<![\d.]){pct}\s*%\s*(?:less\s*than|below|under|off)\s*(?:the\s*)?(?:rrp|msrp|retail|recommended|usual|original|list|high\s*street)",
        percent,
    ),
    _en(
        r"\bsave\s*(?:an\s*)?(?:extra\s*)?(?:{limit}\s*)?{pct}\s*(?:%|per\s?cent)"
        r"(?!\s*(?:of\s*)?(?:more\s*|your\s*|on\s*)?(?:energy|water|time|power|space|fuel|electric))",
        percent,
    ),
    _en(r"(?<![\d.])-\s*{pct}\s*%(?!\s*[a-z])", percent),
    _en(r"(?:{limit}\s*)?(?<![\d/.]){part}\s*/\s*{whole}\s*off\b", fraction),
    _en(r"(?:{limit}\s*)?\b(?:a\s*|one\s*)(?P<whole>third|quarter|fifth)\s*off\b", fraction),
    _en(r"(?:{limit}\s*)?\btwo[\s-]*thirds\s*off\b", two_thirds),
    _en(r"{limit}\s*(?:half\b|1/2\s*(?:price|off))(?!\s*(?:a|an|the|way|full|term)\b)", at_most_half),
    _en(r"\bhalf[\s-]*(?:price|off)\b|1/2\s*price", half),
    # 50p off, save 75¢
    _en(r"(?<![\d.,$€£]){CENTS}\s*off\b|\bsave\s*(?:an\s*extra\s*)?{MORE_CENTS}", small_change),
    _en(
        r"\b(?:was|reg\.?|rrp|msrp|before)\s*:?\s*{CASH}{was}(?!\D*\bsave)\D{0,12}?(?:now|sale|only|today)?\s*:?\s*(?:only|just)?\s*{CASH}{now}",
        was_now,
    ),
    # Buy a cake and the candles are free
    _en(r"^buy\s+(?:a|an|any|the)\s.{3,40}\s(?:is|are|comes?)\s+free\b", plain(PromotionKind.GIFT)),
    # Trade in your phone, get up to £300; earn $10 for every $50 spent
    _en(
        r"\b(?:trade[\s-]*in|part[\s-]*exchange)\b[^\d]{0,40}{CASH}{amount}",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    _en(
        r"{CASH}{amount}\s*(?:extra\s*|minimum\s*|guaranteed\s*|bonus\s*)?(?:with\s*|for\s*your\s*|on\s*)?(?:any\s*|a\s*|eligible\s*)?(?:trade[\s-]*in|part[\s-]*exchange|scrappage)",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    _en(r"\bearn\s*(?:up\s*to\s*)?{CASH}{amount}", plain(PromotionKind.COUPON, "amount")),
    _en(r"\bget\s*(?:up\s*to\s*)?{CASH}{amount}\s*(?:cash\s*)?back\b", plain(PromotionKind.COUPON, "amount")),
    # $10 off, save $20, $5 coupon, $10 in store cash
    _en(r"{CASH}{amount}\s*off\b", plain(PromotionKind.DISCOUNT, "amount")),
    _en(
        r"{CASH}{amount}\s*(?:in\s*)?(?:[\w'’-]+\s+){0,2}?(?:coupon|voucher|gift\s*card|cash\s*back|e-?gift|credit\b|rebate|prepaid"
        r"|(?:store|bonus|reward|super|[\w]+['’]s)\s*cash\b)",
        plain(PromotionKind.COUPON, "amount"),
    ),
    _en(
        r"\b(?:save|get)\s*(?:an?\s*)?(?:extra\s*|additional\s*|another\s*)?(?:up\s*to\s*)?{CASH}{amount}",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    # Members get 20% back, 3% back on every purchase
    _en(
        r"\b(?:get|earn|claim)\s*(?:up\s*to\s*)?(?:an\s*)?(?:extra\s*)?{pct}\s*%\s*(?:cash\s*)?back\b",
        plain(PromotionKind.COUPON),
    ),
    _en(r"(?<![\d.]){pct}\s*%\s*(?:cash\s*back|back\s*(?:on|in|at|with|for|when)\b)", plain(PromotionKind.COUPON)),
]
