"""The Feedback page in both languages: too little to say, enough to say, filters, and what is listed."""

from __future__ import annotations

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.autoaccept import refresh_offers, turn_on
from core.autoaccept.audit import ITSELF
from core.learning.accuracy import MIN_JUDGED
from core.learning.calibration import LEAST_JUDGED, calibrate
from core.reviewing.review import accept_record, save_edits
from core.settings import Settings
from core.store.autoaccept import end_rule, list_active
from core.store.items import create_item
from core.types import Bilingual
from pages.components.feedback_filters import PARTS
from pages.components.feedback_table import ROWS_PER_PAGE
from tests.learning import as_fields, gtin, verified
from tests.pages.app import numbers, open_page
from tests.seeding import seed_records
from tests.unit.learning.test_autoaccept import judge


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
    before = open_feedback(lang, feedback_part="trust")
    assert any(needed in text.value for text in before.markdown)
    assert label not in numbers(before) and not before.get("vega_lite_chart")
    verify(db, settings, LEAST_JUDGED, wrong=5)
    calibrate(db)
    after = open_feedback(lang, feedback_part="trust")
    assert "%" in numbers(after)[label] and len(after.get("vega_lite_chart")) == 1


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
    row = open_feedback(feedback_part="corrections").dataframe[0].value.iloc[0]
    assert (row["before"], row["after"], row["reviewer"]) == ("燕麦片 No. 0", "B0", "ann")
    assert row["record"] == f"/review?item={item_id}&lang=English#B0"
    assert row["crop"] == f"/crop/{0:064x}.jpg?box=20,64,200,82"


def test_record_nothing_was_read_of_is_listed_like_any_other(db: Database) -> None:
    accept_record(db, create_item(db, kind="auto"), {"name": "B"}, reviewer="ann")
    app = open_feedback(feedback_part="corrections")
    assert list(app.dataframe[0].value["field"]) == ["Product name"]


def test_filters_come_from_the_address(db: Database, settings: Settings) -> None:
    made = verify(db, settings, 3, wrong=2)
    save_edits(db, made[2], {"name": "C"}, reviewer="wei")
    app = open_feedback(feedback_reviewer="wei", feedback_part="corrections")
    assert app.selectbox(key="feedback_reviewer_en").value == "wei"
    assert list(app.dataframe[0].value["after"]) == ["C"]


def test_filter_that_nothing_passes_says_so(db: Database, settings: Settings) -> None:
    verify(db, settings, 2, wrong=1)
    app = open_feedback(feedback_part="corrections")
    app.selectbox(key="feedback_kind_en").set_value("ad").run()
    assert not app.exception
    assert app.info[-1].value == "No correction passes these filters." and numbers(app)["Verified records"] == "0"


def test_field_filter_offers_the_fields_of_the_kind(db: Database, settings: Settings) -> None:
    verify(db, settings, 1)
    app = open_feedback()
    app.selectbox(key="feedback_kind_en").set_value("ad").run()
    offered = app.selectbox(key="feedback_field_en").options
    assert "Headline" in offered and "Barcode (GTIN)" not in offered


def test_figures_follow_a_new_decision(db: Database, settings: Settings) -> None:
    made = verify(db, settings, 2)
    app = open_feedback(feedback_part="corrections")
    assert numbers(app)["Corrections"] == "0"
    save_edits(db, made[0], {"name": "B"}, reviewer="ann")
    app.run()
    assert numbers(app)["Corrections"] == "1" and list(app.dataframe[0].value["after"]) == ["B"]


