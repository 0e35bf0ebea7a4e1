"""What is to be paid: the price of a poster, price points and the ladder of prices, each within one currency.

Sums in different currencies are never added, averaged or ranked together; every function here takes one currency,
or keeps them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.insights.choice import Choice
from core.insights.facts import WHO, Facts
from core.store.statements import About

NOT_TO_PAY = ("original", "deposit", "unit", "bundle", "to")
"""Kinds of price that are not what one piece costs: the old price, a part of it, a price by weight, one for several,
and the upper end of a range."""
STEPS = ("low", "middle", "high")
_TO_PAY = "s.key NOT IN ({})".format(", ".join(f"'{kind}'" for kind in NOT_TO_PAY))
_OF_GROUP = "PARTITION BY competitor, goods"
LADDER = f"""
WITH paid AS (
    SELECT p.item_id, p.competitor, p.goods, MIN(s.amount) AS price {{source}} GROUP BY p.item_id
), ranked AS (
    SELECT competitor, goods, price, ROW_NUMBER() OVER ({_OF_GROUP} ORDER BY price) AS place,
        COUNT(*) OVER ({_OF_GROUP}) AS n FROM paid
)
SELECT goods, competitor, COUNT(*) AS posters, MIN(price) AS low,
    AVG(CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN price END) AS middle, MAX(price) AS high
FROM ranked GROUP BY goods, competitor ORDER BY goods = '', goods, middle, competitor
"""


@dataclass(frozen=True)
class Asked:
    """What one piece of a kind of goods costs in one currency, a poster counted with its lowest such price: the lowest
    and the highest of these, and the posters. `goods` is "" where no word tells the kind.
    """

    currency: str
    goods: str
    low: float
    high: float
    posters: tuple[int, ...]


def asked_by_kind(choice: Choice) -> list[Asked]:
    """By currency, then by kind of goods; those with the most posters first. One query, however many there are."""
    facts = Facts(choice, WHO, About.PRICE, _TO_PAY)
    found: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for row in choice.rows(
        f"SELECT s.currency, p.goods, p.item_id, MIN(s.amount) AS price {facts.source} GROUP BY s.currency, p.item_id"
    ):
        found.setdefault((row["currency"], row["goods"]), []).append((row["price"], row["item_id"]))
    of_currency: dict[str, int] = {}
    for (currency, _), paid in found.items():
        of_currency[currency] = of_currency.get(currency, 0) + len(paid)
    order = sorted(
        found, key=lambda place: (-of_currency[place[0]], place[0], -len(found[place]), place[1] == "", place[1])
    )
    return [
        Asked(*place, min(found[place])[0], max(found[place])[0], tuple(sorted(item for _, item in found[place])))
        for place in order
    ]


def currencies(choice: Choice) -> dict[str, int]:
    """{currency: posters with a price in it}, the most frequent first; "" is no printed sign."""
    rows = choice.rows(
        "SELECT s.currency, COUNT(DISTINCT s.item_id) AS n FROM statements AS s JOIN {chosen} AS p"
        " ON p.item_id = s.item_id WHERE s.about = ? GROUP BY 1 ORDER BY n DESC, 1",
        (About.PRICE,),
    )
    return {row["currency"]: row["n"] for row in rows}


def prices(choice: Choice, currency: str) -> Facts:
    """Columns competitor, kind, value, goods."""
    columns = {**WHO, "kind": "s.key", "value": "s.amount", "goods": "p.goods"}
    return Facts(choice, columns, About.PRICE, "s.currency = ?", (currency,))


def to_pay(choice: Choice, currency: str) -> Facts:
    """The prices among them that one piece costs now."""
    return prices(choice, currency).limited(_TO_PAY)


def price_ladder(choice: Choice, currency: str) -> pd.DataFrame:
    """Columns goods, competitor, posters, low, middle (the median), high: of what each poster asks for one piece.

    A poster with several such prices counts with its lowest. Kinds of goods no word tells come last.
    """
    facts = to_pay(choice, currency)
    rows = choice.rows(LADDER.format(source=facts.source), facts.values)
    return pd.DataFrame([tuple(row) for row in rows], columns=["goods", "competitor", "posters", *STEPS])
