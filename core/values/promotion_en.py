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
    "half": r"half[\s-]*price|half[\s-]*off|1/2\s*price",
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
        r"(?:buy|purchase)\s*{buy}{GOODS}get\s*(?:the\s*)?(?:{free}(?!nd|rd)|another)\s*(?:\w+\s+)?(?:at\s*)?(?:{half}|{pct}\s*%)",
        buy_get_cheaper,
    ),
    _en(r"(?:buy|purchase)\s*{buy}{GOODS}get\s*(?:the\s*)?{free}\s*(?:\w+\s+)?(?:for\s*)?free", buy_get_free),
    _en(r"(?:\bbogof?|\bb1g1|buy\s*one,?\s*get\s*one)\b(?:\s*(?:{half}|half|{pct}\s*%))?", buy_get_cheaper),
    _en(r"^\W*(?:buy|purchase)\s*{buy}\s*[,&+]?\s*get\s*{free}\W*$", buy_get_free),
    # 3 for 2, 3 for the price of 2, 3 for $10, any 2 pizzas for £15
    _en(
        r"(?<![\d.$€£¥])\b{n}\s*for\s*(?:the\s*price\s*of\s*)?{buy}\b(?!\s*[\d.$€£¥%]|\s*(?:people|days?|weeks?|months?|years?))",
        get_for_price_of,
    ),
    _en(r"\b{n}\s*(?:[a-z]+\s+)?for\s*(?:only\s*|just\s*)?{CASH}{price}", bundle_price),
    # 10/$10, 2/$5: the American shelf tag
    _en(r"(?<![\d./])\b{n}\s*/\s*{CASH}{price}", bundle_price),
    # 2nd item half price, second one 50% off
    _en(
        r"\b(?P<n>{ORDINAL})\s*(?:[a-z]+\s+){0,2}?(?:is\s*|at\s*|for\s*)?(?:{half}|{pct}\s*%\s*off|{gratis})", nth_item
    ),
    # Buy 2, save 30%
    _en(r"buy\s*{n}{GOODS}(?:save|get)\s*{pct}\s*%", pieces_discount),
    # Spend $50 save $10, $10 off orders over $50, 20% off orders over $50
    _en(r"{SPEND}\s*{CASH}{threshold}\D{0,24}?(?:save|get|-)\s*{CASH}{amount}(?!\s*%)", threshold_money),
    _en(r"{CASH}{amount}\s*(?:off)?\b{ORDERS}\s*{CASH}{threshold}", threshold_money),
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
    _en(r"\bhalf[\s-]*(?:price|off)\b|1/2\s*price", half),
    _en(
        r"\b(?:was|reg\.?|rrp|msrp|before)\s*:?\s*{CASH}{was}(?!\D*\bsave)\D{0,12}?(?:now|sale|only|today)?\s*:?\s*(?:only|just)?\s*{CASH}{now}",
        was_now,
    ),
    # $10 off, save $20, $5 coupon, free tote bag with every order
    _en(r"{CASH}{amount}\s*off\b", plain(PromotionKind.DISCOUNT, "amount")),
    _en(r"{CASH}{amount}\s*(?:coupon|voucher|gift\s*card|cash\s*back|e-gift)", plain(PromotionKind.COUPON, "amount")),
    _en(r"\b(?:save|get)\s*(?:up\s*to\s*)?{CASH}{amount}", plain(PromotionKind.DISCOUNT, "amount")),
    _en(
        r"\bfree\s+(?!shipping|delivery|postage|returns?|trial|from|range|of|and|consult|install|next|standard|express"
        r"|home|local|international|worldwide|entry|wifi|parking|quote)(?:\w+\s+){1,3}(?:with|when|on|for|over)\b",
        plain(PromotionKind.GIFT),
    ),
    _en(r"\bget\s*a\s*free\b", plain(PromotionKind.GIFT)),
]
