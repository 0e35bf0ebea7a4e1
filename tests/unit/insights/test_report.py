"""The report: one file that fetches nothing, says what the page says, and prints; its tables as safe CSV."""

from __future__ import annotations

import csv
import io
import re
import stat
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.errors import PdfFailed, PdfUnavailable
from core.insights import AdFilters, choose
from core.records.standing import refresh_record
from core.report import csv_archive, find_chromium, list_tables, make_report, print_pdf
from core.report.charts import Part, bars, columns, ranges
from core.report.page import POSTERS_SHOWN, ROWS_SHOWN
from core.settings import Settings
from tests.seeding import seed_records
from tests.unit.insights.posters import everything, poster, said


class Tags(HTMLParser):
    """Every attribute of a page as (tag, name, value)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, "", ""), *((tag, name, value or "") for name, value in attrs)]


def report(db: Database, settings: Settings, lang: str = "en", filters: AdFilters | None = None) -> str:
    choice = choose(db, filters or AdFilters())
    return make_report(db, settings, choice, everything(db), lang=lang, filters=["Only <these>"]).html.decode()


@pytest.mark.parametrize(
    ("lang", "title", "inferred"),
    [("en", "Competitor insight", "(inferred, not printed)"), ("zh", "竞品洞察报告", "（推断，非原文）")],
)
def test_report_holds_charts_tables_and_photos(
    db: Database, settings: Settings, lang: str, title: str, inferred: str
) -> None:
    seed_records(db, settings, 0, 24)
    html = report(db, settings, lang)
    assert f"<title>{title}</title>" in html and inferred in html and "Only &lt;these&gt;" in html
    assert html.count("<svg") >= 5 and 'class="heat"' in html
    assert html.count('src="data:image/jpeg;base64,') == 24


def test_report_asks_for_nothing_outside_itself(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 6)
    poster(db, "<img src=//evil.example/x>", selling_points=said("<script>alert(1)</script>"), headline='"><b>')
    html = report(db, settings)
    tags = Tags()
    tags.feed(html)
    addresses = [value for _, name, value in tags.found if name in ("src", "href", "srcset", "action", "data")]
    assert addresses
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses)
    assert {tag for tag, _, _ in tags.found} & {"script", "iframe", "object", "link", "base"} == set()
    assert "url(" not in html and "@import" not in html
    assert "default-src 'none'; img-src data:;" in html


def test_every_number_of_a_poster_leads_to_its_photo(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 30)
    html = report(db, settings)
    asked, there = set(re.findall(r'href="#(p\d+)"', html)), set(re.findall(r'id="(p\d+)"', html))
    assert asked and asked <= there


def test_more_posters_than_fit_are_said_to_be_left_out(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, POSTERS_SHOWN + 20, photos=2)
    html = report(db, settings)
    assert f"{POSTERS_SHOWN} of the {POSTERS_SHOWN + 20} posters" in html
    assert html.count("<figure") == POSTERS_SHOWN
    assert html.count("<tr>") < 13 * (ROWS_SHOWN + 2)


def test_photo_that_is_gone_leaves_the_rest_of_the_report(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 3)
    for file in settings.blobs.rglob("*.jpg"):
        file.unlink()
    html = report(db, settings)
    assert html.count("no photo") == 3 and "<figure" in html


def test_one_poster_draws_no_trend(db: Database, settings: Settings) -> None:
    poster(db, seen_on="2026-09-07", selling_points=said("0蔗糖"))
    html = report(db, settings)
    assert "no trend is drawn" in html and "no trend can be told" in html


def test_prices_in_two_currencies_are_drawn_apart(db: Database, settings: Settings) -> None:
    for number, code in enumerate(("CNY", "USD", "CNY")):
        price = {"value": 10 * number + 9, "currency": code, "kind": "current"}
        poster(db, product="Oat drink", price=[price])
    html = report(db, settings)
    assert "<h3>CNY</h3>" in html and "<h3>USD</h3>" in html


def test_currency_that_no_drawn_competitor_asks_in_has_no_empty_heading_and_who_is_not_drawn_is_said(
    db: Database, settings: Settings
) -> None:
    for number in range(8):
        for _ in range(2 if number else 1):
            code = "CNY" if number else "EUR"
            poster(db, f"brand {number}", price=[{"value": 9, "currency": code, "kind": "current"}])
    html = report(db, settings)
    assert "<h3>CNY</h3>" in html and "<h3>EUR</h3>" not in html and "<td>EUR</td>" in html
    assert "the 7 competitors of 8 with the most posters" in html
    assert "the 7 competitors of" not in report(db, settings, filters=AdFilters(competitors=("brand 1", "brand 2")))


def test_headings_of_figures_stand_over_them(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 12)
    html = report(db, settings)
    tables = re.findall(r"<table><thead>.*?</thead><tbody><tr>.*?</tr>", html, re.DOTALL)
    assert len(tables) > 5
    for table in tables:
        heads, cells = (re.findall(rf"<{tag}( class=.number.)?>", table) for tag in ("th", "td"))
        assert [bool(one) for one in heads] == [bool(one) for one in cells]


def test_csv_holds_every_row_of_every_table_and_runs_no_formula(db: Database, settings: Settings) -> None:
    poster(db, '=HYPERLINK("x")', selling_points=said("=1+1", "@SUM(A1)"), price=[{"value": 59.9, "currency": "CNY"}])
    seed_records(db, settings, 0, ROWS_SHOWN + 15)
    choice = everything(db)
    tables = list_tables(choice, choice, "en")
    with zipfile.ZipFile(io.BytesIO(csv_archive(tables, "en"))) as archive:
        sheets = {name: archive.read(name) for name in archive.namelist()}
    assert len(sheets) == len(tables) == 15
    for table, (name, data) in zip(tables, sheets.items(), strict=True):
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert table.key in name and len(rows) == len(table.rows) + 1 and len(set(rows[0])) == len(rows[0])
        assert not any(cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row)
    assert b"'=1+1" in sheets["04-wordings.csv"] and b"59.9" in sheets["09-prices.csv"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_of_posters_says_where_each_was_seen_under_names_of_their_own(db: Database, lang: str) -> None:
    item = poster(db, "Lumina")
    db.conn.execute("UPDATE items SET platform = '京东', url = 'https://shop.example/1' WHERE id = ?", (item,))
    refresh_record(db, item)
    table = list_tables(everything(db), everything(db), lang)[-1]
    assert len(set(table.headings(lang))) == len(table.columns)
    row = dict(zip(table.columns, table.rows[0].cells, strict=True))
    assert (row["platform"], row["url"], row["campaign"]) == ("京东", "https://shop.example/1", "autumn")


def test_charts_of_nothing_are_empty() -> None:
    assert bars([("a", [Part(0, "#000", "")])], title="") == columns([], {}, title="") == ranges([], title="") == ""


def test_chart_of_one_price_is_drawn_although_it_has_no_spread() -> None:
    assert ranges([("a", 9.0, 9.0, 9.0, "#000", "nine")], title="t").count("<circle") == 1


def test_report_prints_to_pdf(db: Database, settings: Settings) -> None:
    if find_chromium(settings) is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    poster(db, selling_points=said("0蔗糖"))
    assert print_pdf(report(db, settings).encode(), settings).startswith(b"%PDF-")


def test_machine_without_chromium_is_told_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PdfUnavailable, match="SHELFLENS_CHROMIUM"):
        print_pdf(b"", settings)
    named = settings.model_copy(update={"chromium": "/nowhere/chromium"})
    with pytest.raises(PdfUnavailable, match="/nowhere/chromium"):
        print_pdf(b"", named)


@pytest.mark.parametrize(
    ("script", "reason"), [("sleep 60", "not done after"), ("echo out of memory; exit 3", "out of memory")]
)
def test_chromium_that_hangs_or_fails_is_ended_and_said(
    settings: Settings, tmp_path: Path, script: str, reason: str
) -> None:
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(PdfFailed, match=reason):
        print_pdf(b"<p>", settings.model_copy(update={"chromium": str(program)}), limit_s=2.0)
