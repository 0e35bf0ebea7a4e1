"""Who advertises and what: the names on a poster, told from its claims by marks, repetition, place and nouns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from core.engines.embedded.ads_layout import Phrase
from core.types import Grade
from core.values.promotions import parse_promotion
from core.values.terms import load_terms, wording_form
from core.values.text import has_cjk
from core.values.wordings import Role, role_shares

LOGO_PLACE = 0.12
"""A logo that is printed once stands in this share of the poster, from the top."""
LONGEST_NAME_HAN, LONGEST_NAME_WORDS = 14, 7

SHOP_HAN, SHOP_WORDS = (2, 6), 3
"""How much stands before 超市 or Bakery in a shop's name."""

KNOWN_SHARE = 0.5
"""Share of a name that may be words of a lexicon before it is a claim, a call or a price word instead."""
OTHER_WORDS = ("themes", "calls_to_action", "audiences", "price_labels")
NAME_UNDER = 1.0
"""Most space between the headline and the product's name beneath it, in sizes of the headline."""
TRADE_SHARE = 0.7
"""Most that the trade's word may be of a Latin name."""
SUBTITLE = 1.05
"""Least ratio of a name's size to that of most other wordings, where only its place under the headline names it."""
SUBTITLE_HAN = (4, 10)
STRONG = 2
"""Rank from which a phrase ends in what only goods are called."""

SURE_BRAND = 0.72
"""From this share of the model of wordings a wording says who advertises."""
SURE_CLAIM = 0.85
"""From this share a wording is a claim, whichever noun it ends in: Never-flat tyres."""
SURE_NAME = 0.8
"""From this share of the model of wordings an English wording is a name, whichever noun it ends in; Chinese names are
told better by their nouns."""
LEAST_NAME, SURELY = 0.05, 0.85
"""A wording is no brand where the model of wordings gives the name less than the first share, and something that is on
every page more than the second."""

_SAYS_SOMETHING = re.compile(
    r"^[\d.]+\s*%|^[0零]|^[不无免防去除可送买用每含富加添源选只]|\b(?:with|of|for|from|in|on|made|no|without|your|our|the|and|free)\b",
    re.IGNORECASE,
)
"""What a claim has and a name has not: a share, a verb in front, a word that joins others."""

_SENTENCE = re.compile(r"^for\b|\b(?:our|your|from|is|are)\b", re.IGNORECASE)
"""Words that no name has: For film fans and Fresh from our oven end in nouns, too."""

_EACH = re.compile(r"([颗粒片根口滴层个只朵杯块丝勺])\1")
"""What is said of every one of them (颗颗脆花生): a claim, whichever noun it ends in."""

_GENERAL = re.compile(
    r"[各全每本到进去在供专级类家的您你]|同款|线下|附近|身边|大型|\b(?:the|your|our|any|every|a|at|in|best|local|new)\b",
    re.IGNORECASE,
)
"""What stands before such a word where it means any such place: 各大超市, your pharmacy."""
_ANY = "(?:官方|自营|品牌|天猫|京东|淘宝|抖音|海外|线上)"
"""What stands before the word for a shop and names none."""
_BRAND_MARKS = [
    re.compile(
        rf"(?<!\w)(?!{_ANY}+)(?P<name>[\w·&'. -]{{2,16}}?)\s*"
        r"(?:品牌)?(?:官方)?(?:海外)?(?:旗舰店|专卖店|专营店)"
    ),
    re.compile(r"(?:品牌|brand)\s*[:：]\s*(?P<name>[^\s,，;；]{2,20})", re.IGNORECASE),
    re.compile(r"(?P<name>[\w·&' -]{2,24})\s*[®™]"),
]
_ANY_SHOP = re.compile(rf"{_ANY}*(?:旗舰店|专卖店|专营店|直营店|直播间)?")
"""What the badge of any shop says: 官方旗舰店."""
_PRODUCT_KEY = re.compile(
    r"(?:品\s*名|产品(?:名称)?|商品名称?|product(?: name)?)\s*[:：]\s*(?P<name>.{2,40})", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"(?:[,，\s]+\d+(?:\.\d+)?\s*(?:l|升)|[,，]?\s*\d+(?:\.\d+)?\s*(?:kg|g|ml|oz|lbs?|千克|公斤|克|毫升|斤装?)|\s+\d+\s*pack)"
    r"(?:\s*[x×*]\s*\d+\s*\w?)?\s*$",
    re.IGNORECASE,
)
_MODEL_AT_END = re.compile(
    r"[\s·,，]*(?:\d+(?:\.\d+)?\s?(?:[a-zA-Z寸升片包]{0,4}|[册本只件套瓶盒袋支枚])|[A-Z]+\d+\w*)\s*$"
)


