"""Sides put beside each other: what only one of them claims, and how their promotions and prices differ.

A side is a choice of posters: one competitor, all of them, or us. All figures are of posters, so that sides with
more posters do not look louder: shares are of a side's own posters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlite_utils import Database

from core.insights.choice import AdFilters, Choice, choose
from core.insights.facts import Facts, claims, promotions, stated, tally
from core.insights.prices import to_pay
from core.store.statements import About

OURS, RIVALS = "@own", "@rivals"
"""Sides that are no single competitor, as addresses name them: our brands, and everybody else."""
DISCOUNTS = """
WITH best AS (
    SELECT p.item_id, MAX(s.amount) AS share {source} GROUP BY p.item_id
), ranked AS (SELECT share, ROW_NUMBER() OVER (ORDER BY share) AS place, COUNT(*) OVER () AS n FROM best)
SELECT COUNT(*) AS posters, MIN(share) AS low,
    AVG(CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN share END) AS middle, MAX(share) AS high FROM ranked
"""
MIDDLES = """
WITH paid AS (
    SELECT p.item_id, p.goods, MIN(s.amount) AS price {source} GROUP BY p.item_id
), ranked AS (
    SELECT goods, price, ROW_NUMBER() OVER (PARTITION BY goods ORDER BY price) AS place,
        COUNT(*) OVER (PARTITION BY goods) AS n FROM paid
)
SELECT goods, COUNT(*) AS posters, MIN(price) AS low,
    AVG(CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN price END) AS middle, MAX(price) AS high
FROM ranked GROUP BY goods ORDER BY goods = '', goods
"""


@dataclass(frozen=True)
class Side:
    """`name` is what the side is told by: a competitor, or a name of the page's."""

    name: str
    choice: Choice


@dataclass(frozen=True)
class OnlyHere:
    """A wording of a claim that stands on posters of one side and of no other."""

    side: str
    phrase: str
    text: str
    theme: str
    posters: int
    item_id: int
    """The newest poster that carries it."""


@dataclass(frozen=True)
class Spread:
    """Lowest, middle (median) and highest of what `posters` posters state."""

    posters: int
    low: float
    middle: float
    high: float


def posters_of(db: Database, side: str, filters: AdFilters, own: Collection[str]) -> Choice:
    """The posters of a side under the filters: OURS, RIVALS, or a competitor in place of those that are filtered for.

    `own` names our brands.
    """
    if side in (OURS, RIVALS):
        return choose(db, filters.model_copy(update={"side": "own" if side == OURS else "rivals"}), own)
    return choose(db, filters.model_copy(update={"competitors": (side,)}), own)


def sides_of(db: Database, called: Mapping[str, str], filters: AdFilters, own: Collection[str]) -> list[Side]:
    """The sides `called` names ({OURS, RIVALS or a competitor: what it is told by}) that have posters."""
    sides = [Side(name, posters_of(db, side, filters, own)) for side, name in called.items()]
    return [side for side in sides if side.choice.count]


def only_here(sides: Sequence[Side], *, limit: int = -1) -> list[OnlyHere]:
    """Claims that only one of the sides makes, the most frequent of each side first; at most `limit` a side.

    Each as its newest poster spells it.
    """
    found: list[OnlyHere] = []
    for side in sides:
        others = " UNION ".join(
            f"SELECT phrase FROM statements JOIN {other.choice.table} USING (item_id) WHERE about = '{About.CLAIM}'"
            for other in sides
            if other is not side
        )
        unshared = f"AND s.phrase NOT IN ({others})" if others else ""
        rows = side.choice.rows(
            "SELECT s.phrase, s.text, s.key, COUNT(DISTINCT s.item_id) AS posters, MAX(s.item_id) AS item_id"
            " FROM statements AS s JOIN {chosen} AS p ON p.item_id = s.item_id"
            f" WHERE s.about = ? AND s.phrase <> '' {unshared} GROUP BY s.phrase"
            " ORDER BY posters DESC, s.phrase LIMIT ?",
            (About.CLAIM, limit),
        )
        found += [
            OnlyHere(side.name, row["phrase"], row["text"], row["key"], row["posters"], row["item_id"]) for row in rows
        ]
    return found


def theme_shares(sides: Sequence[Side]) -> pd.DataFrame:
    """Columns theme, side, posters, share (of the side's posters, 0 to 1); a theme a side lacks has share 0."""
    return _shares(sides, {side.name: claims(side.choice) for side in sides}, "theme")


def promotion_shares(sides: Sequence[Side]) -> pd.DataFrame:
    """Columns kind, side, posters, share."""
    return _shares(sides, {side.name: promotions(side.choice) for side in sides}, "kind")


def _shares(sides: Sequence[Side], facts: dict[str, Facts], column: str) -> pd.DataFrame:
    counts = {name: dict(zip(*_columns(each, column), strict=True)) for name, each in facts.items()}
    totals = {side.name: side.choice.count for side in sides}
    keys = dict.fromkeys(key for counted in counts.values() for key in counted)
    rows = [
        (key, name, counted.get(key, 0), counted.get(key, 0) / totals[name] if totals[name] else 0.0)
        for key in keys
        for name, counted in counts.items()
    ]
    return pd.DataFrame(rows, columns=[column, "side", "posters", "share"])


def _columns(facts: Facts, column: str) -> tuple[list[str], list[int]]:
    counted = tally(facts, (column,))
    return list(counted[column]), list(counted["posters"])


def discounted(choice: Choice) -> Facts:
    """Promotions whose words determine for everybody what one unit costs less: columns as of `stated`.

    Limits ("up to 50%") are left out: nobody knows what a buyer gets.
    """
    return stated(choice, About.PROMOTION).limited("s.amount IS NOT NULL AND NOT s.at_most")


def discount_spread(choice: Choice) -> Spread | None:
    """The best discount on one unit each poster's words determine for everybody, over the posters that have one; None
    where none has.
    """
    facts = discounted(choice)
    (row,) = choice.rows(DISCOUNTS.format(source=facts.source), facts.values)
    return Spread(row["posters"], row["low"], row["middle"], row["high"]) if row["posters"] else None


def price_spreads(choice: Choice, currency: str) -> dict[str, Spread]:
    """{kind of goods: what its posters ask for one piece} in one currency."""
    facts = to_pay(choice, currency)
    rows = choice.rows(MIDDLES.format(source=facts.source), facts.values)
    return {row["goods"]: Spread(row["posters"], row["low"], row["middle"], row["high"]) for row in rows}


@dataclass(frozen=True)
class PriceGap:
    """The middle prices of one kind of goods on one side, and how far above the first side's (0.1 is 10 % dearer)."""

    goods: str
    side: str
    spread: Spread
    gap: float | None
    """None for the first side itself, and where that has no such goods."""


def price_gaps(sides: Sequence[Side], currency: str) -> list[PriceGap]:
    """By kind of goods. Goods that no word names are left out: unlike things would be compared."""
    spreads = [(side.name, price_spreads(side.choice, currency)) for side in sides]
    first = spreads[0][1] if spreads else {}
    goods = dict.fromkeys(key for _, each in spreads for key in each if key)
    return [
        PriceGap(key, name, each[key], _gap(each[key], first.get(key)) if place else None)
        for key in goods
        for place, (name, each) in enumerate(spreads)
        if key in each
    ]


def _gap(spread: Spread, reference: Spread | None) -> float | None:
    return spread.middle / reference.middle - 1 if reference and reference.middle else None
