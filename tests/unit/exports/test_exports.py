"""CSV export: what spreadsheets, shops and programs find in the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from core import exports
from core.errors import StorageDenied, UsageError
from core.exports.cells import Style, cell_text, guard, is_number_like, write_cell
from core.records.standing import refresh_record
from core.reviewing.review import accept_record, save_edits
from core.schema import load_schema
from core.settings import Settings
from core.store import items, runs
from core.store.records import Filters, count_records
from core.types import FieldValue, Kind, Status
from tests.seeding import seed_records


def add_item(db: Database, kind: Kind, **values: FieldValue | Any) -> int:
    """A read item without photo; plain values become fields of their own."""
    item_id = items.create_item(db, kind=kind)
    fields = {key: value if isinstance(value, FieldValue) else FieldValue(value=value) for key, value in values.items()}
    prediction = runs.Prediction(
        item_id=item_id, kind=kind, engine="ocr", run_ids=(), rules_version="t", cached=False, fields=fields
    )
    runs.put_prediction(db, prediction)
    items.set_status(db, item_id, Status.REVIEW)
    refresh_record(db, item_id)
    return item_id


def export(db: Database, filters: Filters | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    exports.write_csv(db, filters or Filters(), out=out, **options)
    return out.getvalue()


def read_rows(data: bytes) -> list[dict[str, str]]:
    """The records as csv reads them, guards undone."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [{key: cell_text(value) for key, value in row.items()} for row in rows]


# Cells


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 21 5555",
        "-18℃以下冷冻",
        "@SUM(A1)",
        "\tx",
        "\nx",
        "\r=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "﹦1",
        "−5",
        "  =1",
        "\u3000=1",
        "\u200b=1",
        "\ufeff=1",
        "\x01=1",
        "'=1",
        "'''=1",
    ],
)
def test_text_that_would_run_as_a_formula_is_made_harmless(text: str) -> None:
    cell = guard(text, Style.SPREADSHEET)
    assert cell.startswith("'")
    assert guard(text, Style.PLAIN) == cell, "no style lets a formula through"


