"""Posters and their statements as facts that can be counted, and traced back to the posters behind a figure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from core.insights.choice import Choice
from core.store.statements import About, box_of
from core.types import Box

DAILY_SPAN = timedelta(days=13)
"""Up to two weeks are counted by day: by week they would be one or two bars."""
MONDAY = "date(p.day, '-' || ((strftime('%w', p.day) + 6) % 7) || ' days')"
"""The Monday of a poster's week, in SQL."""

Mark = Mapping[str, Any]
"""One bar, cell, point or row that a person picked: columns of its facts -> their values."""


@dataclass(frozen=True)
class Facts:
    """Posters (`about` None) or their statements of one sort. `columns` are names with what they are in SQL, where
    p is the poster and s the statement; `where` limits the rows, with `values` for its marks.
    """

    choice: Choice
    columns: Mapping[str, str]
    about: About | None = None
    where: str = "1"
    values: tuple[Any, ...] = ()

    @property
    def source(self) -> str:
        """The rows in SQL, from FROM on."""
        if self.about is None:
            return f"FROM {{chosen}} AS p WHERE ({self.where})"
        return (
            "FROM statements AS s JOIN {chosen} AS p ON p.item_id = s.item_id"
            f" WHERE s.about = '{self.about}' AND ({self.where})"
        )

    def limited(self, where: str, *values: Any) -> Facts:
        """Those rows of them for which `where` holds, too."""
        return replace(self, where=f"({self.where}) AND ({where})", values=(*self.values, *values))

    @property
    def posters(self) -> int:
        """How many posters there are behind them."""
        rows = self.choice.rows(f"SELECT COUNT(DISTINCT p.item_id) AS n {self.source}", self.values)
        return int(rows[0]["n"])

    def items(self) -> set[int]:
        """The posters behind them."""
        rows = self.choice.rows(f"SELECT DISTINCT p.item_id {self.source}", self.values)
        return {row["item_id"] for row in rows}


WHO = {"competitor": "p.competitor"}


def stated(choice: Choice, about: About) -> Facts:
    """Statements of one sort: columns competitor, key, text, phrase, value (the amount), currency, at_most, goods."""
    columns = {
        **WHO, "key": "s.key", "text": "s.text", "phrase": "s.phrase", "value": "s.amount", "currency": "s.currency",
        "at_most": "s.at_most", "goods": "p.goods",
    }  # fmt: skip
    return Facts(choice, columns, about)


def claims(choice: Choice) -> Facts:
    """Columns competitor, theme."""
    return Facts(choice, {**WHO, "theme": "s.key"}, About.CLAIM)


def promotions(choice: Choice) -> Facts:
    """Columns competitor, kind."""
    return Facts(choice, {**WHO, "kind": "s.key"}, About.PROMOTION)


def discounts(choice: Choice) -> Facts:
    """Promotions whose words determine a unit discount: columns competitor, percent (a whole number), at_most."""
    columns = {**WHO, "percent": "CAST(ROUND(s.amount * 100) AS INTEGER)", "at_most": "s.at_most"}
    return Facts(choice, columns, About.PROMOTION, "s.amount IS NOT NULL")


@dataclass(frozen=True)
class Timeline:
    """Posters by week (`grain` "week", `period` its Monday) or day. No trend is drawn from one day."""

    facts: Facts
    grain: str
    days: int
    """How many different days there are."""


def timeline(choice: Choice) -> Timeline:
    """When posters were seen. Columns of `facts`: competitor, period (ISO date)."""
    first, last = choice.span()
    daily = not first or date.fromisoformat(last) - date.fromisoformat(first) <= DAILY_SPAN
    facts = Facts(choice, {**WHO, "period": "p.day" if daily else MONDAY})
    days = choice.rows("SELECT COUNT(DISTINCT day) AS n FROM {chosen}")[0]["n"]
    return Timeline(facts, "day" if daily else "week", days)


def tally(facts: Facts, by: Sequence[str], *, limit: int = -1) -> pd.DataFrame:
    """Posters per combination of the columns `by`, most first, and how many of them are verified.

    A poster that states the same twice counts once. Columns: `by`, posters, verified.
    """
    places = ", ".join(str(place + 1) for place in range(len(by)))
    columns = ", ".join(f"{facts.columns[name]} AS {name}" for name in by)
    rows = facts.choice.rows(
        f"SELECT {columns}, COUNT(DISTINCT p.item_id) AS posters,"
        f" COUNT(DISTINCT CASE WHEN p.verified THEN p.item_id END) AS verified {facts.source}"
        f" GROUP BY {places} ORDER BY posters DESC, {places} LIMIT ?",
        (*facts.values, limit),
    )
    return pd.DataFrame([tuple(row) for row in rows], columns=[*by, "posters", "verified"])


def behind(facts: Facts, marks: Iterable[Mark]) -> set[int]:
    """The posters that any of the marks counts. A mark that names no column of the facts finds none."""
    found: set[int] = set()
    for mark in marks:
        if fits := _fitting(facts, mark):
            found |= fits.items()
    return found


def wordings_on(facts: Facts, marks: Iterable[Mark], items: Collection[int]) -> dict[int, list[tuple[str, Box | None]]]:
    """What these posters state under the marks: {item: [(text, box on its first photo)]}; boxes in page pixels."""
    found: dict[int, list[tuple[str, Box | None]]] = {}
    if facts.about is None:
        return found
    for mark in marks:
        fits = _fitting(facts, mark)
        if fits is None:
            continue
        fits = fits.limited("p.item_id IN (SELECT value FROM json_each(?))", json.dumps(list(items)))
        for row in fits.choice.rows(
            f"SELECT p.item_id, s.text, s.box, s.photo {fits.source} ORDER BY s.id", fits.values
        ):
            box = box_of(row["box"]) if row["photo"] == 0 else None
            found.setdefault(row["item_id"], []).append((row["text"], box))
    return found


def _fitting(facts: Facts, mark: Mark) -> Facts | None:
    if not mark or not set(mark) <= set(facts.columns):
        return None
    where = " AND ".join(f"{facts.columns[name]} IS ?" for name in mark)
    return facts.limited(where, *(_plain(value) for value in mark.values()))


def _plain(value: Any) -> Any:
    """A value as SQLite takes it: a browser's and a table's own types become Python's."""
    return value.item() if hasattr(value, "item") else value


def claim_shares(choice: Choice) -> pd.DataFrame:
    """Columns: theme, competitor, posters, verified, share (of the competitor's posters, 0 to 1)."""
    counted = tally(claims(choice), ("theme", "competitor"))
    totals = choice.competitors()
    return counted.assign(share=counted["posters"] / counted["competitor"].map(totals).astype(float))


def narrowed_to_phrases(facts: Facts, most: int) -> Facts:
    """Statements of the `most` frequent wordings among them; texts without letters are no wording."""
    facts = facts.limited("s.phrase <> ''")
    return of_phrases(facts, tally(facts, ("phrase",), limit=most)["phrase"])


def of_phrases(facts: Facts, phrases: Iterable[str]) -> Facts:
    """Statements of these wordings among them."""
    return facts.limited("s.phrase IN (SELECT value FROM json_each(?))", json.dumps(list(phrases)))


def spellings(facts: Facts) -> dict[str, str]:
    """{phrase: its most frequent spelling} of wordings that are the same but for case, width and punctuation."""
    rows = facts.choice.rows(
        f"SELECT s.phrase, s.text, COUNT(*) AS n {facts.source} GROUP BY 1, 2 ORDER BY n, s.text DESC", facts.values
    )
    return {row["phrase"]: row["text"] for row in rows}
