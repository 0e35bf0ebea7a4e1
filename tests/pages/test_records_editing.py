"""Cells of the Records page corrected in place: saved once, never over somebody else, taken back."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.reviewing import bin, review
from core.settings import Settings
from core.store import decisions
from tests.pages.records import Open, again, edit, press, sheet, table, texts, value
from tests.seeding import seed_records


def test_cells_become_decisions_and_are_acknowledged(open_records: Open, db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_records(order="oldest", kind="product")
    edit(app, r0={"brand": "New", "net_content": "1 kg"}, r1={"name": "Neu"})
    assert "3 fields in 2 records saved." in texts(app)
    assert (value(db, first, "brand"), value(db, first, "net_content"), value(db, second, "name")) == ("New", 1, "Neu")
    assert all(one.reviewer == "tester" for one in decisions.list_decisions(db, first))


def test_acknowledgement_speaks_chinese(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert "已保存 1 条记录 的 1 个字段。" in texts(edit(open_records("zh"), r0={"brand": "新"}))


def test_each_cell_is_saved_once_although_the_editor_goes_on_reporting_it(
    open_records: Open, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = edit(open_records(), r0={"net_content": "一公斤左右"})
    again(again(app))
    edit(app, r0={"net_content": "一公斤左右", "brand": "New"})
    assert [one.field for one in decisions.list_decisions(db, item)] == ["net_content", "brand"]


def test_cell_can_be_changed_twice_and_back(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
    original = value(db, item, "brand")
    for text in ("First", "Second", original):
        edit(app, r0={"brand": text})
    assert value(db, item, "brand") == original
    assert len(decisions.list_decisions(db, item)) == 3


def test_cleared_cell_means_not_on_the_label(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    edit(open_records(), r0={"brand": None})
    assert [one.action for one in decisions.list_decisions(db, item)] == ["absent"]


def test_rule_speaks_about_what_was_typed(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = edit(open_records(), r0={"gtin": "6901234567890"})
    assert app.warning and f"Item {item}, Barcode" in app.warning[0].value.replace("\\", "")
    assert value(db, item, "gtin") == "6901234567890", "kept as typed"


def test_editor_stays_the_same_while_cells_are_corrected(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_records()
    key = sheet(app).editor_key
    edit(app, r0={"brand": "New"})
    edit(app, r0={"brand": "New"}, r1={"brand": "Newer"})
    assert sheet(app).editor_key == key, "a new editor would lose the cursor between two cells"
    assert list(table(app)["brand"]) == ["New", "Newer"], "its rows are those of the database by now"


def test_record_changed_by_somebody_else_is_not_overwritten_and_nothing_typed_is_lost(
    open_records: Open, db: Database, settings: Settings
) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_records(order="oldest", kind="product")
    review.save_edits(db, first, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Also mine"})
    assert (value(db, first, "brand"), value(db, second, "brand")) == ("Bob's", "Also mine")
    said = app.error[0].value.replace("\\", "")
    assert f"Record {first} was changed by bob" in said and "Brand: Mine" in said
    assert "1 field in 1 record saved." in texts(app)


def test_conflict_is_still_one_at_the_next_edit(open_records: Open, db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_records(order="oldest", kind="product")
    review.save_edits(db, first, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Other"})
    assert value(db, first, "brand") == "Bob's", "a second attempt does not slip through"
    assert value(db, second, "brand") == "Other"
    assert app.error[0].value.count("Mine") == 1, "and is said once"


def test_present_values_can_be_loaded_and_corrected_then(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
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


def test_measured_columns_cannot_be_typed_over(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 1)
    app = open_records(kind="ad")
    app.multiselect(key="records_columns_ad_en").set_value(["palette", "brand"])
    config = again(app).data_editor[0].proto.columns
    assert '"palette": {' in config and '"disabled": true' in config.split('"palette": {')[1].split("}")[0]


def clash_button(app: AppTest, side: str, item: int, key: str) -> AppTest:
    return press(app, f"records_clash_{side}_{item}_{key}")


@pytest.mark.parametrize(("side", "kept"), [("mine", "Mine"), ("theirs", "Bob's")])
def test_field_in_conflict_shows_both_texts_and_a_person_chooses(
    open_records: Open, db: Database, settings: Settings, side: str, kept: str
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
    review.save_edits(db, item, {"brand": "Bob's", "name": "Bob's name"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    said = texts(app).replace("\\", "")
    assert "Mine" in said and "Now, by bob" in said and "Bob's" in said
    clash_button(app, side, item, "brand")
    assert (value(db, item, "brand"), value(db, item, "name")) == (kept, "Bob's name")
    assert table(app).iloc[0]["brand"] == kept
    assert not [button for button in app.button if (button.key or "").startswith("records_clash")]


def test_field_changed_once_more_before_the_choice_is_compared_anew(
    open_records: Open, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob")
    edit(app, r0={"brand": "Mine"})
    review.save_edits(db, item, {"brand": "Cleo's"}, reviewer="cleo")
    clash_button(app, "mine", item, "brand")
    assert value(db, item, "brand") == "Cleo's"
    assert "Now, by cleo" in texts(app).replace("\\", "")
    clash_button(app, "mine", item, "brand")
    assert value(db, item, "brand") == "Mine"


def test_record_deleted_by_somebody_else_loses_nothing_that_was_typed(
    open_records: Open, db: Database, settings: Settings
) -> None:
    first, second = seed_records(db, settings, 2)
    app = open_records(order="oldest", kind="product")
    bin.delete_item(db, first, reviewer="bob")
    edit(app, r0={"brand": "Mine"}, r1={"brand": "Other"})
    said = app.error[0].value.replace("\\", "")
    assert "may have been merged or deleted" in said and "Brand: Mine" in said
    assert value(db, second, "brand") == "Other"


def paste(app: AppTest, rows: int) -> AppTest:
    """Two cells in each of so many rows, as one paste."""
    return edit(app, **{f"r{row}": {"brand": f"B{row}", "name": f"N{row}"} for row in range(rows)})


def test_large_paste_is_shown_before_it_is_saved(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 12)
    app = paste(open_records(order="oldest", kind="product"), 12)
    assert "**24 cells in 12 records** were changed at once" in texts(app)
    assert decisions.list_decisions(db, made[0]) == []
    press(app, "records_paste_save")
    assert [value(db, item, "brand") for item in made] == [f"B{row}" for row in range(12)]
    assert "24 fields in 12 records saved." in texts(app)
    press(app, "records_undo")
    assert all(value(db, item, "brand") != f"B{row}" for row, item in enumerate(made))


def test_large_paste_can_be_discarded(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 12)
    app = press(paste(open_records(order="oldest", kind="product"), 12), "records_paste_discard")
    assert decisions.list_decisions(db, made[0]) == [] and "B0" not in list(table(app)["brand"])