class Name(NamedTuple):
    phrase: Phrase
    grade: Grade
    placed: bool = False
    """True where only its place says so: no noun does, and no mark."""


def find_brand(phrases: Sequence[Phrase], headline: Sequence[Phrase], height: float) -> Name | None:
    """The advertiser: named by a mark or a key, called a shop, printed several times (logo and pack), or standing
    where logos do: at the head of the poster, or else as its signature at the foot.

    `height` is the poster's, in pixels.
    """
    marked = _by_pattern(phrases, _BRAND_MARKS)
    if marked:
        return Name(marked, Grade.MEDIUM)
    shop = next((phrase for phrase in phrases if _names_shop(phrase.text)), None)
    if shop:
        return Name(shop, Grade.LOW)
    told = next((phrase for phrase in phrases if phrase not in headline and _is_surely_brand(phrase.text)), None)
    if told:
        return Name(told, Grade.LOW)
    names = [phrase for phrase in phrases if phrase not in headline and may_be_brand(phrase.text)]
    names = [phrase for phrase in names if not _is_furniture(phrase.text)]
    often = max(names, key=lambda name: _times(name.text, names), default=None)
    if often and _times(often.text, names) > 1:
        return Name(often, Grade.MEDIUM)
    names = [phrase for phrase in names if headline and phrase.size < headline[0].size]
    logos = [phrase for phrase in names if _stands_as_logo(phrase, phrases, LOGO_PLACE * height)]
    logos = logos or [
        phrase for phrase in phrases if phrase not in headline and _is_trade_name(phrase, phrases, headline, height)
    ]
    logos = logos or [phrase for phrase in names if _stands_as_signature(phrase, phrases, height)]
    return Name(logos[0], Grade.LOW) if logos else None


def _is_surely_brand(text: str) -> bool:
    says_more = has_cjk(text) or re.search(r"[^\W\d_]{3}", text)  # an icon is read as two letters
    likely = role_shares(text)[Role.BRAND] >= SURE_BRAND and not _ANY_SHOP.fullmatch(text.strip())
    return bool(says_more) and likely and not (has_cjk(text) and _GENERAL.search(text))  # 五星级酒店


def _is_furniture(text: str) -> bool:
    """True for what a page or a pack says beside its brand by the model of wordings: 分享, 官方, Share, LIVE."""
    shares = role_shares(text)
    return (
        shares[Role.NAME] + shares[Role.BRAND] < LEAST_NAME
        and max(shares[Role.INFO], shares[Role.CALL], shares[Role.CONDITION]) > SURELY
    )


def _is_trade_name(phrase: Phrase, phrases: Sequence[Phrase], headline: Sequence[Phrase], height: float) -> bool:
    """The first wording of all, as a logo, that ends in what the advertiser sells: 见山咖啡 over 耶加雪菲挂耳咖啡."""
    short = len(re.findall(r"[\u3400-\u9fff]", phrase.text)) <= SHOP_HAN[1] and len(phrase.text.split()) <= SHOP_WORDS
    first = all(phrase.middle[1] <= other.middle[1] for other in phrases)
    above = all(phrase.middle[1] < part.middle[1] for part in headline)
    largest = max(other.size for other in phrases)
    return (
        short
        and first
        and above
        and any(_product_rank(other.text) for other in phrases if other is not phrase)
        and phrase.size < largest
        and _product_rank(phrase.text) == STRONG
        and _is_wordmark(phrase.text)
        and _stands_as_logo(phrase, phrases, LOGO_PLACE * height)
    )


def _stands_as_logo(phrase: Phrase, phrases: Sequence[Phrase], top: float) -> bool:
    """In the uppermost strip; a wordmark also lower, where a photo has a margin or an offer stands over it, as the
    first of all other wordings."""
    is_first = all(phrase.middle[1] <= other.middle[1] for other in phrases)
    return phrase.middle[1] <= top or (is_first and _is_wordmark(phrase.text) and phrase.middle[1] <= 2 * top)


def _stands_as_signature(phrase: Phrase, phrases: Sequence[Phrase], height: float) -> bool:
    """A wordmark in the lowest strip that is no small print: at least of the middle size."""
    low = phrase.middle[1] >= (1 - LOGO_PLACE) * height
    return low and _is_wordmark(phrase.text) and phrase.size >= median(other.size for other in phrases)


