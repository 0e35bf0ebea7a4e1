"""What posters say, as tables: read-only questions about records of kind `ad`.

`load_ads` reads every poster once; the rest are questions to what it returned, so that a page can
keep it until `ads_key` differs. A *facts* table has one row per poster and statement, with the
columns `item_id`, `competitor`, `verified` and those that say what was stated. `tally` counts the
posters of such a table, `behind` finds the posters of a number again: every figure on a page comes
from the first and leads to its photos by the second.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlite_utils import Database

from core.store.records import search_form
from core.types import Frozen, Kind, Status
from core.values.promotion_rules import PromotionKind

DAILY_SPAN = timedelta(days=13)
"""Up to two weeks are counted by day: by week they would be one or two bars."""

Mark = dict[str, Any]
"""One bar, cell or point that a person picked: the columns of its facts table -> their values."""


class AdFilters(Frozen):
    """Which posters are wanted; empty means no limit. `until` is included."""

    competitors: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    verified_only: bool = False


@dataclass(frozen=True)
class Ads:
    """Posters and what they state, as tables that share `item_id`.

    posters     item_id, competitor, campaign, day (ISO; seen, else uploaded), verified, thumb, title
    claims      item_id, text, theme
    promotions  item_id, text, kind, unit_discount (0 to 1, NaN where the words do not determine it),
                at_most (the discount is a limit, not what everybody gets)
    prices      item_id, value, currency (ISO 4217, "" where no sign is printed), kind
    audience    item_id, text: inferred, never printed
    calls       item_id, text: the words that ask to act
    """

    posters: pd.DataFrame
    claims: pd.DataFrame
    promotions: pd.DataFrame
    prices: pd.DataFrame
    audience: pd.DataFrame
    calls: pd.DataFrame

    def where(self, filters: AdFilters) -> Ads:
        """The posters that pass the filters, with their statements."""
        posters = self.posters
        wanted = pd.Series(True, index=posters.index)
        if filters.competitors:
            wanted &= posters["competitor"].isin(filters.competitors)
        if filters.campaigns:
            wanted &= posters["campaign"].isin(filters.campaigns)
        if filters.since:
            wanted &= posters["day"] >= filters.since.isoformat()
        if filters.until:
            wanted &= posters["day"] <= filters.until.isoformat()
        if filters.verified_only:
            wanted &= posters["verified"]
        return self if wanted.all() else self._of(posters[wanted])

    def _of(self, posters: pd.DataFrame) -> Ads:
        kept = posters["item_id"]
        tables = (self.claims, self.promotions, self.prices, self.audience, self.calls)
        return Ads(posters, *(table[table["item_id"].isin(kept)] for table in tables))

    def facts(self, table: pd.DataFrame) -> pd.DataFrame:
        """One of the tables with the competitor of each row and whether its record is verified."""
        return table.merge(self.posters[["item_id", "competitor", "verified"]], on="item_id")

    @property
    def competitors(self) -> list[str]:
        """Those with the most posters first."""
        return list(self.posters["competitor"].value_counts(sort=True).index)


_COLUMNS = {
    "posters": ["item_id", "competitor", "campaign", "day", "verified", "thumb", "title"],
    "claims": ["item_id", "text", "theme"],
    "promotions": ["item_id", "text", "kind", "unit_discount", "at_most"],
    "prices": ["item_id", "value", "currency", "kind"],
    "audience": ["item_id", "text"],
    "calls": ["item_id", "text"],
}


def ads_key(db: Database) -> tuple[int, int, str]:
    """Differs after every change of a poster's record: what `load_ads` returns may be kept by it."""
    row = db.conn.execute(
        "SELECT COUNT(*) AS n, TOTAL(version) AS versions, COALESCE(MAX(updated_at), '') AS latest FROM items"
        " WHERE kind = ? AND deleted_at IS NULL",
        (Kind.AD,),
    ).fetchone()
    return row["n"], int(row["versions"]), row["latest"]


def load_ads(db: Database) -> Ads:
    """Every poster that has been read, by day and id."""
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
    for row in db.conn.execute(
        "SELECT item_id, brand, campaign, seen_on, created_at, status, thumb, name, fields FROM records WHERE kind = ?"
        " AND status NOT IN (?, ?) ORDER BY COALESCE(seen_on, created_at), item_id",
        (Kind.AD, Status.QUEUED, Status.READING),
    ):
        _read_record(row, rows)
    tables = {name: pd.DataFrame(rows[name], columns=columns) for name, columns in _COLUMNS.items()}
    tables["promotions"] = tables["promotions"].astype({"unit_discount": float})
    return Ads(**tables)


