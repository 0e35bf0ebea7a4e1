"""French and German promotion wordings that state numbers, matched in order against folded text: the first wins."""

from __future__ import annotations

from functools import partial

from core.values.promotion_rules import (
    PromotionKind,
    Rule,
    buy_get_free,
    get_for_price_of,
    half,
    nth_item,
    percent,
    plain,
    rule,
    was_now,
)

_COUNT = r"\d{1,2}"
_PRICE = r"\d[\d.]*(?:,\d{2})?"

_MACROS = {
    "GRATIS": r"(?:gratis|gratuite?s?|offerte?s?|kostenlos|geschenkt)\b",
    "n": r"[23]",
    "buy": _COUNT,
    "free": _COUNT,
    "half": r"(?:zum\s*)?halben?\s*preis|(?:a\s*)?moitie\s*prix|demi-?\s*prix",
    "pct": r"\d{1,2}",
    "limit": r"bis\s*zu|jusqu'?\s*a",
    "amount": r"\d+(?:,\d{2})?",
    "was": _PRICE,
    "now": _PRICE,
}


_eu = partial(rule, macros=_MACROS)


RULES: list[Rule] = [
    # 2+1 gratis, 3 + 1 offert, 3 achetés = 1 offert, 2 kaufen 1 gratis, 3 für 2
    _eu(r"(?<![\d,.]){buy}\s*\+\s*{free}\s*{GRATIS}", buy_get_free),
    _eu(r"(?<![\d,.]){buy}\s*(?:achete\w*|kaufen|gekauft)\s*[,=:+]?\s*(?:l[ea]\s*)?{free}\s*{GRATIS}", buy_get_free),
    _eu(r"(?<![\d,.])\b{n}\s*(?:fur|pour)\s*{buy}\b(?!\s*[\d,.€%]|\s*[a-z])", get_for_price_of),
    # le 2ème à -50 %, 2. Artikel zum halben Preis
    _eu(r"\b{n}\s*(?:e|eme|nde?|\.)\s*(?:[a-z]+\s+){0,2}?(?:a\s*)?(?:{half}|-\s*{pct}\s*%)", nth_item),
    _eu(r"\b{half}\b", half),
    # bis zu 30 % Rabatt, jusqu'à -40 %, 20 % de remise
    _eu(r"(?:{limit}\s*)-\s*{pct}\s*%", percent),
    _eu(
        r"(?:{limit}\s*)?(?<![\d,.]){pct}\s*%\s*(?:rabatt|reduziert|gunstiger|billiger|sparen|(?:de\s*)?(?:remise|reduction|rabais|moins))",
        percent,
    ),
    # statt 39,99 € nur 24,99 €; the French order is now, then was: 9,99 € au lieu de 12,99 €
    _eu(r"(?:statt|uvp)\s*{was}\s*€?\D{0,12}?(?:nur|jetzt)\s*{now}", was_now),
    _eu(r"{now}\s*€\s*au\s*lieu\s*de\s*{was}", was_now),
    # 10 € Rabatt, 5 € de réduction, Gutschein 10 €
    _eu(r"{amount}\s*€\s*(?:rabatt|gespart|sparen|(?:de\s*)?(?:remise|reduction))", plain(PromotionKind.DISCOUNT)),
    _eu(r"{amount}\s*€[\s-]*(?:gutschein|bon\s*d'achat)", plain(PromotionKind.COUPON)),
]
