"""The Home page: a welcome first, then the state of the work."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.incoming.intake import read_again
from core.incoming.samples import list_samples
from core.reviewing.review import accept_record, flag_record
from core.settings import Settings
from core.store import items, jobs
from core.store.db import write
from core.store.records import count_records
from core.types import Bilingual, Status
from pages.components.upload_run import KEY as RUN
from tests.pages.app import WAIT_S, numbers, open_page
from tests.seeding import seed_records


def open_home(lang: str = "en") -> AppTest:
    return open_page("home", lang)


@pytest.mark.parametrize(
    ("lang", "title", "button"),
    [("en", "Welcome to ShelfLens", "Load the samples"), ("zh", "欢迎使用 ShelfLens", "载入示例")],
)
def test_newcomer_is_told_what_it_does_and_offered_the_samples(lang: str, title: str, button: str) -> None:
    app = open_home(lang)
    assert app.title[0].value == title and app.button(key="home_samples").label == button
    steps = [markdown.value for markdown in app.markdown if "**" in markdown.value]
    assert len(steps) == 3 and not app.metric


def test_one_click_loads_the_samples_and_shows_the_dashboard(db: Database) -> None:
    app = open_home()
    app.button(key="home_samples").click().run()
    app.session_state[RUN].wait(WAIT_S)
    app.run()
    assert not app.exception and count_records(db) == len(list_samples())
    assert app.title[0].value == "Home" and "Waiting for review" in numbers(app)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_dashboard_counts_what_waits_and_what_was_done(db: Database, settings: Settings, lang: str) -> None:
    a, b, c, d, _ = seed_records(db, settings, 5)
    accept_record(db, a, reviewer="x")
    accept_record(db, b, {"brand": "Corrected"}, reviewer="x")
    flag_record(db, c, "blurred", reviewer="x")
    with write(db):
        items.set_status(db, d, Status.FAILED, error=Bilingual(en="Engine broke.", zh="引擎故障。"))
        db.conn.execute("UPDATE records SET status = 'failed' WHERE item_id = ?", (d,))
    app = open_home(lang)
    assert list(numbers(app).values()) == ["1", "2", "50%", "1", "1"]
    assert ("引擎故障" if lang == "zh" else "Engine broke") in "".join(m.value for m in app.markdown)


def test_share_is_a_dash_before_the_first_verified_record(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 1)
    assert numbers(open_home())["Right as read"] == "–"


def test_review_is_offered_only_while_something_waits(db: Database, settings: Settings) -> None:
    (only,) = seed_records(db, settings, 1)
    assert not open_home().button(key="home_review").disabled
    accept_record(db, only, reviewer="x")
    app = open_home()
    assert app.button(key="home_review").disabled
    assert "Nothing waits for review." in [info.value for info in app.info]


def test_progress_is_shown_only_while_something_is_read(db: Database, settings: Settings) -> None:
    read_again(db, seed_records(db, settings, 2))
    app = open_home()
    assert "2 waiting" in app.get("progress")[0].proto.text
    while job := jobs.claim(db, "w", lease_s=30, max_attempts=3):
        jobs.finish(db, job.id, "w", jobs.JobState.DONE, ms=100)
    app.run()
    assert not app.get("progress") and not open_home().get("progress")


def test_upload_button_leads_to_the_upload_page() -> None:
    app = open_home()
    app.button(key="home_upload").click().run()
    assert app.title[0].value == "Upload" and not app.exception
