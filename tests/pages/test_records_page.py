"""The Records page run without a browser: filters and their address, cells corrected in place, acts on many records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.exports import Form, Style
from core.records.standing import refresh_record
from core.reviewing import bin, review
from core.settings import ROOT, Settings
from core.store import decisions, items, jobs
from core.store.records import find_record, list_records
from core.types import Bilingual, Status
from pages.components.records_export import Layout, file_of
from pages.components.records_sheet import Sheet
from tests.pages.app import WAIT_S
from tests.seeding import seed_records
from tests.unit.exports.test_exports import read_rows

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(settings: Settings) -> Open:
    """Runs the Records page: `open_page("zh", kind="ad")`; parameters go into the address."""

    def run(lang: str = "en", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=WAIT_S)
        app.session_state["lang"] = lang
        app.switch_page("pages/records.py")
        for name, value in address.items():
            app.query_params[name] = value
        return again(app)

    return run


def again(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def sheet(app: AppTest) -> Sheet:
    found: Sheet = app.session_state["records_sheet"]
    return found


def table(app: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = app.data_editor[0].value
    return found


def shown(app: AppTest) -> list[int]:
    return [int(item) for item in table(app)["item"]]


def edit(app: AppTest, **rows: dict[str, Any]) -> AppTest:
    """Changes cells as the editor reports them: `edit(app, r0={"brand": "New"})`."""
    edited = {int(name[1:]): cells for name, cells in rows.items()}
    app.session_state[sheet(app).editor_key] = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    return again(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return again(app)


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(str(element.value) for element in elements)


def value(db: Database, item: int, key: str) -> Any:
    field = review.load_record(db, item).fields.get(key)
    return field.value if field is not None else None


# What is shown


@pytest.mark.parametrize(("lang", "title", "status"), [("en", "Records", "To review"), ("zh", "记录", "待审核")])
def test_page_speaks_both_languages(
    open_page: Open, db: Database, settings: Settings, lang: str, title: str, status: str
) -> None:
    seed_records(db, settings, 3)
    app = open_page(lang)
    assert app.title[0].value == title
    assert list(table(app)["status"].iloc[0]) == [status]


@pytest.mark.parametrize(("lang", "words"), [("en", "no records yet"), ("zh", "还没有记录")])
def test_empty_store_leads_to_upload(open_page: Open, lang: str, words: str) -> None:
    app = open_page(lang)
    assert words in texts(app)
    assert not app.data_editor


def test_only_one_page_of_many_records_is_loaded(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 120)
    app = open_page()
    assert len(table(app)) == 50
    assert "**1–50** of **120** records" in texts(app)
    app.selectbox(key="records_rows_en").set_value(100)
    assert len(table(again(app))) == 100


def test_newest_records_come_first_and_the_order_can_be_chosen(
    open_page: Open, db: Database, settings: Settings
) -> None:
    made = seed_records(db, settings, 5)
    app = open_page()
    assert shown(app) == made[::-1]
    app.selectbox(key="records_order_en").set_value("oldest")
    assert shown(again(app)) == made


def test_fields_are_shown_as_the_editor_takes_them(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    row = table(app).iloc[0]
    view = review.load_record(db, item)
    assert {key: row[key] for key in ("gtin", "net_content", "shelf_life")} == {
        key: view.text(key) for key in ("gtin", "net_content", "shelf_life")
    }
    assert row["photo"] == f"/thumb/{view.photos[0].blob}.jpg"
    assert row["open"] == f"/review?item={item}&lang=en"


def test_doubtful_fields_are_named(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert "Production date" in list(table(open_page())["check"].iloc[0])
    assert "生产日期" in list(table(open_page("zh"))["check"].iloc[0])


def test_kind_decides_the_columns(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2, 2)
    assert "gtin" in table(open_page(kind="product")) and "headline" not in table(open_page(kind="product"))
    assert "headline" in table(open_page(kind="ad"))
    both = table(open_page(kind="all"))
    assert len(both) == 4 and "headline" not in both


def test_any_field_of_the_schema_can_be_made_a_column(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    app = open_page()
    app.multiselect(key="records_columns_product_en").set_value(["nutrition", "claims"])
    row = table(again(app)).iloc[0]
    assert row["nutrition"].startswith("能量: ") and row["claims"] == "高纤维\n无添加蔗糖"
    assert "gtin" not in row


def test_failed_item_says_why(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    items.set_status(db, item, Status.FAILED, error=Bilingual(en="Too blurred.", zh="太模糊。"))
    refresh_record(db, item)
    assert table(open_page()).iloc[0]["note"] == "Too blurred."
    assert table(open_page("zh", status="failed")).iloc[0]["note"] == "太模糊。"


# Filters and their address


def test_address_sets_the_filters(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 4, 8)
    review.accept_record(db, made[5], reviewer="ann")
    app = open_page(kind="ad", status="verified")
    assert shown(app) == [made[5]]
    app = open_page(kind="ad", brand="Lumina", campaign="autumn 1")
    wanted = [r.item_id for r in list_records(db) if r.brand == "Lumina" and r.campaign == "autumn 1"]
    assert shown(app) == wanted and wanted


def test_address_of_other_pages_needs_no_kind(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 2, 2)
    assert shown(open_page(items=f"{made[0]},{made[3]}")) == [made[3], made[0]]
    assert shown(open_page(text="2000000000001")) == [made[1]]


def test_filters_are_written_to_the_address_in_codes(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = open_page("zh")
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
    open_page: Open, db: Database, settings: Settings, address: dict[str, str]
) -> None:
    made = seed_records(db, settings, 3)
    assert shown(open_page(**address)) == made[::-1]


def test_brand_that_nobody_has_is_shown_as_the_filter_it_is(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page(brand="Nobody")
    assert app.selectbox(key="records_brand_en").value == "Nobody"
    assert "No record passes" in texts(app)


def test_filters_can_be_cleared(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3)
    app = open_page(kind="product", text="nothing like it")
    next(button for button in app.button if button.label == "Clear filters").click()
    assert len(table(again(app))) == 3


def test_another_filter_starts_on_the_first_page(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 120)
    app = open_page(kind="product", rows="25", page="3")
    assert "**51–75** of" in texts(app)
    app.text_input(key="records_text").set_value("燕麦片")
    assert "**1–25** of" in texts(again(app))


def test_address_overtaken_by_a_click_does_not_undo_it(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 4)
    app = open_page(kind="product")
    app.text_input(key="records_text").set_value("2000000000001")
    assert shown(again(app)) == [made[1]]
    del app.query_params["text"]  # the browser had not heard of the new address when it sent the next click
    assert shown(again(app)) == [made[1]]


# Correcting in place


def test_cells_become_decisions_and_are_acknowledged(open_page: Open, db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_page(order="oldest", kind="product")
    edit(app, r0={"brand": "New", "net_content": "1 kg"}, r1={"name": "Neu"})
    assert "3 fields in 2 records saved." in texts(app)
    assert (value(db, first, "brand"), value(db, first, "net_content"), value(db, second, "name")) == ("New", 1, "Neu")
    assert all(one.reviewer == "tester" for one in decisions.list_decisions(db, first))


def test_acknowledgement_speaks_chinese(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert "已保存 1 条记录 的 1 个字段。" in texts(edit(open_page("zh"), r0={"brand": "新"}))


def test_each_cell_is_saved_once_although_the_editor_goes_on_reporting_it(
    open_page: Open, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = edit(open_page(), r0={"net_content": "一公斤左右"})
    again(again(app))
    edit(app, r0={"net_content": "一公斤左右", "brand": "New"})
    assert [one.field for one in decisions.list_decisions(db, item)] == ["net_content", "brand"]


def test_cell_can_be_changed_twice_and_back(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    original = value(db, item, "brand")
    for text in ("First", "Second", original):
        edit(app, r0={"brand": text})
    assert value(db, item, "brand") == original
    assert len(decisions.list_decisions(db, item)) == 3


def test_cleared_cell_means_not_on_the_label(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    edit(open_page(), r0={"brand": None})
    assert [one.action for one in decisions.list_decisions(db, item)] == ["absent"]


def test_rule_speaks_about_what_was_typed(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = edit(open_page(), r0={"gtin": "6901234567890"})
    assert app.warning and f"Item {item}, Barcode" in app.warning[0].value.replace("\\", "")
    assert value(db, item, "gtin") == "6901234567890", "kept as typed"


def test_editor_stays_the_same_while_cells_are_corrected(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page()
    key = sheet(app).editor_key
    edit(app, r0={"brand": "New"})
    edit(app, r0={"brand": "New"}, r1={"brand": "Newer"})
    assert sheet(app).editor_key == key, "a new editor would lose the cursor between two cells"
    assert list(table(app)["brand"]) == ["New", "Newer"], "its rows are those of the database by now"


def test_record_changed_by_somebody_else_is_not_overwritten_and_nothing_typed_is_lost(
    open_page: Open, db: Database, settings: Settings
) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_page(order="oldest", kind="product")
    review.save_edits(db, first, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Also mine"})
    assert (value(db, first, "brand"), value(db, second, "brand")) == ("Bob's", "Also mine")
    said = app.error[0].value.replace("\\", "")
    assert f"Record {first} was changed by bob" in said and "Brand: Mine" in said
    assert "1 field in 1 record saved." in texts(app)


def test_conflict_is_still_one_at_the_next_edit(open_page: Open, db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_page(order="oldest", kind="product")
    review.save_edits(db, first, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Other"})
    assert value(db, first, "brand") == "Bob's", "a second attempt does not slip through"
    assert value(db, second, "brand") == "Other"
    assert app.error[0].value.count("Mine") == 1, "and is said once"


def test_present_values_can_be_loaded_and_corrected_then(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    review.save_edits(db, item, {"name": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    next(button for button in app.button if button.label == "Load the present values").click()
    again(app)
    assert table(app).iloc[0]["name"] == "Bob's"
    assert "Mine" in app.error[0].value, "what was typed is still there to be copied"
    edit(app, r0={"brand": "Mine"})
    assert value(db, item, "brand") == "Mine"
    next(button for button in app.button if button.label == "Dismiss").click()
    assert not again(app).error


def test_measured_columns_cannot_be_typed_over(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 1)
    app = open_page(kind="ad")
    app.multiselect(key="records_columns_ad_en").set_value(["palette", "brand"])
    config = again(app).data_editor[0].proto.columns
    assert '"palette": {' in config and '"disabled": true' in config.split('"palette": {')[1].split("}")[0]


def clash_button(app: AppTest, side: str, item: int, key: str) -> AppTest:
    return press(app, f"records_clash_{side}_{item}_{key}")


@pytest.mark.parametrize(("side", "kept"), [("mine", "Mine"), ("theirs", "Bob's")])
def test_field_in_conflict_shows_both_texts_and_a_person_chooses(
    open_page: Open, db: Database, settings: Settings, side: str, kept: str
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    review.save_edits(db, item, {"brand": "Bob's", "name": "Bob's name"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    said = texts(app).replace("\\", "")
    assert "Mine" in said and "Now, by bob" in said and "Bob's" in said
    clash_button(app, side, item, "brand")
    assert (value(db, item, "brand"), value(db, item, "name")) == (kept, "Bob's name")
    assert table(app).iloc[0]["brand"] == kept
    assert not [button for button in app.button if (button.key or "").startswith("records_clash")]


def test_field_changed_once_more_before_the_choice_is_compared_anew(
    open_page: Open, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    review.save_edits(db, item, {"brand": "Cleo's"}, reviewer="cleo")
    clash_button(app, "mine", item, "brand")
    assert value(db, item, "brand") == "Cleo's"
    assert "Now, by cleo" in texts(app).replace("\\", "")
    clash_button(app, "mine", item, "brand")
    assert value(db, item, "brand") == "Mine"


def test_record_deleted_by_somebody_else_loses_nothing_that_was_typed(
    open_page: Open, db: Database, settings: Settings
) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_page(order="oldest", kind="product")
    bin.delete_item(db, first, reviewer="bob")
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Other"})
    said = app.error[0].value.replace("\\", "")
    assert "may have been merged or deleted" in said and "Brand: Mine" in said
    assert value(db, second, "brand") == "Other"


def paste(app: AppTest, rows: int) -> AppTest:
    """Two cells in each of so many rows, as one paste."""
    return edit(app, **{f"r{row}": {"brand": f"B{row}", "name": f"N{row}"} for row in range(rows)})


def test_large_paste_is_shown_before_it_is_saved(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 12)
    app = paste(open_page(order="oldest", kind="product"), 12)
    assert "**24 cells in 12 records** were changed at once" in texts(app)
    assert decisions.list_decisions(db, made[0]) == []
    press(app, "records_paste_save")
    assert [value(db, item, "brand") for item in made] == [f"B{row}" for row in range(12)]
    assert "24 fields in 12 records saved." in texts(app)
    press(app, "records_undo")
    assert all(value(db, item, "brand") != f"B{row}" for row, item in enumerate(made))


def test_large_paste_can_be_discarded(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 12)
    app = press(paste(open_page(order="oldest", kind="product"), 12), "records_paste_discard")
    assert decisions.list_decisions(db, made[0]) == [] and "B0" not in list(table(app)["brand"])


# Acts on the ticked rows


def test_last_act_is_taken_back_once(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 2)
    app = open_page(order="oldest", kind="product")
    assert app.button(key="records_undo").disabled
    press(tick(app, 0, 1), "records_accept")
    press(app, "records_undo")
    assert [items.get_item(db, item).status for item in made] == ["review", "review"]
    assert "Taken back in 2 records." in texts(app)
    assert app.button(key="records_undo").disabled


def tick(app: AppTest, *positions: int) -> AppTest:
    return edit(app, **{f"r{position}": {"select": True} for position in positions})


def test_nothing_can_be_done_before_a_row_is_ticked(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page()
    acts = ("accept", "set", "again", "merge", "split", "delete")
    assert all(app.button(key=f"records_{name}").disabled for name in acts)
    tick(app, 0)
    assert [name for name in acts if not app.button(key=f"records_{name}").disabled] == [
        "accept", "set", "again", "delete",
    ]  # fmt: skip


def test_ticked_records_are_accepted(open_page: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 3)
    app = press(tick(open_page(order="oldest", kind="product"), 0, 2), "records_accept")
    assert [items.get_item(db, item).status for item in made] == ["verified", "review", "verified"]
    assert "2 records verified." in texts(app)
    assert not table(app)["select"].any(), "the ticks are gone"


def test_edit_and_acceptance_go_together(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    press(edit(open_page(), r0={"select": True, "brand": "New"}), "records_accept")
    assert value(db, item, "brand") == "New"
    assert items.get_item(db, item).status is Status.VERIFIED


def test_record_changed_meanwhile_is_not_accepted_unseen(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob")
    press(tick(app, 0), "records_accept")
    assert items.get_item(db, item).status is Status.REVIEW
    assert "changed by bob" in app.error[0].value


def test_whole_page_can_be_ticked_and_unticked(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = open_page()
    next(button for button in app.button if button.label == "Select this page").click()
    assert "**50 records** selected" in texts(again(app))
    edit(app, r0={"select": False})
    assert "**49 records** selected" in texts(app)
    next(button for button in app.button if button.label == "Clear selection").click()
    assert "of **60** records" in texts(again(app))


def test_ticked_records_are_queued_for_another_reading(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = press(tick(open_page(), 0), "records_again")
    job = jobs.latest_job(db, item)
    assert job is not None and job.payload == {"force": True}
    assert "1 record queued" in texts(app)


def test_merge_is_offered_for_one_kind_only(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2, 1)
    app = open_page(kind="all", order="oldest")
    assert tick(app, 1, 2).button(key="records_merge").disabled
    assert not tick(app, 0, 1).button(key="records_merge").disabled


def test_turning_the_page_forgets_the_ticks(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = tick(open_page(rows="25", kind="product"), 0, 1)
    app.selectbox(key="records_order_en").set_value("oldest")
    assert "selected" not in texts(again(app))


# Export


def test_download_holds_what_the_filters_show(db: Database, settings: Settings, open_page: Open) -> None:
    made = seed_records(db, settings, 30, 5)
    app = open_page(kind="product", flags="doubts", rows="25")
    edit(app, r0={"brand": "Corrected"})
    request = sheet(app).request
    rows = read_rows(file_of(settings, request.filters, Layout("shelflens", Form.CSV, Style.SPREADSHEET, "keys"))())
    doubtful = [item for item in made[:30] if find_record(db, item).doubts]  # type: ignore[union-attr]
    assert [int(row["item_id"]) for row in rows] == doubtful
    assert "Corrected" in [row["brand"] for row in rows]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "is missing, and this layout requires it"), ("zh", "而此格式要求填写")]
)
def test_the_export_menu_says_what_will_not_fit_a_layout(
    db: Database, settings: Settings, open_page: Open, lang: str, said: str
) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"name": ""}, reviewer="bob")
    app = open_page(lang, kind="product")
    app.selectbox(key=f"records_export_profile_{lang}").set_value("openfoodfacts")
    again(app).button(key="records_export_check").click()
    assert any(said in warning.value for warning in again(app).warning)


def test_only_layouts_that_take_the_kind_are_offered(db: Database, settings: Settings, open_page: Open) -> None:
    seed_records(db, settings, 1, 1)
    assert open_page(kind="ad").selectbox(key="records_export_profile_en").options == ["ShelfLens (everything)"]
    assert "Shopify" in open_page(kind="all").selectbox(key="records_export_profile_en").options
