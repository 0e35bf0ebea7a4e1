"""A competitor's posters of a period in sentences: every figure is counted, every sentence leads to its posters.

The words are templates over the figures. A sentence is left out where there is nothing to say, and what one poster
cannot show (a frequency, a middle, a trend) is not said of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from core.insights import words
from core.insights.choice import Choice
from core.insights.compare import discount_spread, discounted
from core.insights.facts import Facts, behind, claims, of_phrases, promotions, spellings, stated, tally
from core.insights.news import new_claims
from core.insights.prices import Asked, asked_by_kind
from core.store.statements import About
from core.types import Bilingual

THEMES_SAID = 3
LEAST_REPEATED = 2
"""Posters that make a wording worth quoting as repeated."""
KINDS_SAID = 3
"""Kinds of goods whose prices are told in each currency: those with the most posters."""
UNNAMED = Bilingual(en="Goods of unnamed kind", zh="类型待确认的商品")
"""Goods that no word names. Said without "no" and 未: a sentence that cites the fact could use them for anything else
(core.insights.grounding)."""


@dataclass(frozen=True)
class Sentence:
    """`figures` are the numbers in its words, as counted; `posters` are those it speaks of."""

    text: Bilingual
    figures: tuple[float, ...]
    posters: tuple[int, ...]
    subject: Bilingual | None = None
    """The kind of goods its figures are of: whoever repeats them has to name it."""


@dataclass(frozen=True)
class Summary:
    competitor: str
    sentences: tuple[Sentence, ...]


def summarise(choice: Choice, ever: Choice, *, most: int = 7) -> list[Summary]:
    """One for each competitor among the posters, those with the most posters first, at most `most`.

    `ever` is the same choice without limits of time: what was there before has to be known.
    """
    last = choice.span()[1]
    period = Period(choice.filters.since, choice.filters.until or (date.fromisoformat(last) if last else None))
    return [
        Summary(name, tuple(_sentences(choice.only([name]), ever.only([name]), period)))
        for name in list(choice.competitors())[:most]
    ]


class Period(NamedTuple):
    """First and last day looked at: of the filters, else the last day any poster was seen; both are included."""

    since: date | None
    until: date | None


def _sentences(one: Choice, ever: Choice, period: Period) -> Iterator[Sentence]:
    yield _counted(one)
    yield from _before(one, ever, period)
    yield from _themes(one)
    yield from _repeated(one)
    yield from _new(ever, period)
    yield _promoted(one)
    yield from _discounts(one)
    yield from _prices(one)
    yield from _audience(one)


def _ids(choice: Choice) -> tuple[int, ...]:
    return tuple(row["item_id"] for row in choice.rows("SELECT item_id FROM {chosen} ORDER BY day, item_id"))


def _sentence(en: str, zh: str, figures: tuple[float, ...], posters: Any) -> Sentence:
    return Sentence(Bilingual(en=en, zh=zh), figures, tuple(sorted(posters)))


def _posters(n: int) -> str:
    return "1 poster" if n == 1 else f"{n:,} posters"


def _counted(one: Choice) -> Sentence:
    n, verified, (first, last) = one.count, one.verified, one.span()
    checked_en = "all of them checked by a person" if verified == n else f"{verified:,} of them checked by a person"
    checked_zh = "均经人工核对" if verified == n else f"其中 {verified:,} 张经人工核对"
    if not verified:
        checked_en, checked_zh = "none of them checked by a person yet", "均未经人工核对"
    if n == 1:
        checked_en = "checked by a person" if verified else "not checked by a person yet"
        en = f"One poster, seen on {first}, {checked_en}: no trend can be told from it."
        zh = f"仅一张海报，发现于 {first}，{'已' if verified else '尚未'}经人工核对：不足以看出趋势。"
        return _sentence(en, zh, (), _ids(one))
    days_en, days_zh = (
        (f"all seen on {first}", f"均发现于 {first}") if first == last
        else (f"seen from {first} to {last}", f"发现于 {first} 至 {last}")
    )  # fmt: skip
    return _sentence(
        f"{n:,} posters, {days_en}, {checked_en}.",
        f"共 {n:,} 张海报，{days_zh}，{checked_zh}。",
        (n, verified) if verified else (n,),
        _ids(one),
    )


def _before(one: Choice, ever: Choice, period: Period) -> Iterator[Sentence]:
    """How many posters the stretch of equal length before the period had; not said of a single poster, nor where
    posters were not watched for that long.
    """
    first_ever = ever.span()[0]
    since, until = period
    if since is None or until is None or one.count < 2:
        return
    days = (until - since).days + 1
    start = since - timedelta(days=days)
    if days < 1 or date.fromisoformat(first_ever) > start:
        return
    earlier = ever.rows(
        "SELECT item_id FROM {chosen} WHERE day >= ? AND day < ?", (start.isoformat(), since.isoformat())
    )
    n, before = one.count, len(earlier)
    yield _sentence(
        f"In the {days} days before there were {before:,}, in this period of {days} days {n:,}.",
        f"此前 {days} 天为 {before:,} 张，本期 {days} 天为 {n:,} 张。",
        (days, before, n),
        {*_ids(one), *(row["item_id"] for row in earlier)},
    )


def _themes(one: Choice) -> Iterator[Sentence]:
    counted = tally(claims(one), ("theme",)).head(THEMES_SAID)
    if counted.empty:
        yield _sentence("No selling point was found.", "未发现卖点。", (), _ids(one))
        return
    pairs = list(zip(counted["theme"], counted["posters"], strict=True))
    posters = behind(claims(one), [{"theme": theme} for theme, _ in pairs])
    names = [words.theme(theme) for theme, _ in pairs]
    if one.count == 1:
        en, zh = ", ".join(name.en for name in names), "、".join(name.zh for name in names)
        yield _sentence(f"It speaks of: {en}.", f"卖点主题：{zh}。", (), posters)
        return
    en = ", ".join(f"{name.en} ({n:,})" for name, (_, n) in zip(names, pairs, strict=True))
    zh = "、".join(f"{name.zh}（{n:,}）" for name, (_, n) in zip(names, pairs, strict=True))
    yield _sentence(
        f"What is claimed most often, with the number of posters: {en}.",
        f"最常见的卖点主题及海报数：{zh}。",
        tuple(n for _, n in pairs),
        posters,
    )


def _repeated(one: Choice) -> Iterator[Sentence]:
    facts = stated(one, About.CLAIM).limited("s.phrase <> ''")
    for phrase, n in zip(*_first(facts, "phrase"), strict=True):
        if n >= LEAST_REPEATED:
            text = spellings(facts.limited("s.phrase = ?", phrase))[phrase]
            yield _sentence(
                f"The wording repeated most is “{text}” ({n:,} posters).",
                f"重复最多的文案是“{text}”（{n:,} 张）。",
                (n,),
                behind(facts, [{"phrase": phrase}]),
            )


def _first(facts: Facts, column: str) -> tuple[list[Any], list[int]]:
    counted = tally(facts, (column,), limit=1)
    return list(counted[column]), list(counted["posters"])


def _new(ever: Choice, period: Period) -> Iterator[Sentence]:
    """How many wordings are new in the period, and the posters that carry them in it or since."""
    if period.since is None or period.until is None:
        return
    last = period.until.isoformat()
    found = [claim for claim in new_claims(ever, period.since) if claim.first <= last]
    if not found:
        return
    day, n = period.since.isoformat(), len(found)
    posters = of_phrases(stated(ever, About.CLAIM), {claim.phrase for claim in found}).items()
    en = "1 wording of a claim was" if n == 1 else f"{n:,} wordings of claims were"
    yield _sentence(
        f"{en} seen for the first time since {day}.", f"自 {day} 起新出现 {n:,} 条卖点文案。", (n,), posters
    )


def _promoted(one: Choice) -> Sentence:
    facts, n = promotions(one), one.count
    promoted = facts.posters
    if not promoted:
        return _sentence("No promotion was found.", "未发现促销。", (), _ids(one))
    kinds, counts = _first(facts, "kind")
    kind, most = words.promotion(kinds[0]), counts[0]
    posters = facts.items()
    if n == 1:
        return _sentence(f"It promises: {kind.en}.", f"促销：{kind.zh}。", (), posters)
    return _sentence(
        f"{promoted:,} of {n:,} carry a promotion, most often: {kind.en} ({most:,}).",
        f"{n:,} 张中有 {promoted:,} 张含促销，最常见为：{kind.zh}（{most:,} 张）。",
        (promoted, n, most),
        posters,
    )


def _discounts(one: Choice) -> Iterator[Sentence]:
    spread = discount_spread(one)
    if spread is None:
        return
    posters = discounted(one).items()
    low, middle, high = (words.percent(share) for share in (spread.low, spread.middle, spread.high))
    figures = tuple(round(share * 100) for share in (spread.low, spread.middle, spread.high))
    if spread.low == spread.high:
        yield _sentence(
            f"Where the words determine it, one unit costs {low} less ({_posters(spread.posters)}).",
            f"文案可确定时，单件优惠 {low}（{spread.posters:,} 张）。",
            (figures[0], spread.posters),
            posters,
        )
        return
    yield _sentence(
        f"Where the words determine it, one unit costs {low} to {high} less, {middle} in the middle"
        f" ({_posters(spread.posters)}).",
        f"文案可确定时，单件优惠 {low} 至 {high}，中位 {middle}（{spread.posters:,} 张）。",
        (*figures, spread.posters),
        posters,
    )


def _prices(one: Choice) -> Iterator[Sentence]:
    """A sentence for each currency and kind of goods: one range over food and clothes would say nothing."""
    for _, of_currency in groupby(asked_by_kind(one), key=lambda asked: asked.currency):
        said = list(of_currency)[:KINDS_SAID]
        yield from map(_price, sorted(said, key=lambda asked: not asked.goods))


def _price(asked: Asked) -> Sentence:
    goods, code = words.goods(asked.goods) if asked.goods else UNNAMED, words.currency(asked.currency)
    ends, n = tuple(dict.fromkeys((asked.low, asked.high))), len(asked.posters)
    en, zh = (mark.join(map(words.money, ends)) for mark in (" to ", " 至 "))
    text = Bilingual(
        en=f"{goods.en}: one piece costs {en} ({code.en}; {_posters(n)}).",
        zh=f"{goods.zh}：单件价格为 {zh}（{code.zh}；{n:,} 张）。",
    )
    return Sentence(text, (*ends, n), asked.posters, goods)


def _audience(one: Choice) -> Iterator[Sentence]:
    facts = stated(one, About.AUDIENCE)
    for key, n in zip(*_first(facts, "key"), strict=True):
        name, posters = words.audience(key), behind(facts, [{"key": key}])
        if one.count == 1:
            yield _sentence(
                f"Inferred, not printed: it is for {name.en}.", f"推断（非原文）：面向{name.zh}。", (), posters
            )
        else:
            yield _sentence(
                f"Inferred, not printed: most often for {name.en} ({_posters(n)}).",
                f"推断（非原文）：最常面向{name.zh}（{n:,} 张）。",
                (n,),
                posters,
            )
