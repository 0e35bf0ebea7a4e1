"""Claims that are new: wordings a competitor's posters did not carry before a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.insights.choice import Choice
from core.store.statements import About


@dataclass(frozen=True)
class NewClaim:
    """A wording first seen on a competitor's poster on `first` (ISO date)."""

    competitor: str
    phrase: str
    text: str
    theme: str
    first: str
    posters: int
    item_id: int
    """The poster it was first seen on."""


def new_claims(ever: Choice, since: date, *, limit: int = -1) -> list[NewClaim]:
    """Claims first seen on or after `since`, newest first. `ever` is a choice that no date limits: what was said
    before has to be known. Of competitors with no poster before `since` everything would be new, so nothing is.
    """
    rows = ever.rows(
        "WITH known AS (SELECT competitor FROM {chosen} WHERE day < ?1 GROUP BY 1)"
        " SELECT p.competitor, s.phrase, s.text, s.key AS theme, MIN(p.day || printf('%012d', p.item_id)) AS first,"
        " COUNT(DISTINCT p.item_id) AS posters FROM statements AS s JOIN {chosen} AS p ON p.item_id = s.item_id"
        " WHERE s.about = ?2 AND p.competitor IN (SELECT competitor FROM known)"
        " GROUP BY p.competitor, s.phrase HAVING MIN(p.day) >= ?1 ORDER BY first DESC, posters DESC LIMIT ?3",
        (since.isoformat(), About.CLAIM, limit),
    )
    return [
        NewClaim(
            row["competitor"], row["phrase"], row["text"], row["theme"], row["first"][:10], row["posters"],
            int(row["first"][10:]),
        )
        for row in rows
    ]  # fmt: skip


def has_posters_before(ever: Choice, day: date) -> bool:
    """False where there is nothing that claims since `day` could be new against."""
    return bool(ever.rows("SELECT 1 FROM {chosen} WHERE day < ? LIMIT 1", (day.isoformat(),)))
