"""Prices in a printed text: ¥168, 168元, 10.0起, $4.99/lb, €12,99, 99-199元, 原价199, 2 for ¥99.

An amount that a promotion takes off, asks for or gives away (满200减20, $10 off, 50元券) is no price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.types import Frozen
from core.values.terms import Match, load_terms, wording_form
from core.values.text import has_cjk

_SIGNS_BY_CURRENCY = {
    "CNY": ("¥", "元", "块", "块钱", "圆", "rmb", "cny", "人民币"),
    "USD": ("$", "us$", "usd", "美元"),
    "EUR": ("€", "eur", "欧元"),
    "GBP": ("£", "gbp", "英镑"),
    "INR": ("₹", "rs", "rs.", "inr", "/-"),
    "JPY": ("円", "jpy", "日元"),
    "HKD": ("hk$", "hkd"),
    "TWD": ("nt$",),
    "AUD": ("a$", "au$"),
    "CAD": ("c$", "ca$"),
    "SGD": ("s$",),
    "KRW": ("₩", "원"),
    "MYR": ("rm",),
    "THB": ("฿",),
    "RUB": ("₽",),
}
SIGNS = {sign: code for code, signs in _SIGNS_BY_CURRENCY.items() for sign in signs}
"""Printed sign, folded -> ISO 4217. ¥ is taken for the yuan: the yen's posters say 円."""

_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{2}|\d+(?:[.,]\d{1,2})?)(?![\d.,]*\d)"
_SIGN_BEFORE = (
    r"(?:us\$|hk\$|nt\$|au?\$|ca?\$|s\$|¥|\$|€|£|₹|₩|฿|(?<![a-z])(?:rmb|cny|usd|eur|gbp|hkd|inr|jpy|rm|rs\.?))"
)
_SIGN_AFTER = (
    r"(?:块钱|块|元|圆|円|원|美元|欧元|英镑|日元|人民币|€|£|₽|/-|(?:rmb|cny|usd|eur|gbp|hkd|inr|jpy)(?![a-z]))"
)
_DASH = r"\s*(?:[-~～—–至到]|to)\s*"
_AMOUNT = re.compile(
    rf"(?:"
    rf"(?<![\d.,])(?P<jiao>\d+块\d)(?!\d|[件个袋瓶盒]|包(?!邮))"
    rf"|(?P<before>{_SIGN_BEFORE})\s*(?P<n1>{_NUMBER})(?:{_DASH}(?:{_SIGN_BEFORE})?\s*(?P<n2>{_NUMBER}))?\s*(?P<wan>万)?(?:\s*{_SIGN_AFTER}(?!\s*\d))?"
    rf"|(?<![\d.,])(?P<m1>{_NUMBER})\s*(?:(?P<m0>{_SIGN_AFTER})?{_DASH}(?P<m2>{_NUMBER}))?\s*(?P<wan2>万)?\s*(?P<after>{_SIGN_AFTER})"
    rf"|(?<![\d.,])(?P<bare>{_NUMBER})(?P<wan3>万)?"
    rf")"
)

