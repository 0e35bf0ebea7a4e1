"""The tables of a report, each row with the posters behind it; as HTML needs them, and as CSV files in one ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from core.exports.cells import Cell, Style, write_cell
from core.insights import (
    Choice,
    Facts,
    claim_shares,
    claims,
    discounts,
    promotions,
    spellings,
    stated,
    tally,
    words,
)
from core.insights import timeline as timeline_of
from core.insights.facts import of_phrases
from core.insights.news import new_claims
from core.insights.prices import currencies, price_ladder, prices, to_pay
from core.insights.risks import list_risks, risks
from core.insights.runs import creatives, longest_runs
from core.insights.style import colours, palettes
from core.insights.summary import summarise
from core.insights.written import Written, fixed, tell_kept
from core.report import texts
from core.settings import Settings
from core.store.statements import About

USUAL_DAYS = 28
"""How far new claims are looked for behind the newest poster, where no first day is asked for."""


Sources = dict[tuple[Any, ...], tuple[int, ...]]
"""{values of a table's columns: the posters behind them}, the newest first."""


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    posters: tuple[int, ...]


@dataclass(frozen=True)
class Table:
    """`columns` are keys of texts.COLUMNS. `rows` may be read once."""

    key: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    each: str = ""
    """The column whose values share the rows that are shown, so that the first value does not take them all."""
    note: str = ""
    """How it is to be read, in the report's language."""

    def title(self, lang: str) -> str:
        return texts.TABLES[self.key].in_lang(lang)

    def first(self, most: int) -> list[Row]:
        """The rows to show where there is room for `most`."""
        if not self.each:
            return list(self.rows[:most])
        place = self.columns.index(self.each)
        by_value: dict[Cell, list[Row]] = {}
        for row in self.rows:
            by_value.setdefault(row.cells[place], []).append(row)
        return [row for rows in by_value.values() for row in rows[: max(1, most // len(by_value))]]

    def headings(self, lang: str) -> list[str]:
        return [texts.COLUMNS[column].in_lang(lang) for column in self.columns]


def list_tables(
    choice: Choice, ever: Choice, lang: str, told: Sequence[Written] | None = None, compared: Sequence[Table] = ()
) -> list[Table]:
    """Every table, in the order of the report, in a language. `ever` is the choice without limits of time, `told` the
    summary in a model's words (core.insights.written); without it stands in fixed words. `compared` are the tables of
    a comparison (core.report.compared), which follow the summary.
    """
    return [
        _summary(told if told is not None else fixed_summary(choice, ever, lang), lang),
        *compared,
        _timeline(choice, lang),
        _themes(choice, lang),
        _wordings("wordings", choice, About.CLAIM, lang),
        _new(choice, ever, lang),
        _promotions(choice, lang),
        _discounts(choice, lang),
        _ladder(choice, lang),
        _prices(choice, lang),
        _audience(choice, lang),
        _wordings("calls", choice, About.CALL, lang),
        _palette(choice, lang),
        _runs(choice, lang),
        _risks(choice, lang),
        _posters(choice, lang),
    ]


def _counted(facts: Facts, by: Sequence[str], cells: Callable[[dict[str, Any]], tuple[Cell, ...]]) -> list[Row]:
    """One row per combination of the columns `by`; `cells` makes what stands before its number of posters."""
    sources = sources_of(facts, by)
    rows = tally(facts, by).to_dict("records")
    return [
        Row((*cells(row), int(row["posters"])), sources[tuple(row[name] for name in by)])
        for row in ({str(key): value for key, value in each.items()} for each in rows)
    ]


def sources_of(facts: Facts, by: Sequence[str]) -> Sources:
    """{values of the columns: the posters behind them}, in one query for all rows of a table."""
    columns = ", ".join(f"{facts.columns[name]} AS {name}" for name in by)
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in facts.choice.rows(
        f"SELECT DISTINCT {columns}, p.item_id AS item {facts.source} ORDER BY item DESC", facts.values
    ):
        found.setdefault(tuple(row[name] for name in by), []).append(row["item"])
    return {key: tuple(items) for key, items in found.items()}


def _who(name: str, lang: str) -> str:
    return words.competitor(name).in_lang(lang)


def fixed_summary(choice: Choice, ever: Choice, lang: str) -> list[Written]:
    """The summary of every competitor in fixed words."""
    return [fixed(one, lang) for one in summarise(choice, ever, most=len(choice.competitors()))]


def kept_summary(db: Database, settings: Settings, choice: Choice, ever: Choice, lang: str) -> list[Written]:
    """The same in the words a model has found for these very facts, where it was asked; asks nobody."""
    summaries = summarise(choice, ever, most=len(choice.competitors()))
    return tell_kept(db, settings, summaries, lang, [name for name in ever.competitors() if name])


def _summary(told: Sequence[Written], lang: str) -> Table:
    rows = [
        Row((_who(one.competitor, lang), said.text, said.by, len(said.posters)), said.posters[::-1])
        for one in told
        for said in one.sentences
    ]
    return Table("summary", ("competitor", "sentence", "written_by", "posters"), rows)


def _timeline(choice: Choice, lang: str) -> Table:
    facts = timeline_of(choice).facts
    rows = _counted(facts, ("period", "competitor"), lambda row: (row["period"], _who(row["competitor"], lang)))
    rows.sort(key=lambda row: str(row.cells[0]))
    return Table("timeline", ("period", "competitor", "posters"), rows)


def _themes(choice: Choice, lang: str) -> Table:
    shares = {(row.theme, row.competitor): float(row.share) for row in claim_shares(choice).itertuples()}  # type: ignore[arg-type]

    def cells(row: dict[str, Any]) -> tuple[Cell, ...]:
        share = shares[row["theme"], row["competitor"]]
        return words.theme(row["theme"]).in_lang(lang), _who(row["competitor"], lang), round(share, 4)

    rows = _counted(claims(choice), ("theme", "competitor"), cells)
    return Table("themes", ("theme", "competitor", "share", "posters"), rows)


def _wordings(key: str, choice: Choice, about: About, lang: str) -> Table:
    facts = stated(choice, about).limited("s.phrase <> ''")
    spelled = spellings(facts)
    rows = _counted(
        facts, ("phrase", "competitor"), lambda row: (spelled[row["phrase"]], _who(row["competitor"], lang))
    )
    return Table(key, ("wording", "competitor", "posters"), rows)


def _promotions(choice: Choice, lang: str) -> Table:
    rows = _counted(
        promotions(choice),
        ("kind", "competitor"),
        lambda row: (words.promotion(row["kind"]).in_lang(lang), _who(row["competitor"], lang)),
    )
    return Table("promotions", ("kind", "competitor", "posters"), rows)


def _discounts(choice: Choice, lang: str) -> Table:
    def cells(row: dict[str, Any]) -> tuple[Cell, ...]:
        limit = texts.YES if row["at_most"] else texts.NO
        return _who(row["competitor"], lang), int(row["percent"]), limit.in_lang(lang)

    rows = _counted(discounts(choice), ("competitor", "percent", "at_most"), cells)
    return Table("discounts", ("competitor", "percent", "at_most", "posters"), rows)


def _ladder(choice: Choice, lang: str) -> Table:
    rows = []
    for currency in currencies(choice):
        sources = sources_of(to_pay(choice, currency), ("goods", "competitor"))
        for step in price_ladder(choice, currency).to_dict("records"):
            place = (step["goods"], step["competitor"])
            amounts = tuple(round(float(step[name]), 2) for name in ("low", "middle", "high"))
            named = (words.goods(place[0]).in_lang(lang), _who(place[1], lang), _code(currency, lang))
            rows.append(Row((*named, *amounts, int(step["posters"])), sources[place]))
    return Table("ladder", ("goods", "competitor", "currency", "low", "middle", "high", "posters"), rows)


def _prices(choice: Choice, lang: str) -> Table:
    rows = []
    for currency in currencies(choice):

        def cells(row: dict[str, Any], code: str = currency) -> tuple[Cell, ...]:
            kind = words.price_kind(row["kind"]).in_lang(lang)
            return _who(row["competitor"], lang), kind, float(row["value"]), _code(code, lang)

        rows += _counted(prices(choice, currency), ("competitor", "kind", "value"), cells)
    return Table("prices", ("competitor", "kind", "price", "currency", "posters"), rows)


def _code(currency: str, lang: str) -> str:
    return words.currency(currency).in_lang(lang)


def _audience(choice: Choice, lang: str) -> Table:
    rows = _counted(
        stated(choice, About.AUDIENCE),
        ("key", "competitor"),
        lambda row: (words.audience(row["key"]).in_lang(lang), _who(row["competitor"], lang)),
    )
    return Table("audience", ("audience", "competitor", "posters"), rows)


def _palette(choice: Choice, lang: str) -> Table:
    sources = sources_of(colours(choice), ("competitor", "family"))
    rows = []
    for row in palettes(choice).to_dict("records"):
        place = (row["competitor"], row["family"])
        named = (_who(place[0], lang), texts.COLOURS[place[1]].in_lang(lang), row["shade"])
        rows.append(Row((*named, round(float(row["area"]), 4), int(row["posters"])), sources[place]))
    return Table("palette", ("competitor", "colour", "shade", "area", "posters"), rows)


def _new(choice: Choice, ever: Choice, lang: str) -> Table:
    last = choice.span()[1]
    since = choice.filters.since or (date.fromisoformat(last) - timedelta(days=USUAL_DAYS) if last else None)
    found = new_claims(ever, since) if since else []
    facts = of_phrases(stated(ever, About.CLAIM), {one.phrase for one in found})
    sources = sources_of(facts, ("competitor", "phrase"))
    rows = [
        Row(
            (one.text, words.theme(one.theme).in_lang(lang), _who(one.competitor, lang), one.first, one.posters),
            sources[one.competitor, one.phrase],
        )
        for one in found
    ]
    return Table("new", ("wording", "theme", "competitor", "first", "posters"), rows)


def _runs(choice: Choice, lang: str) -> Table:
    sources = sources_of(creatives(choice), ("creative",))
    rows = [
        Row(
            (run.title, _who(run.competitor, lang), run.first, run.last, run.days, run.posters),
            sources[(run.creative,)],
        )
        for run in longest_runs(choice)
    ]
    return Table("runs", ("creative", "competitor", "first", "last", "days", "posters"), rows)


def _risks(choice: Choice, lang: str) -> Table:
    sources = sources_of(risks(choice), ("competitor", "rule", "phrase"))
    rows = [
        Row(
            (
                one.text, words.risk(one.rule).in_lang(lang), _who(one.competitor, lang), one.message.in_lang(lang),
                one.posters,
            ),
            sources[one.competitor, one.rule, one.phrase],
        )
        for one in list_risks(choice)
    ]  # fmt: skip
    return Table("risks", ("wording", "risk", "competitor", "message", "posters"), rows)


def _posters(choice: Choice, lang: str) -> Table:
    rows = [
        Row(
            (
                row["item_id"], _who(row["competitor"], lang), row["day"], row["campaign"],
                row["platform"], row["url"],
                words.goods(row["goods"]).in_lang(lang), (texts.YES if row["verified"] else texts.NO).in_lang(lang),
                row["name"],
            ),
            (row["item_id"],),
        )
        for row in choice.rows(
            "SELECT p.*, r.name, r.platform, r.url FROM {chosen} AS p JOIN records AS r USING (item_id)"
            " ORDER BY p.day DESC, p.item_id DESC"
        )
    ]  # fmt: skip
    return Table(
        "posters", ("item", "competitor", "day", "campaign", "platform", "url", "goods", "verified", "title"), rows
    )


def csv_archive(tables: Iterable[Table], lang: str) -> bytes:
    """A ZIP with one CSV file per table, UTF-8 with a mark so that Excel reads it; cells that a spreadsheet would
    run or rewrite are guarded as in every export. Each row ends with the numbers of its posters.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, table in enumerate(tables, start=1):
            archive.writestr(f"{place:02d}-{table.key}.csv", "\ufeff" + _csv(table, lang))
    return out.getvalue()


def _csv(table: Table, lang: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for cells in _lines(table, lang):
        writer.writerow([write_cell(cell, Style.SPREADSHEET) for cell in cells])
    return out.getvalue()


def _lines(table: Table, lang: str) -> Iterator[Sequence[Cell]]:
    yield [*table.headings(lang), texts.COLUMNS["sources"].in_lang(lang)]
    for row in table.rows:
        yield [*row.cells, " ".join(map(str, row.posters))]
