"""The Records page run without a browser: what is shown, filters and their address."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.records.standing import refresh_record
from core.reviewing import review
from core.settings import Settings
from core.store import items
from core.store.records import list_records
from core.types import Bilingual, Status
from tests.pages.records import Open, again, table, texts
from tests.seeding import seed_records


def shown(app: AppTest) -> list[int]:
    return [int(item) for item in table(app)["item"]]


# What is shown


@pytest.mark.parametrize(("lang", "title", "status"), [("en", "Records", "To review"), ("zh", "记录", "待审核")])
def test_page_speaks_both_languages(
    open_records: Open, db: Database, settings: Settings, lang: str, title: str, status: str
) -> None:
    seed_records(db, settings, 3)
    app = open_records(lang)
    assert app.title[0].value == title
    assert list(table(app)["status"].iloc[0]) == [status]


@pytest.mark.parametrize(("lang", "words"), [("en", "no records yet"), ("zh", "还没有记录")])
def test_empty_store_leads_to_upload(open_records: Open, lang: str, words: str) -> None:
    app = open_records(lang)
    assert words in texts(app)
    assert not app.data_editor


def test_only_one_page_of_many_records_is_loaded(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 120)
    app = open_records()
    assert len(table(app)) == 50
    assert "**1–50** of **120** records" in texts(app)
    app.selectbox(key="records_rows_en").set_value(100)
    assert len(table(again(app))) == 100


def test_newest_records_come_first_and_the_order_can_be_chosen(
    open_records: Open, db: Database, settings: Settings
) -> None:
    made = seed_records(db, settings, 5)
    app = open_records()
    assert shown(app) == made[::-1]
    app.selectbox(key="records_order_en").set_value("oldest")
    assert shown(again(app)) == made


def test_fields_are_shown_as_the_editor_takes_them(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
    row = table(app).iloc[0]
    view = review.load_record(db, item)
    assert {key: row[key] for key in ("gtin", "net_content", "shelf_life")} == {
        key: view.text(key) for key in ("gtin", "net_content", "shelf_life")
    }
    assert row["photo"] == f"/thumb/{view.photos[0].blob}.jpg"
    assert row["open"] == f"/review?item={item}&lang=en"


def test_doubtful_fields_are_named(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert "Production date" in list(table(open_records())["check"].iloc[0])
    assert "生产日期" in list(table(open_records("zh"))["check"].iloc[0])


def test_kind_decides_the_columns(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2, 2)
    assert "gtin" in table(open_records(kind="product")) and "headline" not in table(open_records(kind="product"))
    assert "headline" in table(open_records(kind="ad"))
    both = table(open_records(kind="all"))
    assert len(both) == 4 and "headline" not in both


def test_any_field_of_the_schema_can_be_made_a_column(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    app = open_records()
    app.multiselect(key="records_columns_product_en").set_value(["nutrition", "claims"])
    row = table(again(app)).iloc[0]
    assert row["nutrition"].startswith("能量: ") and row["claims"] == "高纤维\n无添加蔗糖"
    assert "gtin" not in row


def test_failed_item_says_why(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    items.set_status(db, item, Status.FAILED, error=Bilingual(en="Too blurred.", zh="太模糊。"))
    refresh_record(db, item)
    assert table(open_records()).iloc[0]["note"] == "Too blurred."
    assert table(open_records("zh", status="failed")).iloc[0]["note"] == "太模糊。"


# Filters and their address


def test_address_sets_the_filters(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 4, 8)
    review.accept_record(db, made[5], reviewer="ann")
    app = open_records(kind="ad", status="verified")
    assert shown(app) == [made[5]]
    app = open_records(kind="ad", brand="Lumina", campaign="autumn 1")
    wanted = [r.item_id for r in list_records(db) if r.brand == "Lumina" and r.campaign == "autumn 1"]
    assert shown(app) == wanted and wanted


def test_address_of_other_pages_needs_no_kind(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 2, 2)
    assert shown(open_records(items=f"{made[0]},{made[3]}")) == [made[3], made[0]]
    assert shown(open_records(text="2000000000001")) == [made[1]]


def test_filters_are_written_to_the_address_in_codes(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = open_records("zh")
    app.text_input(key="records_text").set_value("燕麦片")
    app.selectbox(key="records_flags_zh").set_value("doubts")
    again(app)
    assert {name: app.query_params[name] for name in ("kind", "text", "flags")} == {
        "kind": "product", "text": "燕麦片", "flags": "doubts",
    }  # fmt: skip
    assert "status" not in app.query_params


@pytest.mark.parametrize(
    "address",
    [
        {"kind": "car"}, {"status": "gone"}, {"flags": "x"}, {"page": "-3"}, {"page": "999"}, {"page": "x"},
        {"rows": "7"}, {"order": "random"}, {"items": "a,b"},
    ],
)  # fmt: skip
def test_senseless_address_shows_what_makes_sense(
    open_records: Open, db: Database, settings: Settings, address: dict[str, str]
) -> None:
    made = seed_records(db, settings, 3)
    assert shown(open_records(**address)) == made[::-1]


def test_brand_that_nobody_has_is_shown_as_the_filter_it_is(
    open_records: Open, db: Database, settings: Settings
) -> None:
    seed_records(db, settings, 2)
    app = open_records(brand="Nobody")
    assert app.selectbox(key="records_brand_en").value == "Nobody"
    assert "No record passes" in texts(app)


def test_filters_can_be_cleared(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3)
    app = open_records(kind="product", text="nothing like it")
    next(button for button in app.button if button.label == "Clear filters").click()
    assert len(table(again(app))) == 3


def test_another_filter_starts_on_the_first_page(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 120)
    app = open_records(kind="product", rows="25", page="3")
    assert "**51–75** of" in texts(app)
    app.text_input(key="records_text").set_value("燕麦片")
    assert "**1–25** of" in texts(again(app))


def test_address_overtaken_by_a_click_does_not_undo_it(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 4)
    app = open_records(kind="product")
    app.text_input(key="records_text").set_value("2000000000001")
    assert shown(again(app)) == [made[1]]
    del app.query_params["text"]  # the browser had not heard of the new address when it sent the next click
    assert shown(again(app)) == [made[1]]