def test_long_list_is_shown_by_pages(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    for n in range(ROWS_PER_PAGE + 1):
        save_edits(db, item_id, {"name": f"B{n}"}, reviewer="ann")
    app = open_feedback(feedback_part="corrections")
    assert len(app.dataframe[-1].value) == ROWS_PER_PAGE
    app.session_state["feedback_page"] = 2
    app.run()
    assert not app.exception and list(app.dataframe[-1].value["after"]) == ["B0"]


def test_filters_survive_a_change_of_language_there_and_back(db: Database, settings: Settings) -> None:
    verify(db, settings, 2, wrong=1)
    app = open_feedback(feedback_part="corrections")
    app.selectbox(key="feedback_kind_en").set_value("product").run()
    app.selectbox(key="feedback_field_en").set_value("name").run()
    for lang in ("zh", "en", "zh"):
        app.session_state["lang"] = lang
        app.run()
        assert not app.exception
        assert app.selectbox(key=f"feedback_kind_{lang}").value == "product"
        assert app.selectbox(key=f"feedback_field_{lang}").value == "name"
        assert list(app.dataframe[0].value["after"]) == ["B0"]
    assert app.query_params["feedback_field"] == "name"


@pytest.mark.parametrize(
    "address",
    [{"feedback_kind": "fish"}, {"feedback_since": "yesterday"}, {"feedback_part": "x"}, {"feedback_field": "x"}],
)
def test_an_address_that_asks_for_what_does_not_exist_shows_everything(
    db: Database, settings: Settings, address: dict[str, str]
) -> None:
    verify(db, settings, 2, wrong=1)
    assert numbers(open_feedback(**address))["Corrections"] == "1"


@pytest.mark.parametrize(("lang", "records"), [("en", 0), ("zh", 3)])
def test_a_handful_of_records_gives_words_and_no_chart_of_noise(
    db: Database, settings: Settings, lang: str, records: int
) -> None:
    if records:
        verify(db, settings, records, wrong=1)
    for part in PARTS:
        app = open_feedback(lang, feedback_part=part)
        assert not app.exception and not app.get("vega_lite_chart")


def judged_weeks(db: Database, settings: Settings) -> None:
    """Two weeks with an accuracy each."""
    made = verify(db, settings, 2 * MIN_JUDGED, wrong=3)
    for number, item in enumerate(made):
        day = "2026-03-03" if number % 2 else "2026-03-10"
        db.conn.execute("UPDATE judged_records SET at = ? WHERE item_id = ?", (day, item))
    db.conn.commit()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_weeks_of_judgements_give_a_line_and_every_version_a_row(
    db: Database, settings: Settings, lang: str
) -> None:
    judged_weeks(db, settings)
    app = open_feedback(lang)
    assert len(app.get("vega_lite_chart")) == 2
    versions = app.dataframe[-1].value
    assert list(versions["engine"]) == ["ocr"] and list(versions["records"]) == [2 * MIN_JUDGED]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_rule_is_turned_on_and_off_by_hand(db: Database, settings: Settings, lang: str) -> None:
    judge(db, 400, 400)
    refresh_offers(db)
    app = open_feedback(lang, feedback_part="trust")
    app.button(key="auto_on_product_ocr_brand").click().run()
    assert not app.exception
    (rule,) = list_active(db)
    assert rule.promise == 0.05 and rule.set_by == settings.user
    app.button(key=f"auto_off_{rule.id}").click().run()
    assert not app.exception and list_active(db) == []


def test_a_rule_that_ended_by_itself_says_why(db: Database, settings: Settings) -> None:
    judge(db, 400, 400)
    refresh_offers(db)
    rule = turn_on(db, "product", "ocr", "brand", 0.05, reviewer="ann")
    end_rule(db, rule.id, by=ITSELF, why=Bilingual(en="Too many were wrong.", zh="错误过多。"))
    for lang, words in (("en", "Too many were wrong."), ("zh", "错误过多。")):
        app = open_feedback(lang, feedback_part="trust")
        assert any(words in warning.value for warning in app.warning)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_sides_of_a_contradiction_are_shown_with_their_records(
    db: Database, settings: Settings, lang: str
) -> None:
    for name in ("曲奇", "燕麦曲奇"):
        verified(db, as_fields(gtin=gtin(1), name="曲奇"), name=name)
    row = open_feedback(lang, feedback_part="corrections").dataframe[0].value.iloc[0]
    assert {row["side_0"], row["side_1"]} == {"曲奇", "燕麦曲奇"} and row["sides"] == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_somebody_who_accepts_everything_is_named_and_second_looks_are_asked_for(
    db: Database, settings: Settings, lang: str
) -> None:
    for _ in range(MIN_JUDGED):
        verified(db, as_fields(name="A"), reviewer="yes")
        verified(db, as_fields(name="A"), reviewer="ann", name="B")
    app = open_feedback(lang, feedback_part="people")
    assert any("yes" in warning.value for warning in app.warning)
    app.selectbox(key="feedback_looks_of").set_value("yes")
    app.button(key="feedback_looks").click().run()
    assert not app.exception and "10" in app.success[0].value