def _is_wordmark(text: str) -> bool:
    """Chinese, or with a capital at every word."""
    words = re.findall(r"[^\W\d_]+", text)
    return has_cjk(text) or all(word[0].isupper() for word in words)


def is_brand(text: str, brand: Name | None) -> bool:
    """True where the phrase says the brand and nothing else."""
    return brand is not None and _says_name(text, brand.phrase.text)


def stands_again(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """True for what may be a brand and is printed a second time, as on logo and pack."""
    return may_be_brand(phrase.text) and _times(phrase.text, phrases) > 1


def _times(name: str, phrases: Sequence[Phrase]) -> int:
    return sum(_says_name(phrase.text, name) for phrase in phrases)


def _says_name(text: str, name: str) -> bool:
    """The name, or the name and one character more: the drawing of a logo is often read as a letter."""
    rest = wording_form(text).replace(wording_form(name), "", 1)
    return rest != wording_form(text) and len(re.sub(r"\W", "", rest)) <= 1


def find_product(phrases: Sequence[Phrase], headline: Sequence[Phrase] = ()) -> Name | None:
    """The product: behind its key, or the phrase that ends in what goods are called, cut down to the name, or one
    that is written like a name right under the headline.

    `phrases` hold neither offers nor prices. A name with an amount behind it comes before one without, a
    strong noun before a weak one, then size decides.
    """
    keyed = _by_pattern(phrases, [_PRODUCT_KEY])
    if keyed:
        return Name(keyed, Grade.MEDIUM)
    candidates = [phrase for phrase in phrases if role_shares(phrase.text)[Role.CLAIM] < SURE_CLAIM]
    ranked = [(_name_rank(phrase.text), phrase) for phrase in candidates]
    under = [(rank, phrase) for rank, phrase in ranked if _stands_under(phrase, headline)]
    if not any(rank >= STRONG for rank, _ in ranked):
        ranked += [(STRONG, phrase) for rank, phrase in under if rank]
    named = [(rank, phrase) for rank, phrase in ranked if rank]
    if max((rank for rank, _ in named), default=0) < STRONG:
        placed = [
            phrase for _, phrase in under if _is_written_as_name(phrase, phrases) or _is_subtitle(phrase, phrases)
        ]
        alone = [phrase for phrase in candidates if phrase not in headline and _is_written_as_name(phrase, phrases)]
        alone = [phrase for phrase in alone if len(phrase.text.split()) > 2 and not _SAYS_SOMETHING.search(phrase.text)]
        placed = placed or (alone if len(alone) == 1 else [])
        if placed:
            return Name(placed[0], Grade.LOW, placed=True)
    if not named:
        return None
    rank, phrase = max(named, key=lambda entry: (entry[0], entry[1].size))
    name = replace(phrase, text=_AMOUNT.sub("", phrase.text).strip(" ,，"))
    return Name(name, Grade.MEDIUM if rank > 1 else Grade.LOW)


def _stands_under(phrase: Phrase, headline: Sequence[Phrase]) -> bool:
    """True right below the headline, in smaller print."""
    if not headline:
        return False
    last = max(headline, key=lambda part: part.box[3])
    space = phrase.box[1] - last.box[3]
    beside = min(phrase.box[2], last.box[2]) > max(phrase.box[0], last.box[0])
    return beside and -0.3 * last.size <= space <= NAME_UNDER * last.size and phrase.size < last.size


def _is_subtitle(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """True for a Chinese wording of a name's length in larger print than most others that says little of the goods:
    年度健身卡."""
    han, text = len(re.findall(r"[\u3400-\u9fff]", phrase.text)), phrase.text.strip()
    sizes = [other.size for other in phrases if other is not phrase]
    known = load_terms("calls_to_action").find(text) or covered(text, "themes") >= KNOWN_SHARE
    named = SUBTITLE_HAN[0] <= han <= SUBTITLE_HAN[1] and not known and not re.search(r"[,，!！。?？]", text)
    return named and not _SAYS_SOMETHING.search(text) and bool(sizes) and phrase.size >= SUBTITLE * median(sizes)


def _is_written_as_name(phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """True for several words with capitals where other wordings have none: Ceramic Tea Set for Four."""
    others = [other for other in phrases if other is not phrase and len(other.text.split()) > 1]
    return _has_capitals(phrase.text) and sum(not _has_capitals(other.text) for other in others) > len(others) / 2


def _has_capitals(text: str) -> bool:
    words = re.findall(r"[A-Za-z][\w'-]*", text)
    named = [word for word in words if len(word) > 3 or word[0].isupper()]
    plain_end = text.rstrip()[-1:] not in ".!?"
    return plain_end and len(named) > 1 and not text.isupper() and all(word[0].isupper() for word in named)


def _by_pattern(phrases: Sequence[Phrase], patterns: Sequence[re.Pattern[str]]) -> Phrase | None:
    for pattern in patterns:
        for phrase in phrases:
            hit = pattern.search(phrase.text)
            if hit and hit["name"].strip():
                return replace(phrase, text=hit["name"].strip())
    return None


def _names_shop(text: str) -> bool:
    """A short name that ends in what shops call themselves, with something of its own before it."""
    end = len(text.rstrip(" .!！。"))
    shop = next((match for match in load_terms("shops").find(text) if match.end == end), None)
    if shop is None or re.search(r"[\d,，:：]", text) or parse_promotion(text):
        return False
    own = text[: shop.start].strip()
    if has_cjk(text):
        return SHOP_HAN[0] <= len(own) <= SHOP_HAN[1] and not _GENERAL.search(own)
    words = own.split()
    return 1 <= len(words) <= SHOP_WORDS and all(word[0].isupper() for word in words) and not _GENERAL.search(own)


def may_be_brand(text: str) -> bool:
    """A short wording without numbers that no lexicon knows."""
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    words = re.findall(r"[^\W\d_]{3,}", text)
    short = 2 <= han <= 6 if has_cjk(text) else 1 <= len(words) <= 2 and len(text) <= 24
    if not short or re.search(r"\d", text) or parse_promotion(text) or _noun_at_end(text):
        return False
    return not any(_is_known(text, lexicon) for lexicon in OTHER_WORDS)


def _is_known(text: str, lexicon: str) -> bool:
    """True where half of the name are words of the lexicon; a name may end in its trade: 暖屿羽绒, Vista Travel."""
    share = covered(text, lexicon)
    if not KNOWN_SHARE <= share <= (KNOWN_SHARE if has_cjk(text) else TRADE_SHARE) or not _is_wordmark(text):
        return share >= KNOWN_SHARE
    return any(match.start == 0 for match in load_terms(lexicon).find(text))


def covered(text: str, lexicon: str) -> float:
    """The share of the text's letters that words of the lexicon take: 竹 in 竹记家 makes no claim of the name."""
    letters = sum(char.isalpha() for char in text)
    known = sum(char.isalpha() for match in load_terms(lexicon).find(text) for char in match.printed)
    return known / letters if letters else 0.0


def names_goods(text: str) -> bool:
    """True for what goods are called, as against what is said about them: 低糖电饭煲, Vitamin C Day Cream; not
    富含维生素, 0添加果汁, Made with whole milk."""
    if _product_rank(text) < STRONG or _SAYS_SOMETHING.search(text.strip()):
        return False
    words = re.findall(r"[A-Za-z][\w'-]*", text)
    return has_cjk(text) or all(word[0].isupper() for word in words if len(word) > 2)


def _name_rank(text: str) -> int:
    """The rank below, at most 1 for what the goods are free of: 0谷物."""
    rank = _product_rank(text)
    if not rank and not has_cjk(text) and role_shares(text)[Role.NAME] >= SURE_NAME:
        return STRONG
    return min(rank, 1) if re.match(r"[0零无]", text.strip()) else rank


def _product_rank(text: str) -> int:
    """0 for no product's name, 1 for a weak noun, 2 for a strong one, 3 with an amount behind it."""
    han, words = len(re.findall(r"[\u3400-\u9fff]", text)), re.findall(r"[^\W\d_]{2,}", text)
    if _SENTENCE.search(text) or _EACH.match(text.strip()):
        return 0
    if han > LONGEST_NAME_HAN or len(words) > LONGEST_NAME_WORDS or re.match(r"\d+\s*[种款大重层道]", text):
        return 0
    bare = _AMOUNT.sub("", text).strip(" ,，·")
    noun = _noun_at_end(bare) or _noun_at_end(_MODEL_AT_END.sub("", bare))
    if noun is None or (noun == "weak" and (han < 3 or re.match(r"[不无零免防去除可送买用每]", text))):
        return 0
    return 1 if noun == "weak" else 3 if bare != text.strip() else 2


def _noun_at_end(text: str) -> str | None:
    """The kind of goods the text's last word names, or None."""
    end = len(text.rstrip(" .!！。"))
    return next((match.key for match in load_terms("product_nouns").find(text) if match.end == end), None)