@pytest.mark.parametrize(
    "text", ["Milk", "a=b", "2+1 free", "500 g", "'tis", "", "净含量", "5折", "'", "''", " plain", "#1"]
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert guard(text, Style.SPREADSHEET) == text


@pytest.mark.parametrize(
    "text",
    ["6901234567892", "0012345678905", "007", "1E5", "12", "3-5", "1/2", "2026-05", "12:30", "1.50", "50%", "００７"],
)
def test_text_that_excel_would_turn_into_a_number_or_date_stays_text(text: str) -> None:
    assert guard(text, Style.SPREADSHEET) == f"{text}\t"
    assert guard(text, Style.PLAIN) == text


@pytest.mark.parametrize("text", ["2026-05-01", "SC10112345678901", "GB/T 5009", "500g", "6×250ml", "5" * 65])
def test_text_that_excel_leaves_alone_gets_no_guard(text: str) -> None:
    assert not is_number_like(text)
    assert guard(text, Style.SPREADSHEET) == text


@pytest.mark.parametrize(
    ("value", "written"), [(-5, -5), (8.5, 8.5), (1500.0, 1500), (None, ""), (float("nan"), ""), (float("inf"), "")]
)
def test_numbers_are_written_as_numbers(value: float | None, written: Any) -> None:
    assert write_cell(value, Style.SPREADSHEET) == written


NASTY = st.text(st.sampled_from("=+-@\t\r\n '\"0159.,;:/eE%\u3000\u200b＝牛奶a"), max_size=12) | st.text(max_size=30)


def lines_as_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


@given(text=NASTY, style=st.sampled_from(Style))
def test_no_cell_begins_with_a_formula_sign_and_every_cell_reads_back(text: str, style: Style) -> None:
    cell = guard(text, style)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\n", "\r"))
    assert cell_text(guard(text, Style.SPREADSHEET)) == lines_as_lf(text)


@given(st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=5))
def test_file_reads_back_the_same_through_csv_and_pandas(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(["a", "b"])
    for row in rows:
        writer.writerow([write_cell(text, Style.SPREADSHEET) for text in row])
    data = out.getvalue().encode("utf-8-sig", "replace")
    expected = [[lines_as_lf(text).encode("utf-8", "replace").decode() for text in row] for row in rows]

    through_csv = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert [[cell_text(cell) for cell in row] for row in through_csv] == expected
    assert [[cell_text(cell) for cell in row] for row in frame.to_numpy().tolist()] == expected


# The file


def test_file_is_utf8_with_bom_and_crlf(db: Database) -> None:
    add_item(db, Kind.PRODUCT, name="全脂牛奶", ingredients_text="牛奶\r\n糖")
    data = export(db)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert b"\xe7\x89\x9b\xe5\xa5\xb6\n\xe7\xb3\x96" in data, "a line break inside a cell is a bare LF"
    assert data.count(b"\r\n") == 2, "one line for the headings, one for the record"


def test_barcode_keeps_its_digits_and_its_leading_zeros(db: Database) -> None:
    add_item(db, Kind.PRODUCT, gtin="0012345678905", name="=cmd|' /C calc'!A0")
    (row,) = csv.DictReader(io.StringIO(export(db).decode("utf-8-sig")))
    assert row["gtin"].strip() == "0012345678905"
    assert row["gtin"].strip() != row["gtin"], "a trailing tab keeps it text in Excel"
    assert row["name"] == "'=cmd|' /C calc'!A0"
    frame = pd.read_csv(io.BytesIO(export(db, style=Style.PLAIN)), dtype=str)
    assert frame.loc[0, "gtin"] == "0012345678905"


def test_negative_number_in_a_number_column_stays_a_number(db: Database) -> None:
    add_item(db, Kind.PRODUCT, net_content=FieldValue(value=-5, unit="g"), storage="-18℃")
    assert b',-5,"g",' in export(db)
    assert "'-18℃".encode() in export(db)


def test_every_field_of_the_schema_has_a_column(db: Database) -> None:
    for kind in Kind:
        header = next(csv.reader(io.StringIO(export(db, Filters(kind=kind)).decode("utf-8-sig"))))
        assert len(header) == len(set(header))
        for key in load_schema(kind).keys:
            assert any(column == key or column.startswith(f"{key}_") for column in header) or key == "nutrition"


def test_quantity_is_a_number_and_a_unit(db: Database) -> None:
    add_item(db, Kind.PRODUCT, net_content=FieldValue(value=500.0, unit="g", raw="净含量 500克"))
    (row,) = read_rows(export(db))
    assert (row["net_content"], row["net_content_unit"]) == ("500", "g")


def test_quantity_that_was_not_understood_is_kept_as_typed(db: Database) -> None:
    add_item(db, Kind.PRODUCT, net_content="about a pound")
    assert read_rows(export(db))[0]["net_content"] == "about a pound"


def test_date_printed_elsewhere_keeps_the_printed_words(db: Database) -> None:
    add_item(db, Kind.PRODUCT, expiry_date=FieldValue(value="see_package", raw="见瓶底"), production_date="2026-05-01")
    (row,) = read_rows(export(db))
    assert (row["expiry_date"], row["production_date"]) == ("见瓶底", "2026-05-01")


def nutrient(name: str, value: float, unit: str, per: str = "100g", **more: Any) -> dict[str, Any]:
    return {"nutrient": name, "name": name, "value": value, "unit": unit, "per": per, **more}


def test_nutrition_becomes_a_column_per_nutrient_and_basis(db: Database) -> None:
    rows = [
        nutrient("energy", 1850, "kJ"),
        nutrient("energy", 442, "kcal"),
        nutrient("protein", 6.5, "g", nrv_percent=11),
        nutrient("sodium", 0.42, "g"),
        nutrient("sugars", 0.5, "g", less_than=True),
        nutrient("energy", 555, "kJ", per="serving"),
        nutrient("维生素C", 30, "mg"),
    ]
    add_item(db, Kind.PRODUCT, nutrition={"basis": "100g", "rows": rows})
    (row,) = read_rows(export(db, Filters(kind="product")))
    found = {key: row[key] for key in row if row[key] and key.split("_")[-1] in ("100g", "serving")}
    assert found == {
        "energy_kj_100g": "1850",
        "energy_kcal_100g": "442",
        "energy_kj_serving": "555",
        "protein_g_100g": "6.5",
        "protein_nrv_percent_100g": "11",
        "sodium_mg_100g": "420",
        "sugars_g_100g": "<0.5",
        "维生素c_mg_100g": "30",
    }


def test_row_without_a_basis_takes_that_of_its_table(db: Database) -> None:
    rows = [nutrient("fat", 3.6, "g", per="")]
    add_item(db, Kind.PRODUCT, nutrition={"basis": "100ml", "rows": rows})
    assert read_rows(export(db))[0]["fat_g_100ml"] == "3.6"


def test_table_typed_as_free_text_is_not_lost(db: Database) -> None:
    add_item(db, Kind.PRODUCT, nutrition="see the other side")
    assert read_rows(export(db))[0]["nutrition_text"] == "see the other side"


def test_common_nutrients_have_a_column_even_where_no_record_has_them(db: Database) -> None:
    header = next(csv.reader(io.StringIO(export(db, Filters(kind="product")).decode("utf-8-sig"))))
    assert {"energy_kj_100g", "protein_g_100g", "fat_g_100g", "carbohydrate_g_100g", "sodium_mg_100g"} <= set(header)


def test_prices_promotions_and_points_of_an_ad(db: Database) -> None:
    add_item(
        db,
        Kind.AD,
        price=[
            {"value": 168, "currency": "CNY", "kind": "current"},
            {"value": 228.5, "currency": "CNY", "kind": "original"},
            {"value": 158, "currency": "CNY", "kind": "coupon"},
        ],
        promotion=[{"text": "第二件半价", "kind": "nth_item_discount"}, {"text": "满300减50", "kind": "threshold"}],
        selling_points=[{"text": "0蔗糖", "theme": "health"}],
        palette=[{"hex": "#d9534f", "share": 0.6}],
    )
    (row,) = read_rows(export(db, Filters(kind="ad")))
    assert (row["price_current"], row["price_original"], row["price_coupon"]) == ("168", "228.5", "158")
    assert row["currency"] == "CNY"
    assert (row["promotion"], row["promotion_kind"]) == ("第二件半价; 满300减50", "nth_item_discount; threshold")
    assert (row["selling_points"], row["selling_points_theme"]) == ("0蔗糖", "health")
    assert row["palette"] == "#d9534f 60%"


def test_several_prices_of_one_kind_are_joined(db: Database) -> None:
    prices = [{"value": value, "currency": "CNY", "kind": "current"} for value in (99, 199)]
    add_item(db, Kind.AD, price=prices)
    assert read_rows(export(db, Filters(kind="ad")))[0]["price_current"] == "99; 199"


def test_both_kinds_share_one_table_told_apart_by_kind(db: Database) -> None:
    add_item(db, Kind.PRODUCT, brand="晨露", name="牛奶")
    add_item(db, Kind.AD, brand="Lumina", headline="New")
    product, ad = read_rows(export(db))
    assert (product["kind"], product["brand"], product["headline"]) == ("product", "晨露", "")
    assert (ad["kind"], ad["brand"], ad["name"]) == ("ad", "Lumina", "")
    assert "kind" not in read_rows(export(db, Filters(kind="ad")))[0]


def test_field_decided_absent_is_an_empty_cell(db: Database) -> None:
    item_id = add_item(db, Kind.PRODUCT, brand="晨露", name="牛奶")
    save_edits(db, item_id, {"brand": ""}, reviewer="ann")
    assert read_rows(export(db))[0]["brand"] == ""


def test_record_says_who_verified_it_where_it_came_from_and_what_read_it(db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    accept_record(db, first, reviewer="ann")
    verified, waiting = read_rows(export(db, Filters(kind="product")))
    assert (verified["reviewer"], verified["status"], verified["engine"]) == ("ann", "verified", "ocr")
    assert verified["verified_at"] and verified["photos"] == "product_0.jpg"
    assert (waiting["item_id"], waiting["reviewer"], waiting["verified_at"]) == (str(second), "", "")


def test_export_holds_exactly_what_the_filters_show(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 6, 4)
    for item in (made[1], made[4], made[8]):
        save_edits(db, item, {"brand": "Acme"}, reviewer="ann")
    filters = Filters(kind="product", flags="corrected")
    rows = read_rows(export(db, filters))
    assert [int(row["item_id"]) for row in rows] == [made[1], made[4]]
    assert count_records(db, filters) == len(rows)


@pytest.mark.parametrize(("lang", "expected"), [("keys", "gtin"), ("en", "Barcode (GTIN)"), ("zh", "条形码")])
def test_headings_are_keys_or_labels(db: Database, lang: str, expected: str) -> None:
    header = next(csv.reader(io.StringIO(export(db, Filters(kind="product"), lang=lang).decode("utf-8-sig"))))
    assert expected in header
    assert len(header) == len(set(header))


def test_chunks_join_without_loss(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHUNK", 3)
    made = seed_records(db, settings, 10)
    assert [int(row["item_id"]) for row in read_rows(export(db))] == made


def test_unknown_profile_names_those_that_exist(db: Database) -> None:
    with pytest.raises(UsageError, match="shelflens"):
        export(db, profile="sap")


def test_saved_file_appears_whole_and_leaves_nothing_beside_it(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    add_item(db, Kind.PRODUCT, name="牛奶")
    target = tmp_path / "new folder" / "out.csv"
    assert exports.save_export(db, settings, Filters(), target) == 1
    assert target.read_bytes() == export(db)
    assert list(target.parent.iterdir()) == [target]


def test_file_that_cannot_be_written_is_said_plainly(db: Database, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageDenied, match=r"out\.csv"):
        exports.save_export(db, settings, Filters(), tmp_path / "file" / "out.csv")
