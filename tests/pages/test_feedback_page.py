"""The Feedback page in both languages: too little to say, enough to say, filters, and what is listed."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.accuracy import MIN_JUDGED
from core.calibration import LEAST_JUDGED, calibrate
from core.review import accept_record, save_edits
from core.settings import Settings
from core.store.items import create_item
from pages.components.feedback_table import ROWS_PER_PAGE
from tests.pages.app import numbers, open_page
from tests.seeding import seed_records


def open_feedback(lang: str = "en", **params: str) -> AppTest:
    return open_page("feedback", lang, **params)


def verify(db: Database, settings: Settings, products: int, *, wrong: int = 0) -> list[int]:
    """Verifies products; in the first `wrong` of them the name was not right."""
    made = seed_records(db, settings, products)
    for n, item_id in enumerate(made):
        accept_record(db, item_id, {"name": f"B{n}"} if n < wrong else None, reviewer="ann", seconds=10 + n)
    return made


@pytest.mark.parametrize(
    ("lang", "title", "message"),
    [("en", "Feedback", "Nothing has been corrected or verified yet"), ("zh", "反馈", "尚无修改或审核记录")],
)
def test_without_any_decision_it_says_where_to_begin(lang: str, title: str, message: str) -> None:
    app = open_feedback(lang)
    assert app.title[0].value == title and app.info[0].value.startswith(message)
    assert not app.metric and not app.dataframe


@pytest.mark.parametrize(
    ("lang", "needed", "rate"),
    [("en", "17 more are needed", "17 more needed"), ("zh", "还需 17 个", "还需 17 条")],
)
def test_three_decisions_give_no_chart_but_what_is_missing(
    db: Database, settings: Settings, lang: str, needed: str, rate: str
) -> None:
    verify(db, settings, 3, wrong=1)
    app = open_feedback(lang)
    assert needed in app.info[0].value
    assert rate in numbers(app).values() and "%" not in " ".join(numbers(app).values())
    assert not app.get("vega_lite_chart") and len(app.dataframe) == 2


@pytest.mark.parametrize(
    ("lang", "needed", "label"),
    [("en", "40 more are needed", "Calibration error"), ("zh", "还需 40 个", "校准误差")],
)
def test_probabilities_are_plotted_once_enough_values_were_judged(
    db: Database, settings: Settings, lang: str, needed: str, label: str
) -> None:
    verify(db, settings, MIN_JUDGED, wrong=2)
    before = open_feedback(lang)
    assert any(needed in text.value for text in before.markdown)
    assert label not in numbers(before) and len(before.get("vega_lite_chart")) == 1
    verify(db, settings, LEAST_JUDGED, wrong=5)
    calibrate(db)
    after = open_feedback(lang)
    assert "%" in numbers(after)[label] and len(after.get("vega_lite_chart")) == 2


@pytest.mark.parametrize(("lang", "name"), [("en", "Product name"), ("zh", "产品名称")])
def test_enough_decisions_give_accuracy_with_its_interval(
    db: Database, settings: Settings, lang: str, name: str
) -> None:
    verify(db, settings, MIN_JUDGED, wrong=2)
    app = open_feedback(lang)
    assert not app.info and len(app.get("vega_lite_chart")) == 1
    table = app.dataframe[0].value.set_index("field")
    assert table.loc[name, "accuracy"] == "90% (70–97%)" and table.loc[name, "changed"] == 2
    assert {"90% (70–97%)", str(MIN_JUDGED), "2"} <= set(numbers(app).values())


def test_missed_values_stand_apart_from_accuracy(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    accept_record(db, item_id, {"storage": "阴凉处"}, reviewer="ann")
    storage = open_feedback().dataframe[0].value.set_index("field").loc["Storage"]
    assert (storage["judged"], storage["missed"], storage["accuracy"]) == (0, 1, f"{MIN_JUDGED} more needed")


def test_list_links_to_the_record_and_shows_the_place_on_the_photo(db: Database, settings: Settings) -> None:
    (item_id,) = verify(db, settings, 1, wrong=1)
    row = open_feedback().dataframe[1].value.iloc[0]
    assert (row["before"], row["after"], row["reviewer"]) == ("燕麦片 No. 0", "B0", "ann")
    assert row["record"] == f"/review?item={item_id}&lang=English#B0"
    assert row["crop"] == f"/crop/{0:064x}.jpg?box=20,64,200,82"


def test_record_nothing_was_read_of_is_listed_like_any_other(db: Database) -> None:
    accept_record(db, create_item(db, kind="auto"), {"name": "B"}, reviewer="ann")
    app = open_feedback()
    assert list(app.dataframe[1].value["field"]) == ["Product name"]


def test_filters_come_from_the_address(db: Database, settings: Settings) -> None:
    made = verify(db, settings, 3, wrong=2)
    save_edits(db, made[2], {"name": "C"}, reviewer="wei")
    app = open_feedback(feedback_reviewer="wei")
    assert app.selectbox(key="feedback_reviewer").value == "wei"
    assert list(app.dataframe[-1].value["after"]) == ["C"]


def test_filter_that_nothing_passes_says_so(db: Database, settings: Settings) -> None:
    verify(db, settings, 2, wrong=1)
    app = open_feedback()
    app.selectbox(key="feedback_kind").set_value("ad").run()
    assert not app.exception
    assert app.info[-1].value == "No correction passes these filters." and numbers(app)["Verified records"] == "0"


def test_field_filter_offers_the_fields_of_the_kind(db: Database, settings: Settings) -> None:
    verify(db, settings, 1)
    app = open_feedback()
    app.selectbox(key="feedback_kind").set_value("ad").run()
    offered = app.selectbox(key="feedback_field").options
    assert "Headline" in offered and "Barcode (GTIN)" not in offered


def test_figures_follow_a_new_decision(db: Database, settings: Settings) -> None:
    made = verify(db, settings, 2)
    app = open_feedback()
    assert numbers(app)["Corrections"] == "0"
    save_edits(db, made[0], {"name": "B"}, reviewer="ann")
    app.run()
    assert numbers(app)["Corrections"] == "1" and list(app.dataframe[1].value["after"]) == ["B"]


def test_long_list_is_shown_by_pages(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    for n in range(ROWS_PER_PAGE + 1):
        save_edits(db, item_id, {"name": f"B{n}"}, reviewer="ann")
    app = open_feedback()
    assert len(app.dataframe[-1].value) == ROWS_PER_PAGE
    app.session_state["feedback_page"] = 2
    app.run()
    assert not app.exception and list(app.dataframe[-1].value["after"]) == ["B0"]
