"""The Review page run without a browser: what it shows, and what its buttons and editors do to the store."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.errors import EngineFailed
from core.incoming.intake import Batch, Upload, accept
from core.learning.calibration import LEAST_JUDGED, calibrate
from core.readers.script import NOTES
from core.reviewing import review
from core.reviewing.queue import next_item, take_next
from core.settings import ROOT, Settings
from core.store import decisions, items
from core.store.jobs import latest_job
from core.store.records import find_record
from core.store.runs import put_readings
from core.types import Bilingual, Readings, Script, Status
from tests.pages.app import WAIT_S
from tests.pages.sheet import act, fields, sheet
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
    item = next_item(db)
    schema = review.load_record(db, item or 0).schema
    assert {key for group in sheet(app)["groups"] for key in group["fields"]} == set(schema.keys) == set(fields(app))
    assert fields(app)["net_content"]["text"] == review.load_record(db, item or 0).text("net_content")
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
    assert fields(open_page(first))["name"]["likely"] is None
    for number, item in enumerate(others):
        review.accept_record(db, item, {"name": "another"} if number % 5 == 0 else None, reviewer="ann")
    calibrate(db)
    assert re.fullmatch(r"\d\d%", fields(open_page(first))["name"]["likely"])


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
    item = next_item(db) or 0
    act(app, "accept")
    assert items.get_item(db, item).status is Status.VERIFIED
    assert "**2** waiting · **1** verified today" in texts(app)
    assert sheet(app)["item"] == next_item(db)


def test_what_is_typed_is_saved_with_whatever_is_done(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 3)
    app = open_page()
    first = sheet(app)["item"]
    act(app, "accept", brand="Accepted")
    second = sheet(app)["item"]
    act(app, "skip", brand="Skipped")
    third = sheet(app)["item"]
    act(app, "flag", brand="Flagged", reason="blurred")
    assert [review.load_record(db, item).text("brand") for item in (first, second, third)] == [
        "Accepted", "Skipped", "Flagged",
    ]  # fmt: skip
    assert [items.get_item(db, item).status for item in (first, second, third)] == [
        Status.VERIFIED, Status.REVIEW, Status.FLAGGED,
    ]  # fmt: skip


def test_emptied_field_is_not_on_the_label(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"claims": ""}, reviewer="ann")
    assert fields(open_page())["claims"]["absent"]


def test_a_conflict_is_told_and_nothing_is_accepted_before_it_was_looked_at(
    open_page: Open, db: Database, settings: Settings
) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    version = review.save_edits(db, item, {"brand": "Theirs"}, reviewer="bob")
    act(app, "accept", brand="Mine")
    assert "was changed by bob" in texts(app)
    assert sheet(app)["stale"]
    assert items.get_item(db, item).status is Status.REVIEW
    app.button(key=f"load_{item}_{version}").click().run()
    assert not sheet(app)["stale"]
    assert fields(app)["brand"]["text"] == "Theirs"
    act(app, "accept", brand="Mine")
    record = find_record(db, item)
    assert record is not None
    assert (record.status, record.fields["brand"].value) == (Status.VERIFIED, "Mine")


def test_a_text_that_is_too_long_stops_the_act_and_says_so(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    act(app, "accept", brand="x" * 1_048_576)
    assert "Brand: the text has 1,048,576 characters" in texts(app).replace("\\", "")
    assert items.get_item(db, item).status is Status.REVIEW
    assert sheet(app)["item"] == item


def test_undo_brings_the_accepted_record_back(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page()
    first = next_item(db) or 0
    act(app, "accept")
    assert sheet(app)["can_undo"]
    act(app, "undo")
    assert items.get_item(db, first).status is Status.REVIEW
    assert (sheet(app)["item"], sheet(app)["can_undo"]) == (first, False)


def test_skipped_records_come_back_on_demand(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    app = open_page()
    act(app, "skip")
    assert "Only the record you skipped is left." in texts(app)
    next(button for button in app.button if button.label == "Review what was skipped").click().run()
    assert sheet(app)["item"] == item


def test_the_queue_can_be_narrowed_and_the_rest_comes_back(open_page: Open, db: Database, settings: Settings) -> None:
    *products, first, second = seed_records(db, settings, 2, 2)
    app = open_page()
    assert sheet(app)["item"] in products
    app.selectbox(key="review_queue_kind_en").set_value("ad").run()
    assert "Only Ads" in [block.proto.popover.label for block in app.get("popover")]
    for wanted in (first, second):
        assert sheet(app)["item"] == wanted
        act(app, "accept")
    assert "Nothing that you chose waits for review." in texts(app)
    next(button for button in app.button if button.label == "Show the whole queue").click().run()
    assert sheet(app)["item"] in products
    assert "**2** waiting" in texts(app)


def test_the_open_record_stays_when_it_is_among_the_chosen(open_page: Open, db: Database, settings: Settings) -> None:
    last = seed_records(db, settings, 3)[-1]
    app = open_page(item=last)
    app.selectbox(key="review_queue_kind_en").set_value("product").run()
    assert sheet(app)["item"] == last
    brand = review.load_record(db, last).text("brand")
    app.selectbox(key="review_queue_brand_en").set_value(brand).run()
    app.selectbox(key="review_queue_kind_en").set_value("ad").run()  # a kind in which nobody has that brand
    assert not app.exception
    assert "Nothing that you chose waits for review." in texts(app)


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
    assert sheet(app)["unread"]
    act(app, "accept")
    assert items.get_item(db, item).status is Status.QUEUED


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
    assert {spec["label"] for spec in sheet(app)["specs"].values()} == {spec.zh for spec in schema.fields}
    assert "待审" in texts(app)
    assert sheet(app)["keys"][0]["label"] == "通过并下一条"
    assert sheet(app)["lang"] == "zh"


def test_codes_come_with_their_names(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 1)
    specs = sheet(open_page(lang="zh"))["specs"]
    assert specs["price"]["names"].items() >= {"current": "现价", "original": "原价", "bundle": "组合价"}.items()
    assert specs["emotion"]["names"]["urgency"] == "紧迫" and specs["audience"]["names"]["women"] == "女性"
    assert specs["headline"]["names"] == {}
    assert sheet(open_page(lang="en"))["specs"]["price"]["names"]["final"] == "Final price"


def test_history_says_codes_in_words(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 0, 1)
    review.accept_record(db, item, {"price": "99 CNY final", "emotion": "trust\n信任"}, reviewer="ann")
    said = texts(open_page(item=item, lang="zh"))
    assert "→ 99 CNY 到手价" in said and "CNY 现价 / " in said
    assert "→ 信任安心 / 信任" in said


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
    first = take_next(db, "bob")
    assert first is not None
    assert f"Record {first}" not in texts(open_page())
    app = open_page(first)
    assert "In review by bob" in texts(app)
    assert sheet(app)["held"]
    act(app, "accept")
    assert items.get_item(db, first).status is Status.REVIEW
    app.button(key=f"take_over_{first}").click().run()
    assert "In review by" not in texts(app)
    act(app, "accept")
    assert items.get_item(db, first).status is Status.VERIFIED


def test_says_that_what_is_left_is_in_review_by_others(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    review.accept_record(db, take_next(db, "bob") or 0, reviewer="bob")
    assert take_next(db, "bob") is not None
    assert "The only record left is in review by somebody else." in texts(open_page())


def test_the_history_leads_back_to_the_value_before_a_change(open_page: Open, db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    for text in ("First", "Second"):
        review.save_edits(db, item, {"brand": text}, reviewer="bob")
    second = decisions.list_decisions(db, item)[-1].id
    app = open_page(item)
    assert "bob · Brand: First → Second" in texts(app)
    app.button(key=f"restore_{item}_{second}").click().run()
    assert fields(app)["brand"]["text"] == "First"
    assert "tester · Brand: Second → First" in texts(app)
    assert f"restore_{item}_{second}" not in {button.key for button in app.button}, "nothing to restore any more"


def test_says_why_the_record_comes_now_and_how_the_day_goes(open_page: Open, db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)
    app = open_page()
    assert "Why now: marked as high value, 2 fields in doubt" in texts(app)
    act(app, "accept")
    assert "**1** verified today · you: 1, 0 s each" in texts(app)
    assert "Why now: 1 field in doubt" in texts(app)


def test_a_clock_that_is_set_back_does_not_turn_the_history_round(
    open_page: Open, db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = seed_records(db, settings, 1)
    for day, text in (("2026-05-02", "First"), ("2026-05-01", "Second")):
        monkeypatch.setattr("core.store.decisions.now", lambda day=day: f"{day}T00:00:00Z")
        review.save_edits(db, item, {"brand": text}, reviewer="ann")
    said = [line for line in texts(open_page(item)).splitlines() if "Brand:" in line]
    assert ["→ Second" in line for line in said] == [True, False], "newest first, by what followed what"
    assert review.load_record(db, item).text("brand") == "Second"
