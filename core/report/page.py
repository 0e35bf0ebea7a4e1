"""The report as one HTML file that asks for nothing outside itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path

from sqlite_utils import Database

from core.colours import CATEGORIES, colours_of
from core.insights import Choice, Listed, timeline, words
from core.insights.written import Written
from core.report import charts, texts
from core.report.compared import Compared
from core.report.photos import inlined
from core.report.tables import Row, Table, list_tables
from core.settings import Settings
from core.types import Bilingual

STYLE = Path(__file__).with_name("report.css").read_text("utf-8")
POSTERS_SHOWN = 120
ROWS_SHOWN = 30
SOURCES_SHOWN = 6
"""Posters a row or a sentence points at; the number of the others is said."""
COMPETITORS_DRAWN = len(CATEGORIES)
BARS_DRAWN = 15
UNDRAWN = ("posters",)
"""The table of posters is the gallery."""
SHARES = frozenset({"share", "side_share", "area"})
MONEY = frozenset({"low", "middle", "high", "price"})
NUMBERS = SHARES | MONEY | {"percent", "low_off", "middle_off", "high_off", "gap", "posters", "days"}
"""Columns of figures, which stand below each other to the right."""
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Forbids the file to fetch anything, whatever text from a photo stands in it."""


@dataclass(frozen=True)
class Report:
    html: bytes
    tables: tuple[Table, ...]


