"""A comparison in the report: after the summary, the figures of the Compare tab, every row with its posters."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from sqlite_utils import Database

from core.exports.cells import cell_text
from core.insights import AdFilters, choose
from core.insights.compare import OURS, RIVALS
from core.report import Compared, Table, compare_sides, csv_archive, find_chromium, list_tables, make_report, print_pdf
from core.report.page import ROWS_SHOWN
from core.settings import Settings
from tests.seeding import seed_records
from tests.unit.insights.posters import everything, label, poster, said

HALF = {"text": "买一送一", "kind": "bundle", "unit_discount": 0.5}
UP_TO = {"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True}
SUGARS = {"basis": "100g", "rows": [{"nutrient": "sugars", "name": "糖", "value": 12.5, "unit": "g", "per": "100g"}]}
KEYS = ["compared_sides", "compared_only", "compared_themes", "compared_promotions", "compared_discounts",
        "compared_prices"]  # fmt: skip


def drink(db: Database, who: str, price: float, claim: str, currency: str = "CNY", **more: Any) -> int:
    price_read = {"value": price, "currency": currency, "kind": "current"}
    return poster(db, who, product="Oat drink", price=[price_read], selling_points=said(claim), **more)


@pytest.fixture
def drinks(db: Database) -> list[int]:
    """Two posters of A, one of B, one of C: in the order of their numbers."""
    return [
        drink(db, "A", 10, "0蔗糖", promotion=[HALF]),
        drink(db, "A", 20, "0 蔗糖"),
        drink(db, "B", 30, "<b>Fresh</b>", promotion=[UP_TO]),
        drink(db, "C", 99, "nobody compares C"),
    ]


def compared(db: Database, *names: str, lang: str = "en", filters: AdFilters | None = None, own: Any = ()) -> Compared:
    found = compare_sides(db, filters or AdFilters(), own, names, lang)
    assert found is not None
    return found


def rows_of(found: Compared, key: str) -> list[tuple[tuple[Any, ...], tuple[int, ...]]]:
    table = next(one for one in found.tables if one.key == key)
    return [(row.cells, row.posters) for row in table.rows]


def html_of(db: Database, settings: Settings, found: Compared | None, lang: str = "en") -> str:
    choice = everything(db)
    return make_report(db, settings, choice, choice, lang=lang, compared=found).html.decode()


def test_tables_say_what_each_side_claims_promises_and_asks_for(db: Database, drinks: list[int]) -> None:
    a1, a2, b, _ = drinks
    found = compared(db, "A", "B")
    assert [table.key for table in found.tables] == KEYS
    assert rows_of(found, "compared_sides") == [(("A", 2), (a2, a1)), (("B", 1), (b,))]
    assert rows_of(found, "compared_only") == [
        (("0 蔗糖", "Health and nutrition", "A", 2), (a2, a1)),
        (("<b>Fresh</b>", "Health and nutrition", "B", 1), (b,)),
    ]
    assert rows_of(found, "compared_themes") == [
        (("Health and nutrition", "A", 1.0, 2), (a2, a1)), (("Health and nutrition", "B", 1.0, 1), (b,)),
    ]  # fmt: skip
    assert rows_of(found, "compared_promotions") == [
        (("Bundle", "A", 0.5, 1), (a1,)), (("Bundle", "B", 0.0, 0), ()),
        (("Discount", "A", 0.0, 0), ()), (("Discount", "B", 1.0, 1), (b,)),
    ]  # fmt: skip
    assert rows_of(found, "compared_discounts") == [(("A", 50, 50, 50, 1), (a1,)), (("B", None, None, None, 0), ())]
    assert rows_of(found, "compared_prices") == [
        (("Drinks", "A", "CNY", 10, 15, 20, None, 2), (a2, a1)), (("Drinks", "B", "CNY", 30, 30, 30, 100, 1), (b,)),
    ]  # fmt: skip


def test_every_row_counts_the_posters_behind_it(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 24)
    tables = compared(db, "Lumina", "FreshCart", "云衫").tables
    rows = [row for table in tables for row in table.rows]
    assert len(rows) > 20 and all(row.cells[-1] == len(row.posters) for row in rows)


def test_prices_of_two_currencies_are_rows_of_their_own(db: Database, drinks: list[int]) -> None:
    dollars = drink(db, "B", 5, "Fresh", "USD")
    rows = rows_of(compared(db, "A", "B"), "compared_prices")
    assert rows[-1] == (("Drinks", "B", "USD", 5, 5, 5, None, 1), (dollars,)) and len(rows) == 3


@pytest.mark.parametrize("names", [(), ("A",), ("A", "A"), ("A", "nobody"), (OURS, RIVALS)])
def test_without_two_sides_that_have_posters_there_is_no_comparison(
    db: Database, settings: Settings, drinks: list[int], names: tuple[str, ...]
) -> None:
    assert compare_sides(db, AdFilters(), (), names, "en") is None
    assert "Comparison" not in html_of(db, settings, None)


@pytest.mark.parametrize(
    ("lang", "title", "us", "rest", "theme"),
    [
        ("en", "Comparison: claimed by one side only", "Us", "All competitors", "Health and nutrition"),
        ("zh", "对比：仅一方使用的卖点", "我方", "全部竞品", "健康营养"),
    ],
)
def test_comparison_stands_after_the_summary_with_its_rows_in_the_readers_language(
    db: Database, settings: Settings, drinks: list[int], lang: str, title: str, us: str, rest: str, theme: str
) -> None:
    found = compared(db, OURS, RIVALS, lang=lang, own=("a",))
    html = html_of(db, settings, found, lang)
    keys = re.findall(r'<h2 id="(\w+)"', html)
    assert keys[:9] == ["summary", *KEYS, "compared_labels", "timeline"]
    section = html.partition('id="compared_only"')[2].partition("</section>")[0]
    assert title in section and f"<td>0 蔗糖</td><td>{theme}</td><td>{us}</td>" in section
    assert f"<td>&lt;b&gt;Fresh&lt;/b&gt;</td><td>{theme}</td><td>{rest}</td>" in section
    assert "<td>A</td>" not in section


def test_missing_discount_and_first_sides_gap_are_dashes_and_empty_cells(
    db: Database, settings: Settings, drinks: list[int]
) -> None:
    found = compared(db, "A", "B")
    html = html_of(db, settings, found)
    assert html.count('<td class="number">–</td>') == 4 and '<td class="number">+100%</td>' in html
    sheets = sheets_of(found.tables)
    assert sheets["compared_discounts"][2] == ["B", "", "", "", "0", ""]
    assert sheets["compared_prices"][2][6:] == ["100", "1", str(drinks[2])]


def sheets_of(tables: Any, lang: str = "en") -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(csv_archive(tables, lang))) as archive:
        return {
            name[3:-4]: [
                [cell_text(cell) for cell in row]
                for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            ]
            for name in archive.namelist()
        }


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", ["Wording", "Theme", "Side", "Posters", "Poster numbers"]),
                          ("zh", ["文案", "主题", "对比对象", "海报数", "海报编号"])],
)  # fmt: skip
def test_csv_holds_the_comparison_after_the_summary(
    db: Database, drinks: list[int], lang: str, heading: list[str]
) -> None:
    choice, found = everything(db), compared(db, "A", "B", lang=lang)
    sheets = sheets_of(list_tables(choice, choice, lang, compared=found.tables), lang)
    assert list(sheets)[:8] == ["summary", *KEYS, "timeline"]
    only = sheets["compared_only"]
    assert only[0] == heading and only[1][0] == "0 蔗糖" and only[1][-1] == f"{drinks[1]} {drinks[0]}"
    assert all(len(set(rows[0])) == len(rows[0]) for rows in sheets.values())


@pytest.mark.parametrize(
    ("filters", "names"),
    [(AdFilters(competitors=("Lumina",)), ("FreshCart", "Lumina")), (AdFilters(side="own"), (RIVALS, OURS))],
)
def test_number_of_a_poster_the_filters_leave_out_leads_to_its_photo(
    db: Database, settings: Settings, filters: AdFilters, names: tuple[str, str]
) -> None:
    seed_records(db, settings, 0, 24)
    filters = filters.model_copy(update={"until": date(2026, 10, 10)})
    found, choice = compared(db, *names, filters=filters, own=("Lumina",)), choose(db, filters, ("Lumina",))
    assert set(choice.competitors()) == {"Lumina"} and found.choice.span()[1] <= "2026-10-10"
    html = make_report(db, settings, choice, choice, lang="en", compared=found).html.decode()
    asked, there = set(re.findall(r'href="#(p\d+)"', html)), set(re.findall(r'id="(p\d+)"', html))
    others = {f"p{item}" for item in found.tables[0].rows[0].posters}
    assert asked <= there and asked & others and html.count("<figure") == choice.joined(found.choice).count


def test_rows_that_are_shown_are_shared_among_the_sides_and_the_csv_holds_all(db: Database, settings: Settings) -> None:
    for who, number in (("A", ROWS_SHOWN * 2), ("B", 3)):
        poster(db, who, selling_points=said(*(f"claim {who}{place}" for place in range(number))))
    found = compared(db, "A", "B")
    html = html_of(db, settings, found)
    section = html.partition('id="compared_only"')[2].partition("</section>")[0]
    assert [section.count(f"<td>{who}</td>") for who in "AB"] == [ROWS_SHOWN // 2, 3]
    assert f"{ROWS_SHOWN // 2 + 3} of {ROWS_SHOWN * 2 + 3} rows" in section
    assert len(sheets_of(found.tables)["compared_only"]) == ROWS_SHOWN * 2 + 4


@pytest.mark.parametrize(
    ("lang", "says", "missing", "covered"),
    [
        ("en", "sugar", "Not compared", "compared with their label: 1; without a label to compare with: 1."),
        ("zh", "糖", "未核对", "已与标签核对 1 张，无对应标签 1 张。"),
    ],
)
def test_our_labels_against_our_posters_where_a_brand_is_ours(
    db: Database, lang: str, says: str, missing: str, covered: str
) -> None:
    product = label(db, "晨露", "燕麦奶", nutrition=SUGARS)
    ours = poster(db, "晨露", product="燕麦奶", selling_points=said("无糖配方"))
    other = poster(db, "晨露", product="辣酱", selling_points=said("低钠"))
    poster(db, "A", product="燕麦奶", selling_points=said("无糖"))
    found = compared(db, "晨露", "A", lang=lang, own=("晨露",))
    (contradicted, unmatched) = rows_of(found, "compared_labels")
    assert contradicted[0][:2] == ("无糖配方", f"燕麦奶 · {product}") and contradicted[1] == (ours,)
    assert says in contradicted[0][2]
    assert unmatched[0][0] == "低钠" and unmatched[0][2].startswith(missing) and unmatched[1] == (other,)
    assert covered in found.tables[-1].note


def test_first_rows_of_a_table_without_sides_are_its_first(db: Database, drinks: list[int]) -> None:
    table = compared(db, "A", "B").tables[0]
    assert isinstance(table, Table) and table.first(1) == list(table.rows[:1])


def test_comparison_is_printed(db: Database, settings: Settings, drinks: list[int]) -> None:
    if find_chromium(settings) is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    plain, more = (html_of(db, settings, found).encode() for found in (None, compared(db, "A", "B")))
    assert len(print_pdf(more, settings)) > len(print_pdf(plain, settings)) + 5_000
