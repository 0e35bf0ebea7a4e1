"""English promotion wordings that state numbers. Matched in order against folded text; the first rule wins.

OCR drops spaces between capitals (BUYONEGETONEFREE), so every space is optional.
"""

from __future__ import annotations

from functools import partial

from core.values.promotion_rules import (
    PromotionKind,
    Rule,
    bundle_price,
    buy_get_cheaper,
    buy_get_free,
    fraction,
    get_for_price_of,
    half,
    more_for_the_same,
    nth_item,
    percent,
    pieces_discount,
    plain,
    rule,
    threshold_money,
    threshold_share,
    was_now,
)

_COUNT = "\\d{1,2}|one|two|three|four|five"
_SUM = r"\d+(?:\.\d+)?"
_PRICE = r"\d[\d,]*(?:\.\d+)?"

_MACROS = {
    "CASH": r"[$€£¥₹]\s*",
    "GOODS": r"[\w\s,&-]{0,18}?",
    "SPEND": r"(?:spend|over|above|orders?\s*of|minimum|min\.?|when\s*you\s*(?:spend|buy))",
    "ORDERS": r"[^\d%]{0,30}?(?:over|above|of|spend|orders)",
    "n": _COUNT,
    "ORDINAL": "2nd|3rd|(?:second|third)(?!s)",
    "buy": _COUNT,
    "free": _COUNT,
    "half": r"half[\s-]*price|half[\s-]*off|1/2\s*price|1/2\s*off",
    "part": "1|2",
    "whole": r"\d",
    "gratis": r"free(?!\s*(?:shipping|delivery|postage|returns?))",
    "limit": r"up\s*to|as\s*much\s*as|max\.?",
    "pct": r"\d{1,2}(?:\.\d+)?",
    "threshold": _SUM,
    "amount": _SUM,
    "price": _SUM,
    "was": _PRICE,
    "now": _PRICE,
}


_en = partial(rule, macros=_MACROS)