def _read_record(row: Any, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    item_id, fields = row["item_id"], json.loads(row["fields"])
    rows["posters"].append(
        (
            item_id,
            row["brand"].strip(),
            row["campaign"],
            _day(row["seen_on"], row["created_at"]),
            row["status"] == Status.VERIFIED,
            row["thumb"],
            row["name"],
        )
    )
    for point in _entries(fields, "selling_points"):
        rows["claims"].append((item_id, point["text"], point.get("theme") or "other"))
    for offer in _entries(fields, "promotion"):
        if offer.get("kind") != PromotionKind.PERIOD:  # says when an offer holds, not what it is
            kind, discount = offer.get("kind") or "other", offer.get("unit_discount")
            rows["promotions"].append((item_id, offer["text"], kind, discount, bool(offer.get("at_most"))))
    for price in _entries(fields, "price"):
        if isinstance(price.get("value"), int | float):
            rows["prices"].append(
                (item_id, float(price["value"]), price.get("currency") or "", price.get("kind") or "current")
            )
    for name, key in (("audience", "audience"), ("calls", "call_to_action")):
        rows[name].extend((item_id, entry["text"]) for entry in _entries(fields, key))


def _day(seen_on: str | None, created_at: str) -> str:
    """The day a poster was seen; of an upload without one, or with one that is no date, its own."""
    try:
        return date.fromisoformat((seen_on or "")[:10]).isoformat()
    except ValueError:
        return created_at[:10]


def _entries(fields: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The entries of a field. A text that a person typed and that was not understood is one entry."""
    value = (fields.get(key) or {}).get("value")
    listed = value if isinstance(value, list) else [value]
    entries = [entry if isinstance(entry, dict) else {"text": str(entry)} for entry in listed if entry]
    return [{"text": "", **entry} for entry in entries]


def tally(facts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Posters per combination of the columns `by`, and how many of them are verified.

    A poster that states the same twice counts once. Columns: `by`, posters, verified.
    """
    once = facts.drop_duplicates([*by, "item_id"])
    counted = once.groupby(list(by), sort=False).agg(posters=("item_id", "size"), verified=("verified", "sum"))
    return counted.reset_index()


def behind(facts: pd.DataFrame, marks: Iterable[Mark]) -> set[int]:
    """The posters that any of the marks counts. A mark that names no column of the table finds none."""
    found: set[int] = set()
    for mark in marks:
        if not mark or not set(mark) <= set(facts.columns):
            continue
        fits = pd.Series(True, index=facts.index)
        for column, value in mark.items():
            fits &= facts[column] == value
        found.update(facts.loc[fits, "item_id"].tolist())
    return found


@dataclass(frozen=True)
class Timeline:
    """Posters by week (`grain` "week", `period` its Monday) or day. No trend is drawn from one day."""

    facts: pd.DataFrame
    grain: str
    days: int
    """How many different days there are."""


def timeline(ads: Ads) -> Timeline:
    """When posters were seen. Columns of `facts`: item_id, competitor, verified, period (ISO date)."""
    days = pd.to_datetime(ads.posters["day"])
    daily = days.empty or days.max() - days.min() <= DAILY_SPAN
    start = days if daily else days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    facts = ads.posters[["item_id", "competitor", "verified"]].assign(period=start.dt.strftime("%Y-%m-%d"))
    return Timeline(facts, "day" if daily else "week", ads.posters["day"].nunique())


def claim_shares(ads: Ads) -> pd.DataFrame:
    """Columns: theme, competitor, posters, verified, share (of the competitor's posters, 0 to 1)."""
    counted = tally(ads.facts(ads.claims), ("theme", "competitor"))
    totals = ads.posters["competitor"].value_counts()
    return counted.assign(share=counted["posters"] / counted["competitor"].map(totals))


def discounts(ads: Ads) -> pd.DataFrame:
    """Facts of the promotions whose words determine a unit discount; `percent` is a whole number."""
    known = ads.facts(ads.promotions.dropna(subset=["unit_discount"]))
    return known.assign(percent=(known["unit_discount"] * 100).round().astype(int))


def phrases(ads: Ads, table: pd.DataFrame) -> pd.DataFrame:
    """Facts of wordings, `phrase` being the most frequent spelling of what is the same but for case and width."""
    facts = ads.facts(table[table["text"] != ""])
    folded = facts["text"].map(search_form)
    spelling = facts["text"].groupby(folded).agg(lambda texts: texts.value_counts().index[0])
    return facts.assign(phrase=folded.map(spelling))