_DEPOSIT_AFTER = re.compile(r"^\s*(?:可|最高)?抵(?:扣|现|用)?\s*[¥$]?\s*\d")
# What stands right before an amount that is taken off, asked for or given, and right after one.
_OFF_BEFORE = re.compile(
    r"(?:满|减|省|返|返现|抵|抵扣|立?减免|直降|立降|再降|降|优惠|补贴|赔|罚|补|奖|送|赠|领|领取|价值|加|满额|每|多赚|免|得|加收|另收|收取|补差|押金|(?<![\d一二三四五六七八九])折价"
    r"|gutschein|rabatt|remise de|reduction de|bon d'achat de"
    r"|save|saves|spend|over|above|worth|extra|value|valued at|value of|refund of"
    r"|get|win|off|earn|every|orders? of|when you spend|trade[- ]?in"
    r"|(?:2nd|3rd|\dth|second|third|fourth) (?:[a-z]+ )?(?:for |is )?(?:only |just )?"
    r"|第[\d一二两三][件个份杯瓶双支盒只](?:仅|只要|仅需)?)[了额:： ]*(?:up to|最高|至高|高达|立)?\s*$"
)
_OFF_AFTER = re.compile(
    r"^\s*元?\s*(?:off\b|优惠|大?额?无门槛|券|红包|现金|补贴|立减|代金|抵用|礼包|津贴|以上|减|消费金|购物金|换购"
    r"|-?gutschein|rabatt|de remise|de reduction|de rabais|offerts?"
    r"|d'achats?|de commande|(?:mindest)?bestellwert|(?:mindest)?einkauf|warenwert"
    r"|(?:[a-z'’-]+ ){0,2}(?:coupon|voucher|gift ?card|rebate|cash ?back|trade[- ]in)\b"
    r"|(?:joining|sign[- ]?up|enrol?lment|activation) fee"
    r"|discount|or more|reward|spend\b|spent\b|minimum|back(?! in| to)\b"
    r"|(?:[a-z]+ )?credit\b|value\b|(?:[a-z-]+ )?(?:shipping|delivery)|down\b)"
)
# A bare number is a price only beside a label, so what makes it something else is short.
_NOT_MONEY_AFTER = re.compile(
    r"^\s*(?:[%％折件年月日天秒倍个位名人台次款种片包袋瓶盒支克斤升米码号期]|小时|分|公斤|千克|毫升|厘米"
    r"|(?!each|per|euro|dollar|pound|pro|par|only|today|plus|with|and|inkl|ttc|zzgl|statt|instead|now|was)[a-z]{3,}"
    r"|(?:g|l|w|v|h|x)\b|kg|ml|cm|mm|oz|lb|day|hour|year|month|item|pack|pcs|left|:\d|/\d|-\d)"
)
_FROM_AFTER = re.compile(r"^\s*(?:元|/-)?\s*(?:起(?![订批])|\+)")
_UNIT_AFTER = re.compile(
    r"^\s*(?:起\s*)?(?:/|每|per\b|a\b|each\b)\s*(?P<unit>\d*\s*(?:[a-z]{1,6}|[\u4e00-\u9fff]{1,3}))?"
)
_BUNDLE_BEFORE = re.compile(
    r"(?:(?<![\d.])(?:[2-9]|[1-9]\d+)|任选|[两二三四五六七八九十])\s*(?:[件个瓶盒包袋双套支杯份罐条提碗块])[\s共只仅需要]*$"
    r"|\b(?:\d{1,2}|two|three|four|five|six)\s*(?:[a-z]+\s+)?for\s*(?:only\s*|just\s*)?$|(?<![\d./])\d{1,2}\s*/\s*$"
)
_BUNDLE_AFTER = re.compile(
    r"^\s*(?:元\s*)?(?:任选|/|选)?\s*(?:[2-9]|[1-9]\d+|[两二三四五六七八九十])\s*[件个瓶盒包袋双套支杯份罐条提碗块斤]"
)
_BETWEEN = re.compile(r"^[\s:：是为约仅只需要￥¥$€£()（）|]*$")
_CALENDAR = re.compile(r"^(?:0?[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])$")

_MEASURE = re.compile(r"\d*\s*(?:斤|公斤|千克|克|kg|g|升|毫升|l|ml|lbs?|oz|平?米|m|平方|㎡|两|吨)")


class Price(Frozen):
    """One price. `kind` is a key of the lexicon price_labels, or `from`, `to`, `unit`, `bundle`, `current`."""

    value: float
    currency: str | None
    """ISO 4217, or None where no sign is printed."""
    kind: str
    label: str | None
    """The printed word that says which price it is: 日常价, was …"""
    unit: str | None
    """What the price is for, as printed: 斤, lb, 500g."""
    open_ended: bool
    """Printed as "from" (10.0起)."""
    start: int
    end: int
    """text[start:end] is the amount with its sign."""

    def as_value(self) -> dict[str, object]:
        """The entry of a field of type `prices`."""
        value: dict[str, object] = {"value": self.value, "currency": self.currency, "kind": self.kind}
        optional = {"label": self.label, "unit": self.unit, "open_ended": self.open_ended or None}
        return value | {key: entry for key, entry in optional.items() if entry}


def find_prices(text: str) -> list[Price]:
    """The prices printed in `text`, left to right; a bare number counts only beside a price word or 起."""
    folded = wording_form(text)
    labels = load_terms("price_labels").find(text)
    prices: list[Price] = []
    for hit in _AMOUNT.finditer(folded):
        if not _is_taken_off(folded, hit):
            prices.extend(_prices_of(text, folded, hit, labels))
    return prices