RULES: list[Rule] = [
    # Buy one get one half price, buy 2 get 1 free, BOGO, BOGO 50% off
    _en(
        r"(?:buy|purchase)\s*{buy}{GOODS}get\s*(?:the\s*)?(?:{free}(?!nd|rd|\d)|another)\s*(?:\w+\s+)?(?:at\s*)?(?:{half}|{pct}\s*%)",
        buy_get_cheaper,
    ),
    _en(
        r"(?:buy|purchase)\s*{buy}{GOODS}get\s*(?:the\s*)?{free}(?!nd|rd|th)\s*(?:\w+\s+)?(?:for\s*)?free", buy_get_free
    ),
    _en(r"(?:\bbogof?|\bb1g1|buy\s*one,?\s*get\s*one)\b(?:\s*(?:{half}|half|{pct}\s*%))?", buy_get_cheaper),
    _en(r"^\W*(?:buy|purchase)\s*{buy}\s*[,&+]?\s*get\s*{free}\W*$", buy_get_free),
    # 3 for 2, 3 for the price of 2, 3 for $10, any 2 pizzas for £15
    _en(
        r"(?<![\d.$€£¥])\b{n}[\s-]*for[\s-]*(?:the\s*price\s*of\s*)?{buy}\b(?!\s*[\d.$€£¥%]|\s*(?:people|days?|weeks?|months?|years?))",
        get_for_price_of,
    ),
    _en(r"\b{n}\s*(?:[a-z]+\s+)?for\s*(?:only\s*|just\s*)?{CASH}{price}", bundle_price),
    # 10/$10, 2/$5: the American shelf tag
    _en(r"(?<![\d./])\b{n}\s*/\s*{CASH}{price}", bundle_price),
    # 2nd item half price, second one 50% off
    _en(
        r"\b(?P<n>{ORDINAL})\s*(?:[a-z]+\s+){0,2}?(?:is\s*|at\s*|for\s*)?(?:{half}|{pct}\s*%\s*off|{gratis})", nth_item
    ),
    # 50% off the second item
    _en(
        r"(?:{half}|{pct}\s*%\s*off)\s*(?:on\s*)?(?:your|the|every|any)\s*(?P<n>{ORDINAL})\s*(?:item|one|pair|product|unit)",
        nth_item,
    ),
    # Buy 2, save 30%; save 10% when you buy 2
    _en(r"(?:buy|bundle|choose|pick)\s*{n}{GOODS}(?:save|get)\s*{pct}\s*%", pieces_discount),
    _en(r"(?:save\s*)?{pct}\s*%\s*(?:off\s*)?(?:when|if)\s*you\s*buy\s*{n}(?!\s*[\d.,$€£¥%])\b", pieces_discount),
    # Spend $50 save $10, $10 off orders over $50, 20% off orders over $50
    _en(r"{SPEND}\s*{CASH}{threshold}\D{0,24}?(?:save|get|-)\s*{CASH}{amount}(?!\s*%)", threshold_money),
    _en(r"{CASH}{amount}\s*(?:off)?\b{ORDERS}\s*{CASH}{threshold}", threshold_money),
    _en(r"{CASH}{amount}\s*off\s*{CASH}{threshold}(?![.,]?\d)(?!\s*(?:item|each|price))", threshold_money),
    # Save £5 when you spend £30
    _en(r"(?:save|get)\s*{CASH}{amount}\s*(?:off\s*)?(?:when|if)\s*you\s*spend\s*{CASH}{threshold}", threshold_money),
    _en(r"{pct}\s*%\s*off{ORDERS}\s*{CASH}{threshold}", threshold_share),
    _en(r"{SPEND}\s*{CASH}{threshold}\D{0,24}?{pct}\s*%\s*off", threshold_share),
    _en(
        r"free\s*(?:\w+\s+){0,2}?(?:shipping|delivery|postage)[^\d]{0,20}{CASH}{threshold}",
        plain(PromotionKind.FREE_SHIPPING, "threshold"),
    ),
    _en(r"{pct}\s*%\s*(?:extra|more)\s*(?:free|for\s*the\s*same\s*price)", more_for_the_same),
    # 20% off, up to 50% off, save 20%, -30%; not save 30% energy
    _en(
        r"(?<![\d.])(?:{limit}\s*)?(?:extra\s*|flat\s*)*{pct}\s*(?:%|per\s?cent)\s*(?:off\b|discount|reduction|price\s*cut)",
        percent,
    ),
    _en(
        r"\bsave\s*(?:an\s*)?(?:extra\s*)?(?:{limit}\s*)?{pct}\s*(?:%|per\s?cent)"
        r"(?!\s*(?:of\s*)?(?:more\s*|your\s*|on\s*)?(?:energy|water|time|power|space|fuel|electric))",
        percent,
    ),
    _en(r"(?<![\d.])-\s*{pct}\s*%(?!\s*[a-z])", percent),
    _en(r"(?:{limit}\s*)?(?<![\d/.]){part}\s*/\s*{whole}\s*off\b", fraction),
    _en(r"\bhalf[\s-]*(?:price|off)\b|1/2\s*price", half),
    _en(
        r"\b(?:was|reg\.?|rrp|msrp|before)\s*:?\s*{CASH}{was}(?!\D*\bsave)\D{0,12}?(?:now|sale|only|today)?\s*:?\s*(?:only|just)?\s*{CASH}{now}",
        was_now,
    ),
    _en(r"\brefer\s+(?:a|your)\s+\w+", plain(PromotionKind.MEMBERSHIP)),
    # Every 4th wash is free, buy 5 and the 6th is free; buy a cake and the candles are free
    _en(r"\b(?:every|the|your)\s+(?:\d{1,2}th|sixth|tenth)\s+(?:\w+\s+)?(?:is\s+)?free\b", plain(PromotionKind.BUNDLE)),
    _en(r"^buy\s+(?:a|an|any|the)\s.{3,40}\s(?:is|are|comes?)\s+free\b", plain(PromotionKind.GIFT)),
    # Trade in your phone, get up to £300; earn $10 for every $50 spent
    _en(
        r"\btrade[\s-]*in\b[^\d]{0,40}{CASH}{amount}",
        plain(PromotionKind.DISCOUNT, "amount"),
    ),
    _en(r"\bearn\s*(?:up\s*to\s*)?{CASH}{amount}", plain(PromotionKind.COUPON, "amount")),
    _en(r"\bget\s*(?:up\s*to\s*)?{CASH}{amount}\s*(?:cash\s*)?back\b", plain(PromotionKind.COUPON, "amount")),
    # $10 off, save $20, $5 coupon, free tote bag with every order
    _en(r"{CASH}{amount}\s*off\b", plain(PromotionKind.DISCOUNT, "amount")),
    _en(
        r"{CASH}{amount}\s*(?:coupon|voucher|gift\s*card|cash\s*back|e-gift|(?:[a-z]+\s+)?credit\b)",
        plain(PromotionKind.COUPON, "amount"),
    ),
    _en(r"\b(?:save|get)\s*(?:up\s*to\s*)?{CASH}{amount}", plain(PromotionKind.DISCOUNT, "amount")),
    _en(
        r"\bfree\s+(?!shipping|delivery|postage|returns?|trial|from|range|of|and|consult|install|next|standard|express"
        r"|home|local|international|worldwide|entry|wifi|parking|quote)(?:\w+\s+){1,3}(?:with|when|on|for|over)\b",
        plain(PromotionKind.GIFT),
    ),
    # Try free for 30 days, first month free, 3 months free
    _en(r"\bfree\s*for\s*{n}\s*(?:days?|weeks?|months?)\b", plain(PromotionKind.GUARANTEE)),
    _en(
        r"\b(?:first|1st|{n})\s*(?:{free}\s*)?(?:days?|nights?|weeks?|months?|years?|box|class|lesson|session)\s*(?:is\s*|are\s*)?free\b(?![\s-]*of\b)",
        plain(PromotionKind.GUARANTEE),
    ),
    _en(r"\bno\s*(?:joining|sign[\s-]*up|set[\s-]*up|booking|annual|activation)\s*fees?\b", plain(PromotionKind.OTHER)),
    _en(r"\bfree\s*(?:\w+\s+){0,2}(?:shipping|delivery|postage)\b", plain(PromotionKind.FREE_SHIPPING)),
    _en(
        r"\b(?:holiday|weekend|lunch(?:time)?|dinner|summer|winter|spring|autumn|christmas|easter|birthday|opening)\s*specials?\b",
        plain(PromotionKind.DISCOUNT),
    ),
    _en(r"\b\d{1,3}[\s-]*(?:day|night|week)s?\s*(?:free\s*|home\s*)?trial\b", plain(PromotionKind.GUARANTEE)),
    _en(r"\b(?:kids|children|under[\s-]\d+s?)\s+\w+\s+free\b", plain(PromotionKind.OTHER)),
    _en(
        r"\bget\s*a\s*free\b(?!\s*(?:[\w-]+\s+)?(?:quote|estimate|consult|valuation|demo|appraisal))",
        plain(PromotionKind.GIFT),
    ),
    # Tenth cup on us; not You can count on us
    _en(
        r"^(?!.*\b(?:count|rely|lean|depend|bet|call|focus|based|eyes)\s+on\s+us\b).*\w\s+on\s+(?:us|the\s+house)\W*$",
        plain(PromotionKind.GIFT),
    ),
    # Members get 20% back
    _en(
        r"\b(?:get|earn|claim)\s*(?:up\s*to\s*)?(?:an\s*)?(?:extra\s*)?{pct}\s*%\s*(?:cash\s*)?back\b",
        plain(PromotionKind.COUPON),
    ),
]
