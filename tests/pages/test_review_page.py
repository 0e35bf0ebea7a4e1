"""The Review page run without a browser: what it shows, and what its buttons and editors do to the store."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core import review
from core.calibration import LEAST_JUDGED, calibrate
from core.errors import EngineFailed
from core.intake import Batch, Upload, accept
from core.readers.script import NOTES
from core.settings import ROOT, Settings
from core.store import decisions, items
from core.store.decisions import Action
from core.store.jobs import latest_job
from core.store.records import find_record
from core.store.runs import latest_prediction, put_prediction, put_readings
from core.types import Bilingual, Readings, Script, Source, Status
from tests.pages.app import WAIT_S
from tests.seeding import picture, seed_records

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(settings: Settings) -> Open:
    """Runs the Review page: `open_page(item=3, lang="zh")`."""

    def run(item: int | None = None, lang: str = "en") -> AppTest:
        app = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=WAIT_S)
        app.session_state["lang"] = lang
        app.switch_page("pages/review.py")
        if item is not None:
            app.query_params["item"] = str(item)
        app.run()
        assert not app.exception
        return app

    return run


def texts(app: AppTest) -> str:
    """Everything the page says, editors apart."""
    elements = [*app.markdown, *app.caption, *app.text, *app.error, *app.warning, *app.info, *app.subheader]
    return "\n".join(str(element.value) for element in elements)


def test_shows_the_most_urgent_record_with_every_field(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 12)
    app = open_page()
    item = review.next_item(db)
    schema = review.load_record(db, item or 0).schema
    assert {editor.key for editor in [*app.text_input, *app.text_area]} == {f"fld_{item}_{key}" for key in schema.keys}
    assert app.text_input(key=f"fld_{item}_net_content").value == review.load_record(db, item or 0).text("net_content")
    assert "**12** waiting · **0** verified today" in texts(app)


@pytest.mark.parametrize(("lang", "said"), [("en", "Script not supported"), ("zh", "不支持的文字")])
def test_a_photo_in_an_unknown_script_says_so_above_its_fields(
    open_page: Open, db: Database, settings: Settings, lang: str, said: str
) -> None:
    item = seed_records(db, settings, 1)[0]
    blob = items.list_photos(db, item)[0].blob
    unread = Readings(width=320, height=240, script=Script.UNREAD, notes=(NOTES[Script.UNREAD],))
    put_readings(db, blob, "a later reader", unread)
    assert said in texts(open_page(item, lang))


def test_a_calibrated_value_shows_its_probability_and_one_without_decisions_does_not(
    open_page: Open, db: Database, settings: Settings
) -> None:
    first, *others = seed_records(db, settings, LEAST_JUDGED + 1, photos=2)
    assert "sure]" in texts(open_page(first)) and "%]" not in texts(open_page(first))
    for number, item in enumerate(others):
        review.accept_record(db, item, {"name": "another"} if number % 5 == 0 else None, reviewer="ann")
    calibrate(db)
    assert re.search(r"sure \d\d%\]", texts(open_page(first)))


def test_address_opens_its_item(open_page: Open, db: Database, settings: Settings) -> None:
    seeded = seed_records(db, settings, 5)
    app = open_page(item=seeded[3])
    assert "燕麦片 No. 3" in texts(app)


def test_unknown_item_is_explained_and_left_by_a_click(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page(item=999)
    assert "'999' does not exist" in texts(app)
    next(button for button in app.button if button.label == "Next record").click().run()
    assert "to review" in texts(app)


@pytest.mark.parametrize("address", ["abc", "-1", "1.5", ""])
def test_senseless_address_opens_the_next_item(open_page: Open, db: Database, settings: Settings, address: str) -> None:
    seed_records(db, settings, 1)
    app = open_page(item=address)  # type: ignore[arg-type]
    assert "燕麦片 No. 0" in texts(app)


def test_accept_verifies_and_brings_the_next(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3)
    app = open_page()
    item = review.next_item(db) or 0
    app.button(key=f"accept_{item}").click().run()
    assert items.get_item(db, item).status is Status.VERIFIED
    assert "**2** waiting · **1** verified today" in texts(app)
    assert app.button(key=f"accept_{review.next_item(db)}") is not None


def test_edit_is_saved_and_checked_at_once(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    assert "check digit" in texts(app)
    app.text_input(key=f"fld_{item}_gtin").set_value("2000000000008").run()
    assert "check digit" not in texts(app)
    assert [entry.action for entry in decisions.list_decisions(db, item)] == [Action.CORRECT]
    app.button(key=f"undo_{item}_gtin").click().run()
    assert "check digit" in texts(app)
    assert app.text_input(key=f"fld_{item}_gtin").value == "2000000000000"


def test_value_is_shown_as_understood(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    app.text_input(key=f"fld_{item}_production_date").set_value("2026年3月7日").run()
    assert app.text_input(key=f"fld_{item}_production_date").value == "2026-03-07"


def test_emptied_field_is_not_on_the_label(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    app.text_area(key=f"fld_{item}_claims").set_value("").run()
    assert "not on label" in texts(app)
    record = find_record(db, item)
    assert record is not None
    assert record.fields["claims"].value is None


def test_conflict_keeps_typing_and_shows_both(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    version = review.save_edits(db, item, {"brand": "Theirs"}, reviewer="bob")
    app.text_input(key=f"fld_{item}_brand").set_value("Mine").run()
    assert "was changed by bob" in texts(app)
    app.button(key=f"accept_{item}").click().run()
    assert items.get_item(db, item).status is Status.REVIEW
    app.button(key=f"load_{item}_{version}").click().run()
    assert app.text_input(key=f"fld_{item}_brand").value == "Mine"
    assert "Theirs" in texts(app)
    app.button(key=f"accept_{item}").click().run()
    record = find_record(db, item)
    assert record is not None
    assert (record.status, record.fields["brand"].value) == (Status.VERIFIED, "Mine")


def test_other_photos_value_is_taken_by_a_click(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    known = latest_prediction(db, item)
    assert known is not None
    other = {"value": 450, "unit": "g", "raw": "450克", "photo": 1}
    field = known.fields["net_content"].model_copy(update={"alternatives": (other,)})
    put_prediction(db, known.model_copy(update={"fields": {**known.fields, "net_content": field}}))
    app = open_page()
    assert "450 g" in texts(app)
    next(button for button in app.button if str(button.key).startswith(f"use_{item}_net_content")).click().run()
    assert app.text_input(key=f"fld_{item}_net_content").value == "450 g"


@pytest.mark.parametrize(("lang", "who"), [("en", "By model:"), ("zh", "模型：")])
def test_another_readers_value_stands_with_its_name_once_and_is_taken_by_a_click(
    open_page: Open, db: Database, settings: Settings, lang: str, who: str
) -> None:
    (item,) = seed_records(db, settings, 1)
    known = latest_prediction(db, item)
    assert known is not None
    said = [{"value": 450, "unit": "g", "raw": raw, "source": "vlm"} for raw in ("450克", "450 g")]
    more = {"alternatives": tuple(said), "sources": (Source.OCR, Source.VLM)}
    field = known.fields["net_content"].model_copy(update=more)
    put_prediction(db, known.model_copy(update={"fields": {**known.fields, "net_content": field}}))
    app = open_page(lang=lang)
    assert texts(app).count(who) == 1
    next(button for button in app.button if str(button.key).startswith(f"use_{item}_net_content")).click().run()
    assert app.text_input(key=f"fld_{item}_net_content").value == "450 g"


def test_undo_brings_the_accepted_record_back(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page()
    first = review.next_item(db) or 0
    app.button(key=f"accept_{first}").click().run()
    app.button(key=f"undo_{review.next_item(db)}").click().run()
    assert items.get_item(db, first).status is Status.REVIEW
    assert app.button(key=f"undo_{first}").disabled


def test_skipped_records_come_back_on_demand(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    app.button(key=f"skip_{item}").click().run()
    assert "Only the record you skipped is left." in texts(app)
    next(button for button in app.button if button.label == "Review what was skipped").click().run()
    assert app.button(key=f"skip_{item}") is not None


def test_flag_asks_for_a_reason_first(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    app.button(key=f"flag_{item}").click().run()
    assert app.radio[0].options[0] == "Photo cannot be read"
    assert items.get_item(db, item).status is Status.REVIEW


def test_flagged_record_says_why_and_can_be_reopened(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.flag_record(db, item, "two *labels* in one photo", reviewer="bob")
    app = open_page(item=item)
    assert "two *labels* in one photo" in [element.value for element in app.text]
    app.button(key=f"reopen_{item}").click().run()
    assert items.get_item(db, item).status is Status.REVIEW


def test_failed_record_says_why_and_can_be_read_again(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    error = EngineFailed(engine="ocr", name="milk.jpg", reason="RuntimeError: out of memory").message
    items.set_status(db, item, Status.FAILED, error=error)
    app = open_page(item=item)
    assert "out of memory" in texts(app)
    app.button(key=f"read_again_{item}").click().run()
    job = latest_job(db, item)
    assert job is not None
    assert job.payload == {"force": True}
    assert app.button(key=f"accept_{item}").disabled


def test_history_tells_who_changed_what(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.accept_record(db, item, {"net_content": "800 g"}, reviewer="ann", seconds=12)
    app = open_page(item=item)
    assert "History (2)" in [expander.label for expander in app.expander]
    lines = [element.value.split(" · ", 1)[1] for element in app.text if " · ann · " in element.value]
    assert lines[0] == "ann · verified (12 s)"
    assert lines[1].startswith("ann · Net content: ")
    assert lines[1].endswith(" g → 800 g")


def test_empty_queue_says_so(open_page: Open, db: Database) -> None:
    app = open_page()
    assert "All done: nothing waits for review." in texts(app)


@pytest.mark.parametrize("kind", ["product", "ad"])
def test_page_is_chinese_throughout_when_asked(open_page: Open, db: Database, settings: Settings, kind: str) -> None:
    (item,) = seed_records(db, settings, *((1, 0) if kind == "product" else (0, 1)))
    app = open_page(lang="zh")
    schema = review.load_record(db, item).schema
    labels = {editor.label for editor in [*app.text_input, *app.text_area]}
    assert labels == {spec.zh for spec in schema.fields if spec.type != "palette"}
    assert "待审" in texts(app)
    assert app.button(key=f"accept_{item}").label.startswith("通过并下一条")


def test_errors_of_core_speak_the_chosen_language(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    items.set_status(db, item, Status.FAILED, error=Bilingual(en="broken", zh="已损坏"))
    assert "已损坏" in texts(open_page(item=item, lang="zh"))


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Only the first of its 2 frames"), ("zh", "共 2 帧（页），仅使用第一帧")]
)
def test_says_what_was_done_to_a_photo_when_it_came(
    open_page: Open, db: Database, settings: Settings, lang: str, said: str
) -> None:
    first, second = (Image.open(io.BytesIO(picture(number))) for number in (1, 2))
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=[second])
    (outcome,) = accept(db, settings, [Upload("two frames.gif", out.getvalue())], Batch())
    assert said in texts(open_page(outcome.item_id, lang))


def test_a_record_that_somebody_else_has_open_is_skipped_named_and_can_be_taken_over(
    open_page: Open, db: Database, settings: Settings
) -> None:
    seed_records(db, settings, 2)
    first = review.take_next(db, "bob")
    assert first is not None
    assert f"Record {first}" not in texts(open_page())
    app = open_page(first)
    assert "In review by bob" in texts(app)
    assert app.button(key=f"accept_{first}").disabled
    app.button(key=f"take_over_{first}").click().run()
    assert "In review by" not in texts(app)
    app.button(key=f"accept_{first}").click().run()
    assert items.get_item(db, first).status is Status.VERIFIED


def test_says_that_what_is_left_is_in_review_by_others(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    review.accept_record(db, review.take_next(db, "bob") or 0, reviewer="bob")
    assert review.take_next(db, "bob") is not None
    assert "The only record left is in review by somebody else." in texts(open_page())


def test_the_history_leads_back_to_the_value_before_a_change(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    for text in ("First", "Second"):
        review.save_edits(db, item, {"brand": text}, reviewer="bob")
    second = decisions.list_decisions(db, item)[-1].id
    app = open_page(item)
    assert "bob · Brand: First → Second" in texts(app)
    app.button(key=f"restore_{item}_{second}").click().run()
    assert app.text_input(key=f"fld_{item}_brand").value == "First"
    assert "tester · Brand: Second → First" in texts(app)
    assert f"restore_{item}_{second}" not in {button.key for button in app.button}, "nothing to restore any more"
