"""Which posters are looked at: the filters, and the posters that pass them as a table of the connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlite_utils import Database

from core.store.statements import About
from core.types import Frozen
from core.values.text import squash


class AdFilters(Frozen):
    """Which posters are wanted; empty means no limit. `until` is included."""

    competitors: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    """Posters with a claim of any of these themes."""
    promotions: tuple[str, ...] = ()
    """Posters with a promotion of any of these kinds."""
    side: Literal["", "own", "rivals"] = ""
    since: date | None = None
    until: date | None = None
    verified_only: bool = False

    @property
    def is_open(self) -> bool:
        """True where nothing is asked for."""
        return self == AdFilters()

    @property
    def at_any_time(self) -> AdFilters:
        """The same without limits of time: what was there before has to be known to say what is new."""
        return self.model_copy(update={"since": None, "until": None})


@dataclass(frozen=True)
class Listed:
    """A poster as a gallery shows it: its first photo, and how large that is in pixels."""

    item_id: int
    competitor: str
    day: str
    verified: bool
    title: str
    blob: str
    width: int
    height: int


@dataclass(frozen=True)
class Offered:
    """What the posters there are can be filtered by; competitors those with the most posters first."""

    posters: int
    competitors: tuple[str, ...]
    campaigns: tuple[str, ...]
    platforms: tuple[str, ...]
    goods: tuple[str, ...]
    themes: tuple[str, ...]
    promotions: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """The posters that pass `filters`, in the temporary table `table` of the connection `db`."""

    db: Database
    table: str
    filters: AdFilters

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[Any]:
        """The rows of a query in which {chosen} stands for the table of these posters."""
        return self.db.conn.execute(sql.replace("{chosen}", self.table), tuple(values)).fetchall()

    @property
    def count(self) -> int:
        return int(self.rows("SELECT COUNT(*) AS n FROM {chosen}")[0]["n"])

    @property
    def verified(self) -> int:
        return int(self.rows("SELECT TOTAL(verified) AS n FROM {chosen}")[0]["n"])

    def competitors(self) -> dict[str, int]:
        """{competitor: posters}, those with the most first."""
        rows = self.rows(
            "SELECT competitor, COUNT(*) AS n FROM {chosen} GROUP BY competitor ORDER BY n DESC, competitor"
        )
        return {row["competitor"]: row["n"] for row in rows}

    def span(self) -> tuple[str, str]:
        """The first and the last day a poster was seen, as ISO dates; "" where there is none."""
        row = self.rows("SELECT MIN(day) AS first, MAX(day) AS last FROM {chosen}")[0]
        return row["first"] or "", row["last"] or ""

    def only(self, competitors: Collection[str]) -> Choice:
        """The posters of these competitors among them."""
        where = "competitor IN (SELECT value FROM json_each(?))"
        filters = self.filters.model_copy(update={"competitors": tuple(competitors)})
        return _kept(self.db, self.table, where, [json.dumps(list(competitors))], filters)

    def joined(self, other: Choice) -> Choice:
        """The posters of both; the filters stay those of this one."""
        found = f"(SELECT * FROM {self.table} UNION SELECT * FROM {other.table})"
        return _kept(self.db, found, "1", (), self.filters)

    def listing(self, items: Collection[int] | None = None, *, limit: int = -1, offset: int = 0) -> list[Listed]:
        """Posters by the day they were seen, newest first: all of them or those among `items`."""
        rows = self.rows(
            "SELECT p.item_id, p.competitor, p.day, p.verified, r.name, r.thumb, b.width, b.height"
            " FROM {chosen} AS p JOIN records AS r USING (item_id) LEFT JOIN blobs AS b ON b.id = r.thumb"
            " WHERE ?1 IS NULL OR p.item_id IN (SELECT value FROM json_each(?1))"
            " ORDER BY p.day DESC, p.item_id DESC LIMIT ?2 OFFSET ?3",
            (None if items is None else json.dumps(list(items)), limit, offset),
        )
        return [
            Listed(
                row["item_id"], row["competitor"], row["day"], bool(row["verified"]), row["name"], row["thumb"],
                row["width"] or 0, row["height"] or 0,
            )
            for row in rows
        ]  # fmt: skip


def choose(db: Database, filters: AdFilters, own: Collection[str] = ()) -> Choice:
    """The posters that pass the filters. `own` names our own brands, for a filter by side."""
    clauses, values = _conditions(filters, own_names(db, own))
    return _kept(db, "posters", " AND ".join(clauses) or "1", values, filters)


def list_offered(db: Database) -> Offered:
    """What there is to filter by, over all posters."""

    def column(name: str) -> tuple[str, ...]:
        rows = db.conn.execute(f"SELECT DISTINCT {name} AS value FROM posters WHERE {name} <> '' ORDER BY 1")
        return tuple(row["value"] for row in rows)

    def keys(about: About) -> tuple[str, ...]:
        rows = db.conn.execute("SELECT DISTINCT key FROM statements WHERE about = ? ORDER BY key", (about,))
        return tuple(row["key"] for row in rows)

    everyone = db.conn.execute(
        "SELECT competitor, COUNT(*) AS n FROM posters GROUP BY competitor ORDER BY n DESC, competitor"
    ).fetchall()
    return Offered(
        posters=sum(row["n"] for row in everyone),
        competitors=tuple(row["competitor"] for row in everyone),
        campaigns=column("campaign"),
        platforms=column("platform"),
        goods=column("goods"),
        themes=keys(About.CLAIM),
        promotions=keys(About.PROMOTION),
    )


def own_names(db: Database, own: Collection[str]) -> list[str]:
    """How our own brands are spelled on posters: the names that are the same but for case, width and spaces."""
    wanted = {squash(name).text for name in own}
    rows = db.conn.execute("SELECT DISTINCT competitor FROM posters WHERE competitor <> ''")
    return [row["competitor"] for row in rows if squash(row["competitor"]).text in wanted]


_AMONG = "{} IN (SELECT value FROM json_each(?))"


def _conditions(filters: AdFilters, own: list[str]) -> tuple[list[str], list[Any]]:
    clauses, values = list[str](), list[Any]()

    def among(column: str, wanted: Collection[str], *, but: bool = False) -> None:
        clauses.append(f"{'NOT ' if but else ''}{_AMONG.format(column)}")
        values.append(json.dumps(list(wanted)))

    for column in ("competitor", "campaign", "platform", "goods"):
        if wanted := getattr(filters, "goods" if column == "goods" else f"{column}s"):
            among(column, wanted)
    for about, wanted in ((About.CLAIM, filters.themes), (About.PROMOTION, filters.promotions)):
        if wanted:
            clauses.append(f"item_id IN (SELECT item_id FROM statements WHERE about = ? AND {_AMONG.format('key')})")
            values += [about, json.dumps(list(wanted))]
    if filters.side:
        among("competitor", own, but=filters.side == "rivals")
    if filters.since:
        clauses.append("day >= ?")
        values.append(filters.since.isoformat())
    if filters.until:
        clauses.append("day <= ?")
        values.append(filters.until.isoformat())
    if filters.verified_only:
        clauses.append("verified")
    return clauses, values


def _kept(db: Database, source: str, where: str, values: Iterable[Any], filters: AdFilters) -> Choice:
    """A temporary table: the filters are evaluated once for all questions, and it ends with the connection."""
    number = db.conn.execute("SELECT COUNT(*) AS n FROM temp.sqlite_master WHERE type = 'table'").fetchone()["n"]
    table = f"chosen_{number + 1}"
    db.conn.execute(
        f"CREATE TEMP TABLE {table} AS SELECT item_id, competitor, campaign, day, goods, verified FROM {source}"
        f" WHERE {where}",
        tuple(values),
    )
    db.conn.execute(f"CREATE UNIQUE INDEX temp.{table}_item ON {table}(item_id)")
    return Choice(db, table, filters)
