"""Whether a sentence says only what counted facts say: its figures, dates, currencies, names and comparisons.

The check fails closed. What it cannot place in the facts is refused, also where a reader would have let it pass: the
fixed words then stand instead, and those are true. What it cannot see is a figure of a cited fact put to another noun
of the same fact; the posters behind each sentence are there for that. A fact about one kind of goods alone has that
kind as its subject, and its figures are taken only where the kind is named beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.types import Bilingual
from core.values.text import has_cjk

Figure = tuple[str, str]
"""What a figure is ("number", "percent", "date", "pair") and its value as both languages write it."""

_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|「([^」]*)」|『([^』]*)』|«([^»]*)»|‘([^’]*)’")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"),
    re.compile(rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{{4}}))?", re.IGNORECASE),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<y>\d{{4}}))?", re.IGNORECASE),
)
_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PERCENT = re.compile(
    rf"(?P<n>{_AMOUNT})\s*(?:%|percent\b|per cent\b|个百分点)|百分之\s*(?P<zh>{_AMOUNT})", re.IGNORECASE
)
_TO = r"\s*(?:to|–|—|-|~|至|到)\s*"
_RANGE = re.compile(
    rf"(?P<low>{_AMOUNT})(?P<mark>\s*%)?{_TO}(?P<high>{_AMOUNT})(?P<percent>\s*(?:%|percent\b|per cent\b))?"
)
_SHARE = re.compile(
    rf"(?P<part>{_AMOUNT})\s+(?:\w+\s+)?(?:out\s+)?of\s+(?:\w+\s+)?(?P<whole>{_AMOUNT})"
    rf"|(?P<whole_zh>{_AMOUNT})\s*张?(?:海报)?[中里][，,]?(?:共)?有?\s*(?P<part_zh>{_AMOUNT})",
    re.IGNORECASE,
)
_NUMBER = re.compile(_AMOUNT)

_WORDED = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands|million"
    "|dozen|dozens|half|halves|third|thirds|quarter|quarters|fifth|twice|double|doubled|triple|tripled"
)
_LOOSE = "majority|minority|most|always|never|only|except|several|many|few|couple|numerous|typically|usually|average"
_COMPARED = (
    "increase|increased|increases|increasing|rise|rises|rose|risen|grew|grow|growth|growing|decline|declined"
    "|declining|decrease|decreased|drop|dropped|fell|fall|fewer|falling|upward|downward|trend|trends|trending|cheaper"
    "|cheapest|dearer|best|better|leading|leader|leads|largest|biggest|strongest|stronger|weaker|unlike|compared"
    "|versus|than|ahead|popular|successful|likely|suggests|suggesting|indicates"
)
_JUDGED = re.compile(
    rf"\b(?:{_WORDED}|{_LOOSE}|{_COMPARED})\b"
    r"|\b(?:over|under|about|around|above|below|up to|at least|at most|nearly|almost|roughly|approximately|some)"
    r"(?= [¥$€£]?\d)",
    re.IGNORECASE,
)
_JUDGED_ZH = re.compile(
    r"半数|一半|多半|过半|大半|大多|多数|少数|仅|只|几乎|接近|将近|超过|大约|约|左右|以上|以下|不到|不足|至少|至多|最多|倍|翻|成(?=的|海报|$|,)"
    r"|增|涨|上升|提高|提升|减少|下降|下滑|降低|趋势|更|最便宜|最贵|领先|优于|强于|相比|行业|市场|平均|首位|受欢迎|说明|表明|可能"
    r"|[一二三四五六七八九十百千万两半数几][一二三四五六七八九十百千万两半]*(?=[张条个件款种倍成折天周月家次份项类分])"
)
"""Words that count, compare or conclude. They are a claim of their own, so a cited fact has to use them too."""
_WHOLE = re.compile(r"\b(?:all|every|everyone|everything|each|none|nobody|nothing|no|not|without)\b", re.IGNORECASE)
_WHOLE_ZH = re.compile(r"全部|所有|全都|每张|均|都|没有|未|无|不")
"""Words that speak of everything or nothing. Every cited fact has to use them: none lends its own to another."""

_CURRENCIES = {
    "CNY": re.compile(r"¥|￥|人民币|\byuan\b|\brmb\b|\bcny\b|(?<=\d)\s*元", re.IGNORECASE),
    "USD": re.compile(r"(?<![A-Z])(?:US)?\$|美元|\bdollars?\b|\busd\b", re.IGNORECASE),
    "EUR": re.compile(r"€|欧元|\beuros?\b|\beur\b", re.IGNORECASE),
    "GBP": re.compile(r"£|英镑|\bpounds?\b|\bgbp\b", re.IGNORECASE),
    "JPY": re.compile(r"日元|\byen\b|\bjpy\b", re.IGNORECASE),
}
_SAME_SIGN = {"CNY": {"CNY", "JPY"}}
_CLAUSES = re.compile(r"[,;:，；：、。](?!\d)|\b(?:and|but|while|whereas)\b|以及|而|和|及", re.IGNORECASE)
_MARKS = 0xE000
"""The first character for private use: one stands for the name of each kind of goods while clauses are told apart."""
_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’&-]*")
_OPENERS = re.compile(
    "a|across|after|also|among|an|and|as|at|before|besides|between|both|but|by|claims|discounts|during|for|from|here"
    "|however|if|in|inferred|it|its|meanwhile|nothing|of|on|one|overall|per|posters|prices|promotions|repeated|seen"
    "|since|so|some|the|their|there|these|they|this|those|through|together|until|what|when|where|while|with|wording"
    "|wordings"
)
"""Words that may open a sentence: any other capital there could be a name."""


@dataclass(frozen=True)
class Facts:
    """What a sentence may rest on: the texts of the facts it cites, and of each the kind of goods it is about alone
    ("" where it is about all)."""

    texts: tuple[str, ...]
    competitor: str
    subjects: tuple[str, ...] = ()
    figures: frozenset[Figure] = field(init=False)
    quotes: tuple[str, ...] = field(init=False)
    plain: str = field(init=False)
    """Their words in one text, folded, quotations included."""

    def __post_init__(self) -> None:
        joined = " \n ".join(map(_folded, self.texts))
        quotes = tuple(dict.fromkeys(text for text in _quotes(joined) if text))
        bare = _QUOTED.sub(" ", joined)
        object.__setattr__(self, "figures", frozenset(figures_in(bare)))
        object.__setattr__(self, "quotes", quotes)
        object.__setattr__(self, "plain", joined.casefold())


def unfounded(sentence: str, facts: Facts, lang: str, names: Collection[str] = ()) -> Bilingual | None:
    """The first thing in the sentence that the facts do not say, as a reason; None where they say all of it.

    `names` are names a sentence could wrongly bring in: the other competitors.
    """
    text = _folded(sentence)
    for quote in _quotes(text):
        if quote.casefold() not in (*(known.casefold() for known in facts.quotes), facts.competitor.casefold()):
            return _reason("a quotation", "引文", quote)
    bare = _without(_QUOTED.sub(" ", text), (*facts.quotes, *([facts.competitor] if facts.competitor else [])))
    checks = (
        _wrong_language(bare, facts, lang), _unknown_figure(bare, facts), _unknown_currency(bare, facts),
        _unknown_word(bare, facts, lang), _unknown_name(bare, facts, names), _of_other_goods(bare, facts),
    )  # fmt: skip
    return next(filter(None, checks), None)


def figures_in(text: str) -> Iterator[Figure]:
    """Every figure in a text: dates, percentages, pairs in their order ("40 of 60", "9.9 to 20") and numbers."""
    rest = text
    for pattern in _DATES:
        for hit in pattern.finditer(rest):
            yield "date", _date(hit)
        rest = pattern.sub(" ; ", rest)
    for hit in _SHARE.finditer(rest):
        yield "pair", f"{_plain(hit['part'] or hit['part_zh'])} of {_plain(hit['whole'] or hit['whole_zh'])}"
    for hit in _RANGE.finditer(rest):
        yield "pair", f"{_plain(hit['low'])} to {_plain(hit['high'])}"
    rest = _RANGE.sub(_marked, rest)
    for hit in _PERCENT.finditer(rest):
        yield "percent", _plain(hit["n"] or hit["zh"])
    for hit in _NUMBER.finditer(_PERCENT.sub(" ; ", rest)):
        yield "number", _plain(hit.group())


def _marked(hit: re.Match[str]) -> str:
    """A range with the sign of its end at both: 10 to 50% says two percentages."""
    if hit["percent"] and not hit["mark"]:
        return f"{hit['low']}% ; {hit['high']}%"
    return hit.group()


def _date(hit: re.Match[str]) -> str:
    """Month and day, after the year where it is said: a year left out is no other date."""
    groups = hit.groupdict()
    month = groups.get("m") or str(_MONTHS.index(groups["month"].lower()) + 1)
    return f"{groups['y'] or '*'}-{int(month):02d}-{int(groups['d']):02d}"


def _plain(number: str) -> str:
    """The number without commas and without zeros that say nothing, to every digit it has: 1,299.50 is 1299.5."""
    plain = f"{Decimal(number.replace(',', '')):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _unknown_figure(text: str, facts: Facts) -> Bilingual | None:
    for kind, value in figures_in(text):
        if (kind, value) in facts.figures or (kind == "date" and value.startswith("*") and _day_known(value, facts)):
            continue
        if kind == "pair" and _is_no_pair(value, facts):
            continue
        return _reason("a figure", "数字", value + ("%" if kind == "percent" else ""))
    return None


def _day_known(value: str, facts: Facts) -> bool:
    return any(kind == "date" and known[-5:] == value[-5:] for kind, known in facts.figures)


def _is_no_pair(value: str, facts: Facts) -> bool:
    """True for two numbers that merely stand beside each other: each comes from a fact of its own."""
    low, _, high = re.split(r" (of|to) ", value)
    holding = [set(figures_in(_QUOTED.sub(" ", _folded(text)))) for text in facts.texts]
    together = any(
        {("number", low), ("number", high)} <= one or {("percent", low), ("percent", high)} <= one for one in holding
    )
    return " of " not in value and not together


def _of_other_goods(text: str, facts: Facts) -> Bilingual | None:
    """A figure of a fact about one kind of goods where that kind is not named beside it."""
    of_kind: dict[str, set[Figure]] = {}
    of_all: set[Figure] = set()
    for fact, subject in zip(facts.texts, facts.subjects, strict=False):
        of_one = of_kind.setdefault(_folded(subject).casefold(), set()) if subject else of_all
        of_one.update(figures_in(_QUOTED.sub(" ", _folded(fact))))
    for named, clause in _clauses(text.casefold(), list(of_kind)):
        for figure in figures_in(clause):
            bound = any(figure in known for known in of_kind.values()) and figure not in of_all
            if bound and not (named and all(figure in of_kind[kind] for kind in named)):
                return _reason("a figure of other goods", "其他商品的数字", figure[1])
    return None


def _clauses(text: str, kinds: Sequence[str]) -> Iterator[tuple[set[str], str]]:
    """The clauses of a sentence, each with the kinds of goods that its figures are said of: those it names, else those
    of the one before, or of the first that names any. One that names kinds and has no figure goes on in the next.
    """
    for place, kind in enumerate(kinds):
        # "clothes and accessories" is one name, not two clauses; "a drink" is of the kind "drinks"
        name = rf"{_whole(kind.removesuffix('s'))}|{_whole(kind)}"
        text = re.sub(name, chr(_MARKS + place), text)
    clauses: list[tuple[set[str], str]] = []
    waiting: set[str] = set()
    for piece in _CLAUSES.split(text) if len(kinds) > 1 else [text]:
        named = {kind for place, kind in enumerate(kinds) if chr(_MARKS + place) in piece}
        if not any(figures_in(piece)):
            waiting |= named
            continue
        clauses.append((named | waiting, piece))
        waiting = set()
    if waiting and clauses:
        clauses[-1] = (clauses[-1][0] | waiting, clauses[-1][1])
    said = next((named for named, _ in clauses if named), set())
    for named, piece in clauses:
        said = named or said
        yield said, piece


def _unknown_currency(text: str, facts: Facts) -> Bilingual | None:
    known = {code for code, pattern in _CURRENCIES.items() if pattern.search(_QUOTED.sub(" ", facts.plain))}
    for code, pattern in _CURRENCIES.items():
        if (hit := pattern.search(text)) and not known & _SAME_SIGN.get(code, {code}):
            return _reason("a currency", "币种", hit.group().strip())
    return None


def _unknown_name(text: str, facts: Facts, names: Collection[str]) -> Bilingual | None:
    folded = text.casefold()
    for name in names:
        known = _folded(name).casefold()
        if known and known not in facts.plain and re.search(_whole(known), folded):
            return _reason("a name", "名称", name)
    for hit in _WORD.finditer(text):
        word = hit.group()
        opens = not text[: hit.start()].strip() or text[: hit.start()].rstrip()[-1] in ".!?。！？;；:：\n"
        small = word.casefold()
        if re.search(_whole(small), facts.plain) or (opens and _OPENERS.fullmatch(small)):
            continue
        if word[0].isupper() and not (word == "I" or _is_said(word)):
            return _reason("a name", "名称", word)
    return None


def _is_said(word: str) -> bool:
    """Capitals that are no names: currencies and dates have checks of their own."""
    return word.lower()[:3] in _MONTHS or any(pattern.fullmatch(word) for pattern in _CURRENCIES.values())


def _wrong_language(text: str, facts: Facts, lang: str) -> Bilingual | None:
    wrong = Bilingual(en="it is in another language", zh="语言不符")
    known = facts.plain
    if lang == "zh":
        latin = [word for word in _WORD.findall(text) if word.casefold() not in known]
        return wrong if not has_cjk(text) or (len(latin) > 0 and not all(map(_is_said, latin))) else None
    foreign = re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]+", text)
    if any(piece.casefold() not in known for piece in foreign):
        return wrong
    return None if _WORD.search(text) else wrong


def _unknown_word(text: str, facts: Facts, lang: str) -> Bilingual | None:
    """A word that counts, compares or concludes and that the cited facts do not use."""
    chinese = lang == "zh"
    text = text.replace("百分之", " ")  # a percentage, which is a figure
    said = [_QUOTED.sub(" ", _folded(fact)).casefold() for fact in facts.texts]

    def uses(fact: str, word: str) -> bool:
        return word in fact if chinese else re.search(_whole(word), fact) is not None

    for pattern, enough in ((_JUDGED_ZH if chinese else _JUDGED, any), (_WHOLE_ZH if chinese else _WHOLE, all)):
        for hit in pattern.finditer(text):
            if not enough(uses(fact, hit.group().casefold()) for fact in said):
                return _reason("the words", "说法", hit.group())
    return None


def _whole(word: str) -> str:
    """A pattern for the word alone; signs and Chinese have no bounds."""
    return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])"


def _without(text: str, parts: Sequence[str]) -> str:
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(re.escape(part), " ", text, flags=re.IGNORECASE)
    return text


def _quotes(text: str) -> list[str]:
    return [next(filter(None, groups), "").strip() for groups in _QUOTED.findall(text)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'").strip()


def _reason(en: str, zh: str, what: str) -> Bilingual:
    return Bilingual(en=f"{en} that is not in its facts: {what}", zh=f"所引事实中没有的{zh}：{what}")
