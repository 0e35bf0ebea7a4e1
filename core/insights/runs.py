"""How long designs run: posters that are one creative, from the first day one was seen to the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.insights.choice import Choice
from core.insights.facts import WHO, Facts

CREATIVE = "(SELECT creative FROM creative_members AS m WHERE m.item_id = p.item_id)"


@dataclass(frozen=True)
class Run:
    """`item_id` is the newest poster of the creative; days are ISO dates."""

    creative: int
    competitor: str
    title: str
    item_id: int
    posters: int
    first: str
    last: str

    @property
    def days(self) -> int:
        """From the first to the last day, both counted."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1


def creatives(choice: Choice) -> Facts:
    """Posters that were placed in a creative: columns competitor, creative."""
    return Facts(choice, {**WHO, "creative": CREATIVE}, where=f"{CREATIVE} IS NOT NULL")


def longest_runs(choice: Choice, *, limit: int = -1) -> list[Run]:
    """Creatives seen more than once, those that ran longest first; a single sighting is no run."""
    rows = choice.rows(
        "SELECT m.creative, p.competitor, r.name AS title, MAX(p.item_id) AS item_id, COUNT(*) AS posters,"
        " (SELECT MIN(o.day) FROM {chosen} AS o JOIN creative_members AS n USING (item_id)"
        "  WHERE n.creative = m.creative) AS first,"
        " (SELECT MAX(o.day) FROM {chosen} AS o JOIN creative_members AS n USING (item_id)"
        "  WHERE n.creative = m.creative) AS last"
        " FROM {chosen} AS p JOIN creative_members AS m USING (item_id) JOIN records AS r USING (item_id)"
        " GROUP BY m.creative HAVING COUNT(*) > 1"
        " ORDER BY julianday(last) - julianday(first) DESC, posters DESC, m.creative LIMIT ?",
        (limit,),
    )
    return [Run(**dict(row)) for row in rows]