def make_report(
    db: Database,
    settings: Settings,
    choice: Choice,
    ever: Choice,
    *,
    lang: str,
    filters: Sequence[str] = (),
    told: Sequence[Written] | None = None,
    compared: Compared | None = None,
) -> Report:
    """The report on the chosen posters in a language ("en", "zh"). `ever` is the choice without limits of time,
    `filters` say in words what was chosen, `told` is the summary in a model's words, `compared` what was put beside
    each other.
    """
    tables = tuple(list_tables(choice, ever, lang, told, compared.tables if compared else ()))
    every = choice.joined(compared.choice) if compared else choice
    shown = _gallery_of(choice, every, tables)
    draw = _Drawing(choice, lang, {poster.item_id for poster in shown})
    sections = "".join(draw.section(table) for table in tables if table.key not in UNDRAWN)
    photos = inlined(db, settings, [poster.blob for poster in shown if poster.blob])
    body = f"{_head(choice, lang, filters)}{sections}{_gallery(shown, photos, every.count, lang)}"
    title = texts.TITLE.in_lang(lang)
    page = (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
    return Report(page.encode(), tables)


def _gallery_of(choice: Choice, every: Choice, tables: Iterable[Table]) -> list[Listed]:
    """The posters whose photos go along: those that rows point at first, then the newest of the choice. `every` is
    all that rows may point at.
    """
    cited = [item for table in tables if table.key not in UNDRAWN for row in table.first(ROWS_SHOWN)
             for item in row.posters[:SOURCES_SHOWN]]  # fmt: skip
    newest = [poster.item_id for poster in choice.listing(limit=POSTERS_SHOWN)]
    wanted = list(dict.fromkeys([*cited, *newest]))[:POSTERS_SHOWN]
    return every.listing(wanted)


def _head(choice: Choice, lang: str, filters: Sequence[str]) -> str:
    first, last = choice.span()
    made = texts.MADE.in_lang(lang).format(
        day=date.today().isoformat(),
        posters=f"{choice.count:,}",
        first=first,
        last=last,
        verified=f"{choice.verified:,}",
    )
    chosen = " · ".join(filters) or texts.NO_FILTERS.in_lang(lang)
    return (
        f"<header><h1>{escape(texts.TITLE.in_lang(lang))}</h1><p>{escape(made)}</p>"
        f"<p>{escape(texts.FILTERS.in_lang(lang).format(filters=chosen))}</p>"
        f'<p class="quiet">{escape(texts.HOW.in_lang(lang))}</p></header>'
    )


@dataclass(frozen=True)
class _Drawing:
    choice: Choice
    lang: str
    shown: set[int]
    """Posters that are in the gallery, so that a number can lead there."""

    def say(self, text: Bilingual, **values: object) -> str:
        return escape(text.in_lang(self.lang).format(**values))

    def section(self, table: Table) -> str:
        title = f'<h2 id="{table.key}">{escape(table.title(self.lang))}</h2>'
        title += f'<p class="quiet">{escape(table.note)}</p>' if table.note else ""
        if not table.rows:
            return f'<section>{title}<p class="quiet">{self.say(texts.NOTHING)}</p></section>'
        if table.key == "summary":
            return f"<section>{title}{self._sentences(table)}</section>"
        return f"<section>{title}{self._drawn(table)}{self._table(table)}</section>"

    def _drawn(self, table: Table) -> str:
        """The chart, and whom it leaves out."""
        chart, of = self._chart(table), len(self.choice.competitors())
        drawn = "</svg>" in chart or "</table>" in chart
        if not drawn or table.key == "palette" or "side" in table.columns or of <= COMPETITORS_DRAWN:
            return chart
        return f'{chart}<p class="quiet">{self.say(texts.DRAWN, n=COMPETITORS_DRAWN, of=of)}</p>'

    def _sentences(self, table: Table) -> str:
        parts, before = [], None
        for row in table.rows:
            who, sentence, engine, _ = row.cells
            if who != before:
                parts.append(f"{'</ul>' if before is not None else ''}<h3>{escape(str(who))}</h3><ul>")
                before = who
            by = f' <span class="quiet">({self.say(texts.WRITTEN_BY, engine=engine)})</span>' if engine else ""
            parts.append(f"<li>{escape(str(sentence))}{by} {self._sources(row)}</li>")
        return f"{''.join(parts)}</ul>"

    def _table(self, table: Table) -> str:
        head = "".join(
            f'<th class="number">{escape(text)}</th>' if column in NUMBERS else f"<th>{escape(text)}</th>"
            for column, text in zip(table.columns, table.headings(self.lang), strict=True)
        )
        sources = self.say(texts.COLUMNS["sources"])
        rows = table.first(ROWS_SHOWN)
        body = "".join(self._row(table, row) for row in rows)
        said = texts.ROWS_OF_EACH_CUT if table.each else texts.ROWS_CUT
        cut = len(rows) < len(table.rows)
        note = self.say(said, shown=len(rows), of=f"{len(table.rows):,}") if cut else ""
        return (
            f"<table><thead><tr>{head}<th>{sources}</th></tr></thead><tbody>{body}</tbody></table>"
            f'<p class="quiet">{note}</p>'
        )

    def _row(self, table: Table, row: Row) -> str:
        cells = "".join(_cell(column, cell) for column, cell in zip(table.columns, row.cells, strict=True))
        return f"<tr>{cells}<td>{self._sources(row)}</td></tr>"

    def _sources(self, row: Row) -> str:
        """The numbers of the posters, each leading to its photo where that is inside."""
        some = row.posters[:SOURCES_SHOWN]
        links = " ".join(f'<a href="#p{item}">{item}</a>' if item in self.shown else str(item) for item in some)
        rest = len(row.posters) - len(some)
        return f'<span class="sources">{links}{" " + self.say(texts.MORE, n=f"{rest:,}") if rest else ""}</span>'

    def _chart(self, table: Table) -> str:
        names = [words.competitor(name).in_lang(self.lang) for name in self.choice.competitors()]
        colours = colours_of(names[:COMPETITORS_DRAWN])
        title = table.title(self.lang)
        match table.key:
            case "timeline":
                return self._columns(table, colours)
            case "themes":
                return _heat_map(table, list(colours))
            case "compared_themes" | "compared_promotions":
                return _heat_map(table, _sides(table))
            case "compared_prices":
                return self._ladders(table, colours_of(_sides(table)))
            case "promotions" | "audience" | "calls" | "wordings":
                drawn = charts.bars(_stacks(table.rows, colours), title=title)
                return charts.legend(colours) + drawn if drawn else ""
            case "ladder":
                return self._ladders(table, colours)
            case "palette":
                return charts.bars(_shades(table.rows), title=title, unit="%")
        return ""

    def _columns(self, table: Table, colours: dict[str, str]) -> str:
        line = timeline(self.choice)
        if line.days < 2:
            return f'<p class="note">{self.say(texts.NO_TREND)}</p>'
        parts: dict[str, list[charts.Part]] = {}
        for row in table.rows:
            period, who, posters = str(row.cells[0]), str(row.cells[1]), int(row.cells[2] or 0)
            if who in colours:
                said = f"{period} · {who}: {posters}"
                parts.setdefault(period, []).append(charts.Part(posters, colours[who], said))
        periods = _periods(min(parts), max(parts), 1 if line.grain == "day" else 7) if parts else []
        return charts.legend(colours) + charts.columns(periods, parts, title=table.title(self.lang))

    def _ladders(self, table: Table, colours: dict[str, str]) -> str:
        """One chart per currency: prices in different ones share no axis."""
        drawn = []
        for currency in dict.fromkeys(str(row.cells[2]) for row in table.rows):
            rows = [
                (
                    f"{row.cells[0]} · {row.cells[1]}", float(row.cells[3] or 0), float(row.cells[4] or 0),
                    float(row.cells[5] or 0), colours[str(row.cells[1])],
                    f"{row.cells[0]} · {row.cells[1]}: {row.cells[3]} – {row.cells[5]} {currency}",
                )
                for row in table.rows
                if str(row.cells[2]) == currency and str(row.cells[1]) in colours
            ][:BARS_DRAWN]  # fmt: skip
            if rows:
                drawn.append(f"<h3>{escape(currency)}</h3>{charts.ranges(rows, title=table.title(self.lang))}")
        return "".join(drawn)


def _sides(table: Table) -> list[str]:
    """The sides in its second column, in their order."""
    return list(dict.fromkeys(str(row.cells[1]) for row in table.rows))


def _heat_map(table: Table, names: Sequence[str]) -> str:
    """Of (what is counted, whose, share, posters) rows: a column for each of the names."""
    cells = {
        (str(row.cells[0]), str(row.cells[1])): (float(row.cells[2] or 0), int(row.cells[3] or 0))
        for row in table.rows
        if str(row.cells[1]) in names
    }
    return charts.heat_map(list(dict.fromkeys(key[0] for key in cells)), names, cells)


def _periods(first: str, last: str, days: int) -> list[str]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(day + timedelta(days=days * n)).isoformat() for n in range((end - day).days // days + 1)]


def _stacks(rows: Sequence[Row], colours: dict[str, str]) -> list[tuple[str, list[charts.Part]]]:
    """Bars of (what is counted, competitor, …, posters) rows; those with the most posters."""
    stacks: dict[str, list[charts.Part]] = {}
    for row in rows:
        name, who, posters = str(row.cells[0]), str(row.cells[1]), int(row.cells[-1] or 0)
        if who in colours:
            stacks.setdefault(name, []).append(charts.Part(posters, colours[who], f"{name} · {who}: {posters}"))
    order = list(colours.values())
    for parts in stacks.values():
        parts.sort(key=lambda part: order.index(part.colour))
    return sorted(stacks.items(), key=lambda pair: -sum(part.value for part in pair[1]))[:BARS_DRAWN]


def _shades(rows: Sequence[Row]) -> list[tuple[str, list[charts.Part]]]:
    shades: dict[str, list[charts.Part]] = {}
    for row in rows:
        who, colour, shade, area = str(row.cells[0]), row.cells[1], str(row.cells[2]), float(row.cells[3] or 0)
        shades.setdefault(who, []).append(charts.Part(round(area * 100, 1), shade, f"{who} · {colour}: {area:.0%}"))
    return [(who, sorted(parts, key=lambda part: -part.value)) for who, parts in shades.items()][:BARS_DRAWN]


def _cell(column: str, cell: object) -> str:
    if cell is None:
        return '<td class="number">–</td>'
    if column in SHARES:
        return f'<td class="number">{words.percent(float(str(cell)))}</td>'
    if column == "shade":
        return f'<td><i class="swatch" style="background:{escape(str(cell))}"></i>{escape(str(cell))}</td>'
    if column == "gap":
        return f'<td class="number">{cell:+,}%</td>'
    if column in MONEY:
        return f'<td class="number">{words.money(float(str(cell)))}</td>'
    if column in NUMBERS:
        return f'<td class="number">{cell:,}</td>'
    return f"<td>{escape(str(cell))}</td>"


def _gallery(shown: Sequence[Listed], photos: dict[str, str], of: int, lang: str) -> str:
    cut = texts.POSTERS_CUT.in_lang(lang).format(shown=f"{len(shown):,}", of=f"{of:,}") if len(shown) < of else ""
    tiles = "".join(_tile(poster, photos.get(poster.blob, ""), lang) for poster in shown)
    title = escape(texts.POSTERS.in_lang(lang))
    head = f'<h2 id="posters">{title}</h2><p class="quiet">{escape(cut)}</p>'
    return f'<section>{head}<div class="tiles">{tiles}</div></section>'


def _tile(poster: Listed, photo: str, lang: str) -> str:
    image = (
        f'<img src="{photo}" alt="{escape(poster.title)}">'
        if photo
        else f'<div class="none">{escape(texts.NO_PHOTO.in_lang(lang))}</div>'
    )
    who = words.competitor(poster.competitor).in_lang(lang)
    verdict = f" · {texts.VERIFIED.in_lang(lang)}" if poster.verified else ""
    caption = f"<b>{poster.item_id}</b> {escape(poster.title)}<br>{escape(f'{who} · {poster.day}{verdict}')}"
    return f'<figure id="p{poster.item_id}">{image}<figcaption>{caption}</figcaption></figure>'
