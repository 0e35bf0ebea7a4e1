"""What is to be paid: the price of a poster, price points and the ladder of prices, each within one currency.

Sums in different currencies are never added, averaged or ranked together; every function here takes one currency.
"""

from __future__ import annotations

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