def parse_amount(printed: str) -> float:
    """The number of `1,299.00`, `1.299,00`, `12,99` or `168`; raises ValueError for anything else."""
    digits = printed.replace("，", ",")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        return float(digits.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}", digits):
        return float(digits.replace(".", "").replace(",", "."))
    return float(digits.replace(",", "."))


def price_label(text: str) -> Match | None:
    """The price word in `text`, when the text is that word and little else (日常价￥, 今日活动价, NOW ONLY)."""
    label = load_terms("price_labels").first(text)
    rest = "" if label is None else text[: label.start] + text[label.end :]
    room = 4 if has_cjk(text) else 8
    return label if label and len(re.sub(r"[\W\d_]", "", rest)) <= room else None


def _is_taken_off(folded: str, hit: re.Match[str]) -> bool:
    before, rest = folded[: hit.start()], folded[hit.end() :]
    return any((_OFF_BEFORE.search(before), _OFF_AFTER.search(rest), _DEPOSIT_AFTER.search(rest)))


def _prices_of(text: str, folded: str, hit: re.Match[str], labels: list[Match]) -> Iterator[Price]:
    label = _label_of(folded, hit, labels)
    rest = folded[hit.end() :]
    open_ended = bool(_FROM_AFTER.search(rest))
    if hit["bare"] and not _bare_is_price(hit, rest, label, open_ended):
        return
    low, high = _numbers(hit)
    if not low and high is None:  # 第2件0元, 0元购: an offer; nothing is sold for nothing
        return
    unit = _UNIT_AFTER.search(rest)
    price = Price(
        value=low,
        currency=_currency(hit),
        kind=_kind(folded, hit, label, unit, open_ended),
        label=text[label.start : label.end] if label else None,
        unit=unit["unit"] if unit else None,
        open_ended=open_ended,
        start=hit.start(),
        end=hit.end(),
    )
    if high is None or high <= low:
        yield price
    else:
        yield price.model_copy(update={"kind": "from" if price.kind == "current" else price.kind, "open_ended": True})
        yield price.model_copy(update={"kind": "to", "value": high})


def _bare_is_price(hit: re.Match[str], rest: str, label: Match | None, open_ended: bool) -> bool:
    """A number without a sign: beside a label, or followed by 起 unless it may be a day (6.18起)."""
    if _NOT_MONEY_AFTER.search(rest):
        return False
    alone = not rest[1:].strip() and hit.string[: hit.start()].strip() == ""
    return label is not None or (open_ended and alone and "起" in rest and not _CALENDAR.match(hit["bare"]))


def _label_of(folded: str, hit: re.Match[str], labels: list[Match]) -> Match | None:
    """The price word right before the amount, or else right after it."""
    before = [label for label in labels if label.end <= hit.start() and _BETWEEN.match(folded[label.end : hit.start()])]
    if before:
        return before[-1]
    tail = re.compile(r"^\s*(?:元|起|今日|本店)*\s*$")
    if hit["bare"] or any(other.start() > hit.start() for other in _AMOUNT.finditer(folded)):
        return None
    return next(
        (label for label in labels if label.start >= hit.end() and tail.match(folded[hit.end() : label.start])), None
    )


def _numbers(hit: re.Match[str]) -> tuple[float, float | None]:
    factor = 10_000 if hit["wan"] or hit["wan2"] or hit["wan3"] else 1
    if hit["jiao"]:  # 9块9
        return parse_amount(hit["jiao"].replace("块", ".")), None
    low = hit["n1"] or hit["m1"] or hit["bare"]
    high = hit["n2"] or hit["m2"]
    return parse_amount(low) * factor, parse_amount(high) * factor if high else None


def _currency(hit: re.Match[str]) -> str | None:
    sign = (hit["before"] or hit["after"] or ("块" if hit["jiao"] else "")).strip()
    return SIGNS.get(sign)


def _kind(folded: str, hit: re.Match[str], label: Match | None, unit: re.Match[str] | None, open_ended: bool) -> str:
    if label and label.key != "current":
        return label.key
    if _BUNDLE_BEFORE.search(folded[: hit.start()]) or _BUNDLE_AFTER.search(folded[hit.end() :]):
        return "bundle"
    if unit and _MEASURE.fullmatch(unit["unit"] or ""):
        return "unit"
    return "from" if open_ended else "current"
