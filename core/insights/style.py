"""The colours of posters, as measured from their pixels."""

from __future__ import annotations

import pandas as pd

from core.insights.choice import Choice
from core.insights.facts import WHO, Facts
from core.store.statements import About

SHADES = """
WITH shades AS (
    SELECT p.competitor, s.key AS family, s.text AS shade, SUM(s.amount) AS area,
        COUNT(DISTINCT s.item_id) AS posters {source} GROUP BY 1, 2, 3
), ranked AS (
    SELECT competitor, family, shade, SUM(area) OVER family AS area,
        ROW_NUMBER() OVER (PARTITION BY competitor, family ORDER BY area DESC, shade) AS place
    FROM shades WINDOW family AS (PARTITION BY competitor, family)
)
SELECT competitor, family, shade, area FROM ranked WHERE place = 1
"""


def colours(choice: Choice) -> Facts:
    """Columns competitor, family."""
    return Facts(choice, {**WHO, "family": "s.key"}, About.COLOUR)


def palettes(choice: Choice) -> pd.DataFrame:
    """Columns competitor, family, shade ("#rrggbb", the one that covers most), area (mean share of a poster of the
    competitor, 0 to 1), posters (those that show the colour).
    """
    facts = colours(choice)
    totals = {
        row["competitor"]: row["n"]
        for row in choice.rows(f"SELECT p.competitor, COUNT(DISTINCT p.item_id) AS n {facts.source} GROUP BY 1")
    }
    shown = {
        (row["competitor"], row["family"]): row["n"]
        for row in choice.rows(
            f"SELECT p.competitor, s.key AS family, COUNT(DISTINCT p.item_id) AS n {facts.source} GROUP BY 1, 2"
        )
    }
    rows = [
        (who, family, shade, area / totals[who], shown[who, family])
        for who, family, shade, area in map(tuple, choice.rows(SHADES.format(source=facts.source)))
    ]
    return pd.DataFrame(rows, columns=["competitor", "family", "shade", "area", "posters"])
