"""The Upload page, used without a browser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.incoming.intake import State
from core.settings import Settings
from core.store import items, jobs
from core.store.items import PRIORITY_HIGH
from core.store.records import Filters, list_records
from core.types import Status
from pages.components.i18n import escape
from pages.components.progress import time_left
from pages.components.upload_run import KEY as RUN
from pages.components.upload_sources import SLOW_FROM
from tests.pages.app import WAIT_S, open_page
from tests.seeding import picture, seed_records


def open_upload(lang: str = "en") -> AppTest:
    return open_page("upload", lang)


def add_files(app: AppTest, *files: tuple[str, bytes], where: str = "files") -> AppTest:
    """Drops files, presses the button, and waits until all of them have their outcome."""
    drop_files(app, *files, where=where)
    app.button(key=f"upload_take_{where}").click().run()
    app.session_state[RUN].wait(WAIT_S)
    app.run()
    assert not app.exception
    return app


def drop_files(app: AppTest, *files: tuple[str, bytes], where: str = "files") -> AppTest:
    uploader = app.file_uploader(key=f"upload_{where}_{app.session_state['upload_round']}")
    uploader.set_value([(name, data, "image/jpeg") for name, data in files]).run()
    return app


def shown(app: AppTest) -> str:
    """Every text on the page."""
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.warning, app.error, app.info)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


@pytest.mark.parametrize(
    ("lang", "title", "button", "counts"),
    [
        ("en", "Upload", "Add 3 files", ["1 stored", "1 duplicate", "1 refused"]),
        ("zh", "上传", "添加 3 个文件", ["1 张已保存", "1 张重复", "1 个被拒"]),
    ],
)
def test_every_file_gets_its_outcome_in_the_readers_language(
    lang: str, title: str, button: str, counts: list[str]
) -> None:
    files = [("奶粉.jpg", picture(1)), ("again.jpg", picture(1)), ("empty.jpg", b"")]
    app = drop_files(open_upload(lang), *files)
    assert app.title[0].value == title and app.button(key="upload_take_files").label == button
    add_files(app, *files)
    assert all(count in shown(app) for count in counts)
    table = app.dataframe[0].value
    assert list(table["name"]) == ["empty.jpg", "again.jpg", "奶粉.jpg"]
    assert ("空文件" if lang == "zh" else "0 bytes") in table["remark"].iloc[0]
    assert table["item"].iloc[1] == f"/review?item=1&lang={lang}"


def test_uploader_is_empty_again_after_its_files_were_taken() -> None:
    app = add_files(open_upload(), ("a.jpg", picture(1)))
    assert app.session_state["upload_round"] == 1
    assert app.button(key="upload_take_files").disabled


def test_choices_of_the_form_reach_the_item(db: Database, settings: Settings) -> None:
    known = seed_records(db, settings, 0, 3)  # AppTest can only choose what is offered
    app = open_upload()
    app.segmented_control(key="upload_kind").set_value("ad")
    app.segmented_control(key="upload_grouping").set_value("one")
    app.segmented_control(key="upload_priority").set_value("high")
    app.selectbox(key="upload_brand").set_value("Lumina")
    app.selectbox(key="upload_campaign").set_value("autumn 1")
    add_files(app, ("a.jpg", picture(101)), ("b.jpg", picture(102)))
    (record,) = (record for record in list_records(db) if record.item_id not in known)
    item = items.get_item(db, record.item_id)
    assert (item.kind, item.competitor, item.campaign, item.priority) == ("ad", "Lumina", "autumn 1", PRIORITY_HIGH)
    assert record.photos == 2


@pytest.mark.parametrize(("choice", "explained"), [("stem", "milk_front.jpg"), ("one", "one product")])
def test_grouping_is_explained_in_one_line(choice: str, explained: str) -> None:
    app = open_upload()
    app.segmented_control(key="upload_grouping").set_value(choice).run()
    assert any(explained in caption.value for caption in app.caption)


def test_outcomes_survive_a_change_of_page_until_they_are_cleared() -> None:
    app = add_files(open_upload(), ("a.jpg", picture(1)))
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/upload.py").run()
    assert "1 stored" in shown(app)
    app.button(key="upload_clear").click().run()
    assert "1 stored" not in shown(app) and not app.exception


def test_upload_goes_on_when_the_page_is_left_at_once(db: Database) -> None:
    app = drop_files(open_upload(), *((f"{n}.jpg", picture(n, (900, 700))) for n in range(8)))
    app.button(key="upload_take_files").click().run()
    app.switch_page("pages/home.py").run()
    app.session_state[RUN].wait(WAIT_S)
    assert app.session_state[RUN].counts[State.STORED] == len(list_records(db)) == 8


def test_progress_counts_the_photos_in_a_zip() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(3):
            archive.writestr(f"{n}.jpg", picture(n))
    app = add_files(open_upload(), ("photos.zip", packed.getvalue()), ("single.jpg", picture(9)))
    assert app.session_state[RUN].expected == app.session_state[RUN].ended == 4


def test_folder_upload_leaves_the_systems_own_files_out() -> None:
    files = [("shop/a.jpg", picture(1)), ("shop/Thumbs.db", b"x"), ("shop/.DS_Store", b"x")]
    app = add_files(open_upload(), *files, where="folder")
    assert list(app.dataframe[0].value["name"]) == ["a.jpg"]


def test_many_files_bring_the_advice_to_pack_a_zip() -> None:
    files = [(f"{n}.jpg", b"x") for n in range(SLOW_FROM)]
    app = drop_files(open_upload(), *files)
    assert not app.warning
    drop_files(app, *files, ("more.jpg", b"x"))
    assert "ZIP" in app.warning[0].value and str(SLOW_FROM) in app.warning[0].value


def test_look_alike_is_shown_beside_the_earlier_photo_and_can_be_merged(db: Database, photos: Path) -> None:
    names = ["ad_silkdress_168_zh.jpg", "ad_silkdress_168_zh_small.jpg"]
    app = add_files(open_upload(), *((name, (photos / name).read_bytes()) for name in names))
    assert "1 looks like an earlier one" in shown(app) and "Look almost the same" in shown(app)
    app.button(key="upload_merge_2_1").click().run()
    (record,) = list_records(db)
    assert (record.item_id, record.photos) == (1, 2) and not app.exception


def test_addresses_that_cannot_be_fetched_are_refused_with_a_reason() -> None:
    app = open_upload()
    app.text_area(key="upload_urls_text").set_value("http://127.0.0.1:9/poster.jpg\nnot an address")
    next(button for button in app.button if button.label == "Fetch and add").click().run()
    app.session_state[RUN].wait(WAIT_S)
    app.run()
    assert "2 refused" in shown(app) and all(app.dataframe[0].value["remark"])


def test_empty_list_of_addresses_says_what_to_do() -> None:
    app = open_upload("zh")
    next(button for button in app.button if button.label == "抓取并添加").click().run()
    assert "每行粘贴一个" in app.warning[0].value


def test_queue_position_and_cancel_of_one_and_of_all(db: Database) -> None:
    app = add_files(open_upload(), *((f"{n}.jpg", picture(n)) for n in range(3)))
    assert "2 items before it" in shown(app)
    app.button(key="progress_cancel_1").click().run()
    assert jobs.progress(db).queued == 2 and "Reading was cancelled" in shown(app).replace("\\", "")
    app.button(key="progress_cancel_all").click().run()
    assert jobs.progress(db).queued == 0 and not app.exception


def test_end_of_reading_is_said_with_the_way_to_review(db: Database) -> None:
    app = add_files(open_upload(), ("a.jpg", picture(1)), ("b.jpg", picture(2)))
    assert "2 waiting" in app.get("progress")[0].proto.text
    assert not any(button.key == "progress_review" for button in app.button)
    while job := jobs.claim(db, "w", lease_s=30, max_attempts=3):
        jobs.finish(db, job.id, "w", jobs.JobState.DONE, ms=100)
    app.run()
    assert "2 read" in app.get("progress")[0].proto.text
    app.button(key="progress_review").click().run()
    assert not app.exception and not app.file_uploader  # the Upload page is left


def test_failed_item_can_be_read_again(db: Database) -> None:
    app = add_files(open_upload(), ("a.jpg", picture(1)))
    app.button(key="progress_cancel_all").click().run()
    app.button(key="progress_again_1").click().run()
    assert items.get_item(db, 1).status is Status.QUEUED and not app.exception
    assert list_records(db, Filters(status=Status.FAILED)) == []


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (None, "not known", "不可知"),
        (1, "about 5 seconds", "5 秒"),
        (42, "about 40 seconds", "40 秒"),
        (55, "about 1 minute left", "1 分钟"),
        (900, "about 15 minutes", "15 分钟"),
        (7300, "about 2 hours", "2 小时"),
    ],
)
def test_time_left_is_told_in_words(seconds: float | None, en: str, zh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for lang, expected in (("en", en), ("zh", zh)):
        monkeypatch.setattr("pages.components.i18n.language", lambda lang=lang: lang)
        assert expected in time_left(seconds)


def test_text_of_a_file_name_is_no_markup() -> None:
    assert escape("a_b*[x](y)") == r"a\_b\*\[x\]\(y\)"
