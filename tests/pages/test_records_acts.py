"""Acts on ticked records, and the export of what the filters show."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.exports import Form, Style
from core.reviewing import review
from core.settings import Settings
from core.store import items, jobs
from core.store.records import find_record
from core.types import Status
from pages.components.records_export import Layout, file_of
from tests.pages.records import Open, again, edit, press, sheet, table, texts, value
from tests.seeding import seed_records
from tests.unit.exports.test_exports import read_rows

# Acts on the ticked rows


def test_last_act_is_taken_back_once(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 2)
    app = open_records(order="oldest", kind="product")
    assert app.button(key="records_undo").disabled
    press(tick(app, 0, 1), "records_accept")
    press(app, "records_undo")
    assert [items.get_item(db, item).status for item in made] == ["review", "review"]
    assert "Taken back in 2 records." in texts(app)
    assert app.button(key="records_undo").disabled


def tick(app: AppTest, *positions: int) -> AppTest:
    return edit(app, **{f"r{position}": {"select": True} for position in positions})


def test_nothing_can_be_done_before_a_row_is_ticked(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_records()
    acts = ("accept", "set", "again", "merge", "split", "delete")
    assert all(app.button(key=f"records_{name}").disabled for name in acts)
    tick(app, 0)
    assert [name for name in acts if not app.button(key=f"records_{name}").disabled] == [
        "accept", "set", "again", "delete",
    ]  # fmt: skip


def test_ticked_records_are_accepted(open_records: Open, db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 3)
    app = press(tick(open_records(order="oldest", kind="product"), 0, 2), "records_accept")
    assert [items.get_item(db, item).status for item in made] == ["verified", "review", "verified"]
    assert "2 records verified." in texts(app)
    assert not table(app)["select"].any(), "the ticks are gone"


def test_edit_and_acceptance_go_together(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    press(edit(open_records(), r0={"select": True, "brand": "New"}), "records_accept")
    assert value(db, item, "brand") == "New"
    assert items.get_item(db, item).status is Status.VERIFIED


def test_record_changed_meanwhile_is_not_accepted_unseen(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_records()
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob")
    press(tick(app, 0), "records_accept")
    assert items.get_item(db, item).status is Status.REVIEW
    assert "changed by bob" in app.error[0].value


def test_whole_page_can_be_ticked_and_unticked(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = open_records()
    next(button for button in app.button if button.label == "Select this page").click()
    assert "**50 records** selected" in texts(again(app))
    edit(app, r0={"select": False})
    assert "**49 records** selected" in texts(app)
    next(button for button in app.button if button.label == "Clear selection").click()
    assert "of **60** records" in texts(again(app))


def test_ticked_records_are_queued_for_another_reading(open_records: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = press(tick(open_records(), 0), "records_again")
    job = jobs.latest_job(db, item)
    assert job is not None and job.payload == {"force": True}
    assert "1 record queued" in texts(app)


def test_merge_is_offered_for_one_kind_only(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2, 1)
    app = open_records(kind="all", order="oldest")
    assert tick(app, 1, 2).button(key="records_merge").disabled
    assert not tick(app, 0, 1).button(key="records_merge").disabled


def test_turning_the_page_forgets_the_ticks(open_records: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 60)
    app = tick(open_records(rows="25", kind="product"), 0, 1)
    app.selectbox(key="records_order_en").set_value("oldest")
    assert "selected" not in texts(again(app))


# Export


def test_download_holds_what_the_filters_show(db: Database, settings: Settings, open_records: Open) -> None:
    made = seed_records(db, settings, 30, 5)
    app = open_records(kind="product", flags="doubts", rows="25")
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
    db: Database, settings: Settings, open_records: Open, lang: str, said: str
) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"name": ""}, reviewer="bob")
    app = open_records(lang, kind="product")
    app.selectbox(key=f"records_export_profile_{lang}").set_value("openfoodfacts")
    again(app).button(key="records_export_check").click()
    assert any(said in warning.value for warning in again(app).warning)


def test_only_layouts_that_take_the_kind_are_offered(db: Database, settings: Settings, open_records: Open) -> None:
    seed_records(db, settings, 1, 1)
    assert open_records(kind="ad").selectbox(key="records_export_profile_en").options == ["ShelfLens (everything)"]
    assert "Shopify" in open_records(kind="all").selectbox(key="records_export_profile_en").options
